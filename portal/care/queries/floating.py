"""Reads of the floating ledger. Which way and where a member floats comes from the register, never from a copy."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, type_coerce

from portal.care.models import FloatingContact, FloatingMember
from portal.care.rules.floating import IN_REGISTER, FloatingState, FlowDirection, from_register
from portal.core.db import db
from portal.registers.queries import flow, links
from portal.registers.queries.briefs import MemberBrief

_members, _guests = flow.flows(), links.guests()
_is_live = and_(FloatingMember.state == FloatingState.ACTIVE, FloatingMember.member_id.is_not(None))
_way: ColumnElement[Any] = type_coerce(
    case(
        *(
            (and_(_is_live, _members.c.flow_direction == known), literal(way, FloatingMember.direction.type))
            for way, known in IN_REGISTER.items()
        ),
        else_=FloatingMember.direction,
    ),
    FloatingMember.direction.type,
)
"""The way of an entry, None where the register says of none: an entry in force keeps none of its own."""


@dataclass(frozen=True)
class LedgerFilter:
    """What the ledger is narrowed to; `overdue_on` a day: contacts that were due before it.

    `member_ids`, and `link_ids` with them: whom a search found among members and those from elsewhere.
    """

    direction: FlowDirection | None = None
    has_ended: bool = False
    overdue_on: date | None = None
    member_ids: tuple[uuid.UUID, ...] | None = None
    link_ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class LedgerRow:
    """An entry of the ledger with the name, the way and the place; `direction` None: the register says of none."""

    entry: FloatingMember
    member_name: str
    direction: FlowDirection | None
    place: str


@dataclass(frozen=True)
class LedgerCounts:
    """How many entries are in force by direction, how many contacts are late, how many entries have ended."""

    by_direction: Counter[FlowDirection | None]
    overdue: int
    ended: int


def list_ledger(wanted: LedgerFilter, *, tenant_id: int, limit: int, offset: int = 0) -> list[LedgerRow]:
    """Give entries of the ledger, the next contact first; one statement."""
    statement = _rows_of(wanted, tenant_id).order_by(FloatingMember.due_on, FloatingMember.id)
    return [_row(*row) for row in db.session.execute(statement.limit(limit).offset(offset))]


def count_ledger(*, tenant_id: int, today: date) -> LedgerCounts:
    """Count the ledger, in one statement."""
    late = FloatingMember.due_on < today
    each = (
        _joined(select(FloatingMember.state.label("state"), _way.label("way"), late.label("late")))
        .where(FloatingMember.tenant_id == tenant_id)
        .subquery()
        .c
    )
    counts, overdue, ended = Counter[FlowDirection | None](), 0, 0
    groups: Any = list(each)
    rows: Any = db.session.execute(select(*groups, func.count()).group_by(*groups))
    for state, direction, is_late, number in rows:
        if state is FloatingState.ENDED:
            ended += number
            continue
        counts[direction] += number
        overdue += number if is_late else 0
    return LedgerCounts(counts, overdue, ended)


def count_found(wanted: LedgerFilter, *, tenant_id: int) -> int:
    """Count the entries of a filter."""
    statement = _joined(select(func.count(FloatingMember.id))).where(*_conditions(wanted, tenant_id))
    return db.session.scalar(statement) or 0


def get_ledger_row(entry: FloatingMember) -> LedgerRow:
    """Give an entry with name, way and place."""
    same = (FloatingMember.tenant_id == entry.tenant_id, FloatingMember.id == entry.id)
    return _row(*db.session.execute(_joined(select(*_COLUMNS)).where(*same)).one())


def find_guest_entry(link_id: uuid.UUID, *, tenant_id: int) -> FloatingMember | None:
    """Give the entry in force of somebody from elsewhere, or None."""
    statement = select(FloatingMember).where(
        FloatingMember.tenant_id == tenant_id,
        FloatingMember.link_id == link_id,
        FloatingMember.state == FloatingState.ACTIVE,
    )
    return db.session.scalars(statement).one_or_none()


def find_active(member_id: uuid.UUID, *, tenant_id: int) -> LedgerRow | None:
    """Give the entry of a member that is in force, or None."""
    statement = _joined(select(*_COLUMNS)).where(
        FloatingMember.tenant_id == tenant_id,
        FloatingMember.member_id == member_id,
        FloatingMember.state == FloatingState.ACTIVE,
    )
    row = db.session.execute(statement).one_or_none()
    return _row(*row) if row else None


def members_not_entered(*, tenant_id: int) -> list[MemberBrief]:
    """Give the floating members who have no entry in force, in the order of names; two statements."""
    statement = select(FloatingMember.member_id).where(
        FloatingMember.tenant_id == tenant_id, FloatingMember.state == FloatingState.ACTIVE
    )
    entered = set(db.session.scalars(statement))
    return [member for member in flow.list_floating(tenant_id=tenant_id) if member.id not in entered]


def list_contacts(floating_id: uuid.UUID, *, tenant_id: int, limit: int) -> Sequence[FloatingContact]:
    """Give the contacts of an entry, the newest first."""
    statement = (
        select(FloatingContact)
        .where(FloatingContact.tenant_id == tenant_id, FloatingContact.floating_id == floating_id)
        .order_by(FloatingContact.contacted_on.desc(), FloatingContact.id.desc())
    )
    return db.session.scalars(statement.limit(limit)).all()


def ledger_piece(
    after: tuple[date, uuid.UUID] | None, limit: int, *, tenant_id: int, wanted: LedgerFilter
) -> list[LedgerRow]:
    """Give entries of a filter behind a key (first day away, id), in that order, for a long file."""
    statement = _rows_of(wanted, tenant_id)
    if after is not None:
        since, last_id = after
        is_later = (FloatingMember.since > since) | ((FloatingMember.since == since) & (FloatingMember.id > last_id))
        statement = statement.where(is_later)
    ordered = statement.order_by(FloatingMember.since, FloatingMember.id).limit(limit)
    return [_row(*row) for row in db.session.execute(ordered)]


_COLUMNS: tuple[Any, ...] = (
    FloatingMember,
    func.coalesce(_members.c.full_name, _guests.c.full_name),
    _members.c.flow_direction,
    _members.c.flow_place,
)


def _rows_of(wanted: LedgerFilter, tenant_id: int) -> Select[*tuple[Any, ...]]:
    return _joined(select(*_COLUMNS)).where(*_conditions(wanted, tenant_id))


def _joined(statement: Select[Any]) -> Select[Any]:
    """Join the entries of a statement with the members, or those from elsewhere, whom they are about."""
    own = and_(_members.c.tenant_id == FloatingMember.tenant_id, _members.c.id == FloatingMember.member_id)
    guest = and_(_guests.c.tenant_id == FloatingMember.tenant_id, _guests.c.id == FloatingMember.link_id)
    return statement.select_from(FloatingMember).outerjoin(_members, own).outerjoin(_guests, guest)


def _row(entry: FloatingMember, name: str | None, direction: Any, place: str | None) -> LedgerRow:
    if entry.state is FloatingState.ENDED or entry.member_id is None:
        return LedgerRow(entry, name or "", entry.direction, entry.place or "")
    return LedgerRow(entry, name or "", from_register(direction), place or "")


def _conditions(wanted: LedgerFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    state = FloatingState.ENDED if wanted.has_ended else FloatingState.ACTIVE
    conditions = [FloatingMember.tenant_id == tenant_id, FloatingMember.state == state]
    if wanted.direction is not None:
        conditions.append(_way == wanted.direction)
    if wanted.overdue_on is not None:
        conditions.append(FloatingMember.due_on < wanted.overdue_on)
    if wanted.member_ids is not None:
        found = FloatingMember.member_id.in_(wanted.member_ids)
        conditions.append(or_(found, FloatingMember.link_id.in_(wanted.link_ids)))
    return conditions
