"""Writes judged rows: new estates, buildings, units, owners and ownerships in bulk, changes to rows one by one."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.kinds import Judgement, Row, Source
from portal.estates.entries import assign, name_columns, sealed_columns
from portal.estates.importing.facts import OwnerFacts, building_key
from portal.estates.importing.judging import Plan
from portal.estates.importing.register import load_register, number_index
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.rules import AreaBasis, TitleBasis, UnitStatus, UnitUsage
from portal.tenancy.past import Kept
from portal.tenancy.scope import bulk_insert

UNIT_COLUMNS = {"area": "exclusive_area_m2", "basis": "area_basis"}
MEANT = {
    "area_basis": AreaBasis.REGISTERED,
    "area_document": "",
    "status": UnitStatus.DELIVERED,
    "usage": UnitUsage.DWELLING,
}
"""What a roster means where it says nothing. A unit without an owner becomes a task."""


def write_rows(rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
    """Write rows whose verdict is NEW or CHANGED; a fixed number of statements besides the changed rows' own."""
    plans = [(row.number, judgement.facts) for row, judgement in rows]
    writer = _Writer(source, dict(plans))
    writer.enter_places()
    writer.enter_owners()
    writer.change()


@dataclass
class _Writer:
    source: Source
    plans: dict[int, Plan]
    estates: list[dict[str, Any]] = field(default_factory=list)
    buildings: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    unit_ids: dict[int, uuid.UUID] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.today(self.source.now)

    def _new(self, number: int) -> dict[str, Any]:
        """Give what every new row begins with."""
        now = self.source.now
        return {
            "id": new_id(),
            "source_batch_id": self.source.batch_id,
            "source_row": number,
            "created_at": now,
            "updated_at": now,
        }

    def enter_places(self) -> None:
        """Enter estates, buildings and units that are not there."""
        wanted = {number: plan for number, plan in self.plans.items() if plan.unit is None}
        register = load_register([plan.facts for plan in wanted.values()], today=self.today)
        estates = {key: found[0] for key, found in register.estates.items()}
        buildings = {place: found[0] for place, found in register.buildings.items()}
        for number, plan in wanted.items():
            if plan.estate not in estates:
                line = {**self._new(number), "name": plan.facts.estate, "address": "", "counts_special": False}
                self.estates.append({**line, "counts_special_source": ""})
                estates[plan.estate] = line["id"]
            place = (plan.estate, building_key(plan.facts.building))
            if place not in buildings:
                self._building(number, plan, estates[plan.estate])
                buildings[place] = self.buildings[-1]["id"]
        self._place_buildings()
        self._units(wanted, buildings)
        for model, lines in ((Estate, self.estates), (Building, self.buildings), (Unit, self.units)):
            bulk_insert(model, lines)

    def _building(self, number: int, plan: Plan, estate_id: uuid.UUID) -> None:
        facts = {"estate_id": estate_id, "name": plan.facts.building, "phase": plan.facts.phase, "position": 0}
        self.buildings.append({**self._new(number), **facts})

    def _place_buildings(self) -> None:
        """Put new buildings after those of their estate, in the order of the file."""
        statement = select(Building.estate_id, func.max(Building.position)).group_by(Building.estate_id)
        last: dict[uuid.UUID, int] = defaultdict(int, {row[0]: row[1] for row in db.session.execute(statement)})
        for line in self.buildings:
            last[line["estate_id"]] += 1
            line["position"] = last[line["estate_id"]]

    def _units(self, wanted: dict[int, Plan], buildings: dict[tuple[str, str], uuid.UUID]) -> None:
        ids = [buildings[(plan.estate, building_key(plan.facts.building))] for plan in wanted.values()]
        statement = select(Unit.building_id, func.max(Unit.position)).where(Unit.building_id.in_(set(ids)))
        rows = db.session.execute(statement.group_by(Unit.building_id))
        last: dict[uuid.UUID, int] = defaultdict(int, {row[0]: row[1] for row in rows})
        made: dict[tuple[uuid.UUID, str], dict[str, Any]] = {}
        for (number, plan), building_id in zip(wanted.items(), ids, strict=True):
            line = made.get((building_id, plan.facts.room))
            if line is None:
                last[building_id] += 1
                line = {**self._new(number), "building_id": building_id, "position": last[building_id]}
                made[(building_id, plan.facts.room)] = line
            _say(line, plan)
            self.unit_ids[number] = line["id"]
        self.units = [
            {**line, **{column: value for column, value in MEANT.items() if line.get(column) is None}}
            for line in made.values()
        ]

    def enter_owners(self) -> None:
        """Enter owners who are not there, known ones by their number, and what each owns."""
        known = self._known_numbers()
        owners: list[dict[str, Any]] = []
        ownerships: list[dict[str, Any]] = []
        held: set[tuple[uuid.UUID, uuid.UUID, date]] = set()
        for number, plan in self.plans.items():
            unit_id = plan.unit.id if plan.unit is not None else self.unit_ids[number]
            for owner in plan.new_owners:
                index = number_index(owner)
                owner_id = known.get(index) if index is not None else None
                if owner_id is None:
                    owners.append(self._owner(number, owner))
                    owner_id = owners[-1]["id"]
                    if index is not None:
                        known[index] = owner_id
                line = self._ownership(number, plan, owner, unit_id=unit_id, owner_id=owner_id)
                key = (unit_id, owner_id, line["valid_from"])
                if key not in held:
                    held.add(key)
                    ownerships.append(line)
        bulk_insert(Owner, owners)
        bulk_insert(Ownership, ownerships)

    def _known_numbers(self) -> dict[bytes, uuid.UUID]:
        found = (number_index(owner) for plan in self.plans.values() for owner in plan.new_owners)
        indexes = {index for index in found if index is not None}
        statement = select(Owner.id_number_index, Owner.id).where(Owner.id_number_index.in_(indexes))
        known: dict[bytes, uuid.UUID] = {}
        for index, owner_id in db.session.execute(statement.order_by(Owner.created_at, Owner.id)):
            known.setdefault(bytes(index or b""), owner_id)
        return known

    def _owner(self, number: int, owner: OwnerFacts) -> dict[str, Any]:
        line = {**self._new(number), "kind": owner.kind, "guardian_name": "", **name_columns(owner.name)}
        for column, text in (("id_number", owner.number), ("phone", owner.phone)):
            line |= sealed_columns(line["id"], column, text)
        return line

    def _ownership(
        self, number: int, plan: Plan, owner: OwnerFacts, *, unit_id: uuid.UUID, owner_id: uuid.UUID
    ) -> dict[str, Any]:
        valid_from = owner.since or plan.facts.delivered_on or self.today
        return {
            **self._new(number),
            "unit_id": unit_id,
            "owner_id": owner_id,
            "valid_from": valid_from,
            "title_basis": owner.title or TitleBasis.REGISTERED,
            "document": owner.document,
            "share": owner.share,
            "votes_from": valid_from if owner.votes else None,
        }

    def change(self) -> None:
        """Set what rows say of units and owners who are there; end what was sold."""
        units = _rows(Unit, (plan.unit.id for plan in self.plans.values() if plan.unit and plan.unit_changes))
        completed = [held for plan in self.plans.values() for held, _ in plan.completed]
        ended = [held for plan in self.plans.values() for held in plan.ended]
        ownerships = _rows(Ownership, (held.id for held in [*completed, *ended]))
        owners = _rows(Owner, (held.owner.id for held in completed))
        for number, plan in self.plans.items():
            if plan.unit is not None and plan.unit_changes:
                columns = {UNIT_COLUMNS.get(fact, fact): value for fact, value in plan.unit_changes.items()}
                self._assign(units[plan.unit.id], columns, number)
            for held, owner in plan.completed:
                self._complete(owners[held.owner.id], ownerships[held.id], owner, number)
            self._end(plan, ownerships, number)

    def _complete(self, person: Owner, held: Ownership, owner: OwnerFacts, number: int) -> None:
        columns: dict[str, Any] = {}
        for column, text in (("id_number", owner.number), ("phone", owner.phone)):
            fresh = sealed_columns(person.id, column, text) if text else {}
            if fresh and fresh[f"{column}_index"] != getattr(person, f"{column}_index"):
                columns |= fresh
        self._assign(person, columns, number)
        said = {"share": owner.share, "title_basis": owner.title, "document": owner.document or None}
        values: dict[str, Any] = {column: value for column, value in said.items() if value is not None}
        if owner.votes and (held.votes_from is None or held.votes_until is not None):
            values |= {"votes_from": max(owner.since or self.today, held.valid_from), "votes_until": None}
        self._assign(held, values, number)

    def _end(self, plan: Plan, ownerships: dict[uuid.UUID, Ownership], number: int) -> None:
        day = min((owner.since for owner in plan.new_owners if owner.since), default=None)
        for held in plan.ended:
            row = ownerships[held.id]
            values: dict[str, Any] = {"valid_until": day}
            if row.votes_from is not None and row.votes_until is None:
                values["votes_until"] = day
            self._assign(row, values, number)

    def _assign(self, row: Kept, values: dict[str, Any], number: int) -> None:
        if assign(row, values, now=self.source.now):
            row.source_batch_id, row.source_row = self.source.batch_id, number


def _say(line: dict[str, Any], plan: Plan) -> None:
    """Let each row of a unit add what it says; the first word counts."""
    facts = plan.facts
    said = {
        "room": facts.room,
        "exclusive_area_m2": facts.area,
        "area_basis": facts.basis,
        "status": facts.status,
        "delivered_on": facts.delivered_on,
        "usage": facts.usage,
    }
    for column, value in said.items():
        if line.get(column) is None:
            line[column] = value


def _rows(model: type[Any], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    wanted = set(ids)
    if not wanted:
        return {}
    found = db.session.scalars(select(model).where(model.id.in_(wanted)).with_for_update())
    return {row.id: row for row in found}
