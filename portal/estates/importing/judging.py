"""Says of each row what it would do to the register."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.core.personal_data import mask_name
from portal.desk.kinds import Judgement, Row
from portal.desk.rules import Change, Problem, Verdict
from portal.estates.importing.columns import BASIS_NAMES, STATUS_NAMES, TITLE_NAMES, USAGE_NAMES
from portal.estates.importing.facts import OwnerFacts, RowFacts, building_key, read_row
from portal.estates.importing.register import (
    KnownHolding,
    KnownUnit,
    Register,
    load_register,
    names_of,
    number_index,
    phone_index,
)
from portal.estates.rules import SHARE_WHOLE, TitleBasis, UnitStatus, name_key
from portal.tenancy import vault

HIDDEN = "••••"
UNIT_FIELDS: tuple[tuple[str, str, str, dict[Any, str]], ...] = (
    # fact of the row, fact of the known unit, column of the file, words
    ("area", "area", "area", {}),
    ("basis", "basis", "basis", BASIS_NAMES),
    ("usage", "usage", "usage", USAGE_NAMES),
    ("status", "status", "status", STATUS_NAMES),
    ("delivered_on", "delivered_on", "delivered", {}),
)


@dataclass
class Plan:
    """What writing a row will do."""

    facts: RowFacts
    estate: str
    unit: KnownUnit | None = None
    unit_changes: dict[str, Any] = field(default_factory=dict)
    new_owners: list[OwnerFacts] = field(default_factory=list)
    completed: list[tuple[KnownHolding, OwnerFacts]] = field(default_factory=list)
    ended: list[KnownHolding] = field(default_factory=list)


def judge_rows(rows: Sequence[Row], *, today: date) -> list[Judgement]:
    """Read each row and compare it with the register; five statements for all of them."""
    read = [read_row(row.cells, today=today) for row in rows]
    register = load_register([facts for facts, _ in read if facts], today=today)
    with_area = _places_with_area(register, read)
    names = {index: owner.name_key for index, owner in register.by_number.items()}
    judgements = []
    for facts, problems in read:
        judgement = Judgement(Verdict.REFUSED if problems else Verdict.NEW, problems)
        if facts is not None:
            _check_owners(judgement, facts, names)
            _judge(judgement, facts, register, with_area)
        judgements.append(judgement)
    return judgements


Place = tuple[str, str, str]


def _place(estate: str, facts: RowFacts) -> Place:
    return estate, building_key(facts.building), facts.room


def _places_with_area(register: Register, read: Sequence[tuple[RowFacts | None, list[Problem]]]) -> set[Place]:
    """Units whose area some row gives: the rows of further co-owners may leave it out."""
    return {
        _place(estate, facts)
        for facts, _ in read
        if facts is not None and facts.area is not None and (estate := register.estate_of(facts)) is not None
    }


def _judge(judgement: Judgement, facts: RowFacts, register: Register, with_area: set[Place]) -> None:
    estate = register.estate_of(facts)
    if estate is None:
        _refuse(judgement, "estate", "estates.import_place")
        return
    plan = Plan(facts, estate, register.unit_of(estate, facts))
    judgement.facts = plan
    judgement.identity = vault.blind_index("unit.row", "|".join((*_place(estate, facts), _people(facts))))
    if plan.unit is None:
        if facts.area is None and _place(estate, facts) not in with_area:
            _refuse(judgement, "area", "estates.import_area_missing")
        _check_titles(judgement, plan, facts.status or UnitStatus.DELIVERED)
        plan.new_owners = list(facts.owners)
        return
    _compare(judgement, plan, plan.unit, register)


def _people(facts: RowFacts) -> str:
    return "|".join(sorted(owner.number or name_key(owner.name) for owner in facts.owners))


def _refuse(judgement: Judgement, column: str, code: str, **values: str | int) -> None:
    judgement.verdict = Verdict.REFUSED
    judgement.problems.append(Problem(column, code, values))
    judgement.changes = []


def _check_owners(judgement: Judgement, facts: RowFacts, names: dict[bytes, str]) -> None:
    """A number belongs to one name, in the register and in the file; shares do not exceed the whole."""
    for owner in facts.owners:
        index = number_index(owner)
        if index is not None and names.setdefault(index, name_key(owner.name)) != name_key(owner.name):
            _refuse(judgement, "number", "estates.import_number_of_other", owner=mask_name(names[index]))
    if sum(owner.share or 0 for owner in facts.owners) > SHARE_WHOLE:
        _refuse(judgement, "share", "estates.share_wrong")


def _check_titles(judgement: Judgement, plan: Plan, status: UnitStatus) -> None:
    if status is not UnitStatus.DELIVERED and any(o.title is TitleBasis.POSSESSION for o in plan.facts.owners):
        _refuse(judgement, "title", "estates.possession_needs_handover")


def _compare(judgement: Judgement, plan: Plan, unit: KnownUnit, register: Register) -> None:
    facts, changes = plan.facts, []
    for fact, known, column, words in UNIT_FIELDS:
        new, old = getattr(facts, fact), getattr(unit, known)
        if new is not None and new != old:
            plan.unit_changes[fact] = new
            changes.append(Change(column, _words(old, words), _words(new, words)))
    _check_titles(judgement, plan, facts.status or unit.status)
    changes += _compare_owners(plan, unit)
    if plan.new_owners:
        changes += _add_owners(judgement, plan, unit, register.is_of_this_file(unit))
    if judgement.problems:
        return
    judgement.changes = changes
    if changes:
        judgement.verdict = Verdict.CHANGED
    elif not plan.new_owners:
        judgement.verdict = Verdict.SAME


def _words(value: Any, words: dict[Any, str]) -> str:
    return "" if value is None else words.get(value, str(value))


def _compare_owners(plan: Plan, unit: KnownUnit) -> list[Change]:
    """Match the row's owners with those of the register; what is known is completed, the others are new."""
    changes: list[Change] = []
    left = list(unit.holdings)
    for owner in plan.facts.owners:
        held = _match(owner, left)
        if held is None:
            plan.new_owners.append(owner)
            continue
        left.remove(held)
        found = _completed(owner, held)
        if found:
            plan.completed.append((held, owner))
            changes += found
    return changes


def _match(owner: OwnerFacts, holdings: Sequence[KnownHolding]) -> KnownHolding | None:
    number, key = number_index(owner), name_key(owner.name)
    for held in holdings:
        if number is not None and held.owner.number == number:
            return held
    for held in holdings:
        two_people = number is not None and held.owner.number is not None
        if held.owner.name_key == key and not two_people:
            return held
    return None


def _completed(owner: OwnerFacts, held: KnownHolding) -> list[Change]:
    """What the row says of an owner who is known and the register does not say so; numbers and phones hidden."""
    changes = []
    number, phone = number_index(owner), phone_index(owner)
    if number is not None and held.owner.number != number:
        changes.append(Change("number", "", HIDDEN))
    if phone is not None and held.owner.phone != phone:
        changes.append(Change("phone", HIDDEN if held.owner.phone else "", HIDDEN))
    if owner.share is not None and owner.share != held.share:
        changes.append(Change("share", _percent(held.share), _percent(owner.share)))
    if owner.title is not None and owner.title is not held.title:
        changes.append(Change("title", TITLE_NAMES[held.title], TITLE_NAMES[owner.title]))
    if owner.document and owner.document != held.document:
        changes.append(Change("document", held.document, owner.document))
    if owner.votes and not held.votes:
        changes.append(Change("voter", "", owner.name))
    return changes


def _percent(share: int | None) -> str:
    return "" if share is None else f"{share / 100:g}%"


def _add_owners(judgement: Judgement, plan: Plan, unit: KnownUnit, is_of_this_file: bool) -> list[Change]:
    """Whoever is new on a unit either bought it, or owns it together with those who are there."""
    others = [held for held in unit.holdings if _match_any(held, plan) is None]
    since = min((owner.since for owner in plan.new_owners if owner.since), default=None)
    if others and since is not None and all(held.valid_from < since for held in others) and not is_of_this_file:
        plan.ended = others
        after = [owner.name for owner in plan.new_owners]
        return [Change("owner", names_of(others), "、".join(after))]
    taken = sum(held.share or 0 for held in others) + sum(owner.share or 1 for owner in plan.new_owners)
    if taken > SHARE_WHOLE:
        _refuse(judgement, "owner", "estates.import_other_owner", owner=mask_name(names_of(others[:1])))
        return []
    if not unit.holdings or is_of_this_file:
        return []
    after = [names_of(unit.holdings), *(owner.name for owner in plan.new_owners)]
    return [Change("owner", names_of(unit.holdings), "、".join(after))]


def _match_any(held: KnownHolding, plan: Plan) -> OwnerFacts | None:
    return next((owner for owner in plan.facts.owners if _match(owner, [held]) is held), None)
