"""Reads of units across estates: the list with its filters and its search."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from portal.core.db import db
from portal.estates.models import Building, Estate, Unit
from portal.estates.queries.cards import Lack, lacks
from portal.estates.queries.holdings import Holding, holdings_of
from portal.estates.queries.places import AnySelect
from portal.estates.rules import UnitStatus, UnitUsage


@dataclass(frozen=True)
class UnitFilter:
    """What the list of units is narrowed to. `search`: estate, building, room, or several of them."""

    estate_id: uuid.UUID | None = None
    status: UnitStatus | None = None
    usage: UnitUsage | None = None
    lack: Lack | None = None
    search: str = ""


@dataclass(frozen=True)
class UnitRow:
    """One unit in the list with those who own it on a day."""

    id: uuid.UUID
    estate_name: str
    building_name: str
    room: str
    area_m2: Decimal
    status: UnitStatus
    usage: UnitUsage
    holdings: tuple[Holding, ...]

    @property
    def owners(self) -> list[str]:
        """Give who owns it."""
        return [held.owner_name for held in self.holdings]

    @property
    def voter(self) -> str:
        """Give who votes for it."""
        return next((held.owner_name for held in self.holdings if held.is_voting_representative), "")


@dataclass
class UnitCounts:
    """How many units there are, by whatever the list can be narrowed to."""

    total: int = 0
    by_status: Counter[UnitStatus] = field(default_factory=Counter)
    by_usage: Counter[UnitUsage] = field(default_factory=Counter)
    by_estate: list[tuple[uuid.UUID, str, int]] = field(default_factory=list)


def count_units() -> UnitCounts:
    """Count the units by state, use and estate; one statement."""
    keys = (Estate.id, Estate.name, Unit.status, Unit.usage)
    found = db.session.execute(_joined(select(*keys, func.count(Unit.id))).group_by(*keys))
    counts, estates = UnitCounts(), Counter[tuple[uuid.UUID, str]]()
    for estate_id, name, status, usage, number in found:
        counts.total += number
        counts.by_status[status] += number
        counts.by_usage[usage] += number
        estates[estate_id, name] += number
    ordered = sorted(estates.items(), key=lambda item: item[0][1])
    counts.by_estate = [(estate_id, name, number) for (estate_id, name), number in ordered]
    return counts


def count_found(wanted: UnitFilter, *, on: date) -> int:
    """Count the units of a filter."""
    statement = _joined(select(func.count(Unit.id))).where(*_conditions(wanted, on))
    return db.session.scalar(statement) or 0


def find_units(wanted: UnitFilter, *, on: date, limit: int, offset: int = 0) -> list[UnitRow]:
    """Give units by estate and building, in their order, with their owners of a day; two statements."""
    columns = (
        Unit.id,
        Estate.name,
        Building.name,
        Unit.room,
        Unit.exclusive_area_m2,
        Unit.status,
        Unit.usage,
    )
    statement = _joined(select(*columns)).where(*_conditions(wanted, on))
    ordered = statement.order_by(Estate.name, Building.position, Building.id, Unit.position, Unit.id)
    rows: Sequence[tuple[uuid.UUID, str, str, str, Decimal, UnitStatus, UnitUsage]]
    rows = [tuple(row) for row in db.session.execute(ordered.limit(limit).offset(offset))]
    held = holdings_of([row[0] for row in rows], on=on)
    return [UnitRow(*row, tuple(held.get(row[0], ()))) for row in rows]


def _joined(statement: AnySelect) -> AnySelect:
    return statement.join(Building, Building.id == Unit.building_id).join(Estate, Estate.id == Building.estate_id)


def _conditions(wanted: UnitFilter, on: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.estate_id is not None:
        conditions.append(Estate.id == wanted.estate_id)
    if wanted.status is not None:
        conditions.append(Unit.status == wanted.status)
    if wanted.usage is not None:
        conditions.append(Unit.usage == wanted.usage)
    if wanted.lack is not None:
        conditions.append(lacks(wanted.lack, on))
    place = func.lower(Estate.name + Building.name + Unit.room)
    conditions += [place.contains(word.lower(), autoescape=True) for word in wanted.search.split()]
    return conditions
