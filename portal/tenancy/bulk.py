"""Many rows into one table, as fast as each engine takes them. Only portal.tenancy.scope calls this.

SQLite takes the rows through the driver's executemany. PostgreSQL takes one statement whose parameters are arrays, one
a column: a third of the time of a statement a row, and row security looks at each row all the same (COPY is refused
under it). What is the same in all rows is sent once. Keys, checks and defaults are as in the model; nothing is asked
back.
"""

import json
import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from operator import is_
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Dialect,
    Enum,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    make_url,
)
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from portal.core.db import PLAN_CACHE_MODE
from portal.tenancy.arrays import BinaryArray, alone, array_of

Value = Callable[[Any], Any]
Filled = list[tuple[Column[Any], Sequence[Any]]]
"""Columns, each with its values: one a row, or a single one for all of them."""
PLANNED_ONCE_FROM = 100
"""From so many rows on, the look for what each one refers to is planned once for all: otherwise it is half the time."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """Rows made ready for one table: everything that takes time in Python is done, what is left is the database's.

    `sent` is what the statement gets: on SQLite `columns`, a single value where all rows have the same. `is_checked`:
    whatever the table's checks would find has been looked for. `keys`: the columns that must be unique, beside the id;
    None when that cannot be said in columns.
    """

    table: str
    columns: Sequence[str]
    selected: str
    sent: Sequence[Any]
    count: int
    is_checked: bool
    keys: Sequence[Sequence[str]] | None

    def __reduce__(self) -> tuple[Any, ...]:
        """Give it to another process of ours in half the time: it holds nothing but words, numbers and bytes."""
        rest = (self.count, self.is_checked, self.keys)
        if isinstance(self.sent, list):  # SQLite's; what PostgreSQL gets is one piece already
            return _insertion_of, (self.table, self.columns, self.selected, marshal.dumps(self.sent, 2), *rest)
        return Insertion, (self.table, self.columns, self.selected, self.sent, *rest)

    @property
    def statement(self) -> str:
        """The statement in words."""
        return f"INSERT INTO {self.table} ({', '.join(self.columns)}) {self.selected}"

    def run(self, connection: Connection) -> None:
        """Insert the rows."""
        if connection.dialect.name == "sqlite":
            self._run_many(connection, self.statement)
            return
        is_planned_once = self.count >= PLANNED_ONCE_FROM
        if is_planned_once:
            connection.exec_driver_sql("SET LOCAL plan_cache_mode TO auto")
        connection.exec_driver_sql(self.statement, tuple(self.sent))
        if is_planned_once:
            connection.exec_driver_sql(f"SET LOCAL plan_cache_mode TO {PLAN_CACHE_MODE}")

    def run_unless_taken(self, connection: Connection) -> bool:
        """Insert on SQLite all rows or, where one meets a row that has what must be unique, none: False then.

        A savepoint would tell the same, and keep a copy of every page that is touched: a third of the time. Raises
        ValueError for a table with a key that only some rows have.
        """
        if self.keys is None:
            raise ValueError(self.table)
        taken = "".join(f" ON CONFLICT ({', '.join(key)}) DO NOTHING" for key in self.keys)
        if self._run_many(connection, self.statement + taken) == self.count:
            return True
        keys = [self.sent[self.columns.index(name)] for name in ("tenant_id", "id")]
        whole = zip(*(repeat(values[0], self.count) if len(values) == 1 else values for values in keys), strict=False)
        connection.exec_driver_sql(f"DELETE FROM {self.table} WHERE tenant_id = ? AND id = ?", list(whole))
        return False

    def _run_many(self, connection: Connection, statement: str) -> int:
        """Insert on SQLite, which would make the list of allowed words anew for each row: a fifth of the time."""
        whole = [repeat(values[0], self.count) if len(values) == 1 else values for values in self.sent]
        if self.is_checked:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        try:
            return connection.exec_driver_sql(statement, list(zip(*whole, strict=False))).rowcount
        finally:
            if self.is_checked:
                connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")


def _insertion_of(table: str, columns: Sequence[str], selected: str, sent: bytes, *rest: Any) -> Insertion:
    return Insertion(table, columns, selected, marshal.loads(sent), *rest)  # noqa: S302  from a process of ours


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as {column: value}; a column that no row names gets its default or nothing."""
    columns = _columns(table, set().union(*rows))
    given: Filled = [(column, _values(column, rows)) for column in columns]
    _insertion(connection.dialect.name, table, given, len(rows)).run(connection)


def ready_columns(engine: str, table: Table, given: Mapping[str, Sequence[Any]], count: int) -> Insertion:
    """Make rows ready given as {column: values}, a single value where all have the same; else as insert_rows().

    `engine` is the name of the kind of database, none of which is asked.
    """
    columns = _columns(table, set(given))
    filled = [(column, given.get(column.key) or _values(column, [{}] * count)) for column in columns]
    return _insertion(engine, table, filled, count)


def _insertion(engine: str, table: Table, given: Filled, count: int) -> Insertion:
    dialect = _dialect(engine)
    filled = [
        (column, _processed(column, values, dialect))
        for column, values in given
        if column.server_default is not None or not _is_one(values, None)
    ]
    names = [dialect.identifier_preparer.quote(column.name) for column, _values in filled]
    sent: Sequence[Any]
    if engine == "sqlite":
        selected = f"VALUES ({', '.join('?' * len(filled))})"
        sent = [values for _column, values in filled]
    else:
        selected, sent = _selected(filled, count, dialect)
    return Insertion(table.name, names, selected, sent, count, _checks_words_only(table), _keys(table))


@lru_cache(maxsize=512)
def _keys(table: Table) -> list[list[str]] | None:
    """Give the columns of each key beside the primary one; None when there is one that only some rows have."""
    if any(index.unique for index in table.indexes):
        return None
    return [[column.name for column in key.columns] for key in table.constraints if isinstance(key, UniqueConstraint)]


@lru_cache(maxsize=512)
def _checks_words_only(table: Table) -> bool:
    """Say whether all checks of a table are of words of an enumeration, which _processed() has checked by then."""
    words = {f"ck_{table.name}_{column.type.name}" for column in table.c if isinstance(column.type, Enum)}
    return all(str(check.name) in words for check in table.constraints if isinstance(check, CheckConstraint))


@lru_cache(maxsize=2)
def _dialect(engine: str) -> Dialect:
    return make_url("sqlite://" if engine == "sqlite" else f"{engine}+psycopg://").get_dialect()()


def _columns(table: Table, named: set[str]) -> list[Column[Any]]:
    unknown = named - set(table.c.keys())
    if unknown:
        raise KeyError(f"{table.name} has no {', '.join(sorted(unknown))}")
    return [column for column in table.c if column.key in named or column.default is not None]


def _values(column: Column[Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Give a column of the rows."""
    key, default = column.key, column.default
    if isinstance(default, CallableColumnDefault):
        make = default.arg
        return [row[key] if key in row else make(None) for row in rows]  # type: ignore[arg-type]  # ours look at nothing
    fixed = default.arg if isinstance(default, ScalarElementColumnDefault) else None
    return [row.get(key, fixed) for row in rows]


def _selected(filled: Filled, count: int, dialect: Dialect) -> tuple[str, tuple[Any, ...]]:
    """Give a SELECT of the rows for PostgreSQL and its parameters.

    Each parameter has its type from the cast and is read once; what a row would have to turn round is turned for
    every row, since PostgreSQL keeps one plan for all values.
    """
    said: list[str] = []
    fixed: list[str | None] = []
    arrays: list[str] = []
    listed: list[str | BinaryArray] = []
    for column, values in filled:
        kind = _type_name(column, dialect)
        if len(values) == 1:
            said.append(f"%s::{kind}")
            fixed.append(alone(values[0]))
        else:
            said.append(f"u.c{len(arrays)}")
            arrays.append(f"%s::{kind}[]")
            listed.append(array_of(values, kind))
    if not arrays:
        return f"SELECT {', '.join(said)} FROM generate_series(1, {count})", tuple(fixed)
    rows = ", ".join(f"unnest({each}) AS c{place}" for place, each in enumerate(arrays))
    return f"SELECT {', '.join(said)} FROM (SELECT {rows}) AS u", (*fixed, *listed)


def _processed(column: Column[Any], values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """Give values as the driver takes them; a single one when all are the same: one moment, one batch, one tenant."""
    process = _process(column, dialect)
    if _is_one(values, values[0]):
        return [process(values[0]) if process else values[0]]
    if process is None:
        return values
    if isinstance(column.type, Enum):
        known = {value: process(value) for value in set(values)}
        return [known[value] for value in values]
    return [process(value) for value in values]


def _is_one(values: Sequence[Any], value: Any) -> bool:
    """Say whether all values are this very object; most columns tell at their first or second one."""
    return all(map(partial(is_, value), values))


@lru_cache(maxsize=512)
def _process(column: Column[Any], dialect: Dialect) -> Value | None:
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(column.type, LargeBinary):
        return None
    if isinstance(column.type, Date) and dialect.name == "sqlite":  # as SQLAlchemy does, in a tenth of the time
        return lambda value: None if value is None else value.isoformat()
    return column.type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=512)
def _type_name(column: Column[Any], dialect: Dialect) -> str:
    """Give a column's type. Words are text: a cast to a length would cut what is too long in silence."""
    impl = column.type.dialect_impl(dialect)
    return "text" if isinstance(impl, String) else impl.compile(dialect=dialect)
