"""The tree of organizations, and entering one."""

import uuid
from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import commands, queries, rules
from portal.registers.forms import OrganizationForm
from portal.registers.messages import GREATER_COMMITTEE, KIND_WORDS, MESSAGES
from portal.registers.rules import OrganizationKind
from portal.registers.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.get("")
@requires(Permission.ORGANIZATION_LIST)
def show_tree() -> Response:
    """Show the tree of organizations with the members of each and of all below it."""
    counts = queries.count_by_filter(tenant_id=g.tenant.id)
    nodes = queries.organization_tree(queries.list_organizations(tenant_id=g.tenant.id), counts)
    today = clock.today(g.now)
    lines = [
        (node, _warnings(node), rules.term_status(node.kind, elected_on=node.elected_on, today=today)) for node in nodes
    ]
    return render(
        "registers/tree.html", lines=lines, counts=counts, kinds=KIND_WORDS, greater=GREATER_COMMITTEE, words=MESSAGES
    )


def _warnings(node: queries.OrganizationNode) -> list[str]:
    return rules.branch_warnings(node.kind, members_all=node.members_all, members_full=node.members_full)


@bp.route("/organizations/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def create_organization() -> Response:
    """Enter an organization."""
    form: Any = OrganizationForm()
    nodes = queries.list_organizations(tenant_id=g.tenant.id)
    form.offer([(str(row.id), row.name) for row in nodes if row.kind is not OrganizationKind.GROUP])
    if form.validate_on_submit():
        new = commands.NewOrganization(
            name=form.name.data,
            kind=OrganizationKind(form.kind.data),
            parent_id=uuid.UUID(form.parent_id.data) if form.parent_id.data else None,
            is_greater_committee=form.is_greater_committee.data,
            founded_on=form.founded_on.data,
            elected_on=form.elected_on.data,
        )
        try:
            organization = commands.create_organization(new, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered.", name=organization.name), "success")
            return see_other("registers.show_tree")
    return render("registers/organization_form.html", form=form, status=422 if form.is_submitted() else 200)
