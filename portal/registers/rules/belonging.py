"""Rules of a second belonging: where one is a member, and where one lives and reports (双报到).

Source: seed texts of 双报到 (work in the unit, live in the community); member regulations of 2019, art. 25.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken


class LinkKind(StrEnum):
    """Which of the two ends of a second belonging is elsewhere."""

    HOME = "HOME"  # the home organization is elsewhere: reports here, is counted there
    RESIDENCE = "RESIDENCE"  # the community of residence is elsewhere: counted here, reports there


def check_link_dates(*, from_on: date, until_on: date | None, today: date) -> None:
    """Refuse a belonging that has not begun yet, or that ends before it began. Half-open: [from_on, until_on).

    Raises RuleBroken `registers.link_future` or `registers.link_ends_early`. Source: practice of registers.
    """
    if from_on > today:
        raise RuleBroken("registers.link_future", field="from_on")
    if until_on is not None and until_on < from_on:
        raise RuleBroken("registers.link_ends_early", field="until_on")
