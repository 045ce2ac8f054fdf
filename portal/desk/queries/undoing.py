"""Reads about undoing: how much an import touched, what undoing it would do, what it left; whose file a row is from."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, union

from portal.core.db import db
from portal.desk import undoing
from portal.desk.kinds import get_kind
from portal.desk.models import ImportBatch, UndoRest
from portal.desk.rules.undoing import UNDO_DAYS, Rest
from portal.tenancy.past import twin_of

PREVIEW_ROWS = 5_000
"""Of a larger import only the totals are told beforehand."""


@dataclass(slots=True)
class Preview:
    """What undoing would do. `is_whole` False: there are too many rows to look at each beforehand."""

    touched: int
    is_whole: bool
    removed: int = 0
    restored: int = 0
    rests: list[Rest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileSource:
    """The file that a row came from, and who brought it."""

    file_name: str
    uploaded_by_name: str
    uploaded_at: datetime


def source_of(batch_id: uuid.UUID) -> FileSource | None:
    """Give the file of a batch of the tenant in scope; None when there is none such."""
    columns = (ImportBatch.file_name, ImportBatch.uploaded_by_name, ImportBatch.uploaded_at)
    row = db.session.execute(select(*columns).where(ImportBatch.id == batch_id)).one_or_none()
    return FileSource(*row) if row else None


def count_touched(batch: ImportBatch) -> int:
    """Count the rows of the registers that a batch made or changed, also those that are gone."""
    total = 0
    for model in get_kind(batch.kind).models:
        twin = twin_of(model)
        rows = union(
            select(model.id).where(model.tenant_id == batch.tenant_id, model.source_batch_id == batch.id),
            select(twin.row_id).where(twin.tenant_id == batch.tenant_id, twin.source_batch_id == batch.id),
        ).subquery()
        total += int(db.session.scalar(select(func.count()).select_from(rows)) or 0)
    return total


def undo_ends_at(batch: ImportBatch) -> datetime | None:
    """Give the moment from which a batch cannot be undone any more; None when it was not written."""
    return batch.finished_at + timedelta(days=UNDO_DAYS) if batch.finished_at else None


def preview_undo(batch: ImportBatch) -> Preview:
    """Say what undoing would do at this moment; nothing is changed."""
    kind, touched = get_kind(batch.kind), count_touched(batch)
    if touched > PREVIEW_ROWS:
        return Preview(touched, is_whole=False)
    preview = Preview(touched, is_whole=True)
    for model in reversed(kind.models):
        ids = undoing.touched_rows(batch, model, after=None, limit=PREVIEW_ROWS)
        plans = undoing.plan_rows(batch, model, ids) if ids else []
        preview.removed += sum(each.plan.is_removed and not each.hangs for each in plans)
        preview.restored += sum(bool(each.plan.restored) for each in plans)
        preview.rests += undoing.rests_of(kind, plans, tenant_id=batch.tenant_id)
    return preview


def list_rests(batch: ImportBatch, *, limit: int | None = None) -> list[UndoRest]:
    """Give what undoing a batch left, in the order of the file."""
    statement = select(UndoRest).where(UndoRest.tenant_id == batch.tenant_id, UndoRest.batch_id == batch.id)
    return list(db.session.scalars(statement.order_by(UndoRest.row_number, UndoRest.id).limit(limit)))


def count_rests(batch: ImportBatch) -> int:
    """Count what undoing a batch left."""
    statement = select(func.count()).where(UndoRest.tenant_id == batch.tenant_id, UndoRest.batch_id == batch.id)
    return int(db.session.scalar(statement) or 0)
