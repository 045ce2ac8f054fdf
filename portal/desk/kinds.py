"""Kinds of file that the desk knows. A module registers its own in `<module>/importing.py`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, overload

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.core.errors import NotFound
from portal.desk.rules import Cell, Change, Column, Problem, Verdict
from portal.tenancy.bulk import Insertion
from portal.tenancy.past import Kept

Rows = list[tuple[int, list[Cell]]]
Columns = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its number as the person sees it, its cells by column key."""

    number: int
    cells: dict[str, Cell]


class Table(Sequence[Row]):
    """Rows of a file, to be read one by one or, which is much quicker, column by column.

    They are given as rows, as what opens them, for whoever needs them only sometimes, or (Table.of) as columns. Any
    other form is made when it is asked for.
    """

    def __init__(self, given: Rows | Callable[[], Table] | None, places: Mapping[str, int]) -> None:
        self._places = places
        self._open = given if callable(given) else None
        if not callable(given) and given is not None:
            self.raw = given

    @classmethod
    def of(cls, numbers: list[int], whole: Columns, places: Mapping[str, int]) -> Table:
        """Give rows whose numbers and columns are known, each as long as the other."""
        table = cls(None, places)
        table.numbers, table.whole = numbers, whole
        return table

    @cached_property
    def _opened(self) -> Table | None:
        return self._open() if self._open else None

    @cached_property
    def raw(self) -> Rows:
        """The rows as they lie in the file, each with its number and its cells up to the last one that is filled."""
        rows = zip(self.numbers, zip(*self.whole, strict=True), strict=True)
        return [(number, _without_end(cells)) for number, cells in rows]

    @cached_property
    def numbers(self) -> list[int]:
        """The number of each row as the person sees it."""
        return self._opened.numbers if self._opened else [number for number, _cells in self.raw]

    @cached_property
    def whole(self) -> Columns:
        """Every column of the file, named or not; a cell behind the end of its row is empty."""
        if self._opened:
            return self._opened.whole
        width = max((len(cells) for _number, cells in self.raw), default=0)
        full = [cells if len(cells) == width else cells + [""] * (width - len(cells)) for _number, cells in self.raw]
        return list(zip(*full, strict=True))

    @cached_property
    def columns(self) -> dict[str, Sequence[Cell]]:
        """Every named column."""
        empty = ("",) * len(self)
        return {key: self.whole[at] if at < len(self.whole) else empty for key, at in self._places.items()}

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Table: ...

    def __getitem__(self, place: int | slice) -> Row | Table:
        if isinstance(place, slice):
            return Table(self.raw[place], self._places)
        number, cells = self.raw[place]
        end = len(cells)
        return Row(number, {key: cells[at] for key, at in self._places.items() if at < end})

    def chosen(self, places: Sequence[int]) -> Table:
        """Give some of the rows."""
        return self if len(places) == len(self) else Table([self.raw[place] for place in places], self._places)


def _without_end(cells: Sequence[Cell]) -> list[Cell]:
    """Give the cells of a row up to the last one that has anything in it."""
    end = len(cells)
    while end and cells[end - 1] == "":
        end -= 1
    return list(cells[:end])


def columns_of(rows: Sequence[Row]) -> Mapping[str, Sequence[Cell]]:
    """Give rows column by column; a cell that a row has not is empty."""
    if isinstance(rows, Table):
        return rows.columns
    keys = {key for row in rows for key in row.cells}
    return {key: [row.cells.get(key, "") for row in rows] for key in keys}


@dataclass(slots=True)
class Judgement:
    """What the desk found out about a row. `facts` is the kind's own, ready to be written."""

    verdict: Verdict
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    identity: bytes | None = None
    facts: Any = None
    subject: Any = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in rows while they were read, before the register was asked.

    `identities`: whom each row is about, 32 bytes; `problems`: by place what is wrong with those that are refused;
    `marked`: the places of those that the kind has something more to say about when nobody knows them.
    """

    identities: list[bytes | None]
    problems: dict[int, list[Problem]]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """Where written rows come from."""

    batch_id: uuid.UUID
    actor: Actor
    now: datetime


class Reading(Protocol):
    """What reading the rows of a kind needs beside them.

    It can be pickled and asks no database, so that another process may read.
    """

    def fingerprint(self) -> str:
        """Give a few letters that are others whenever the same rows might be read differently."""

    def look(self, rows: Table) -> Seen:
        """Give what judge() wants to know of rows."""

    def ready(
        self, rows: Table, *, source: Source, engine: str, identities: Sequence[bytes | None] | None = None
    ) -> Insertion | None:
        """Make new rows ready to be entered; None when one of them would be refused by now.

        `identities`: what look() said of these rows, where it is still known.
        """


class ImportKind(Protocol):
    """What a module gives the desk so that its files can come in.

    `judge` takes at most PIECE_ROWS rows, asks the database a fixed number of times, and writes
    nothing. `write` gets rows whose verdict is NEW or CHANGED with their fresh judgements; it sets
    `source_batch_id` and `source_row` of whatever it makes or changes. `models` are the tables that it fills, those
    first on which others hang: an import is undone from their past. `reveal` is what somebody must be allowed, who did
    not bring the file in, to take its refused rows away with their numbers in clear. A kind may also have
    `words(tenant_id=…)`, which gives (column, value) -> text: how a value of these tables is said in the list of what
    could not be undone; and `reading(today=…)`, which gives a Reading: rows are looked at while the file is read,
    `judge` then also takes `seen=…`, what the Reading saw in them, and many rows that were new when they were judged
    are entered without being compared with the register once more, since a unique key of the table tells when one is
    known meanwhile.
    """

    code: str
    title: Any
    explanation: Any
    sheet_name: str
    identity_column: str
    shown_columns: tuple[str, ...]
    list_endpoint: str
    permission: Permission
    reveal: Permission
    columns: tuple[Column, ...]
    models: tuple[type[Kept], ...]

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]: ...

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None: ...

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]: ...


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Make a kind of file known to the desk."""
    _kinds[kind.code] = kind


def get_kind(code: str) -> ImportKind:
    """Give the kind of this code; raises NotFound."""
    if code not in _kinds:
        raise NotFound
    return _kinds[code]


def list_kinds() -> list[ImportKind]:
    """Give every kind, in the order in which they were registered."""
    return list(_kinds.values())


def reading_of(kind: ImportKind, *, today: date) -> Reading | None:
    """Give what reads the rows of a kind without a database; None for a kind that only judges."""
    reading: Callable[..., Reading] | None = getattr(kind, "reading", None)
    return reading(today=today) if reading else None
