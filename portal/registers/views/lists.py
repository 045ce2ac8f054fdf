"""The member list: narrowed, searched, page by page."""

import uuid
from urllib.parse import urlencode

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.registers import queries
from portal.registers.messages import CLASS_WORDS, TYPE_WORDS
from portal.registers.queries import MemberFilter
from portal.registers.rows import PLACEHOLDER, member_rows
from portal.registers.rules import ManagementClass, MemberType
from portal.registers.views.blueprint import bp
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

FULL_NUMBER_DIGITS = 11
"""A search with so many digits is a personal number and must not stand in an address."""


@bp.get("/members")
@requires(Permission.MEMBER_LIST)
def list_members() -> Response:
    """Show the members, narrowed by branch, class, type, standing and search."""
    return _member_list(request.args.get("q", "").strip()[:50])


@bp.post("/members/search")
@requires(Permission.MEMBER_LIST)
def search_members() -> Response:
    """Search. A name goes into the address, so that it can be kept; a personal number never does."""
    text = request.form.get("q", "").strip()[:50]
    digits = sum(letter.isdecimal() for letter in text)
    if digits < FULL_NUMBER_DIGITS:
        return see_other("registers.list_members", q=text or None)
    return _member_list(text)


def _member_list(text: str) -> Response:
    tenant_id = g.tenant.id
    counts = queries.count_by_filter(tenant_id=tenant_id)
    organizations = queries.list_organizations(tenant_id=tenant_id)
    nodes = queries.organization_tree(organizations, counts)
    wanted = read_filter(nodes, text)
    number = page_number()
    rows = queries.list_members(wanted, tenant_id=tenant_id, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    total = counts.total if wanted == MemberFilter() else queries.count_members(wanted, tenant_id=tenant_id)
    names = {row.id: row.name for row in organizations}
    url = url_for("registers.show_member", member_id=PLACEHOLDER)
    return render(
        "registers/members.html",
        body=member_rows(rows, tenant_id=tenant_id, organizations=names, url=url),
        page=Page(number, total),
        counts=counts,
        nodes=nodes,
        q=text,
        wanted=wanted,
        branch=request.args.get("branch", ""),
        branches=[(str(node.id), f"{'　' * node.depth}{node.name} ({node.members_all})") for node in nodes],
        class_links=_class_links(counts, wanted),
        type_links=_type_links(counts, wanted),
        chosen=_chosen(wanted, names),
    )


def read_filter(nodes: list[queries.OrganizationNode], text: str) -> MemberFilter:
    """Read the filter from the address; what it does not know it leaves alone."""
    branch = request.args.get("branch", type=uuid.UUID)
    class_, type_ = request.args.get("class", ""), request.args.get("type", "")
    return MemberFilter(
        organization_ids=queries.with_those_below(nodes, branch) if branch else (),
        management_class=ManagementClass(class_) if class_ in set(ManagementClass) else None,
        member_type=MemberType(type_) if type_ in set(MemberType) else None,
        is_gone=request.args.get("gone") == "1",
        search=text,
    )


def _link(**changed: str | None) -> str:
    """Give the address of this list with some of its filters changed and the first page again."""
    kept = {key: value for key, value in request.args.items() if key != "page"}
    values = {key: value for key, value in {**kept, **changed}.items() if value}
    return f"{address('registers.list_members')}?{urlencode(values)}".removesuffix("?")


def _class_links(counts: queries.MemberCounts, wanted: MemberFilter) -> list[tuple[str, str, int, bool]]:
    every = wanted.management_class is None and not wanted.is_gone
    links = [(_("All"), _link(**{"class": None, "gone": None}), counts.total, every)]
    for class_, word in CLASS_WORDS.items():
        chosen = wanted.management_class is class_
        links.append((str(word), _link(**{"class": class_.value, "gone": None}), counts.by_class[class_], chosen))
    if counts.gone:
        links.append((_("no longer here"), _link(**{"class": None, "gone": "1"}), counts.gone, wanted.is_gone))
    return links


def _type_links(counts: queries.MemberCounts, wanted: MemberFilter) -> list[tuple[str, str, int, bool]]:
    return [
        (str(word), _link(type=type_.value), counts.by_type[type_], wanted.member_type is type_)
        for type_, word in TYPE_WORDS.items()
    ]


def _chosen(wanted: MemberFilter, names: dict[uuid.UUID, str]) -> list[tuple[str, str]]:
    """Filters in force, each with the address without it."""
    chosen: list[tuple[str, str]] = []
    if wanted.search:
        chosen.append((_("Search: %(words)s", words=_shown_search(wanted.search)), _link(q=None)))
    if wanted.organization_ids:
        chosen.append((names[wanted.organization_ids[0]], _link(branch=None)))
    if wanted.management_class:
        chosen.append((str(CLASS_WORDS[wanted.management_class]), _link(**{"class": None})))
    if wanted.member_type:
        chosen.append((str(TYPE_WORDS[wanted.member_type]), _link(type=None)))
    return chosen


def _shown_search(text: str) -> str:
    return _("a full number") if sum(letter.isdecimal() for letter in text) >= FULL_NUMBER_DIGITS else text
