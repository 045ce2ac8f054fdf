"""Reads of the lists that people keep under a name."""

import uuid

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk.models import SavedList


def saved_lists(kind: str, owner_id: uuid.UUID, *, tenant_id: int) -> list[SavedList]:
    """Give the lists of a kind that this person kept or a colleague shares, one's own first, by name."""
    statement = select(SavedList).where(
        SavedList.tenant_id == tenant_id,
        SavedList.kind == kind,
        (SavedList.owner_id == owner_id) | SavedList.is_shared,
    )
    return sorted(db.session.scalars(statement), key=lambda row: (row.owner_id != owner_id, row.name))


def get_saved_list(kind: str, list_id: uuid.UUID, owner_id: uuid.UUID, *, tenant_id: int) -> SavedList:
    """Give a list of a kind that this person may open: their own or a shared one; raises NotFound for any other."""
    statement = select(SavedList).where(
        SavedList.tenant_id == tenant_id,
        SavedList.kind == kind,
        SavedList.id == list_id,
        (SavedList.owner_id == owner_id) | SavedList.is_shared,
    )
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    return row
