"""The member list in other columns and orders than its first view, and all of a list for a workbook."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from portal.core.db import db
from portal.registers.models import ListColumns, PartyMember, PartyOrganization
from portal.registers.queries.filters import MemberFilter, conditions

WIDE = (
    "id", "full_name", "sex_code", "born_on", "organization_id", "member_type", "management_class", "joined_on",
    "joined_by_month", "full_on", "full_by_month", "status", "ethnic_code", "education_code", "work_unit",
    "job_category", "flow_direction", "flow_place", "lost_since", "estate", "building", "id_sealed", "mobile_sealed",
    "address_sealed", "updated_at", "vulnerable_since", "dues_monthly", "hardship_level", "on_owners_committee",
    "skills", "service_intents",
)  # fmt: skip
"""What a row holds when a list shows chosen columns."""
ORDERS = {
    "born": "born_on",
    "joined": "joined_on",
    "full": "full_on",
    "type": "member_type",
    "class": "management_class",
    "education": "education_code",
    "changed": "updated_at",
    "branch": "",
}
"""What a list can be ordered by besides the name, and by which column; `-born` is the other way round."""
PIECE = 1_000
KIND = "members"


def _ordered(statement: Select[Any], order: str, member: Any) -> Select[Any]:
    """Order by a key of ORDERS, equal ones by name; what is not recorded comes last either way."""
    key = order.removeprefix("-")
    if key in ORDERS:
        column = _branch(member) if key == "branch" else getattr(member, ORDERS[key])
        statement = statement.order_by(column.is_(None), column.desc() if order.startswith("-") else column)
    elif order == "-name":
        return statement.order_by(member.sort_key.desc(), member.id)
    return statement.order_by(member.sort_key, member.id)


def _branch(member: Any) -> ColumnElement[Any]:
    """Give the place of a member's branch: organizations are listed in the order in which they were entered."""
    at_home = (PartyOrganization.tenant_id == member.tenant_id, PartyOrganization.id == member.organization_id)
    return select(PartyOrganization.created_at).where(*at_home).scalar_subquery()


def list_wide(
    wanted: MemberFilter, *, tenant_id: int, order: str, limit: int, offset: int = 0, member: Any = PartyMember
) -> Sequence[Any]:
    """Give rows of WIDE in an order of ORDERS; `member` is the table or the table as it stood once."""
    columns = (getattr(member, each) for each in WIDE)
    statement = _ordered(select(*columns).where(*conditions(wanted, tenant_id, member)), order, member)
    return db.session.execute(statement.limit(limit).offset(offset)).all()


def every_row(wanted: MemberFilter, *, tenant_id: int, order: str) -> Iterator[Any]:
    """Give all rows of a list in its order, a thousand at a time; whoever is added meanwhile is left out."""
    statement = _ordered(select(PartyMember.id).where(*conditions(wanted, tenant_id)), order, PartyMember)
    ids = list(db.session.scalars(statement))
    columns = [getattr(PartyMember, each) for each in WIDE]
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        found = select(*columns).where(PartyMember.tenant_id == tenant_id, PartyMember.id.in_(piece))
        rows = {row.id: row for row in db.session.execute(found)}
        yield from (rows[each] for each in piece if each in rows)


def columns_of(owner_id: uuid.UUID, *, tenant_id: int) -> ListColumns | None:
    """Give the columns that this person chose for the member list, if any."""
    statement = select(ListColumns).where(
        ListColumns.tenant_id == tenant_id, ListColumns.kind == KIND, ListColumns.owner_id == owner_id
    )
    return db.session.scalars(statement).one_or_none()
