"""Looks at what is covered: an ID number, a phone, an address, the scan of a paper. Counted, recorded, and limited."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.accounts.actor import Actor
from portal.accounts.queries import hold_account
from portal.audit.models import AuditEvent
from portal.audit.queries import moments_of
from portal.audit.record import record
from portal.audit.rules import LIMITS, Limit, reached_limit
from portal.audit.tags import LOOKS, AuditTag
from portal.core import clock
from portal.core.db import Base
from portal.core.errors import RuleBroken
from portal.tenancy.scope import scope_of, transaction, written_tenant


def record_look(
    tag: AuditTag,
    *,
    subject: Base,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Sequence[object]] | None = None,
) -> AuditEvent:
    """Record that this person looks at something covered, before it is handed out.

    Raises RuleBroken `audit.looks_of_hour` or `audit.looks_of_day` (field `reason`) when there were too many by this
    person in this community; the refusal is recorded and committed by itself, since the page that answers it changes
    nothing. So this comes before whatever else a command changes. The person's account is held meanwhile, so that
    looks at the same moment count each other.
    """
    hold_account(actor.user_id)
    longest, most = max(limit.within for limit in LIMITS), max(limit.most for limit in LIMITS)
    looks = moments_of(actor.user_id, LOOKS, tenant_id=written_tenant(), since=now - longest, limit=most)
    reached = reached_limit(looks, now=now)
    if reached is None:
        return record(tag, subject=subject, actor=actor, now=now, changes=changes)
    limit, goes_on_at = reached
    with transaction(scope_of(written_tenant())):
        told = dict(changes or {}, looks=[None, limit.most], goes_on_at=[None, goes_on_at.isoformat()])
        record(AuditTag.LOOK_REFUSE, subject=subject, actor=actor, now=now, changes=told)
    raise _too_many(limit, goes_on_at)


def _too_many(limit: Limit, goes_on_at: datetime) -> RuleBroken:
    until = f"{clock.local(goes_on_at):%Y-%m-%d %H:%M}"
    return RuleBroken(limit.code, field="reason", most=limit.most, until=until)
