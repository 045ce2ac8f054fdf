"""What stands in the way of taking a merge back exactly."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.registers import merging
from portal.registers.models import MemberMerge, PartyMember, PartyOrganization
from portal.registers.queries.duplicates import past_member


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way.

    `code`: kept_gone, no_past, number_taken, organization_gone, field_changed (`about` the field) or moved_on (`about`
    what was moved, `number` of rows).
    """

    code: str
    about: str = ""
    number: int = 0


def undo_obstacles(merge: MemberMerge, *, tenant_id: int) -> list[Obstacle]:
    """Give everything that would make undoing a merge inexact; five statements and one for each table moved."""
    statement = select(PartyMember).where(PartyMember.tenant_id == tenant_id, PartyMember.id == merge.kept_id)
    kept = db.session.scalars(statement).one_or_none()
    gone = past_member(merge.gone_id, merge.merged_at)
    before = past_member(merge.kept_id, merge.merged_at)
    if kept is None:
        return [Obstacle("kept_gone")]
    if gone is None or (merge.taken and before is None):
        return [Obstacle("no_past")]
    return [*_about_record(merge, kept, gone, tenant_id), *_about_fields(merge, kept, gone), *_about_moved(merge)]


def _about_record(merge: MemberMerge, kept: PartyMember, gone: Any, tenant_id: int) -> list[Obstacle]:
    """The number and the place that the other record needs."""
    found = []
    holder = select(PartyMember.id).where(
        PartyMember.tenant_id == tenant_id, PartyMember.id_index == gone.id_index, PartyMember.id != kept.id
    )
    gives_back = kept.id_index != gone.id_index or "id_number" in merge.taken
    if db.session.scalars(holder).first() is not None or not gives_back:
        found.append(Obstacle("number_taken"))
    place = select(PartyOrganization.id).where(
        PartyOrganization.tenant_id == tenant_id, PartyOrganization.id == gone.organization_id
    )
    if db.session.scalars(place).first() is None:
        found.append(Obstacle("organization_gone"))
    return found


def _about_fields(merge: MemberMerge, kept: PartyMember, gone: Any) -> list[Obstacle]:
    """Fields that came from the other record and were changed since."""
    return [
        Obstacle("field_changed", unit)
        for unit in merge.taken
        if merging.value_of(kept, unit) != merging.value_of(gone, unit)
    ]


def _about_moved(merge: MemberMerge) -> list[Obstacle]:
    """Rows that were moved and are gone, or belong to somebody else by now."""
    movers = merging.movers()
    found = []
    for name, ids in merge.moved.items():
        missing = movers[name].missing([uuid.UUID(each) for each in ids], merge.kept_id) if name in movers else len(ids)
        if missing:
            found.append(Obstacle("moved_on", name, missing))
    return found
