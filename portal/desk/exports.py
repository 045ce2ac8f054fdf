"""Everything that leaves the house: lists as shown and standard forms, each registered here by its module.

A module says which columns there are, how many rows and which; the desk asks for the reason, records the event,
writes the workbook in the background, marks it, keeps it for some days and records who fetched it.

    register_form(
        ExportForm(
            code="member-roster",  # in addresses and for `desk export --form`
            title=_("Roster of party members"),  # on screens
            paper_title="党员花名册",  # on the sheet and in the file's name
            permission=Permission.MEMBER_EXPORT,
            columns=lambda wanted: COLUMNS,
            count=count_rows,
            rows=give_rows,
        )
    )

`rows` is an iterator that reads some thousand rows at a time (`in_pieces`), so that a list of any length takes
the same memory; all of it is read as of one moment, and it may write nothing. Its cells are text, numbers or None; text
is never a formula, whatever it begins with.
A list that has a page of its own says both at once: `portal/desk/lists.py`.
The page of a list links to `desk.new_export` with the form's code and, as query, what `read_params` understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.core.errors import NotFound

Params = dict[str, Any]
OutCell = str | int | float | None
Columns = Sequence[Sequence[OutCell]]
"""Some thousand rows turned round: for each column its cells, from the top."""
PIECE_ROWS = 5_000
"""So many rows are read from the database at a time."""


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of the sheet: its heading, and its width in half-width letters (a Chinese one takes two)."""

    heading: str
    width: int = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. `params` are plain values that JSON can hold, never personal data.

    `in_clear`: sealed fields unmasked; only ever True for a form that `has_sealed`.
    """

    tenant_id: int
    today: date
    params: Params = field(default_factory=dict)
    in_clear: bool = False


def _no_params(_args: Mapping[str, str], _tenant_id: int) -> Params:
    return {}


def _as_asked(params: Params, _actor: Actor) -> Params:
    return params


def _no_words(_wanted: Wanted) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to take a form, such as that of one estate: its name, the query of its page, how many rows it has."""

    words: str
    query: dict[str, str]
    rows: int


@dataclass(frozen=True, slots=True)
class ExportForm:
    """One kind of workbook that can leave the house.

    `columns`, `count` and `rows` get the same Wanted; `rows` gives cells in the columns' order, headings differ from
    each other. `read_params` turns the query of the page's address into params (unknown things are left alone),
    `describe` says in words what a list is narrowed to. `variants` gives the ways to take a form, all with
    their counts from one statement; without it there is one, with `count` rows. `foot` is a last line for signatures.
    `for_reader` adds to the params what of the form this person may not see; the page, the terminal and each time that
    it is written anew ask it again.
    `pieces` in the place of `rows` gives them turned round: for lists so long that going cell by cell takes too long.
    """

    code: str
    title: Any
    paper_title: str
    permission: Permission
    columns: Callable[[Wanted], Sequence[ExportColumn]]
    count: Callable[[Wanted], int]
    rows: Callable[[Wanted], Iterator[Sequence[OutCell]]] | None = None
    pieces: Callable[[Wanted], Iterator[Columns]] | None = None
    explanation: Any = ""
    area: Any = ""
    area_endpoint: str = ""
    has_sealed: bool = False
    is_standard: bool = True
    foot: str = ""
    read_params: Callable[[Mapping[str, str], int], Params] = _no_params
    for_reader: Callable[[Params, Actor], Params] = _as_asked
    describe: Callable[[Wanted], list[str]] = _no_words
    variants: Callable[[int], Sequence[Variant]] | None = None

    def read(self, wanted: Wanted) -> Iterator[Columns]:
        """Give all its rows, some thousand at a time, turned round."""
        return self.pieces(wanted) if self.pieces else in_columns(self.rows(wanted) if self.rows else ())


_forms: dict[str, ExportForm] = {}


def register_form(form: ExportForm) -> None:
    """Make a form known to the desk."""
    _forms[form.code] = form


def get_form(code: str) -> ExportForm:
    """Give the form of this code; raises NotFound."""
    if code not in _forms:
        raise NotFound
    return _forms[code]


def list_forms() -> list[ExportForm]:
    """Give every form, in the order in which they were registered."""
    return list(_forms.values())


def in_pieces(
    read: Callable[[Any, int], Sequence[Any]], *, key: Callable[[Any], Any], size: int = PIECE_ROWS
) -> Iterator[Sequence[Any]]:
    """Give a list piece by piece: `read(after, limit)` gives the rows behind the key `after`.

    `after` is None for the first piece; afterwards `key` of the last row. The order of `read` must be that of the key.
    """
    after = None
    while True:
        rows = read(after, size)
        if rows:
            yield rows
        if len(rows) < size:
            return
        after = key(rows[-1])


def in_columns(rows: Iterable[Sequence[OutCell]], *, size: int = PIECE_ROWS) -> Iterator[Columns]:
    """Turn rows round, some thousand at a time; raises ValueError when one is shorter than another."""
    given = iter(rows)
    while piece := list(islice(given, size)):
        yield list(zip(*piece, strict=True))
