"""Many rows into one table, as fast as each engine takes them. Only portal.tenancy.scope calls this.

SQLite takes the rows through the driver's executemany. PostgreSQL takes one statement whose parameters are arrays, one
a column: a third of the time of a statement a row, and row security looks at each row all the same (COPY is refused
under it). Keys, checks and defaults are as in the model; nothing is asked back.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, Dialect, Enum, LargeBinary, String, Table
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

Value = Callable[[Any], Any]
_PLAIN = (int, str, UUID, datetime, type(None))
_SPECIAL = frozenset('"\\')


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as {column: value}; a column that no row names gets its default or nothing."""
    columns = _columns(table, rows)
    values = [_values(column, rows, connection.dialect) for column in columns]
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        connection.exec_driver_sql(statement, list(zip(*values, strict=True)))
        return
    arrays = ", ".join(f"%s::text::{_array_type(column, connection.dialect)}" for column in columns)
    statement = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})"
    connection.exec_driver_sql(statement, tuple(array_text(each) for each in values))


def _columns(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Column[Any]]:
    named = set().union(*rows)
    unknown = named - set(table.c.keys())
    if unknown:
        raise KeyError(f"{table.name} has no {', '.join(sorted(unknown))}")
    return [column for column in table.c if column.key in named or column.default is not None]


def _values(column: Column[Any], rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> list[Any]:
    """Give a column of the rows as the driver takes it."""
    key, default = column.key, column.default
    if isinstance(default, CallableColumnDefault):
        make = default.arg
        found = [row[key] if key in row else make(None) for row in rows]  # type: ignore[arg-type]
    else:
        fixed = default.arg if isinstance(default, ScalarElementColumnDefault) else None
        found = [row.get(key, fixed) for row in rows]
    process = _process(column, dialect)
    if process is None:
        return found
    if found.count(found[0]) == len(found):  # one moment, one batch, one tenant
        return [process(found[0])] * len(found)
    if isinstance(column.type, Enum):
        known = {value: process(value) for value in set(found)}
        return [known[value] for value in found]
    return [process(value) for value in found]


@lru_cache(maxsize=512)
def _process(column: Column[Any], dialect: Dialect) -> Value | None:
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(column.type, LargeBinary):
        return None
    return column.type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=512)
def _array_type(column: Column[Any], dialect: Dialect) -> str:
    """Give the type of a column's array. Words as text: a cast to a length would cut what is too long in silence."""
    impl = column.type.dialect_impl(dialect)
    return "text[]" if isinstance(impl, String) else f"{impl.compile(dialect=dialect)}[]"


def array_text(values: Iterable[Any]) -> str:
    """Give values as PostgreSQL writes an array: words in double quotes, what is not known as NULL."""
    todo = list(values)
    if todo.count(todo[0]) == len(todo) and isinstance(todo[0], _PLAIN):
        return "{" + ",".join([_WRITERS[type(todo[0])](todo[0])] * len(todo)) + "}"
    return "{" + ",".join([_WRITERS[type(value)](value) for value in todo]) + "}"


def _word(value: str) -> str:
    if _SPECIAL.isdisjoint(value):
        return f'"{value}"'
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writers(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; a subclass, such as a word of an enumeration, as its parent."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        self[kind] = next(self[parent] for parent in kind.__mro__[1:] if parent in self)
        return self[kind]


_WRITERS = _Writers(
    {
        type(None): lambda _none: "NULL",
        str: _word,
        bytes: lambda value: f'"\\\\x{value.hex()}"',
        UUID: lambda value: str(value.hex),
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        Decimal: str,
        date: date.isoformat,
        datetime: lambda value: f'"{value.isoformat()}"',
    }
)
