"""How entries of the estates stand in their columns, and how they are held and set. Nothing here records."""

import uuid
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.identity_numbers import read_citizen_number, read_credit_code
from portal.core.names import search_key, sort_key
from portal.estates import rules
from portal.estates.models import Ownership, Unit
from portal.tenancy import vault
from portal.tenancy.models import TenantOwned
from portal.tenancy.past import Kept

Changes = dict[str, list[object]]
Row = TypeVar("Row", bound=TenantOwned)
KeptRow = TypeVar("KeptRow", bound=Kept)


def insert(row: TenantOwned) -> bool:
    """Insert a row; False where one like it is there. The constraint decides, so two at once cannot both win."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def locked(row: Row) -> Row:
    """Give a row as it stands now, held until the end of the transaction."""
    model = type(row)
    return db.session.scalars(select(model).where(model.id == row.id).with_for_update()).one()


def held_from(unit: Unit, day: date) -> list[Ownership]:
    """Give the ownerships of a unit that run on a day or begin after it."""
    runs = or_(Ownership.valid_until.is_(None), Ownership.valid_until > day)
    return list(db.session.scalars(select(Ownership).where(Ownership.unit_id == unit.id, runs)))


def assign(row: KeptRow, values: dict[str, object], *, now: datetime) -> Changes:
    """Set what differs on a kept row and say what changed; `now` dates the change."""
    changes: Changes = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    for key, (_, value) in changes.items():
        setattr(row, key, value)
    if changes:
        row.updated_at = now
    return changes


def read_number(kind: rules.OwnerKind, text: str, *, now: datetime) -> str:
    """Check the number that goes with the kind of owner; an empty one stays empty.

    Raises RuleBroken (field `id_number`) with the codes of portal.core.identity_numbers.
    """
    if not text:
        return ""
    try:
        if kind is rules.OwnerKind.ORGANIZATION:
            return read_credit_code(text)
        return read_citizen_number(text, today=clock.today(now)).number
    except RuleBroken as error:
        raise RuleBroken(error.code, field="id_number", **error.values) from error


def name_columns(name: str) -> dict[str, object]:
    """Give a name with the keys by which it is compared, searched and ordered."""
    return {
        "name": name,
        "name_key": rules.name_key(name),
        "sound_key": rules.sound_key(name),
        "search_key": search_key(rules.name_key(name)),
        "sort_key": sort_key(name),
    }


def sealed_columns(owner_id: uuid.UUID, field: str, text: str) -> dict[str, object]:
    """Give the columns of a sealed field of an owner: id_number and phone with their blind index."""
    columns: dict[str, object] = {f"{field}_sealed": vault.seal(f"owner.{field}", owner_id, text) if text else None}
    if field in ("id_number", "phone"):
        columns[f"{field}_index"] = vault.blind_index(f"owner.{field}", text) if text else None
    return columns
