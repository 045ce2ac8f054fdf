"""Delegates to a party congress (党代表): term, duty days, what they hear. Source: 双滦区, 党代表工作室 [practice].

Who comes on a duty day is not registered: a form of address is enough, a way to answer is optional and sealed.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.core.errors import RuleBroken

CONGRESS_MAX = 60
CONTENT_MIN, CONTENT_MAX = 4, 500
REPORT_DAYS = 7  # an opinion is handed on within so many days [default]
ANSWER_DAYS = 30  # and answered within so many more [default]
TERM_YEARS_MAX = 6  # five years and some delay; Party Constitution: congresses of district level and above, five years
DUTY_HOURS_MAX = timedelta(hours=12)
DUTY_AHEAD_DAYS = 366
USUAL_CALLER = "居民"
_CALLER = re.compile(
    r"[\u4e00-\u9fff]{1,2}|[\u4e00-\u9fff]{1,2}(先生|女士|阿姨|叔叔|大爷|大妈|奶奶|爷爷|师傅|同志)|[A-Za-z]{1,12}"
)


class DelegateLevel(StrEnum):
    """Which congress a delegate was elected to."""

    TOWN = "town"  # 乡镇、街道
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


class DelegateState(StrEnum):
    """Whether a delegate is in office."""

    SERVING = "serving"
    ENDED = "ended"


class OpinionState(StrEnum):
    """Where an opinion stands."""

    RECEIVED = "received"
    REPORTED = "reported"
    ANSWERED = "answered"


TRANSITIONS: Mapping[OpinionState, frozenset[OpinionState]] = {
    OpinionState.RECEIVED: frozenset({OpinionState.REPORTED, OpinionState.ANSWERED}),  # answered on the spot
    OpinionState.REPORTED: frozenset({OpinionState.ANSWERED}),
    OpinionState.ANSWERED: frozenset(),
}


def check_step(before: OpinionState, after: OpinionState) -> None:
    """Refuse a step that the flow does not have; raises RuleBroken `care.opinion_moved_on`."""
    if after not in TRANSITIONS[before]:
        raise RuleBroken("care.opinion_moved_on")


def check_term(term_from: date, term_until: date) -> None:
    """Refuse a term that ends before it begins or lasts too long; raises RuleBroken `care.term` (field `term_until`).

    Both days are included.
    """
    if not term_from <= term_until <= term_from + timedelta(days=366 * TERM_YEARS_MAX):
        raise RuleBroken("care.term", field="term_until", years=TERM_YEARS_MAX)


def check_caller(caller: str) -> str:
    """Give how a caller is addressed; raises RuleBroken `care.caller` for anything that identifies a resident.

    Allowed are 居民, one or two characters, or those with a form of address (王阿姨). [default], after PIPL, art. 6.
    """
    clean = caller.strip() or USUAL_CALLER
    if not _CALLER.fullmatch(clean):
        raise RuleBroken("care.caller", field="caller")
    return clean


def check_duty_day(starts_at: datetime, ends_at: datetime, *, term_until: date, day: date, today: date) -> None:
    """Refuse hours the wrong way round, a day outside the term or more than a year ahead.

    Raises RuleBroken `care.duty_hours` (field `end`), `care.duty_day` (field `day`).
    """
    if not timedelta() < ends_at - starts_at <= DUTY_HOURS_MAX:
        raise RuleBroken("care.duty_hours", field="end")
    if day > term_until or abs((day - today).days) > DUTY_AHEAD_DAYS:
        raise RuleBroken("care.duty_day", field="day")


def check_heard_on(duty_on: date, received_on: date) -> None:
    """Refuse an opinion of another day than the duty day on which it was heard.

    Raises RuleBroken `care.other_duty_day` (field `received_on`). [default]
    """
    if duty_on != received_on:
        raise RuleBroken("care.other_duty_day", field="received_on")


def due_day(state: OpinionState, *, received_on: date, reported_on: date | None) -> date | None:
    """Give the last day for the next step of an opinion, None once it is answered [default]."""
    if state is OpinionState.RECEIVED:
        return received_on + timedelta(days=REPORT_DAYS)
    if state is OpinionState.REPORTED and reported_on is not None:
        return reported_on + timedelta(days=ANSWER_DAYS)
    return None
