"""People of this tenant and their roles."""

import uuid
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _

from portal.accounts.roles import Role
from portal.authz.granting import grantable_roles
from portal.authz.permissions import Permission
from portal.console import user_commands, user_queries
from portal.console.blueprint import bp
from portal.console.labels import role_label
from portal.console.user_forms import GrantForm, PersonForm, RoleForm
from portal.console.user_queries import PeopleFilter
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

__all__ = ["bp"]
ROLES = {role.value: role for role in Role}


@bp.get("/t/<division:code>/people")
@requires(Permission.USER_LIST)
def list_people() -> Any:
    """Show who holds a role here, or once held one."""
    tenant_id = g.tenant.id
    wanted = PeopleFilter(
        request.args.get("q", "").strip()[:50],
        ROLES.get(request.args.get("role", "")),
        request.args.get("show") == "ended",
    )
    page = Page(page_number(), user_queries.count_people(tenant_id, wanted, now=g.now))
    return render(
        "console/people.html",
        people=user_queries.list_people(tenant_id, wanted, offset=page.offset, limit=page.per_page, now=g.now),
        counts=user_queries.count_by_role(tenant_id, now=g.now),
        page=page,
        wanted=wanted,
        mine=grantable_roles(g.actor, g.tenant.level),
    )


@bp.get("/t/<division:code>/people/new")
@requires(Permission.USER_MANAGE)
def new_person() -> Any:
    """Show the form for somebody who has no account yet."""
    return render("console/person_new.html", form=_with_roles(PersonForm()))


@bp.post("/t/<division:code>/people")
@requires(Permission.USER_MANAGE)
def add_person() -> Any:
    """Create an account with a role; show its first password, this once."""
    form = _with_roles(PersonForm())
    if form.validate():
        try:
            account, password = user_commands.add_person(
                form.person, wish=form.wish, level=g.tenant.level, actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            return render("console/person_added.html", account=account, password=password, role=form.wish.role)
    return render("console/person_new.html", form=form, status=422)


@bp.get("/t/<division:code>/grants/new")
@requires(Permission.USER_MANAGE)
def new_grant() -> Any:
    """Show the form for one more role."""
    form = _with_roles(GrantForm(sign_in_name=request.args.get("user", "")[:40]))
    return render("console/grant_new.html", form=form)


@bp.post("/t/<division:code>/grants")
@requires(Permission.USER_MANAGE)
def grant_role() -> Any:
    """Give a role to somebody who has an account."""
    form = _with_roles(GrantForm())
    if form.validate():
        try:
            grant = user_commands.grant_role(
                sign_in_name=form.sign_in_name.data, wish=form.wish, level=g.tenant.level, actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The role is given: %(role)s.", role=role_label(grant.role)), "success")
            return see_other("console.list_people")
    return render("console/grant_new.html", form=form, status=422)


@bp.get("/t/<division:code>/grants/<uuid:grant_id>/end")
@requires(Permission.USER_MANAGE)
def confirm_end(grant_id: uuid.UUID) -> Any:
    """Ask once more before a role ends."""
    grant, name = user_queries.get_grant(grant_id, tenant_id=g.tenant.id)
    return render("console/grant_end.html", grant=grant, name=name)


@bp.post("/t/<division:code>/grants/<uuid:grant_id>/end")
@requires(Permission.USER_MANAGE)
def end_grant(grant_id: uuid.UUID) -> Any:
    """End a role now."""
    grant = user_queries.lock_grant(grant_id, tenant_id=g.tenant.id)
    user_commands.end_grant(grant, level=g.tenant.level, actor=g.actor, now=g.now)
    flash(_("The role has ended: %(role)s.", role=role_label(grant.role)), "success")
    return see_other("console.list_people")


def _with_roles(form: RoleForm) -> Any:
    form.offer(grantable_roles(g.actor, g.tenant.level), today=clock.today(g.now))
    return form
