"""Rules of undoing an import: until when, and what of each row goes back.

The rules are the house's own: whatever somebody did after the import stays, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.core.errors import RuleBroken
from portal.desk.rules import BatchState

UNDO_DAYS = 7
"""So long an import can be undone, counted from the moment in which its last row was written."""
UNTOLD = frozenset({"created_at", "updated_at", "source_batch_id", "source_row"})
"""Columns that say when and whence, not what."""


class Reason(StrEnum):
    """Why something of an import stays as it is."""

    CHANGED = "CHANGED"  # somebody changed it afterwards
    HANGS = "HANGS"  # other records hang on the row
    TAKEN = "TAKEN"  # what would be restored belongs to another row by now


State = Mapping[str, Any]
"""One state of a row: its columns."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row says; its columns change together (a sealed number and what finds it)."""

    key: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What undoing does to one row: remove it, or set fields back; and which fields stay because they were changed."""

    is_removed: bool = False
    restored: list[Field] = field(default_factory=list)
    changed_since: list[Field] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rest:
    """One thing that stays as it is, in the words of lists: masked, with who did it and when."""

    row_number: int
    subject: str
    reason: str
    field: str
    before: str = ""
    after: str = ""
    by_name: str = ""
    at: datetime | None = None


Same = Callable[[Field, State, State], bool]


def check_undo(state: BatchState, *, finished_at: datetime | None, now: datetime) -> None:
    """Refuse to undo what was not written, or was written too long ago.

    Raises RuleBroken `desk.wrong_state` or `desk.undo_too_late` (with `days`).
    """
    if state is not BatchState.DONE or finished_at is None:
        raise RuleBroken("desk.wrong_state", state=state.value)
    if now >= finished_at + timedelta(days=UNDO_DAYS):
        raise RuleBroken("desk.undo_too_late", days=UNDO_DAYS)


def group_columns(columns: Sequence[str]) -> list[Field]:
    """Give the fields of a table by the names of its columns: what belongs together changes together.

    `x_sealed` and `x_index` are one thing, `x_on` and `x_by_month` too, and the keys by which a name is found and
    ordered go with the name.
    """
    groups: dict[str, list[str]] = {}
    name = next((each for each in ("full_name", "name") if each in columns), "")
    for column in columns:
        if column not in UNTOLD:
            groups.setdefault(_stem(column, name), []).append(column)
    return [Field(key, tuple(members)) for key, members in groups.items()]


def _stem(column: str, name: str) -> str:
    if name and column in {"search_key", "sort_key"}:
        return name
    for ending in ("_sealed", "_index", "_on", "_by_month"):
        if column.endswith(ending):
            return column.removesuffix(ending)
    return column


def plan_row(before: State | None, written: State, now: State, *, fields: Sequence[Field], same: Same) -> Plan:
    """Say what becomes of a row: `before` the import (None: it made the row), as `written` by it, and as it is `now`.

    A row that the import made goes, unless a field of it was changed since. Of a row that the import changed, the
    fields go back that it changed and that still are as it left them; a field that is already as before is left out.
    """
    if before is None:
        changed = [each for each in fields if not same(each, written, now)]
        return Plan(is_removed=not changed, changed_since=changed)
    plan = Plan()
    for each in fields:
        if same(each, before, written):
            continue
        if same(each, written, now):
            plan.restored.append(each)
        elif not same(each, before, now):
            plan.changed_since.append(each)
    return plan
