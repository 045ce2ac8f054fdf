"""What each community of the invented district has: how many members, which organizations. Plain Python.

The same seed gives the same names, dates, numbers and who belongs where; ids and seals differ each time.
"""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

from portal.registers.rules import OrganizationKind

FEWEST, MOST = 100, 5_000
URBAN_MEDIAN, RURAL_MEDIAN, SPREAD = 900, 350, 0.8
BRANCH_SIZE, COMMITTEE_FROM = 38, 100
MEMBERS_OF_AN_ESTATE, MOST_ESTATES = 800, 6
TERM_DAYS = 5 * 365
RETIRED_BRANCH, FLOATING_BRANCH = 1, 3  # the first branch of a community, and its third once it has three
SPREAD_OVER = timedelta(days=16 * 365)  # branches were founded over so many years
COMMITTEE_FOUNDED, FIRST_BRANCH_FOUNDED = date(2004, 7, 1), date(2005, 7, 1)
PEOPLE_OF_A_BUILDING = (0, 0, 2, 3, 4)  # groups of a branch
ENDINGS = ("居民委员会", "村民委员会")


@dataclass(frozen=True, slots=True)
class Place:
    """An organization to be; `parent` is its parent's position in the list, None for the committee."""

    name: str
    kind: OrganizationKind
    parent: int | None
    founded_on: date
    elected_on: date | None
    holds_members: bool = True
    estate: str | None = None
    building: str | None = None


Dice = random.Random


def dice_for(seed: int, code: str, part: str) -> Dice:
    """Give the dice of one part of one community."""
    return random.Random(f"{seed}:{code}:{part}")  # noqa: S311  invented people, the same each time


def count_members(dice: random.Random, *, is_urban: bool, fewest: int, most: int) -> int:
    """Give how many members a community has: log-normal about its median, within the bounds."""
    drawn = dice.lognormvariate(math.log(URBAN_MEDIAN if is_urban else RURAL_MEDIAN), SPREAD)
    return min(most, max(fewest, round(drawn)))


def short_name(name: str) -> str:
    """Give a community's name as people say it: 红梅社区居民委员会 is 红梅社区, 联合村村民委员会 is 联合村."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def count_estates(members: int) -> int:
    """Give how many estates a community has."""
    return min(MOST_ESTATES, 1 + members // MEMBERS_OF_AN_ESTATE)


def estate_name(number: int) -> str:
    """Give the name of an estate, counted from 1."""
    return f"演示第{number}小区"


def places(dice: random.Random, *, community: str, members: int, today: date) -> list[Place]:
    """Give the committee, its branches, and groups in some of them; a branch with groups holds nobody itself."""
    estates = count_estates(members)
    is_large = members >= COMMITTEE_FROM
    kind = OrganizationKind.PARTY_COMMITTEE if is_large else OrganizationKind.GENERAL_BRANCH
    name = f"{community}{'党委' if is_large else '党总支'}(演示)"
    found = [Place(name, kind, None, COMMITTEE_FOUNDED, _elected(dice, today), holds_members=False)]
    for number in range(1, max(1, round(members / BRANCH_SIZE)) + 1):
        found += _branch(dice, number, estates=estates, position=len(found), today=today)
    return found


def _branch(dice: random.Random, number: int, *, estates: int, position: int, today: date) -> list[Place]:
    """Give a branch of an estate with groups for its first buildings; two branches are of no estate."""
    kind, name = OrganizationKind.BRANCH, f"演示第{number}党支部"
    estate: str | None = estate_name(number % estates + 1)
    if number == RETIRED_BRANCH:
        name, estate = "演示离退休党支部", None
    elif number == FLOATING_BRANCH:
        kind, name, estate = OrganizationKind.JOINT_BRANCH, "演示流动党员联合党支部", None
    founded = FIRST_BRANCH_FOUNDED + dice.random() * SPREAD_OVER
    groups = dice.choice(PEOPLE_OF_A_BUILDING)
    branch = Place(name, kind, 0, founded, _elected(dice, today), holds_members=groups == 0, estate=estate)
    below = [
        Place(
            f"{name}第{group}党小组",
            OrganizationKind.GROUP,
            position,
            founded,
            None,
            estate=estate,
            building=f"{group}栋" if estate else None,
        )
        for group in range(1, groups + 1)
    ]
    return [branch, *below]


def _elected(dice: random.Random, today: date) -> date:
    """Give when a term began: it lasts five years, and here and there it is over."""
    return today - timedelta(days=dice.randrange(30, TERM_DAYS + 60))
