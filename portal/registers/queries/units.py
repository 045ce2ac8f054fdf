"""Work units with the members who name them, and the names that members write but no unit has."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.names import search_key
from portal.registers.models import OrganizationUnit, PartyMember, PartyOrganization, WorkUnit
from portal.registers.queries import PRESENT
from portal.registers.queries.filters import belongs_here

OPEN_NAMES_SHOWN = 30
_OURS = (PartyMember.status.in_(PRESENT), belongs_here())
"""Who is counted in a unit: present members whose relation is here."""


def get_unit(unit_id: uuid.UUID, *, tenant_id: int) -> WorkUnit:
    """Give a unit of this very tenant; raises NotFound."""
    statement = select(WorkUnit).where(WorkUnit.tenant_id == tenant_id, WorkUnit.id == unit_id)
    unit = db.session.scalars(statement).one_or_none()
    if unit is None:
        raise NotFound
    return unit


def _narrow(tenant_id: int, text: str, resident_only: bool) -> list[Any]:
    conditions = [WorkUnit.tenant_id == tenant_id]
    if resident_only:
        conditions.append(WorkUnit.is_resident.is_(True))
    if text:
        conditions.append(_searched("".join(text.split()), tenant_id))
    return conditions


def _searched(plain: str, tenant_id: int) -> ColumnElement[bool]:
    """A name or part of it, a credit code, or Latin letters as initials in the names."""
    by_words = or_(
        WorkUnit.name.contains(plain, autoescape=True),
        WorkUnit.short_name.contains(plain, autoescape=True),
        WorkUnit.credit_code == plain.upper(),
    )
    if not (plain.isascii() and plain.isalpha()):
        return by_words
    return or_(by_words, WorkUnit.id.in_(_by_initials(plain.lower(), tenant_id)))


def _by_initials(letters: str, tenant_id: int) -> list[uuid.UUID]:
    """Give the units in whose names such initials follow each other: a community has some hundred; one statement."""
    statement = select(WorkUnit.id, WorkUnit.name, WorkUnit.short_name).where(WorkUnit.tenant_id == tenant_id)
    return [
        row.id
        for row in db.session.execute(statement)
        if letters in search_key(row.name) or letters in search_key(row.short_name or "")
    ]


def count_units(*, tenant_id: int, text: str = "", resident_only: bool = False) -> int:
    """Count the units of a search."""
    statement = select(func.count()).select_from(WorkUnit).where(*_narrow(tenant_id, text, resident_only))
    return int(db.session.scalar(statement) or 0)


def list_units(
    *, tenant_id: int, text: str = "", resident_only: bool = False, limit: int = 1000, offset: int = 0
) -> Sequence[Any]:
    """Give units by name with the number of present members who write that name; rows of (WorkUnit, members)."""
    working = (
        select(PartyMember.work_unit, func.count().label("members"))
        .where(PartyMember.tenant_id == tenant_id, *_OURS, PartyMember.work_unit.is_not(None))
        .group_by(PartyMember.work_unit)
        .subquery("working")
    )
    short = (
        select(PartyMember.work_unit, func.count().label("members"))
        .where(PartyMember.tenant_id == tenant_id, *_OURS, PartyMember.work_unit.is_not(None))
        .group_by(PartyMember.work_unit)
        .subquery("by_short_name")
    )
    is_other = and_(short.c.work_unit == WorkUnit.short_name, WorkUnit.short_name != WorkUnit.name)
    number = func.coalesce(working.c.members, 0) + func.coalesce(short.c.members, 0)
    return db.session.execute(
        select(WorkUnit, number)
        .outerjoin(working, working.c.work_unit == WorkUnit.name)
        .outerjoin(short, is_other)
        .where(*_narrow(tenant_id, text, resident_only))
        .order_by(WorkUnit.name, WorkUnit.id)
        .limit(limit)
        .offset(offset)
    ).all()


def unit_choices(*, tenant_id: int, resident_only: bool = False) -> list[tuple[uuid.UUID, str]]:
    """Give (id, name) of the units by name, to choose from."""
    statement = select(WorkUnit.id, WorkUnit.name).where(*_narrow(tenant_id, "", resident_only))
    return [(row.id, row.name) for row in db.session.execute(statement.order_by(WorkUnit.name))]


def members_of_unit(unit: WorkUnit) -> Sequence[Any]:
    """Give the present members who write this unit's name or short name: id, name, organization, type, class."""
    names = [name for name in (unit.name, unit.short_name) if name]
    organization = and_(
        PartyOrganization.tenant_id == PartyMember.tenant_id, PartyOrganization.id == PartyMember.organization_id
    )
    return db.session.execute(
        select(
            PartyMember.id,
            PartyMember.full_name,
            PartyMember.organization_id,
            PartyOrganization.parent_id,
            PartyOrganization.name.label("organization"),
            PartyMember.member_type,
            PartyMember.management_class,
        )
        .join(PartyOrganization, organization)
        .where(
            PartyMember.tenant_id == unit.tenant_id,
            *_OURS,
            PartyMember.work_unit.in_(names),
        )
        .order_by(PartyMember.sort_key, PartyMember.id)
    ).all()


def organizations_of_unit(unit: WorkUnit) -> Sequence[Any]:
    """Give the organizations that are set up in a unit: id, name."""
    link = and_(
        OrganizationUnit.tenant_id == PartyOrganization.tenant_id,
        OrganizationUnit.organization_id == PartyOrganization.id,
    )
    return db.session.execute(
        select(PartyOrganization.id, PartyOrganization.name)
        .join(OrganizationUnit, link)
        .where(
            PartyOrganization.tenant_id == unit.tenant_id,
            OrganizationUnit.work_unit_id == unit.id,
            PartyOrganization.ended_on.is_(None),
        )
        .order_by(PartyOrganization.name)
    ).all()


def units_of_organization(organization_id: uuid.UUID, *, tenant_id: int) -> list[WorkUnit]:
    """Give the units that an organization is set up in."""
    link = and_(OrganizationUnit.tenant_id == WorkUnit.tenant_id, OrganizationUnit.work_unit_id == WorkUnit.id)
    statement = (
        select(WorkUnit)
        .join(OrganizationUnit, link)
        .where(WorkUnit.tenant_id == tenant_id, OrganizationUnit.organization_id == organization_id)
    )
    return list(db.session.scalars(statement.order_by(WorkUnit.name)))


def names_without_unit(*, tenant_id: int, limit: int = OPEN_NAMES_SHOWN) -> Sequence[Any]:
    """Give what members write as their work unit and no unit is called, most frequent first: (name, members)."""
    known = select(WorkUnit.id).where(
        WorkUnit.tenant_id == tenant_id,
        or_(WorkUnit.name == PartyMember.work_unit, WorkUnit.short_name == PartyMember.work_unit),
    )
    return db.session.execute(
        select(PartyMember.work_unit, func.count().label("members"))
        .where(
            PartyMember.tenant_id == tenant_id,
            *_OURS,
            PartyMember.work_unit.is_not(None),
            ~known.exists(),
        )
        .group_by(PartyMember.work_unit)
        .order_by(func.count().desc(), PartyMember.work_unit)
        .limit(limit)
    ).all()
