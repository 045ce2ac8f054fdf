"""The register as it stood on a day: the members and the organizations, with what has changed since."""

import uuid
from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.registers import queries
from portal.registers.list_columns import COLUMNS, FIRST, Reading
from portal.registers.messages import CLASS_WORDS, KIND_WORDS, TYPE_WORDS
from portal.registers.messages.structure import POST_WORDS
from portal.registers.queries import MemberCounts, MemberFilter
from portal.registers.queries import then as past
from portal.registers.queries.terms import list_posts
from portal.registers.rows import PLACEHOLDER, heads, wide_rows
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import LIST
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import PER_PAGE, Page, page_number
from portal.web.then import Day, asked_day


@bp.get("/members/then")
@requires(Permission.MEMBER_LIST)
def show_members_then() -> Response:
    """Show the members as the register had them at the end of a day, and how many there were then and are now."""
    tenant_id, day = g.tenant.id, _day()
    organizations = past.organizations_then(day.on, tenant_id=tenant_id)
    counts = past.count_then(day.on, tenant_id=tenant_id)
    nodes = queries.organization_tree(organizations, counts)
    branch = request.args.get("branch", type=uuid.UUID)
    below = queries.with_those_below(nodes, branch) if branch else ()
    total = sum(counts.by_organization[each] for each in below) if branch else counts.total
    page = Page(page_number(), total)
    wanted = MemberFilter(organization_ids=below)
    rows = past.members_then(wanted, day.on, tenant_id=tenant_id, limit=PER_PAGE, offset=page.offset) if total else []
    reading = Reading(tenant_id, {row.id: row.name for row in organizations}, day.on)
    columns = [COLUMNS[key] for key in FIRST]
    return render(
        "registers/then_members.html",
        day=day,
        lines=_lines(counts, queries.count_by_filter(tenant_id=tenant_id)),
        body=wide_rows(rows, columns, reading, url=url_for("registers.show_member", member_id=PLACEHOLDER)),
        heads=heads([{"words": _("Name"), "css": "", "url": None, "sort": ""}, *map(_plain_head, columns)]),
        page=page,
        branch=str(branch or ""),
        branches=[(str(node.id), f"{'　' * node.depth}{node.name} ({node.members_all})") for node in nodes],
        list_endpoint=LIST,
    )


@bp.get("/organizations/then")
@requires(Permission.ORGANIZATION_LIST)
def show_organizations_then() -> Response:
    """Show the tree of organizations as the register had it at the end of a day."""
    tenant_id, day = g.tenant.id, _day()
    counts = past.count_then(day.on, tenant_id=tenant_id)
    nodes = queries.organization_tree(past.organizations_then(day.on, tenant_id=tenant_id), counts)
    now = {row.id: row for row in queries.list_organizations(tenant_id=tenant_id)}
    posts = _posts([node.id for node in nodes], day.on)
    return render(
        "registers/then_organizations.html",
        day=day,
        nodes=[(node, posts.get(node.id, []), _since(node, now)) for node in nodes],
        counts=counts,
        kinds=KIND_WORDS,
        new=[row.name for key, row in now.items() if key not in {node.id for node in nodes}],
    )


def _posts(organization_ids: list[uuid.UUID], day: date) -> dict[uuid.UUID, list[str]]:
    """Give who held which post of each organization on a day, by the dates of the posts, the highest first."""
    held: dict[uuid.UUID, list[str]] = {}
    for holder in list_posts(organization_ids, tenant_id=g.tenant.id, on=day):
        words = f"{POST_WORDS[holder.post.kind]} {holder.post.person_name}"
        held.setdefault(holder.post.organization_id, []).append(words)
    return held


def _since(node: queries.OrganizationNode, now: dict[uuid.UUID, queries.Organization]) -> list[str]:
    """Give what has become of an organization since."""
    row = now.get(node.id)
    if row is None:
        return [_("no longer there")]
    said = []
    if row.name != node.name:
        said.append(_("now called %(name)s", name=row.name))
    if row.kind is not node.kind:
        said.append(_("now a %(kind)s", kind=KIND_WORDS[row.kind]))
    if row.parent_id != node.parent_id:
        upper = now[row.parent_id].name if row.parent_id in now else _("nothing")
        said.append(_("now below %(name)s", name=upper))
    return said


def _day() -> Day:
    since = past.kept_since(tenant_id=g.tenant.id)
    return asked_day(request.args.get("on", ""), since=since, now=g.now)


def _plain_head(column: Any) -> dict[str, Any]:
    return {"words": str(column.words), "css": "num" if "num" in column.css else "", "url": None, "sort": ""}


def _lines(then: MemberCounts, now: MemberCounts) -> list[past.Line]:
    lines = [past.Line(_("Members"), then.total, now.total)]
    lines += [past.Line(word, then.by_type[key], now.by_type[key]) for key, word in TYPE_WORDS.items()]
    lines += [past.Line(word, then.by_class[key], now.by_class[key]) for key, word in CLASS_WORDS.items()]
    return lines
