"""The estates of an invented community: buildings, units, owners and the firm that manages them."""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.core.clock import today
from portal.core.ids import new_id
from portal.core.names import search_key, sort_key
from portal.demo.district.people import GIVEN, SURNAMES
from portal.demo.district.plan import count_estates, estate_name
from portal.estates.models import Building, Estate, Owner, Ownership, PropertyCompany, ServiceContract, Unit
from portal.estates.rules import SHARE_WHOLE, AreaBasis, OwnerKind, TitleBasis, UnitStatus, UnitUsage
from portal.estates.rules.names import name_key, sound_key
from portal.tenancy.scope import bulk_insert

COMPANY, CREDIT_CODE = "演示物业服务有限公司", "91520303MA6DEM0X17"
AREAS = (Decimal("62.40"), Decimal("89.50"), Decimal("102.30"), Decimal("118.76"))
UNSOLD, UNDELIVERED, FIXED_TERM = 0.01, 0.02, 0.5  # how many units, and contracts with an end
SOLD_AGAIN = 0.12  # of the units have had an owner before the present one
ENTERED = timedelta(days=2 * 365)
FIRST_SALE = date(2012, 1, 1)


def fill_estates(dice: random.Random, *, members: int, now: datetime) -> int:
    """Write the estates of the community in force; gives the number of units."""
    company_id = new_id()
    firm = {"id": company_id, "name": COMPANY, "credit_code": CREDIT_CODE, **_entered(now)}
    bulk_insert(PropertyCompany, [firm])
    units = 0
    for number in range(1, count_estates(members) + 1):
        estate_id = new_id()
        row = {"id": estate_id, "name": estate_name(number), "address": f"演示路{number}号", **_entered(now)}
        bulk_insert(Estate, [row])
        bulk_insert(ServiceContract, [_contract(dice, estate_id, company_id, now)])
        units += _fill_buildings(dice, estate_id, now)
    return units


def _contract(dice: random.Random, estate_id: uuid.UUID, company_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    begun = date(2020 + dice.randrange(5), 1, 1)
    return {
        "id": new_id(),
        "estate_id": estate_id,
        "company_id": company_id,
        "valid_from": begun,
        "valid_until": date(begun.year + 5, 1, 1) if dice.random() < FIXED_TERM else None,
        **_entered(now),
    }


def _fill_buildings(dice: random.Random, estate_id: uuid.UUID, now: datetime) -> int:
    count = dice.randrange(3, 9)
    buildings = [
        {"id": new_id(), "estate_id": estate_id, "name": f"{place}栋", "position": place, **_entered(now)}
        for place in range(1, count + 1)
    ]
    units = [unit for building in buildings for unit in _units(dice, building["id"], now)]
    sold = [unit for unit in units if unit["status"] is not UnitStatus.UNSOLD]
    owners, holdings = _owners(dice, sold, now)
    for model, rows in ((Building, buildings), (Unit, units), (Owner, owners), (Ownership, holdings)):
        bulk_insert(model, rows)
    return len(units)


def _units(dice: random.Random, building_id: Any, now: datetime) -> Iterator[dict[str, Any]]:
    floors, doors = dice.choice((6, 7, 11, 18, 26)), dice.choice((2, 3, 4))
    for place in range(floors * doors):
        floor, door = divmod(place, doors)
        rare = dice.random()
        status = (
            UnitStatus.UNSOLD if rare < UNSOLD else UnitStatus.SOLD_UNDELIVERED if rare < UNSOLD + UNDELIVERED else None
        )
        yield {
            "id": new_id(),
            "building_id": building_id,
            "room": f"{floor + 1:02d}{door + 1:02d}",
            "position": place + 1,
            "exclusive_area_m2": AREAS[door % len(AREAS)],
            "area_basis": AreaBasis.REGISTERED,
            "status": status or UnitStatus.DELIVERED,
            "usage": UnitUsage.DWELLING,
            **_entered(now),
        }


def _owners(
    dice: random.Random, units: list[dict[str, Any]], now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give owners and what they hold; some units changed hands once, so that last year's list differs."""
    owners: list[dict[str, Any]] = []
    holdings: list[dict[str, Any]] = []
    for unit in units:
        since, until = FIRST_SALE + timedelta(days=dice.randrange(8 * 365)), None
        if dice.random() < SOLD_AGAIN:
            until = since + timedelta(days=dice.randrange(200, max(201, (today(now) - since).days)))
        for first, last in ((since, until), (until, None)) if until else ((since, None),):
            owners.append(_owner(dice, now))
            holdings.append(_holding(unit["id"], owners[-1]["id"], (first, last), now))
    return owners, holdings


def _owner(dice: random.Random, now: datetime) -> dict[str, Any]:
    name = dice.choice(SURNAMES) + "示" + "".join(dice.choices(GIVEN, k=2))
    return {
        "id": new_id(),
        "kind": OwnerKind.PERSON,
        "name": name,
        "name_key": name_key(name),
        "sound_key": sound_key(name),
        "search_key": search_key(name_key(name)),
        "sort_key": sort_key(name),
        **_entered(now),
    }


def _holding(unit_id: Any, owner_id: Any, days: tuple[date, date | None], now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "unit_id": unit_id,
        "owner_id": owner_id,
        "valid_from": days[0],
        "valid_until": days[1],
        "title_basis": TitleBasis.REGISTERED,
        "share": SHARE_WHOLE,
        **_entered(now),
    }


def _entered(now: datetime) -> dict[str, Any]:
    """Give since when a row stands as it stands: the estates were entered two years ago."""
    return {"created_at": now - ENTERED, "updated_at": now - ENTERED}
