"""Earlier states of rows, so that a register can be shown as it stood on any day and an import can be undone.

A kept table has a twin for its past. Whatever changes a kept row through the session leaves the state before in the
twin: nobody has to remember it. `updated_at` says since when a row stands as it stands; every change sets it.
"""

import uuid
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Integer, Uuid, event, inspect, select, union_all
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, aliased, mapped_column

from portal.core.ids import new_id
from portal.tenancy.finding import rows_among
from portal.tenancy.given import among
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import read_rows

OWN = frozenset({"tenant_id", "id", "row_id", "until_at"})
"""Columns in which a past state differs from the row it was a state of."""
KEEPS_PAST: dict[str, Any] = {"keeps_past": True, "synchronize_session": False}
"""Options of a statement that changes kept rows past the session: for whoever keeps their past by a statement, too."""


class KeptColumns(TenantOwned):
    """What is known of each state of a row. Half-open: it holds from updated_at until the next state's.

    `source_…` says which file and row of the desk this state came from; empty once a person changes it.
    """

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    source_batch_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    source_row: Mapped[int | None] = mapped_column(Integer)


class Kept(KeptColumns):
    """Mixin of a table whose earlier states are kept."""


class Past(TenantOwned):
    """Mixin of the twin: one row for each state that is over. The row itself may be gone, so no key points to it."""

    row_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    until_at: Mapped[datetime]


class PastNotDated(Exception):
    """A kept row was changed without saying when: its updated_at is still the old one."""


K = TypeVar("K", bound=Kept)
P = TypeVar("P", bound=type[Past])
_twins: dict[type[Kept], type[Past]] = {}


def past_of(model: type[Kept]) -> Callable[[P], P]:
    """Declare a table as the past of another one; both have the same columns through one mixin."""

    def declare(twin: P) -> P:
        _twins[model] = twin
        return twin

    return declare


def twin_of(model: type[Kept]) -> Any:
    """Give the table of a kept table's past."""
    return _twins[model]


def kept_columns(model: type[Kept]) -> list[str]:
    """Give the columns that a row and its past states share."""
    return [key for key in inspect(model).column_attrs.keys() if key not in OWN]  # noqa: SIM118  not a dict


def as_it_stood(model: type[K], at: datetime) -> type[K]:
    """Give the table as it stood just before a moment, to select from as from the table itself.

    The day D is shown as it stood at its end: pass the first moment of the day after, Chinese time.
    """
    twin, columns = twin_of(model), kept_columns(model)
    today = select(model.tenant_id, model.id, *(getattr(model, each) for each in columns)).where(model.updated_at < at)
    then = select(twin.tenant_id, twin.row_id.label("id"), *(getattr(twin, each) for each in columns)).where(
        twin.updated_at < at, twin.until_at >= at
    )
    name = f"{inspect(model).local_table.description}_then"
    stood: type[K] = aliased(model, union_all(today, then).subquery(name))
    return stood


def past_states(model: type[Kept], row_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """Give the states that are over of some rows, each row's from the oldest to the newest; one statement."""
    twin = twin_of(model)
    found: dict[uuid.UUID, list[Any]] = {row_id: [] for row_id in row_ids}
    for state in sorted(rows_among(twin, twin.row_id, row_ids), key=lambda state: (state.until_at, state.id)):
        found[state.row_id].append(state)
    return found


def present_values(model: type[Kept], row_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Give the kept columns of rows as they stand, without those that are gone; one statement, no entities."""
    if not row_ids:
        return {}
    columns = kept_columns(model)
    rows = read_rows(select(model.id, *(getattr(model, key) for key in columns)).where(*among(model.id, row_ids)))
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def past_values(
    model: type[Kept], row_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[uuid.UUID, dict[str, Any]]]]:
    """Give (id, kept columns) of the states that are over, as past_states() does; a row without any is left out."""
    if not row_ids:
        return {}
    twin, columns = twin_of(model), kept_columns(model)
    chosen = (twin.row_id, twin.until_at, twin.id, *(getattr(twin, key) for key in columns))
    rows = read_rows(select(*chosen).where(*among(twin.row_id, row_ids)))
    found: dict[uuid.UUID, list[tuple[uuid.UUID, dict[str, Any]]]] = {}
    for row in sorted(rows, key=lambda row: (row[1], row[2])):
        found.setdefault(row[0], []).append((row[2], dict(zip(columns, row[3:], strict=True))))
    return found


@event.listens_for(Session, "before_flush")
def _keep_past(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Put the state before into the twin of each kept row that is about to change or go."""
    for row in _changing(session):
        state = inspect(row)
        before = {key: _before(state, key) for key in kept_columns(type(row))}
        kept = session.info.setdefault("past_kept", set())
        if "updated_at" not in state.committed_state and (type(row), row.id) not in kept:
            raise PastNotDated(type(row).__name__)
        if row.updated_at == before["updated_at"]:
            continue  # the same command once more: a state of no length
        kept.add((type(row), row.id))
        twin = twin_of(type(row))
        session.add(twin(id=new_id(), tenant_id=row.tenant_id, row_id=row.id, until_at=row.updated_at, **before))


def _changing(session: Session) -> Iterator[Kept]:
    for row in list(session.dirty):
        if isinstance(row, Kept) and type(row) in _twins and session.is_modified(row):
            yield row
    for row in list(session.deleted):
        if isinstance(row, Kept) and type(row) in _twins:
            yield row


def _before(state: Any, key: str) -> Any:
    history = state.attrs[key].load_history()
    old = history.deleted or history.unchanged
    return old[0] if old else None


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    """Refuse a statement that would change kept rows past the flush, unless it says that it keeps their past itself."""
    if (state.is_update or state.is_delete) and not state.execution_options.get("keeps_past"):
        changed = [mapper.class_.__name__ for mapper in state.all_mappers if mapper.class_ in _twins]
        if changed:
            raise PastNotDated(changed[0])


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop("past_kept", None)
