"""Reads the cells of a row one by one and collects what is wrong with them, each beside its column."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from portal.core.errors import RuleBroken
from portal.desk.rules import Cell, Problem

Value = TypeVar("Value")


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
            return reader(cell)
        except RuleBroken as broken:
            values = {key: value for key, value in broken.values.items() if isinstance(value, str | int)}
            self.problems.append(Problem(column, broken.code, values))
            return None
