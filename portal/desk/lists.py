"""Lists that are seen on a page and taken as a workbook: each says once what it is narrowed by, its rows, its columns.

    TRANSFERS = register_list(
        Listed(
            code="transfer-list",
            title=_("Transfers"),
            paper_title="组织关系转接名单",
            permission=Permission.MEMBER_EXPORT,
            page="registers.show_transfers",
            keys=("direction", "over"),  # what its address may say besides the page
            narrow=_filter,  # from those words to the filter of the query
            count=_count,
            rows=_rows,
            columns=(ListedColumn(_("Name"), lambda row, _look: row.full_name), …),
        )
    )

The page reads `look = TRANSFERS.look(request.args)`, its rows with `TRANSFERS.rows(look, limit=…, offset=…)`, its heads
with `TRANSFERS.heads(look)`, and its button with `TRANSFERS.export_url(look)`. The workbook reads the same, in Chinese.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import g, url_for
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.desk.exports import (
    ExportColumn,
    ExportForm,
    OutCell,
    Params,
    Variant,
    Wanted,
    register_form,
)
from portal.web.templating import LOCALES

PAPER_LOCALE = LOCALES[0]
PIECE = 1_000
LONGEST = 60
NOBODY = "#"
"""A search that finds nobody, in the place of one that must not be kept."""
HIDDEN = "hidden"
"""The key of params under which stand the columns that whoever asked may not see."""


@dataclass(frozen=True, slots=True)
class Look:
    """A list as somebody looks at it: what was asked for, and what that is narrowed to."""

    wanted: Wanted
    found: Any

    @property
    def tenant_id(self) -> int:
        """Give whose list it is."""
        return self.wanted.tenant_id

    @property
    def today(self) -> date:
        """Give the day on which it is looked at."""
        return self.wanted.today

    @property
    def params(self) -> Params:
        """Give what the address said."""
        return self.wanted.params

    def sealed(self, clear: str | None, mask: Callable[[str], str]) -> str | None:
        """Give an opened field, masked unless it was asked for in clear."""
        return clear if not clear or self.wanted.in_clear else mask(clear)


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column: its words, and what it says of a row. `permission`: who may see it; `when`: in which list it stands.

    A cell is text in the reader's language, a number, a day, or None. `heading`: where paper says it otherwise.
    """

    words: Any
    cell: Callable[[Any, Look], Any]
    width: int = 14
    css: str = ""
    permission: Permission | None = None
    when: Callable[[Look], bool] = lambda _look: True
    heading: str = ""


class _Rows(Protocol):
    def __call__(self, look: Look, *, limit: int, offset: int) -> Sequence[Any]: ...


def _nothing(_wanted: Wanted) -> Any:
    return None


def _no_words(_look: Look) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Listed:
    """A list. `narrow` makes the filter of the words in the address; `rows` gives rows in the list's order.

    `never` says of a searched text that it must not be kept: such a search finds nobody here.
    """

    code: str
    title: Any
    paper_title: str
    permission: Permission
    page: str
    columns: Sequence[ListedColumn]
    count: Callable[[Look], int]
    rows: _Rows
    keys: tuple[str, ...] = ()
    narrow: Callable[[Wanted], Any] = _nothing
    describe: Callable[[Look], list[str]] = _no_words
    has_sealed: bool = False
    explanation: Any = field(default_factory=lambda: _("What the list shows, in its columns and its order."))
    is_standard: bool = False
    foot: str = ""
    never: Callable[[str], bool] = lambda _text: False
    variants: Callable[[int], Sequence[Variant]] | None = None

    def read(self, args: Mapping[str, str], _tenant_id: int = 0) -> Params:
        """Keep what an address says of the list."""
        return read_keys(args, self.keys, never=self.never)

    def look(self, args: Mapping[str, str]) -> Look:
        """Give the list that the address of this request asks for, as this person may see it."""
        return self.look_at(Wanted(g.tenant.id, clock.today(g.now), self.for_reader(self.read(args), g.actor)))

    def look_at(self, wanted: Wanted) -> Look:
        """Give the list that is wanted."""
        return Look(wanted, self.narrow(wanted))

    def for_reader(self, params: Params, actor: Actor) -> Params:
        """Note which columns are not for this person."""
        hidden = [
            place
            for place, column in enumerate(self.columns)
            if column.permission is not None and not can(actor, column.permission)
        ]
        kept = {key: value for key, value in params.items() if key != HIDDEN}
        return {**kept, HIDDEN: hidden} if hidden else kept

    def heads(self, look: Look) -> list[ListedColumn]:
        """Give the columns of this list."""
        hidden = look.params.get(HIDDEN, ())
        return [each for place, each in enumerate(self.columns) if place not in hidden and each.when(look)]

    def export_url(self, look: Look) -> str | None:
        """Give where this very list is taken as a workbook; None for whoever may not, or where it cannot be named."""
        if not (can(g.actor, Permission.DESK_USE) and can(g.actor, self.permission)) or look.params.get("q") == NOBODY:
            return None
        query = {key: value for key, value in look.params.items() if key != HIDDEN}
        url = url_for("desk.new_export", form_code=self.code)
        return f"{url}?{urlencode(query)}" if query else url

    def query(self, look: Look) -> str:
        """Give what an address says of this list, to be carried to a page about it."""
        return urlencode({key: value for key, value in look.params.items() if key != HIDDEN and value != NOBODY})

    def lines(self, look: Look) -> Iterator[list[OutCell]]:
        """Give all rows as they stand on paper, some thousand read at a time."""
        columns, offset = self.heads(look), 0
        while True:
            with force_locale(PAPER_LOCALE):
                rows = self.rows(look, limit=PIECE, offset=offset)
                cells = [[on_paper(column.cell(row, look)) for column in columns] for row in rows]
            yield from cells
            if len(rows) < PIECE:
                return
            offset += PIECE

    def form(self) -> ExportForm:
        """Give it as the desk takes it."""
        return ExportForm(
            code=self.code,
            title=self.title,
            explanation=self.explanation,
            paper_title=self.paper_title,
            permission=self.permission,
            area=self.title,
            area_endpoint=self.page,
            columns=lambda wanted: self._paper_heads(self.look_at(wanted)),
            count=lambda wanted: self.count(self.look_at(wanted)),
            rows=lambda wanted: self.lines(self.look_at(wanted)),
            has_sealed=self.has_sealed,
            is_standard=self.is_standard,
            foot=self.foot,
            read_params=self.read,
            for_reader=self.for_reader,
            describe=lambda wanted: self.describe(self.look_at(wanted)),
            variants=self.variants,
        )

    def _paper_heads(self, look: Look) -> list[ExportColumn]:
        with force_locale(PAPER_LOCALE):
            return [ExportColumn(each.heading or str(each.words), each.width) for each in self.heads(look)]


def register_list(listed: Listed) -> Listed:
    """Make a list known to the desk, and give it back."""
    register_form(listed.form())
    return listed


def read_keys(
    args: Mapping[str, str], keys: Sequence[str], *, never: Callable[[str], bool] = lambda _text: False
) -> Params:
    """Keep some words of an address; a searched text that must not be kept finds nobody."""
    params: Params = {key: args[key].strip()[:LONGEST] for key in keys if args.get(key, "").strip()}
    if never(params.get("q", "")):
        params["q"] = NOBODY
    return params


def on_paper(value: Any) -> OutCell:
    """Give a cell as it stands on paper: days as 2026-01-31, areas and money as numbers, words as text."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def search_words(params: Params) -> list[str]:
    """Say what is searched for."""
    text = params.get("q", "")
    return [gettext("Search: %(words)s", words=text)] if text else []
