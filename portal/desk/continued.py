"""Rows that go on with the row above: in a merged cell only the first row holds what is true of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.desk.kinds import Table
from portal.desk.rules import Cell


@dataclass(frozen=True, slots=True)
class FillDown:
    """Which columns of a kind go on below: `places` from the widest to the narrowest, `facts` with the narrowest one.

    An empty place is that of the row above, unless a wider one is filled in this row. Where a row has no place of its
    own at all, the facts of the place above are its own, too.
    """

    places: tuple[str, ...]
    facts: tuple[str, ...] = ()


class FilledDown:
    """Puts into the rows of a file what the rows above say of them; `columns` says where each column stands."""

    def __init__(self, columns: Mapping[str, int], fill: FillDown | None) -> None:
        self._is_needed = fill is not None
        self._places = [columns[key] for key in fill.places if key in columns] if fill else []
        self._facts = [columns[key] for key in fill.facts if key in columns] if fill else []
        self._above: Sequence[Cell] = ()

    def table(self, rows: Table) -> Table:
        """Give the next rows of the file with what stands above them."""
        return Table([(number, self._row(cells)) for number, cells in rows.raw], {}) if self._is_needed else rows

    def _row(self, cells: Sequence[Cell]) -> list[Cell]:
        row = list(cells)
        taken = _take_places(row, self._above, self._places)
        if taken and len(taken) == len(self._places):
            _take(row, self._above, [place for place in self._facts if _is_blank(row, place)])
        self._above = row
        return row


def _take_places(row: list[Cell], above: Sequence[Cell], places: Sequence[int]) -> list[int]:
    """Fill the widest places that are empty; gives those that the row itself leaves to the row above."""
    first = next((at for at, place in enumerate(places) if not _is_blank(row, place)), len(places))
    _take(row, above, places[:first])
    return list(places[:first])


def _take(row: list[Cell], above: Sequence[Cell], places: Sequence[int]) -> None:
    for place in places:
        if place < len(above) and not _is_blank(above, place):
            row.extend([""] * (place + 1 - len(row)))
            row[place] = above[place]


def _is_blank(row: Sequence[Cell], place: int) -> bool:
    return place >= len(row) or (isinstance(row[place], str) and not str(row[place]).strip())
