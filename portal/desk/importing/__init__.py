"""The desk's long work: judge the rows of a file, write the good ones, some hundred rows at a time.

Each piece is one transaction with the job's progress. A worker that is killed leaves a piece undone
and the next one does it again, so that every row goes in once.
"""

import json
import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk import queries
from portal.desk.commands import APPLY_JOB, PIECE_SEAL, STAGE_JOB
from portal.desk.kinds import Judgement, Row, Source, get_kind
from portal.desk.models import ImportBatch, ImportPiece, ImportRow
from portal.desk.queries import ROW_SEAL, RowView
from portal.desk.rules import PIECE_ROWS, BatchState, Cell, Problem, Verdict
from portal.jobs.commands import job_kind
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert


@job_kind(STAGE_JOB)
def advance_staging(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Judge one piece of the file; True when none is left and the person may look."""
    batch = _batch_of(job)
    if batch.state is not BatchState.STAGING:  # withdrawn meanwhile
        return True
    statement = select(ImportPiece).where(ImportPiece.batch_id == batch.id).order_by(ImportPiece.number).limit(1)
    piece = db.session.scalars(statement).one_or_none()
    if piece is None:
        batch.state = BatchState.READY
        record(AuditTag.BATCH_STAGE, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    raw: list[tuple[int, list[Cell]]] = json.loads(vault.unseal(PIECE_SEAL, piece.tenant_id, piece.id, piece.sealed))
    rows = [Row(number, _by_column(batch, cells)) for number, cells in raw]
    judgements = get_kind(batch.kind).judge(rows, today=clock.today(now))
    _refuse_second_ones(batch, rows, judgements)
    bulk_insert(ImportRow, [_staged(batch, *each) for each in zip(raw, judgements, strict=True)])
    db.session.delete(piece)
    job.done += len(rows)
    job.cursor = piece.number + 1
    return False


@job_kind(APPLY_JOB)
def advance_applying(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Write the next rows that are new or changed; True when none is left."""
    batch = _batch_of(job)
    if batch.state is not BatchState.APPLYING:
        return True
    rows = _next_rows(batch, after=job.cursor)
    if not rows:
        batch.state, batch.finished_at = BatchState.DONE, now
        record(AuditTag.BATCH_FINISH, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    _write_piece(batch, rows, Source(batch.id, actor, now))
    job.done += len(rows)
    job.cursor = rows[-1].number
    return False


def _batch_of(job: Any) -> ImportBatch:
    batch_id = uuid.UUID(job.payload["batch_id"])
    return queries.get_batch(batch_id, tenant_id=job.tenant_id)


def _by_column(batch: ImportBatch, cells: list[Cell]) -> dict[str, Cell]:
    return {key: cells[place] for key, place in batch.places.items() if place < len(cells)}


def _counts(batch: ImportBatch) -> dict[str, list[object]]:
    counts = queries.count_verdicts(batch)
    return {verdict.value.lower(): [None, count] for verdict, count in counts.items() if count}


def _refuse_second_ones(batch: ImportBatch, rows: list[Row], judgements: list[Judgement]) -> None:
    """The same person twice in one file: the second is refused and told where the first stands."""
    identities = [judgement.identity for judgement in judgements if judgement.identity]
    statement = select(ImportRow.identity, ImportRow.row_number).where(
        ImportRow.batch_id == batch.id, ImportRow.identity.in_(identities)
    )
    first: dict[bytes | None, int] = {}
    for identity, number in db.session.execute(statement):
        first[identity] = min(number, first.get(identity, number))
    for row, judgement in zip(rows, judgements, strict=True):
        if not judgement.identity:
            continue
        if judgement.identity in first:
            judgement.verdict = Verdict.REFUSED
            column = get_kind(batch.kind).identity_column
            judgement.problems.insert(0, Problem(column, "desk.twice", {"row": first[judgement.identity]}))
            judgement.changes = []
        else:
            first[judgement.identity] = row.number


def _staged(batch: ImportBatch, raw: tuple[int, list[Cell]], judgement: Judgement) -> dict[str, Any]:
    row_id = new_id()
    return {
        "id": row_id,
        "batch_id": batch.id,
        "row_number": raw[0],
        "verdict": judgement.verdict,
        "identity": judgement.identity,
        "is_written": False,
        "sealed": _seal(row_id, raw[1], judgement),
    }


def _seal(row_id: uuid.UUID, cells: list[Cell], judgement: Judgement) -> bytes:
    problems = [[problem.column, problem.code, problem.values] for problem in judgement.problems]
    changes = [list(asdict(change).values()) for change in judgement.changes]
    text = json.dumps({"cells": cells, "problems": problems, "changes": changes}, ensure_ascii=False)
    return vault.seal(ROW_SEAL, row_id, text)


def _next_rows(batch: ImportBatch, *, after: int) -> list[RowView]:
    statement = (
        select(ImportRow.id, ImportRow.row_number, ImportRow.verdict, ImportRow.is_written, ImportRow.sealed)
        .where(
            ImportRow.batch_id == batch.id,
            ImportRow.row_number > after,
            ImportRow.verdict.in_([Verdict.NEW, Verdict.CHANGED]),
            ImportRow.is_written.is_(False),
        )
        .order_by(ImportRow.row_number)
        .limit(PIECE_ROWS)
    )
    return list(queries.open_rows(db.session.execute(statement), tenant_id=batch.tenant_id))


def _write_piece(batch: ImportBatch, views: list[RowView], source: Source) -> None:
    """Judge once more, since others may have worked meanwhile; write what is still as it was shown."""
    kind = get_kind(batch.kind)
    rows = [Row(view.number, _by_column(batch, view.cells)) for view in views]
    judgements = kind.judge(rows, today=clock.today(source.now))
    good: list[tuple[Row, Judgement]] = []
    written: list[uuid.UUID] = []
    for view, row, judgement in zip(views, rows, judgements, strict=True):
        if (judgement.verdict, judgement.changes) == (view.verdict, view.changes):
            good.append((row, judgement))
            written.append(view.id)
        else:
            _settle(view, judgement)
    kind.write(good, source=source)
    db.session.execute(update(ImportRow).where(ImportRow.id.in_(written)).values(is_written=True))


def _settle(view: RowView, judgement: Judgement) -> None:
    """A row that is no longer what the person saw: already there, or refused to be looked at again."""
    if judgement.verdict is not Verdict.SAME:
        judgement.verdict = Verdict.REFUSED
        judgement.problems = judgement.problems or [Problem("", "desk.changed_since")]
        judgement.changes = []
    sealed = _seal(view.id, view.cells, judgement)
    statement = update(ImportRow).where(ImportRow.id == view.id)
    db.session.execute(statement.values(verdict=judgement.verdict, sealed=sealed))
