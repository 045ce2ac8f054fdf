"""Reads of units with those who own them."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.queries.places import AnySelect, is_home_or_shop
from portal.estates.rules import AreaBasis, OwnerKind, TitleBasis, UnitStatus, UnitUsage, is_owner_on

UNITS_PER_PAGE = 100


@dataclass(frozen=True)
class Holding:
    """One ownership of a unit, with the owner's name; no share: held jointly."""

    id: uuid.UUID
    owner_id: uuid.UUID
    owner_name: str
    user_id: uuid.UUID | None
    title_basis: TitleBasis
    share: int | None
    is_voting_representative: bool
    is_verified: bool
    valid_from: date
    valid_until: date | None
    document: str
    guardian_name: str
    votes_from: date | None
    votes_until: date | None


@dataclass(frozen=True)
class UnitLine:
    """One unit in the table of an estate."""

    id: uuid.UUID
    building_id: uuid.UUID
    building_name: str
    room: str
    area_m2: Decimal
    area_basis: AreaBasis
    status: UnitStatus
    holdings: tuple[Holding, ...]
    usage: UnitUsage = UnitUsage.DWELLING
    area_document: str = ""
    sold_on: date | None = None
    delivered_on: date | None = None


@dataclass(frozen=True)
class OwnedUnit:
    """A unit that a person owns here, with what is needed to name it."""

    unit_id: uuid.UUID
    estate_id: uuid.UUID
    estate_name: str
    building_id: uuid.UUID
    building_name: str
    room: str
    status: UnitStatus


@dataclass(frozen=True)
class OwnerLine:
    """One owner of an estate on a day: which rooms, and whether each entry was verified."""

    owner_id: uuid.UUID
    name: str
    kind: OwnerKind
    user_id: uuid.UUID | None
    rooms: tuple[str, ...]
    is_verified: bool


def in_force(day: date, model: type[Ownership] = Ownership) -> ColumnElement[bool]:
    """Give the condition that an ownership runs on a day."""
    return and_(model.valid_from <= day, or_(model.valid_until.is_(None), model.valid_until > day))


def list_units(
    estate_id: uuid.UUID | None, *, on: date, building_id: uuid.UUID | None = None, page: int = 1
) -> list[UnitLine]:
    """One row per unit with its owners of that day, 100 a page, in order; two statements."""
    statement = (
        select(Unit, Building.name)
        .join(Building, Building.id == Unit.building_id)
        .order_by(Building.position, Unit.position)
        .limit(UNITS_PER_PAGE)
        .offset(max(page - 1, 0) * UNITS_PER_PAGE)
    )
    if estate_id is not None:
        statement = statement.where(Building.estate_id == estate_id)
    if building_id is not None:
        statement = statement.where(Building.id == building_id)
    rows = db.session.execute(statement).all()
    holdings = holdings_of([unit.id for unit, _ in rows], on=on)
    return [_unit_line(unit, building_name, holdings) for unit, building_name in rows]


def get_unit_line(unit_id: uuid.UUID, *, on: date) -> UnitLine:
    """Give one unit with its owners of a day; raises NotFound; two statements."""
    row = db.session.execute(
        select(Unit, Building.name).join(Building, Building.id == Unit.building_id).where(Unit.id == unit_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _unit_line(row[0], row[1], holdings_of([unit_id], on=on))


def _unit_line(unit: Unit, building_name: str, holdings: dict[uuid.UUID, list[Holding]]) -> UnitLine:
    return UnitLine(
        id=unit.id,
        building_id=unit.building_id,
        building_name=building_name,
        room=unit.room,
        area_m2=unit.exclusive_area_m2,
        area_basis=unit.area_basis,
        status=unit.status,
        holdings=tuple(holdings.get(unit.id, ())),
        usage=unit.usage,
        area_document=unit.area_document,
        sold_on=unit.sold_on,
        delivered_on=unit.delivered_on,
    )


def holdings_of(unit_ids: Sequence[uuid.UUID], *, on: date) -> dict[uuid.UUID, list[Holding]]:
    """Give the owners of each unit on a day, the voting representative first; a sole owner votes; one statement."""
    rows = db.session.execute(
        select(Ownership, Owner.name, Owner.user_id, Owner.guardian_name)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(Ownership.unit_id.in_(unit_ids), in_force(on))
        .order_by(Owner.name, Owner.id)
    )
    found: dict[uuid.UUID, list[Holding]] = defaultdict(list)
    for row in rows:
        found[row[0].unit_id].append(_holding(row, on=on))
    for held in found.values():
        held.sort(key=lambda one: not one.is_voting_representative)
        if len(held) == 1:
            held[0] = replace(held[0], is_voting_representative=True)
    return found


def _holding(row: Any, *, on: date) -> Holding:
    held, name, user_id, guardian = row
    return Holding(
        id=held.id,
        owner_id=held.owner_id,
        owner_name=name,
        user_id=user_id,
        title_basis=held.title_basis,
        share=held.share,
        is_voting_representative=votes_on(held, on),
        is_verified=held.verified_at is not None,
        valid_from=held.valid_from,
        valid_until=held.valid_until,
        document=held.document,
        guardian_name=guardian,
        votes_from=held.votes_from,
        votes_until=held.votes_until,
    )


def votes_on(held: Any, day: date) -> bool:
    """Say whether an ownership's owner is the one who votes for the unit on a day."""
    return held.votes_from is not None and is_owner_on(
        valid_from=held.votes_from, valid_until=held.votes_until, day=day
    )


def ownership_history(unit_id: uuid.UUID, *, on: date) -> list[Holding]:
    """Give every ownership of a unit, past ones too, the newest first; one statement."""
    rows = db.session.execute(
        select(Ownership, Owner.name, Owner.user_id, Owner.guardian_name)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(Ownership.unit_id == unit_id)
        .order_by(Ownership.valid_from.desc(), Owner.name)
    )
    return [_holding(row, on=on) for row in rows]


def ownerships_of(unit_id: uuid.UUID) -> list[Ownership]:
    """Give every ownership of a unit as it is stored; one statement."""
    return list(db.session.scalars(select(Ownership).where(Ownership.unit_id == unit_id).order_by(Ownership.id)))


def _owned_units(user_id: uuid.UUID, *, on: date) -> AnySelect:
    return (
        select(Unit.id, Estate.id, Estate.name, Building.id, Building.name, Unit.room, Unit.status)
        .join(Ownership, Ownership.unit_id == Unit.id)
        .join(Owner, Owner.id == Ownership.owner_id)
        .join(Building, Building.id == Unit.building_id)
        .join(Estate, Estate.id == Building.estate_id)
        .where(Owner.user_id == user_id, Ownership.verified_at.is_not(None), in_force(on), is_home_or_shop())
        .order_by(Estate.name, Building.position, Unit.position)
    )


def units_of_verified_owner(user_id: uuid.UUID, *, on: date, estate_id: uuid.UUID | None = None) -> list[OwnedUnit]:
    """Give the homes and shops that this account verifiably owns on a day; one statement."""
    statement = _owned_units(user_id, on=on)
    if estate_id is not None:
        statement = statement.where(Estate.id == estate_id)
    return [OwnedUnit(*row) for row in db.session.execute(statement)]


def get_unit_of_verified_owner(unit_id: uuid.UUID, *, user_id: uuid.UUID, on: date) -> OwnedUnit:
    """Give one unit if this account is its verified owner on a day; raises NotFound otherwise."""
    row = db.session.execute(_owned_units(user_id, on=on).where(Unit.id == unit_id)).first()
    if row is None:
        raise NotFound
    return OwnedUnit(*row)


def list_owners(estate_id: uuid.UUID, *, on: date) -> list[OwnerLine]:
    """One row per owner of an estate on a day, by name; one statement."""
    rows = db.session.execute(
        select(Owner, Building.name, Unit.room, Ownership.verified_at)
        .join(Ownership, Ownership.owner_id == Owner.id)
        .join(Unit, Unit.id == Ownership.unit_id)
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id, in_force(on))
        .order_by(Owner.name, Owner.id, Building.position, Unit.position)
    )
    found: dict[uuid.UUID, OwnerLine] = {}
    for owner, building_name, room, verified_at in rows:
        before = found.get(owner.id)
        found[owner.id] = OwnerLine(
            owner_id=owner.id,
            name=owner.name,
            kind=owner.kind,
            user_id=owner.user_id,
            rooms=(*(before.rooms if before else ()), f"{building_name} {room}"),
            is_verified=verified_at is not None and (before is None or before.is_verified),
        )
    return list(found.values())


def owner_names_of_building(building_id: uuid.UUID, *, on: date) -> set[str]:
    """Give the names of those who own something in a building on a day; one statement."""
    return set(
        db.session.scalars(
            select(Owner.name)
            .join(Ownership, Ownership.owner_id == Owner.id)
            .join(Unit, Unit.id == Ownership.unit_id)
            .where(Unit.building_id == building_id, in_force(on))
        )
    )


def find_owner_of_user(user_id: uuid.UUID) -> Owner | None:
    """Give the owner that an account was linked to here, or None."""
    return db.session.scalars(select(Owner).where(Owner.user_id == user_id)).one_or_none()
