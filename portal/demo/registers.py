"""The demo's party organizations and members. Every person is invented: 示 in a name means 示例, example."""

import random
from datetime import date, timedelta

from portal.accounts.roles import Role
from portal.core.identity_numbers import citizen_check_character
from portal.demo.world import World
from portal.registers.commands import NewOrganization, create_member, create_organization
from portal.registers.commands.sheets import open_sheet
from portal.registers.commands.terms import NewPost, fill_post
from portal.registers.commands.units import create_unit
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyOrganization, WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.rules import ManagementClass, MemberType, OrganizationKind, PartyDate
from portal.registers.rules.sheets import SheetKind
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import OrganizationCategory
from portal.registers.rules.units import UnitNature

MEMBERS = 120
RETIRED_BORN_BEFORE = 1964
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安邦成达恩福光和吉康乐明宁平庆仁"
WORK_UNITS = ("演示中学", "演示医院", "演示区税务局", "演示供电局", "演示制造厂")
ESTATE = "演示花园"
UNITS = (
    ("演示中学", "52520303000000001C", UnitNature.INSTITUTION, "褚示教"),
    ("演示医院", "52520303000000002F", UnitNature.INSTITUTION, "卫示医"),
)
COMMITTEE = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.ORGANIZATION_MEMBER,
    PostKind.PUBLICITY_MEMBER,
    PostKind.DISCIPLINE_MEMBER,
)
CLASSES = (
    ManagementClass.IN_SERVICE,
    ManagementClass.IN_SERVICE,
    ManagementClass.IN_SERVICE,
    ManagementClass.IN_SERVICE,
    ManagementClass.FLOATING,
    ManagementClass.VULNERABLE,
)


def load(world: World) -> None:
    """Enter a committee with four branches and their groups, and 120 members."""
    actor = world.actor(Role.COMMUNITY_SECRETARY)
    places = _organizations(world)
    chance = random.Random(2026)  # noqa: S311  the same demo each time
    for serial in range(MEMBERS):
        create_member(_facts(serial, places[serial % len(places)], chance), actor=actor, now=world.now)


def _organizations(world: World) -> list[PartyOrganization]:
    """Give the branches and groups that hold members."""
    actor = world.actor(Role.COMMUNITY_SECRETARY)

    def enter(
        name: str,
        kind: OrganizationKind,
        parent: PartyOrganization | None,
        elected: date | None,
        estate: str | None = None,
        buildings: str | None = None,
    ) -> PartyOrganization:
        new = NewOrganization(
            name,
            kind,
            parent.id if parent else None,
            is_greater_committee=parent is None,
            founded_on=date(2012, 7, 1),
            elected_on=elected,
            category=OrganizationCategory.COMMUNITY,
            estate=estate,
            buildings=buildings,
        )
        return create_organization(new, actor=actor, now=world.now)

    top = enter("贵阳路社区党委(演示)", OrganizationKind.PARTY_COMMITTEE, None, date(2022, 3, 18))
    retired = enter("离退休党支部(演示)", OrganizationKind.BRANCH, top, date(2021, 11, 10))
    floating = enter("流动党员联合党支部(演示)", OrganizationKind.JOINT_BRANCH, top, date(2022, 1, 8))
    first = enter("演示花园小区党支部", OrganizationKind.BRANCH, top, date(2022, 4, 2), ESTATE)
    second = enter("演示新村小区党支部", OrganizationKind.BRANCH, top, date(2023, 5, 20), "演示新村")
    groups = [
        enter(f"演示花园{number}号楼党小组", OrganizationKind.GROUP, first, None, ESTATE, f"{number}号楼")
        for number in (1, 2, 3)
    ]
    _committees(world, top, [retired, floating, first, second], groups)
    return [retired, *groups, second, first, floating]


def _committees(
    world: World, top: PartyOrganization, branches: list[PartyOrganization], groups: list[PartyOrganization]
) -> None:
    """Enter the resident units, who holds which post, and one check that is being mended."""
    actor = world.actor(Role.COMMUNITY_SECRETARY)

    def post(organization: PartyOrganization, kind: PostKind, name: str, unit: WorkUnit | None = None) -> None:
        new = NewPost(kind, name, date(2022, 4, 2), work_unit_id=unit.id if unit else None)
        fill_post(organization.id, new, actor=actor, now=world.now)

    units = [
        create_unit(
            UnitFacts(name, credit_code=code, nature=nature, is_resident=True, head_name=head),
            actor=actor, now=world.now,
        )
        for name, code, nature, head in UNITS
    ]  # fmt: skip
    for kind, name in zip(COMMITTEE, ("钱示明", "孙示宁", "李示安", "周示平", "吴示庆"), strict=True):
        post(top, kind, name)
    post(top, PostKind.PART_TIME_DEPUTY, UNITS[0][3], units[0])
    post(top, PostKind.PART_TIME_MEMBER, UNITS[1][3], units[1])
    for number, branch in enumerate(branches):
        for kind, family in zip(COMMITTEE[:1] + COMMITTEE[2:4], ("郑", "王", "冯"), strict=True):
            post(branch, kind, f"{family}示{'安邦成达'[number]}")
    for number, group in enumerate(groups):
        post(group, PostKind.GROUP_HEAD, f"陈示{'恩福光'[number]}")
    open_sheet(
        branches[1].id, SheetKind.RECTIFICATION, checked_on=world.now.date() - timedelta(days=40),
        findings="组织生活不经常\n流动党员联系不到位", measures="每月一次线上学习\n逐人确定联系人",
        responsible="钱示明", due_on=world.now.date() + timedelta(days=20), actor=actor, now=world.now,
    )  # fmt: skip


def _facts(serial: int, place: PartyOrganization, chance: random.Random) -> MemberFacts:
    """Give an invented member; the ID number is well formed and nobody's."""
    born = date(1946, 1, 1) + timedelta(days=chance.randrange(50 * 365))
    first = f"520303{born:%Y%m%d}{serial + 300:03d}"
    joined = date(born.year + 19 + chance.randrange(8), chance.randrange(1, 13), 1)
    is_full = serial % 12 != 0
    class_ = ManagementClass.RETIRED if born.year < RETIRED_BORN_BEFORE else CLASSES[serial % len(CLASSES)]
    return MemberFacts(
        full_name=SURNAMES[serial % len(SURNAMES)] + "示" + GIVEN[serial // len(SURNAMES) % len(GIVEN)],
        id_number=first + citizen_check_character(first),
        sex_code="1" if int(first[16]) % 2 else "2",
        born_on=born,
        member_type=MemberType.FULL if is_full else MemberType.PROBATIONARY,
        joined=PartyDate(joined, by_month=True) if is_full else PartyDate(date(2026, 6, 1)),
        organization_id=place.id,
        full=PartyDate(joined.replace(year=joined.year + 1), by_month=True) if is_full else None,
        ethnic_code=("01", "01", "06", "37", "01")[serial % 5],
        education_code=("21", "31", "61", "71", "14")[serial % 5],
        management_class=class_,
        mobile=f"199000{serial:05d}",
        work_unit=WORK_UNITS[serial % len(WORK_UNITS)] if class_ is ManagementClass.IN_SERVICE else None,
        address=f"演示花园{serial % 9 + 1}号楼{serial % 3 + 1}单元",
        estate=ESTATE,
        building=f"{serial % 9 + 1}号楼",
    )
