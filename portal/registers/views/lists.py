"""The member list: searched, narrowed, in chosen columns and order, page by page."""

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response, g, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from portal.authz.permissions import Permission
from portal.core import clock
from portal.registers import queries
from portal.registers.facets import asked
from portal.registers.list_columns import COLUMNS, FIRST, Reading, known
from portal.registers.list_params import SEARCH_MAX, chips_of, read_columns, read_order
from portal.registers.messages import CLASS_WORDS, FLOW_WORDS, TYPE_WORDS
from portal.registers.queries import MemberFilter
from portal.registers.queries.filters import FacetCounts, count_facets, has_digits, is_part_of_number
from portal.registers.queries.lists import columns_of, list_wide
from portal.registers.rows import PLACEHOLDER, heads, member_rows, wide_rows
from portal.registers.rules.relations import FlowDirection
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import LIST, kept_params, link, order_links, read_filter, sees_sensitive
from portal.web.addresses import address
from portal.web.frame import render_kept
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

TEMPLATE = "registers/members.html"
FILTERS = "registers.narrow_members"
MANY_COLUMNS = 8
LACKS = "no_"
Links = list[tuple[str, str, int, bool]]


@bp.get("/members")
@requires(Permission.MEMBER_LIST)
def list_members() -> Response:
    """Show the members, narrowed by whatever the address says."""
    return _member_list(request.args.get("q", "").strip()[:SEARCH_MAX])


@bp.post("/members/search")
@requires(Permission.MEMBER_LIST)
def search_members() -> Response:
    """Search. A name goes into the address, so that it can be kept; a personal number never does, nor a part of one."""
    text = request.form.get("q", "").strip()[:SEARCH_MAX]
    if not has_digits(text):
        return see_other(LIST, **{**kept_params(), "q": text or None})
    return _member_list(text)


def _member_list(text: str) -> Response:
    """Show a page of the list. The first view takes two readings of the register and one page of rows."""
    register, columns = queries.read_register(tenant_id=g.tenant.id), _columns()
    if not text and not request.args and columns == FIRST:
        body = _rows(MemberFilter(), 1, columns, "", register.names)
        if body:
            return render_kept(TEMPLATE, register, lambda: _values(register, columns, "", MemberFilter()), body=body)
    wanted = read_filter(register.nodes, text, today=clock.today(g.now))
    values = _values(register, columns, text, wanted)
    number, order = values["page"].number, read_order(request.args)
    body = Markup() if values["is_part"] else _rows(wanted, number, columns, order, register.names)
    return render(TEMPLATE, body=body, **values)


def _values(register: queries.Register, columns: tuple[str, ...], text: str, wanted: MemberFilter) -> dict[str, Any]:
    """Give all that the page shows besides its rows."""
    counts, nodes, names = register.counts, register.nodes, register.names
    is_part = bool(text) and is_part_of_number(text)
    found = _whole(counts) if wanted == MemberFilter() else _count(wanted, is_part=is_part)
    return {
        "heads": _heads(columns, read_order(request.args)),
        "page": Page(page_number(), found.total),
        "nodes": nodes,
        "q": text,
        "is_number": has_digits(text),
        "is_part": is_part,
        "kept": request.args.to_dict() if request.args else {},
        "branch": request.args.get("branch", ""),
        "branches": [(str(node.id), f"{'　' * node.depth}{node.name} ({node.members_all})") for node in nodes],
        "class_links": _class_links(found, counts, wanted),
        "type_links": _type_links(found, wanted),
        "chosen": [(chip.words, link(**dict.fromkeys(chip.keys))) for chip in chips_of(wanted, names)],
        "link": link,
        "export_url": f"{address('desk.new_export', form_code='member-list')}{_export_query(columns)}",
        "is_wide": len(columns) > MANY_COLUMNS,
    }


def _export_query(columns: tuple[str, ...]) -> str:
    """Give the query of the export: what the list is narrowed to, and its columns where they are not the first ones."""
    query = link(columns=",".join(columns) if columns != FIRST else None).partition("?")[2]
    return f"?{query}" if query else ""


def _whole(counts: queries.MemberCounts) -> FacetCounts:
    return FacetCounts(counts.total, {"class": counts.by_class, "type": counts.by_type})


def _count(wanted: MemberFilter, *, is_part: bool) -> FacetCounts:
    if is_part:
        return FacetCounts(0)
    return count_facets(wanted, tenant_id=g.tenant.id, facets=(), on=clock.today(g.now))


def _columns() -> tuple[str, ...]:
    """Give the columns of the address, else those that this person chose; asked for once in a session."""
    in_address = read_columns(request.args, sees=sees_sensitive()) if request.args else None
    if in_address is not None:
        return in_address
    kept = session.get("member_columns")
    if kept is None or kept[0] != g.tenant.code:
        row = columns_of(g.actor.user_id, tenant_id=g.tenant.id)
        kept = session["member_columns"] = [g.tenant.code, row.columns if row else []]
    return known(kept[1], sees=sees_sensitive()) if kept[1] else FIRST


def _rows(
    wanted: MemberFilter, number: int, columns: tuple[str, ...], order: str, names: dict[uuid.UUID, str]
) -> Markup:
    tenant_id, offset = g.tenant.id, (number - 1) * PER_PAGE
    url = url_for("registers.show_member", member_id=PLACEHOLDER)
    if columns == FIRST and not order:
        rows = queries.list_members(wanted, tenant_id=tenant_id, limit=PER_PAGE, offset=offset)
        return member_rows(rows, tenant_id=tenant_id, organizations=names, url=url)
    wide = list_wide(wanted, tenant_id=tenant_id, order=order, limit=PER_PAGE, offset=offset)
    reading = Reading(tenant_id, names, clock.today(g.now))
    return wide_rows(wide, [COLUMNS[key] for key in columns], reading, url=url)


def _heads(columns: tuple[str, ...], order: str) -> Markup:
    if not request.args and columns == FIRST:
        return _first_heads(str(get_locale()), g.tenant.code, request.script_root)
    return heads(order_links(columns, order))


@lru_cache(maxsize=4096)
def _first_heads(_locale: str, _code: str, _script_root: str) -> Markup:
    return heads(order_links(FIRST, ""))


def _class_links(found: FacetCounts, counts: queries.MemberCounts, wanted: MemberFilter) -> Links:
    by: Mapping[Any, int] = found.by.get("class", {})
    every = wanted.management_class is None and not wanted.is_gone
    links = [(_("All"), link(**{"class": None, "gone": None}), sum(by.values()), every)]
    for class_, word in CLASS_WORDS.items():
        chosen = wanted.management_class is class_
        links.append((str(word), link(**{"class": class_.value, "gone": None}), by.get(class_, 0), chosen))
    if counts.inflow:
        is_chosen = dict(wanted.facets).get("flow") == FlowDirection.IN.value
        inflow_url = link(**{"class": None, "gone": None, "flow": FlowDirection.IN.value})
        links.append((str(FLOW_WORDS[FlowDirection.IN]), inflow_url, counts.inflow, is_chosen))
    if counts.gone:
        gone_url = link(**{"class": None, "gone": "1", "standing": None})
        links.append((_("no longer here"), gone_url, counts.gone, wanted.is_gone))
    return links


def _type_links(found: FacetCounts, wanted: MemberFilter) -> Links:
    by: Mapping[Any, int] = found.by.get("type", {})
    return [
        (str(word), link(type=type_.value), by.get(type_, 0), wanted.member_type is type_)
        for type_, word in TYPE_WORDS.items()
    ]


@bp.get("/members/filters")
@requires(Permission.MEMBER_LIST)
def narrow_members() -> Response:
    """Show every way to narrow the list, with the number that each would leave."""
    tenant_id, today = g.tenant.id, clock.today(g.now)
    organizations = queries.list_organizations(tenant_id=tenant_id)
    nodes = queries.organization_tree(organizations, queries.MemberCounts())
    text = request.args.get("q", "").strip()[:SEARCH_MAX]
    wanted = read_filter(nodes, "" if has_digits(text) else text, today=today)
    found = count_facets(wanted, tenant_id=tenant_id, facets=tuple(asked(sees=sees_sensitive())), on=today)
    names = {row.id: row.name for row in organizations}
    return render(
        "registers/filters.html",
        total=found.total,
        questions=_questions(found, wanted, nodes),
        chosen=[(chip.words, link(FILTERS, **dict.fromkeys(chip.keys))) for chip in chips_of(wanted, names)],
        kept=kept_params(),
        wanted=wanted,
        link=link,
    )


def _questions(found: FacetCounts, wanted: MemberFilter, nodes: list[queries.OrganizationNode]) -> list[Any]:
    """Give each question with its answers as links: those that would leave somebody, and the one that is chosen."""
    branches = {str(node.id): node.name for node in nodes}
    by_branch = {str(key): number for key, number in found.by["branch"].items()}
    by_class = {str(key.value): number for key, number in found.by["class"].items() if key}
    by_type = {key.value: number for key, number in found.by["type"].items()}
    branch = str(wanted.organization_ids[0]) if wanted.organization_ids else ""
    questions = [
        (_("Branch or group"), _answers("branch", branches, by_branch, branch)),
        (_("Class of care"), _answers("class", CLASS_WORDS, by_class, wanted.management_class)),
        (_("Type"), _answers("type", TYPE_WORDS, by_type, wanted.member_type)),
    ]
    chosen = dict(wanted.facets)
    lacking: Links = []
    for key, facet in asked(sees=sees_sensitive()).items():
        answers = _answers(key, facet.answers, found.by[key], chosen.get(key))
        if key.startswith(LACKS):
            lacking += [each for each in answers if each[0] == str(facet.answers["1"]) or each[3]]
        else:
            questions.append((facet.words, answers))
    kept = [(words, answers) for words, answers in questions if _narrows(answers)]
    return [*kept, (_("Still to be filled in"), lacking)] if lacking else kept


def _narrows(answers: Links) -> bool:
    """Say whether a question is worth asking: one answer that everybody gives narrows nothing."""
    return len(answers) > 1 or any(is_chosen for *_rest, is_chosen in answers)


def _answers(key: str, words: Any, numbers: Any, chosen: str | None) -> Links:
    links = []
    for code, word in words.items():
        number, is_chosen = numbers.get(code, 0), code == chosen
        if number or is_chosen:
            value = None if is_chosen else str(code)
            changed = {key: value, "gone": None} if key == "standing" else {key: value}
            links.append((str(word), link(FILTERS, **changed), number, is_chosen))
    return links
