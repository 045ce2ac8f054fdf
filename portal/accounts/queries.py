"""Reads of people and their roles."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.actor import Actor
from portal.accounts.models import RoleGrant, SignInAttempt, UserAccount
from portal.accounts.roles import Role
from portal.accounts.rules import MOBILE, TRY_WINDOW
from portal.core.db import db
from portal.core.errors import NotFound
from portal.tenancy import vault
from portal.tenancy.models import Tenant
from portal.tenancy.scope import read_tuples


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session, with the roles held in the tenant of this request."""

    user_id: uuid.UUID
    name: str
    session_key: str
    locale: str | None
    must_change_password: bool
    roles: frozenset[Role]

    def actor(self, tenant_id: int) -> Actor:
        """Give the actor of this person in the tenant that the roles were read for."""
        return Actor(user_id=self.user_id, name=self.name, tenant_id=tenant_id, roles=self.roles | {Role.VISITOR})


@dataclass(frozen=True)
class Workspace:
    """A tenant where a person holds a role now."""

    code: str
    name: str
    parent_name: str | None
    roles: tuple[Role, ...]


def _in_force(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (RoleGrant.starts_at <= now, or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))


_SIGNED_IN = (
    select(
        UserAccount.name,
        UserAccount.session_key,
        UserAccount.locale,
        UserAccount.must_change_password,
        RoleGrant.role,
    )
    .outerjoin(
        RoleGrant,
        and_(
            RoleGrant.user_id == UserAccount.id,
            RoleGrant.tenant_id == bindparam("tenant_id"),
            *_in_force(bindparam("now")),
        ),
    )
    .where(UserAccount.id == bindparam("user_id"), UserAccount.disabled_at.is_(None))
)  # each request asks this: put together once


def find_signed_in(user_id: uuid.UUID, *, tenant_id: int | None, now: datetime) -> SignedIn | None:
    """Give the person and the roles in one tenant in one statement, or None when disabled or unknown."""
    rows = read_tuples(_SIGNED_IN, user_id=user_id, tenant_id=tenant_id, now=now)
    if not rows:
        return None
    name, session_key, locale, must_change, _ = rows[0]
    roles = frozenset(role for *_, role in rows if role is not None)
    return SignedIn(user_id, name, session_key, locale, must_change, roles)


def find_by_sign_in_name(typed: str) -> UserAccount | None:
    """Give the account with this user name, or with this mobile number."""
    typed = typed.strip()
    if MOBILE.fullmatch(typed):
        where = UserAccount.mobile_index == vault.platform_index("user_account.mobile", typed)
    else:
        where = UserAccount.user_name == typed.lower()
    return db.session.scalars(select(UserAccount).where(where)).one_or_none()


def get_account(user_id: uuid.UUID) -> UserAccount:
    """Give an account; raises NotFound."""
    account = db.session.scalars(select(UserAccount).where(UserAccount.id == user_id)).one_or_none()
    if account is None:
        raise NotFound
    return account


def hold_account(user_id: uuid.UUID) -> None:
    """Hold a person's account until the transaction ends, so that what is counted for one person is counted in turn.

    Rows that point to the account are not kept waiting.
    """
    db.session.execute(select(UserAccount.id).where(UserAccount.id == user_id).with_for_update(key_share=True))


def list_workspaces(user_id: uuid.UUID, *, now: datetime) -> list[Workspace]:
    """One row per tenant where the person holds a role now, by code; one statement."""
    parent = aliased(Tenant)
    rows = db.session.execute(
        select(Tenant.code, Tenant.name, parent.name.label("parent_name"), RoleGrant.role)
        .join(Tenant, Tenant.id == RoleGrant.tenant_id)
        .outerjoin(parent, parent.id == Tenant.parent_id)
        .where(RoleGrant.user_id == user_id, *_in_force(now))
        .order_by(Tenant.code, RoleGrant.role)
    ).all()
    found: dict[str, Workspace] = {}
    for code, name, parent_name, role in rows:
        earlier = found.get(code)
        roles = (*earlier.roles, role) if earlier else (role,)
        found[code] = Workspace(code, name, parent_name, tuple(dict.fromkeys(roles)))
    return list(found.values())


def count_failures(*, account_index: bytes, address: str, now: datetime) -> tuple[int, int]:
    """Give the failed tries of this account and of this address since TRY_WINDOW before now.

    A success wipes the account's earlier failures, not the address's.
    """
    since = now - TRY_WINDOW
    last_success = (
        select(func.max(SignInAttempt.at))
        .where(SignInAttempt.account_index == account_index, SignInAttempt.has_succeeded)
        .scalar_subquery()
    )
    of_account = select(func.count()).where(
        SignInAttempt.account_index == account_index,
        SignInAttempt.at > since,
        ~SignInAttempt.has_succeeded,
        or_(last_success.is_(None), SignInAttempt.at > last_success),
    )
    of_address = select(func.count()).where(
        SignInAttempt.address == address, SignInAttempt.at > since, ~SignInAttempt.has_succeeded
    )
    row = db.session.execute(select(of_account.scalar_subquery(), of_address.scalar_subquery())).one()
    return row[0], row[1]


def names_of(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Give the names of these people, for "checked by"; one statement, none for nobody."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def tenants_with_people() -> set[int]:
    """Give the ids of the tenants in which somebody ever held a role."""
    return set(db.session.scalars(select(RoleGrant.tenant_id).distinct()))


def names_of_holders(tenant_id: int, roles: Iterable[Role], *, now: datetime, most: int) -> list[tuple[str, Role]]:
    """Give who holds one of these roles here now, by name, at most so many: whom to turn to."""
    rows = db.session.execute(
        select(UserAccount.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == UserAccount.id)
        .where(RoleGrant.tenant_id == tenant_id, RoleGrant.role.in_(set(roles)), *_in_force(now))
        .where(UserAccount.disabled_at.is_(None))
        .order_by(UserAccount.name)
        .limit(most)
    )
    return [(row.name, row.role) for row in rows]
