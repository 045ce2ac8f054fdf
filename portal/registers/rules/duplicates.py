"""When two records may be of one person, and what becomes of their fields when they are made one.

Nothing is merged by itself: these rules only say where to look. Source: practice of registers; a number is unique to
a person (GB 11643), so two records of one person have a slip in one of the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Likeness(StrEnum):
    """Why two records may be one person, the strongest first."""

    NAME_AND_BIRTH = "NAME_AND_BIRTH"
    NAME_AND_NUMBER = "NAME_AND_NUMBER"  # the same name, numbers that differ by a slip
    NAME_AND_MOBILE = "NAME_AND_MOBILE"
    MOBILE = "MOBILE"  # perhaps a couple with one phone


class Side(StrEnum):
    """Which of the two records: the one that stays or the one that goes."""

    KEPT = "kept"
    GONE = "gone"


class Match(StrEnum):
    """How a field of the two records compares."""

    SAME = "same"
    ONLY_KEPT = "only_kept"
    ONLY_GONE = "only_gone"
    CONFLICT = "conflict"
    WITH_TYPE = "with_type"  # comes from the record whose type is chosen


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared. `number` is in clear and only read where the names are the same."""

    name: str
    born_on: date
    number: str | None
    mobile: bytes | None


SLIP_MAX = 2
"""A slip: two characters written wrongly at most, or two neighbours swapped, and the check character with them."""
FOLLOW_THE_TYPE = ("full", "probation_until")
UNDO_DAYS = 7
"""A merge can be undone for a week."""


def differing_places(first: str, second: str) -> list[int]:
    """Give the places in which two numbers of the same length differ, from 0; every place for other lengths."""
    if len(first) != len(second):
        return list(range(max(len(first), len(second))))
    return [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]


def is_slip(first: str, second: str) -> bool:
    """Say whether two ID numbers may be one, written wrongly once: the check character follows from the others.

    Source: GB 11643 (a single wrong digit changes the check character).
    """
    places = [place for place in differing_places(first[:17], second[:17]) if place < len(first)]
    return len(first) == len(second) and 0 < len(places) <= SLIP_MAX


def likeness(first: Facts, second: Facts) -> Likeness | None:
    """Say why two records may be one person, or None. Source: practice of registers."""
    same_mobile = first.mobile is not None and first.mobile == second.mobile
    if first.name == second.name:
        if first.born_on == second.born_on:
            return Likeness.NAME_AND_BIRTH
        if first.number and second.number and is_slip(first.number, second.number):
            return Likeness.NAME_AND_NUMBER
        if same_mobile:
            return Likeness.NAME_AND_MOBILE
    return Likeness.MOBILE if same_mobile else None


def match(kept: object, gone: object) -> Match:
    """Compare one field: nothing is lost, and what contradicts is never decided here. Source: practice."""
    if kept == gone:
        return Match.SAME
    if gone is None:
        return Match.ONLY_KEPT
    return Match.ONLY_GONE if kept is None else Match.CONFLICT


def belonging_together(found: Mapping[str, Match]) -> dict[str, Match]:
    """Correct what was compared field by field where a field says something by being empty, or follows from another.

    Who is not lost has nothing recorded of it, so a record that says lost contradicts one that does not. Where the
    types differ, since when somebody is full, and how long on probation, comes with the type.
    Source: Charter, ch. 1; practice.
    """
    lost = {"lost": Match.CONFLICT} if found["lost"] in {Match.ONLY_KEPT, Match.ONLY_GONE} else {}
    is_other_type = found["member_type"] is Match.CONFLICT
    follow = [unit for unit in FOLLOW_THE_TYPE if is_other_type and found[unit] is not Match.SAME]
    return {**found, **lost, **dict.fromkeys(follow, Match.WITH_TYPE)}


def may_undo(*, merged_at: datetime, now: datetime) -> bool:
    """Say whether a merge can still be undone: within seven days to the moment. Source: rule of the house."""
    return now <= merged_at + timedelta(days=UNDO_DAYS)


def only_differing(text: str, places: list[int]) -> str:
    """Give a number with nothing shown but the places in which it differs from the other one; a dot for the rest."""
    return "".join(letter if place in places else "·" for place, letter in enumerate(text))
