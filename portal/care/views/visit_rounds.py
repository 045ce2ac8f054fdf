"""Rounds of visits: planned in one go, looked at together, printed as a sheet."""

import uuid
from datetime import date
from typing import cast

from flask import Response, flash, g
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.care.commands import visits as commands
from portal.care.forms import RoundForm
from portal.care.models import VisitRound
from portal.care.queries import visits as queries
from portal.care.queries.visits import VisitFilter
from portal.care.rows import get_row
from portal.care.views.blueprint import attempt, bp, today
from portal.care.views.visits import reasons_hidden
from portal.registers import queries as registers
from portal.web.guard import requires
from portal.web.htmx import render, see_other

SHEET_MOST = 1_000


@bp.route("/visit-rounds/new", methods=["GET", "POST"])
@requires(Permission.VISIT_MANAGE)
def plan_round() -> Response:
    """Plan a festival's visits to everybody concerned."""
    form = RoundForm()
    if form.is_submitted():
        planned = attempt(form, lambda: commands.plan_round(_plan(form), actor=g.actor, now=g.now))
        if planned:
            round_, number = planned
            flash(
                ngettext("%(num)s visit is planned.", "%(num)s visits are planned.", number)
                if number
                else _("Everybody is in this round already; nothing was added."),
                "success",
            )
            return see_other("care.show_round", visit_round_id=round_.id)
    concerned = queries.members_to_visit(tenant_id=g.tenant.id, today=today())
    status = 422 if form.is_submitted() else 200
    return render("care/round_form.html", form=form, concerned=concerned, status=status)


@bp.get("/visit-rounds/<uuid:visit_round_id>")
@requires(Permission.CARE_LIST)
def show_round(visit_round_id: uuid.UUID) -> Response:
    """Show all visits of a round, to be printed as the visitors' sheet."""
    round_ = get_row(VisitRound, visit_round_id, tenant_id=g.tenant.id)
    rows = queries.list_visits(VisitFilter(round_id=round_.id), tenant_id=g.tenant.id, limit=SHEET_MOST)
    names = {row.id: row.name for row in registers.list_organizations(tenant_id=g.tenant.id)}
    return render(
        "care/round.html",
        round=round_,
        rows=reasons_hidden(rows),
        organizations=names,
        paid=sum(row.visited_on is not None for row in rows),
        today=today(),
    )


def _plan(form: RoundForm) -> commands.RoundPlan:
    return commands.RoundPlan(
        occasion=form.occasion.data or "",
        due_on=cast(date, form.due_on.data),
        visitor=form.visitor.data or "",
        with_others=bool(form.with_others.data),
    )
