"""The members of an invented community, with what changed for them over the years. Plain Python."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.core.identity_numbers import citizen_check_character
from portal.demo.district.plan import Place, count_estates, estate_name
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, add_months

REGION = "520399"
"""No county: under 5203 the numbers 02 to 04, 21 to 30, 81 and 82 are given (GB/T 2260)."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "安邦成达恩福光和吉康乐明宁平庆仁顺泰文祥兴永友志忠伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞刚桂英华玉兰建国春梅"
WORK_UNITS = (
    "演示中学",
    "演示医院",
    "演示区税务局",
    "演示供电局",
    "演示制造厂",
    "演示公交公司",
    "演示设计院",
    "演示银行",
)
ETHNIC = ("01", "01", "01", "01", "03", "06", "17", "37")
EDUCATIONS = ("11", "14", "21", "21", "31", "31", "47", "61", "71", "81")
REGISTER_YEARS = 5  # so long ago the register was begun
RETIRES_AT, FRAIL_AT = 60, 72
YOUNGEST, OLDEST, USUAL = 20.5, 92.0, 54.0
MOVES, LEAVES, FLOATS, FRAIL, HAS_MOBILE, FROM_THE_BEGINNING = 0.10, 0.03, 0.12, 0.5, 0.9, 0.8
FIRST_TWICE, TWICE = 7, 0.003  # the eighth member of each community was entered twice, and few others
BUILDINGS = 3  # every estate has at least so many
GONE = (MemberStatus.TRANSFERRED, MemberStatus.DECEASED)
DAYS = 365.25


@dataclass(frozen=True, slots=True)
class State:
    """What of a member changed over the years; `place` is a position in the list of organizations."""

    place: int
    member_type: MemberType
    full_on: date | None
    management_class: ManagementClass
    status: MemberStatus = MemberStatus.NORMAL


@dataclass(frozen=True, slots=True)
class Person:
    """A member to be. `states` go from the first to the present one, each with the day since when it holds."""

    name: str
    id_number: str
    sex_code: str
    born_on: date
    joined_on: date
    joined_by_month: bool
    ethnic_code: str
    education_code: str
    mobile: str | None
    work_unit: str | None
    address: str
    estate: str
    building: str
    states: list[tuple[date, State]]


def people(dice: random.Random, *, members: int, organizations: list[Place], today: date) -> Iterator[Person]:
    """Give the members of a community, each in a branch or a group; here and there somebody was entered twice."""
    homes = [position for position, each in enumerate(organizations) if each.holds_members]
    taken: set[str] = set()
    person = None
    for serial in range(members):
        if person and (serial == FIRST_TWICE or dice.random() < TWICE):
            person = replace(person, id_number=_id_number(dice, person.born_on, taken, person.sex_code), work_unit=None)
        else:
            born = today - timedelta(days=dice.triangular(YOUNGEST, OLDEST, USUAL) * DAYS)
            number = _id_number(dice, born, taken)
            person = _person(dice, number, serial, homes, estates=count_estates(members), today=today)
        yield person


def _id_number(dice: random.Random, born: date, taken: set[str], sex_code: str = "") -> str:
    """Give a number that nobody here has yet, of a man or a woman where that is known (odd: a man)."""
    while True:
        first = f"{REGION}{born:%Y%m%d}{dice.randrange(1000):03d}"
        if first not in taken and sex_code in {"", sex_of(first)}:
            taken.add(first)
            return first + citizen_check_character(first)


def sex_of(number: str) -> str:
    """Give the sex code that stands in an ID number. Source: GB 11643."""
    return "1" if int(number[16]) % 2 else "2"


def _person(dice: random.Random, number: str, serial: int, homes: list[int], *, estates: int, today: date) -> Person:
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    joined = min(date(born.year + 19 + dice.randrange(12), dice.randrange(1, 13), 1), today - timedelta(days=40))
    states = _states(dice, born, joined, homes, today)
    estate, building = dice.randrange(1, estates + 1), dice.randrange(1, BUILDINGS + 1)
    is_working = states[-1][1].management_class is ManagementClass.IN_SERVICE
    return Person(
        name=dice.choice(SURNAMES) + "示" + "".join(dice.choices(GIVEN, k=dice.choice((1, 1, 2)))),
        id_number=number,
        sex_code=sex_of(number),
        born_on=born,
        joined_on=joined,
        joined_by_month=joined.day == 1,
        ethnic_code=dice.choice(ETHNIC),
        education_code=dice.choice(EDUCATIONS),
        mobile=f"199000{serial:05d}" if dice.random() < HAS_MOBILE else None,
        work_unit=dice.choice(WORK_UNITS) if is_working else None,
        address=f"演示路{estate}号{building}栋{dice.randrange(1, 12):02d}{dice.randrange(1, 4):02d}",
        estate=estate_name(estate),
        building=f"{building}栋",
        states=states,
    )


def _states(dice: random.Random, born: date, joined: date, homes: list[int], today: date) -> list[tuple[date, State]]:
    """Give what a member was since the register began, or since they came, and what changed on which day."""
    began = today - timedelta(days=REGISTER_YEARS * DAYS)
    since = (
        began
        if joined < began and dice.random() < FROM_THE_BEGINNING
        else _day_between(dice, max(began, joined), today)
    )
    full_on = add_months(joined, 12)
    is_full = full_on <= since
    state = State(
        place=dice.choice(homes),
        member_type=MemberType.FULL if is_full else MemberType.PROBATIONARY,
        full_on=full_on if is_full else None,
        management_class=_class(dice, (since - born).days / DAYS),
    )
    states = [(since, state)]
    for day, change in sorted(_changes(dice, born, state, full_on, homes, (since, today)), key=lambda each: each[0]):
        if states[-1][0] < day < today and states[-1][1].status is MemberStatus.NORMAL:
            state = replace(state, **change)
            states.append((day, state))
    return states


def _changes(
    dice: random.Random, born: date, first: State, full_on: date, homes: list[int], span: tuple[date, date]
) -> list[tuple[date, dict[str, Any]]]:
    """Give what happens to a member on which day; `full_on` is a year after joining."""
    changes: list[tuple[date, dict[str, Any]]] = []
    if first.member_type is MemberType.PROBATIONARY:
        changes.append((full_on, {"member_type": MemberType.FULL, "full_on": full_on}))
    if first.management_class is ManagementClass.IN_SERVICE:
        retires = born + timedelta(days=RETIRES_AT * DAYS)
        changes.append((retires, {"management_class": ManagementClass.RETIRED}))
    if dice.random() < MOVES:
        changes.append((_day_between(dice, *span), {"place": dice.choice(homes)}))
    if dice.random() < LEAVES:
        changes.append((_day_between(dice, *span), {"status": dice.choice(GONE)}))
    return changes


def _class(dice: random.Random, age: float) -> ManagementClass:
    if age >= RETIRES_AT:
        is_frail = age >= FRAIL_AT and dice.random() < FRAIL
        return ManagementClass.VULNERABLE if is_frail else ManagementClass.RETIRED
    return ManagementClass.FLOATING if dice.random() < FLOATS else ManagementClass.IN_SERVICE


def _day_between(dice: random.Random, first: date, today: date) -> date:
    return first + timedelta(days=dice.randrange(max(1, (today - first).days)))
