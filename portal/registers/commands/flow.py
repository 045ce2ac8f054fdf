"""Which way a member floats, and where: written by the member's page, by files, and by the ledger through here."""

import uuid
from datetime import datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.models import PartyMember
from portal.registers.moving import lock_member
from portal.registers.roster_words import FLOW_PLACE_MAX
from portal.registers.rules.relations import FlowDirection


def set_flow(
    member_id: uuid.UUID, direction: FlowDirection | None, place: str = "", *, actor: Actor, now: datetime
) -> PartyMember:
    """Say which way a member floats and where; None: not, or no longer. Nothing happens when it is known already.

    Raises NotFound; RuleBroken `desk.too_long` (field `place`).
    """
    member = lock_member(member_id)
    words = " ".join(place.split()) or None if direction else None
    if words and len(words) > FLOW_PLACE_MAX:
        raise RuleBroken("desk.too_long", field="place", longest=FLOW_PLACE_MAX)
    before = (member.flow_direction, member.flow_place)
    if before == (direction, words):
        return member
    member.flow_direction, member.flow_place, member.updated_at = direction, words, now
    db.session.flush()
    changes: dict[str, list[object]] = {}
    for name, old, new in zip(("flow_direction", "flow_place"), before, (direction, words), strict=True):
        if old != new:
            changes[name] = [old, new]
    record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
    return member
