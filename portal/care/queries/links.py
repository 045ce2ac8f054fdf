"""Reads of the four-level contact."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from portal.care.models import ContactEntry, ContactLink
from portal.care.rules.links import LinkLevel, LinkState
from portal.core.db import db


@dataclass(frozen=True)
class LinkFilter:
    """What the list is narrowed to; `overdue_on` a day: contacts that were due before it."""

    level: LinkLevel | None = None
    has_ended: bool = False
    overdue_on: date | None = None


@dataclass(frozen=True)
class LinkCounts:
    """How many links are kept up by level, how many contacts are late, how many links have ended."""

    by_level: Counter[LinkLevel]
    overdue: int
    ended: int


def list_links(wanted: LinkFilter, *, tenant_id: int, limit: int, offset: int) -> Sequence[ContactLink]:
    """Give links, the next contact first; one statement."""
    statement = select(ContactLink).where(*_conditions(wanted, tenant_id))
    return db.session.scalars(statement.order_by(ContactLink.due_on, ContactLink.id).limit(limit).offset(offset)).all()


def count_links(*, tenant_id: int, today: date) -> LinkCounts:
    """Count the links, in one statement."""
    late = ContactLink.due_on < today
    statement = (
        select(ContactLink.state, ContactLink.level, late, func.count())
        .where(ContactLink.tenant_id == tenant_id)
        .group_by(ContactLink.state, ContactLink.level, late)
    )
    counts, overdue, ended = Counter[LinkLevel](), 0, 0
    for state, level, is_late, number in db.session.execute(statement):
        if state is LinkState.ENDED:
            ended += number
            continue
        counts[level] += number
        overdue += number if is_late else 0
    return LinkCounts(counts, overdue, ended)


def count_found(wanted: LinkFilter, *, tenant_id: int) -> int:
    """Count the links of a filter."""
    statement = select(func.count()).select_from(ContactLink).where(*_conditions(wanted, tenant_id))
    return db.session.scalar(statement) or 0


def list_link_entries(link_id: uuid.UUID, *, tenant_id: int, limit: int) -> Sequence[ContactEntry]:
    """Give the contacts along a link, the newest first."""
    statement = (
        select(ContactEntry)
        .where(ContactEntry.tenant_id == tenant_id, ContactEntry.link_id == link_id)
        .order_by(ContactEntry.contacted_on.desc(), ContactEntry.id.desc())
    )
    return db.session.scalars(statement.limit(limit)).all()


def _conditions(wanted: LinkFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    state = LinkState.ENDED if wanted.has_ended else LinkState.ACTIVE
    conditions = [ContactLink.tenant_id == tenant_id, ContactLink.state == state]
    if wanted.level is not None:
        conditions.append(ContactLink.level == wanted.level)
    if wanted.overdue_on is not None:
        conditions.append(ContactLink.due_on < wanted.overdue_on)
    return conditions
