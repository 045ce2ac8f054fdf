"""How often one person may look at what is covered: a trail alone does not stop somebody who copies a register.

Source: PIPL, art. 51: operating rights kept to what the work needs, and measures against leaks [law]; the
numbers are of the house [practice].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKS_AN_HOUR = 60
"""One a minute for a whole hour: nobody who phones, pays visits or compares papers is faster; who copies is."""
LOOKS_A_DAY = 200
"""Over three such hours. A community keeps some hundred members and owners: none of it is copied within a day."""


@dataclass(frozen=True)
class Limit:
    """At most so many looks within a span that ends now; `code` is the sentence of the refusal."""

    most: int
    within: timedelta
    code: str


LIMITS = (
    Limit(LOOKS_A_DAY, timedelta(days=1), "audit.looks_of_day"),
    Limit(LOOKS_AN_HOUR, timedelta(hours=1), "audit.looks_of_hour"),
)


def reached_limit(looks: Sequence[datetime], *, now: datetime) -> tuple[Limit, datetime] | None:
    """Give the limit that one more look would pass, and when it may be; None where it may be now.

    `looks` are the moments of this person's earlier looks, the newest first. The longer wait counts.
    """
    for limit in LIMITS:
        recent = [at for at in looks if at > now - limit.within]
        if len(recent) >= limit.most:
            return limit, recent[limit.most - 1] + limit.within
    return None
