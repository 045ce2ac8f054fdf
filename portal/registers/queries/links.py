"""Reads of second belongings."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import MemberLink, PartyOrganization, WorkUnit
from portal.registers.rules.belonging import LinkKind
from portal.tenancy import vault

LINK_MOBILE = "member_link.mobile"
MOBILE_INDEX = "party_member.mobile"
NAMES_MOST = 2_000


class End(NamedTuple):
    """The other end of a second belonging: its name, and the unit or organization of this register that has it."""

    name: str
    work_unit_id: uuid.UUID | None = None
    organization_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A second belonging as lists show it; `other_name` is what a unit or organization is called now."""

    id: uuid.UUID
    tenant_id: int
    kind: LinkKind
    member_id: uuid.UUID | None
    full_name: str
    other_name: str
    work_unit_id: uuid.UUID | None
    organization_id: uuid.UUID | None
    mobile_sealed: bytes | None
    from_on: date
    until_on: date | None


_NAME = func.coalesce(WorkUnit.name, PartyOrganization.name, MemberLink.other_name)
_COLUMNS: tuple[Any, ...] = tuple(
    _NAME.label("other_name") if name == "other_name" else getattr(MemberLink, name)
    for name in LinkRow.__dataclass_fields__
)


def _selected(*columns: Any) -> Select[Any]:
    """Select from second belongings joined with what they point at."""
    unit = and_(WorkUnit.tenant_id == MemberLink.tenant_id, WorkUnit.id == MemberLink.work_unit_id)
    organization = and_(
        PartyOrganization.tenant_id == MemberLink.tenant_id, PartyOrganization.id == MemberLink.organization_id
    )
    return select(*columns).select_from(MemberLink).outerjoin(WorkUnit, unit).outerjoin(PartyOrganization, organization)


def get_link(link_id: uuid.UUID, *, tenant_id: int) -> MemberLink:
    """Give a second belonging of this very tenant; raises NotFound."""
    statement = select(MemberLink).where(MemberLink.id == link_id, MemberLink.tenant_id == tenant_id)
    link = db.session.scalars(statement).one_or_none()
    if link is None:
        raise NotFound
    return link


def get_link_row(link_id: uuid.UUID, *, tenant_id: int) -> LinkRow:
    """Give a second belonging as a list shows it; raises NotFound."""
    statement = _selected(*_COLUMNS).where(MemberLink.id == link_id, MemberLink.tenant_id == tenant_id)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return LinkRow(*row)


def list_links(kind: LinkKind, *, tenant_id: int, today: date, limit: int, offset: int = 0) -> list[LinkRow]:
    """Give those in force of one kind, in the order of names; one statement."""
    statement = _selected(*_COLUMNS).where(*_in_force(tenant_id, today), MemberLink.kind == kind)
    statement = statement.order_by(MemberLink.sort_key, MemberLink.id)
    return [LinkRow(*row) for row in db.session.execute(statement.limit(limit).offset(offset))]


def find_guests(text: str, *, tenant_id: int, today: date, limit: int) -> list[LinkRow]:
    """Give those in force whose home is elsewhere and whose name holds a text; by name."""
    statement = _selected(*_COLUMNS).where(*_in_force(tenant_id, today), MemberLink.kind == LinkKind.HOME)
    words = "".join(text.split())
    if words:
        statement = statement.where(MemberLink.full_name.contains(words, autoescape=True))
    statement = statement.order_by(MemberLink.sort_key, MemberLink.id)
    return [LinkRow(*row) for row in db.session.execute(statement.limit(limit))]


def find_home(full_name: str, mobile: str, *, tenant_id: int, today: date) -> LinkRow | None:
    """Give the second belonging in force of somebody from elsewhere with this name and mobile, or None."""
    index = vault.blind_index(MOBILE_INDEX, mobile, tenant_id=tenant_id)
    statement = _selected(*_COLUMNS).where(
        *_in_force(tenant_id, today),
        MemberLink.kind == LinkKind.HOME,
        MemberLink.full_name == full_name,
        MemberLink.mobile_index == index,
    )
    row = db.session.execute(statement.order_by(MemberLink.from_on, MemberLink.id).limit(1)).one_or_none()
    return LinkRow(*row) if row else None


def links_by_id(ids: Iterable[uuid.UUID], *, tenant_id: int) -> dict[uuid.UUID, LinkRow]:
    """Give second belongings by their ids, those of this tenant only; one statement."""
    statement = _selected(*_COLUMNS).where(MemberLink.tenant_id == tenant_id, MemberLink.id.in_(set(ids)))
    return {row[0]: LinkRow(*row) for row in db.session.execute(statement)}


def guests() -> Subquery:
    """Give tenant_id, id and full_name of second belongings, for another package to join with."""
    return select(MemberLink.tenant_id, MemberLink.id, MemberLink.full_name).subquery("guests")


def link_mobile(link: Any) -> str | None:
    """Give the mobile of somebody who belongs elsewhere, in clear: whoever shows it masks it."""
    sealed = link.mobile_sealed
    return vault.unseal(LINK_MOBILE, link.tenant_id, link.id, sealed) if sealed is not None else None


def count_links(*, tenant_id: int, today: date) -> dict[LinkKind, int]:
    """Count those in force by kind."""
    statement = select(MemberLink.kind, func.count()).where(*_in_force(tenant_id, today)).group_by(MemberLink.kind)
    found = {kind: int(number) for kind, number in db.session.execute(statement)}
    return {kind: found.get(kind, 0) for kind in LinkKind}


def links_of(member_id: uuid.UUID, *, tenant_id: int) -> list[LinkRow]:
    """Give a member's second belongings, ended ones too, the newest first."""
    statement = _selected(*_COLUMNS).where(MemberLink.tenant_id == tenant_id, MemberLink.member_id == member_id)
    rows = db.session.execute(statement.order_by(MemberLink.from_on.desc(), MemberLink.id.desc()))
    return [LinkRow(*row) for row in rows]


def find_end(text: str, *, tenant_id: int) -> End:
    """Give what is meant by a typed name: the unit that has it, else the organization, else the words alone."""
    words = " ".join(text.split())
    plain = "".join(words.split())
    named = or_(WorkUnit.name.in_((words, plain)), WorkUnit.short_name.in_((words, plain)))
    unit = select(WorkUnit.id, WorkUnit.name).where(WorkUnit.tenant_id == tenant_id, named)
    # Two units of one short name are told apart by nobody: the words stay words.
    units = db.session.execute(unit.order_by(WorkUnit.name).limit(3)).all()
    whole = [row for row in units if row.name in {words, plain}] or units
    if len(whole) == 1:
        return End(whole[0].name, work_unit_id=whole[0].id)
    organization = db.session.execute(
        select(PartyOrganization.id, PartyOrganization.name).where(
            PartyOrganization.tenant_id == tenant_id,
            PartyOrganization.name.in_((words, plain)),
            PartyOrganization.ended_on.is_(None),
        )
    ).first()
    if organization is not None:
        return End(organization.name, organization_id=organization.id)
    return End(words)


def end_names(*, tenant_id: int) -> list[str]:
    """Give the names of the units and organizations that a second belonging can point at, to choose from."""
    units = select(WorkUnit.name).where(WorkUnit.tenant_id == tenant_id)
    organizations = select(PartyOrganization.name).where(
        PartyOrganization.tenant_id == tenant_id, PartyOrganization.ended_on.is_(None)
    )
    return sorted(db.session.scalars(units.union(organizations).limit(NAMES_MOST)))


def _in_force(tenant_id: int, today: date) -> list[ColumnElement[bool]]:
    return [
        MemberLink.tenant_id == tenant_id,
        or_(MemberLink.until_on.is_(None), MemberLink.until_on > today),
    ]
