"""Many values in one statement: the same words for two rows as for two thousand."""

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, func, select, sql
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import TypeEngine

from portal.core.db import db

FEW = 100
"""Fewer ids than these PostgreSQL looks up one by one."""


def among(column: Any, row_ids: Collection[uuid.UUID]) -> list[ColumnElement[bool]]:
    """Give the conditions under which a column holds one of these ids, of which there is at least one."""
    if db.engine.dialect.name != "postgresql":
        each = func.json_each(_text(list(row_ids))).table_valued("value")
        return [column.in_(select(each.c.value))]
    wanted = column == any_(_array(list(row_ids), Uuid()))
    return [wanted] if len(row_ids) < FEW else [*stretch(column, row_ids), wanted.is_(True)]


def stretch(column: Any, row_ids: Collection[uuid.UUID]) -> list[ColumnElement[bool]]:
    """Give the conditions under which PostgreSQL reads the rows from the first to the last of these ids; SQLite none.

    Whatever lies between and is not among them is left out afterwards, so each row is read once when the next ids come
    after these. Looking each up, PostgreSQL could in a table without statistics take any index that begins with the
    tenant, and go through the whole tenant for each of them. SQLite looks up.
    """
    if db.engine.dialect.name != "postgresql":
        return []
    return [column >= min(row_ids), column <= max(row_ids)]


def given_rows(**columns: tuple[TypeEngine[Any], Sequence[Any]]) -> FromClause:
    """Give rows to select from, as {column: (type, values)}: ids and yes or no."""
    if db.engine.dialect.name == "postgresql":
        arrays = [_array(values, kind) for kind, values in columns.values()]
        names = [sql.column(name, kind) for name, (kind, _values) in columns.items()]
        return func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    rows = list(zip(*(values for _kind, values in columns.values()), strict=True))
    each = func.json_each(_text(rows)).table_valued("value")
    cells = enumerate(columns.items())
    named = [func.json_extract(each.c.value, f"$[{at}]", type_=kind).label(name) for at, (name, (kind, _v)) in cells]
    return select(*named).distinct().subquery("given")  # distinct: read once, not once for each row it is joined with


def _array(values: Sequence[Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return bindparam(None, values, type_=ARRAY(kind))


def _text(values: Sequence[Any]) -> str:
    """Give values as SQLite reads a list; an id as it keeps it."""
    return json.dumps(values, default=lambda value: value.hex)
