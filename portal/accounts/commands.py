"""Changes of people and their roles.

Who may do it is decided before, by policy; what is recorded comes after, by the console: these functions know
neither pages nor the trail, since both look down on them.
"""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import or_, select

from portal.accounts import passwords, rules
from portal.accounts.models import RoleGrant, SignInAttempt, UserAccount
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.tenancy import vault

# For a password that is read out or copied by hand: nothing that looks like something else; 59 bits in 12 letters.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def create_user(
    *, user_name: str, name: str, mobile: str | None, password: str, must_change: bool, now: datetime
) -> UserAccount:
    """Create a person. Raises RuleBroken when the user name or mobile is taken or malformed, or the password weak."""
    user_name = user_name.strip().lower()
    rules.check_user_name(user_name)
    rules.check_password(password, user_name=user_name, name=name)
    user_id, index = new_id(), None
    if mobile:
        rules.check_mobile(mobile)
        index = vault.platform_index("user_account.mobile", mobile)
    _check_free(user_name, index)
    account = UserAccount(
        id=user_id,
        user_name=user_name,
        name=name.strip(),
        mobile_index=index,
        mobile_sealed=vault.platform_seal("user_account.mobile", user_id, mobile) if mobile else None,
        password_hash=passwords.hash_password(password),
        session_key=secrets.token_hex(16),
        must_change_password=must_change,
        created_at=now,
    )
    db.session.add(account)
    db.session.flush()
    return account


def initial_password() -> str:
    """Give a password to hand over once; its owner changes it at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def change_password(account: UserAccount, *, password: str) -> UserAccount:
    """Set a new password and end every other session of this person."""
    rules.check_password(password, user_name=account.user_name, name=account.name)
    account.password_hash = passwords.hash_password(password)
    account.session_key = secrets.token_hex(16)
    account.must_change_password = False
    return account


def grant_role(
    *,
    user_id: uuid.UUID,
    tenant_id: int,
    role: Role,
    starts_at: datetime,
    ends_at: datetime | None = None,
    reason: str = "",
    granted_by: uuid.UUID | None,
    now: datetime,
) -> RoleGrant:
    """Give a person a role in a tenant; gives the present grant back when there is one already."""
    held = db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.user_id == user_id,
            RoleGrant.tenant_id == tenant_id,
            RoleGrant.role == role,
            or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
    ).first()
    if held is not None:
        return held
    grant = RoleGrant(
        id=new_id(),
        user_id=user_id,
        tenant_id=tenant_id,
        role=role,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        granted_by=granted_by,
        granted_at=now,
    )
    db.session.add(grant)
    db.session.flush()
    return grant


def end_grant(grant: RoleGrant, *, now: datetime) -> RoleGrant:
    """End a role now. Raises RuleBroken when it has ended before: an end is never moved silently."""
    if grant.ends_at is not None and grant.ends_at <= now:
        raise RuleBroken("accounts.grant_ended")
    grant.ends_at = max(now, grant.starts_at)
    return grant


def remember_attempt(*, account_index: bytes, address: str, now: datetime) -> SignInAttempt:
    """Count one try to sign in, as failed until mark_success() says otherwise."""
    attempt = SignInAttempt(id=new_id(), account_index=account_index, address=address, at=now)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def mark_success(attempt: SignInAttempt) -> None:
    """Turn a try into a success."""
    attempt.has_succeeded = True


def _check_free(user_name: str, mobile_index: bytes | None) -> None:
    if db.session.scalars(select(UserAccount.id).where(UserAccount.user_name == user_name)).first():
        raise RuleBroken("accounts.user_name_taken", field="user_name")
    if (
        mobile_index
        and db.session.scalars(select(UserAccount.id).where(UserAccount.mobile_index == mobile_index)).first()
    ):
        raise RuleBroken("accounts.mobile_taken", field="mobile")
