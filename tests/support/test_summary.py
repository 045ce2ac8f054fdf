"""The counts at the end: which part a test belongs to, and what a full run must not leave out."""

from collections import Counter
from types import SimpleNamespace

import pytest

from tests.support.summary import counts, gaps, lines, part_of


@pytest.mark.parametrize(
    ("nodeid", "part"),
    [
        ("tests/scoring/test_rules.py::test_window[exactly half]", "rules"),
        ("tests/scoring/test_views.py::test_ballot[sqlite]", "SQLite"),
        ("tests/scoring/test_views.py::test_ballot[postgresql]", "PostgreSQL"),
        ("tests/scoring/test_views.py::test_ballot[postgresql-375]", "PostgreSQL"),
        ("tests/scoring/test_views.py::test_ballot[owner-sqlite]", "SQLite"),
        ("tests/browser/test_paths.py::test_owner[postgresql]", "browser"),
        ("tests/test_architecture.py::test_layers", "other"),
        ("tests/test_architecture.py::test_name[no-sqlite3-import]", "other"),
    ],
)
def test_each_test_counts_for_one_part(nodeid: str, part: str) -> None:
    assert part_of(nodeid) == part


def report(nodeid: str) -> SimpleNamespace:
    return SimpleNamespace(nodeid=nodeid)


def test_an_error_counts_as_failed_and_a_skip_is_shown() -> None:
    table = counts(
        {
            "passed": [report("tests/a/test_rules.py::test_1")],
            "error": [report("tests/a/test_views.py::test_2[sqlite]")],
            "skipped": [report("tests/browser/test_3.py::test_3")],
        }
    )
    assert lines(table)[:2] == ["rules:          1 passed, 0 failed", "SQLite:         0 passed, 1 failed"]
    assert lines(table)[3] == "browser:        0 passed, 0 failed, 1 skipped"


def test_a_full_run_may_neither_leave_a_part_out_nor_skip() -> None:
    full = {part: Counter(passed=1) for part in ("rules", "SQLite", "PostgreSQL", "browser", "other")}
    assert gaps(full) == []
    assert gaps(full | {"browser": Counter(skipped=2)}) == ["no browser test passed", "2 skipped"]
