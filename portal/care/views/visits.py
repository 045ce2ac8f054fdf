"""Visits: the list, one visit, the visitor's form."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any, cast

from flask import Response, flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.care.commands import visits as commands
from portal.care.forms import ClosingForm, FindingsForm, FollowUpForm, ReasonForm, VisitorForm, VisitPlanForm
from portal.care.listed import VISITS
from portal.care.messages import SEALED_WORDS, VISIT_STATES
from portal.care.models import CareVisit
from portal.care.queries import visits as queries
from portal.care.queries.visits import VisitFilter, VisitRow
from portal.care.rows import get_row
from portal.care.rules.visits import VisitReason, VisitState
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.core.errors import NotFound, RuleBroken
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.messages import said
from portal.web.pagination import Page, page_number

LIST = "care.list_visits"
ROUNDS_SHOWN = 6


def reasons_hidden(rows: list[VisitRow]) -> list[VisitRow]:
    """Take out why somebody is visited where the reader may not know: illness and hardship are sensitive."""
    if can(g.actor, Permission.VISIT_MANAGE):
        return rows
    return [replace(row, reason=None, occasion="") for row in rows]


@bp.get("/visits")
@requires(Permission.CARE_LIST)
def list_visits() -> Response:
    """Show the visits, the next due first, with the newest rounds beside."""
    look = VISITS.look(request.args)
    wanted, is_late = look.found, look.found.overdue_on is not None
    counts = queries.count_visits(tenant_id=g.tenant.id, today=today())
    page = Page(page_number(), _total(wanted, counts))
    return render(
        "care/visits.html",
        rows=VISITS.rows(look, limit=page.per_page, offset=page.offset),
        heads=VISITS.heads(look),
        export=VISITS.export_url(look),
        page=page,
        q=look.params.get("q", ""),
        today=today(),
        rounds=queries.list_rounds(tenant_id=g.tenant.id, limit=ROUNDS_SHOWN),
        is_narrowed=wanted != VisitFilter(),
        form=VisitorForm(formdata=None),
        states=[
            chip(LIST, _("All"), counts.total, is_current=wanted.state is None and not is_late),
            chip(LIST, _("Overdue"), counts.overdue, is_current=is_late, late="1"),
            *(
                chip(LIST, words, counts.by_state.get(each, 0), is_current=wanted.state is each, state=each.value)
                for each, (words, _tone) in VISIT_STATES.items()
            ),
        ],
    )


def _total(wanted: VisitFilter, counts: queries.VisitCounts) -> int:
    """Give how many visits a filter finds; only a search has to be counted by itself."""
    if wanted.member_ids is not None:
        return queries.count_found(wanted, tenant_id=g.tenant.id)
    if wanted.overdue_on is not None:
        return counts.overdue
    return counts.total if wanted.state is None else counts.by_state.get(wanted.state, 0)


@bp.route("/members/<uuid:member_id>/visits/new", methods=["GET", "POST"])
@requires(Permission.VISIT_MANAGE)
def plan_visit(member_id: uuid.UUID) -> Response:
    """Plan one visit to a member."""
    member, form = member_here(member_id), VisitPlanForm(data={"due_on": today(), "visitor": g.actor.name})
    if form.is_submitted():
        visit = attempt(
            form,
            lambda: commands.plan_visit(
                member.id,
                VisitReason(form.visit_reason.data),
                due_on=cast(date, form.due_on.data),
                visitor=form.visitor.data or "",
                actor=g.actor,
                now=g.now,
            ),
        )
        if visit:
            flash(_("The visit to %(name)s is planned.", name=member.full_name), "success")
            return see_other("care.show_visit", visit_id=visit.id)
    status = 422 if form.is_submitted() else 200
    return render("care/visit_form.html", form=form, member=member, status=status)


@bp.post("/visits/visitor")
@requires(Permission.VISIT_MANAGE)
def name_visitor() -> Response:
    """Say once who pays the chosen visits."""
    chosen = set(request.form.getlist("visit_id", type=uuid.UUID))
    visits = queries.visits_by_id(chosen, tenant_id=g.tenant.id)
    if len(visits) != len(set(request.form.getlist("visit_id"))):
        raise NotFound
    try:
        number = commands.name_visitor(visits, request.form.get("visitor", ""), actor=g.actor, now=g.now)
    except RuleBroken as error:
        flash(said(error), "warning")
        return see_other(LIST)
    if number:
        words = ngettext("The visitor of %(num)s visit is named.", "The visitor of %(num)s visits is named.", number)
        flash(words, "success")
    else:
        flash(_("Nothing was changed. Choose visits that are planned."), "warning")
    return see_other(LIST, state=VisitState.PLANNED.value)


@bp.get("/visits/<uuid:visit_id>")
@requires(Permission.CARE_LIST)
def show_visit(visit_id: uuid.UUID) -> Response:
    """Show one visit; what is sensitive only as recorded or not."""
    return _page(visit_id)


@bp.route("/visits/<uuid:visit_id>/record", methods=["GET", "POST"])
@requires(Permission.VISIT_MANAGE)
def record_visit(visit_id: uuid.UUID) -> Response:
    """Ask the visitor, on a phone, what was found."""
    visit = get_row(CareVisit, visit_id, tenant_id=g.tenant.id)
    if visit.state is not VisitState.PLANNED and request.method == "GET":
        return see_other("care.show_visit", visit_id=visit.id)
    form = FindingsForm(data={"visited_on": today(), "visitor": visit.visitor or g.actor.name})
    if form.is_submitted():
        done = attempt(form, lambda: commands.record_visit(visit.id, _findings(form), actor=g.actor, now=g.now))
        if done:
            flash(_("The visit is recorded. What you wrote is sealed now."), "success")
            return see_other("care.show_visit", visit_id=visit.id)
    return render(
        "care/record.html",
        form=form,
        visit=visit,
        member=member_here(visit.member_id),
        status=422 if form.is_submitted() else 200,
    )


def _findings(form: FindingsForm) -> commands.Findings:
    return commands.Findings(
        visited_on=cast(date, form.visited_on.data),
        visitor=form.visitor.data or "",
        need=form.need.data or "",
        help=form.help.data or "",
        health=form.health.data or "",
        follow_up_due=form.follow_up_due.data,
    )


@bp.post("/visits/<uuid:visit_id>/follow-up")
@requires(Permission.VISIT_MANAGE)
def follow_up_visit(visit_id: uuid.UUID) -> Response:
    """Promise something after a visit, until a day."""
    get_row(CareVisit, visit_id, tenant_id=g.tenant.id)
    form = FollowUpForm(prefix="later")
    due = form.follow_up_due
    if attempt(form, lambda: commands.set_follow_up(visit_id, cast(date, due.data), actor=g.actor, now=g.now)):
        flash(_("The follow-up is noted; it will stand among your tasks."), "success")
        return see_other("care.show_visit", visit_id=visit_id)
    return _page(visit_id, later=form, status=422)


@bp.post("/visits/<uuid:visit_id>/closing")
@requires(Permission.VISIT_MANAGE)
def close_visit(visit_id: uuid.UUID) -> Response:
    """Close a visit with what came of it."""
    get_row(CareVisit, visit_id, tenant_id=g.tenant.id)
    form = ClosingForm(prefix="end")
    if attempt(form, lambda: commands.close_visit(visit_id, form.result.data or "", actor=g.actor, now=g.now)):
        flash(_("The visit is closed."), "success")
        return see_other("care.show_visit", visit_id=visit_id)
    return _page(visit_id, end=form, status=422)


@bp.post("/visits/<uuid:visit_id>/reveals/<any(need, help, health, result):visit_field>")
@requires(Permission.CARE_REVEAL)
def reveal_visit(visit_id: uuid.UUID, visit_field: str) -> Response:
    """Show one sealed field once, for a reason that is recorded."""
    get_row(CareVisit, visit_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix=visit_field)
    text = attempt(
        form,
        lambda: commands.reveal_visit(
            visit_id, field=visit_field, reason=form.reason.data or "", actor=g.actor, now=g.now
        ),
    )
    status = 200 if text else 422
    return _page(visit_id, revealed={visit_field: text} if text else {}, why={visit_field: form}, status=status)


def _page(
    visit_id: uuid.UUID,
    *,
    status: int = 200,
    revealed: dict[str, str] | None = None,
    why: dict[str, ReasonForm] | None = None,
    **forms: Any,
) -> Response:
    visit = get_row(CareVisit, visit_id, tenant_id=g.tenant.id)
    asked = why or {}
    sealed = [
        (name, words, (revealed or {}).get(name), asked.get(name) or ReasonForm(formdata=None, prefix=name))
        for name, words in SEALED_WORDS.items()
        if getattr(visit, f"{name}_sealed")
    ]
    return render(
        "care/visit.html",
        status=status,
        visit=visit,
        member=member_here(visit.member_id),
        sealed=sealed,
        today=today(),
        later=forms.get("later") or FollowUpForm(formdata=None, prefix="later"),
        end=forms.get("end") or ClosingForm(formdata=None, prefix="end"),
    )
