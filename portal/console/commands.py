"""Signing in and out, and one's own password."""

from datetime import datetime

from portal.accounts import commands as accounts
from portal.accounts import passwords
from portal.accounts.actor import Actor
from portal.accounts.models import UserAccount
from portal.accounts.queries import count_failures, find_by_sign_in_name, get_account
from portal.accounts.roles import Role
from portal.accounts.rules import may_try
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.errors import RuleBroken
from portal.tenancy import vault
from portal.tenancy.levels import PLATFORM_ID
from portal.tenancy.scope import scope_of, transaction


def sign_in(*, name: str, password: str, address: str, now: datetime) -> UserAccount | None:
    """Give the account when name and password fit, None when they do not.

    Raises RuleBroken when there were too many failures of this account or from this address. Commits by itself:
    a failed try must be counted and recorded although the page that answers it changes nothing.
    The try is written down before the password is looked at, so that tries at the same moment count each other.
    """
    index = vault.platform_index("sign_in_attempt.account", name.strip().lower())
    with transaction(scope_of(PLATFORM_ID)):
        failures = count_failures(account_index=index, address=address, now=now)
        is_allowed = may_try(account_failures=failures[0], address_failures=failures[1])
        attempt = accounts.remember_attempt(account_index=index, address=address, now=now) if is_allowed else None
    if attempt is None:
        raise RuleBroken("accounts.too_many_tries")
    with transaction(scope_of(PLATFORM_ID)):
        account = find_by_sign_in_name(name)
        stored = account.password_hash if account and account.disabled_at is None else None
        if not passwords.is_password(stored, password) or account is None:
            record(AuditTag.SIGN_IN_FAIL, subject=attempt, actor=None, now=now)
            return None
        accounts.mark_success(attempt)
        record(AuditTag.SIGN_IN_SUCCEED, subject=account, actor=_self(account), now=now)
        return account


def sign_out(actor: Actor, *, now: datetime) -> None:
    """Record the end of a session."""
    with transaction(scope_of(PLATFORM_ID)):
        record(AuditTag.SIGN_OUT, subject=get_account(actor.user_id), actor=actor, now=now)


def change_password(*, old_password: str, password: str, actor: Actor, now: datetime) -> UserAccount:
    """Set a new password; ends every other session. Raises RuleBroken when the old one is wrong or the new one weak."""
    with transaction(scope_of(PLATFORM_ID)):
        account = get_account(actor.user_id)
        if not passwords.is_password(account.password_hash, old_password):
            raise RuleBroken("accounts.password_wrong", field="old_password")
        accounts.change_password(account, password=password)
        record(AuditTag.PASSWORD_CHANGE, subject=account, actor=actor, now=now)
        return account


def _self(account: UserAccount) -> Actor:
    return Actor(account.id, account.name, PLATFORM_ID, frozenset({Role.VISITOR}))
