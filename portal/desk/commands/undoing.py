"""Undo an import: the start of it, and the reading of what it left."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.desk import queries
from portal.desk.models import ImportBatch, UndoRest
from portal.desk.queries.undoing import count_touched, list_rests
from portal.desk.rules.undoing import check_undo
from portal.jobs.commands import start_job
from portal.jobs.queries import get_job, is_at_work
from portal.tenancy.scope import written_tenant

UNDO_JOB = "desk.undo"


def undo_batch(batch_id: uuid.UUID, *, page: str, actor: Actor, now: datetime) -> ImportBatch:
    """Start undoing an import; once more after it is over for what was in the way then.

    Rows that it made go, rows that it changed get back what it changed, as far as nobody changed it since; the rest
    is listed in UndoRest. `page` is the address where the batch is seen. Raises NotFound, RuleBroken
    `desk.wrong_state`, `desk.undo_too_late` (with `days`), `desk.undo_running`.
    """
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()).one_or_none()
    if batch is None:
        raise NotFound
    check_undo(batch.state, finished_at=batch.finished_at, now=now)
    if batch.undo_job_id and is_at_work(get_job(batch.undo_job_id)):
        raise RuleBroken("desk.undo_running")
    total = count_touched(batch)
    db.session.execute(delete(UndoRest).where(UndoRest.batch_id == batch.id))
    job = start_job(
        UNDO_JOB,
        title=batch.file_name,
        payload={"batch_id": batch.id.hex, "step": 0, "after": None, "removed": 0, "restored": 0},
        total=total,
        actor=actor,
        now=now,
        result_url=page,
    )
    batch.undo_job_id, batch.undone_at, batch.undone_by_name = job.id, None, actor.name
    record(AuditTag.BATCH_UNDO, subject=batch, actor=actor, now=now, changes={"rows": [None, total]})
    return batch


def export_rests(batch_id: uuid.UUID, *, actor: Actor, now: datetime) -> tuple[ImportBatch, list[UndoRest]]:
    """Give what an undone import left, for a workbook.

    Raises NotFound, and RuleBroken `desk.nothing_stayed`.
    """
    batch = queries.get_batch(batch_id, tenant_id=written_tenant())
    rests = list_rests(batch)
    if not rests:
        raise RuleBroken("desk.nothing_stayed")
    record(AuditTag.UNDO_REST_EXPORT, subject=batch, actor=actor, now=now, changes={"rows": [None, len(rests)]})
    return batch, rests
