"""Changes of estates, buildings and units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.estates import rules
from portal.estates.entries import assign, insert, locked
from portal.estates.models import Building, Estate, Unit
from portal.tenancy.scope import bulk_insert


@dataclass(frozen=True)
class UnitFacts:
    """What may be corrected about a unit: area in m² and its document, usage, how far it is sold and handed over.

    `room` None leaves its number.
    """

    area_m2: Decimal
    basis: rules.AreaBasis
    status: rules.UnitStatus
    document: str = ""
    usage: rules.UnitUsage = rules.UnitUsage.DWELLING
    sold_on: date | None = None
    delivered_on: date | None = None
    room: str | None = None


def create_estate(*, name: str, address: str, actor: Actor, now: datetime) -> Estate:
    """Enter an estate; its name is unique in the community (`estates.name_taken`)."""
    estate = Estate(id=new_id(), name=name, address=address, created_at=now, updated_at=now)
    if not insert(estate):
        raise RuleBroken("estates.name_taken", field="name", name=name)
    record(AuditTag.ESTATE_CREATE, subject=estate, actor=actor, now=now, changes={"name": [None, name]})
    return estate


def change_estate(
    estate: Estate,
    *,
    name: str,
    address: str,
    counts_special: bool,
    counts_special_source: str,
    actor: Actor,
    now: datetime,
) -> Estate:
    """Correct an estate, and say whether its rules of procedure let parking, storage and special spaces vote.

    That takes the clause that says so: RuleBroken `estates.clause_needed`. Also `estates.name_taken`.
    Source: interpretation on building ownership (2020), art. 2; Guiding Rules (2009), art. 25 (to be checked).
    """
    if counts_special and not counts_special_source:
        raise RuleBroken("estates.clause_needed", field="counts_special_source")
    taken = select(Estate.id).where(Estate.name == name, Estate.id != estate.id)
    if db.session.scalars(taken).first() is not None:
        raise RuleBroken("estates.name_taken", field="name", name=name)
    held = locked(estate)
    values: dict[str, object] = {
        "name": name,
        "address": address,
        "counts_special": counts_special,
        "counts_special_source": counts_special_source if counts_special else "",
    }
    changes = assign(held, values, now=now)
    record(AuditTag.ESTATE_UPDATE, subject=held, actor=actor, now=now, changes=changes)
    return held


def create_building(estate: Estate, *, name: str, actor: Actor, now: datetime, phase: str = "") -> Building:
    """Enter a building after the estate's others; its name is unique there (`estates.building_taken`)."""
    last = select(func.max(Building.position)).where(Building.estate_id == estate.id)
    position = (db.session.scalar(last) or 0) + 1
    building = Building(
        id=new_id(), estate_id=estate.id, name=name, phase=phase, position=position, created_at=now, updated_at=now
    )
    if not insert(building):
        raise RuleBroken("estates.building_taken", field="building_name", name=name)
    record(AuditTag.BUILDING_CREATE, subject=building, actor=actor, now=now, changes={"name": [None, name]})
    return building


def change_building(
    building: Building,
    *,
    name: str,
    phase: str,
    households: int | None,
    persons: int | None,
    counted_on: date | None,
    actor: Actor,
    now: datetime,
) -> Building:
    """Correct a building, and enter how many households and persons live there; never who.

    Raises RuleBroken `estates.building_taken`, `estates.counts_wrong`, `estates.day_ahead`.
    """
    rules.check_residents(households=households, persons=persons)
    if counted_on is not None and counted_on > clock.today(now):
        raise RuleBroken("estates.day_ahead", field="counted_on")
    taken = select(Building.id).where(
        Building.estate_id == building.estate_id, Building.name == name, Building.id != building.id
    )
    if db.session.scalars(taken).first() is not None:
        raise RuleBroken("estates.building_taken", field="building_name", name=name)
    held = locked(building)
    values: dict[str, object] = {
        "name": name,
        "phase": phase,
        "households": households,
        "persons": persons,
        "counted_on": counted_on,
    }
    changes = assign(held, values, now=now)
    record(AuditTag.BUILDING_CHANGE, subject=held, actor=actor, now=now, changes=changes)
    return held


def create_units(
    building: Building,
    *,
    lines: Sequence[rules.UnitLine],
    basis: rules.AreaBasis,
    status: rules.UnitStatus,
    actor: Actor,
    now: datetime,
    usage: rules.UnitUsage = rules.UnitUsage.DWELLING,
) -> int:
    """Enter units of a building and give how many; a room that is there already refuses them all."""
    present = select(Unit.room, Unit.position).where(Unit.building_id == building.id)
    rooms: dict[str, int] = {row.room: row.position for row in db.session.execute(present)}
    taken = next((line.room for line in lines if line.room in rooms), None)
    if taken is not None:
        raise RuleBroken("estates.room_taken", field="lines", room=taken)
    for line in lines:
        rules.check_area(line.area_m2)
    start = max(rooms.values(), default=0) + 1
    bulk_insert(
        Unit,
        [
            {
                "id": new_id(),
                "building_id": building.id,
                "room": line.room,
                "position": position,
                "exclusive_area_m2": line.area_m2,
                "area_basis": basis,
                "area_document": "",
                "status": status,
                "usage": usage,
                "created_at": now,
                "updated_at": now,
            }
            for position, line in enumerate(lines, start=start)
        ],
    )
    record(
        AuditTag.UNITS_CREATE,
        subject=building,
        actor=actor,
        now=now,
        changes={"units": [len(rooms), len(rooms) + len(lines)]},
    )
    return len(lines)


def change_unit(unit: Unit, *, facts: UnitFacts, actor: Actor, now: datetime) -> Unit:
    """Correct a unit, or enter its sale or handover; rounds that are over keep the roll they ended with.

    Under another number it is the same unit: ownerships and ballots stay with it. Raises RuleBroken
    `estates.area_wrong`, `estates.room_there` (field `room`) and the codes of check_status_days().
    """
    rules.check_area(facts.area_m2)
    days = rules.StatusDays(facts.status, facts.sold_on, facts.delivered_on)
    rules.check_status_days(days, today=clock.today(now))
    held = locked(unit)
    room = _free_room(held, facts.room)
    values: dict[str, object] = {
        "room": room,
        "exclusive_area_m2": facts.area_m2,
        "area_basis": facts.basis,
        "area_document": facts.document,
        "status": facts.status,
        "sold_on": facts.sold_on,
        "delivered_on": facts.delivered_on,
        "usage": facts.usage,
    }
    changes = assign(held, values, now=now)
    record(AuditTag.UNIT_CHANGE, subject=held, actor=actor, now=now, changes=changes)
    return held


def _free_room(unit: Unit, room: str | None) -> str:
    """Give a unit's number as it shall be, which no other unit of its building has."""
    if room is None or room == unit.room:
        return unit.room
    taken = select(Unit.id).where(Unit.building_id == unit.building_id, Unit.room == room, Unit.id != unit.id)
    if db.session.scalars(taken).first() is not None:
        raise RuleBroken("estates.room_there", field="room", room=room)
    return room
