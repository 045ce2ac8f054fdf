"""Statements that SQLAlchemy writes once and the driver runs each time.

For the few that each page or the page that is opened most needs: what is saved is the way of every single run through
the library, which costs more than the driver's own work. A transaction, its beginning, listeners, errors and lost
connections are as everywhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, Enum, Uuid
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

MOST_IDS = 4096
Turn = Callable[[Any], Any]


class Plan:
    """A select of columns as one kind of engine takes it, and how its values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("a list of values changes the words of a statement")
        self.sql = str(compiled)
        self._order = list(compiled.positiontup) if compiled.positiontup is not None else None
        self._values = {name: _source(bind, dialect) for bind, name in compiled.bind_names.items()}
        self._turns = [_result_turn(column.type, dialect) for column in statement.selected_columns]

    def run(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run the statement with these values and give its rows."""
        values = {name: source(given) for name, source in self._values.items()}
        parameters = values if self._order is None else tuple(values[name] for name in self._order)
        rows = _fetch(connection, self.sql, parameters)
        columns = zip(*rows, strict=True)
        turned = (map(turn, each) if turn else each for turn, each in zip(self._turns, columns, strict=True))
        return list(zip(*turned, strict=True)) if rows else []


def _source(bind: BindParameter[Any], dialect: Dialect) -> Callable[[Mapping[str, Any]], Any]:
    """Give where a value comes from: what the statement itself holds or asks for, else what the caller gives."""
    into = bind.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
    if bind.callable is not None:
        ask = bind.callable
        return lambda _given: into(ask())
    if not bind.required:
        value = into(bind.value)
        return lambda _given: value
    key = bind.key
    return lambda given: into(given[key])


def _result_turn(type_: Any, dialect: Dialect) -> Turn | None:
    """Give what makes a driver's value Python's, or None."""
    turn: Turn | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    if turn is None:
        return None
    if isinstance(type_, Enum):
        known: dict[Any, Any] = {text: turn(text) for text in (None, *type_.enums)}
        return known.__getitem__
    return lru_cache(MOST_IDS)(turn) if isinstance(type_, Uuid) else turn


def _as_it_is(value: Any) -> Any:
    return value


def _fetch(connection: Connection, sql: str, parameters: Any) -> Sequence[Any]:
    driver = connection.connection
    cursor = driver.cursor()
    try:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, sql, parameters, None, False)
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, error, cursor, sql, parameters) from error
    finally:
        cursor.close()
    return rows


def _told(connection: Connection, error: Any, cursor: Any, sql: str, parameters: Any) -> BaseException:
    """Give the driver's error as SQLAlchemy tells it; a connection that is lost is given up."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if is_lost:
        connection.invalidate(error)
    base: Any = dialect.loaded_dbapi.Error
    told: BaseException = DBAPIError.instance(
        sql, parameters, error, base, connection_invalidated=is_lost, dialect=dialect, hide_parameters=True
    )
    return told
