"""A member list as plain values, as its address, a kept list and a workbook name it; and what they mean in words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.registers import queries
from portal.registers.facets import FACETS, read_facets, read_year
from portal.registers.list_columns import known
from portal.registers.messages import CLASS_WORDS, TYPE_WORDS
from portal.registers.queries.filters import DATED, MemberFilter, has_digits
from portal.registers.queries.lists import ORDERS
from portal.registers.rules import ManagementClass, MemberType

SEARCH_MAX = 50
KEYS = ("q", "branch", "class", "type", "gone", *FACETS, "joined_from", "joined_until", "order", "columns")
"""What the address of the list can say besides the page."""
FILTER_KEYS = KEYS[:-2]


def filter_from(
    args: Mapping[str, str], nodes: list[queries.OrganizationNode], text: str, *, today: date, sees: bool
) -> MemberFilter:
    """Read a filter from what an address or a kept list says, as somebody may use it who `sees` what is sensitive."""
    class_, type_ = args.get("class", ""), args.get("type", "")
    branch, facets = _uuid(args.get("branch", "")), read_facets(args, sees=sees)
    return MemberFilter(
        organization_ids=queries.with_those_below(nodes, branch) if branch else (),
        management_class=ManagementClass(class_) if class_ in set(ManagementClass) else None,
        member_type=MemberType(type_) if type_ in set(MemberType) else None,
        is_gone=args.get("gone") == "1",
        search=text,
        facets=facets,
        joined_from=read_year(args.get("joined_from", "")),
        joined_until=read_year(args.get("joined_until", "")),
        on=today if any(key in DATED for key, _code in facets) else None,
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def read_order(args: Mapping[str, str]) -> str:
    """Give the order that an address asks for, nothing for that by name."""
    order = args.get("order", "")
    return order if order == "-name" or order.removeprefix("-") in ORDERS else ""


def read_columns(args: Mapping[str, str], *, sees: bool) -> tuple[str, ...] | None:
    """Give the columns that an address asks for, None where it says nothing of them; sensitive ones if one `sees`."""
    text = args.get("columns", "")
    return known(text.split(","), sees=sees) if text else None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force: its words, and the keys of the address that make it."""

    words: str
    keys: tuple[str, ...]


def chips_of(wanted: MemberFilter, names: Mapping[uuid.UUID, str]) -> list[Chip]:
    """Give the filters in force in words."""
    chips = []
    if wanted.search:
        chips.append(Chip(_("Search: %(words)s", words=shown_search(wanted.search)), ("q",)))
    if wanted.organization_ids:
        chips.append(Chip(names[wanted.organization_ids[0]], ("branch",)))
    if wanted.is_gone:
        chips.append(Chip(_("no longer here"), ("gone",)))
    if wanted.management_class:
        chips.append(Chip(str(CLASS_WORDS[wanted.management_class]), ("class",)))
    if wanted.member_type:
        chips.append(Chip(str(TYPE_WORDS[wanted.member_type]), ("type",)))
    chips += [Chip(facet_words(key, code), (key,)) for key, code in wanted.facets]
    if wanted.joined_from or wanted.joined_until:
        chips.append(Chip(_joined_words(wanted), ("joined_from", "joined_until")))
    return chips


def facet_words(key: str, code: str) -> str:
    """Give one answer of a facet in words that stand alone."""
    answer = str(FACETS[key].answers[code])
    if key.startswith("no_") or key in {"sex", "standing"}:
        return answer
    return str(_("%(question)s: %(answer)s", question=FACETS[key].words, answer=answer))


def _joined_words(wanted: MemberFilter) -> str:
    if wanted.joined_from and wanted.joined_until:
        return str(_("joined %(since)s to %(until)s", since=wanted.joined_from, until=wanted.joined_until))
    if wanted.joined_from:
        return str(_("joined in %(year)s or later", year=wanted.joined_from))
    return str(_("joined in %(year)s or before", year=wanted.joined_until))


def shown_search(text: str) -> str:
    """Give a search as it may be shown: a number never."""
    return _("a full number") if has_digits(text) else text
