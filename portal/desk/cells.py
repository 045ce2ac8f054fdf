"""Reads the cells of a row one by one and collects what is wrong with them, each beside its column."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from portal.core.errors import RuleBroken
from portal.desk.rules import Cell, Problem

Value = TypeVar("Value")
SHOWN = 20


_MASKED = re.compile(r"[*＊•●]{2}|(?:^|[、,，;；/\s])\S[*＊](?:$|[、,，;；/\s])")


def is_masked(cell: Cell) -> bool:
    """Say whether a cell is what a mask of ours has left: 1****X, 138****0000, 张*, 汇川区大连***."""
    return isinstance(cell, str) and _MASKED.search(cell) is not None


def check_not_masked(cell: Cell) -> None:
    """Refuse a masked cell, which would overwrite what it hides. Raises RuleBroken `desk.masked`."""
    if is_masked(cell):
        raise RuleBroken("desk.masked", found=str(cell)[:SHOWN])


class CellReader:
    """Reads cells by column key. `problems` holds every reason why the row cannot be taken."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells
        self.problems: list[Problem] = []

    def refuse(self, column: str, code: str, **values: str | int) -> None:
        """Note a reason beside a column."""
        self.problems.append(Problem(column, code, values))

    def read(self, column: str, reader: Callable[[Cell], Value], *, required: bool = False) -> Value | None:
        """Give what the reader makes of a filled cell; None for an empty or a refused one."""
        cell = self._cells.get(column, "")
        if isinstance(cell, str) and not cell.strip():
            if required:
                self.refuse(column, "desk.missing")
            return None
        try:
            check_not_masked(cell)
            return reader(cell)
        except RuleBroken as broken:
            values = {key: value for key, value in broken.values.items() if isinstance(value, str | int)}
            self.problems.append(Problem(column, broken.code, values))
            return None
