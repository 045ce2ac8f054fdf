"""Demo of the estates register: one invented estate, its owners, its property company."""

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
SINCE, SOLD_ON = date(2020, 1, 1), date(2025, 5, 1)
SOLD, SPELT_OTHERWISE, CO_OWNED = ("1栋", "0901"), ("1栋", "1001"), ("1栋", "0902")
CONTRACT_LEFT = timedelta(days=75)
CONTACTS = (
    (rules.ContactKind.COMMUNITY_WORKER, "演示社工", "社区居委会", "0851-28620001"),
    (rules.ContactKind.POLICE_OFFICER, "演示·郑警官", "派出所", "0851-28620002"),
    (rules.ContactKind.GRID_HEAD, "演示·吴网格", "第一网格", "0851-28620003"),
    (rules.ContactKind.PARTNER_UNIT, "演示小学", "共驻共建单位", "0851-28620004"),
)
"""Office phones, all invented."""


def load(world: World) -> None:
    """Enter estate, buildings, units, owners and the contract; link some owners to accounts."""
    clerk, then = world.actor(Role.COMMUNITY_CLERK), world.now - SETTLED
    estate = commands.create_estate(name=ESTATE, address="演示路1号", actor=clerk, now=then)
    for name in ("1栋", "2栋"):
        _building(world, estate, name)
    company = commands.find_or_create_company(name=COMPANY, credit_code=CREDIT_CODE, actor=clerk, now=then)
    commands.create_contract(
        estate,
        company=company,
        valid_from=date(2024, 1, 1),
        valid_until=today(world.now) + CONTRACT_LEFT,
        fee=Decimal("1.20"),
        actor=clerk,
        now=then,
    )
    _owners(world, estate)
    _changes(world, estate)
    _parking(world, estate)
    _contacts(world, estate)


def _changes(world: World, estate: Estate) -> None:
    """Let a unit be sold last year, one be co-owned, and one owner be entered under two spellings."""
    clerk = world.actor(Role.COMMUNITY_CLERK)
    units = {(line.building_name, line.room): line for line in queries.list_units(estate.id, on=today(world.now))}
    buyer, title = commands.NewOwner(name="演示·周平", phone="13800000031"), commands.Title(valid_from=SOLD_ON)
    commands.hand_over_unit(
        queries.get_unit(units[SOLD].id), buyer=buyer, title=title, actor=clerk, now=world.now - SETTLED / 2
    )
    commands.hand_over_unit(
        queries.get_unit(units[SPELT_OTHERWISE].id),
        buyer=commands.NewOwner(name="演示 周平", phone="13800000031"),
        title=commands.Title(valid_from=date(2022, 3, 1)),
        actor=clerk,
        now=world.now - SETTLED / 2,
    )
    (held,) = units[CO_OWNED].holdings
    alone = commands.Title(valid_from=held.valid_from, share=None, is_voting_representative=False)
    joint = queries.get_ownership(held.id)
    commands.correct_ownership(joint, title=alone, actor=clerk, now=world.now - SETTLED / 2)
    commands.add_owner(
        queries.get_unit(units[CO_OWNED].id),
        owner=commands.NewOwner(name="演示·林芳"),
        title=alone,
        actor=clerk,
        now=world.now - SETTLED / 2,
    )


def _parking(world: World, estate: Estate) -> None:
    """Enter a garage; its rules of procedure say nothing, so that it does not count."""
    clerk, then = world.actor(Role.COMMUNITY_CLERK), world.now - SETTLED
    garage = commands.create_building(estate, name="地下车库", actor=clerk, now=then)
    commands.create_units(
        garage,
        lines=[UnitLine(f"B{number:02d}", Decimal("12.50")) for number in range(1, 7)],
        basis=rules.AreaBasis.CONTRACT,
        status=UnitStatus.DELIVERED,
        usage=rules.UnitUsage.PARKING,
        actor=clerk,
        now=then,
    )


def _contacts(world: World, estate: Estate) -> None:
    """Say who looks after the buildings, and how many live there."""
    clerk, then = world.actor(Role.COMMUNITY_CLERK), world.now - SETTLED
    homes = [building for building in queries.buildings_of(estate.id) if building.name.endswith("栋")]
    for kind, name, organization, phone in CONTACTS:
        new = commands.NewContact(kind, name, SINCE, organization, phone)
        commands.set_contact(homes, new=new, actor=clerk, now=then)
    for building, head, households in zip(homes, ("演示·何姐", "演示·高叔"), (27, 24), strict=True):
        new = commands.NewContact(rules.ContactKind.BUILDING_HEAD, head, SINCE, "", "13800000041")
        commands.set_contact([building], new=new, actor=clerk, now=then)
        commands.change_building(
            building,
            name=building.name,
            phase=building.phase,
            households=households,
            persons=households * 5 // 2,
            counted_on=today(then),
            actor=clerk,
            now=then,
        )


def _building(world: World, estate: Estate, name: str) -> None:
    clerk = world.actor(Role.COMMUNITY_CLERK)
    building = commands.create_building(estate, name=name, phase="一期", actor=clerk, now=world.now - SETTLED)
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
        now=world.now - SETTLED,
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
