"""Reads of the floating ledger."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from portal.care.models import FloatingContact, FloatingMember
from portal.care.rules.floating import FloatingState, FlowDirection
from portal.core.db import db
from portal.registers.queries.briefs import MemberBrief, list_class, member_briefs
from portal.registers.rules import ManagementClass


@dataclass(frozen=True)
class LedgerFilter:
    """What the ledger is narrowed to; `overdue_on` a day: contacts that were due before it."""

    direction: FlowDirection | None = None
    has_ended: bool = False
    overdue_on: date | None = None
    member_ids: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True)
class LedgerRow:
    """An entry of the ledger with the member's name."""

    entry: FloatingMember
    member_name: str


@dataclass(frozen=True)
class LedgerCounts:
    """How many entries are in force by direction, how many contacts are late, how many entries have ended."""

    by_direction: Counter[FlowDirection]
    overdue: int
    ended: int


def list_ledger(wanted: LedgerFilter, *, tenant_id: int, limit: int, offset: int = 0) -> list[LedgerRow]:
    """Give entries of the ledger, the next contact first; two statements."""
    statement = select(FloatingMember).where(*_conditions(wanted, tenant_id))
    statement = statement.order_by(FloatingMember.due_on, FloatingMember.id)
    entries = db.session.scalars(statement.limit(limit).offset(offset)).all()
    names = member_briefs((entry.member_id for entry in entries), tenant_id=tenant_id)
    return [LedgerRow(entry, names[entry.member_id].full_name if entry.member_id in names else "") for entry in entries]


def count_ledger(*, tenant_id: int, today: date) -> LedgerCounts:
    """Count the ledger, in one statement."""
    late = FloatingMember.due_on < today
    statement = (
        select(FloatingMember.state, FloatingMember.direction, late, func.count())
        .where(FloatingMember.tenant_id == tenant_id)
        .group_by(FloatingMember.state, FloatingMember.direction, late)
    )
    counts, overdue, ended = Counter[FlowDirection](), 0, 0
    for state, direction, is_late, number in db.session.execute(statement):
        if state is FloatingState.ENDED:
            ended += number
            continue
        counts[direction] += number
        overdue += number if is_late else 0
    return LedgerCounts(counts, overdue, ended)


def count_found(wanted: LedgerFilter, *, tenant_id: int) -> int:
    """Count the entries of a filter."""
    statement = select(func.count()).select_from(FloatingMember).where(*_conditions(wanted, tenant_id))
    return db.session.scalar(statement) or 0


def find_active(member_id: uuid.UUID, *, tenant_id: int) -> FloatingMember | None:
    """Give the entry of a member that is in force, or None."""
    statement = select(FloatingMember).where(
        FloatingMember.tenant_id == tenant_id,
        FloatingMember.member_id == member_id,
        FloatingMember.state == FloatingState.ACTIVE,
    )
    return db.session.scalars(statement).one_or_none()


def members_not_entered(*, tenant_id: int) -> list[MemberBrief]:
    """Give the floating members who have no entry in force, in the order of names; two statements."""
    statement = select(FloatingMember.member_id).where(
        FloatingMember.tenant_id == tenant_id, FloatingMember.state == FloatingState.ACTIVE
    )
    entered = set(db.session.scalars(statement))
    everybody = list_class(ManagementClass.FLOATING, tenant_id=tenant_id)
    return [member for member in everybody if member.id not in entered]


def list_contacts(floating_id: uuid.UUID, *, tenant_id: int, limit: int) -> Sequence[FloatingContact]:
    """Give the contacts of an entry, the newest first."""
    statement = (
        select(FloatingContact)
        .where(FloatingContact.tenant_id == tenant_id, FloatingContact.floating_id == floating_id)
        .order_by(FloatingContact.contacted_on.desc(), FloatingContact.id.desc())
    )
    return db.session.scalars(statement.limit(limit)).all()


def ledger_piece(
    after: tuple[date, uuid.UUID] | None, limit: int, *, tenant_id: int, direction: FlowDirection | None
) -> Sequence[FloatingMember]:
    """Give entries in force behind a key (first day away, id), in that order, for a long file."""
    statement = select(FloatingMember).where(
        *_conditions(LedgerFilter(direction), tenant_id),
    )
    if after is not None:
        since, last_id = after
        is_later = (FloatingMember.since > since) | ((FloatingMember.since == since) & (FloatingMember.id > last_id))
        statement = statement.where(is_later)
    return db.session.scalars(statement.order_by(FloatingMember.since, FloatingMember.id).limit(limit)).all()


def _conditions(wanted: LedgerFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    state = FloatingState.ENDED if wanted.has_ended else FloatingState.ACTIVE
    conditions = [FloatingMember.tenant_id == tenant_id, FloatingMember.state == state]
    if wanted.direction is not None:
        conditions.append(FloatingMember.direction == wanted.direction)
    if wanted.overdue_on is not None:
        conditions.append(FloatingMember.due_on < wanted.overdue_on)
    if wanted.member_ids is not None:
        conditions.append(FloatingMember.member_id.in_(wanted.member_ids))
    return conditions
