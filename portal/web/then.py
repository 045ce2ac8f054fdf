"""The day on which a register is looked at as it stood: asked for in the address, never after today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from portal.core import clock


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was asked for. `since` is the first day that the register knows, None while it is empty."""

    on: date
    since: date | None
    today: date
    was_future: bool = False

    @property
    def is_before(self) -> bool:
        """Say whether the register was not kept yet on that day."""
        return self.since is None or self.on < self.since

    @property
    def choices(self) -> list[tuple[Any, date]]:
        """Give the days that people ask for most, those left out on which the register was not kept yet."""
        last_month = self.today.replace(day=1) - timedelta(days=1)
        days = [
            (_("a year ago"), _year_before(self.today)),
            (_("end of last year"), date(self.today.year - 1, 12, 31)),
            (_("end of last month"), last_month),
            (_("yesterday"), self.today - timedelta(days=1)),
        ]
        return [(words, day) for words, day in days if self.since is not None and day >= self.since]


def asked_day(text: str, *, since: datetime | None, now: datetime) -> Day:
    """Read a day (2025-12-31) out of an address, today where it lies in the future.

    Without a day: a year ago, or the longest ago of the usual days on which the register was kept.
    """
    today = clock.today(now)
    first = clock.today(since) if since is not None else None
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return _usual(first, today)
    return Day(min(on, today), first, today, was_future=on > today)


def _usual(first: date | None, today: date) -> Day:
    """Give the first of the usual days; in a register that is younger, its first day."""
    day = Day(_year_before(today), first, today)
    if not day.is_before or first is None:
        return day
    choices = sorted(on for _words, on in day.choices)
    return Day(choices[0] if choices else first, first, today)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
