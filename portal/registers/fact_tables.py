"""Reads the facts of many members column by column, as read_facts() reads one: a tenth of the time.

Nothing is refused here: a row with anything unusual in it is left to read_facts(), cell by cell.
"""

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.errors import RuleBroken
from portal.core.identity_numbers import read_usual_numbers
from portal.desk.kinds import Row, columns_of
from portal.desk.rules import Cell, Problem, text_of
from portal.registers import rules
from portal.registers.extra_facts import read_dues
from portal.registers.facts import READERS, MemberFacts, read_facts, read_organization

REPEATING = {
    "full_name": "full_name",
    "member_type": "member_type",
    "joined": "joined",
    "organization": "organization_id",
    "full": "full",
    "ethnic": "ethnic_code",
    "education": "education_code",
    "management_class": "management_class",
    "work_unit": "work_unit",
    "job_category": "job_category",
    "flow_direction": "flow_direction",
    "flow_place": "flow_place",
    "lost_since": "lost_since",
    "lost_reason": "lost_reason",
    "estate": "estate",
    "building": "building",
    "sex": "sex_code",
    "born_on": "born_on",
    "vulnerable_since": "vulnerable_since",
    "hardship_level": "hardship_level",
    "on_owners_committee": "on_owners_committee",
    "skills": "skills",
    "service_intents": "service_intents",
    "status": "status",
}
"""Columns in which the same words stand again and again, and the facts that they say: found out once for many rows."""
NEEDED = frozenset({"full_name", "member_type", "joined", "organization"})
LOOKED_AT_CLOSELY = frozenset({"lost_since", "lost_reason", "vulnerable_since"})
_MOBILE, _MOBILE_LENGTH = re.compile(r"1[3-9][0-9]{9}"), 11


class _Known(dict[Cell, Any]):
    """What the words of one column meant."""

    def __init__(self, read: Callable[[Cell], Any], *, is_needed: bool) -> None:
        super().__init__({} if is_needed else {"": None})
        self._read = read
        self.strange: set[Cell] = set()

    def __missing__(self, cell: Cell) -> Any:
        """Find out what a word means; what needs a closer look, each in its row, is strange and means None."""
        if cell in self.strange:
            return None
        try:  # only words: 1 and 1.0 would be the same key
            found = self._read(cell) if isinstance(cell, str) and cell.strip() else None
        except RuleBroken:
            found = None
        if found is None:
            self.strange.add(cell)
        else:
            self[cell] = found
        return found


class Memo:
    """What words of repeating columns meant in rows read before, with the same organizations on the same day."""

    def __init__(self, organizations: Mapping[str, uuid.UUID], today: date) -> None:
        self.organizations, self.today = organizations, today
        readers = READERS | {"organization": lambda cell: read_organization(cell, organizations)}
        self.known = {column: _Known(readers[column], is_needed=column in NEEDED) for column in REPEATING}


@dataclass(slots=True)
class FactTable:
    """Facts of many members under the names of MemberFacts, each a column.

    `problems` holds, by place, what is wrong with those who cannot be taken; of their facts only the ID number counts,
    which is None where it is not sound.
    """

    columns: dict[str, list[Any]]
    problems: dict[int, list[Problem]]

    def facts(self, place: int) -> MemberFacts:
        """Give the facts of one member."""
        return MemberFacts(**{name: values[place] for name, values in self.columns.items()})


def read_table(rows: Sequence[Row], memo: Memo) -> FactTable:
    """Read many members, most of them column by column."""
    cells, odd = columns_of(rows), set[int]()
    columns: dict[str, list[Any]] = {}
    for column, field in REPEATING.items():
        columns[field] = _read_words(cells.get(column), len(rows), memo.known[column], odd)
        if column in LOOKED_AT_CLOSELY:
            odd.update([place for place, found in enumerate(columns[field]) if found is not None])
    nothing: Sequence[Cell] = [""] * len(rows)
    numbers = cells.get("id_number", nothing)
    columns["id_number"] = list(numbers)
    columns["mobile"] = _read_mobiles(cells.get("mobile", nothing), odd)
    columns["address"] = _read_addresses(cells.get("address", nothing), odd)
    columns["dues_monthly"] = _read_amounts(cells.get("dues_monthly"), len(rows), odd)
    _compare_with_numbers(columns, numbers, memo.today, odd)
    table = FactTable(columns, {})
    for place in sorted(odd):
        _read_closely(table, place, rows[place], memo)
    return table


def _read_words(cells: Sequence[Cell] | None, count: int, known: _Known, odd: set[int]) -> list[Any]:
    """Give what the words of one column mean; a place whose word needs a closer look becomes odd."""
    if cells is None:
        if "" not in known:  # it is needed
            odd.update(range(count))
        return [None] * count
    found = list(map(known.__getitem__, cells))
    if known.strange:
        odd.update([place for place, cell in enumerate(cells) if cell in known.strange])
    return found


def _read_mobiles(cells: Sequence[Cell], odd: set[int]) -> list[Any]:
    if _are_mobiles(cells):
        return list(cells)
    is_mobile = _MOBILE.fullmatch
    strange = [
        place
        for place, cell in enumerate(cells)
        if cell != "" and not (isinstance(cell, str) and is_mobile(cell))
    ]  # fmt: skip
    odd.update(strange)
    return [cell or None for cell in cells]


def _are_mobiles(cells: Sequence[Cell]) -> bool:
    """Say whether all cells are mobiles, as nearly always where there are any: looked at all at once."""
    if set(map(type, cells)) != {str} or set(map(len, cells)) != {_MOBILE_LENGTH}:  # type: ignore[arg-type]  # all words
        return False
    whole = "".join(cells)  # type: ignore[arg-type]  # likewise
    is_number = whole.isascii() and whole.isdecimal()
    return is_number and set(whole[::_MOBILE_LENGTH]) == {"1"} and set("012").isdisjoint(whole[1::_MOBILE_LENGTH])


def _read_addresses(cells: Sequence[Cell], odd: set[int]) -> list[Any]:
    """Give addresses with single blanks and usual letters; nearly always that is what they are, all of them.

    One with a star is looked at closely: it may be what a mask of ours has left.
    """
    if set(map(type, cells)) <= {str}:
        whole = "".join(cells)  # type: ignore[arg-type]  # just looked at
        is_plain = "*" not in whole and whole == "".join(whole.split())
        is_usual = is_plain and unicodedata.is_normalized("NFKC", whole)
        if is_usual and max(map(len, cells), default=0) <= rules.ADDRESS_MAX:  # type: ignore[arg-type]  # likewise
            return [cell or None for cell in cells]
    found = [" ".join(text_of(cell).split()) if isinstance(cell, str) else "" for cell in cells]
    odd.update(
        place
        for place, (cell, text) in enumerate(zip(cells, found, strict=True))
        if len(text) > rules.ADDRESS_MAX or "*" in text or (cell != "" and not text)
    )
    return [text or None for text in found]


def _read_amounts(cells: Sequence[Cell] | None, count: int, odd: set[int]) -> list[Any]:
    """Give amounts; most are numbers, of which the same ones stand there again and again."""
    found: list[Any] = [None] * count
    known: dict[Cell, Any] = {}
    for place, cell in enumerate(cells or ()):
        if cell == "":
            continue
        if cell not in known:
            known[cell] = _amount(cell)
        found[place] = known[cell]
        if found[place] is None:
            odd.add(place)
    return found


def _amount(cell: Cell) -> Any:
    try:
        return read_dues(cell) if text_of(cell) else None
    except RuleBroken:
        return None


def _compare_with_numbers(columns: dict[str, list[Any]], numbers: Sequence[Cell], today: date, odd: set[int]) -> None:
    """Take birth and sex from the ID numbers; odd is whoever has another one in the file, or dates to be looked at."""
    found = read_usual_numbers(numbers, today=today)
    births = [usual[0] if usual else None for usual in found]
    sexes = [usual[1] if usual else None for usual in found]
    sound = rules.dates_surely_agree(births, columns["joined"], columns["full"], columns["member_type"], today=today)
    said = zip(sound, births, sexes, columns["born_on"], columns["sex_code"], strict=True)
    odd.update(
        [
            place
            for place, (is_sound, birth, sex, born, said_sex) in enumerate(said)
            if not is_sound or (said_sex is not None and said_sex != sex) or (born is not None and born.on != birth)
        ]
    )
    columns["born_on"], columns["sex_code"] = births, sexes


def _read_closely(table: FactTable, place: int, row: Row, memo: Memo) -> None:
    """Read one row cell by cell and put what was found into the table."""
    facts, number, problems = read_facts(
        row.cells, organizations=memo.organizations, today=memo.today, known=memo.known
    )  # fmt: skip
    for name, values in table.columns.items():
        values[place] = getattr(facts, name, None)
    table.columns["id_number"][place] = number
    if facts is None:
        table.problems[place] = problems
