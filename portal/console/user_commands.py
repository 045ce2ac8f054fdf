"""Adding people and giving and ending their roles, in the actor's own tenant and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts import commands as accounts
from portal.accounts.actor import Actor
from portal.accounts.models import RoleGrant, UserAccount
from portal.accounts.queries import find_by_sign_in_name
from portal.accounts.roles import Role
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.console import user_rules
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.tenancy.levels import Level


@dataclass(frozen=True)
class NewPerson:
    """What is known of a person who gets an account. `mobile` may be empty."""

    name: str
    user_name: str
    mobile: str = ""


@dataclass(frozen=True)
class RoleWish:
    """Which role, from one day until another, both included; `ends_on` None: without an end."""

    role: Role
    starts_on: date
    ends_on: date | None = None
    reason: str = ""


def add_person(
    person: NewPerson, *, wish: RoleWish, level: Level, actor: Actor, now: datetime
) -> tuple[UserAccount, str]:
    """Create an account with a first role here; give it with the password to hand over once.

    Raises RuleBroken when the user name or mobile is taken, or the role is not the actor's to give (`level` is the
    level of the actor's tenant).
    """
    user_rules.check_may_grant(wish.role, actor=actor, level=level)
    account, password = create_account(person, now=now)
    grant = grant_in(account, wish, tenant_id=actor.tenant_id, actor=actor, now=now)
    record(AuditTag.USER_CREATE, subject=account, actor=actor, now=now, changes=facts_of(grant, account))
    return account, password


def grant_role(*, sign_in_name: str, wish: RoleWish, level: Level, actor: Actor, now: datetime) -> RoleGrant:
    """Give a person who has an account a role here.

    Raises RuleBroken when nobody signs in with that name, the role is held already, or is not the actor's to give.
    """
    user_rules.check_may_grant(wish.role, actor=actor, level=level)
    account = find_by_sign_in_name(sign_in_name)
    if account is None or account.disabled_at is not None:
        raise RuleBroken("console.person_unknown", field="sign_in_name")
    grant = grant_in(account, wish, tenant_id=actor.tenant_id, actor=actor, now=now)
    record(AuditTag.ROLE_GRANT, subject=grant, actor=actor, now=now, changes=facts_of(grant, account))
    return grant


def end_grant(grant: RoleGrant, *, level: Level, actor: Actor, now: datetime) -> RoleGrant:
    """End a role of this tenant now; the person's next click is refused.

    Raises RuleBroken when it is the actor's own, not the actor's to end, or over already.
    """
    user_rules.check_may_end(grant.role, holder_id=grant.user_id, actor=actor, level=level)
    before = grant.ends_at
    accounts.end_grant(grant, now=now)
    changes: dict[str, list[object]] = {"role": [grant.role.value, None], "ends_at": [before, grant.ends_at]}
    record(AuditTag.ROLE_END, subject=grant, actor=actor, now=now, changes=changes)
    return grant


def create_account(person: NewPerson, *, now: datetime) -> tuple[UserAccount, str]:
    """Create an account whose password must be changed at the first sign-in; two taps at once make one account."""
    password = accounts.initial_password()
    try:
        with db.session.begin_nested():
            account = accounts.create_user(
                user_name=person.user_name,
                name=person.name,
                mobile=person.mobile or None,
                password=password,
                must_change=True,
                now=now,
            )
    except IntegrityError as error:
        raise RuleBroken("accounts.user_name_taken", field="user_name") from error
    return account, password


def grant_in(account: UserAccount, wish: RoleWish, *, tenant_id: int, actor: Actor, now: datetime) -> RoleGrant:
    """Give a role in a tenant; who may do so was decided before. Raises RuleBroken when it is held already."""
    starts_at, ends_at = user_rules.grant_period(starts_on=wish.starts_on, ends_on=wish.ends_on, now=now)
    grant = accounts.grant_role(
        user_id=account.id,
        tenant_id=tenant_id,
        role=wish.role,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=wish.reason,
        granted_by=actor.user_id,
        now=now,
    )
    if grant.granted_at != now:
        raise RuleBroken("console.role_held", field="role")
    return grant


def facts_of(grant: RoleGrant, account: UserAccount) -> dict[str, list[object]]:
    """Give what the trail says of a new role."""
    return {
        "user_name": [None, account.user_name],
        "role": [None, grant.role.value],
        "starts_at": [None, grant.starts_at],
        "ends_at": [None, grant.ends_at],
    }
