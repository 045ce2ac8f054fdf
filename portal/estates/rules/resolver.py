"""Is this one owner? Which entries of owners are worth asking about, and what the answers make of them.

House rules: the answer is always a person's. Two different ID numbers are two people; co-owners of one unit
with different names, as spouses are, are never asked about.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.estates.rules.kinds import OwnerKind


class PairReason(StrEnum):
    """Why two entries may be one owner, the strongest first."""

    SAME_NUMBER = "SAME_NUMBER"
    SAME_NAME_AND_PHONE = "SAME_NAME_AND_PHONE"
    SAME_NAME = "SAME_NAME"
    SAME_SOUND_AND_PHONE = "SAME_SOUND_AND_PHONE"
    SAME_PHONE = "SAME_PHONE"
    SAME_SOUND = "SAME_SOUND"


@dataclass(frozen=True)
class Likeness:
    """What is compared of an entry: kind, name and sound made alike, blind indexes of number and phone."""

    kind: OwnerKind
    name_key: str
    sound_key: str
    number: bytes | None
    phone: bytes | None


def pair_reason(one: Likeness, other: Likeness, *, are_co_owners: bool = False) -> PairReason | None:
    """Say why two entries may be one owner, or None where nobody need be asked.

    The same number asks whatever the names are. Different numbers, different kinds, and co-owners of one
    unit with different names are never asked about. A sound alone asks only where one of them has no number
    and their phones do not differ.
    """
    if one.kind is not other.kind:
        return None
    if one.number is not None and other.number is not None:
        return PairReason.SAME_NUMBER if one.number == other.number else None
    same_phone = one.phone is not None and one.phone == other.phone
    if one.name_key == other.name_key:
        return PairReason.SAME_NAME_AND_PHONE if same_phone else PairReason.SAME_NAME
    return None if are_co_owners else _other_name(one, other, same_phone=same_phone)


def _other_name(one: Likeness, other: Likeness, *, same_phone: bool) -> PairReason | None:
    same_sound = one.sound_key == other.sound_key and one.sound_key != ""
    if same_phone:
        return PairReason.SAME_SOUND_AND_PHONE if same_sound else PairReason.SAME_PHONE
    phones_differ = one.phone is not None and other.phone is not None
    return PairReason.SAME_SOUND if same_sound and not phones_differ else None


def heads_of(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[uuid.UUID, uuid.UUID]:
    """Give the head of each entry that was decided to be one with others: the least id of its group.

    Entries in no pair are heads of their own and left out; so is each group's head.
    """
    parent: dict[uuid.UUID, uuid.UUID] = {}

    def root(entry: uuid.UUID) -> uuid.UUID:
        while (above := parent.setdefault(entry, entry)) != entry:
            parent[entry] = parent[above]
            entry = parent[entry]
        return entry

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {entry: head for entry in list(parent) if (head := root(entry)) != entry}


def joining_pairs(
    pairs: Iterable[tuple[uuid.UUID, uuid.UUID]], heads: dict[uuid.UUID, uuid.UUID]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Give those pairs that join entries which are apart so far, each group with as few as it takes.

    So every decision matters, and each can be taken back by itself.
    """
    parent: dict[uuid.UUID, uuid.UUID] = {}

    def root(entry: uuid.UUID) -> uuid.UUID:
        entry = heads.get(entry, entry)
        while (above := parent.get(entry, entry)) != entry:
            entry = above
        return entry

    joining = []
    for first, second in pairs:
        one, other = root(first), root(second)
        if one != other:
            parent[max(one, other)] = min(one, other)
            joining.append((first, second))
    return joining


def groups_of(heads: dict[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Give head → all entries of its group, the head among them, from what heads_of() gave."""
    groups: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for entry, head in heads.items():
        groups[head] |= {entry, head}
    return dict(groups)
