"""Reads of owners: the list with its filters and search, one owner with everything held."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, exists, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.identity_numbers import NUMBER_LENGTH, normalize_identity_number
from portal.desk.rules import MOBILE_DIGITS
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.queries.holdings import in_force
from portal.estates.rules import OwnerKind, TitleBasis, UnitStatus, name_key
from portal.tenancy import vault

SEALED = {"id_number": "id_number_sealed", "phone": "phone_sealed", "guardian_phone": "guardian_phone_sealed"}


class Missing(StrEnum):
    """What an owner's entry lacks."""

    NUMBER = "NUMBER"
    PHONE = "PHONE"
    UNIT = "UNIT"  # owns nothing any more


@dataclass(frozen=True)
class OwnerFilter:
    """What the list of owners is narrowed to. `search` is a name, initials, a full number or phone."""

    estate_id: uuid.UUID | None = None
    kind: OwnerKind | None = None
    missing: Missing | None = None
    search: str = ""


@dataclass
class OwnerCounts:
    """How many owners there are, by whatever the list can be narrowed to."""

    total: int = 0
    by_kind: Counter[OwnerKind] = field(default_factory=Counter)
    missing: Counter[Missing] = field(default_factory=Counter)
    by_estate: list[tuple[uuid.UUID, str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class HeldUnit:
    """One ownership of an owner, with what is needed to name the unit."""

    ownership_id: uuid.UUID
    unit_id: uuid.UUID
    estate_id: uuid.UUID
    estate_name: str
    building_name: str
    room: str
    status: UnitStatus
    share: int | None
    title_basis: TitleBasis
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class OwnerRow:
    """One owner in the list; the phone is sealed still."""

    id: uuid.UUID
    name: str
    kind: OwnerKind
    phone: str
    has_number: bool
    head_id: uuid.UUID | None
    units: tuple[HeldUnit, ...]
    number_sealed: bytes | None = None


def count_owners(*, on: date) -> OwnerCounts:
    """Count the owners by kind, by what is missing, and by estate; two statements."""
    holds = exists().where(Ownership.owner_id == Owner.id, in_force(on))
    groups = db.session.execute(
        select(
            Owner.kind,
            func.count(),
            _sum(Owner.id_number_index.is_(None)),
            _sum(Owner.phone_sealed.is_(None)),
            _sum(~holds),
        ).group_by(Owner.kind)
    )
    counts = OwnerCounts()
    for kind, number, no_number, no_phone, no_unit in groups:
        counts.total += number
        counts.by_kind[kind] += number
        counts.missing += Counter({Missing.NUMBER: no_number, Missing.PHONE: no_phone, Missing.UNIT: no_unit})
    estates = db.session.execute(
        select(Estate.id, Estate.name, func.count(Ownership.owner_id.distinct()))
        .join(Building, Building.estate_id == Estate.id)
        .join(Unit, Unit.building_id == Building.id)
        .join(Ownership, Ownership.unit_id == Unit.id)
        .where(in_force(on))
        .group_by(Estate.id, Estate.name)
        .order_by(Estate.name)
    )
    counts.by_estate = [(row[0], row[1], row[2]) for row in estates]
    return counts


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(condition, Integer)), 0)


def count_owner_rows(wanted: OwnerFilter, *, on: date, tenant_id: int) -> int:
    """Count the owners of a filter."""
    conditions = _conditions(wanted, on=on, tenant_id=tenant_id)
    return db.session.scalar(select(func.count()).select_from(Owner).where(*conditions)) or 0


def list_owner_rows(wanted: OwnerFilter, *, on: date, tenant_id: int, limit: int, offset: int = 0) -> list[OwnerRow]:
    """Give a page of owners by name with what they own on a day; two statements."""
    conditions = _conditions(wanted, on=on, tenant_id=tenant_id)
    columns = (Owner.id, Owner.name, Owner.kind, Owner.phone_sealed, Owner.id_number_sealed, Owner.head_id)
    statement = select(*columns).where(*conditions).order_by(Owner.sort_key, Owner.id)
    rows = db.session.execute(statement.limit(limit).offset(offset)).all()
    held = held_units([row.id for row in rows], on=on)
    return [_row(row, held, tenant_id) for row in rows]


def _row(row: Any, held: dict[uuid.UUID, list[HeldUnit]], tenant_id: int) -> OwnerRow:
    phone = vault.unseal("owner.phone", tenant_id, row.id, row.phone_sealed) if row.phone_sealed else ""
    units, number = tuple(held.get(row.id, ())), row.id_number_sealed
    return OwnerRow(row.id, row.name, row.kind, phone, number is not None, row.head_id, units, number)


def _conditions(wanted: OwnerFilter, *, on: date, tenant_id: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(Owner.kind == wanted.kind)
    if wanted.missing is Missing.NUMBER:
        conditions.append(Owner.id_number_index.is_(None))
    elif wanted.missing is Missing.PHONE:
        conditions.append(Owner.phone_sealed.is_(None))
    elif wanted.missing is Missing.UNIT:
        conditions.append(~exists().where(Ownership.owner_id == Owner.id, in_force(on)))
    if wanted.estate_id is not None:
        owned = (
            select(Ownership.owner_id)
            .join(Unit, Unit.id == Ownership.unit_id)
            .join(Building, Building.id == Unit.building_id)
            .where(Building.estate_id == wanted.estate_id, in_force(on))
        )
        conditions.append(Owner.id.in_(owned))
    if wanted.search:
        conditions.append(_search(wanted.search, tenant_id))
    return conditions


def is_full_number(text: str) -> bool:
    """Say whether a search is a full number or phone, which must not stand in an address."""
    number = normalize_identity_number(text)
    is_phone = len(number) == MOBILE_DIGITS and number.isdecimal()
    return is_phone or (len(number) == NUMBER_LENGTH and number.isascii() and number.isalnum())


def _search(text: str, tenant_id: int) -> ColumnElement[bool]:
    """A full number or phone by blind index, Latin letters as initials or pinyin, anything else in the name."""
    number = normalize_identity_number(text)
    if is_full_number(text):
        if len(number) == MOBILE_DIGITS:
            return Owner.phone_index == vault.blind_index("owner.phone", number, tenant_id=tenant_id)
        return Owner.id_number_index == vault.blind_index("owner.id_number", number, tenant_id=tenant_id)
    plain = name_key(text)
    if plain.isascii() and plain.isalpha():
        by_initials = Owner.search_key.contains(f" {plain}", autoescape=True)
        return by_initials | Owner.sound_key.startswith(plain, autoescape=True)
    return Owner.name_key.contains(plain, autoescape=True)


def held_units(owner_ids: Sequence[uuid.UUID], *, on: date | None) -> dict[uuid.UUID, list[HeldUnit]]:
    """Give what these owners own on a day, or ever did, in the order of estates and units; one statement."""
    statement = (
        select(
            Ownership.owner_id,
            Ownership.id,
            Unit.id,
            Estate.id,
            Estate.name,
            Building.name,
            Unit.room,
            Unit.status,
            Ownership.share,
            Ownership.title_basis,
            Ownership.valid_from,
            Ownership.valid_until,
        )
        .join(Unit, Unit.id == Ownership.unit_id)
        .join(Building, Building.id == Unit.building_id)
        .join(Estate, Estate.id == Building.estate_id)
        .where(Ownership.owner_id.in_(owner_ids))
        .order_by(Estate.name, Building.position, Unit.position, Ownership.valid_from)
    )
    if on is not None:
        statement = statement.where(in_force(on))
    found: dict[uuid.UUID, list[HeldUnit]] = defaultdict(list)
    for owner_id, *facts in db.session.execute(statement):
        found[owner_id].append(HeldUnit(*facts))
    return found


def owners_of_head(owner: Owner) -> list[Owner]:
    """Give the other entries that count with this owner as one head, by name; one statement."""
    head = owner.head_id or owner.id
    same = (Owner.head_id == head) | (Owner.id == head)
    return list(db.session.scalars(select(Owner).where(same, Owner.id != owner.id).order_by(Owner.sort_key)))


def unseal_owner_field(owner: Owner, field_name: str) -> str | None:
    """Give id_number, phone or guardian_phone of an owner in clear, None when it is not recorded.

    Raises NotFound for any other field. Whoever shows it records a reveal.
    """
    if field_name not in SEALED:
        raise NotFound
    sealed = getattr(owner, SEALED[field_name])
    return vault.unseal(f"owner.{field_name}", owner.tenant_id, owner.id, sealed) if sealed else None
