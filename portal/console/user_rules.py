"""When a role begins and ends, and who may give or end it. Plain Python."""

import uuid
from datetime import date, datetime, timedelta

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.authz.granting import grantable_roles
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.tenancy.levels import Level


def grant_period(*, starts_on: date, ends_on: date | None, now: datetime) -> tuple[datetime, datetime | None]:
    """Give the moments [from, until) of a role that is held from one day until another, both included.

    A role that begins today begins now. Raises RuleBroken for a beginning in the past or an end before it.
    """
    today = clock.today(now)
    if starts_on < today:
        raise RuleBroken("console.starts_in_past", field="starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken("console.ends_before_start", field="ends_on")
    starts_at = now if starts_on == today else clock.day_start(starts_on)
    return starts_at, clock.day_start(ends_on + timedelta(days=1)) if ends_on else None


def last_day(ends_at: datetime | None) -> date | None:
    """Give the last day on which a role holds; the end itself no longer belongs to it."""
    return clock.today(ends_at - timedelta(microseconds=1)) if ends_at else None


def check_may_grant(role: Role, *, actor: Actor, level: Level) -> None:
    """Refuse a role that the actor may not give in a tenant of this level: see portal.authz.granting."""
    if role not in grantable_roles(actor, level):
        raise RuleBroken("console.role_not_yours", field="role")


def check_may_end(role: Role, *, holder_id: uuid.UUID, actor: Actor, level: Level) -> None:
    """Refuse to end a role that the actor could not give, or the actor's own: somebody must stay to undo it."""
    if holder_id == actor.user_id:
        raise RuleBroken("console.own_role")
    check_may_grant(role, actor=actor, level=level)
