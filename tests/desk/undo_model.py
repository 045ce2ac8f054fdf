"""What undoing an import must do, worked out from pictures of the register alone: before it, after it, and now.

The model knows nothing of past states, plans and jobs. It holds for every kind of file, whatever else is done to the
register in between: it only looks at how the rows stood.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, select

from portal.core.crypto import CannotUnseal
from portal.core.db import db
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.registers.models import (
    MemberStanding,
    MemberTransfer,
    OrganizationUnit,
    PartyMember,
    PartyOrganization,
    PartyPost,
    PartyTerm,
    WorkUnit,
)
from portal.tenancy import vault
from portal.tenancy.past import Kept

TABLES: tuple[type[Kept], ...] = (
    PartyMember, PartyOrganization, PartyTerm, PartyPost, WorkUnit, Estate, Building, Unit, Owner, Ownership,
)  # fmt: skip
UNTOLD = {
    "tenant_id", "id", "created_at", "updated_at", "source_batch_id", "source_row", "search_key", "sort_key",
    "name_key", "sound_key",
}  # fmt: skip
"""When and whence a row came, and keys that follow from its name."""
REFERENCES: tuple[tuple[type[Any], str, str], ...] = (
    (PartyMember, "organization_id", "party_organization"),
    (PartyOrganization, "parent_id", "party_organization"),
    (PartyTerm, "organization_id", "party_organization"),
    (PartyPost, "organization_id", "party_organization"),
    (PartyPost, "term_id", "party_term"),
    (PartyPost, "member_id", "party_member"),
    (PartyPost, "work_unit_id", "work_unit"),
    (Building, "estate_id", "estate"),
    (Unit, "building_id", "building"),
    (Ownership, "unit_id", "unit"),
    (Ownership, "owner_id", "owner"),
    (MemberTransfer, "member_id", "party_member"),
    (MemberTransfer, "from_organization_id", "party_organization"),
    (MemberTransfer, "to_organization_id", "party_organization"),
    (MemberStanding, "member_id", "party_member"),
    (OrganizationUnit, "work_unit_id", "work_unit"),
)
"""Which rows keep which from going: written down by hand, not asked of the keys."""
Key = tuple[str, uuid.UUID]
Values = dict[str, Any]


@dataclass(slots=True)
class Picture:
    """The register at one moment: each row's fields, which file's row it came from, and what refers to what."""

    rows: dict[Key, Values] = field(default_factory=dict)
    numbers: dict[Key, int | None] = field(default_factory=dict)
    refers: list[tuple[Key, Key]] = field(default_factory=list)


def look() -> Picture:
    """Take a picture of the community in force."""
    db.session.expire_all()
    picture = Picture()
    for model in TABLES:
        table = inspect(model).local_table.name
        for row in db.session.scalars(select(model)):
            picture.rows[table, row.id] = _values(table, row)
            picture.numbers[table, row.id] = row.source_row
    for source, column, target in REFERENCES:
        name = inspect(source).local_table.name
        for row_id, of in db.session.execute(select(source.id, getattr(source, column))):
            if of is not None:
                picture.refers.append(((name, row_id), (target, of)))
    return picture


def _values(table: str, row: Any) -> Values:
    columns = [column.key for column in inspect(type(row)).column_attrs if column.key not in UNTOLD]
    return {
        key: _opened(table, row, key)
        for key in columns
        if not (key.endswith("_sealed") and key.replace("_sealed", "_index") in columns)
    }


def _opened(table: str, row: Any, key: str) -> Any:
    value = getattr(row, key)
    if not key.endswith("_sealed") or value is None:
        return value
    try:
        return vault.unseal(f"{table}.{key.removesuffix('_sealed')}", row.tenant_id, row.id, value)
    except CannotUnseal:
        return value


@dataclass(slots=True)
class Expected:
    """How the register stands after an undo, and the numbers of the file's rows of which something stays."""

    rows: dict[Key, Values]
    changed: set[int]
    hang: set[int]


def undone(before: Picture, after: Picture, now: Picture, *, order: tuple[str, ...]) -> Expected:
    """Work out what undoing an import does. `order` names its tables, those first that hang on others.

    A row that it made goes where nothing of it was changed and nothing hangs on it; of a row that it changed, each
    field goes back that still is as the import left it.
    """
    expected = Expected({key: dict(values) for key, values in now.rows.items()}, set(), set())
    touched = [key for key in after.rows if key in now.rows and before.rows.get(key) != after.rows[key]]
    leaving: list[Key] = []
    for key in touched:
        old, left, present = before.rows.get(key), after.rows[key], now.rows[key]
        changed = {name for name in left if left[name] != present[name]}
        if old is None:
            if changed:
                expected.changed.add(after.numbers[key] or 0)
            else:
                leaving.append(key)
            continue
        wrote = {name for name in left if old[name] != left[name]}
        for name in wrote - changed:
            expected.rows[key][name] = old[name]
        if any(present[name] != old[name] for name in wrote & changed):
            expected.changed.add(after.numbers[key] or 0)
    _remove(expected, leaving, now, order)
    expected.hang = {after.numbers[key] or 0 for key in leaving if key in expected.rows}
    return expected


def _remove(expected: Expected, leaving: list[Key], now: Picture, order: tuple[str, ...]) -> None:
    """Let rows go, table by table, as often as another one comes free."""
    for table in order:
        waiting = {key for key in leaving if key[0] == table}
        while free := {key for key in waiting if not _is_held(key, expected, now)}:
            for key in free:
                del expected.rows[key]
            waiting -= free


def _is_held(key: Key, expected: Expected, now: Picture) -> bool:
    kept = {inspect(model).local_table.name for model in TABLES}
    for source, target in now.refers:
        if target == key and source != key and (source[0] not in kept or _still_refers(source, target, expected)):
            return True
    return any(
        _points(source, target, expected) for source, target in _refs_of(expected) if target == key and source != key
    )


def _still_refers(source: Key, target: Key, expected: Expected) -> bool:
    return source in expected.rows and target[1] in expected.rows[source].values()


def _points(source: Key, target: Key, expected: Expected) -> bool:
    return source in expected.rows and target in expected.rows


def _refs_of(expected: Expected) -> list[tuple[Key, Key]]:
    """Give what refers to what once fields have gone back: a reference can come back, too."""
    found = []
    for source, column, target in REFERENCES:
        name = inspect(source).local_table.name
        for key, values in expected.rows.items():
            if key[0] == name and values.get(column) is not None:
                found.append((key, (target, values[column])))
    return found
