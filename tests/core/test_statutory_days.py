"""Statutory periods: the law's own cases, and a counter that walks day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from portal.core.statutory_days import (
    PeriodUnit,
    StepCode,
    WorkingCalendar,
    end_of_day,
    statutory_period,
)

DAYS, WORKING, MONTHS, YEARS = PeriodUnit


@pytest.mark.parametrize(
    ("event", "amount", "unit", "last_day"),
    [
        pytest.param(date(2026, 6, 3), 15, DAYS, date(2026, 6, 18), id="day of posting is not counted"),
        pytest.param(
            date(2026, 6, 4),
            15,
            DAYS,
            date(2026, 6, 22),
            id="Dragon Boat days move the end past the weekend",
        ),
        pytest.param(date(2026, 11, 22), 7, DAYS, date(2026, 11, 30), id="a Sunday moves to Monday"),
        pytest.param(
            date(2026, 2, 21),
            7,
            DAYS,
            date(2026, 2, 28),
            id="a shifted working Saturday does not move",
        ),
        pytest.param(date(2026, 9, 24), 7, DAYS, date(2026, 10, 8), id="National Day moves to 8 October"),
        pytest.param(
            date(2026, 9, 30),
            5,
            WORKING,
            date(2026, 10, 13),
            id="working days skip the holiday and count 10 October",
        ),
        pytest.param(
            date(2026, 11, 20),
            3,
            WORKING,
            date(2026, 11, 25),
            id="three working days over a weekend",
        ),
        pytest.param(date(2026, 1, 31), 1, MONTHS, date(2026, 2, 28), id="no corresponding day: end of month"),
        pytest.param(date(2024, 2, 29), 1, YEARS, date(2025, 2, 28), id="leap day, one year"),
        pytest.param(date(2025, 11, 30), 3, MONTHS, date(2026, 2, 28), id="across the year"),
        pytest.param(date(2026, 6, 3), 3, MONTHS, date(2026, 9, 3), id="corresponding day"),
    ],
)
def test_last_day(event: date, amount: int, unit: PeriodUnit, last_day: date) -> None:
    period = statutory_period(event, amount, unit)
    assert period.last_day == last_day
    assert period.first_day == event + timedelta(days=1)
    assert not period.is_provisional


def test_period_ends_at_24_o_clock_as_a_half_open_instant() -> None:
    posted = datetime(2026, 6, 3, 7, 0, tzinfo=UTC)  # 15:00 in Shanghai
    period = statutory_period(posted, 15)
    assert period.last_day == date(2026, 6, 18)
    assert period.ends_at == datetime(2026, 6, 18, 16, 0, tzinfo=UTC)
    assert period.ends_at.isoformat() == "2026-06-19T00:00:00+08:00"


def test_the_day_is_the_day_in_shanghai() -> None:
    late_evening_utc = datetime(2026, 6, 3, 17, 0, tzinfo=UTC)  # 4 June 01:00 in Shanghai
    assert statutory_period(late_evening_utc, 1).event_on == date(2026, 6, 4)


def test_a_time_without_zone_and_an_empty_period_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        statutory_period(datetime(2026, 6, 3, 15, 0, tzinfo=UTC).replace(tzinfo=None), 15)
    with pytest.raises(ValueError, match="at least one"):
        statutory_period(date(2026, 6, 3), 0)


def test_year_without_published_holidays_is_provisional() -> None:
    period = statutory_period(date(2031, 5, 2), 7)
    assert period.is_provisional
    assert period.last_day == date(2031, 5, 9)
    assert period.steps[-1].code is StepCode.PROVISIONAL


def test_end_of_the_last_published_year_is_provisional_when_it_rolls_out_of_it() -> None:
    known_to_2026 = WorkingCalendar(_published_until_2026)
    period = statutory_period(date(2026, 12, 26), 6, calendar=known_to_2026)
    assert period.last_day == date(2027, 1, 1)
    assert period.is_provisional


def test_working_is_told_in_order() -> None:
    codes = [step.code for step in statutory_period(date(2026, 11, 22), 7).steps]
    assert codes == [StepCode.DAY_ZERO, StepCode.COUNTED, StepCode.ROLLED, StepCode.ENDS]


@given(
    event=st.dates(date(2004, 1, 1), date(2025, 11, 1)),
    amount=st.integers(1, 90),
    working=st.booleans(),
)
def test_agrees_with_a_counter_that_walks_day_by_day(event: date, amount: int, working: bool) -> None:
    unit = PeriodUnit.WORKING_DAYS if working else PeriodUnit.DAYS
    assert statutory_period(event, amount, unit).last_day == _walk(event, amount, working)


@given(event=st.dates(date(2004, 1, 1), date(2020, 1, 1)), months=st.integers(1, 60))
def test_months_end_within_the_due_month_or_roll_to_a_working_day(event: date, months: int) -> None:
    period = statutory_period(event, months, PeriodUnit.MONTHS)
    nominal = period.steps[1].until
    assert nominal is not None
    assert (nominal.year * 12 + nominal.month) - (event.year * 12 + event.month) == months
    assert nominal.day == event.day or (nominal + timedelta(days=1)).day == 1
    assert is_workday(period.last_day)
    assert not any(is_workday(day) for day in _days(nominal, period.last_day))
    assert period.ends_at == end_of_day(period.last_day)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        pytest.param(date(2026, 1, 31), StepCode.MONTH_END, id="31 February there is none: art. 202"),
        pytest.param(date(2026, 1, 28), StepCode.CORRESPONDING_DAY, id="28 February there is"),
    ],
)
def test_a_month_says_whether_it_had_the_day(event: date, code: StepCode) -> None:
    assert statutory_period(event, 1, PeriodUnit.MONTHS).steps[1].code is code


def test_without_published_holidays_the_week_has_five_working_days() -> None:
    calendar = WorkingCalendar(_published_until_2026)
    week = [calendar.is_working_day(date(2040, 1, day)) for day in range(2, 9)]  # Monday to Sunday
    assert week == [True] * 5 + [False] * 2
    assert calendar.guessed_on == date(2040, 1, 2)


def _walk(event: date, amount: int, working: bool) -> date:
    """Stroke off one day after another, as on a wall calendar."""
    day, crossed = event, 0
    while crossed < amount:
        day = day + timedelta(days=1)
        if not working or is_workday(day):
            crossed += 1
    while not is_workday(day):
        day = day + timedelta(days=1)
    return day


def _days(start: date, end: date) -> list[date]:
    """The days from start up to, not including, end."""
    return [start + timedelta(days=n) for n in range((end - start).days)]


def _published_until_2026(day: date) -> bool:
    if day.year > 2026:
        raise NotImplementedError
    return is_workday(day)
