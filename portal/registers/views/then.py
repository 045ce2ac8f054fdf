"""The register as it stood on a day: the members and the organizations, with what has changed since."""

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.registers import queries
from portal.registers.list_columns import COLUMNS, FIRST, Reading
from portal.registers.listed import MEMBERS_THEN, ORGANIZATIONS_THEN
from portal.registers.messages import CLASS_WORDS, KIND_WORDS, TYPE_WORDS
from portal.registers.queries import MemberCounts
from portal.registers.queries import then as past
from portal.registers.rows import PLACEHOLDER, heads, wide_rows
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import LIST
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import PER_PAGE, Page, page_number


@bp.get("/members/then")
@requires(Permission.MEMBER_LIST)
def show_members_then() -> Response:
    """Show the members as the register had them at the end of a day, and how many there were then and are now."""
    look = MEMBERS_THEN.look(request.args)
    then, tenant_id = look.found, g.tenant.id
    page = Page(page_number(), then.total)
    rows = MEMBERS_THEN.rows(look, limit=PER_PAGE, offset=page.offset) if then.total else []
    reading = Reading(tenant_id, then.names, then.day.on)
    columns = [COLUMNS[key] for key in FIRST]
    return render(
        "registers/then_members.html",
        day=then.day,
        export=MEMBERS_THEN.export_url(look) if then.total else None,
        lines=_lines(then.counts, queries.count_by_filter(tenant_id=tenant_id)),
        body=wide_rows(rows, columns, reading, url=url_for("registers.show_member", member_id=PLACEHOLDER)),
        heads=heads([{"words": _("Name"), "css": "", "url": None, "sort": ""}, *map(_plain_head, columns)]),
        page=page,
        branch=str(then.branch or ""),
        branches=[(str(node.id), f"{'　' * node.depth}{node.name} ({node.members_all})") for node in then.nodes],
        list_endpoint=LIST,
    )


@bp.get("/organizations/then")
@requires(Permission.ORGANIZATION_LIST)
def show_organizations_then() -> Response:
    """Show the tree of organizations as the register had it at the end of a day."""
    look = ORGANIZATIONS_THEN.look(request.args)
    then = look.found
    known = {node.id for node in then.nodes}
    return render(
        "registers/then_organizations.html",
        day=then.day,
        nodes=ORGANIZATIONS_THEN.rows(look, limit=len(then.nodes), offset=0),
        heads=ORGANIZATIONS_THEN.heads(look),
        export=ORGANIZATIONS_THEN.export_url(look) if then.nodes else None,
        counts=then.counts,
        kinds=KIND_WORDS,
        new=[row.name for row in queries.list_organizations(tenant_id=g.tenant.id) if row.id not in known],
    )


def _plain_head(column: Any) -> dict[str, Any]:
    return {"words": str(column.words), "css": "num" if "num" in column.css else "", "url": None, "sort": ""}


def _lines(then: MemberCounts, now: MemberCounts) -> list[past.Line]:
    lines = [past.Line(_("Members"), then.total, now.total)]
    lines += [past.Line(word, then.by_type[key], now.by_type[key]) for key, word in TYPE_WORDS.items()]
    lines += [past.Line(word, then.by_class[key], now.by_class[key]) for key, word in CLASS_WORDS.items()]
    return lines
