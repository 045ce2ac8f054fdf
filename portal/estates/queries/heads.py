"""Reads of the head resolver: which entries may be one owner, what an answer does to N, what was answered."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.estates.models import HeadDecision, Owner, Ownership
from portal.estates.queries.owners import HeldUnit, held_units
from portal.estates.queries.roll import rolls
from portal.estates.rules import (
    HeadVerdict,
    OwnerKind,
    PairReason,
    heads_of,
    joining_pairs,
    roll_totals,
    with_heads,
)

PAIR_REASONS = tuple(PairReason)
"""In the order of the ranks that the statement gives."""


@dataclass(frozen=True)
class Entry:
    """One of two entries that may be one owner."""

    id: uuid.UUID
    name: str
    kind: OwnerKind
    has_number: bool
    has_phone: bool
    units: tuple[HeldUnit, ...]


@dataclass(frozen=True)
class Effect:
    """What "one owner" does to the headcount of an estate."""

    estate_id: uuid.UUID
    estate_name: str
    heads_now: int
    heads_after: int


@dataclass(frozen=True)
class Pair:
    """Two entries to be asked about, why, and what "one owner" would do."""

    first: Entry
    second: Entry
    reason: PairReason
    effects: tuple[Effect, ...]
    is_put_off: bool


@dataclass(frozen=True)
class DecisionLine:
    """One decision with the names of both entries."""

    decision: HeadDecision
    first_name: str
    second_name: str


def _pairs() -> Subquery:
    """Pairs that are alike in number, name, phone or sound, each by its own index; the lesser id first."""
    halves = []
    for column in ("id_number_index", "name_key", "phone_index", "sound_key"):
        one, other = aliased(Owner), aliased(Owner)
        alike = getattr(one, column) == getattr(other, column)
        halves.append(
            select(one.id.label("first_id"), other.id.label("second_id")).join(
                other, and_(one.tenant_id == other.tenant_id, alike, one.id < other.id)
            )
        )
    return union(*halves).subquery("alike")


def _asked(*, put_off: bool | None) -> tuple[Any, Any, Any, ColumnElement[int]]:
    """Give both owners and the statement of the pairs that are asked about; the rules of pair_reason() in SQL."""
    pairs, one, other = _pairs(), aliased(Owner), aliased(Owner)
    same_number, same_name = one.id_number_index == other.id_number_index, one.name_key == other.name_key
    same_phone, same_sound = one.phone_index == other.phone_index, one.sound_key == other.sound_key
    rank = case(
        (same_number, 1),
        (and_(same_name, same_phone), 2),
        (same_name, 3),
        (and_(same_sound, same_phone), 4),
        (same_phone, 5),
        else_=6,
    )
    mine, theirs = aliased(Ownership), aliased(Ownership)
    co_owners = exists().where(mine.owner_id == one.id, theirs.owner_id == other.id, mine.unit_id == theirs.unit_id)
    a_number_missing = or_(one.id_number_index.is_(None), other.id_number_index.is_(None))
    a_phone_missing = or_(one.phone_index.is_(None), other.phone_index.is_(None))
    may_be = or_(
        same_number,
        and_(a_number_missing, same_name),
        and_(a_number_missing, ~co_owners, or_(same_phone, and_(same_sound, a_phone_missing))),
    )
    statement = (
        select(one.id, other.id, rank.label("rank"))
        .select_from(pairs)
        .join(one, one.id == pairs.c.first_id)
        .join(other, other.id == pairs.c.second_id)
        .where(
            one.kind == other.kind,
            func.coalesce(one.head_id, one.id) != func.coalesce(other.head_id, other.id),
            may_be,
            ~_decided(one, other, HeadVerdict.NOT_ONE),
        )
    )
    if put_off is not None:
        later = _decided(one, other, HeadVerdict.LATER)
        statement = statement.where(later if put_off else ~later)
    return statement, one, other, rank


def _decided(one: Any, other: Any, verdict: HeadVerdict) -> ColumnElement[bool]:
    return exists().where(
        HeadDecision.first_id == one.id,
        HeadDecision.second_id == other.id,
        HeadDecision.verdict == verdict,
        HeadDecision.undone_at.is_(None),
    )


def count_pairs(*, put_off: bool = False) -> int:
    """Count the pairs that wait for an answer, or those that were put off; one statement."""
    return db.session.execute(select(pairs_waiting(put_off=put_off))).scalar_one()


def pairs_waiting(*, put_off: bool = False) -> ScalarSelect[int]:
    """Give the number of pairs that wait, to stand in another statement."""
    return select(func.count()).select_from(_asked(put_off=put_off)[0].subquery()).scalar_subquery()


@dataclass(frozen=True)
class Questions:
    """How many pairs wait, how many were put off, all decisions; and which kinds have several certain pairs."""

    open: int
    later: int
    decided: int
    certain: tuple[OwnerKind, ...]


def count_questions() -> Questions:
    """Count what waits and what was decided; one statement."""
    counts = [pairs_waiting(), pairs_waiting(put_off=True), select(func.count(HeadDecision.id)).scalar_subquery()]
    counts += [select(func.count()).select_from(_certain(kind).subquery()).scalar_subquery() for kind in OwnerKind]
    waiting, later, decided, *certain = db.session.execute(select(*counts)).one()
    several = tuple(kind for kind, number in zip(OwnerKind, certain, strict=True) if number > 1)
    return Questions(waiting, later, decided, several)


def _certain(kind: OwnerKind) -> Select[uuid.UUID, uuid.UUID]:
    """Give the statement of the pairs that wait and have one number."""
    one, other = aliased(Owner), aliased(Owner)
    return (
        select(one.id.label("first_id"), other.id.label("second_id"))
        .join(other, and_(one.tenant_id == other.tenant_id, one.id_number_index == other.id_number_index))
        .where(
            one.id < other.id,
            one.kind == kind,
            other.kind == kind,
            func.coalesce(one.head_id, one.id) != func.coalesce(other.head_id, other.id),
            ~_decided(one, other, HeadVerdict.NOT_ONE),
            ~_decided(one, other, HeadVerdict.LATER),
        )
        .order_by(one.sort_key, one.id, other.id)
    )


def certain_pairs(kind: OwnerKind) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Give the pairs that wait and have the same ID number, or the same credit code: as few as join them all.

    Two statements.
    """
    found = [(row[0], row[1]) for row in db.session.execute(_certain(kind))]
    return joining_pairs(found, heads_of(pairs_decided_one())) if found else []


def effect_of_all(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]], *, on: date) -> list[Effect]:
    """Give what "one owner" for all these pairs at once would do to N, for each estate where one of them counts."""
    before = heads_of(pairs_decided_one())
    after = heads_of([*pairs_decided_one(), *pairs])
    entries = {entry for pair in pairs for entry in pair}
    moved = {str(before.get(entry, entry)): str(after.get(entry, entry)) for entry in entries}
    effects = []
    for estate_id, roll in (rolls(None, on=on) if pairs else {}).items():
        if any(unit.owner_keys & moved.keys() for unit in roll.units):
            now = roll.totals().heads
            then = roll_totals(with_heads(roll.units, moved), counts_special=roll.counts_special).heads
            effects.append(Effect(estate_id, roll.estate_name, now, then))
    return sorted(effects, key=lambda effect: effect.estate_name)


def list_pairs(*, on: date, put_off: bool = False, limit: int, offset: int = 0) -> list[Pair]:
    """Give a page of pairs, the likeliest first, each with its effect on N on a day; five statements."""
    statement, one, other, rank = _asked(put_off=put_off)
    ordered = statement.order_by(rank, one.sort_key, one.id, other.id).limit(limit).offset(offset)
    ranked = {(row[0], row[1]): PAIR_REASONS[row[2] - 1] for row in db.session.execute(ordered)}
    entries = {each for pair in ranked for each in pair}
    owners = {owner.id: owner for owner in db.session.scalars(select(Owner).where(Owner.id.in_(entries)))}
    held = held_units(list(entries), on=None)
    effects = effects_of(list(ranked), {owner.id: owner.head_id or owner.id for owner in owners.values()}, on=on)
    return [
        Pair(_entry(owners[a], held), _entry(owners[b], held), reason, effects.get((a, b), ()), put_off)
        for (a, b), reason in ranked.items()
    ]


def _entry(owner: Owner, held: dict[uuid.UUID, list[HeldUnit]]) -> Entry:
    return Entry(
        owner.id,
        owner.name,
        owner.kind,
        owner.id_number_index is not None,
        owner.phone_sealed is not None,
        tuple(held.get(owner.id, ())),
    )


def effects_of(
    pairs: Sequence[tuple[uuid.UUID, uuid.UUID]], head_of: Mapping[uuid.UUID, uuid.UUID], *, on: date
) -> dict[tuple[uuid.UUID, uuid.UUID], tuple[Effect, ...]]:
    """Give what "one owner" would do to N in each estate where one of a pair counts; two statements.

    `head_of`: with whom each entry counts now.
    """
    found = rolls(None, on=on) if pairs else {}
    places: dict[str, set[uuid.UUID]] = defaultdict(set)
    for estate_id, roll in found.items():
        for unit in roll.units:
            for key in unit.owner_keys:
                places[key].add(estate_id)
    now = {estate_id: roll.totals().heads for estate_id, roll in found.items()}
    effects = {}
    for pair in pairs:
        first, second = (str(head_of[each]) for each in pair)
        estates = sorted(places[first] | places[second], key=lambda each: found[each].estate_name)
        effects[pair] = tuple(
            Effect(each, found[each].estate_name, now[each], now[each] + _difference(found[each], first, second))
            for each in estates
        )
    return effects


def _difference(roll: Any, first: str, second: str) -> int:
    """Count the heads of the units of two owners, apart and as one; other units' heads stay what they are."""
    touched = [unit for unit in roll.units if unit.owner_keys & {first, second}]
    apart = roll_totals(touched, counts_special=roll.counts_special).heads
    return roll_totals(with_heads(touched, {second: first}), counts_special=roll.counts_special).heads - apart


def pairs_decided_one() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Give every pair that is decided to be one owner; one statement."""
    rows = db.session.execute(
        select(HeadDecision.first_id, HeadDecision.second_id).where(
            HeadDecision.verdict == HeadVerdict.ONE, HeadDecision.undone_at.is_(None)
        )
    )
    return [(row[0], row[1]) for row in rows]


def list_decisions(
    *, owner_ids: Iterable[uuid.UUID] | None = None, limit: int = 50, offset: int = 0
) -> list[DecisionLine]:
    """Give decisions with the names of both entries, the newest first; one statement."""
    one, other = aliased(Owner), aliased(Owner)
    statement = (
        select(HeadDecision, one.name, other.name)
        .join(one, one.id == HeadDecision.first_id)
        .join(other, other.id == HeadDecision.second_id)
        .order_by(HeadDecision.decided_at.desc(), HeadDecision.id)
        .limit(limit)
        .offset(offset)
    )
    if owner_ids is not None:
        ids = list(owner_ids)
        statement = statement.where(HeadDecision.first_id.in_(ids) | HeadDecision.second_id.in_(ids))
    return [DecisionLine(*row) for row in db.session.execute(statement)]
