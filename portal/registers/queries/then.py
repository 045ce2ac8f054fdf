"""The register as it stood at the end of a day: organizations, members, and how many there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, union_all

from portal.core import clock
from portal.core.db import db
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.queries import MemberCounts, Organization
from portal.registers.queries.filters import PRESENT, MemberFilter
from portal.registers.queries.lists import list_wide
from portal.registers.rules import LEVELS, MemberType
from portal.tenancy.past import as_it_stood, twin_of


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
    stood: Any = as_it_stood(PartyMember, end_of(day))
    keys = (stood.organization_id, stood.management_class, stood.member_type, stood.status)
    statement = select(*keys, func.count()).where(stood.tenant_id == tenant_id).group_by(*keys)
    counts = MemberCounts()
    for organization_id, class_, type_, status, number in db.session.execute(statement):
        if status not in PRESENT:
            counts.gone += number
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
    """Give rows of lists.WIDE of the members at the end of a day, in the order of names."""
    stood = as_it_stood(PartyMember, end_of(day))
    return list_wide(wanted, tenant_id=tenant_id, order="", limit=limit, offset=offset, member=stood)


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
