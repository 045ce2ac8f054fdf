"""Rows of the member list, joined in Python: a page of fifty costs less than one template loop."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.core.personal_data import mask_phone
from portal.registers.list_columns import ListColumn, Reading
from portal.registers.messages import CLASS_WORDS, SEX_WORDS, STATUS_WORDS, TYPE_WORDS
from portal.registers.rules import MemberStatus
from portal.tenancy import vault

PLACEHOLDER = uuid.UUID(int=0)
Words = Mapping[Any, str]


def member_rows(
    rows: Sequence[tuple[Any, ...]], *, tenant_id: int, organizations: Mapping[uuid.UUID, str], url: str
) -> Markup:
    """Give the table rows for rows of queries.ROW_COLUMNS; `url` is a member's page with PLACEHOLDER as id.

    Mobiles are unsealed and masked here; no ID number is touched.
    """
    before, after = (str(escape(part)) for part in url.split(str(PLACEHOLDER)))
    names = {key: _safe(name) for key, name in organizations.items()}
    line, states, sexes, types, classes = _phrases(str(get_locale()))
    ids = [str(row[0]) for row in rows]
    mobiles = vault.unseal_many("party_member.mobile", tenant_id, map(str.encode, ids), (row[-1] for row in rows))
    joined = [
        line(
            f"{before}{member_id}{after}",
            _safe(name),
            states[status],
            sexes.get(sex, ""),
            born.year,
            names.get(organization, ""),
            types[type_],
            classes.get(class_, ""),
            joined_on.isoformat()[:7] if by_month else joined_on,
            mask_phone(mobile) if mobile else "",
        )
        for member_id, mobile, (_id, name, sex, born, organization, type_, class_, joined_on, by_month, status, _sealed)
        in zip(ids, mobiles, rows, strict=True)
    ]  # fmt: skip
    return Markup("\n".join(joined))  # noqa: S704  every value was escaped above


def _safe(name: str) -> str:
    """Give a name escaped; letters and digits, which most names consist of, need no look."""
    return name if name.isalnum() else escape(name)


@cache
def _phrases(_locale: str) -> tuple[Callable[..., str], Words, Words, Words, Words]:
    """Give the row with its headings, and the words of standing, sex, type and class, in the reader's language."""
    states = {
        status: "" if status is MemberStatus.NORMAL else f' <span class="state state-warn">{escape(str(word))}</span>'
        for status, word in STATUS_WORDS.items()
    }
    sexes, types, classes = (
        {key: escape(str(word)) for key, word in words.items()} for words in (SEX_WORDS, TYPE_WORDS, CLASS_WORDS)
    )
    head = [
        escape(word)
        for word in (_("Sex"), _("Born"), _("Branch"), _("Type"), _("Class of care"), _("Joined"), _("Mobile"))
    ]
    line = (
        '<tr><th scope="row"><a href="{}">{}</a>{}</th>'
        f'<td class="rest" data-label="{head[0]}">{{}}</td>'
        f'<td class="rest num" data-label="{head[1]}">{{}}</td>'
        f'<td data-label="{head[2]}">{{}}</td>'
        f'<td class="rest" data-label="{head[3]}">{{}}</td>'
        f'<td class="rest" data-label="{head[4]}">{{}}</td>'
        f'<td class="rest num" data-label="{head[5]}">{{}}</td>'
        f'<td class="num" data-label="{head[6]}">{{}}</td></tr>'
    )
    return line.format, states, sexes, types, classes


def wide_rows(rows: Sequence[Any], columns: Sequence[ListColumn], reading: Reading, *, url: str) -> Markup:
    """Give the table rows for rows of queries.lists.WIDE in chosen columns; a phone shows two of them."""
    before, after = (str(escape(part)) for part in url.split(str(PLACEHOLDER)))
    states = _phrases(str(get_locale()))[1]
    shown = on_phone(columns)
    cells = [(_look(each.css, each in shown), _label(each), each.text) for each in columns]
    joined = []
    for row in rows:
        link = f'<a href="{before}{row.id}{after}">{escape(row.full_name)}</a>'
        tail = (f'<td{look} data-label="{words}">{escape(tell(row, reading))}</td>' for look, words, tell in cells)
        joined.append(f'<tr><th scope="row">{link}{states[row.status]}</th>{"".join(tail)}</tr>')
    return Markup("\n".join(joined))  # noqa: S704  every value was escaped above


ON_PHONE = 2


def on_phone(columns: Sequence[ListColumn]) -> list[ListColumn]:
    """Give the columns that a phone shows: first those that matter most, then in the order in which they stand."""
    return sorted(columns, key=lambda column: "rest" in column.css.split())[:ON_PHONE]


def _label(column: ListColumn) -> Markup:
    """Give the word beside a value on a phone, where a long one would take two lines."""
    return escape(_("Branch") if column.key == "branch" else str(column.words))


def _look(css: str, is_on_phone: bool) -> str:
    names = " ".join(name for name in css.split() if name != "rest")
    names = names if is_on_phone else f"rest {names}".strip()
    return f' class="{names}"' if names else ""


def heads(columns: Sequence[Mapping[str, Any]]) -> Markup:
    """Give the heads of a table whose columns can be ordered by: words, look, address, which way it is ordered now."""
    cells = []
    for head in columns:
        look = f' class="{head["css"]}"' if head["css"] else ""
        sort = f' aria-sort="{head["sort"]}"' if head["sort"] else ""
        words = escape(head["words"])
        text = f'<a href="{escape(head["url"])}">{words}</a>' if head["url"] else words
        cells.append(f'<th scope="col"{look}{sort}>{text}</th>')
    return Markup("\n".join(cells))  # noqa: S704  every value was escaped above
