"""The roll of an estate on a day: its units, their owners and heads, S and N; now, or as the register stood then."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.personal_data import mask_name
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.queries.holdings import in_force, votes_on
from portal.estates.rules import (
    NOBODY,
    AreaBasis,
    RollTotals,
    RollUnit,
    StatusDays,
    TitleBasis,
    UnitStatus,
    UnitUsage,
    number_heads,
    roll_totals,
    status_on,
    who_votes,
)
from portal.tenancy.past import as_it_stood


@dataclass(frozen=True)
class Tables:
    """The tables of the register, or those tables as they stood."""

    estate: type[Estate] = Estate
    building: type[Building] = Building
    unit: type[Unit] = Unit
    owner: type[Owner] = Owner
    ownership: type[Ownership] = Ownership


PRESENT = Tables()


@dataclass(frozen=True)
class Roll:
    """The units of an estate as they enter the count on a day, and whether special spaces do."""

    units: tuple[RollUnit, ...]
    counts_special: bool
    estate_name: str = ""

    def totals(self) -> RollTotals:
        """Give S and N."""
        return roll_totals(self.units, counts_special=self.counts_special)


@dataclass(frozen=True)
class RollLine:
    """One unit of the printed roll: owners as they stand in the register, who votes, the head's number."""

    unit_id: uuid.UUID
    building_name: str
    room: str
    area_m2: Decimal
    area_basis: AreaBasis
    status: UnitStatus
    usage: UnitUsage
    owners: tuple[str, ...]
    representative: str | None
    titles: tuple[TitleBasis, ...]
    head: int | None  # None: not counted


def tables_at(known_at: datetime | None) -> Tables:
    """Give the tables as they stood just before a moment, or as they stand."""
    if known_at is None:
        return PRESENT
    return Tables(
        as_it_stood(Estate, known_at),
        as_it_stood(Building, known_at),
        as_it_stood(Unit, known_at),
        as_it_stood(Owner, known_at),
        as_it_stood(Ownership, known_at),
    )


def roll_known_at(on: date, today: date, *, by_today: bool) -> datetime | None:
    """Give the moment just before which the register is asked for the roll of a day; None: as it is known today.

    A day before today is shown as the register stood at its end, unless what is known today is wanted.
    """
    return None if by_today or on >= today else clock.day_start(on + timedelta(days=1))


def rolls(
    estate_ids: Collection[uuid.UUID] | None, *, on: date, known_at: datetime | None = None
) -> dict[uuid.UUID, Roll]:
    """Give the rolls of some or all estates on a day; two statements.

    Each owner counts, verified or not: the register is the roll, an account is not. Owners who were decided
    to be one count as one. `known_at`: what the register said just before that moment.
    """
    of = tables_at(known_at)
    facts: dict[uuid.UUID, tuple[bool, str]] = {}
    found: dict[uuid.UUID, list[RollUnit]] = defaultdict(list)
    owners = _heads_of_units(of, estate_ids, on)
    unit, building, estate = of.unit, of.building, of.estate
    statement = (
        select(
            estate.id,
            estate.counts_special,
            estate.name,
            unit.id,
            unit.exclusive_area_m2,
            unit.status,
            unit.sold_on,
            unit.delivered_on,
            unit.usage,
        )
        .join(building, building.estate_id == estate.id)
        .join(unit, unit.building_id == building.id)
        .order_by(building.position, building.id, unit.position, unit.id)
    )
    if estate_ids is not None:
        statement = statement.where(estate.id.in_(estate_ids))
    for estate_id, special, name, unit_id, area, status, sold, delivered, usage in db.session.execute(statement):
        facts[estate_id] = (special, name)
        then = status_on(StatusDays(status, sold, delivered), on)
        found[estate_id].append(RollUnit(str(unit_id), area, then, frozenset(owners.get(unit_id, ())), usage))
    return {estate_id: Roll(tuple(units), *facts[estate_id]) for estate_id, units in found.items()}


def _heads_of_units(of: Tables, estate_ids: Collection[uuid.UUID] | None, on: date) -> dict[uuid.UUID, set[str]]:
    ownership, owner, unit, building = of.ownership, of.owner, of.unit, of.building
    statement = (
        select(ownership.unit_id, func.coalesce(owner.head_id, owner.id))
        .join(owner, owner.id == ownership.owner_id)
        .where(in_force(on, ownership))
    )
    if estate_ids is not None:
        statement = (
            statement.join(unit, unit.id == ownership.unit_id)
            .join(building, building.id == unit.building_id)
            .where(building.estate_id.in_(estate_ids))
        )
    heads: dict[uuid.UUID, set[str]] = defaultdict(set)
    for unit_id, head_id in db.session.execute(statement):
        heads[unit_id].add(str(head_id))
    return heads


def list_roll_units(estate_id: uuid.UUID, *, on: date, known_at: datetime | None = None) -> list[RollUnit]:
    """Give every unit of an estate as it enters the count on a day; two statements."""
    roll = rolls([estate_id], on=on, known_at=known_at).get(estate_id)
    return list(roll.units) if roll else []


def get_roll_totals(estate_id: uuid.UUID, *, on: date, known_at: datetime | None = None) -> RollTotals:
    """Give S (m²) and N of an estate on a day; two statements."""
    return totals_by_estate([estate_id], on=on, known_at=known_at).get(estate_id, NOBODY)


def totals_by_estate(
    estate_ids: Collection[uuid.UUID] | None = None, *, on: date, known_at: datetime | None = None
) -> dict[uuid.UUID, RollTotals]:
    """Give S (m²) and N of some or all estates that have units; two statements, whatever their number."""
    found = rolls(estate_ids, on=on, known_at=known_at)
    return {estate_id: roll.totals() for estate_id, roll in found.items()}


def get_estate_then(estate_id: uuid.UUID, *, known_at: datetime | None) -> tuple[str, bool]:
    """Give an estate's name and whether special spaces counted, as the register stood; raises NotFound."""
    estate = tables_at(known_at).estate
    row = db.session.execute(select(estate.name, estate.counts_special).where(estate.id == estate_id)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def roll_lines(
    estate_id: uuid.UUID,
    roll: Sequence[RollUnit],
    *,
    on: date,
    known_at: datetime | None = None,
    counts_special: bool,
    part: slice = slice(None),
    masked: bool = True,
) -> list[RollLine]:
    """Give lines of the printed roll for a part of its units; two statements.

    Heads are numbered over the whole roll, so that a page has the numbers that the whole list has.
    """
    numbers = number_heads(roll, counts_special=counts_special)
    chosen = [uuid.UUID(unit.key) for unit in roll[part]]
    of = tables_at(known_at)
    owners = _owner_names(of, estate_id, chosen, on)
    unit, building = of.unit, of.building
    rows = db.session.execute(
        select(unit.id, building.name, unit.room, unit.exclusive_area_m2, unit.area_basis)
        .join(building, building.id == unit.building_id)
        .where(building.estate_id == estate_id, unit.id.in_(chosen))
    )
    facts = {row[0]: row for row in rows}
    return [_line(each, facts[uuid.UUID(each.key)], owners, numbers, masked=masked) for each in roll[part]]


def _owner_names(
    of: Tables, estate_id: uuid.UUID, unit_ids: Sequence[uuid.UUID], on: date
) -> dict[uuid.UUID, list[Any]]:
    ownership, owner, unit, building = of.ownership, of.owner, of.unit, of.building
    rows = db.session.execute(
        select(
            ownership.unit_id,
            owner.name,
            ownership.title_basis,
            owner.guardian_name,
            ownership.votes_from,
            ownership.votes_until,
        )
        .join(owner, owner.id == ownership.owner_id)
        .join(unit, unit.id == ownership.unit_id)
        .join(building, building.id == unit.building_id)
        .where(building.estate_id == estate_id, ownership.unit_id.in_(unit_ids), in_force(on, ownership))
        .order_by(owner.sort_key, owner.id)
    )
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append((row.name, row.title_basis, row.guardian_name, votes_on(row, on)))
    return found


def _line(
    unit: RollUnit, facts: Any, owners: dict[uuid.UUID, list[Any]], numbers: dict[str, int], *, masked: bool
) -> RollLine:
    held = owners.get(facts[0], [])
    names = [name for name, *_ in held]
    voter = who_votes(
        representative=next((name for name, _, _, votes in held if votes), None),
        owners=names,
        guardians={name: guardian for name, _, guardian, _ in held if guardian},
    )
    return RollLine(
        unit_id=facts[0],
        building_name=facts[1],
        room=facts[2],
        area_m2=facts[3],
        area_basis=facts[4],
        status=unit.status,
        usage=unit.usage,
        owners=tuple(_shown(names, masked=masked)),
        representative=mask_name(voter) if masked and voter else voter,
        titles=tuple(basis for _, basis, _, _ in held),
        head=numbers.get(unit.key),
    )


def _shown(names: Iterable[str], *, masked: bool) -> list[str]:
    return [mask_name(name) if masked else name for name in names]
