"""Changes of the desk: take a file in, apply its good rows, withdraw it, give the bad rows back."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.desk import pieces, queries, rules
from portal.desk.kinds import ImportKind
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.reader import read_sheet
from portal.desk.rules import PIECE_ROWS, BatchState, Cell, Verdict
from portal.jobs.commands import start_job
from portal.tenancy.scope import bulk_insert, written_tenant

STAGE_JOB = "desk.stage"
APPLY_JOB = "desk.apply"


def upload_batch(
    kind: ImportKind, *, file_name: str, content: bytes, batch_id: uuid.UUID, page: str, actor: Actor, now: datetime
) -> ImportBatch:
    """Take a file in and start judging its rows; nothing of it is written into a register yet.

    `page` is the address where the batch will be seen. Raises RuleBroken (field `file`) with the
    codes of read_sheet() and find_headings(), or `desk.no_rows`.
    """
    sheet = read_sheet(file_name, content)
    headings = rules.find_headings(sheet.rows, kind.columns)
    rows = _rows_below(sheet.rows, headings)
    if not rows:
        raise RuleBroken("desk.no_rows", field="file")
    batch = ImportBatch(
        id=batch_id,
        kind=kind.code,
        file_name=file_name[-200:],
        sheet_name=sheet.name[:100],
        other_sheets=sheet.others,
        headings=headings.names,
        places=headings.places,
        unused=headings.unused,
        state=BatchState.STAGING,
        row_count=len(rows),
        uploaded_by=actor.user_id,
        uploaded_by_name=actor.name,
        uploaded_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    _keep_pieces(batch, rows)
    job = start_job(
        STAGE_JOB,
        title=batch.file_name,
        payload={"batch_id": batch.id.hex},
        total=len(rows),
        actor=actor,
        now=now,
        result_url=page,
    )
    batch.job_id = job.id
    changes: dict[str, list[object]] = {"kind": [None, kind.code], "rows": [None, len(rows)]}
    record(AuditTag.BATCH_UPLOAD, subject=batch, actor=actor, now=now, changes=changes)
    return batch


def _rows_below(rows: list[tuple[int, list[Cell]]], headings: rules.Headings) -> list[tuple[int, list[Cell]]]:
    """Leave out titles, remarks, signature lines, and headings repeated for each printed page."""
    names = [rules.plain_heading(name) for name in headings.names]
    return [
        (number, cells)
        for number, cells in rows
        if number > headings.row_number
        and not rules.is_note(cells)
        and [rules.plain_heading(cell) for cell in cells] != names[: len(cells)]
    ]


def _keep_pieces(batch: ImportBatch, rows: list[tuple[int, list[Cell]]]) -> None:
    kept = []
    for start in range(0, len(rows), PIECE_ROWS):
        piece_id = new_id()
        sealed = pieces.seal_rows(piece_id, rows[start : start + PIECE_ROWS])
        line = {"id": piece_id, "batch_id": batch.id, "number": start // PIECE_ROWS, "sealed": sealed}
        kept.append(line | {"is_written": False, "verdicts": ""})
    bulk_insert(ImportPiece, kept)


def apply_batch(batch_id: uuid.UUID, *, page: str, actor: Actor, now: datetime) -> ImportBatch:
    """Start writing the rows that are new or changed; called again after a failure it goes on.

    Raises NotFound, and RuleBroken `desk.wrong_state` or `desk.nothing_to_apply`.
    """
    batch = _lock(batch_id)
    rules.check_transition(batch.state, BatchState.APPLYING)
    counts = queries.count_verdicts(batch)
    total = counts[Verdict.NEW] + counts[Verdict.CHANGED]
    if not total:
        raise RuleBroken("desk.nothing_to_apply")
    batch.state = BatchState.APPLYING
    job = start_job(
        APPLY_JOB,
        title=batch.file_name,
        payload={"batch_id": batch.id.hex},
        total=total,
        actor=actor,
        now=now,
        result_url=page,
    )
    batch.job_id = job.id
    changes = {"new": [None, counts[Verdict.NEW]], "changed": [None, counts[Verdict.CHANGED]]}
    record(AuditTag.BATCH_APPLY, subject=batch, actor=actor, now=now, changes=changes)
    return batch


def discard_batch(batch_id: uuid.UUID, *, actor: Actor, now: datetime) -> ImportBatch:
    """Withdraw a file before anything of it is written; its rows are removed.

    Raises NotFound, and RuleBroken `desk.wrong_state`.
    """
    batch = _lock(batch_id)
    rules.check_transition(batch.state, BatchState.WITHDRAWN)
    before, batch.state = batch.state, BatchState.WITHDRAWN
    batch.finished_at = now
    db.session.execute(delete(ImportPiece).where(ImportPiece.batch_id == batch.id))
    changes = {"state": [before.value, batch.state.value]}
    record(AuditTag.BATCH_DISCARD, subject=batch, actor=actor, now=now, changes=changes)
    return batch


def export_refused_rows(
    batch_id: uuid.UUID, *, actor: Actor, now: datetime
) -> tuple[ImportBatch, list[queries.RowView]]:
    """Give the refused rows for a workbook to mend, their cells in clear as the person uploaded them.

    Raises NotFound, also when no row was refused.
    """
    batch = queries.get_batch(batch_id, tenant_id=written_tenant())
    rows = queries.list_rows(batch, verdict=Verdict.REFUSED)
    if not rows:
        raise NotFound
    changes = {"rows": [None, len(rows)]}
    record(AuditTag.REFUSED_ROWS_EXPORT, subject=batch, actor=actor, now=now, changes=changes)
    return batch, rows


def _lock(batch_id: uuid.UUID) -> ImportBatch:
    statement = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = db.session.scalars(statement).one_or_none()
    if batch is None:
        raise NotFound
    return batch
