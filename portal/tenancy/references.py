"""Which rows hang on others: asked of the foreign keys themselves, so that no module has to tell."""

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ForeignKeyConstraint, inspect, select

from portal.core.db import Base, db
from portal.tenancy.given import among
from portal.tenancy.models import TenantOwned


def hanging_on(
    model: type[TenantOwned], row_ids: Collection[uuid.UUID], *, tenant_id: int
) -> dict[uuid.UUID, set[str]]:
    """Give {row: names of the tables with rows that would keep it from being removed}; one statement a foreign key.

    Rows that go with theirs (ON DELETE CASCADE, SET NULL) do not count.
    """
    found: dict[uuid.UUID, set[str]] = {}
    if not row_ids:
        return found
    for key in _keys_to(model):
        column = _own_column(key)
        statement = select(column).where(key.table.c.tenant_id == tenant_id, *among(column, row_ids)).distinct()
        for row_id in db.session.scalars(statement):
            found.setdefault(row_id, set()).add(key.table.name)
    return found


def refers_to_itself(model: type[TenantOwned]) -> bool:
    """Say whether rows of a table can hang on others of the same, as the branches of a tree."""
    return any(key.table is inspect(model).local_table for key in _keys_to(model))


def _keys_to(model: type[TenantOwned]) -> Iterator[ForeignKeyConstraint]:
    target = inspect(model).local_table
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table is target and key.ondelete not in {"CASCADE", "SET NULL"}:
                yield key


def _own_column(key: ForeignKeyConstraint) -> Any:
    """Give the column of a key (tenant_id, column) that names the row."""
    return next(element.parent for element in key.elements if element.column.name == "id")
