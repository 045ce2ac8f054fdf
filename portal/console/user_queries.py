"""People with a role in one tenant, as the console lists them.

Accounts and roles are global tables: each query names the tenant.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant, UserAccount
from portal.accounts.roles import Role
from portal.accounts.rules import MOBILE
from portal.console.user_rules import last_day
from portal.core.db import db
from portal.core.errors import NotFound
from portal.tenancy import vault


@dataclass(frozen=True)
class GrantRow:
    """One role of a person here. `last_day` None: without an end."""

    id: uuid.UUID
    user_id: uuid.UUID
    role: Role
    starts_at: datetime
    last_day: date | None
    granted_by: str | None
    granted_at: datetime
    is_coming: bool


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles held here, or once held."""

    id: uuid.UUID
    name: str
    user_name: str
    has_signed_in: bool
    is_disabled: bool
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True)
class PeopleFilter:
    """`text` is part of a name or user name, or a whole mobile number; `ended` shows roles that are over."""

    text: str = ""
    role: Role | None = None
    ended: bool = False


def list_people(tenant_id: int, wanted: PeopleFilter, *, offset: int, limit: int, now: datetime) -> list[PersonRow]:
    """Give one page of people by name, each with the roles that the filter speaks of; two statements."""
    people = db.session.scalars(
        _narrowed(select(UserAccount), tenant_id, wanted, now)
        .order_by(UserAccount.name, UserAccount.id)
        .offset(offset)
        .limit(limit)
    ).all()
    grants = _grants_of([person.id for person in people], tenant_id, wanted, now)
    return [
        PersonRow(
            person.id,
            person.name,
            person.user_name,
            not person.must_change_password,
            person.disabled_at is not None,
            tuple(grant for grant in grants if grant.user_id == person.id),
        )
        for person in people
    ]


def count_people(tenant_id: int, wanted: PeopleFilter, *, now: datetime) -> int:
    """Give how many people the filter finds."""
    query = _narrowed(select(func.count(UserAccount.id)), tenant_id, wanted, now)
    return db.session.scalars(query).one()


def count_by_role(tenant_id: int, *, now: datetime) -> dict[Role, int]:
    """Give for each role held here now or later how many people hold it."""
    rows = db.session.execute(
        select(RoleGrant.role, func.count(RoleGrant.user_id.distinct()).label("people"))
        .where(RoleGrant.tenant_id == tenant_id, _is_over(now, over=False))
        .group_by(RoleGrant.role)
    )
    return {row.role: row.people for row in rows}


def lock_grant(grant_id: uuid.UUID, *, tenant_id: int) -> RoleGrant:
    """Load a role of this tenant to change it; raises NotFound for another tenant's."""
    query = select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.tenant_id == tenant_id).with_for_update()
    grant = db.session.scalars(query).one_or_none()
    if grant is None:
        raise NotFound
    return grant


def get_grant(grant_id: uuid.UUID, *, tenant_id: int) -> tuple[GrantRow, str]:
    """Give a role of this tenant with its holder's name; raises NotFound for another tenant's."""
    granter = aliased(UserAccount)
    row = db.session.execute(
        select(RoleGrant, UserAccount.name, granter.name)
        .join(UserAccount, UserAccount.id == RoleGrant.user_id)
        .outerjoin(granter, granter.id == RoleGrant.granted_by)
        .where(RoleGrant.id == grant_id, RoleGrant.tenant_id == tenant_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    grant, name, granted_by = row
    return _row(grant, granted_by, is_coming=False), name


def _narrowed(query: Select[Any], tenant_id: int, wanted: PeopleFilter, now: datetime) -> Select[Any]:
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == UserAccount.id,
        RoleGrant.tenant_id == tenant_id,
        _is_over(now, over=wanted.ended),
        *([RoleGrant.role == wanted.role] if wanted.role else []),
    )
    query = query.where(held.exists())
    if not wanted.text:
        return query
    if MOBILE.fullmatch(wanted.text):
        return query.where(UserAccount.mobile_index == vault.platform_index("user_account.mobile", wanted.text))
    return query.where(
        or_(
            UserAccount.name.contains(wanted.text, autoescape=True),
            UserAccount.user_name.contains(wanted.text.lower(), autoescape=True),
        )
    )


def _is_over(now: datetime, *, over: bool) -> ColumnElement[bool]:
    return RoleGrant.ends_at <= now if over else or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)


def _grants_of(user_ids: Sequence[uuid.UUID], tenant_id: int, wanted: PeopleFilter, now: datetime) -> list[GrantRow]:
    granter = aliased(UserAccount)
    rows = db.session.execute(
        select(RoleGrant, granter.name)
        .outerjoin(granter, granter.id == RoleGrant.granted_by)
        .where(RoleGrant.user_id.in_(user_ids), RoleGrant.tenant_id == tenant_id, _is_over(now, over=wanted.ended))
        .order_by(RoleGrant.starts_at, RoleGrant.id)
    )
    return [_row(grant, granted_by, is_coming=grant.starts_at > now) for grant, granted_by in rows]


def _row(grant: RoleGrant, granted_by: str | None, *, is_coming: bool) -> GrantRow:
    return GrantRow(
        grant.id,
        grant.user_id,
        grant.role,
        grant.starts_at,
        last_day(grant.ends_at),
        granted_by,
        grant.granted_at,
        is_coming,
    )
