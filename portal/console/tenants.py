"""Divisions below this one with their totals; for the operator also the search and the opening of workspaces."""

from typing import Any

from flask import g, request

from portal.authz.granting import FIRST_ROLE
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.console import tenant_commands, tenant_queries
from portal.console.blueprint import bp
from portal.console.user_forms import OpenWorkspaceForm
from portal.core.errors import RuleBroken
from portal.tenancy.commands import lock_tenant
from portal.tenancy.levels import Level
from portal.tenancy.queries import TenantRef, get_tenant
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import Page, page_number

__all__ = ["bp"]


@bp.get("/t/<division:code>/divisions")
@requires(Permission.TENANT_TOTALS)
def list_tenants() -> Any:
    """Show the divisions right below with their totals, a street's own register first; at the top the search."""
    if g.tenant.level is Level.COUNTRY:
        text = request.args.get("q", "").strip()[:30]
        found = tenant_queries.find_tenants(text, now=g.now) if can(g.actor, Permission.TENANT_OPEN) else []
        limit = tenant_queries.SEARCH_LIMIT
        return render("console/tenant_search.html", found=found, text=text, limit=limit, first_role=FIRST_ROLE)
    page = Page(page_number(), tenant_queries.count_parts(g.tenant.id))
    rows = tenant_queries.parts_report(g.tenant.id, offset=page.offset, limit=page.per_page, now=g.now)
    is_street = g.tenant.level is Level.STREET
    own = tenant_queries.own_report(g.tenant.id, now=g.now) if is_street and page.number == 1 else None
    return render("console/tenants.html", rows=[own, *rows] if own else rows, page=page, is_street=is_street)


@bp.get("/t/<division:code>/divisions/<division:division_code>/opening")
@requires(Permission.TENANT_OPEN)
def confirm_opening(division_code: str) -> Any:
    """Show the form for the first person who answers for a workspace."""
    return _opening_page(_below(division_code), OpenWorkspaceForm())


@bp.post("/t/<division:code>/divisions/<division:division_code>/opening")
@requires(Permission.TENANT_OPEN)
def open_workspace(division_code: str) -> Any:
    """Open a workspace; show the first password, this once."""
    tenant, form = _below(division_code), OpenWorkspaceForm()
    if form.validate():
        try:
            grant, password = tenant_commands.open_workspace(
                lock_tenant(tenant.code),
                person=form.person,
                reason=form.data["reason"],
                ends_on=form.data["ends_on"],
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            return render("console/tenant_opened.html", division=tenant, form=form, password=password, role=grant.role)
    return _opening_page(tenant, form, status=422)


def _below(division_code: str) -> TenantRef:
    """Give a division that may be opened: any, but from the country's own pages only."""
    if g.tenant.level is not Level.COUNTRY:
        raise RuleBroken("console.no_workspace")
    return get_tenant(division_code)


def _opening_page(tenant: TenantRef, form: OpenWorkspaceForm, status: int = 200) -> Any:
    return render("console/tenant_open.html", division=tenant, form=form, first_role=FIRST_ROLE, status=status)
