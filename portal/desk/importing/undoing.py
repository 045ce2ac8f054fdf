"""The long work of undoing an import: a thousand rows at a time, each piece one transaction with its progress.

Whatever a piece did is done: the next time its rows are as before or gone, and are passed over. Its rows go back all at
once behind one savepoint. Where one of them cannot, the constraints say at once which ones never can; of what is left
ever smaller parts are tried where it does not go either, so that only what cannot stays.
"""

import uuid
from collections.abc import Sequence
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
from portal.desk.undoing import Undone
from portal.jobs.commands import job_kind
from portal.tenancy.past import Kept
from portal.tenancy.references import refers_to_itself
from portal.tenancy.refusing import rows_refused
from portal.tenancy.reverting import SettingBack, lock_rows, remove_rows, set_rows_back
from portal.tenancy.scope import bulk_insert

UNDO_PIECE = 1_000
PARTS = 10
"""Into so many parts a piece falls of which one row cannot go back, and each of these parts again."""
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
    plans = undoing.plan_rows(batch, model, lock_rows(model, ids))
    todo = [each for each in plans if not each.hangs and (each.plan.is_removed or each.plan.restored)]
    todo.sort(key=lambda each: not each.plan.is_removed)  # what goes may hold what another one gets back
    taken = _undo(model, todo, batch, now)
    if is_last:
        _keep_rests(kind, batch, plans, taken)
        job.done += len(ids)
    removed = sum(each.plan.is_removed for each in todo) - sum(each.plan.is_removed for each in taken)
    payload["removed"] += removed
    payload["restored"] += len(todo) - len(taken) - removed
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


def _undo(model: type[Kept], todo: Sequence[Undone], batch: ImportBatch, now: datetime) -> list[Undone]:
    """Remove rows or set fields of them back; gives those that cannot, since another row has what they would get."""
    if _goes(model, todo, batch, now):
        return []
    leaving = [each.place.row_id for each in todo if each.plan.is_removed]
    refused = rows_refused(model, [_setting_back(each) for each in todo if each.before_id], leaving=leaving)
    taken = [each for each in todo if each.place.row_id in refused]
    rest = [each for each in todo if each.place.row_id not in refused]
    if taken and _goes(model, rest, batch, now):
        return taken
    return taken + _undo_parts(model, rest, batch, now)


def _undo_parts(model: type[Kept], todo: Sequence[Undone], batch: ImportBatch, now: datetime) -> list[Undone]:
    """Let rows go back that cannot all at once, in ever smaller parts; gives those that cannot even alone."""
    if len(todo) == 1:
        return list(todo)
    size = -(-len(todo) // PARTS)
    parts = [todo[start : start + size] for start in range(0, len(todo), size)]
    left = [_undo_parts(model, part, batch, now) for part in parts if not _goes(model, part, batch, now)]
    return [each for part in left for each in part]


def _goes(model: type[Kept], todo: Sequence[Undone], batch: ImportBatch, now: datetime) -> bool:
    """Remove rows or set fields of them back, all of them or none; says which."""
    if not todo:
        return True
    try:
        with db.session.begin_nested():
            remove_rows(model, [each.place.row_id for each in todo if each.plan.is_removed], now=now)
            set_rows_back(model, [_setting_back(each) for each in todo if each.before_id], batch_id=batch.id, now=now)
    except IntegrityError:
        return False
    return True


def _setting_back(each: Undone) -> SettingBack:
    assert each.before_id is not None  # noqa: S101  a row that the import made has nothing to set back
    columns = frozenset(column for part in each.plan.restored for column in part.columns)
    return SettingBack(each.place.row_id, each.before_id, columns)


def _keep_rests(kind: ImportKind, batch: ImportBatch, plans: list[Undone], taken: list[Undone]) -> None:
    rests = undoing.rests_of(kind, plans, tenant_id=batch.tenant_id) + undoing.taken_rests(taken)
    bulk_insert(UndoRest, [{"id": new_id(), "batch_id": batch.id, **asdict(rest)} for rest in rests])
