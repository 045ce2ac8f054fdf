"""Changes of the desk: take a file in, apply its good rows, withdraw it, give the bad rows back."""

import uuid
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.desk import queries, rules
from portal.desk.commands.reading import STAGE_JOB, fill_batch, forget_file, read_file, stage_rows
from portal.desk.kinds import ImportKind
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import BatchState, Verdict
from portal.files.commands import store_file
from portal.jobs.commands import start_job
from portal.tenancy.scope import written_tenant

APPLY_JOB = "desk.apply"
__all__ = ["APPLY_JOB", "STAGE_JOB", "apply_batch", "discard_batch", "export_refused_rows", "upload_batch"]


def upload_batch(
    kind: ImportKind,
    *,
    file_name: str,
    content: bytes,
    batch_id: uuid.UUID,
    page: str,
    actor: Actor,
    now: datetime,
    may_ask: bool = True,
) -> ImportBatch:
    """Take a file in and start judging its rows; nothing of it is written into a register yet.

    `page` is the address where the batch will be seen; there a person is asked for columns that nobody recognises,
    unless `may_ask` is False. Raises RuleBroken (field `file`) with the codes of read_file().
    """
    stored: list[uuid.UUID] = []
    store = partial(store_file, file_name, content, "application/octet-stream", actor=actor, now=now)
    with read_file(kind, file_name, content, meanwhile=lambda: stored.append(store().id)) as reading:
        if reading.matched.missing and not may_ask:
            raise RuleBroken("desk.columns_missing", field="file", missing="、".join(reading.matched.missing))
        batch = ImportBatch(
            id=batch_id,
            kind=kind.code,
            file_name=file_name[-200:],
            uploaded_by=actor.user_id,
            uploaded_by_name=actor.name,
            uploaded_at=now,
            state=BatchState.STAGING,
        )
        fill_batch(batch, reading)
        (batch.file_id,) = stored
        db.session.add(batch)
        db.session.flush()
        stage_rows(batch, reading, page=page, actor=actor, now=now)
    changes: dict[str, list[object]] = {"kind": [None, kind.code], "rows": [None, batch.row_count]}
    record(AuditTag.BATCH_UPLOAD, subject=batch, actor=actor, now=now, changes=changes)
    return batch


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
    forget_file(batch)
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
    forget_file(batch)
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
