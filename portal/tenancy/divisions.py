"""The list of administrative divisions as a table: reading it and finding its mistakes.

Plain Python. A row is `code,name,level,parent_code` and, where divisions were merged or given
a new code, a fifth column `former_codes` (several parted by ";"). Codes are those of the
National Bureau of Statistics; their length tells the level: 2 province, 4 city, 6 district,
9 street or town, 12 community or village.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from portal.tenancy.levels import CODE_LENGTHS, PLATFORM_CODE, Level

NAME_LIMIT = 60
HEADINGS = ("code", "name", "level", "parent_code")
OPTIONAL_HEADINGS = ("former_codes",)

LEVEL_OF_DIGITS = {digits: level for level, digits in CODE_LENGTHS.items() if level is not Level.COUNTRY}
LEVEL_ABOVE = {below: above for above, below in pairwise(Level)}
_LEVEL_OF_WORD = {str(level): level for level in LEVEL_OF_DIGITS.values()}


class Division(NamedTuple):
    """One row of the list. The parent of a province is the country, "0"."""

    row: int
    code: str
    name: str
    level: Level
    parent_code: str
    former_codes: tuple[str, ...] = ()


class Fault(NamedTuple):
    """What is wrong with one row (rows counted as a spreadsheet does: the heading is row 1)."""

    row: int
    column: str
    code: str
    value: str


def is_division_code(code: str) -> bool:
    """Say whether a text has the form of a division code: digits only, one of five lengths."""
    return len(code) in LEVEL_OF_DIGITS and code.isascii() and code.isdigit()


def read_divisions(
    lines: Iterable[str], *, known: Mapping[str, Level] | None = None
) -> tuple[list[Division], list[Fault]]:
    """Read the table and check each row and the rows against each other.

    `known` are codes that exist already and may be named as parents. Gives the good rows in the
    file's order and every fault; a file with a fault is meant to be refused as a whole.
    """
    reader = csv.reader(lines)
    heading = [cell.strip().lstrip("\ufeff") for cell in next(reader, [])]
    if tuple(heading[:4]) != HEADINGS or tuple(heading[4:]) not in ((), OPTIONAL_HEADINGS):
        return [], [Fault(1, "code", "divisions.headings", ",".join(heading)[:80])]
    rows: list[Division] = []
    faults: list[Fault] = []
    for number, cells in enumerate(reader, start=2):
        if not any(cells):
            continue
        found = _read_row(number, cells)
        if isinstance(found, Division):
            rows.append(found)
        else:
            faults.append(found)
    faults += _faults_between(rows, known or {})
    return rows, sorted(faults)


def _read_row(number: int, cells: Sequence[str]) -> Division | Fault:
    """Turn one line into a division, or say the first thing that is wrong with it."""
    if not len(HEADINGS) <= len(cells) <= len(HEADINGS + OPTIONAL_HEADINGS):
        return Fault(number, "code", "divisions.cells", str(len(cells)))
    code, name, word, parent, former_cell = (cell.strip() for cell in (*cells, "")[:5])
    if not is_division_code(code):
        return Fault(number, "code", "divisions.code_digits", code[:20])
    level = LEVEL_OF_DIGITS[len(code)]
    if _LEVEL_OF_WORD.get(word) is not level:
        return Fault(number, "level", "divisions.level_code", word[:20])
    if not name or len(name) > NAME_LIMIT:
        return Fault(number, "name", "divisions.name_length", name[:80])
    former = tuple(part.strip() for part in former_cell.split(";") if part.strip())
    for old in former:
        if len(old) != len(code) or not is_division_code(old) or old == code:
            return Fault(number, "former_codes", "divisions.former_code", old[:20])
    if level is Level.PROVINCE and not parent:
        parent = PLATFORM_CODE
    return Division(number, code, name, level, parent, former)


def _faults_between(rows: Sequence[Division], known: Mapping[str, Level]) -> list[Fault]:
    """Find codes given twice, parents that are missing or of the wrong level, contradictions."""
    levels = {PLATFORM_CODE: Level.COUNTRY}
    faults = []
    for row in rows:
        if row.code in levels:
            faults.append(Fault(row.row, "code", "divisions.code_twice", row.code))
        levels[row.code] = row.level
    claimed: set[str] = set()
    for row in rows:
        level = levels.get(row.parent_code) or known.get(row.parent_code)
        if level is not LEVEL_ABOVE[row.level]:
            problem = "divisions.parent_level" if level else "divisions.parent_unknown"
            faults.append(Fault(row.row, "parent_code", problem, row.parent_code[:20]))
        for old in row.former_codes:
            if old in levels or old in claimed:
                faults.append(Fault(row.row, "former_codes", "divisions.former_in_use", old))
            claimed.add(old)
    return faults
