"""Makes the new rows of a file ready to be entered, by the second process and by this one; asks no database."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import repeat, takewhile
from typing import TypeVar

from portal.core import second_process
from portal.core.db import db
from portal.core.memory import without_collector
from portal.desk import pieces
from portal.desk.kinds import Reading, Source, Table, get_kind, reading_of
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import Verdict
from portal.tenancy import vault
from portal.tenancy.bulk import Insertion


@dataclass(frozen=True, slots=True)
class SealedPiece:
    """One piece as it lies in the database, with what opens it."""

    key: vault.LentKey
    piece_id: uuid.UUID
    sealed: bytes
    seen: bytes | None
    places: Mapping[str, int]

    def rows(self) -> Table:
        """Open the rows."""
        return pieces.open_table(self.key.tenant_id, self.piece_id, self.sealed, self.places)

    def identities(self) -> list[bytes | None] | None:
        """Give whom each row is about, if that was looked for when they were read."""
        if self.seen is None:
            return None
        _fingerprint, _numbers, seen = pieces.open_seen(self.key.tenant_id, self.piece_id, self.seen)
        return seen.identities


R = TypeVar("R")
Given = tuple[SealedPiece, list[int], Reading, Source, str]
STILL_NOW = timedelta(seconds=5)
"""What was made ready so long before it is entered is made once more: its rows say when they came in."""
_ahead: list[tuple[Given, Future[Insertion | None]]] = []


def make_ready(
    batch: ImportBatch, rows: Sequence[ImportPiece], then: Sequence[ImportPiece], *, today: date, source: Source
) -> Iterator[Insertion | None]:
    """Make the new rows of each piece ready to be entered, in order; None where they are to be judged once more.

    `then`: the pieces that will be asked for next; the second process begins with them while these are entered.
    """
    reading = reading_of(get_kind(batch.kind), today=today)
    if reading is None:
        return repeat(None, len(rows))
    given = _given(batch, rows, reading, source)
    begun, following = begun_before(_ahead, given), _given(batch, then, reading, source)

    def begin_with_next() -> None:
        futures = ((each, second_process.begin(_make_ready, each)) for each in following)
        _ahead[:] = [(each, future) for each, future in futures if future is not None]

    return second_process.in_turn(_make_ready, given, begun=begun, at_end=begin_with_next)


def _given(batch: ImportBatch, rows: Sequence[ImportPiece], reading: Reading, source: Source) -> list[Given]:
    engine, new, key = db.engine.dialect.name, pieces.LETTERS[Verdict.NEW], vault.lend_key()
    return [
        (
            SealedPiece(key, row.id, row.sealed, row.seen, batch.places),
            [place for place, letter in enumerate(row.verdicts) if letter == new],
            reading,
            source,
            engine,
        )
        for row in rows
    ]


def begun_before(ahead: Sequence[tuple[Given, Future[R]]], given: Sequence[Given]) -> list[Future[R]]:
    """Give what was begun for the first ones of these, up to the first for which it was something else."""
    pairs = zip(ahead, given, strict=False)
    return [future for (_earlier, future), _now in takewhile(lambda pair: _is_same(pair[0][0], pair[1]), pairs)]


def _is_same(earlier: Given, now: Given) -> bool:
    """Say whether what was begun earlier is what is wanted now: the same but for a moment that has hardly passed."""
    source = replace(earlier[3], now=now[3].now)
    is_fresh = timedelta() <= now[3].now - earlier[3].now < STILL_NOW
    return is_fresh and (*earlier[:3], source, earlier[4]) == now


def _make_ready(
    piece: SealedPiece, places: list[int], reading: Reading, source: Source, engine: str
) -> Insertion | None:
    if not places:
        return None
    with piece.key.in_use(), without_collector():
        rows, identities = piece.rows(), piece.identities()
        if len(places) < len(rows):
            rows = rows.chosen(places)
            identities = identities and [identities[place] for place in places]
        return reading.ready(rows, source=source, engine=engine, identities=identities)
