"""Rules of double reporting: states, posts, hours and proof grades.

Marks of origin: [law] an article says so; [practice] forms in use in several places; [default] our
own choice, no law behind it, free to be changed by a community later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.statutory_days import PeriodUnit, statutory_period
from portal.registers.rules.extras import INTENTS_MAX
from portal.registers.rules.extras import PostCategory as PostCategory  # noqa: PLC0414  known by this name here, too

HALF_HOUR = timedelta(minutes=30)

DAILY_CAP_HALF_HOURS = 16  # 8 hours [default]
LATE_ENTRY_DAYS = 30  # [default]
CHOICES_MAX = INTENTS_MAX  # service intents on one card
ANSWER_WORKING_DAYS = 3  # the community's answer to a report [default]
POST_CAPACITY_MAX = 500  # [default]
REASON_MIN, REASON_MAX = 4, 200  # characters; a reason must say something [default]
TEXT_MIN = 2  # characters of anything that must be filled in
NAME_MAX, PLACE_MAX, POST_NAME_MAX = 50, 100, 60  # characters of a person, a unit or home, a post
CONTENT_MIN, CONTENT_MAX = 4, 300  # what was done, characters [default]
CONSENT_VERSION = "2026-11"  # wording of the notice beside the consent box (PIPL arts. 7, 17) [law]


class ReportState(StrEnum):
    """Where a member's report to the community stands."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


# A returned or withdrawn report stays as it was; the member sends a new one.
REPORT_TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.REPORTED: frozenset({ReportState.ACCEPTED, ReportState.RETURNED, ReportState.WITHDRAWN}),
    ReportState.ACCEPTED: frozenset(),
    ReportState.RETURNED: frozenset(),
    ReportState.WITHDRAWN: frozenset(),
}
ACTIVE_REPORT_STATES = (ReportState.REPORTED, ReportState.ACCEPTED)


class PostState(StrEnum):
    """Whether a post may be claimed; "full" follows from the claims and is not stored."""

    OPEN = "open"
    CLOSED = "closed"


class ClaimState(StrEnum):
    """Whether a member holds a place on a post."""

    HELD = "held"
    RELEASED = "released"


class ServiceState(StrEnum):
    """Where one entry of the service record stands."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


SERVICE_TRANSITIONS: Mapping[ServiceState, frozenset[ServiceState]] = {
    ServiceState.SUBMITTED: frozenset({ServiceState.CONFIRMED, ServiceState.RETURNED}),
    ServiceState.CONFIRMED: frozenset(),  # corrected by counter-entries only
    ServiceState.RETURNED: frozenset(),  # the member logs it anew
}


class ProofGrade(StrEnum):
    """How well an hour is proved, weakest first; hours of two grades are never added up."""

    SELF_REPORTED = "self_reported"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"  # by check-in code; no screen gives this grade yet


@dataclass(frozen=True)
class Span:
    """A time from `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Say whether both share a moment; touching ends do not."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Entry:
    """What the sum of a card needs from one entry: its state, grade and half hours.

    A counter-entry has negative (or, when hours were left out, positive) half hours.
    """

    state: ServiceState
    grade: ProofGrade
    half_hours: int


def check_report_transition(before: ReportState, after: ReportState) -> None:
    """Refuse a step the flow does not have; raise RuleBroken("reporting.report_already_answered").

    Source: flow of double reporting, REPORTED → ACCEPTED or RETURNED [practice].
    """
    if after not in REPORT_TRANSITIONS[before]:
        raise RuleBroken("reporting.report_already_answered")


def answer_due(reported_at: datetime) -> date:
    """Give the last day for the community's answer: the third working day after it [default]."""
    return statutory_period(reported_at, ANSWER_WORKING_DAYS, PeriodUnit.WORKING_DAYS).last_day


def check_not_oneself(*, subject_user: object, actor_user: object) -> None:
    """Refuse that a person answers or confirms what is their own.

    Raise RuleBroken("reporting.own_record"). [default]; records must be truthful, 志愿服务条例 art. 19.
    """
    if subject_user == actor_user:
        raise RuleBroken("reporting.own_record")


def check_reason(reason: str) -> None:
    """Refuse a reason of under 4 or over 200 characters; RuleBroken with field "reason" [default]."""
    _check_length("reason", reason, REASON_MIN, REASON_MAX)


def check_report_content(*, name: str, work_unit: str, residence: str) -> None:
    """Refuse a card without name (2 to 50), work unit (2 to 100) or residence (2 to 100 characters).

    Raise RuleBroken with the field. Source: report card 报到卡 [practice].
    """
    _check_length("name", name, TEXT_MIN, NAME_MAX)
    _check_length("work_unit", work_unit, TEXT_MIN, PLACE_MAX)
    _check_length("residence", residence, TEXT_MIN, PLACE_MAX)


def check_tie(*, report_name: str, member_name: str, is_tied: bool) -> None:
    """Refuse to tie a report to a member of another name, or one that is tied already.

    Raise RuleBroken("reporting.other_name") or RuleBroken("reporting.tied_already"). [default]
    """
    if is_tied:
        raise RuleBroken("reporting.tied_already")
    if report_name != member_name:
        raise RuleBroken("reporting.other_name")


def check_intents(intents: Sequence[PostCategory]) -> None:
    """Refuse more than three service intents; none is allowed, one counts once.

    Raise RuleBroken("reporting.too_many_intents", field="intents"). [practice]
    """
    if len(set(intents)) > CHOICES_MAX:
        raise RuleBroken("reporting.too_many_intents", field="intents", most=CHOICES_MAX)


def check_consent(*, consented: bool) -> None:
    """Refuse a report without consent; party identity is sensitive (PIPL arts. 28, 29) [law].

    Raise RuleBroken("reporting.consent_missing", field="consent").
    """
    if not consented:
        raise RuleBroken("reporting.consent_missing", field="consent")


def check_post(*, name: str, capacity: int, starts_on: date, ends_on: date) -> None:
    """Refuse a post without a name (2 to 60), without places (1 to 500), or that ends before it starts.

    One day is allowed. Raise RuleBroken with the field. [default]
    """
    _check_length("name", name, TEXT_MIN, POST_NAME_MAX)
    if not 1 <= capacity <= POST_CAPACITY_MAX:
        raise RuleBroken("reporting.capacity_range", field="capacity", least=1, most=POST_CAPACITY_MAX)
    if ends_on < starts_on:
        raise RuleBroken("reporting.post_dates", field="ends_on")


def check_claim(*, state: PostState, ends_on: date, today: date) -> None:
    """Refuse a claim on a closed post or after its last day; on the last day it is allowed.

    Raise RuleBroken("reporting.post_closed"). [default]
    """
    if state is not PostState.OPEN or today > ends_on:
        raise RuleBroken("reporting.post_closed")


def claim_period(on: date) -> str:
    """Give the period a claim belongs to: the calendar year, as "2026", like the yearly appraisal [practice]."""
    return f"{on.year:04d}"


def free_seat(*, taken: Iterable[int], capacity: int) -> int:
    """Give the lowest free place number of a post, 1 to `capacity`.

    Raise RuleBroken("reporting.post_full") when all are held: first come, first served [practice].
    """
    held = set(taken)
    for seat in range(1, capacity + 1):
        if seat not in held:
            return seat
    raise RuleBroken("reporting.post_full")


def service_span(*, served_on: date, start: time, end: time) -> Span:
    """Give the span of a service on one local day; an end of 00:00 is midnight at its close.

    Raise RuleBroken("reporting.end_before_start", field="end"). A service past midnight is two
    entries, one for each day, because the daily cap counts days. [default]
    """
    begins = datetime.combine(served_on, start, tzinfo=clock.SHANGHAI)
    ends = datetime.combine(served_on, end, tzinfo=clock.SHANGHAI)
    if end == time(0):
        ends = datetime.combine(served_on + timedelta(days=1), end, tzinfo=clock.SHANGHAI)
    if ends <= begins:
        raise RuleBroken("reporting.end_before_start", field="end")
    return Span(begins, ends)


def half_hours(span: Span) -> int:
    """Give the full half hours in a span; what is left over is not counted.

    Raise RuleBroken("reporting.too_short", field="end") under half an hour. Step 0.5 h [default].
    """
    count = (span.end - span.start) // HALF_HOUR
    if count < 1:
        raise RuleBroken("reporting.too_short", field="end")
    return count


def check_service_time(span: Span, *, now: datetime, accepted_at: datetime) -> None:
    """Refuse a service that has not ended, is entered too late, or began before the acceptance.

    Ended: `end <= now`. Late: up to 30 days after the local day of service, that day included.
    Acceptance counts from its local day. Raise RuleBroken with field "end" or "served_on".
    Hours only after the end; late entry of 30 days [default].
    """
    if span.end > now:
        raise RuleBroken("reporting.not_ended", field="end")
    served_on = clock.today(span.start)
    if (clock.today(now) - served_on).days > LATE_ENTRY_DAYS:
        raise RuleBroken("reporting.too_late", field="served_on", days=LATE_ENTRY_DAYS)
    if served_on < clock.today(accepted_at):
        raise RuleBroken("reporting.before_acceptance", field="served_on")


def check_overlap(span: Span, others: Iterable[Span]) -> None:
    """Refuse a service that shares time with another of the same member; touching is allowed.

    `others` are the entries that count: submitted and confirmed. [default]
    Raise RuleBroken("reporting.overlap", field="start") with the other's local start and end.
    """
    for other in others:
        if span.overlaps(other):
            raise RuleBroken(
                "reporting.overlap",
                field="start",
                start=f"{clock.local(other.start):%H:%M}",
                end=f"{clock.local(other.end):%H:%M}",
            )


def check_accepted(state: ReportState | None) -> None:
    """Refuse to claim or log before the community accepted the report.

    Raise RuleBroken("reporting.not_accepted"). Flow REPORTED → ACCEPTED → POST_CLAIMED [practice].
    """
    if state is not ReportState.ACCEPTED:
        raise RuleBroken("reporting.not_accepted")


def check_daily_cap(new_half_hours: int, same_day_half_hours: int) -> None:
    """Refuse more than 8 hours on one local day, exactly 8 is allowed [default].

    Raise RuleBroken("reporting.daily_cap", field="end") with the hours already entered.
    """
    if new_half_hours + same_day_half_hours > DAILY_CAP_HALF_HOURS:
        raise RuleBroken(
            "reporting.daily_cap",
            field="end",
            cap=hours_text(DAILY_CAP_HALF_HOURS),
            entered=hours_text(same_day_half_hours),
        )


def check_content(content: str) -> None:
    """Refuse a description of under 4 or over 300 characters; RuleBroken with field "activity" [default]."""
    _check_length("activity", content, CONTENT_MIN, CONTENT_MAX)


def check_service_transition(before: ServiceState, after: ServiceState) -> None:
    """Refuse to decide an entry twice; RuleBroken("reporting.service_already_decided")."""
    if after not in SERVICE_TRANSITIONS[before]:
        raise RuleBroken("reporting.service_already_decided")


def counter_entry(*, state: ServiceState, standing: int, corrected: int, longest: int) -> int:
    """Give the half hours of the counter-entry that turns `standing` into `corrected`.

    Only a confirmed entry is corrected; never below 0 nor above `longest`, the half hours between
    its start and end; a correction that changes nothing is refused. Raise RuleBroken.
    Source: 志愿服务条例 art. 19 (truthful records): entries are reversed, never edited [law].
    """
    if state is not ServiceState.CONFIRMED:
        raise RuleBroken("reporting.not_confirmed")
    if not 0 <= corrected <= longest:
        raise RuleBroken("reporting.corrected_range", field="hours", most=hours_text(longest))
    if corrected == standing:
        raise RuleBroken("reporting.nothing_to_correct", field="hours")
    return corrected - standing


def check_contest(*, state: ServiceState, open_contest: bool) -> None:
    """Refuse to contest an entry nobody decided yet, or one whose objection is still open.

    Raise RuleBroken("reporting.not_decided_yet" or "reporting.contest_open"). Right to have data
    corrected: PIPL art. 46 [law].
    """
    if state is ServiceState.SUBMITTED:
        raise RuleBroken("reporting.not_decided_yet")
    if open_contest:
        raise RuleBroken("reporting.contest_open")


def check_contest_answer(*, open_contest: bool) -> None:
    """Refuse to answer an objection never raised or answered before; RuleBroken("reporting.no_open_contest")."""
    if not open_contest:
        raise RuleBroken("reporting.no_open_contest")


def hours_by_grade(entries: Iterable[Entry]) -> dict[ProofGrade, int]:
    """Sum half hours for each proof grade, weakest first, 0 where there are none.

    Returned entries do not count. A counter-entry counts in the grade of the entry it corrects.
    There is no total over the grades on purpose: a self-report is not a confirmed hour.
    """
    sums = dict.fromkeys(ProofGrade, 0)
    for entry in entries:
        if entry.state is not ServiceState.RETURNED:
            sums[entry.grade] += entry.half_hours
    return sums


def hours_text(count: int) -> str:
    """Write half hours as hours with one decimal only where needed: 3 → "1.5", 4 → "2"."""
    sign = "-" if count < 0 else ""
    whole, rest = divmod(abs(count), 2)
    return f"{sign}{whole}.5" if rest else f"{sign}{whole}"


class Step(StrEnum):
    """Steps a member sees above the report page, in this order."""

    REPORT = "report"
    ANSWER = "answer"
    CLAIM = "claim"
    SERVE = "serve"
    CONFIRMED = "confirmed"


def steps_done(state: ReportState | None, *, claims: int, logged: int, confirmed: int) -> tuple[Step, ...]:
    """Give the steps behind the member: report, answer, claim a post, log a service, hours confirmed.

    `claims` held now, `logged` entries submitted or confirmed, `confirmed` entries. A returned or
    withdrawn report is back at the start.
    """
    if state not in ACTIVE_REPORT_STATES:
        return ()
    done = [Step.REPORT]
    if state is ReportState.ACCEPTED:
        done.append(Step.ANSWER)
        if claims or logged:
            done.append(Step.CLAIM)
        if logged:
            done.append(Step.SERVE)
        if confirmed:
            done.append(Step.CONFIRMED)
    return tuple(done)


def _check_length(field: str, text: str, least: int, most: int) -> None:
    if not least <= len(text.strip()) <= most:
        raise RuleBroken("reporting.text_length", field=field, least=least, most=most)
