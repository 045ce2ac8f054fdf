"""The register as it stood at the end of a day: organizations, members, and how many there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all

from portal.core import clock
from portal.core.db import db
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.queries import MemberCounts, Organization
from portal.registers.queries.filters import PRESENT, MemberFilter, belongs_here, conditions
from portal.registers.queries.lists import WIDE
from portal.registers.rules import LEVELS, MemberType
from portal.tenancy.past import as_it_stood, twin_of
from portal.tenancy.scope import read_rows


def end_of(day: date) -> datetime:
    """Give the first moment after a Chinese calendar day: what stood just before it is how that day ended."""
    return clock.day_start(day + timedelta(days=1))


def kept_since(*, tenant_id: int) -> datetime | None:
    """Give the moment of the first entry of this tenant's register, None while there is none.

    A member needs an organization, so the first organization is the first entry.
    """
    past = twin_of(PartyOrganization)
    firsts = union_all(
        select(func.min(PartyOrganization.created_at).label("at")).where(PartyOrganization.tenant_id == tenant_id),
        select(func.min(past.created_at).label("at")).where(past.tenant_id == tenant_id),
    )
    found = [row.at for row in db.session.execute(firsts) if row.at is not None]
    return min(found, default=None)


def organizations_then(day: date, *, tenant_id: int) -> list[Organization]:
    """Give the organizations as the register had them at the end of a day, by level, then as they were entered."""
    stood = as_it_stood(PartyOrganization, end_of(day))
    columns = (getattr(stood, each) for each in Organization.__dataclass_fields__)
    goes_on = or_(stood.ended_on.is_(None), stood.ended_on > day)
    statement = select(*columns).where(stood.tenant_id == tenant_id, goes_on).order_by(stood.created_at, stood.id)
    rows = [Organization(*row) for row in db.session.execute(statement)]
    return sorted(rows, key=lambda row: LEVELS[row.kind])


def count_then(day: date, *, tenant_id: int) -> MemberCounts:
    """Count the members at the end of a day as count_by_filter() counts those of now; one statement."""
    halves = []
    for member, stood in _halves(end_of(day)):
        keys = (member.organization_id, member.management_class, member.member_type, member.status)
        is_inflow = case((belongs_here(member), 0), else_=1)
        each = select(*keys, is_inflow.label("is_inflow"), func.count()).where(member.tenant_id == tenant_id, stood)
        halves.append(each.group_by(*keys, is_inflow))
    counts = MemberCounts()
    for organization_id, class_, type_, status, is_inflow, number in read_rows(union_all(*halves)):
        if status not in PRESENT:
            counts.gone += number
            continue
        if is_inflow:
            counts.inflow += number
            continue
        counts.total += number
        counts.by_class[class_] += number
        counts.by_type[type_] += number
        counts.by_organization[organization_id] += number
        if type_ is MemberType.FULL:
            counts.full += number
            counts.full_by_organization[organization_id] += number
    return counts


def members_then(wanted: MemberFilter, day: date, *, tenant_id: int, limit: int, offset: int = 0) -> Sequence[Any]:
    """Give rows of lists.WIDE, and their key of order, of the members at the end of a day, in the order of names.

    Of either half no more is read than could be on the page: the present states by the index that holds that order.
    """
    halves = []
    for member, stood in _halves(end_of(day)):
        row_id = member.id if member is PartyMember else member.row_id
        columns = (row_id.label("id") if each == "id" else getattr(member, each) for each in WIDE)
        half = select(*columns, member.sort_key).where(*conditions(wanted, tenant_id, member), stood)
        halves.append(select(half.order_by(member.sort_key, row_id).limit(offset + limit).subquery()))
    both = union_all(*halves)
    return read_rows(both.order_by("sort_key", "id").limit(limit).offset(offset))


def _halves(at: datetime) -> list[tuple[Any, ColumnElement[bool]]]:
    """Give the members and their past states, each with the condition of having held just before a moment."""
    past = twin_of(PartyMember)
    return [
        (PartyMember, PartyMember.updated_at < at),
        (past, and_(past.updated_at < at, past.until_at >= at)),
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One total: how many there were then and how many there are now."""

    words: Any
    then: int
    now: int

    @property
    def change(self) -> int:
        """Give how many more there are now; below 0: fewer."""
        return self.now - self.then
