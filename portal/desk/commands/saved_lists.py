"""What people keep of the lists they look at: their filters under a name, for themselves or for colleagues."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.desk.models import SavedList
from portal.desk.queries import saved_lists as queries
from portal.tenancy.scope import written_tenant

NAME_MAX = 40
MOST_LISTS = 50
"""So many lists one person may keep: more cannot be looked through."""


def save_list(
    kind: str, name: str, params: Mapping[str, str], *, is_shared: bool, actor: Actor, now: datetime
) -> SavedList:
    """Keep a list under a name. `params` are those of its address and hold no number.

    Raises RuleBroken `desk.list_name_taken`, `desk.too_many_lists` (field `name`).
    """
    there = queries.saved_lists(kind, actor.user_id, tenant_id=written_tenant())
    mine = [row for row in there if row.owner_id == actor.user_id]
    if len(mine) >= MOST_LISTS:
        raise RuleBroken("desk.too_many_lists", field="name", most=MOST_LISTS)
    row = SavedList(
        id=new_id(),
        kind=kind,
        name=" ".join(name.split())[:NAME_MAX],
        params=dict(params),
        owner_id=actor.user_id,
        owner_name=actor.name,
        is_shared=is_shared,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("desk.list_name_taken", field="name", name=row.name) from error
    changes: dict[str, list[object]] = {"name": [None, row.name], "is_shared": [None, is_shared]}
    record(AuditTag.LIST_SAVE, subject=row, actor=actor, now=now, changes=changes)
    return row


def share_list(kind: str, list_id: uuid.UUID, *, is_shared: bool, actor: Actor, now: datetime) -> SavedList:
    """Let colleagues see one's own list, or no longer. Raises NotFound for another person's."""
    row = _own(kind, list_id, actor)
    changes: dict[str, list[object]] = {"name": [row.name, row.name], "is_shared": [row.is_shared, is_shared]}
    row.is_shared = is_shared
    record(AuditTag.LIST_SHARE, subject=row, actor=actor, now=now, changes=changes)
    return row


def delete_list(kind: str, list_id: uuid.UUID, *, may_tidy: bool, actor: Actor, now: datetime) -> str:
    """Forget one's own list, or a shared one for whoever keeps order here (`may_tidy`); gives its name.

    Raises NotFound for any other.
    """
    row = queries.get_saved_list(kind, list_id, actor.user_id, tenant_id=written_tenant())
    if row.owner_id != actor.user_id and not may_tidy:
        raise NotFound
    record(AuditTag.LIST_DELETE, subject=row, actor=actor, now=now, changes={"name": [row.name, None]})
    db.session.delete(row)
    return row.name


def _own(kind: str, list_id: uuid.UUID, actor: Actor) -> SavedList:
    row = queries.get_saved_list(kind, list_id, actor.user_id, tenant_id=written_tenant())
    if row.owner_id != actor.user_id:
        raise NotFound
    return row
