"""Which of many rows cannot be set back: asked of the constraints themselves, without trying row by row.

Each constraint that the columns touch is asked once, for all rows together, about the rows as they would stand: as many
statements for two thousand rows as for two.
"""

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Subquery,
    TextClause,
    UniqueConstraint,
    Uuid,
    and_,
    case,
    inspect,
    select,
    text,
)

from portal.core.db import db
from portal.tenancy.given import given_rows, stretch
from portal.tenancy.past import Kept, kept_columns, twin_of
from portal.tenancy.reverting import SettingBack, planned_for_many

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Held:
    """A row would get back what another one holds; `gives_up` says whether that one is to give it up."""

    row_id: uuid.UUID
    holder_id: uuid.UUID
    gives_up: bool


def rows_refused(
    model: type[Kept], rows: Sequence[SettingBack], *, leaving: Collection[uuid.UUID] = ()
) -> set[uuid.UUID]:
    """Give the rows that a constraint refuses in whatever order they go back; `leaving` are rows that go before.

    Not told: what the order decides, where one row gives up what another one gets. One statement a constraint touched.
    """
    if not rows:
        return set()
    touched = set().union(*(row.columns for row in rows))
    refused: set[uuid.UUID] = set()
    held: list[_Held] = []
    with planned_for_many():
        for key in _foreign_keys(model):
            if not touched.isdisjoint(own := _attributes(model, key.columns)):
                refused.update(_without_target(_restored(model, rows, own), key, own))
        for words, own in _checks(model):
            if not touched.isdisjoint(own):
                restored = _restored(model, rows, own)
                refused.update(db.session.scalars(select(restored.c.id).where(text(f"NOT ({words})"))))
        for own in _unique_keys(model):
            if not touched.isdisjoint(own):
                held += _holders(model, rows, own)
    gone = set(leaving)
    return _spread(refused, [each for each in held if each.holder_id not in gone])


def _restored(model: type[Kept], rows: Sequence[SettingBack], keys: Sequence[str]) -> Subquery:
    """Give the rows with some columns as they would stand, to select from."""
    twin, row_ids = twin_of(model), [row.row_id for row in rows]
    names = [key for key in keys if key != "tenant_id"]
    flags = {key: (Boolean(), [key in row.columns for row in rows]) for key in names}
    given = given_rows(row_id=(Uuid(), row_ids), state_id=(Uuid(), [row.state_id for row in rows]), **flags)
    values = [case((given.c[key].is_(True), getattr(twin, key)), else_=getattr(model, key)).label(key) for key in names]
    now = (model.id == given.c.row_id, *stretch(model.id, row_ids))
    then = (twin.row_id == given.c.row_id, twin.id == given.c.state_id, *stretch(twin.row_id, row_ids))
    statement = select(model.tenant_id, model.id, *values).where(*now, *then, twin.tenant_id == model.tenant_id)
    return statement.subquery("restored")


def _without_target(restored: Subquery, key: ForeignKeyConstraint, own: Sequence[str]) -> Iterator[uuid.UUID]:
    """Give the rows that would point at what is not there (any more)."""
    target = key.referred_table.alias("target")
    points_at = [element.column.name for element in key.elements]
    meets = and_(*(target.c[name] == restored.c[each] for name, each in zip(points_at, own, strict=True)))
    points = [restored.c[each].is_not(None) for each in own]
    statement = select(restored.c.id).outerjoin(target, meets).where(*points, target.c[points_at[-1]].is_(None))
    yield from db.session.scalars(statement)


def _holders(model: type[Kept], rows: Sequence[SettingBack], own: Sequence[str]) -> Iterator[_Held]:
    """Give who holds what rows would get back and only one may have."""
    restored, table = _restored(model, rows, own), inspect(model).local_table
    other = table.alias("other")
    columns = _columns(model)
    same = [other.c[columns[each]] == restored.c[each] for each in own]
    giving = {row.row_id for row in rows if not row.columns.isdisjoint(own)}
    pairs = select(restored.c.id, other.c.id.label("holder")).where(*same, other.c.id != restored.c.id)
    for row_id, holder_id in db.session.execute(pairs):
        yield _Held(row_id, holder_id, holder_id in giving)


def _spread(refused: set[uuid.UUID], held: Sequence[_Held]) -> set[uuid.UUID]:
    """Add whoever waits for a row that never gives up what it holds, and whoever waits for those."""
    waiting: dict[uuid.UUID, list[uuid.UUID]] = {}
    for each in held:
        if each.gives_up:
            waiting.setdefault(each.holder_id, []).append(each.row_id)
    found: set[uuid.UUID] = set()
    ahead = [*refused, *(each.row_id for each in held if not each.gives_up)]
    while ahead:
        row_id = ahead.pop()
        if row_id not in found:
            found.add(row_id)
            ahead += waiting.get(row_id, ())
    return found


def _foreign_keys(model: type[Kept]) -> Iterator[ForeignKeyConstraint]:
    yield from inspect(model).local_table.foreign_key_constraints


def _checks(model: type[Kept]) -> Iterator[tuple[str, list[str]]]:
    """Give the conditions that are written in words, each with the columns that it speaks of."""
    known = kept_columns(model)
    for check in inspect(model).local_table.constraints:
        if isinstance(check, CheckConstraint) and isinstance(check.sqltext, TextClause):
            words = check.sqltext.text
            spoken = set(_WORD.findall(words))
            yield words, [key for key in known if key in spoken]


def _unique_keys(model: type[Kept]) -> Iterator[list[str]]:
    """Give the columns of which only one row may hold the same; not where that is so under a condition only."""
    for constraint in inspect(model).local_table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _attributes(model, constraint.columns)


def _attributes(model: type[Kept], columns: Iterable[Column[Any]]) -> list[str]:
    mapper = inspect(model)
    return [mapper.get_property_by_column(column).key for column in columns]


def _columns(model: type[Kept]) -> Mapping[str, str]:
    return {each.key: each.columns[0].name for each in inspect(model).column_attrs}
