"""What counts as a unit, an area and a head in an estate's register."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from portal.core.errors import RuleBroken

AREA_LIMIT_M2: Final = Decimal("99999.99")
UNITS_AT_ONCE: Final = 2000
SHARE_WHOLE: Final = 10_000
"""A share of a unit is kept in parts of ten thousand; the whole unit is 10,000."""


class UnitStatus(StrEnum):
    """How far a unit has gone from the developer to its buyer."""

    UNSOLD = "UNSOLD"
    SOLD_UNDELIVERED = "SOLD_UNDELIVERED"
    DELIVERED = "DELIVERED"


class AreaBasis(StrEnum):
    """Where a unit's area comes from."""

    REGISTERED = "REGISTERED"
    SURVEYED = "SURVEYED"
    CONTRACT = "CONTRACT"


class TitleBasis(StrEnum):
    """Why somebody is treated as the owner.

    Source: interpretation on building ownership (2020), art. 1: who has the
    entry, who got it by inheritance, judgment or lawful building, and who
    lawfully occupies under a purchase contract but is not yet registered.
    """

    REGISTERED = "REGISTERED"
    POSSESSION = "POSSESSION"
    INHERITANCE = "INHERITANCE"
    COURT = "COURT"
    BUILT = "BUILT"


class OwnerKind(StrEnum):
    """A natural person or an organization."""

    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"


@dataclass(frozen=True)
class RollUnit:
    """One exclusive unit as it enters the count: key, area, status, keys of its owners."""

    key: str
    area_m2: Decimal
    status: UnitStatus
    owner_keys: frozenset[str]


@dataclass(frozen=True)
class RollTotals:
    """S and N of an estate: all exclusive area in m², and the headcount."""

    area_m2: Decimal
    heads: int
    units: int


def decisive_area(
    *, registered: Decimal | None, surveyed: Decimal | None, contract: Decimal | None
) -> tuple[Decimal, AreaBasis] | None:
    """Choose the area that counts: the register's, else the survey's, else the contract's.

    Square metres; None if all are missing. Source: interpretation on building ownership (2020), art. 8.
    """
    in_order = ((registered, AreaBasis.REGISTERED), (surveyed, AreaBasis.SURVEYED), (contract, AreaBasis.CONTRACT))
    for area, basis in in_order:
        if area is not None:
            return area, basis
    return None


def head_key(unit: RollUnit) -> tuple[str, frozenset[str]]:
    """Say to which head a unit belongs; units with equal keys are one head.

    What the developer has not sold, or sold but not handed over, is one block.
    A delivered unit belongs to its buyer: the same person, or the same group of
    co-owners, with several units is one head. A delivered unit whose owner is
    not known yet is a head of its own.
    Source: interpretation on building ownership (2020), art. 9; for co-owners
    the Guiding Rules on Owners' Assemblies (2009), art. 25.
    """
    if unit.status is not UnitStatus.DELIVERED:
        return ("developer", frozenset())
    if not unit.owner_keys:
        return ("unit", frozenset({unit.key}))
    return ("owners", unit.owner_keys)


def roll_totals(units: Iterable[RollUnit]) -> RollTotals:
    """Add up an estate's exclusive area S (m²) and its headcount N.

    Area counts in full in every status. Source: Civil Code art. 278;
    interpretation on building ownership (2020), arts. 8 and 9.
    """
    area, count, heads = Decimal(0), 0, set()
    for unit in units:
        area += unit.area_m2
        count += 1
        heads.add(head_key(unit))
    return RollTotals(area_m2=area, heads=len(heads), units=count)


def is_owner_on(*, valid_from: date, valid_until: date | None, day: date) -> bool:
    """Say whether an ownership runs on a day; `valid_from` counts, `valid_until` does not."""
    return valid_from <= day and (valid_until is None or day < valid_until)


def check_area(area_m2: Decimal) -> None:
    """Refuse an area of 0 or less, above 99,999.99 m² or finer than 0.01 (`estates.area_wrong`)."""
    fine = area_m2.is_finite() and area_m2 == round(area_m2, 2)
    if not fine or not Decimal(0) < area_m2 <= AREA_LIMIT_M2:
        raise RuleBroken("estates.area_wrong", field="area_m2", limit=AREA_LIMIT_M2)


def check_ownership_days(*, valid_from: date, valid_until: date | None) -> None:
    """Refuse an ownership that ends on or before the day it begins (`estates.days_wrong`)."""
    if valid_until is not None and valid_until <= valid_from:
        raise RuleBroken("estates.days_wrong", field="valid_until")


def check_share(share: int, *, taken: int) -> None:
    """Refuse a share outside 1-10,000, or one that makes more than the whole.

    `estates.share_wrong`; both in parts of ten thousand; `taken` is what the other owners hold on those days.
    """
    if not 1 <= share <= SHARE_WHOLE or share + taken > SHARE_WHOLE:
        raise RuleBroken("estates.share_wrong", field="share", left=SHARE_WHOLE - taken)


@dataclass(frozen=True)
class UnitLine:
    """One unit as somebody typed it: room number and area in m²."""

    room: str
    area_m2: Decimal


_LINE: Final = re.compile(
    r"^(?P<room>\S{1,20})[\s,，;；\t]+(?P<area>\d{1,6}(?:\.\d+)?)(?:\s*(?:㎡|m2|m²|平方米|平米))?$"
)


def read_unit_lines(text: str) -> list[UnitLine]:
    """Read units pasted one a line, "room area"; blank lines are passed over.

    A line that cannot be read, a wrong area, a room given twice, no line at all
    or more than 2,000 lines are refused with the number of the line.
    """
    lines: list[UnitLine] = []
    seen: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        match = _LINE.match(raw.strip())
        if match is None:
            raise RuleBroken("estates.line_unreadable", field="lines", line=number, text=raw.strip()[:30])
        line = UnitLine(room=match["room"], area_m2=Decimal(match["area"]))
        try:
            check_area(line.area_m2)
        except RuleBroken as error:
            raise RuleBroken("estates.line_area_wrong", field="lines", line=number) from error
        if line.room in seen:
            raise RuleBroken("estates.line_twice", field="lines", line=number, room=line.room)
        seen.add(line.room)
        lines.append(line)
    if not lines or len(lines) > UNITS_AT_ONCE:
        raise RuleBroken("estates.lines_count", field="lines", limit=UNITS_AT_ONCE)
    return lines
