"""Posts of retired members (设岗定责): one person, one post. Source: 双滦区 and others [practice]."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from portal.care.rules import check_not_future
from portal.core.errors import RuleBroken
from portal.registers.rules import ManagementClass, add_months

PLACES_MAX = 50  # posts of one name set up at once [default]
REVIEW_MONTHS = 12  # a post is reviewed once a year [default]
LATE_ENTRY_DAYS = 366  # a deed can be entered up to a year afterwards [default]


class DutyKind(StrEnum):
    """What a post is for: four kinds of 双滦区, and others [practice]."""

    POLICY = "policy"  # 政策宣传
    PATROL = "patrol"  # 治安巡逻
    ENVIRONMENT = "environment"  # 环境绿化
    MEDIATION = "mediation"  # 民事调解
    OTHER = "other"


class DutyState(StrEnum):
    """Where a post stands, from being set up to its review."""

    SET = "set"  # nobody holds it
    CLAIMED = "claimed"
    SERVING = "serving"
    REVIEWED = "reviewed"


HELD_STATES = (DutyState.CLAIMED, DutyState.SERVING)
TRANSITIONS: Mapping[DutyState, frozenset[DutyState]] = {
    DutyState.SET: frozenset({DutyState.CLAIMED}),
    DutyState.CLAIMED: frozenset({DutyState.SERVING, DutyState.SET}),  # back to SET: given back before it began
    DutyState.SERVING: frozenset({DutyState.REVIEWED}),
    DutyState.REVIEWED: frozenset(),  # what follows is another post
}


class ReviewGrade(StrEnum):
    """What a review finds, best first [default]."""

    GOOD = "good"
    FAIR = "fair"
    LITTLE = "little"  # health or time allowed little; no blame


def check_step(before: DutyState, after: DutyState) -> None:
    """Refuse a step that the flow does not have; raises RuleBroken `care.post_moved_on`."""
    if after not in TRANSITIONS[before]:
        raise RuleBroken("care.post_moved_on")


def check_places(places: int) -> None:
    """Refuse no posts or more than PLACES_MAX at once; raises RuleBroken `care.places` (field `places`)."""
    if not 1 <= places <= PLACES_MAX:
        raise RuleBroken("care.places", field="places", most=PLACES_MAX)


def check_holder(management_class: ManagementClass | None, *, holds_a_post: bool) -> None:
    """Refuse a holder who is not retired, or who holds a post already: one person, one post.

    Raises RuleBroken `care.not_retired`, `care.one_post`. Source: 双滦区, 一人一岗 [practice].
    """
    if management_class is not ManagementClass.RETIRED:
        raise RuleBroken("care.not_retired")
    if holds_a_post:
        raise RuleBroken("care.one_post")


def check_deed(done_on: date, *, begins_on: date, today: date) -> None:
    """Refuse a deed before the post began, after today, or more than LATE_ENTRY_DAYS ago (field `done_on`).

    Raises RuleBroken `care.future`, `care.before_post`, `care.too_late`.
    """
    check_not_future(done_on, field="done_on", today=today)
    if done_on < begins_on:
        raise RuleBroken("care.before_post", field="done_on")
    if (today - done_on).days > LATE_ENTRY_DAYS:
        raise RuleBroken("care.too_late", field="done_on", days=LATE_ENTRY_DAYS)


def review_day(begins_on: date) -> date:
    """Give the day on which a post that began on a day is to be reviewed: twelve months later [default]."""
    return add_months(begins_on, REVIEW_MONTHS)
