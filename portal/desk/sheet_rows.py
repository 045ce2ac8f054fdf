"""Rows of a long sheet in the letters of a workbook, some thousand at a time and column by column.

The library says what stands around the rows (`portal/desk/sheets.py`); these are the very letters that it would write
for them, and the tests hold the one against the other. Column by column because nearly all columns of a register hold
plain text only, which a look at the whole column tells. Text is an inline string, so that nothing is ever a formula.
"""

from __future__ import annotations

import re
from itertools import chain, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.desk.exports import Columns, OutCell

MAX_CELL = 32_767
"""So many letters Excel takes in a cell."""
LETTERS = 26
_TEXT_END = "</t></is></c>"
_NOT_PLAIN = ("&", "<", ">", "_x", "| ", " |")
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPACES = " \t\n"
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def rows_xml(columns: Columns, first_row: int, style: str) -> str:
    """Give a piece's rows, the first of them with this number (from 1), each cell in this style of the workbook.

    Raises ValueError when the columns are not equally long.
    """
    count = len(columns[0])
    numbers = [str(number) for number in range(first_row, first_row + count)]
    starts = [f'{number}" s="{style}" t="inlineStr"><is><t>' for number in numbers]
    parts: list[Iterable[str]] = [repeat('<row r="', count), numbers]
    before = '">'
    for letters, cells in zip(column_letters(len(columns)), columns, strict=True):
        if len(cells) == count == cells.count(None):
            continue  # an empty column needs no letter
        opening = f'<c r="{letters}'
        if "" not in cells and _is_plain(cells):
            parts += [repeat(before + opening, count), starts, cells]  # type: ignore[list-item]  # all of them are text
            before = _TEXT_END
        else:
            parts += [repeat(before, count), _cells(opening, starts, cells, style)]
            before = ""
    parts.append(repeat(f"{before}</row>", count))
    return "".join(chain.from_iterable(zip(*parts, strict=True)))


def column_letters(count: int) -> list[str]:
    """Give the names of so many columns: A to Z, AA to ZZ and on."""
    names: list[str] = []
    for place in range(1, count + 1):
        name, rest = "", place
        while rest:
            rest, letter = divmod(rest - 1, LETTERS)
            name = chr(ord("A") + letter) + name
        names.append(name)
    return names


def _is_plain(cells: Sequence[OutCell]) -> bool:
    """Say whether all cells are text of which every letter stands for itself and none is cut; no may be wrong."""
    try:
        together = f"|{'|'.join(cells)}|"  # type: ignore[arg-type]  # what is no text raises
    except TypeError:
        return False
    if not together.isprintable() or any(signs in together for signs in _NOT_PLAIN):
        return False
    return max(map(len, cells), default=0) <= MAX_CELL  # type: ignore[arg-type]  # they are text


def _cells(opening: str, starts: Sequence[str], cells: Sequence[OutCell], style: str) -> list[str]:
    """Give the whole cells of a column; nothing for an empty one, which the column itself frames."""
    if _is_plain([cell or "" if cell is None else cell for cell in cells]):
        return [f"{opening}{start}{cell}{_TEXT_END}" if cell else "" for start, cell in zip(starts, cells, strict=True)]
    return [_cell(opening, start, cell, style) for start, cell in zip(starts, cells, strict=True)]


def _cell(opening: str, start: str, cell: OutCell, style: str) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, int | float):
        return f'{opening}{start.partition(chr(34))[0]}" s="{style}"><v>{float(cell)!r}</v></c>'
    text = _SPECIAL.sub(_written, cell[:MAX_CELL])
    if text[0] in _SPACES or text[-1] in _SPACES:
        start = f'{start[:-1]} xml:space="preserve">'
    return f"{opening}{start}{text}{_TEXT_END}"


def _written(found: re.Match[str]) -> str:
    """Give a sign as a workbook holds it: XML's own by name, what XML does not allow by number."""
    sign = found[0]
    return _NAMED.get(sign) or f"_x{ord(sign):04X}_"
