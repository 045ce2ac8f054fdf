"""Reads of the estates register.

Days are Chinese calendar days; the day on which an ownership ends does not count.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.estates.models import Building, Estate, Owner, Ownership, PropertyCompany, ServiceContract, Unit
from portal.estates.rules import AreaBasis, OwnerKind, RollTotals, RollUnit, TitleBasis, UnitStatus, roll_totals
from portal.tenancy.models import TenantOwned

UNITS_PER_PAGE = 100

AnySelect = Select[*tuple[Any, ...]]
Row = TypeVar("Row", bound=TenantOwned)


@dataclass(frozen=True)
class EstateLine:
    """One estate in the list: how many buildings, units and units handed over it has."""

    id: uuid.UUID
    name: str
    address: str
    buildings: int
    units: int
    delivered: int


@dataclass(frozen=True)
class BuildingLine:
    """One building of an estate with its counts; area in m²."""

    id: uuid.UUID
    name: str
    units: int
    delivered: int


@dataclass(frozen=True)
class Holding:
    """One ownership of a unit, with the owner's name."""

    id: uuid.UUID
    owner_id: uuid.UUID
    owner_name: str
    user_id: uuid.UUID | None
    title_basis: TitleBasis
    share: int
    is_voting_representative: bool
    is_verified: bool


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


@dataclass(frozen=True)
class ContractLine:
    """One service contract of an estate with the firm's name."""

    id: uuid.UUID
    estate_id: uuid.UUID
    estate_name: str
    company_id: uuid.UUID
    company_name: str
    credit_code: str
    valid_from: date
    valid_until: date | None


_DELIVERED = func.sum(case((Unit.status == UnitStatus.DELIVERED, 1), else_=0))


def _in_force(day: date) -> ColumnElement[bool]:
    """Give the condition that an ownership runs on a day."""
    until = or_(Ownership.valid_until.is_(None), Ownership.valid_until > day)
    return and_(Ownership.valid_from <= day, until)


def list_estates() -> list[EstateLine]:
    """One row per estate, by name; one statement."""
    rows = db.session.execute(
        select(
            Estate.id,
            Estate.name,
            Estate.address,
            func.count(Building.id.distinct()),
            func.count(Unit.id),
            func.coalesce(_DELIVERED, 0),
        )
        .outerjoin(Building, Building.estate_id == Estate.id)
        .outerjoin(Unit, Unit.building_id == Building.id)
        .group_by(Estate.id, Estate.name, Estate.address)
        .order_by(Estate.name)
    )
    return [EstateLine(*row) for row in rows]


def _get(model: type[Row], row_id: uuid.UUID) -> Row:
    """Give a row of this tenant by its id; raises NotFound."""
    row = db.session.scalars(select(model).where(model.id == row_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_estate(estate_id: uuid.UUID) -> Estate:
    """Give an estate of this tenant; raises NotFound."""
    return _get(Estate, estate_id)


def get_building(building_id: uuid.UUID) -> Building:
    """Give a building of this tenant; raises NotFound."""
    return _get(Building, building_id)


def get_unit(unit_id: uuid.UUID) -> Unit:
    """Give a unit of this tenant; raises NotFound."""
    return _get(Unit, unit_id)


def get_owner(owner_id: uuid.UUID) -> Owner:
    """Give an owner of this tenant; raises NotFound."""
    return _get(Owner, owner_id)


def get_ownership(ownership_id: uuid.UUID) -> Ownership:
    """Give an ownership of this tenant; raises NotFound."""
    return _get(Ownership, ownership_id)


def get_company(company_id: uuid.UUID) -> PropertyCompany:
    """Give a property company of this tenant; raises NotFound."""
    return _get(PropertyCompany, company_id)


def list_companies() -> list[PropertyCompany]:
    """Give the property companies of this tenant, by name."""
    return list(db.session.scalars(select(PropertyCompany).order_by(PropertyCompany.name)))


def list_buildings(estate_id: uuid.UUID) -> list[BuildingLine]:
    """One row per building of an estate, in their order; one statement."""
    rows = db.session.execute(
        select(Building.id, Building.name, func.count(Unit.id), func.coalesce(_DELIVERED, 0))
        .outerjoin(Unit, Unit.building_id == Building.id)
        .where(Building.estate_id == estate_id)
        .group_by(Building.id, Building.name, Building.position)
        .order_by(Building.position)
    )
    return [BuildingLine(*row) for row in rows]


def list_units(
    estate_id: uuid.UUID, *, on: date, building_id: uuid.UUID | None = None, page: int = 1
) -> list[UnitLine]:
    """One row per unit with its owners of that day, 100 a page, in order; two statements."""
    statement = (
        select(Unit, Building.name)
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id)
        .order_by(Building.position, Unit.position)
        .limit(UNITS_PER_PAGE)
        .offset(max(page - 1, 0) * UNITS_PER_PAGE)
    )
    if building_id is not None:
        statement = statement.where(Building.id == building_id)
    rows = db.session.execute(statement).all()
    holdings = _holdings([unit.id for unit, _ in rows], on=on)
    return [_unit_line(unit, building_name, holdings) for unit, building_name in rows]


def get_unit_line(unit_id: uuid.UUID, *, on: date) -> UnitLine:
    """Give one unit with its owners of a day; raises NotFound; two statements."""
    row = db.session.execute(
        select(Unit, Building.name).join(Building, Building.id == Unit.building_id).where(Unit.id == unit_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _unit_line(row[0], row[1], _holdings([unit_id], on=on))


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
    )


def _holdings(unit_ids: list[uuid.UUID], *, on: date) -> dict[uuid.UUID, list[Holding]]:
    """Give the owners of each unit on a day, the voting representative first; one statement."""
    rows = db.session.execute(
        select(Ownership, Owner.name, Owner.user_id)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(Ownership.unit_id.in_(unit_ids), _in_force(on))
        .order_by(Ownership.is_voting_representative.desc(), Owner.name)
    )
    found: dict[uuid.UUID, list[Holding]] = defaultdict(list)
    for held, name, user_id in rows:
        found[held.unit_id].append(
            Holding(
                id=held.id,
                owner_id=held.owner_id,
                owner_name=name,
                user_id=user_id,
                title_basis=held.title_basis,
                share=held.share,
                is_voting_representative=held.is_voting_representative,
                is_verified=held.verified_at is not None,
            )
        )
    return found


def list_roll_units(estate_id: uuid.UUID, *, on: date) -> list[RollUnit]:
    """Give every unit of an estate as it enters the count on a day; two statements.

    Each owner counts, verified or not: the register is the roll, an account is not.
    """
    units = db.session.execute(
        select(Unit.id, Unit.exclusive_area_m2, Unit.status)
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id)
        .order_by(Building.position, Unit.position)
    ).all()
    owners: dict[uuid.UUID, set[str]] = defaultdict(set)
    for unit_id, owner_id in db.session.execute(
        select(Ownership.unit_id, Ownership.owner_id)
        .join(Unit, Unit.id == Ownership.unit_id)
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id, _in_force(on))
    ):
        owners[unit_id].add(str(owner_id))
    return [RollUnit(str(unit_id), area, status, frozenset(owners.get(unit_id, ()))) for unit_id, area, status in units]


def get_roll_totals(estate_id: uuid.UUID, *, on: date) -> RollTotals:
    """Give S (m²) and N of an estate on a day; two statements."""
    return roll_totals(list_roll_units(estate_id, on=on))


def count_delivered_units(estate_id: uuid.UUID) -> int:
    """Count the units handed over in an estate: the denominator of 参评率."""
    return db.session.execute(
        select(func.count(Unit.id))
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id, Unit.status == UnitStatus.DELIVERED)
    ).scalar_one()


def _owned_units(user_id: uuid.UUID, *, on: date) -> AnySelect:
    return (
        select(Unit.id, Estate.id, Estate.name, Building.id, Building.name, Unit.room, Unit.status)
        .join(Ownership, Ownership.unit_id == Unit.id)
        .join(Owner, Owner.id == Ownership.owner_id)
        .join(Building, Building.id == Unit.building_id)
        .join(Estate, Estate.id == Building.estate_id)
        .where(Owner.user_id == user_id, Ownership.verified_at.is_not(None), _in_force(on))
        .order_by(Estate.name, Building.position, Unit.position)
    )


def units_of_verified_owner(user_id: uuid.UUID, *, on: date, estate_id: uuid.UUID | None = None) -> list[OwnedUnit]:
    """Give the units that this account verifiably owns on a day; one statement."""
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
        .where(Building.estate_id == estate_id, _in_force(on))
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


def find_owner_of_user(user_id: uuid.UUID) -> Owner | None:
    """Give the owner that an account was linked to here, or None."""
    return db.session.scalars(select(Owner).where(Owner.user_id == user_id)).one_or_none()


def _contracts() -> AnySelect:
    return (
        select(
            ServiceContract.id,
            Estate.id,
            Estate.name,
            PropertyCompany.id,
            PropertyCompany.name,
            PropertyCompany.credit_code,
            ServiceContract.valid_from,
            ServiceContract.valid_until,
        )
        .join(Estate, Estate.id == ServiceContract.estate_id)
        .join(PropertyCompany, PropertyCompany.id == ServiceContract.company_id)
        .order_by(Estate.name, ServiceContract.valid_from.desc())
    )


def list_contracts(
    estate_id: uuid.UUID | None = None, *, ids: Collection[uuid.UUID] | None = None
) -> list[ContractLine]:
    """One row per service contract, of one estate, with these ids or all; the newest first."""
    statement = _contracts()
    if estate_id is not None:
        statement = statement.where(Estate.id == estate_id)
    if ids is not None:
        statement = statement.where(ServiceContract.id.in_(ids))
    return [ContractLine(*row) for row in db.session.execute(statement)]


def get_contract(contract_id: uuid.UUID) -> ContractLine:
    """Give a service contract of this tenant; raises NotFound."""
    row = db.session.execute(_contracts().where(ServiceContract.id == contract_id)).one_or_none()
    if row is None:
        raise NotFound
    return ContractLine(*row)
