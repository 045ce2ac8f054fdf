"""What the address of the member list says, and addresses of the same list with something changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.registers import queries
from portal.registers.facets import SENSITIVE
from portal.registers.list_columns import COLUMNS
from portal.registers.list_params import KEYS, filter_from
from portal.registers.queries.filters import MemberFilter, has_digits
from portal.web.addresses import address

LIST = "registers.list_members"


def sees_sensitive() -> bool:
    """Say whether need, hardship and dues of members are for this reader."""
    return can(g.actor, Permission.MEMBER_SENSITIVE)


def read_filter(nodes: list[queries.OrganizationNode], text: str, *, today: date) -> MemberFilter:
    """Read the filter from the address; what it does not know it leaves alone."""
    return filter_from(request.args, nodes, text, today=today, sees=sees_sensitive())


def kept_params() -> dict[str, str]:
    """Give what this address says of the list, without the page, what is not for this reader, and any number."""
    hidden = frozenset() if sees_sensitive() else SENSITIVE
    values = {key: request.values.get(key, "").strip()[:400] for key in KEYS if key not in hidden}
    if has_digits(values["q"]):
        values["q"] = ""
    return {key: value for key, value in values.items() if value}


def link(endpoint: str = LIST, /, **changed: str | None) -> str:
    """Give the address of this list, or of a page about it, with something changed and the first page again."""
    return link_of(request.args, endpoint, **changed)


def link_of(args: Mapping[str, str], endpoint: str = LIST, /, **changed: str | None) -> str:
    """Give the address of a list that `args` describe, with something changed."""
    kept = {key: value for key, value in args.items() if value and key in KEYS}
    values = {key: value for key, value in {**kept, **changed}.items() if value}
    return f"{address(endpoint)}?{urlencode(values)}" if values else address(endpoint)


def order_links(columns: tuple[str, ...], order: str) -> list[dict[str, Any]]:
    """Give the heads of the table: words, look, address that orders by this column, and which way it is ordered now."""
    heads: list[dict[str, Any]] = [_head(_("Name"), "", "", order, "name")]
    for key in columns:
        column = COLUMNS[key]
        heads.append(_head(str(column.words), column.css, column.order, order, column.order))
    return heads


def _head(words: str, css: str, key: str, order: str, orders_by: str) -> dict[str, Any]:
    is_up, is_down = order == key, order == f"-{orders_by}"
    url = None
    if orders_by:
        url = link(order=(f"-{orders_by}" if is_up else key) or None)
    sort = "ascending" if is_up and orders_by else "descending" if is_down and orders_by else ""
    return {"words": words, "css": "num" if "num" in css else "", "url": url, "sort": sort}
