"""Opening a workspace: the operator names the first person who answers for it."""

from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.accounts.models import RoleGrant
from portal.accounts.queries import find_by_sign_in_name
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.authz.granting import FIRST_ROLE
from portal.console.tenant_queries import has_manager
from portal.console.user_commands import NewPerson, RoleWish, create_account, facts_of, grant_in
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.tenancy.models import Tenant


def open_workspace(
    tenant: Tenant, *, person: NewPerson, reason: str, ends_on: date, actor: Actor, now: datetime
) -> tuple[RoleGrant, str | None]:
    """Give the first secretary or officer of a division, with the password when the account is new.

    The role begins today and ends with `ends_on`. An account with this user name is taken when its name is the same.
    The event stands in the operator's own trail. Raises RuleBroken when the division has ended, is the country, or
    somebody answers for it already.
    """
    role = FIRST_ROLE.get(tenant.level)
    if role is None or tenant.ended_at is not None:
        raise RuleBroken("console.no_workspace")
    if has_manager(tenant.id, now=now):
        raise RuleBroken("console.already_open")
    account, password = find_by_sign_in_name(person.user_name), None
    if account is None:
        account, password = create_account(person, now=now)
    elif account.name != person.name or account.disabled_at is not None:
        raise RuleBroken("console.user_name_other", field="user_name")
    wish = RoleWish(role, clock.today(now), ends_on, reason)
    grant = grant_in(account, wish, tenant_id=tenant.id, actor=actor, now=now)
    facts: dict[str, list[object]] = {"division": [None, tenant.code], "reason": [None, reason]}
    changes = {**facts, **facts_of(grant, account)}
    record(AuditTag.TENANT_OPEN, subject=grant, actor=actor, now=now, changes=changes)
    return grant, password
