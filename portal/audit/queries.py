"""Reads of the trail."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db


@dataclass(frozen=True)
class EventRow:
    """One event as a list shows it. `actor_name` None: the system itself."""

    id: uuid.UUID
    tag: str
    at: datetime
    actor_id: uuid.UUID | None
    actor_name: str | None
    actor_role: Role | None
    subject_type: str
    subject_id: str
    changes: dict[str, Any]
    address: str


@dataclass(frozen=True)
class EventFilter:
    """What to look for. `person` is a whole name or user name; the period is [since, until)."""

    tags: Sequence[str] = ()
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


def list_events(tenant_id: int, wanted: EventFilter, *, before: uuid.UUID | None, limit: int) -> list[EventRow]:
    """Give at most `limit` events of one tenant older than the event `before`, the newest first; one statement.

    Ids are time-ordered, so the page after the thousandth costs no more than the first.
    """
    query = _events(tenant_id).order_by(AuditEvent.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    if wanted.tags:
        query = query.where(AuditEvent.tag.in_(wanted.tags))
    if wanted.person:
        named = or_(UserAccount.name == wanted.person, UserAccount.user_name == wanted.person.lower())
        query = query.where(named)
    if wanted.since is not None:
        query = query.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEvent.at < wanted.until)
    return [EventRow(*row) for row in db.session.execute(query)]


def events_about(tenant_id: int, table: str, row_ids: Collection[str], moments: Sequence[datetime]) -> list[EventRow]:
    """Give the events about rows of a table, and all of some moments: acts that changed them by way of another row.

    The oldest first; one statement.
    """
    about = and_(AuditEvent.subject_type == table, AuditEvent.subject_id.in_(row_ids))
    query = _events(tenant_id).where(or_(about, AuditEvent.at.in_(moments))).order_by(AuditEvent.id)
    return [EventRow(*row) for row in db.session.execute(query)]


def names_by_moment(tenant_id: int, moments: Sequence[datetime]) -> dict[datetime, str]:
    """Give who did what was done at some moments, where it was a person; one statement.

    A command gives its moment to whatever it changes, so the moment of a row's state leads to who made it so.
    """
    query = (
        select(AuditEvent.at, UserAccount.name)
        .join(UserAccount, UserAccount.id == AuditEvent.actor_id)
        .where(AuditEvent.tenant_id == tenant_id, AuditEvent.at.in_(moments))
        .order_by(AuditEvent.id.desc())
    )
    return dict(db.session.execute(query).all())


def moments_of(
    user_id: uuid.UUID, tags: Iterable[str], *, tenant_id: int, since: datetime, limit: int
) -> list[datetime]:
    """Give when a person did one of some things after `since`, the newest first; one statement."""
    query = (
        select(AuditEvent.at)
        .where(AuditEvent.tenant_id == tenant_id, AuditEvent.actor_id == user_id, AuditEvent.at > since)
        .where(AuditEvent.tag.in_([str(tag) for tag in tags]))
        .order_by(AuditEvent.at.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _events(tenant_id: int) -> Select[Any]:
    columns = (
        AuditEvent.id,
        AuditEvent.tag,
        AuditEvent.at,
        AuditEvent.actor_id,
        UserAccount.name,
        AuditEvent.actor_role,
        AuditEvent.subject_type,
        AuditEvent.subject_id,
        AuditEvent.changes,
        AuditEvent.address,
    )
    joined = select(*columns).outerjoin(UserAccount, UserAccount.id == AuditEvent.actor_id)
    return joined.where(AuditEvent.tenant_id == tenant_id)
