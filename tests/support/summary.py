"""Counts at the end of a test run, one line for each part of the product.

Which part a test belongs to:

    rules        its file is a test_rules.py: plain Python, no database
    browser      it lies in tests/browser: a real Chromium
    SQLite       its database, as its parameter says
    PostgreSQL   the same on the other engine
    other        everything else: architecture, templates, translations, tools

With `--every-part`, as `make test` runs it, a part without a passed test or any skipped
test fails the run: what could not be tried here is never passed over in silence.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest

PARTS = ("rules", "SQLite", "PostgreSQL", "browser", "other")
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def part_of(nodeid: str) -> str:
    """Name the part of the product that a test is about, from its id alone."""
    path = PurePosixPath(nodeid.partition("::")[0])
    parameters = nodeid.partition("[")[2].rstrip("]").split("-")
    if "browser" in path.parts:
        return "browser"
    if path.name == "test_rules.py":
        return "rules"
    if "sqlite" in parameters:
        return "SQLite"
    if "postgresql" in parameters or path.name == "test_postgres_support.py":
        return "PostgreSQL"
    return "other"


def counts(reports: dict[str, Iterable[object]]) -> dict[str, Counter[str]]:
    """How each part fared: part → outcome → number of tests."""
    table = {part: Counter[str]() for part in PARTS}
    for outcome in OUTCOMES:
        for report in reports.get(outcome, ()):
            table[part_of(getattr(report, "nodeid", ""))][outcome] += 1
    return table


def lines(table: dict[str, Counter[str]]) -> list[str]:
    """The table as text, empty outcomes left out except `passed` and `failed`."""
    shown = []
    for part, outcomes in table.items():
        failed = outcomes["failed"] + outcomes["error"]
        rest = [f"{outcomes[name]} {name}" for name in OUTCOMES[3:] if outcomes[name]]
        first = [f"{outcomes['passed']:>5} passed", f"{failed} failed"]
        shown.append(f"{part + ':':<12}" + ", ".join([*first, *rest]))
    return shown


def gaps(table: dict[str, Counter[str]]) -> list[str]:
    """What a run of everything must not leave out, in words."""
    empty = [f"no {part} test passed" for part in PARTS if not table[part]["passed"]]
    skipped = sum(outcomes["skipped"] for outcomes in table.values())
    return empty + ([f"{skipped} skipped"] if skipped else [])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that `make test` uses."""
    parser.addoption(
        "--every-part",
        action="store_true",
        help="fail when a part of the product was not tested or a test was skipped",
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of everything that left something out."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if reporter and session.config.getoption("every_part") and gaps(counts(reporter.stats)):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts after pytest's own tables, just before its last line."""
    terminalreporter.section("tests by part")
    for line in lines(counts(terminalreporter.stats)):
        terminalreporter.write_line(line)
    if terminalreporter.config.getoption("every_part"):
        for gap in gaps(counts(terminalreporter.stats)):
            terminalreporter.write_line(f"not everything was tested: {gap}", red=True)
