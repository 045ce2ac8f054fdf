"""The long work of undoing an import: some hundred rows at a time, each piece one transaction with its progress.

Whatever a piece did is done: the next time its rows are as before or gone, and are passed over.
"""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk import queries, undoing
from portal.desk.commands.undoing import UNDO_JOB
from portal.desk.kinds import ImportKind, get_kind
from portal.desk.models import ImportBatch, UndoRest
from portal.desk.rules.undoing import Reason, Rest
from portal.desk.undoing import Undone
from portal.jobs.commands import job_kind
from portal.tenancy.past import Kept
from portal.tenancy.references import refers_to_itself
from portal.tenancy.scope import bulk_insert

UNDO_PIECE = 500
DEPTH = 4
"""Levels of a tree whose rows hang on each other: so often a table is gone through, leaves first."""


@job_kind(UNDO_JOB)
def advance_undo(job: Any, *, actor: Actor, now: datetime) -> bool:  # noqa: ARG001  the command has recorded who
    """Undo the next rows; True when none is left."""
    payload = dict(job.payload)
    batch = queries.get_batch(uuid.UUID(payload["batch_id"]), tenant_id=job.tenant_id)
    kind = get_kind(batch.kind)
    steps = _steps(kind)
    if payload["step"] >= len(steps):
        batch.undone_at, batch.removed, batch.restored = now, payload["removed"], payload["restored"]
        return True
    model, is_last = steps[payload["step"]]
    after = uuid.UUID(payload["after"]) if payload["after"] else None
    ids = undoing.touched_rows(batch, model, after=after, limit=UNDO_PIECE)
    if not ids:
        job.payload = {**payload, "step": payload["step"] + 1, "after": None}
        return False
    plans = undoing.plan_rows(batch, model, ids)
    taken = [each for each in plans if not _undo_row(each, batch, now)]
    if is_last:
        _keep_rests(kind, batch, plans, taken)
        job.done += len(ids)
    payload["removed"] += sum(each.plan.is_removed and not each.hangs for each in plans if each not in taken)
    payload["restored"] += sum(bool(each.plan.restored) for each in plans if each not in taken)
    job.payload = {**payload, "after": ids[-1].hex}
    return False


def _steps(kind: ImportKind) -> list[tuple[type[Kept], bool]]:
    """Give the tables as they are gone through: those first that hang on others; True where it is the last time."""
    return [
        (model, turn == times - 1)
        for model in reversed(kind.models)
        for times in [DEPTH if refers_to_itself(model) else 1]
        for turn in range(times)
    ]


def _undo_row(each: Undone, batch: ImportBatch, now: datetime) -> bool:
    """Remove a row or set fields of it back; False when another row has what it would get back."""
    if each.hangs or not (each.plan.is_removed or each.plan.restored):
        return True
    try:
        with db.session.begin_nested():
            each.row.updated_at = now
            if each.plan.is_removed:
                db.session.delete(each.row)
            else:
                _restore(each, batch)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def _restore(each: Undone, batch: ImportBatch) -> None:
    before = each.before
    assert before is not None  # noqa: S101  a row that the import made has nothing to set back
    for part in each.plan.restored:
        for column in part.columns:
            setattr(each.row, column, before[column])
    if each.row.source_batch_id == batch.id:
        each.row.source_batch_id, each.row.source_row = before["source_batch_id"], before["source_row"]


def _keep_rests(kind: ImportKind, batch: ImportBatch, plans: list[Undone], taken: list[Undone]) -> None:
    rests = undoing.rests_of(kind, plans, tenant_id=batch.tenant_id)
    rests += [Rest(each.number, undoing.subject_of(each.row), Reason.TAKEN.value, "") for each in taken]
    bulk_insert(UndoRest, [{"id": new_id(), "batch_id": batch.id, **asdict(rest)} for rest in rests])
