"""Every file of the corpus is refused with its reason or read right; the child stays small, nothing is half in."""

from __future__ import annotations

import resource
import subprocess
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk import reader
from portal.desk.messages import MESSAGES
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules.headings import match_columns
from portal.files.models import StoredFile
from portal.registers.models import PartyMember
from portal.registers.roster_words import COLUMNS
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.corpus import CORPUS, READ, Entry, Rows
from tests.desk.makers import read_rows, upload
from tests.registers.makers import make_organization

CHILD_MIB, CHILD_SECONDS, WORKER_MIB = 512, 22, 100
FIGURES: list[tuple[str, str, float, float]] = []


def high_water(pid: int) -> float:
    """Give the most memory that a process has had since it began its own program, in MiB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return max([int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")], default=0)


@pytest.fixture
def peaks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the peak memory of each child in MiB."""
    found: list[float] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._watcher = Thread(target=self._watch)
            self._watcher.start()

        def _watch(self) -> None:
            peak = 0.0
            while self.poll() is None:
                peak = max(peak, high_water(self.pid))
                time.sleep(0.002)
            found.append(peak)

        def communicate(self, *arguments: Any, **options: Any) -> Any:
            self._watcher.join()
            return super().communicate(*arguments, **options)

    monkeypatch.setattr(reader.subprocess, "Popen", Watched)
    return found


def outcome(entry: Entry, content: bytes) -> tuple[str, Rows]:
    """Read a file as the desk does; gives the code of its refusal, or READ and its rows."""
    try:
        rows = read_rows(entry.name, content)
        found = match_columns(rows, COLUMNS).headings
    except RuleBroken as refused:
        return refused.code, []
    below = [row for row in rows if row[0] > found.row_number]
    return (READ, rows) if below else ("desk.no_rows", [])


@pytest.mark.parametrize("entry", CORPUS, ids=[entry.name for entry in CORPUS])
def test_it_is_refused_with_its_reason_or_read_right(entry: Entry, peaks: list[float]) -> None:
    content = entry.make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.monotonic()
    code, rows = outcome(entry, content)
    seconds = time.monotonic() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    FIGURES.append((entry.name, code, seconds, max(peaks, default=0)))
    assert code in entry.outcome
    assert code == READ or code in MESSAGES, "every refusal has its sentence"
    if code == READ:
        assert entry.check(rows), rows[:4]
    assert "root:" not in str(rows)
    assert max(peaks, default=0) < CHILD_MIB
    assert seconds < CHILD_SECONDS
    assert grown < WORKER_MIB
    assert not Path("/tmp/linli-climbed").exists()


def test_the_figures_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints what became of each, after the others; `-s` shows it."""
    assert len(CORPUS) >= 40
    assert len({entry.name for entry in CORPUS}) == len(CORPUS)
    lines = [f"{name:36} {code:24} {seconds:6.2f} s {peak:6.0f} MiB" for name, code, seconds, peak in FIGURES]
    if FIGURES:
        read = sum(code == READ for _, code, _, _ in FIGURES)
        slowest, largest = max(each[2] for each in FIGURES), max(each[3] for each in FIGURES)
        lines.append(
            f"{len(FIGURES)} files: {read} read right, {len(FIGURES) - read} refused; "
            f"slowest {slowest:.1f} s, largest child {largest:.0f} MiB"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))


SMALL = 400_000
"""Larger ones are the reader's business: they differ only in how much of them is read."""


def test_nothing_of_them_is_half_in(portal: Portal) -> None:
    """Uploaded one after the other: what is refused leaves nothing at all, what is read waits for somebody to look."""
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    uploads, batches = 0, 0
    for entry in CORPUS:
        content = entry.make() if "million" not in entry.name else b""
        if len(content) > SMALL:
            continue
        uploads += 1
        answer = upload(clerk, entry.name, content, status=(303, 422))
        batches += answer.response.status_code == 303
        assert answer.response.status_code == 303 or answer.errors(), entry.name

    def count(model: type) -> int:
        db.session.remove()
        with reading(scope_of(portal.here)):
            return int(db.session.scalar(select(func.count()).select_from(model)) or 0)

    assert count(PartyMember) == 0
    assert count(ImportBatch) == count(StoredFile) == batches
    assert count(ImportPiece) <= batches
    print(f"\n{uploads} uploads on {portal.engine}: {batches} taken in, 0 rows in the register")
