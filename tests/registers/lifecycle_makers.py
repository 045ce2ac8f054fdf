"""A transfer, a second belonging and a merge for the matrices. Everything is invented."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from portal.accounts.actor import Actor
from portal.registers import merging
from portal.registers.commands import transfers
from portal.registers.commands.links import NewLink, create_link
from portal.registers.commands.merges import merge_members
from portal.registers.commands.standing import record_act
from portal.registers.commands.transfers import Application
from portal.registers.rules.duplicates import Side
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import Act, StandingAct
from tests.makers import NOW


def fill_lifecycle(make: Any, words: str, *, actor: Actor) -> dict[str, uuid.UUID | str]:
    """Enter one of each, in the scope in force; `make(serial)` enters a member. Gives the paths' ids."""
    kept, gone, other, leaving = (make(serial) for serial in (52, 53, 54, 55))
    merge = merge_members(
        kept.id, gone.id, dict.fromkeys(merging.units(), Side.KEPT), actor=actor, now=NOW + timedelta(seconds=1)
    )
    link = create_link(NewLink(words, date(2026, 1, 1), full_name=words[:2], mobile=None), actor=actor, now=NOW)
    transfer = transfers.apply_transfer(leaving.id, Application(words, words + "搬家"), actor=actor, now=NOW)
    transfers.approve_transfer(transfer.id, actor=actor, now=NOW)
    transfers.send_letter(
        transfer.id, letter_no=f"{words}1", letter_on=date(2026, 11, 23), valid_to=None, actor=actor, now=NOW
    )
    act = Act(StandingAct.LOSE, date(2026, 11, 1), lost_reason=LostReason.OTHER, reason=words)
    return {
        "standing_id": record_act(kept.id, act, actor=actor, now=NOW + timedelta(seconds=2)).id,
        "other_member_id": other.id,
        "transfer_id": transfer.id,
        "belonging_id": link.id,
        "merge_id": merge.id,
        "finding": "lose",
        "decision": "suspend",
    }
