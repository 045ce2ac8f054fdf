"""The only reader of the clock. The database holds UTC; people see Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Give an aware moment as Chinese wall-clock time."""
    return moment.astimezone(SHANGHAI)


def today(moment: datetime) -> date:
    """Give the Chinese calendar day of an aware moment."""
    return local(moment).date()


def day_start(day: date) -> datetime:
    """Give the first moment of a Chinese calendar day, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Give [start, end) of a Chinese calendar day in UTC; the end is the next day's start."""
    return day_start(day), day_start(day + timedelta(days=1))
