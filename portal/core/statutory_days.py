"""Periods of days, working days, months and years as the Civil Code counts them.

Source: Civil Code arts. 200 to 203. Holidays and shifted working days come from the
package `chinesecalendar`; outside its years only weekends rest and the answer is provisional.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from chinese_calendar import is_workday

from portal.core.clock import SHANGHAI, today

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class PeriodUnit(StrEnum):
    """What a period is counted in; plain days are calendar days."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class StepCode(StrEnum):
    """One line of the working shown under a computed last day."""

    DAY_ZERO = "day_zero"
    COUNTED = "counted"
    COUNTED_WORKING = "counted_working"
    CORRESPONDING_DAY = "corresponding_day"
    MONTH_END = "month_end"
    ROLLED = "rolled"
    ENDS = "ends"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class Step:
    """A line of the working: its code and what to put into the sentence."""

    code: StepCode
    day: date
    until: date | None = None
    amount: int | None = None


@dataclass(frozen=True)
class StatutoryPeriod:
    """A counted period: first and last day both included, `ends_at` the first instant after it."""

    event_on: date
    first_day: date
    last_day: date
    ends_at: datetime
    steps: tuple[Step, ...]
    is_provisional: bool


class WorkingCalendar:
    """Says whether a day is a working day, and remembers whether it ever had to guess."""

    def __init__(self, published: Callable[[date], bool] = is_workday) -> None:
        self._published = published
        self.guessed_on: date | None = None

    def is_working_day(self, day: date) -> bool:
        """True on a working day; without published holidays for the year, on Monday to Friday."""
        try:
            return self._published(day)
        except NotImplementedError:
            self.guessed_on = self.guessed_on or day
            return day.weekday() < SATURDAY


def local_day(moment: date | datetime) -> date:
    """The day in Shanghai of an aware time; a date is taken as it is. ValueError without zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no day")
    return today(moment)


def end_of_day(day: date) -> datetime:
    """24:00 of the day in Shanghai, as the first instant of the next day (for half-open ranges)."""
    return datetime.combine(day + ONE_DAY, time.min, SHANGHAI)


def add_months(day: date, months: int) -> tuple[date, bool]:
    """The corresponding day so many months later, and whether the month had one (art. 202).

    Where the month has no such day, its last day is given.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, length)), day.day <= length


def statutory_period(
    event: date | datetime,
    amount: int,
    unit: PeriodUnit = PeriodUnit.DAYS,
    calendar: WorkingCalendar | None = None,
) -> StatutoryPeriod:
    """Count a period that begins with an event, such as the posting of a notice.

    The day of the event is not counted (art. 201). Calendar days unless working days are asked
    for; months and years end on the corresponding day or the end of the month (art. 202). A last
    day on a holiday moves to the next working day, and ends at 24:00 (art. 203).
    ValueError unless the amount is at least 1.
    """
    if amount < 1:
        raise ValueError("a period has at least one day")
    calendar = calendar or WorkingCalendar()
    event_on = local_day(event)
    nominal, counted = _nominal_end(event_on, amount, unit, calendar)
    last_day = nominal
    while not calendar.is_working_day(last_day):
        last_day += ONE_DAY
    steps = [Step(StepCode.DAY_ZERO, event_on), counted]
    if last_day != nominal:
        steps.append(Step(StepCode.ROLLED, nominal, until=last_day))
    steps.append(Step(StepCode.ENDS, last_day))
    if calendar.guessed_on:
        steps.append(Step(StepCode.PROVISIONAL, calendar.guessed_on))
    return StatutoryPeriod(
        event_on=event_on,
        first_day=event_on + ONE_DAY,
        last_day=last_day,
        ends_at=end_of_day(last_day),
        steps=tuple(steps),
        is_provisional=calendar.guessed_on is not None,
    )


def _nominal_end(event_on: date, amount: int, unit: PeriodUnit, calendar: WorkingCalendar) -> tuple[date, Step]:
    """The last day before holidays move it, with the step that says how it was found."""
    if unit is PeriodUnit.DAYS:
        end = event_on + timedelta(days=amount)
        return end, Step(StepCode.COUNTED, event_on + ONE_DAY, until=end, amount=amount)
    if unit is PeriodUnit.WORKING_DAYS:
        end, left = event_on, amount
        while left:
            end += ONE_DAY
            left -= calendar.is_working_day(end)
        return end, Step(StepCode.COUNTED_WORKING, event_on + ONE_DAY, until=end, amount=amount)
    end, exists = add_months(event_on, amount * (12 if unit is PeriodUnit.YEARS else 1))
    code = StepCode.CORRESPONDING_DAY if exists else StepCode.MONTH_END
    return end, Step(code, event_on, until=end, amount=amount)
