"""The statutory calendar of a case: which last days its rule pack gives, and how each was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.core.statutory_days import StatutoryPeriod, statutory_period
from portal.elections.packs import PackNumber, RulePack
from portal.elections.rules import CaseKind, CaseState


class Milestone(StrEnum):
    """What a last day is for."""

    FIRST_MEETING = "FIRST_MEETING_DAYS"
    CANDIDATE_DISPLAY = "CANDIDATE_PUBLICITY_DAYS"
    EARLIEST_MEETING = "NOTICE_DAYS"


@dataclass(frozen=True)
class Deadline:
    """A last day of the case, or for a notice the last day before the earliest meeting."""

    milestone: Milestone
    number: PackNumber
    period: StatutoryPeriod
    is_over: bool


def case_calendar(
    *, kind: CaseKind, prep_formed_on: date, published_at: datetime | None, pack: RulePack, now: datetime
) -> list[Deadline]:
    """The last days that follow from what has happened so far, each from its number in the pack.

    The first meeting has a last day only in a first election. Once the list is published, the
    notice of the owners' meeting could go out at the earliest on the day after the display ends.
    """
    found = []
    if kind is CaseKind.FIRST and Milestone.FIRST_MEETING in pack.numbers:
        found.append(_deadline(Milestone.FIRST_MEETING, prep_formed_on, pack, now))
    if published_at is not None:
        display = _deadline(Milestone.CANDIDATE_DISPLAY, published_at, pack, now)
        found.append(display)
        found.append(_deadline(Milestone.EARLIEST_MEETING, display.period.ends_at, pack, now))
    return found


def _deadline(milestone: Milestone, event: date | datetime, pack: RulePack, now: datetime) -> Deadline:
    number = pack.number(milestone.value)
    period = statutory_period(event, number.value, number.period_unit)
    return Deadline(milestone, number, period, is_over=period.ends_at <= now)


@dataclass(frozen=True)
class PathStep:
    """One step of the strip: done, now or next, and the day on which it was or will be done."""

    state: CaseState
    phase: str
    on: date | datetime | None


PATH = (
    CaseState.PREP_FORMED,
    CaseState.REGISTER_PUBLISHED,
    CaseState.NOMINATION,
    CaseState.PARTY_REVIEW,
    CaseState.CANDIDATES_PUBLISHED,
    CaseState.NOTICE,
    CaseState.VOTING,
    CaseState.RESULT_PUBLISHED,
    CaseState.FILED,
)
_STANDS_FOR = {
    CaseState.JOINT_REVIEW: CaseState.PARTY_REVIEW,
    CaseState.OBJECTION_HANDLING: CaseState.CANDIDATES_PUBLISHED,
}


def case_path(state: CaseState, days: Mapping[CaseState, date | datetime | None]) -> list[PathStep]:
    """The steps of a case up to filing, with what is done, now and next, and the known days.

    A state beside the path (joint review, objections) is shown in the place it belongs to.
    """
    now = PATH.index(_STANDS_FOR.get(state, state))
    steps = []
    for index, step in enumerate(PATH):
        phase = "done" if index < now else "now" if index == now else "next"
        steps.append(PathStep(state if index == now else step, phase, days.get(step)))
    return steps
