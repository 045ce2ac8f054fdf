"""How care stands in one statement: what is open, what is late, what comes next."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, case, cast, func, literal, null, select, union_all

from portal.care.models import CardVersion, CareVisit, ContactLink, DelegateOpinion, DutyPost, FloatingMember
from portal.care.rules.cards import CardState
from portal.care.rules.delegates import OpinionState
from portal.care.rules.floating import FloatingState
from portal.care.rules.links import LinkState
from portal.care.rules.posts import DutyState
from portal.care.rules.visits import VisitState
from portal.core.db import db


class Subject(StrEnum):
    """What can be open."""

    VACANT = "vacant"  # posts that nobody holds
    REVIEW = "review"  # posts that are served on, due to be reviewed
    VISIT = "visit"
    FOLLOW_UP = "follow_up"
    FLOATING = "floating"
    CARD = "card"  # published cards
    LINK = "link"
    HAND_ON = "hand_on"  # opinions to be reported
    ANSWER = "answer"  # opinions to be answered


@dataclass(frozen=True)
class Standing:
    """How many are open, how many of them are late, and the earliest day that something is due."""

    total: int = 0
    overdue: int = 0
    soon: int = 0  # due up to the day asked for, late ones among them
    earliest: date | None = None


def care_standing(*, tenant_id: int, today: date, soon: date) -> dict[Subject, Standing]:
    """Give how each subject stands; `soon` is the last day that counts as soon. One statement."""
    rows = db.session.execute(union_all(*(_select(part, tenant_id, today, soon) for part in _parts())))
    found = {
        Subject(name): Standing(number, int(late or 0), int(near or 0), earliest)
        for name, number, late, near, earliest in rows
    }
    return {subject: found.get(subject, Standing()) for subject in Subject}


class _Part(NamedTuple):
    """Which rows of which table are open, and the day by which each must be dealt with."""

    subject: Subject
    model: Any
    condition: ColumnElement[bool]
    due: Any


def _parts() -> list[_Part]:
    no_day = cast(null(), Date)
    opinion = DelegateOpinion.state
    return [
        _Part(Subject.VACANT, DutyPost, DutyPost.state == DutyState.SET, no_day),
        _Part(Subject.REVIEW, DutyPost, DutyPost.state == DutyState.SERVING, DutyPost.review_on),
        _Part(Subject.VISIT, CareVisit, CareVisit.state == VisitState.PLANNED, CareVisit.due_on),
        _Part(Subject.FOLLOW_UP, CareVisit, CareVisit.state == VisitState.FOLLOW_UP, CareVisit.follow_up_due),
        _Part(Subject.FLOATING, FloatingMember, FloatingMember.state == FloatingState.ACTIVE, FloatingMember.due_on),
        _Part(Subject.CARD, CardVersion, CardVersion.state == CardState.PUBLISHED, no_day),
        _Part(Subject.LINK, ContactLink, ContactLink.state == LinkState.ACTIVE, ContactLink.due_on),
        _Part(Subject.HAND_ON, DelegateOpinion, opinion == OpinionState.RECEIVED, DelegateOpinion.due_on),
        _Part(Subject.ANSWER, DelegateOpinion, opinion == OpinionState.REPORTED, DelegateOpinion.due_on),
    ]


def _select(part: _Part, tenant_id: int, today: date, soon: date) -> Select[Any]:
    columns: list[Any] = [
        literal(part.subject.value),
        func.count(),
        func.sum(case((part.due < today, 1), else_=0)),
        func.sum(case((part.due <= soon, 1), else_=0)),
        func.min(part.due),
    ]
    return select(*columns).where(part.model.tenant_id == tenant_id, part.condition)
