"""One row or NotFound."""

from typing import TypeVar

from sqlalchemy import Select

from portal.core.db import db
from portal.core.errors import NotFound

Row = TypeVar("Row")


def one(statement: Select[Row]) -> Row:
    """Give the only row of a statement; raises NotFound when there is none, or it is another tenant's."""
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    return row
