"""The figures as text."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

from bench.data import HOT_MEMBERS, OTHER_COMMUNITIES, OTHER_MEMBERS
from bench.load import CONNECTIONS, WRK
from bench.servers import PROCESSES

PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn", "Django", "Flask-Admin")
GOALS = {"postgresql": 50, "sqlite": 35}
COLUMNS = {
    "requests/s": 11,
    "min-max": 14,
    "of bare": 9,
    "app CPU ms": 12,
    "of bare's": 11,
    "DB CPU ms": 11,
    "bytes": 9,
}


@dataclass(frozen=True)
class Measure:
    """One variant in one round: requests a second, and milliseconds of processor per request."""

    rate: float
    app_ms: float
    database_ms: float


def heading() -> str:
    """Say what is measured, with what, on what."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Member list, first page of 50 of {HOT_MEMBERS:,} members; "
        f"{HOT_MEMBERS + OTHER_COMMUNITIES * OTHER_MEMBERS:,} in the table.\n"
        f"gunicorn with {PROCESSES} processes, {CONNECTIONS} open connections, "
        f"load by {'wrk' if WRK else 'bench/load.py'} on the same {os.cpu_count()} cores.\n"
        f"Python {platform.python_version()}, {versions}"
    )


def table(engine: str, measures: dict[str, list[Measure]], sizes: dict[str, int], statements: int) -> str:
    """Give one engine's table, and the ratios that the goals are about."""
    lines = [
        f"\n{engine} (load average {os.getloadavg()[0]:.1f}; the portal's page makes {statements} statements)",
        f"{'':14}" + "".join(f"{word:>{width}}" for word, width in COLUMNS.items()),
    ]
    bare = measures["bare WSGI"]
    for name, rounds in measures.items():
        rates = [each.rate for each in rounds]
        app = median(each.app_ms for each in rounds)
        lines.append(
            f"{name:14}{median(rates):11.0f}{f'{min(rates):.0f}-{max(rates):.0f}':>14}"
            f"{ratio(rounds, bare):9.2f}{app:12.2f}{app / median(each.app_ms for each in bare):11.2f}"
            f"{median(each.database_ms for each in rounds):11.2f}{sizes[name]:9,}"
        )
    portal = measures["portal"]
    lines.append(
        f"portal: {ratio(portal, bare) * 100:.0f} % of bare (goal {GOALS[engine]} %), "
        f"{ratio(portal, measures['Django admin']):.1f} x Django admin (goal 8), "
        f"{ratio(portal, measures['Flask-Admin']):.1f} x Flask-Admin (goal 6)"
    )
    return "\n".join(lines)


def ratio(rounds: list[Measure], of: list[Measure]) -> float:
    """Give the median over the rounds of the quotient within each round: what slows a whole round falls out."""
    return median(one.rate / other.rate for one, other in zip(rounds, of, strict=True))
