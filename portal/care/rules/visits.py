"""The three must-visits (三必访): at great festivals, in illness, in hardship. Source: 双滦区 [practice].

Need, help and health say something about a person's health and means: sensitive personal information
(Personal Information Protection Law, art. 28 [law]). They are kept sealed and shown for a recorded reason only.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from portal.care.rules import check_not_future
from portal.core.errors import RuleBroken

OCCASION_MAX = 40
FOLLOW_UP_MOST_DAYS = 366  # a follow-up lies at most a year ahead [default]
ROUND_AHEAD_DAYS = 366  # a round is planned at most a year ahead [default]
LATE_ENTRY_DAYS = 366  # a visit can be entered up to a year afterwards [default]
CARRY_MONTHS = 12  # who was visited in illness or hardship within a year may be taken into a round [default]


class VisitReason(StrEnum):
    """Why a member must be visited."""

    FESTIVAL = "festival"  # 重大节日
    ILLNESS = "illness"  # 生病住院
    HARDSHIP = "hardship"  # 生活困难


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    VISITED = "visited"
    FOLLOW_UP = "follow_up"  # something was promised, until a day
    CLOSED = "closed"


OPEN_STATES = (VisitState.PLANNED, VisitState.FOLLOW_UP)
TRANSITIONS: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.VISITED, VisitState.FOLLOW_UP, VisitState.CLOSED}),
    VisitState.VISITED: frozenset({VisitState.FOLLOW_UP, VisitState.CLOSED}),
    VisitState.FOLLOW_UP: frozenset({VisitState.CLOSED}),
    VisitState.CLOSED: frozenset(),
}
SEALED_FIELDS = ("need", "help", "health", "result")


def check_step(before: VisitState, after: VisitState) -> None:
    """Refuse a step that the flow does not have; raises RuleBroken `care.visit_moved_on`."""
    if after not in TRANSITIONS[before]:
        raise RuleBroken("care.visit_moved_on")


def check_due(due_on: date, *, today: date) -> None:
    """Refuse a plan for the past or for more than a year ahead; raises RuleBroken `care.due_range` (field `due_on`)."""
    if not 0 <= (due_on - today).days <= ROUND_AHEAD_DAYS:
        raise RuleBroken("care.due_range", field="due_on")


def check_visited(visited_on: date, *, follow_up_due: date | None, today: date) -> None:
    """Refuse a visit that has not been, is too long ago, or whose follow-up lies before it.

    Raises RuleBroken `care.future`, `care.too_late` (field `visited_on`), `care.follow_up_range`
    (field `follow_up_due`): from today to FOLLOW_UP_MOST_DAYS ahead.
    """
    check_not_future(visited_on, field="visited_on", today=today)
    if (today - visited_on).days > LATE_ENTRY_DAYS:
        raise RuleBroken("care.too_late", field="visited_on", days=LATE_ENTRY_DAYS)
    if follow_up_due is not None:
        check_follow_up(follow_up_due, today=today)


def check_follow_up(due: date, *, today: date) -> None:
    """Refuse a follow-up before today or too far ahead; raises RuleBroken `care.follow_up_range`."""
    if not 0 <= (due - today).days <= FOLLOW_UP_MOST_DAYS:
        raise RuleBroken("care.follow_up_range", field="follow_up_due")


def state_after_visit(follow_up_due: date | None) -> VisitState:
    """Give where a visit stands once it was paid: something to follow up, or simply visited."""
    return VisitState.VISITED if follow_up_due is None else VisitState.FOLLOW_UP


def due_day(state: VisitState, *, due_on: date, follow_up_due: date | None) -> date | None:
    """Give the day by which something must be done next, None where nothing is left to do."""
    if state is VisitState.PLANNED:
        return due_on
    return follow_up_due if state is VisitState.FOLLOW_UP else None
