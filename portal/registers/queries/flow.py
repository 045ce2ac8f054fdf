"""Who floats: which way and where, as the register has it (national item 16). The only place where that is kept."""

import uuid

from sqlalchemy import Subquery, or_, select

from portal.core.db import db
from portal.registers.models import PartyMember
from portal.registers.queries.briefs import PRESENT, MemberBrief
from portal.registers.rules import ManagementClass


def flows() -> Subquery:
    """Give tenant_id, id, full_name, flow_direction and flow_place of members, for another package to join with."""
    return select(
        PartyMember.tenant_id,
        PartyMember.id,
        PartyMember.full_name,
        PartyMember.flow_direction,
        PartyMember.flow_place,
    ).subquery("flows")


def list_floating(*, tenant_id: int) -> list[MemberBrief]:
    """Give the present members who are in the class of the floating, or float by what the register says; by name."""
    columns = (getattr(PartyMember, name) for name in MemberBrief.__dataclass_fields__)
    floats = or_(PartyMember.management_class == ManagementClass.FLOATING, PartyMember.flow_direction.is_not(None))
    statement = select(*columns).where(PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT), floats)
    return [MemberBrief(*row) for row in db.session.execute(statement.order_by(PartyMember.sort_key, PartyMember.id))]


def floats(member_id: uuid.UUID, *, tenant_id: int) -> bool:
    """Say whether the register counts a member among the floating."""
    statement = select(PartyMember.id).where(
        PartyMember.tenant_id == tenant_id,
        PartyMember.id == member_id,
        or_(PartyMember.management_class == ManagementClass.FLOATING, PartyMember.flow_direction.is_not(None)),
    )
    return db.session.scalar(statement) is not None
