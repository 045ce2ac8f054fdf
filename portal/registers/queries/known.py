"""Somebody whom another package knows by name and mobile: are they in this register, and what does it say of them."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.registers.columns import MOBILE_SEAL
from portal.registers.models import PartyMember
from portal.registers.queries import PRESENT, unseal_field
from portal.registers.queries.links import find_home
from portal.tenancy import vault


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A member here, or somebody from elsewhere who reports here; empty texts where the register says nothing."""

    full_name: str
    member_id: uuid.UUID | None = None
    link_id: uuid.UUID | None = None
    work_unit: str = ""
    residence: str = ""
    mobile: str = ""


def find_known(full_name: str, mobile: str, *, tenant_id: int, today: date) -> KnownPerson | None:
    """Give the one person with this name and this mobile, our own members first; None for nobody or for several."""
    index = vault.blind_index(MOBILE_SEAL, mobile, tenant_id=tenant_id)
    statement = select(PartyMember).where(
        PartyMember.tenant_id == tenant_id,
        PartyMember.mobile_index == index,
        PartyMember.full_name == full_name,
        PartyMember.status.in_(PRESENT),
    )
    members = db.session.scalars(statement.limit(2)).all()
    if members:
        return known_member(members[0]) if len(members) == 1 else None
    link = find_home(full_name, mobile, tenant_id=tenant_id, today=today)
    return KnownPerson(full_name, link_id=link.id, work_unit=link.other_name, mobile=mobile) if link else None


def known_member(member: PartyMember) -> KnownPerson:
    """Give what the register says of a member where somebody reports: unit, estate and building, mobile in clear."""
    residence = "".join(part for part in (member.estate, member.building) if part)
    mobile = unseal_field(member, "mobile") or ""
    return KnownPerson(member.full_name, member.id, None, member.work_unit or "", residence, mobile)


def namesakes(full_name: str, *, tenant_id: int, limit: int) -> list[PartyMember]:
    """Give the present members of a name, the oldest first."""
    statement = select(PartyMember).where(
        PartyMember.tenant_id == tenant_id, PartyMember.full_name == full_name, PartyMember.status.in_(PRESENT)
    )
    return list(db.session.scalars(statement.order_by(PartyMember.born_on, PartyMember.id).limit(limit)))
