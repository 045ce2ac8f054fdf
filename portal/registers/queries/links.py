"""Reads of second belongings."""

import uuid
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import MemberLink
from portal.registers.rules.belonging import LinkKind


def get_link(link_id: uuid.UUID, *, tenant_id: int) -> MemberLink:
    """Give a second belonging of this very tenant; raises NotFound."""
    statement = select(MemberLink).where(MemberLink.id == link_id, MemberLink.tenant_id == tenant_id)
    link = db.session.scalars(statement).one_or_none()
    if link is None:
        raise NotFound
    return link


def list_links(kind: LinkKind, *, tenant_id: int, today: date, limit: int, offset: int = 0) -> list[MemberLink]:
    """Give those in force of one kind, in the order of names."""
    statement = select(MemberLink).where(*_in_force(tenant_id, today), MemberLink.kind == kind)
    statement = statement.order_by(MemberLink.sort_key, MemberLink.id)
    return list(db.session.scalars(statement.limit(limit).offset(offset)))


def count_links(*, tenant_id: int, today: date) -> dict[LinkKind, int]:
    """Count those in force by kind."""
    statement = select(MemberLink.kind, func.count()).where(*_in_force(tenant_id, today)).group_by(MemberLink.kind)
    found = {kind: int(number) for kind, number in db.session.execute(statement)}
    return {kind: found.get(kind, 0) for kind in LinkKind}


def links_of(member_id: uuid.UUID, *, tenant_id: int) -> list[MemberLink]:
    """Give a member's second belongings, ended ones too, the newest first."""
    statement = select(MemberLink).where(MemberLink.tenant_id == tenant_id, MemberLink.member_id == member_id)
    return list(db.session.scalars(statement.order_by(MemberLink.from_on.desc(), MemberLink.id.desc())))


def _in_force(tenant_id: int, today: date) -> list[ColumnElement[bool]]:
    return [
        MemberLink.tenant_id == tenant_id,
        or_(MemberLink.until_on.is_(None), MemberLink.until_on > today),
    ]
