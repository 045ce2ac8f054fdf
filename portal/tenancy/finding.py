"""Finds the rows of one tenant that hold one of many given values in an indexed column."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Select, String, Text, bindparam, cast, func, select, sql, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.core.db import db
from portal.tenancy.arrays import array_text
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import current

M = TypeVar("M", bound=TenantOwned)


def rows_among(
    model: type[M], column: InstrumentedAttribute[Any], values: Collection[Any], *, tenant_id: int | None = None
) -> list[M]:
    """Give rows that hold one of many values in a column, in no order: of one tenant, or of those in scope.

    An index must begin with the tenant and this column, and it is the one that is used: see by_index().
    """
    if not values:
        return []
    if db.engine.dialect.name != "postgresql":
        if tenant_id is not None and not _is_any_there(column, values, tenant_id):
            return []
        return list(db.session.scalars(select(model).where(*_owned(model, tenant_id), column.in_(values))))
    with by_index():
        return list(db.session.scalars(looked_up(model, column, values, tenant_id=tenant_id)))


def _is_any_there(column: InstrumentedAttribute[Any], values: Collection[Any], tenant_id: int) -> bool:
    """Ask SQLite in one sentence without making it anew from its parts: nearly always nobody is there."""
    marks = ", ".join("?" * len(values))
    asked = f"SELECT 1 FROM {column.class_.__tablename__} WHERE tenant_id = ? AND {column.key} IN ({marks}) LIMIT 1"
    connection = db.session.connection()
    process = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    given = [process(value) for value in values] if process else values
    owner = tenant_id if tenant_id in current().read else None
    return connection.exec_driver_sql(asked, (owner, *given)).first() is not None


def looked_up(
    model: type[M], column: InstrumentedAttribute[Any], values: Collection[Any], *, tenant_id: int | None
) -> Select[M]:
    """Select the rows one value after the other, each through the index that holds the column's order.

    The order within one value is nothing to anybody, but only an index of tenant and column has it without sorting.
    """
    plain = Text() if isinstance(column.type, String) else column.type  # a cast to a length would cut
    given = cast(bindparam("wanted", array_text(list(dict.fromkeys(values))), type_=Text()), ARRAY(plain))
    wanted = func.unnest(given).table_valued(sql.column("value", plain), name="wanted").render_derived()
    same = (*_owned(model, tenant_id), column >= wanted.c.value, column <= wanted.c.value)
    found = aliased(model, select(model).where(*same).order_by(column).lateral("found"))
    return select(found).select_from(wanted).join(found, true())


def _owned(model: type[TenantOwned], tenant_id: int | None) -> list[ColumnElement[bool]]:
    return [] if tenant_id is None else [model.tenant_id == tenant_id]


@contextmanager
def by_index() -> Iterator[None]:
    """Let PostgreSQL take an index that gives the order asked for, rather than another one and sort.

    In a table that has just been filled it has no statistics yet, holds a community for a handful of rows, and would
    go through all of them for each value asked for: minutes instead of a second for a large roster.
    """
    connection = db.session.connection()
    is_told = connection.dialect.name == "postgresql"
    if is_told:
        connection.exec_driver_sql("SET LOCAL enable_sort TO off")
    yield
    if is_told:
        connection.exec_driver_sql("SET LOCAL enable_sort TO DEFAULT")
