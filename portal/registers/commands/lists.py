"""What people keep of the lists they look at."""

from collections.abc import Sequence
from datetime import datetime

from portal.accounts.actor import Actor
from portal.core.db import db
from portal.core.ids import new_id
from portal.registers.models import ListColumns
from portal.registers.queries import lists
from portal.tenancy.scope import written_tenant


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
