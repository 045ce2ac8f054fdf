"""What people keep of the lists they look at."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers.models import ListColumns, SavedList
from portal.registers.queries import lists
from portal.tenancy.scope import written_tenant

NAME_MAX = 40
MOST_LISTS = 50
"""So many lists one person may keep: more cannot be looked through."""


def save_list(name: str, params: Mapping[str, str], *, is_shared: bool, actor: Actor, now: datetime) -> SavedList:
    """Keep a list under a name. `params` are those of its address and hold no number.

    Raises RuleBroken `registers.list_name_taken`, `registers.too_many_lists` (field `name`).
    """
    mine = [
        row for row in lists.saved_lists(actor.user_id, tenant_id=written_tenant()) if row.owner_id == actor.user_id
    ]
    if len(mine) >= MOST_LISTS:
        raise RuleBroken("registers.too_many_lists", field="name", most=MOST_LISTS)
    row = SavedList(
        id=new_id(),
        kind=lists.KIND,
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
        raise RuleBroken("registers.list_name_taken", field="name", name=row.name) from error
    changes: dict[str, list[object]] = {"name": [None, row.name], "is_shared": [None, is_shared]}
    record(AuditTag.LIST_SAVE, subject=row, actor=actor, now=now, changes=changes)
    return row


def share_list(list_id: uuid.UUID, *, is_shared: bool, actor: Actor, now: datetime) -> SavedList:
    """Let colleagues see one's own list, or no longer. Raises NotFound for another person's."""
    row = _own(list_id, actor)
    changes: dict[str, list[object]] = {"name": [row.name, row.name], "is_shared": [row.is_shared, is_shared]}
    row.is_shared = is_shared
    record(AuditTag.LIST_SHARE, subject=row, actor=actor, now=now, changes=changes)
    return row


def delete_list(list_id: uuid.UUID, *, actor: Actor, now: datetime) -> str:
    """Forget one's own list, or a shared one where the actor keeps order here; gives its name.

    Raises NotFound for any other.
    """
    row = lists.get_saved_list(list_id, actor.user_id, tenant_id=written_tenant())
    if row is None or (row.owner_id != actor.user_id and not can(actor, Permission.LIST_TIDY)):
        raise NotFound
    record(AuditTag.LIST_DELETE, subject=row, actor=actor, now=now, changes={"name": [row.name, None]})
    db.session.delete(row)
    return row.name


def choose_columns(columns: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Remember in which columns a person sees the member list; none: as in the first view."""
    row = lists.columns_of(actor.user_id, tenant_id=written_tenant())
    if not columns:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(
            ListColumns(id=new_id(), kind=lists.KIND, owner_id=actor.user_id, columns=list(columns), updated_at=now)
        )
    else:
        row.columns, row.updated_at = list(columns), now


def _own(list_id: uuid.UUID, actor: Actor) -> SavedList:
    row = lists.get_saved_list(list_id, actor.user_id, tenant_id=written_tenant())
    if row is None or row.owner_id != actor.user_id:
        raise NotFound
    return row
