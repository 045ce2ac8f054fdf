"""Where one works, in which language, in which size; and what waits there."""

from typing import Any, cast

from flask import Response, g, redirect, request, session, url_for

from portal.accounts.queries import list_workspaces
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.console.below import figures_here, registers_below
from portal.console.blueprint import bp
from portal.console.rules import is_own_path
from portal.tenancy.levels import PLATFORM_CODE, Level
from portal.web.guard import public, requires, signed_in
from portal.web.htmx import render
from portal.web.tasks import waiting_tasks
from portal.web.templating import LANGUAGE_COOKIE, LOCALES, PRINT_COOKIE

YEAR = 365 * 24 * 3600


@bp.get("/")
@public
def home() -> Any:
    """Lead to where this person works: the place used last, the only one, or the choice."""
    if g.actor is None:
        return redirect(url_for("console.sign_in"))
    codes = [workspace.code for workspace in list_workspaces(g.actor.user_id, now=g.now)]
    last = session.get("workspace")
    if last in codes or len(codes) == 1:
        return redirect(url_for("console.tenant_home", code=last if last in codes else codes[0]))
    return redirect(url_for("console.switch_workspace"))


@bp.get("/t/<division:code>/")
@requires(Permission.HOME_VIEW)
def tenant_home() -> Any:
    """Show what waits for this person here."""
    if g.actor.belongs_here:
        session["workspace"] = g.tenant.code
    tasks = waiting_tasks(g.actor, now=g.now)
    below = None
    if g.tenant.level in {Level.STREET, Level.DISTRICT} and can(g.actor, Permission.TENANT_TOTALS):
        below = registers_below(g.tenant.id, now=g.now)
    has_figures = g.tenant.level is Level.COMMUNITY and can(g.actor, Permission.MEMBER_LIST)
    return render(
        "console/home.html",
        tasks=tasks,
        standing=figures_here(g.tenant.id, now=g.now) if has_figures else None,
        is_guest=not g.actor.belongs_here,
        below=below,
        own_codes={row.code for row in list_workspaces(g.actor.user_id, now=g.now)} if below else set(),
        is_district=g.tenant.level is Level.DISTRICT,
    )


@bp.get("/workspaces")
@signed_in
def switch_workspace() -> Any:
    """Show every place where this person holds a role."""
    workspaces = list_workspaces(g.actor.user_id, now=g.now)
    return render("console/workspaces.html", workspaces=workspaces, platform_code=PLATFORM_CODE)


@bp.post("/large-print")
@public
def set_large_print() -> Response:
    """Switch large print on or off and stay where one is."""
    response = _back()
    if request.form.get("on") == "1":
        response.set_cookie(PRINT_COOKIE, "1", max_age=YEAR, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(PRINT_COOKIE)
    return response


@bp.post("/language")
@public
def set_language() -> Response:
    """Switch the language and stay where one is."""
    response = _back()
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax")
    return response


def _back() -> Response:
    address = request.form.get("next", "/")
    return cast(Response, redirect(address if is_own_path(address) else "/", 303))
