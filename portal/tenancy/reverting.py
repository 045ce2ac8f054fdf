"""Many kept rows at once: taken away, or set back to a state of theirs that is over.

The rows do not leave the database: their past is copied there and what they get back comes from there. So it takes as
many statements for two thousand rows as for two. The caller asks for them within a savepoint, and has locked the rows.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Uuid, case, delete, literal, select, update

from portal.core.db import PLAN_CACHE_MODE, UtcTime, db
from portal.core.ids import new_id
from portal.tenancy.given import among, given_rows, stretch
from portal.tenancy.past import KEEPS_PAST, Kept, kept_columns, twin_of
from portal.tenancy.scope import bulk_copy

SOURCE = ("source_batch_id", "source_row")


@dataclass(frozen=True, slots=True)
class SettingBack:
    """Columns of a row, and which of its past states they get back their values from."""

    row_id: uuid.UUID
    state_id: uuid.UUID
    columns: frozenset[str]


def lock_rows(model: type[Kept], row_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Keep others from changing rows, and from hanging anything on them, until the end; gives those that exist."""
    if not row_ids:
        return []
    statement = select(model.id).where(*among(model.id, row_ids)).order_by(model.id).with_for_update()
    return list(db.session.scalars(statement))


def remove_rows(model: type[Kept], row_ids: Sequence[uuid.UUID], *, now: datetime) -> None:
    """Remove rows and keep how they stood; raises IntegrityError when anything hangs on one of them."""
    if not row_ids:
        return
    with planned_for_many():
        _keep_past(model, row_ids, now)
        given = select(given_rows(row_id=(Uuid(), row_ids)).c.row_id)
        chosen = (model.id.in_(given), *stretch(model.id, row_ids))
        db.session.execute(delete(model).where(*chosen), execution_options=KEEPS_PAST)
    for row in _loaded(model, row_ids):
        db.session.expunge(row)


def set_rows_back(model: type[Kept], rows: Sequence[SettingBack], *, batch_id: uuid.UUID, now: datetime) -> None:
    """Set columns of rows back and keep how the rows stood; raises IntegrityError when one cannot go back.

    A row whose present state came from the batch also gets back where its former state came from.
    """
    if not rows:
        return
    row_ids = [row.row_id for row in rows]
    with planned_for_many():
        _keep_past(model, row_ids, now)
        _set_back(model, rows, row_ids, batch_id, now)
    for row in _loaded(model, row_ids):
        db.session.expire(row)


def _keep_past(model: type[Kept], row_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Copy rows into the twin as they stand; one that changed at this very moment has no state of any length."""
    given = given_rows(row_id=(Uuid(), row_ids), id=(Uuid(), [new_id() for _row_id in row_ids]))
    columns: dict[str, Any] = {key: getattr(model, key) for key in kept_columns(model)}
    columns |= {"id": given.c.id, "row_id": given.c.row_id, "until_at": literal(now, UtcTime())}
    chosen = (model.id == given.c.row_id, *stretch(model.id, row_ids), model.updated_at != now)
    bulk_copy(model, twin_of(model), columns, *chosen)


def _set_back(
    model: type[Kept], rows: Sequence[SettingBack], row_ids: Sequence[uuid.UUID], batch_id: uuid.UUID, now: datetime
) -> None:
    twin: Any = twin_of(model)
    wanted = {key: [key in row.columns for row in rows] for key in sorted(set().union(*(row.columns for row in rows)))}
    partly = {key: (Boolean(), flags) for key, flags in wanted.items() if not all(flags)}
    given = given_rows(row_id=(Uuid(), row_ids), state_id=(Uuid(), [row.state_id for row in rows]), **partly)
    came_from_it = model.source_batch_id == batch_id
    tests = {key: given.c[key].is_(True) for key in partly} | dict.fromkeys(SOURCE, came_from_it)
    values = {
        key: case((tests[key], getattr(twin, key)), else_=getattr(model, key)) if key in tests else getattr(twin, key)
        for key in (*wanted, *SOURCE)
    }
    states = (twin.tenant_id == model.tenant_id, twin.row_id == given.c.row_id, twin.id == given.c.state_id)
    chosen = (model.id == given.c.row_id, *stretch(model.id, row_ids), *states, *stretch(twin.row_id, row_ids))
    statement = update(model).where(*chosen).values(**values, updated_at=now)
    db.session.execute(statement, execution_options=KEEPS_PAST)


@contextmanager
def planned_for_many() -> Iterator[None]:
    """Let PostgreSQL plan once for all rows the look for what each refers to and what hangs on it; see bulk.

    And let it join by hash: where it has no statistics it takes many rows for one, and would go through the others for
    each of them.
    """
    connection = db.session.connection()
    is_told = connection.dialect.name == "postgresql"
    if is_told:
        connection.exec_driver_sql("SET LOCAL plan_cache_mode TO auto; SET LOCAL enable_nestloop TO off")
    yield
    if is_told:
        back = f"SET LOCAL plan_cache_mode TO {PLAN_CACHE_MODE}; SET LOCAL enable_nestloop TO DEFAULT"
        connection.exec_driver_sql(back)


def _loaded(model: type[Kept], row_ids: Collection[uuid.UUID]) -> list[Kept]:
    """Give the rows among these that the session holds, and holds wrongly by now."""
    wanted = set(row_ids)
    return [row for row in db.session.identity_map.values() if isinstance(row, model) and row.id in wanted]
