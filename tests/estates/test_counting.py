"""S and N out of the database against a second counter that was written without looking at the first."""

import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.db import db
from portal.core.ids import new_id
from portal.estates import queries, rules
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.tenancy.scope import bulk_insert, scope_of, transaction
from tests.makers import NOW

EXAMPLES, AT_ONCE = int(os.environ.get("LINLI_EXAMPLES", "4000")), 500  # 10,000 on request: the suite is long
DAY = date(2024, 7, 1)
KEPT = {"created_at": NOW, "updated_at": NOW}


@dataclass
class Flat:
    """A unit as a person with a pencil sees it; days are counted from DAY."""

    cents: int
    status: str
    delivered: int | None
    usage: str
    spells: list[tuple[int, int, int | None]]  # who, from, until


@dataclass
class Village:
    """An estate with its people; `same` are pairs of people who were said to be one."""

    flats: list[Flat]
    same: list[tuple[int, int]]
    special: bool
    id: uuid.UUID = field(default_factory=new_id)


PEOPLE = 5
STATUSES = ["UNSOLD", "SOLD_UNDELIVERED", "DELIVERED", "DELIVERED", "DELIVERED"]
USAGES = ["DWELLING", "DWELLING", "SHOP", "PARKING", "STORAGE"]


class Digits:
    """Takes one number apart into small ones: drawing one is much quicker than drawing many."""

    def __init__(self, number: int) -> None:
        self.left = number

    def below(self, end: int) -> int:
        self.left, digit = divmod(self.left, end)
        return digit

    def day(self) -> int:
        return self.below(7) - 3


def flat_of(number: int) -> Flat:
    digits = Digits(number)
    status, usage = STATUSES[digits.below(5)], USAGES[digits.below(5)]
    delivered = digits.day() if digits.below(2) else None
    spells = []
    first, others = digits.below(PEOPLE), digits.below(3)
    for who in range(first, first + others):
        begun = digits.day()
        spells.append((who % PEOPLE, begun, begun + 1 + digits.below(5) if digits.below(2) else None))
    return Flat(digits.below(9_999_999) + 1, status, delivered, usage, spells)


def village_of(drawn: tuple[list[int], int]) -> Village:
    digits = Digits(drawn[1])
    special, pairs = bool(digits.below(2)), digits.below(3)
    same = [(digits.below(PEOPLE), digits.below(PEOPLE)) for _ in range(pairs)]
    return Village([flat_of(number) for number in drawn[0]], same, special)


villages = st.tuples(st.lists(st.integers(0, 2**64), max_size=8), st.integers(0, 2**24)).map(village_of)


def count_with_a_pencil(village: Village) -> tuple[int, int]:
    """Area in cents of a m² and heads on DAY, by walking through the flats and ticking people off."""
    faces = faces_of(village)
    cents, heads, developer_ticked = 0, 0, False
    ticked: list[str] = []
    for flat in village.flats:
        if flat.usage in ("PARKING", "STORAGE") and not village.special:
            continue
        cents += flat.cents
        there = sorted({faces[who] for who, begun, ended in flat.spells if begun <= 0 and (ended is None or ended > 0)})
        if flat.status != "DELIVERED" or (flat.delivered is not None and flat.delivered > 0):
            heads += 0 if developer_ticked else 1
            developer_ticked = True
        elif not there:
            heads += 1
        elif (line := "+".join(map(str, there))) not in ticked:
            ticked.append(line)
            heads += 1
    return cents, heads


def faces_of(village: Village) -> list[int]:
    """Give everybody a face; who was said to be one with somebody, through others too, wears the same."""
    faces = list(range(PEOPLE))
    for a, b in village.same:
        old, new = faces[a], faces[b]
        faces = [new if face == old else face for face in faces]
    return faces


def enter(batch: list[Village]) -> None:
    """Write estates with everything they have, in five statements."""
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in (Estate, Building, Unit, Owner, Ownership)}
    for village in batch:
        name = village.id.hex
        estate = {"id": village.id, "name": name, "address": "", "counts_special": village.special}
        rows[Estate].append({**estate, "counts_special_source": "", **KEPT})
        building = new_id()
        rows[Building].append(
            {"id": building, "estate_id": village.id, "name": "1", "position": 1, "phase": "", **KEPT}
        )
        people = sorted(new_id() for _ in range(PEOPLE))
        heads = rules.heads_of((people[a], people[b]) for a, b in village.same)
        there = {who for flat in village.flats for who, _begun, _ended in flat.spells}
        rows[Owner] += [_owner(people[who], heads.get(people[who])) for who in there]
        for place, flat in enumerate(village.flats):
            unit = new_id()
            rows[Unit].append(_unit(unit, building, place, flat))
            rows[Ownership] += [_ownership(unit, people[who], begun, ended) for who, begun, ended in flat.spells]
    for model, lines in rows.items():
        bulk_insert(model, lines)


def _owner(person: uuid.UUID, head: uuid.UUID | None) -> dict[str, Any]:
    keys = dict.fromkeys(("name", "name_key", "sound_key", "search_key", "sort_key"), "某人")
    return {"id": person, "kind": rules.OwnerKind.PERSON, "guardian_name": "", "head_id": head, **keys, **KEPT}


def _unit(unit: uuid.UUID, building: uuid.UUID, place: int, flat: Flat) -> dict[str, Any]:
    return {
        "id": unit,
        "building_id": building,
        "room": str(place),
        "position": place,
        "exclusive_area_m2": Decimal(flat.cents) / 100,
        "area_basis": rules.AreaBasis.REGISTERED,
        "area_document": "",
        "status": rules.UnitStatus(flat.status),
        "delivered_on": None if flat.delivered is None else DAY + timedelta(days=flat.delivered),
        "usage": rules.UnitUsage(flat.usage),
        **KEPT,
    }


def _ownership(unit: uuid.UUID, person: uuid.UUID, begun: int, ended: int | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "unit_id": unit,
        "owner_id": person,
        "valid_from": DAY + timedelta(days=begun),
        "valid_until": None if ended is None else DAY + timedelta(days=ended),
        "title_basis": rules.TitleBasis.REGISTERED,
        "document": "",
        **KEPT,
    }


@dataclass
class Tally:
    """What was counted, and how long that took."""

    examples: int = 0
    flats: int = 0
    batches: int = 0
    seconds: float = 0.0


def check(waiting: list[Village], tally: Tally) -> None:
    """Write a batch of estates, count each twice, and forget them."""
    begun = time.perf_counter()
    enter(waiting)
    ids = [village.id for village in waiting]
    told = [queries.totals_by_estate(ids, on=DAY)]
    if tally.batches % 4 == 0:
        told.append(queries.totals_by_estate(ids, on=DAY, known_at=NOW + timedelta(days=1)))
    for village in waiting:
        cents, heads = count_with_a_pencil(village)
        for totals in told:
            total = totals.get(village.id, rules.NOBODY)
            assert (total.area_m2, total.heads) == (Decimal(cents) / 100, heads), village
    db.session.rollback()
    tally.batches += 1
    tally.seconds += time.perf_counter() - begun


@pytest.mark.slow
def test_the_database_counts_like_a_person_with_a_pencil(portal: Any) -> None:
    """10,000 generated estates on each engine: now, and every fourth batch as the register stood a day later."""
    waiting: list[Village] = []
    tally = Tally()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(villages)
    def collect(village: Village) -> None:
        waiting.append(village)
        tally.examples += 1
        tally.flats += len(village.flats)
        if len(waiting) == AT_ONCE:
            check(waiting, tally)
            waiting.clear()

    begun = time.perf_counter()
    with transaction(scope_of(portal.here)):
        collect()
        check(waiting, tally)
    print(
        f"\nS and N on {portal.engine}: {tally.examples} generated estates with {tally.flats} units counted twice, "
        f"{time.perf_counter() - begun:.0f} s, of these {tally.seconds:.0f} s in the database"
    )
    assert tally.examples >= EXAMPLES
    assert tally.flats > EXAMPLES
