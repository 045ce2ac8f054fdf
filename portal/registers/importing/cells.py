"""Cells of a file read one by one, each problem beside its column."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from portal.core.errors import RuleBroken
from portal.desk.cells import check_not_masked
from portal.desk.rules import Cell, Problem, read_date, read_mobile, text_of

Value = TypeVar("Value")
Reader = Callable[[Cell], Value]
PHONE_MAX, MOBILE_DIGITS = 20, 11
YES = {"是": True, "Y": True, "1": True, "√": True, "有": True, "否": False, "N": False, "0": False, "无": False}


class CellReader:
    """Reads cells and collects what is wrong with them."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells
        self.problems: list[Problem] = []

    def read(self, column: str, reader: Reader[Value], *, required: bool = False) -> Value | None:
        """Give what the reader makes of a filled cell; None for an empty or a refused one."""
        cell = self._cells.get(column, "")
        if isinstance(cell, str) and not cell.strip():
            if required:
                self.problems.append(Problem(column, "desk.missing"))
            return None
        try:
            check_not_masked(cell)
            return reader(cell)
        except RuleBroken as broken:
            self.note(broken, column)
            return None

    def note(self, broken: RuleBroken, column: str = "") -> None:
        """Keep a broken rule as a problem of its column."""
        values: dict[str, Any] = {k: v for k, v in broken.values.items() if isinstance(v, str | int)}
        self.problems.append(Problem(column or broken.field or "", broken.code, values))


def read_short(column: str, longest: int) -> Reader[str]:
    """Give a reader of a text of at most so many letters; raises `desk.too_long`."""

    def reader(cell: Cell) -> str:
        text = " ".join(text_of(cell).split())
        if len(text) > longest:
            raise RuleBroken("desk.too_long", field=column, longest=longest)
        return text

    return reader


def read_choice(column: str, words: Mapping[str, Value]) -> Reader[Value]:
    """Give a reader of one of some words; raises `desk.unknown_word`."""

    def reader(cell: Cell) -> Value:
        text = text_of(cell).lstrip("①②③④⑤⑥⑦⑧⑨")
        if text not in words:
            known = "、".join(dict.fromkeys(words))
            raise RuleBroken("desk.unknown_word", field=column, found=text[:20], known=known[:80])
        return words[text]

    return reader


def read_yes(column: str) -> Reader[bool]:
    """Give a reader of yes and no; raises `desk.unknown_word`."""
    return read_choice(column, YES)


def read_phone(column: str) -> Reader[str]:
    """Give a reader of a telephone: a mobile is checked, a landline kept as written."""

    def reader(cell: Cell) -> str:
        plain = "".join(text_of(cell).split())
        is_landline = "-" in plain or (plain.isdecimal() and len(plain) < MOBILE_DIGITS)
        return plain[:PHONE_MAX] if is_landline else read_mobile(cell, column=column)

    return reader


def read_day(column: str) -> Reader[date]:
    """Give a reader of a date; one known by its month counts from its first day."""
    return lambda cell: read_date(cell, column=column)[0]


def read_number(column: str, most: int) -> Reader[int]:
    """Give a reader of a whole number like 3 or 第三届; raises `desk.unknown_word`."""

    def reader(cell: Cell) -> int:
        text = text_of(cell).removeprefix("第").removesuffix("届").removesuffix(".0")
        number = int(text) if text.isdecimal() else _CHINESE.get(text, 0)
        if not 1 <= number <= most:
            raise RuleBroken("desk.unknown_word", field=column, found=text[:20], known=f"1–{most}")
        return number

    return reader


_ONES = "一二三四五六七八九"
_CHINESE = {
    **{one: place for place, one in enumerate(_ONES, 1)},
    "十": 10,
    **{f"十{one}": 10 + place for place, one in enumerate(_ONES, 1)},
    "二十": 20,
    **{f"二十{one}": 20 + place for place, one in enumerate(_ONES, 1)},
}
