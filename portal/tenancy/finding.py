"""Finds which of many given values stand in a column of one tenant."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Select, any_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db
from portal.tenancy.models import TenantOwned


def among(
    model: type[TenantOwned], column: InstrumentedAttribute[Any], values: Sequence[Any], *, tenant_id: int
) -> Select[uuid.UUID]:
    """Select the ids of a tenant's rows that hold one of many values in a column.

    PostgreSQL gets one array instead of a parameter a value: also in a table that has just been filled and has no
    statistics yet, this has taken less time than a list or a join with the array.
    """
    if db.engine.dialect.name != "postgresql":
        return select(model.id).where(model.tenant_id == tenant_id, column.in_(values))
    array = bindparam("wanted", list(values), type_=ARRAY(column.type))
    return select(model.id).where(model.tenant_id == tenant_id, column == any_(array))
