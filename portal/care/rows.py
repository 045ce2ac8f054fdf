"""Rows of this very tenant: one of them or NotFound, locked, or put in where another may be in the way."""

import uuid
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.db import Base, db
from portal.core.errors import NotFound, RuleBroken
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import written_tenant

Row = TypeVar("Row", bound=TenantOwned)
MADE_OF = uuid.UUID("6f0c2d5e-4f2b-5d0e-9d4e-0c8f1f6b7a21")


def get_row(model: type[Row], row_id: uuid.UUID, *, tenant_id: int) -> Row:
    """Give a row of this tenant; raises NotFound."""
    row = db.session.scalars(select(model).where(model.id == row_id, model.tenant_id == tenant_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_row(model: type[Row], row_id: uuid.UUID) -> Row:
    """Hold a row of the written tenant until the transaction ends, and give it as it stands now; raises NotFound."""
    statement = select(model).where(model.id == row_id, model.tenant_id == written_tenant()).with_for_update()
    row = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def put_in(*rows: Base, or_else: str, field: str | None = None) -> None:
    """Write new rows; where a unique index says no, raise RuleBroken `or_else` and leave the transaction whole."""
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken(or_else, field=field) from error


def made_id(*parts: object) -> uuid.UUID:
    """Give an id that is the same for the same parts: the primary key then keeps a thing from being there twice."""
    return uuid.uuid5(MADE_OF, "|".join(map(str, parts)))
