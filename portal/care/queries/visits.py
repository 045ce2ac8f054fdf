"""Reads of visits and of the rounds in which they are planned."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.care.models import CareVisit, VisitRound
from portal.care.rules.visits import CARRY_MONTHS, SEALED_FIELDS, VisitReason, VisitState, due_day
from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.queries.briefs import list_class, member_briefs
from portal.registers.rules import ManagementClass, add_months
from portal.tenancy import vault

RECENT_MOST = 20


@dataclass(frozen=True)
class VisitFilter:
    """What a list of visits is narrowed to; `overdue_on` a day: what had to be done before it."""

    state: VisitState | None = None
    overdue_on: date | None = None
    round_id: uuid.UUID | None = None
    member_ids: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True)
class VisitRow:
    """A visit in a list; nothing sealed."""

    id: uuid.UUID
    member_id: uuid.UUID
    member_name: str
    organization_id: uuid.UUID | None
    reason: VisitReason | None  # None: not for this reader
    occasion: str
    due_on: date
    visitor: str
    state: VisitState
    visited_on: date | None
    next_due: date | None


@dataclass(frozen=True)
class VisitCounts:
    """How many visits stand where, and how many of them are late."""

    by_state: dict[VisitState, int]
    overdue: int

    @property
    def total(self) -> int:
        """Give the number of all visits."""
        return sum(self.by_state.values())


@dataclass(frozen=True)
class RoundRow:
    """A round with how far it has come."""

    id: uuid.UUID
    occasion: str
    due_on: date
    visits: int
    paid: int


@dataclass(frozen=True)
class Concerned:
    """Who is visited at a festival: the vulnerable, and others who were in illness or hardship of late."""

    vulnerable: list[uuid.UUID]
    others: list[uuid.UUID]

    @property
    def everybody(self) -> list[uuid.UUID]:
        """Give both."""
        return [*self.vulnerable, *self.others]


NEXT_DUE = case(
    (CareVisit.state == VisitState.PLANNED, CareVisit.due_on),
    (CareVisit.state == VisitState.FOLLOW_UP, CareVisit.follow_up_due),
)


def list_visits(wanted: VisitFilter, *, tenant_id: int, limit: int, offset: int = 0) -> list[VisitRow]:
    """Give visits, the next due first and then the newest; two statements."""
    statement = select(CareVisit).where(*_conditions(wanted, tenant_id))
    statement = statement.order_by(NEXT_DUE.is_(None), NEXT_DUE, CareVisit.due_on.desc(), CareVisit.id)
    visits = db.session.scalars(statement.limit(limit).offset(offset)).all()
    names = member_briefs((visit.member_id for visit in visits), tenant_id=tenant_id)
    return [
        VisitRow(
            id=visit.id,
            member_id=visit.member_id,
            member_name=names[visit.member_id].full_name if visit.member_id in names else "",
            organization_id=names[visit.member_id].organization_id if visit.member_id in names else None,
            reason=visit.reason,
            occasion=visit.occasion,
            due_on=visit.due_on,
            visitor=visit.visitor,
            state=visit.state,
            visited_on=visit.visited_on,
            next_due=due_day(visit.state, due_on=visit.due_on, follow_up_due=visit.follow_up_due),
        )
        for visit in visits
    ]


def count_visits(*, tenant_id: int, today: date) -> VisitCounts:
    """Count the visits by state, and those whose day is over; one statement."""
    late = func.sum(case((_overdue(today), 1), else_=0))
    statement = (
        select(CareVisit.state, func.count(), late).where(CareVisit.tenant_id == tenant_id).group_by(CareVisit.state)
    )
    rows = db.session.execute(statement).all()
    return VisitCounts({state: number for state, number, _ in rows}, sum(int(late or 0) for _, _, late in rows))


def count_found(wanted: VisitFilter, *, tenant_id: int) -> int:
    """Count the visits of a filter."""
    statement = select(func.count()).select_from(CareVisit).where(*_conditions(wanted, tenant_id))
    return db.session.scalar(statement) or 0


def visits_by_id(ids: set[uuid.UUID], *, tenant_id: int) -> Sequence[CareVisit]:
    """Give the visits of these ids that are this tenant's; one statement."""
    statement = select(CareVisit).where(CareVisit.tenant_id == tenant_id, CareVisit.id.in_(ids))
    return db.session.scalars(statement.order_by(CareVisit.id)).all()


def list_visits_of(member_id: uuid.UUID, *, tenant_id: int) -> Sequence[CareVisit]:
    """Give the visits to a member, the newest first, at most RECENT_MOST."""
    statement = select(CareVisit).where(CareVisit.tenant_id == tenant_id, CareVisit.member_id == member_id)
    return db.session.scalars(statement.order_by(CareVisit.due_on.desc(), CareVisit.id.desc()).limit(RECENT_MOST)).all()


def members_to_visit(*, tenant_id: int, today: date) -> Concerned:
    """Give the present members whom a festival's round concerns; at most three statements."""
    vulnerable = [member.id for member in list_class(ManagementClass.VULNERABLE, tenant_id=tenant_id)]
    statement = select(CareVisit.member_id).where(
        CareVisit.tenant_id == tenant_id,
        CareVisit.reason.in_((VisitReason.ILLNESS, VisitReason.HARDSHIP)),
        CareVisit.due_on >= add_months(today, -CARRY_MONTHS),
    )
    in_need = set(db.session.scalars(statement)) - set(vulnerable)
    others = [member.id for member in member_briefs(in_need, tenant_id=tenant_id).values() if member.is_present]
    return Concerned(vulnerable, sorted(others))


def members_of_round(round_id: uuid.UUID, *, tenant_id: int) -> set[uuid.UUID]:
    """Give the members who have a visit in a round."""
    statement = select(CareVisit.member_id).where(CareVisit.tenant_id == tenant_id, CareVisit.round_id == round_id)
    return set(db.session.scalars(statement))


def find_round(occasion: str, due_on: date, *, tenant_id: int) -> VisitRound | None:
    """Give the round of an occasion and day, or None."""
    statement = select(VisitRound).where(
        VisitRound.tenant_id == tenant_id, VisitRound.occasion == occasion, VisitRound.due_on == due_on
    )
    return db.session.scalars(statement).one_or_none()


def list_rounds(*, tenant_id: int, limit: int) -> list[RoundRow]:
    """Give the newest rounds with the number of their visits, and of those that were paid; two statements."""
    statement = select(VisitRound).where(VisitRound.tenant_id == tenant_id)
    rounds = db.session.scalars(statement.order_by(VisitRound.planned_at.desc(), VisitRound.id).limit(limit)).all()
    paid = func.sum(case((CareVisit.visited_on.is_not(None), 1), else_=0))
    counted = db.session.execute(
        select(CareVisit.round_id, func.count(), paid)
        .where(CareVisit.tenant_id == tenant_id, CareVisit.round_id.in_([each.id for each in rounds]))
        .group_by(CareVisit.round_id)
    )
    numbers = {round_id: (number, int(done)) for round_id, number, done in counted}
    return [RoundRow(each.id, each.occasion, each.due_on, *numbers.get(each.id, (0, 0))) for each in rounds]


def sealed_field(visit: CareVisit, name: str) -> str | None:
    """Give need, help, health or result of a visit in clear, None when it is empty; raises NotFound for another name.

    Whoever shows it records a reveal.
    """
    if name not in SEALED_FIELDS:
        raise NotFound
    sealed: bytes | None = getattr(visit, f"{name}_sealed")
    return vault.unseal(f"care_visit.{name}", visit.tenant_id, visit.id, sealed) if sealed else None


def _overdue(today: date) -> ColumnElement[bool]:
    return or_(
        and_(CareVisit.state == VisitState.PLANNED, CareVisit.due_on < today),
        and_(CareVisit.state == VisitState.FOLLOW_UP, CareVisit.follow_up_due < today),
    )


def _conditions(wanted: VisitFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    conditions = [CareVisit.tenant_id == tenant_id]
    if wanted.state is not None:
        conditions.append(CareVisit.state == wanted.state)
    if wanted.overdue_on is not None:
        conditions.append(_overdue(wanted.overdue_on))
    if wanted.round_id is not None:
        conditions.append(CareVisit.round_id == wanted.round_id)
    if wanted.member_ids is not None:
        conditions.append(CareVisit.member_id.in_(wanted.member_ids))
    return conditions
