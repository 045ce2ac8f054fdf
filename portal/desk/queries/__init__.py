"""Reads of the desk: batches, their rows with verdicts, counts."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk import pieces
from portal.desk.models import HeadingMemory, ImportBatch, ImportPiece
from portal.desk.rules import BatchState, Cell, Change, Problem, Verdict


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a file: its cells in the file's order, and what was found about it."""

    number: int
    verdict: Verdict
    is_written: bool
    cells: list[Cell]
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in a list."""

    id: uuid.UUID
    kind: str
    file_name: str
    state: BatchState
    row_count: int
    uploaded_by_name: str
    uploaded_at: datetime
    undone_at: datetime | None
    asks_columns: bool


def get_batch(batch_id: uuid.UUID, *, tenant_id: int) -> ImportBatch:
    """Give a batch of this very tenant; raises NotFound."""
    statement = select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.tenant_id == tenant_id)
    batch = db.session.scalars(statement).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def _asks_columns() -> ColumnElement[bool]:
    """The same as ImportBatch.asks_columns."""
    return and_(ImportBatch.state == BatchState.STAGING, ImportBatch.job_id.is_(None))


_LINE = (
    ImportBatch.id,
    ImportBatch.kind,
    ImportBatch.file_name,
    ImportBatch.state,
    ImportBatch.row_count,
    ImportBatch.uploaded_by_name,
    ImportBatch.uploaded_at,
    ImportBatch.undone_at,
    _asks_columns(),
)


def count_batches(*, tenant_id: int) -> int:
    """Count the batches of this tenant."""
    statement = select(func.count()).select_from(ImportBatch).where(ImportBatch.tenant_id == tenant_id)
    return db.session.scalar(statement) or 0


def list_batches(*, tenant_id: int, limit: int = 20, offset: int = 0) -> list[BatchLine]:
    """Give batches of this tenant, the newest first."""
    statement = select(*_LINE).where(ImportBatch.tenant_id == tenant_id)
    ordered = statement.order_by(ImportBatch.uploaded_at.desc(), ImportBatch.id.desc())
    return [BatchLine(*row) for row in db.session.execute(ordered.limit(limit).offset(offset))]


def batches_by_id(ids: Collection[uuid.UUID], *, tenant_id: int) -> dict[uuid.UUID, BatchLine]:
    """Give the batches of these ids that are this tenant's; one statement."""
    statement = select(*_LINE).where(ImportBatch.tenant_id == tenant_id, ImportBatch.id.in_(ids))
    return {row[0]: BatchLine(*row) for row in db.session.execute(statement)}


def list_ready_batches(*, tenant_id: int) -> list[BatchLine]:
    """Give the batches that wait for somebody to look and apply, or to say what their columns mean, oldest first."""
    statement = select(*_LINE).where(
        ImportBatch.tenant_id == tenant_id, or_(ImportBatch.state == BatchState.READY, _asks_columns())
    )
    return [BatchLine(*row) for row in db.session.execute(statement.order_by(ImportBatch.uploaded_at))]


def count_verdicts(batch: ImportBatch) -> dict[Verdict, int]:
    """Give how many rows have each verdict; every verdict is a key."""
    found = "".join(line.verdicts for line in _lines(batch))
    counts = {verdict: found.count(letter) for letter, verdict in pieces.VERDICTS.items()}
    waiting = batch.row_count - len(found) if batch.state is BatchState.STAGING else 0
    return {Verdict.WAITING: waiting} | counts


def list_rows(
    batch: ImportBatch, *, verdict: Verdict | None = None, limit: int | None = None, offset: int = 0
) -> list[RowView]:
    """Give rows of a batch in the file's order, of one verdict or of all, with their cells in clear.

    Two statements; only the pieces in which these rows lie are opened.
    """
    wanted: dict[int, list[int]] = {}
    letter = pieces.LETTERS[verdict] if verdict else None
    end = None if limit is None else offset + limit
    passed = 0
    for line in _lines(batch):
        places = [place for place, each in enumerate(line.verdicts) if letter in {None, each}]
        first, last = max(0, offset - passed), len(places) if end is None else end - passed
        passed += len(places)
        if chosen := places[first : max(0, last)]:
            wanted[line.number] = chosen
    return list(_open_rows(batch, wanted))


@dataclass(frozen=True, slots=True)
class _Line:
    """A piece without what is sealed in it."""

    number: int
    verdicts: str


def _lines(batch: ImportBatch) -> list[_Line]:
    statement = (
        select(ImportPiece.number, ImportPiece.verdicts)
        .where(ImportPiece.tenant_id == batch.tenant_id, ImportPiece.batch_id == batch.id)
        .order_by(ImportPiece.number)
    )
    return [_Line(*row) for row in db.session.execute(statement)]


def _open_rows(batch: ImportBatch, wanted: dict[int, list[int]]) -> Iterator[RowView]:
    statement = (
        select(ImportPiece)
        .where(
            ImportPiece.tenant_id == batch.tenant_id,
            ImportPiece.batch_id == batch.id,
            ImportPiece.number.in_(wanted),
        )
        .order_by(ImportPiece.number)
        .execution_options(populate_existing=True)
    )
    for piece in db.session.scalars(statement):
        yield from _views(piece, wanted[piece.number])


def _views(piece: ImportPiece, places: Sequence[int]) -> Iterator[RowView]:
    told = pieces.open_told(piece.tenant_id, piece.id, piece.told)
    is_told = told.keys() >= set(places)
    rows = [] if is_told else pieces.open_table(piece.tenant_id, piece.id, piece.sealed, {}).raw
    for place in places:
        verdict = pieces.VERDICTS[piece.verdicts[place]]
        number, cells, problems, changes = told[place] if place in told else (*rows[place], [], [])
        is_written = piece.is_written and verdict in {Verdict.NEW, Verdict.CHANGED}
        yield RowView(number, verdict, is_written, cells, problems, changes)


def remembered_headings(kind_code: str, *, tenant_id: int) -> dict[str, dict[str, int]]:
    """Give what people here have said of the columns of a kind of file: fingerprint of the headings → places."""
    statement = select(HeadingMemory.fingerprint, HeadingMemory.places).where(
        HeadingMemory.tenant_id == tenant_id, HeadingMemory.kind == kind_code
    )
    return dict(db.session.execute(statement).all())
