"""Rules of double reporting, by tables of boundary cases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.core.errors import RuleBroken
from portal.reporting import rules
from portal.reporting.rules import (
    ClaimState,
    Entry,
    PostCategory,
    PostState,
    ProofGrade,
    ReportState,
    ServiceState,
    Span,
    Step,
)

DAY = date(2026, 11, 20)
ACCEPTED_AT = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def broken(code: str, call, *args, **kwargs) -> RuleBroken:
    """Run a rule that must refuse with `code`."""
    with pytest.raises(RuleBroken) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def span(start: str, end: str, day: date = DAY) -> Span:
    return rules.service_span(served_on=day, start=time.fromisoformat(start), end=time.fromisoformat(end))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ReportState.REPORTED, ReportState.ACCEPTED),
        (ReportState.REPORTED, ReportState.RETURNED),
        (ReportState.REPORTED, ReportState.WITHDRAWN),
    ],
)
def test_open_report_can_be_answered_or_withdrawn(before, after):
    rules.check_report_transition(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ReportState.ACCEPTED, ReportState.RETURNED),
        (ReportState.ACCEPTED, ReportState.ACCEPTED),
        (ReportState.RETURNED, ReportState.ACCEPTED),
        (ReportState.RETURNED, ReportState.REPORTED),
        (ReportState.WITHDRAWN, ReportState.ACCEPTED),
    ],
)
def test_answered_report_stays_as_it_was(before, after):
    broken("reporting.report_already_answered", rules.check_report_transition, before, after)


def test_every_state_has_its_row_of_transitions():
    assert set(rules.REPORT_TRANSITIONS) == set(ReportState)
    assert set(rules.SERVICE_TRANSITIONS) == set(ServiceState)


def test_active_states_are_those_that_stand_in_the_way_of_a_second_report():
    assert set(rules.ACTIVE_REPORT_STATES) == {ReportState.REPORTED, ReportState.ACCEPTED}


def test_twelve_kinds_of_post():
    assert len(PostCategory) == 12


@pytest.mark.parametrize(
    ("reported_at", "due"),
    [
        pytest.param(datetime(2026, 11, 16, 4, tzinfo=UTC), date(2026, 11, 19), id="Monday to Thursday"),
        pytest.param(datetime(2026, 11, 19, 4, tzinfo=UTC), date(2026, 11, 24), id="over a weekend"),
        pytest.param(datetime(2026, 11, 18, 16, 30, tzinfo=UTC), date(2026, 11, 24), id="after midnight in Shanghai"),
        pytest.param(datetime(2026, 9, 30, 4, tzinfo=UTC), date(2026, 10, 10), id="National Day, shifted Saturday"),
    ],
)
def test_community_answers_within_three_working_days(reported_at, due):
    assert rules.answer_due(reported_at) == due


def test_nobody_answers_their_own():
    rules.check_not_oneself(subject_user="a", actor_user="b")
    broken("reporting.own_record", rules.check_not_oneself, subject_user="a", actor_user="a")


@pytest.mark.parametrize("reason", ["地址不详", "因" * 200, "  地址不详  "])
def test_reason_within_bounds(reason):
    rules.check_reason(reason)


@pytest.mark.parametrize("reason", ["", "不行啊", "   不行   ", "因" * 201])
def test_reason_outside_bounds(reason):
    assert broken("reporting.text_length", rules.check_reason, reason).field == "reason"


CARD = {"name": "王演示", "work_unit": "演示设计院", "residence": "和平小区3栋"}


@pytest.mark.parametrize("field", ["name", "work_unit", "residence"])
def test_report_card_complete(field):
    most = 50 if field == "name" else 100
    rules.check_report_content(**{**CARD, field: "王五"})
    rules.check_report_content(**{**CARD, field: "王" * most})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "王"),
        ("name", "王" * 51),
        ("work_unit", " "),
        ("work_unit", "院" * 101),
        ("residence", ""),
        ("residence", "栋" * 101),
    ],
)
def test_report_card_incomplete(field, text):
    error = broken("reporting.text_length", rules.check_report_content, **{**CARD, field: text})
    assert error.field == field


def test_three_intents_at_most_and_none_is_allowed():
    kinds = list(PostCategory)
    rules.check_intents([])
    rules.check_intents(kinds[:3])
    rules.check_intents([*kinds[:3], kinds[0]])
    broken("reporting.too_many_intents", rules.check_intents, kinds[:4])


def test_no_report_without_consent():
    rules.check_consent(consented=True)
    broken("reporting.consent_missing", rules.check_consent, consented=False)


@pytest.mark.parametrize("capacity", [1, 500])
@pytest.mark.parametrize("name", ["夜巡", "岗" * 60])
def test_post_of_one_day(name, capacity):
    rules.check_post(name=name, capacity=capacity, starts_on=DAY, ends_on=DAY)


@pytest.mark.parametrize(
    ("code", "name", "capacity", "days"),
    [
        ("reporting.text_length", "岗", 1, 0),
        ("reporting.text_length", "岗" * 61, 1, 0),
        ("reporting.capacity_range", "夜巡", 0, 0),
        ("reporting.capacity_range", "夜巡", 501, 0),
        ("reporting.post_dates", "夜巡", 1, -1),
    ],
)
def test_post_refused(code, name, capacity, days):
    ends_on = DAY + timedelta(days=days)
    broken(code, rules.check_post, name=name, capacity=capacity, starts_on=DAY, ends_on=ends_on)


def test_claim_until_the_last_day_of_an_open_post():
    rules.check_claim(state=PostState.OPEN, ends_on=DAY, today=DAY)
    late = DAY + timedelta(days=1)
    broken("reporting.post_closed", rules.check_claim, state=PostState.OPEN, ends_on=DAY, today=late)
    broken("reporting.post_closed", rules.check_claim, state=PostState.CLOSED, ends_on=DAY, today=DAY)


def test_claims_are_counted_by_calendar_year():
    assert rules.claim_period(date(2026, 12, 31)) == "2026"
    assert rules.claim_period(date(2027, 1, 1)) == "2027"


@pytest.mark.parametrize(
    ("taken", "seat"),
    [
        pytest.param([], 1, id="first comes first"),
        pytest.param([1, 2], 3, id="last place"),
        pytest.param([1, 3], 2, id="a place given back is taken again"),
        pytest.param([1, 1], 2, id="doubles count once"),
    ],
)
def test_free_seat(taken, seat):
    assert rules.free_seat(taken=taken, capacity=3) == seat


def test_full_post_has_no_seat():
    broken("reporting.post_full", rules.free_seat, taken=[1, 2, 3], capacity=3)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("09:00", "09:30", 1),
        ("09:00", "09:59", 1),
        ("09:00", "10:00", 2),
        ("09:15", "12:00", 5),
        ("22:00", "00:00", 4),
        ("00:00", "00:00", 48),
    ],
)
def test_half_hours_are_rounded_down(start, end, count):
    assert rules.half_hours(span(start, end)) == count


def test_under_half_an_hour_is_refused():
    broken("reporting.too_short", rules.half_hours, span("09:00", "09:29"))


@pytest.mark.parametrize(("start", "end"), [("10:00", "10:00"), ("10:00", "09:00")])
def test_end_must_come_after_the_start(start, end):
    assert broken("reporting.end_before_start", span, start, end).field == "end"


def test_hours_only_after_the_end():
    served = span("09:00", "11:00")
    rules.check_service_time(served, now=served.end, accepted_at=ACCEPTED_AT)
    before = served.end - timedelta(seconds=1)
    broken(
        "reporting.not_ended",
        rules.check_service_time,
        served,
        now=before,
        accepted_at=ACCEPTED_AT,
    )


def test_late_entry_ends_with_the_thirtieth_day_in_shanghai():
    served = span("09:00", "11:00")
    last = datetime(2026, 12, 20, 15, 59, tzinfo=UTC)  # 20 December 23:59 in Shanghai
    rules.check_service_time(served, now=last, accepted_at=ACCEPTED_AT)
    broken(
        "reporting.too_late",
        rules.check_service_time,
        served,
        now=last + timedelta(minutes=1),
        accepted_at=ACCEPTED_AT,
    )


def test_service_counts_from_the_day_of_acceptance():
    evening = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    now = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    rules.check_service_time(span("09:00", "11:00"), now=now, accepted_at=evening)
    the_day_before = span("09:00", "11:00", DAY - timedelta(days=1))
    broken(
        "reporting.before_acceptance",
        rules.check_service_time,
        the_day_before,
        now=now,
        accepted_at=evening,
    )


@pytest.mark.parametrize(("start", "end"), [("08:00", "09:00"), ("11:00", "12:00")])
def test_touching_services_do_not_overlap(start, end):
    rules.check_overlap(span(start, end), [span("09:00", "11:00")])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("09:00", "11:00", id="the same entry twice"),
        pytest.param("08:00", "09:01", id="one minute at the start"),
        pytest.param("10:59", "12:00", id="one minute at the end"),
        pytest.param("09:30", "10:00", id="inside"),
        pytest.param("08:00", "12:00", id="around"),
    ],
)
def test_overlap_is_refused(start, end):
    error = broken("reporting.overlap", rules.check_overlap, span(start, end), [span("09:00", "11:00")])
    assert (error.values["start"], error.values["end"]) == ("09:00", "11:00")


def test_only_an_accepted_member_claims_and_logs():
    rules.check_accepted(ReportState.ACCEPTED)
    for state in (None, ReportState.REPORTED, ReportState.RETURNED, ReportState.WITHDRAWN):
        broken("reporting.not_accepted", rules.check_accepted, state)


def test_eight_hours_a_day_and_not_half_an_hour_more():
    rules.check_daily_cap(16, 0)
    rules.check_daily_cap(6, 10)
    error = broken("reporting.daily_cap", rules.check_daily_cap, 7, 10)
    assert error.values["entered"] == "5"
    broken("reporting.daily_cap", rules.check_daily_cap, 48, 0)


@pytest.mark.parametrize("content", ["发放传单", "记" * 300])
def test_content_within_bounds(content):
    rules.check_content(content)


@pytest.mark.parametrize("content", ["扫地", "记" * 301, "    "])
def test_content_outside_bounds(content):
    broken("reporting.text_length", rules.check_content, content)


def test_entry_is_decided_once():
    rules.check_service_transition(ServiceState.SUBMITTED, ServiceState.CONFIRMED)
    rules.check_service_transition(ServiceState.SUBMITTED, ServiceState.RETURNED)
    for before in (ServiceState.CONFIRMED, ServiceState.RETURNED):
        for after in ServiceState:
            broken("reporting.service_already_decided", rules.check_service_transition, before, after)


@pytest.mark.parametrize(
    ("standing", "corrected", "difference"),
    [
        pytest.param(4, 3, -1, id="half an hour too much"),
        pytest.param(4, 0, -4, id="did not take place"),
        pytest.param(3, 4, 1, id="corrected back up to the full time"),
    ],
)
def test_correction_is_a_counter_entry(standing, corrected, difference):
    counter = rules.counter_entry(state=ServiceState.CONFIRMED, standing=standing, corrected=corrected, longest=4)
    assert counter == difference


@pytest.mark.parametrize(
    ("code", "state", "corrected"),
    [
        ("reporting.not_confirmed", ServiceState.SUBMITTED, 2),
        ("reporting.not_confirmed", ServiceState.RETURNED, 2),
        ("reporting.corrected_range", ServiceState.CONFIRMED, -1),
        ("reporting.corrected_range", ServiceState.CONFIRMED, 5),
        ("reporting.nothing_to_correct", ServiceState.CONFIRMED, 3),
    ],
)
def test_correction_refused(code, state, corrected):
    broken(code, rules.counter_entry, state=state, standing=3, corrected=corrected, longest=4)


def test_decided_entry_may_be_contested_once_at_a_time():
    rules.check_contest(state=ServiceState.CONFIRMED, open_contest=False)
    rules.check_contest(state=ServiceState.RETURNED, open_contest=False)
    broken(
        "reporting.not_decided_yet",
        rules.check_contest,
        state=ServiceState.SUBMITTED,
        open_contest=False,
    )
    broken(
        "reporting.contest_open",
        rules.check_contest,
        state=ServiceState.CONFIRMED,
        open_contest=True,
    )


def test_only_an_open_objection_is_answered():
    rules.check_contest_answer(open_contest=True)
    broken("reporting.no_open_contest", rules.check_contest_answer, open_contest=False)


def test_hours_are_summed_by_grade_and_never_mixed():
    entries = [
        Entry(ServiceState.SUBMITTED, ProofGrade.SELF_REPORTED, 3),
        Entry(ServiceState.CONFIRMED, ProofGrade.CONFIRMED, 4),
        Entry(ServiceState.CONFIRMED, ProofGrade.CONFIRMED, -1),
        Entry(ServiceState.RETURNED, ProofGrade.SELF_REPORTED, 8),
    ]
    assert rules.hours_by_grade(entries) == {
        ProofGrade.SELF_REPORTED: 3,
        ProofGrade.CONFIRMED: 3,
        ProofGrade.CHECKED_IN: 0,
    }
    assert list(rules.hours_by_grade([])) == list(ProofGrade)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "0.5"), (2, "1"), (3, "1.5"), (100, "50"), (-1, "-0.5"), (-4, "-2")]
)
def test_hours_text(count, text):
    assert rules.hours_text(count) == text


@pytest.mark.parametrize(
    ("state", "claims", "logged", "confirmed", "done"),
    [
        (None, 0, 0, 0, []),
        (ReportState.RETURNED, 0, 0, 0, []),
        (ReportState.WITHDRAWN, 0, 0, 0, []),
        (ReportState.REPORTED, 0, 0, 0, [Step.REPORT]),
        (ReportState.ACCEPTED, 0, 0, 0, [Step.REPORT, Step.ANSWER]),
        (ReportState.ACCEPTED, 1, 0, 0, [Step.REPORT, Step.ANSWER, Step.CLAIM]),
        (ReportState.ACCEPTED, 0, 1, 0, [Step.REPORT, Step.ANSWER, Step.CLAIM, Step.SERVE]),
        (ReportState.ACCEPTED, 1, 1, 1, list(Step)),
    ],
)
def test_steps_done(state, claims, logged, confirmed, done):
    assert rules.steps_done(state, claims=claims, logged=logged, confirmed=confirmed) == tuple(done)


def test_a_place_is_held_or_released():
    assert {state.value for state in ClaimState} == {"held", "released"}
