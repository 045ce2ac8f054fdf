"""Reads of the desk: batches, their rows with verdicts, counts."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk.models import ImportBatch, ImportRow
from portal.desk.rules import BatchState, Cell, Change, Problem, Verdict
from portal.tenancy import vault

ROW_SEAL = "import_row.sealed"


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a file: its cells in the file's order, and what was found about it."""

    id: uuid.UUID
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


def get_batch(batch_id: uuid.UUID, *, tenant_id: int) -> ImportBatch:
    """Give a batch of this very tenant; raises NotFound."""
    statement = select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.tenant_id == tenant_id)
    batch = db.session.scalars(statement).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def list_batches(*, tenant_id: int, limit: int = 20) -> list[BatchLine]:
    """Give the newest batches of this tenant, newest first."""
    columns = (
        ImportBatch.id,
        ImportBatch.kind,
        ImportBatch.file_name,
        ImportBatch.state,
        ImportBatch.row_count,
        ImportBatch.uploaded_by_name,
        ImportBatch.uploaded_at,
    )
    statement = select(*columns).where(ImportBatch.tenant_id == tenant_id)
    rows = db.session.execute(statement.order_by(ImportBatch.uploaded_at.desc(), ImportBatch.id.desc()).limit(limit))
    return [BatchLine(*row) for row in rows]


def list_ready_batches(*, tenant_id: int) -> list[BatchLine]:
    """Give the batches that wait for somebody to look and apply, oldest first."""
    statement = select(
        ImportBatch.id,
        ImportBatch.kind,
        ImportBatch.file_name,
        ImportBatch.state,
        ImportBatch.row_count,
        ImportBatch.uploaded_by_name,
        ImportBatch.uploaded_at,
    ).where(ImportBatch.tenant_id == tenant_id, ImportBatch.state == BatchState.READY)
    return [BatchLine(*row) for row in db.session.execute(statement.order_by(ImportBatch.uploaded_at))]


def count_verdicts(batch: ImportBatch) -> dict[Verdict, int]:
    """Give how many rows have each verdict; every verdict is a key."""
    statement = (
        select(ImportRow.verdict, func.count())
        .where(ImportRow.tenant_id == batch.tenant_id, ImportRow.batch_id == batch.id)
        .group_by(ImportRow.verdict)
    )
    found = dict(db.session.execute(statement).all())
    return {verdict: found.get(verdict, 0) for verdict in Verdict}


def list_rows(
    batch: ImportBatch, *, verdict: Verdict | None = None, limit: int | None = None, offset: int = 0
) -> list[RowView]:
    """Give rows of a batch in the file's order, of one verdict or of all, with their cells in clear."""
    statement = (
        select(ImportRow.id, ImportRow.row_number, ImportRow.verdict, ImportRow.is_written, ImportRow.sealed)
        .where(ImportRow.tenant_id == batch.tenant_id, ImportRow.batch_id == batch.id)
        .order_by(ImportRow.row_number)
        .limit(limit)
        .offset(offset)
    )
    if verdict is not None:
        statement = statement.where(ImportRow.verdict == verdict)
    return list(open_rows(db.session.execute(statement), tenant_id=batch.tenant_id))


def open_rows(rows: object, *, tenant_id: int) -> Iterator[RowView]:
    """Unseal rows given as (id, number, verdict, is_written, sealed)."""
    for row_id, number, verdict, is_written, sealed in rows:  # type: ignore[attr-defined]
        held = json.loads(vault.unseal(ROW_SEAL, tenant_id, row_id, sealed))
        yield RowView(
            row_id,
            number,
            verdict,
            is_written,
            held["cells"],
            [Problem(*problem) for problem in held["problems"]],
            [Change(*change) for change in held["changes"]],
        )
