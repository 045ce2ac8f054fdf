"""Reads of estates, buildings, firms and contracts."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.estates.models import (
    Building,
    BuildingContact,
    Estate,
    HeadDecision,
    Owner,
    Ownership,
    PropertyCompany,
    ServiceContract,
    Unit,
)
from portal.estates.rules import SPECIAL_USAGES, UnitStatus
from portal.tenancy.models import TenantOwned

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
    """One building of an estate with its counts."""

    id: uuid.UUID
    name: str
    units: int
    delivered: int
    phase: str = ""
    households: int | None = None
    persons: int | None = None
    counted_on: date | None = None
    waiting: int = 0


@dataclass(frozen=True)
class ContractLine:
    """One service contract of an estate with the firm's name; fee in ¥ per m² and month."""

    id: uuid.UUID
    estate_id: uuid.UUID
    estate_name: str
    company_id: uuid.UUID
    company_name: str
    credit_code: str
    valid_from: date
    valid_until: date | None
    fee: Decimal | None = None


def is_home_or_shop() -> ColumnElement[bool]:
    """Give the condition that a unit is lived or worked in: parking, storage and special spaces do not score."""
    return Unit.usage.not_in(SPECIAL_USAGES)


_DELIVERED = func.sum(case((and_(Unit.status == UnitStatus.DELIVERED, is_home_or_shop()), 1), else_=0))


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


def get_row(model: type[Row], row_id: uuid.UUID) -> Row:
    """Give a row of this tenant by its id; raises NotFound."""
    row = db.session.scalars(select(model).where(model.id == row_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_estate(estate_id: uuid.UUID) -> Estate:
    """Give an estate of this tenant; raises NotFound."""
    return get_row(Estate, estate_id)


def get_building(building_id: uuid.UUID) -> Building:
    """Give a building of this tenant; raises NotFound."""
    return get_row(Building, building_id)


def get_unit(unit_id: uuid.UUID) -> Unit:
    """Give a unit of this tenant; raises NotFound."""
    return get_row(Unit, unit_id)


def get_owner(owner_id: uuid.UUID) -> Owner:
    """Give an owner of this tenant; raises NotFound."""
    return get_row(Owner, owner_id)


def get_ownership(ownership_id: uuid.UUID) -> Ownership:
    """Give an ownership of this tenant; raises NotFound."""
    return get_row(Ownership, ownership_id)


def get_company(company_id: uuid.UUID) -> PropertyCompany:
    """Give a property company of this tenant; raises NotFound."""
    return get_row(PropertyCompany, company_id)


def get_service_contract(contract_id: uuid.UUID) -> ServiceContract:
    """Give a service contract as it is stored; raises NotFound."""
    return get_row(ServiceContract, contract_id)


def get_contact(contact_id: uuid.UUID) -> BuildingContact:
    """Give a contact of a building of this tenant; raises NotFound."""
    return get_row(BuildingContact, contact_id)


def get_decision(decision_id: uuid.UUID) -> HeadDecision:
    """Give a decision about two entries of owners of this tenant; raises NotFound."""
    return get_row(HeadDecision, decision_id)


def list_companies() -> list[PropertyCompany]:
    """Give the property companies of this tenant, by name."""
    return list(db.session.scalars(select(PropertyCompany).order_by(PropertyCompany.name)))


def list_buildings(estate_id: uuid.UUID, *, waiting: ColumnElement[bool] | None = None) -> list[BuildingLine]:
    """One row per building of an estate, in their order, with the units for which a condition holds; one statement."""
    held = func.coalesce(func.sum(case((waiting, 1), else_=0)), 0) if waiting is not None else literal(0)
    facts = (Building.phase, Building.households, Building.persons, Building.counted_on)
    rows = db.session.execute(
        select(Building.id, Building.name, func.count(Unit.id), func.coalesce(_DELIVERED, 0), *facts, held)
        .outerjoin(Unit, Unit.building_id == Building.id)
        .where(Building.estate_id == estate_id)
        .group_by(Building.id, Building.name, Building.position, *facts)
        .order_by(Building.position)
    )
    return [BuildingLine(*row) for row in rows]


def buildings_of(estate_id: uuid.UUID) -> Sequence[Building]:
    """Give the buildings of an estate in their order."""
    return db.session.scalars(select(Building).where(Building.estate_id == estate_id).order_by(Building.position)).all()


def count_delivered_units(estate_id: uuid.UUID) -> int:
    """Count the units handed over in an estate: the denominator of 参评率. Parking and the like do not score."""
    return db.session.execute(
        select(func.count(Unit.id))
        .join(Building, Building.id == Unit.building_id)
        .where(Building.estate_id == estate_id, Unit.status == UnitStatus.DELIVERED, is_home_or_shop())
    ).scalar_one()


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
            ServiceContract.fee_per_m2_month,
        )
        .join(Estate, Estate.id == ServiceContract.estate_id)
        .join(PropertyCompany, PropertyCompany.id == ServiceContract.company_id)
        .order_by(Estate.name, ServiceContract.valid_from.desc())
    )


def list_contracts(
    estate_id: uuid.UUID | None = None,
    *,
    ids: Collection[uuid.UUID] | None = None,
    company_id: uuid.UUID | None = None,
) -> list[ContractLine]:
    """One row per service contract, of one estate or firm, with these ids or all; the newest first."""
    statement = _contracts()
    if estate_id is not None:
        statement = statement.where(Estate.id == estate_id)
    if company_id is not None:
        statement = statement.where(PropertyCompany.id == company_id)
    if ids is not None:
        statement = statement.where(ServiceContract.id.in_(ids))
    return [ContractLine(*row) for row in db.session.execute(statement)]


def get_contract(contract_id: uuid.UUID) -> ContractLine:
    """Give a service contract of this tenant; raises NotFound."""
    row = db.session.execute(_contracts().where(ServiceContract.id == contract_id)).one_or_none()
    if row is None:
        raise NotFound
    return ContractLine(*row)
