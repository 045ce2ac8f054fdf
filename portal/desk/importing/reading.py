"""Opens the pieces of a file and reads their rows, by the second process and by this one; asks no database."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

from portal.core import second_process
from portal.core.db import db
from portal.core.memory import without_collector
from portal.desk import pieces
from portal.desk.kinds import Reading, Source, Table, get_kind
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
    places: Mapping[str, int]

    def rows(self) -> pieces.Rows:
        """Open the rows."""
        return pieces.open_rows(self.key.tenant_id, self.piece_id, self.sealed)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in the rows of one piece: their numbers, and what the kind wants to know of them."""

    numbers: list[int]
    seen: Any


def look_through(batch: ImportBatch, rows: Sequence[ImportPiece], *, today: date) -> Iterator[Looked | None]:
    """Give what the batch's kind sees in each piece, in order; None for a kind that only judges."""
    reading = _reading(batch, today)
    if reading is None:
        return repeat(None, len(rows))
    return second_process.in_turn(_look, [(each, reading) for each in _sealed(batch, rows)])


def make_ready(
    batch: ImportBatch, rows: Sequence[ImportPiece], *, today: date, source: Source
) -> Iterator[Insertion | None]:
    """Make the new rows of each piece ready to be entered, in order; None where they are to be judged once more."""
    reading = _reading(batch, today)
    if reading is None:
        return repeat(None, len(rows))
    engine, new = db.engine.dialect.name, pieces.LETTERS[Verdict.NEW]
    places = ([place for place, letter in enumerate(row.verdicts) if letter == new] for row in rows)
    given = [(*both, reading, source, engine) for both in zip(_sealed(batch, rows), places, strict=True)]
    return second_process.in_turn(_make_ready, given)


def _reading(batch: ImportBatch, today: date) -> Reading | None:
    kind: Any = get_kind(batch.kind)
    reading: Reading | None = kind.reading(today=today) if hasattr(kind, "reading") else None
    return reading


def _sealed(batch: ImportBatch, rows: Sequence[ImportPiece]) -> list[SealedPiece]:
    key = vault.lend_key()
    return [SealedPiece(key, row.id, row.sealed, batch.places) for row in rows]


def _look(piece: SealedPiece, reading: Reading) -> Looked:
    with piece.key.in_use(), without_collector():
        table = Table(piece.rows(), piece.places)
        return Looked(table.numbers, reading.look(table))


def _make_ready(
    piece: SealedPiece, places: list[int], reading: Reading, source: Source, engine: str
) -> Insertion | None:
    if not places:
        return None
    with piece.key.in_use(), without_collector():
        raw = piece.rows()
        chosen = raw if len(places) == len(raw) else [raw[place] for place in places]
        return reading.ready(Table(chosen, piece.places), source=source, engine=engine)
