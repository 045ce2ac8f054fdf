"""Where members live, in the words of the estates register."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.models import PartyMember
from portal.registers.queries import PRESENT
from portal.registers.rules.places import plain_place
from portal.tenancy.known_places import Place, known_places
from portal.tenancy.scope import written_tenant


def correct_place(old: Place, new: Place, *, actor: Actor, now: datetime) -> int:
    """Let all who are recorded in one place live in another, which the estates register has; gives how many.

    Raises RuleBroken `registers.place_unknown` (field `place`). Source: practice.
    """
    if new not in known_places(written_tenant()):
        raise RuleBroken("registers.place_unknown", field="place")
    estate, building = plain_place(new[0]), plain_place(new[1]) or None
    statement = select(PartyMember).where(
        PartyMember.tenant_id == written_tenant(),
        PartyMember.status.in_(PRESENT),
        PartyMember.estate == old[0],
        PartyMember.building == old[1] if old[1] else PartyMember.building.is_(None),
    )
    members = list(db.session.scalars(statement.with_for_update()))
    for member in members:
        changes: dict[str, list[object]] = {
            "estate": [member.estate, estate], "building": [member.building, building],
        }  # fmt: skip
        member.estate, member.building, member.updated_at = estate, building, now
        record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
    return len(members)
