"""Taking back the last change of who owns a unit."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.estates.entries import assign, locked
from portal.estates.models import Ownership, OwnershipPast, Unit
from portal.tenancy.past import kept_columns, past_states

UNDO_DAYS = 7


def undo_last_change(unit: Unit, *, actor: Actor, now: datetime) -> int:
    """Put the ownerships of a unit back to where they stood before their last change; gives how many.

    A sale is one change of several: the former owners hold again, the buyer goes. Raises RuleBroken
    `estates.nothing_to_undo` where nothing changed within seven days, where the change was itself taken back
    already, or where it was a verification.
    """
    held = locked(unit)
    rows = db.session.scalars(select(Ownership).where(Ownership.unit_id == held.id).with_for_update()).all()
    moment = max((row.updated_at for row in rows), default=None)
    if moment is None or moment < now - timedelta(days=UNDO_DAYS) or _removed_at(held, moment):
        raise RuleBroken("estates.nothing_to_undo", days=UNDO_DAYS)
    changed = [row for row in rows if row.updated_at == moment]
    before = past_states(Ownership, [row.id for row in changed])
    for row in changed:
        _put_back(row, before[row.id], now=now)
    db.session.flush()
    record(AuditTag.OWNERSHIP_UNDO, subject=held, actor=actor, now=now, changes={"ownerships": [None, len(changed)]})
    return len(changed)


def _removed_at(unit: Unit, moment: datetime) -> bool:
    """Say whether an ownership was removed at or after a moment: then that was the last change."""
    kept = select(Ownership.id).where(Ownership.unit_id == unit.id)
    gone = select(OwnershipPast.id).where(
        OwnershipPast.unit_id == unit.id, OwnershipPast.until_at >= moment, OwnershipPast.row_id.not_in(kept)
    )
    return db.session.scalars(gone).first() is not None


def _put_back(row: Ownership, states: list[OwnershipPast], *, now: datetime) -> None:
    last = states[-1] if states else None
    if row.verified_at != (last.verified_at if last else None):
        raise RuleBroken("estates.nothing_to_undo", days=UNDO_DAYS)
    if last is None:
        row.updated_at = now
        db.session.delete(row)
        return
    columns = [key for key in kept_columns(Ownership) if key not in ("created_at", "updated_at")]
    assign(row, {key: getattr(last, key) for key in columns}, now=now)
