"""Reads of delegates, duty days and opinions."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.care.models import DelegateOpinion, DutyDay, PartyDelegate
from portal.care.rules.delegates import DelegateState, OpinionState
from portal.core.db import db
from portal.registers.queries.briefs import member_briefs
from portal.tenancy import vault

OPTIONS_MOST = 200


@dataclass(frozen=True)
class DelegateRow:
    """A delegate in a list: name, next duty day, and how many opinions were heard and are still open."""

    delegate: PartyDelegate
    member_name: str
    next_duty: datetime | None
    heard: int
    waiting: int


@dataclass(frozen=True)
class OpinionRow:
    """An opinion in a list with the delegate's name."""

    opinion: DelegateOpinion
    delegate_name: str


def list_delegates(
    state: DelegateState | None, *, tenant_id: int, now: datetime, limit: int, offset: int
) -> list[DelegateRow]:
    """Give delegates, the end of the term first; four statements."""
    statement = select(PartyDelegate).where(PartyDelegate.tenant_id == tenant_id)
    if state is not None:
        statement = statement.where(PartyDelegate.state == state)
    ordered = statement.order_by(PartyDelegate.term_until, PartyDelegate.id).limit(limit).offset(offset)
    delegates = db.session.scalars(ordered).all()
    ids = [each.id for each in delegates]
    names = member_briefs((each.member_id for each in delegates), tenant_id=tenant_id)
    days = _next_days(ids, tenant_id=tenant_id, now=now)
    heard, waiting = _opinions_of(ids, tenant_id=tenant_id)
    return [
        DelegateRow(
            each,
            names[each.member_id].full_name if each.member_id in names else "",
            days.get(each.id),
            heard[each.id],
            waiting[each.id],
        )
        for each in delegates
    ]


def _next_days(ids: Sequence[uuid.UUID], *, tenant_id: int, now: datetime) -> dict[uuid.UUID, datetime]:
    statement = (
        select(DutyDay.delegate_id, func.min(DutyDay.starts_at))
        .where(DutyDay.tenant_id == tenant_id, DutyDay.delegate_id.in_(ids), DutyDay.ends_at > now)
        .group_by(DutyDay.delegate_id)
    )
    return dict(db.session.execute(statement).all())


def _opinions_of(ids: Sequence[uuid.UUID], *, tenant_id: int) -> tuple[Counter[uuid.UUID], Counter[uuid.UUID]]:
    statement = (
        select(DelegateOpinion.delegate_id, DelegateOpinion.state, func.count())
        .where(DelegateOpinion.tenant_id == tenant_id, DelegateOpinion.delegate_id.in_(ids))
        .group_by(DelegateOpinion.delegate_id, DelegateOpinion.state)
    )
    heard, waiting = Counter[uuid.UUID](), Counter[uuid.UUID]()
    for delegate_id, state, number in db.session.execute(statement):
        heard[delegate_id] += number
        waiting[delegate_id] += 0 if state is OpinionState.ANSWERED else number
    return heard, waiting


def count_delegates(*, tenant_id: int) -> Counter[DelegateState]:
    """Count the delegates by state."""
    statement = (
        select(PartyDelegate.state, func.count())
        .where(PartyDelegate.tenant_id == tenant_id)
        .group_by(PartyDelegate.state)
    )
    return Counter(dict(db.session.execute(statement).all()))


def list_serving(*, tenant_id: int) -> list[tuple[uuid.UUID, str]]:
    """Give id and name of the delegates in office, by name; two statements."""
    statement = select(PartyDelegate.id, PartyDelegate.member_id).where(
        PartyDelegate.tenant_id == tenant_id, PartyDelegate.state == DelegateState.SERVING
    )
    rows = db.session.execute(statement.limit(OPTIONS_MOST)).all()
    names = member_briefs((member_id for _, member_id in rows), tenant_id=tenant_id)
    return sorted(
        ((delegate_id, names[member_id].full_name) for delegate_id, member_id in rows if member_id in names),
        key=lambda pair: pair[1],
    )


def list_duty_days(delegate_id: uuid.UUID, *, tenant_id: int, limit: int) -> Sequence[DutyDay]:
    """Give the duty days of a delegate, the latest first."""
    statement = select(DutyDay).where(DutyDay.tenant_id == tenant_id, DutyDay.delegate_id == delegate_id)
    return db.session.scalars(statement.order_by(DutyDay.starts_at.desc()).limit(limit)).all()


def count_by_duty_day(delegate_id: uuid.UUID, *, tenant_id: int) -> Counter[uuid.UUID]:
    """Count what a delegate heard on each duty day; one statement."""
    statement = (
        select(DelegateOpinion.duty_day_id, func.count())
        .where(
            DelegateOpinion.tenant_id == tenant_id,
            DelegateOpinion.delegate_id == delegate_id,
            DelegateOpinion.duty_day_id.is_not(None),
        )
        .group_by(DelegateOpinion.duty_day_id)
    )
    found = Counter[uuid.UUID]()
    for day_id, number in db.session.execute(statement):
        if day_id is not None:
            found[day_id] = number
    return found


def duty_day_of(opinion: DelegateOpinion) -> DutyDay | None:
    """Give the duty day on which an opinion was heard, None where it came at another time."""
    if opinion.duty_day_id is None:
        return None
    statement = select(DutyDay).where(DutyDay.tenant_id == opinion.tenant_id, DutyDay.id == opinion.duty_day_id)
    return db.session.scalars(statement).one()


def list_opinions(
    state: OpinionState | None,
    *,
    tenant_id: int,
    delegate_id: uuid.UUID | None = None,
    overdue_on: date | None = None,
    limit: int,
    offset: int = 0,
) -> list[OpinionRow]:
    """Give opinions, the next due first and then the newest; three statements."""
    statement = select(DelegateOpinion).where(DelegateOpinion.tenant_id == tenant_id)
    if state is not None:
        statement = statement.where(DelegateOpinion.state == state)
    if delegate_id is not None:
        statement = statement.where(DelegateOpinion.delegate_id == delegate_id)
    if overdue_on is not None:
        statement = statement.where(DelegateOpinion.due_on < overdue_on)
    ordered = statement.order_by(
        DelegateOpinion.due_on.is_(None), DelegateOpinion.due_on, DelegateOpinion.received_on.desc(), DelegateOpinion.id
    )
    opinions = db.session.scalars(ordered.limit(limit).offset(offset)).all()
    names = delegate_names({each.delegate_id for each in opinions}, tenant_id=tenant_id)
    return [OpinionRow(each, names.get(each.delegate_id, "")) for each in opinions]


def delegate_names(ids: set[uuid.UUID], *, tenant_id: int) -> dict[uuid.UUID, str]:
    """Give the names of delegates by their ids; two statements."""
    statement = select(PartyDelegate.id, PartyDelegate.member_id).where(
        PartyDelegate.tenant_id == tenant_id, PartyDelegate.id.in_(ids)
    )
    rows = db.session.execute(statement).all()
    names = member_briefs((member_id for _, member_id in rows), tenant_id=tenant_id)
    return {delegate_id: names[member_id].full_name for delegate_id, member_id in rows if member_id in names}


def count_opinions(*, tenant_id: int, today: date) -> tuple[Counter[OpinionState], int]:
    """Count the opinions by state, and those whose day is over; one statement."""
    late = func.coalesce(DelegateOpinion.due_on < today, False)
    statement = (
        select(DelegateOpinion.state, late, func.count())
        .where(DelegateOpinion.tenant_id == tenant_id)
        .group_by(DelegateOpinion.state, late)
    )
    counts, overdue = Counter[OpinionState](), 0
    for state, is_late, number in db.session.execute(statement):
        counts[state] += number
        overdue += number if is_late else 0
    return counts, overdue


def contact_of(opinion: DelegateOpinion) -> str | None:
    """Give the way to answer in clear, None when there is none. Whoever shows it records a reveal."""
    if opinion.contact_sealed is None:
        return None
    return vault.unseal("delegate_opinion.contact", opinion.tenant_id, opinion.id, opinion.contact_sealed)
