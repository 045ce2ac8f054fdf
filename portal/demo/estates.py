"""Demo of the estates register: one invented estate of two buildings, its owners, its property company."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from portal.accounts.commands import create_user
from portal.accounts.roles import Role
from portal.core.clock import today
from portal.demo.people import PASSWORD
from portal.demo.world import World
from portal.estates import commands, queries, rules
from portal.estates.models import Building, Estate
from portal.estates.rules import UnitLine, UnitStatus

ESTATE, COMPANY = "演示小区", "演示物业服务有限公司"
CREDIT_CODE = "91520303MA6DEM0X17"
FLOORS, DOORS = 10, 3
NOT_SOLD, NOT_HANDED_OVER = ("1001", "1002", "1003"), ("0903",)  # rooms of the second building
ACCOUNTS = (("1栋", 14), ("2栋", 9))  # so many owners of each building have an account
SETTLED = timedelta(days=90)  # owners were verified so long ago
CANDIDATE, CANDIDATE_ROOM = "演示·陈静", "0302"
SINCE = date(2020, 1, 1)


def load(world: World) -> None:
    """Enter estate, buildings, units, owners and the contract; link some owners to accounts."""
    clerk = world.actor(Role.COMMUNITY_CLERK)
    estate = commands.create_estate(name=ESTATE, address="演示路1号", actor=clerk, now=world.now)
    for name in ("1栋", "2栋"):
        _building(world, estate, name)
    company = commands.find_or_create_company(name=COMPANY, credit_code=CREDIT_CODE, actor=clerk, now=world.now)
    commands.create_contract(
        estate, company=company, valid_from=date(2024, 1, 1), valid_until=None, actor=clerk, now=world.now
    )
    _owners(world, estate)


def _building(world: World, estate: Estate, name: str) -> None:
    clerk = world.actor(Role.COMMUNITY_CLERK)
    building = commands.create_building(estate, name=name, actor=clerk, now=world.now)
    rooms = [f"{floor:02d}{door:02d}" for floor in range(1, FLOORS + 1) for door in range(1, DOORS + 1)]
    kept = (*NOT_SOLD, *NOT_HANDED_OVER) if name == "2栋" else ()
    _units(world, building, [room for room in rooms if room not in kept], UnitStatus.DELIVERED)
    if kept:
        _units(world, building, list(NOT_HANDED_OVER), UnitStatus.SOLD_UNDELIVERED)
        _units(world, building, list(NOT_SOLD), UnitStatus.UNSOLD)


def _units(world: World, building: Building, rooms: list[str], status: UnitStatus) -> None:
    """Enter units; the three doors of a floor have three sizes."""
    areas = {"01": Decimal("89.50"), "02": Decimal("102.30"), "03": Decimal("118.76")}
    commands.create_units(
        building,
        lines=[UnitLine(room, areas[room[2:]]) for room in rooms],
        basis=rules.AreaBasis.REGISTERED,
        status=status,
        actor=world.actor(Role.COMMUNITY_CLERK),
        now=world.now,
    )


def _owners(world: World, estate: Estate) -> None:
    """Give each unit handed over an owner; the first of them all is the demo's own owner."""
    clerk = world.actor(Role.COMMUNITY_CLERK)
    with_account = dict(ACCOUNTS)
    number = 0
    for unit in queries.list_units(estate.id, on=today(world.now)):
        if unit.status is not UnitStatus.DELIVERED:
            continue
        number += 1
        is_candidate = (unit.building_name, unit.room) == ("2栋", CANDIDATE_ROOM)
        name = "演示业主" if number == 1 else CANDIDATE if is_candidate else f"演示业主{number:02d}"
        ownership = commands.add_owner(
            queries.get_unit(unit.id),
            owner=commands.NewOwner(name=name),
            title=commands.Title(valid_from=SINCE),
            actor=clerk,
            now=world.now - SETTLED,
        )
        if with_account[unit.building_name] > 0:
            with_account[unit.building_name] -= 1
            user_id = world.people[Role.OWNER] if number == 1 else _account(world, number, name)
            commands.verify_ownership(ownership, user_id=user_id, actor=clerk, now=world.now - SETTLED)


def _account(world: World, number: int, name: str) -> uuid.UUID:
    """Open an account for an invented owner."""
    account = create_user(
        user_name=f"yezhu{number:02d}",
        name=name,
        mobile=None,
        password=PASSWORD,
        must_change=False,
        now=world.now - SETTLED,
    )
    return account.id
