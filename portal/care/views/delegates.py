"""Delegates: the list, one delegate with duty days and what was heard."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import delegates as commands
from portal.care.forms import DelegateForm, DutyDayForm, OpinionForm, ReasonForm
from portal.care.listed import DELEGATES
from portal.care.messages import DELEGATE_STATES
from portal.care.models import DutyDay, PartyDelegate
from portal.care.queries import delegates as queries
from portal.care.rows import get_row
from portal.care.rules.delegates import USUAL_CALLER, DelegateLevel, DelegateState
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.core import clock
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number
from portal.web.templating import day

LIST = "care.list_delegates"
SHOWN_MOST = 50


@bp.get("/delegates")
@requires(Permission.CARE_LIST)
def list_delegates() -> Response:
    """Show the delegates with their next duty day and what they heard."""
    look = DELEGATES.look(request.args)
    state = look.found
    counts = queries.count_delegates(tenant_id=g.tenant.id)
    page = Page(page_number(), counts[state] if state else counts.total())
    return render(
        "care/delegates.html",
        rows=DELEGATES.rows(look, limit=page.per_page, offset=page.offset),
        heads=DELEGATES.heads(look),
        export=DELEGATES.export_url(look),
        page=page,
        today=today(),
        is_narrowed=state is not None,
        states=[chip(LIST, _("All"), counts.total(), is_current=state is None)]
        + [
            chip(LIST, words, counts[each], is_current=state is each, state=each.value)
            for each, (words, _tone) in DELEGATE_STATES.items()
        ],
    )


@bp.route("/members/<uuid:member_id>/delegate", methods=["GET", "POST"])
@requires(Permission.DELEGATE_MANAGE)
def enter_delegate(member_id: uuid.UUID) -> Response:
    """Enter a member as a delegate."""
    member, form = member_here(member_id), DelegateForm()
    if form.is_submitted():
        delegate = attempt(form, lambda: commands.enter_delegate(member.id, _mandate(form), actor=g.actor, now=g.now))
        if delegate:
            flash(_("%(name)s is entered as a delegate.", name=member.full_name), "success")
            return see_other("care.show_delegate", delegate_id=delegate.id)
    status = 422 if form.is_submitted() else 200
    return render("care/delegate_form.html", form=form, member=member, status=status)


@bp.get("/delegates/<uuid:delegate_id>")
@requires(Permission.CARE_LIST)
def show_delegate(delegate_id: uuid.UUID) -> Response:
    """Show one delegate: term, duty days, opinions heard."""
    return _page(delegate_id)


@bp.post("/delegates/<uuid:delegate_id>/duty-days")
@requires(Permission.DELEGATE_MANAGE)
def set_duty_day(delegate_id: uuid.UUID) -> Response:
    """Say when and where people are received."""
    get_row(PartyDelegate, delegate_id, tenant_id=g.tenant.id)
    form = DutyDayForm(prefix="duty")
    day = attempt(
        form,
        lambda: commands.set_duty_day(
            delegate_id,
            starts_at=form.hours[0],
            ends_at=form.hours[1],
            place=form.place.data or "",
            actor=g.actor,
            now=g.now,
        ),
    )
    if day is None:
        return _page(delegate_id, duty=form, status=422)
    flash(_("The duty day is set."), "success")
    return see_other("care.show_delegate", delegate_id=delegate_id)


@bp.post("/delegates/<uuid:delegate_id>/opinions")
@requires(Permission.DELEGATE_MANAGE)
def receive_opinion(delegate_id: uuid.UUID) -> Response:
    """Take down what was said."""
    get_row(PartyDelegate, delegate_id, tenant_id=g.tenant.id)
    form = _opinion_form(_duty_days(delegate_id))
    opinion = attempt(form, lambda: commands.receive_opinion(delegate_id, _hearing(form), actor=g.actor, now=g.now))
    if opinion is None:
        return _page(delegate_id, heard=form, status=422)
    flash(_("The opinion is taken down. Hand it on by %(day)s.", day=str(opinion.due_on)), "success")
    return see_other("care.show_delegate", delegate_id=delegate_id)


@bp.post("/delegates/<uuid:delegate_id>/end")
@requires(Permission.DELEGATE_MANAGE)
def end_delegate(delegate_id: uuid.UUID) -> Response:
    """End a delegate's office."""
    get_row(PartyDelegate, delegate_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="end")
    if attempt(
        form, lambda: commands.end_delegate(delegate_id, reason=form.reason.data or "", actor=g.actor, now=g.now)
    ):
        flash(_("The office is ended."), "success")
        return see_other("care.show_delegate", delegate_id=delegate_id)
    return _page(delegate_id, end=form, status=422)


def _mandate(form: DelegateForm) -> commands.Mandate:
    return commands.Mandate(
        DelegateLevel(form.level.data),
        form.congress.data or "",
        cast(date, form.term_from.data),
        cast(date, form.term_until.data),
    )


def _hearing(form: OpinionForm) -> commands.Hearing:
    return commands.Hearing(
        received_on=cast(date, form.received_on.data),
        content=form.content.data or "",
        caller=form.caller.data or "",
        contact=form.contact.data or "",
        duty_day_id=uuid.UUID(form.duty_day_id.data) if form.duty_day_id.data else None,
    )


def _duty_days(delegate_id: uuid.UUID) -> Sequence[DutyDay]:
    return queries.list_duty_days(delegate_id, tenant_id=g.tenant.id, limit=SHOWN_MOST)


def _opinion_form(days: Sequence[DutyDay], **given: Any) -> OpinionForm:
    """Give the form with the duty days that have begun; on a duty day it is the one that is meant."""
    form = OpinionForm(prefix="heard", **given)
    begun = [each for each in days if each.starts_at <= g.now]
    form.offer([(each.id, f"{day(each.starts_at)} · {each.place}") for each in begun])
    if "formdata" in given:
        form.duty_day_id.data = next((str(each.id) for each in begun if clock.today(each.starts_at) == today()), "")
    return form


def _page(delegate_id: uuid.UUID, *, status: int = 200, **forms: Any) -> Response:
    delegate = get_row(PartyDelegate, delegate_id, tenant_id=g.tenant.id)
    days = _duty_days(delegate_id)
    heard = _opinion_form(days, formdata=None, data={"received_on": today(), "caller": USUAL_CALLER})
    return render(
        "care/delegate.html",
        status=status,
        delegate=delegate,
        member=member_here(delegate.member_id),
        days=days,
        opinions=queries.list_opinions(None, tenant_id=g.tenant.id, delegate_id=delegate.id, limit=SHOWN_MOST),
        heard_on=queries.count_by_duty_day(delegate.id, tenant_id=g.tenant.id),
        is_open=delegate.state is DelegateState.SERVING,
        now=g.now,
        today=today(),
        duty=forms.get("duty") or DutyDayForm(formdata=None, prefix="duty"),
        heard=forms.get("heard") or heard,
        end=forms.get("end") or ReasonForm(formdata=None, prefix="end"),
    )
