"""How many heads and how much area an estate has on a day.

Source throughout: Civil Code art. 278; the Supreme People's Court's interpretation on
building ownership (2020 revision), arts. 1, 2, 8 and 9; Guiding Rules on Owners' Assemblies (2009), art. 25.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.estates.rules.kinds import SPECIAL_USAGES, AreaBasis, UnitStatus, UnitUsage


@dataclass(frozen=True)
class RollUnit:
    """One exclusive unit as it enters the count: key, area in m², status, keys of its owners' heads, usage."""

    key: str
    area_m2: Decimal
    status: UnitStatus
    owner_keys: frozenset[str]
    usage: UnitUsage = UnitUsage.DWELLING


@dataclass(frozen=True)
class RollTotals:
    """S and N of an estate: all exclusive area in m², the headcount, and how many units those are."""

    area_m2: Decimal
    heads: int
    units: int


@dataclass(frozen=True)
class StatusDays:
    """How far a unit has gone from the developer to its buyer, and when; days half-open, None: not known."""

    status: UnitStatus
    sold_on: date | None = None
    delivered_on: date | None = None


NOBODY = RollTotals(Decimal(0), 0, 0)
HeadKey = tuple[str, frozenset[str]]


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


def is_counted(usage: UnitUsage, *, counts_special: bool) -> bool:
    """Say whether a unit enters S and N.

    Dwellings and shops always do. A parking, storage or special space may be an exclusive part, but
    whether it votes is for the rules of procedure: `counts_special`. Source: interpretation on building
    ownership (2020), art. 2; Guiding Rules (2009), art. 25 (to be checked against the text).
    """
    return counts_special or usage not in SPECIAL_USAGES


def status_on(days: StatusDays, day: date) -> UnitStatus:
    """Give a unit's status on a day from its status now and the days on which it changed.

    The day of the handover counts as delivered. Without a day a step is taken to have always been done.
    A unit that was not handed over on that day is in the developer's block, sold or not.
    """
    if days.status is UnitStatus.DELIVERED and (days.delivered_on is None or days.delivered_on <= day):
        return UnitStatus.DELIVERED
    was_sold = days.status is not UnitStatus.UNSOLD and (days.sold_on is None or days.sold_on <= day)
    return UnitStatus.SOLD_UNDELIVERED if was_sold else UnitStatus.UNSOLD


def head_key(unit: RollUnit) -> HeadKey:
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


def roll_totals(units: Iterable[RollUnit], *, counts_special: bool = True) -> RollTotals:
    """Add up an estate's exclusive area S (m²) and its headcount N.

    Area counts in full in every status. Parking, storage and special spaces are left out of both unless
    `counts_special`. Source: Civil Code art. 278; interpretation on building ownership (2020), arts. 8 and 9.
    """
    area, count, heads = Decimal(0), 0, set()
    for unit in units:
        if is_counted(unit.usage, counts_special=counts_special):
            area += unit.area_m2
            count += 1
            heads.add(head_key(unit))
    return RollTotals(area_m2=area, heads=len(heads), units=count)


def number_heads(units: Iterable[RollUnit], *, counts_special: bool = True) -> dict[str, int]:
    """Give each counted unit the number of its head, counted from 1 in the order of the units."""
    numbers: dict[HeadKey, int] = {}
    found: dict[str, int] = {}
    for unit in units:
        if is_counted(unit.usage, counts_special=counts_special):
            found[unit.key] = numbers.setdefault(head_key(unit), len(numbers) + 1)
    return found


def with_heads(units: Iterable[RollUnit], heads: Mapping[str, str]) -> list[RollUnit]:
    """Give the units as they would count if some heads were others; `heads` maps a key to the one it becomes."""
    return [
        RollUnit(
            unit.key,
            unit.area_m2,
            unit.status,
            frozenset(heads.get(key, key) for key in unit.owner_keys),
            unit.usage,
        )
        for unit in units
    ]
