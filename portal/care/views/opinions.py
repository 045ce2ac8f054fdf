"""Opinions that delegates heard: the list, one opinion, handing on and answering."""

import uuid
from typing import Any

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import delegates as commands
from portal.care.forms import AnswerForm, HandOnForm, ReasonForm
from portal.care.messages import OPINION_STATES
from portal.care.models import DelegateOpinion
from portal.care.queries import delegates as queries
from portal.care.rows import get_row
from portal.care.rules.delegates import OpinionState
from portal.care.views.blueprint import attempt, bp, chip, today
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

LIST = "care.list_opinions"


@bp.get("/opinions")
@requires(Permission.CARE_LIST)
def list_opinions() -> Response:
    """Show the opinions, the next due first."""
    name, is_late = request.args.get("state", ""), request.args.get("late") == "1"
    state = OpinionState(name) if name in set(OpinionState) else None
    counts, overdue = queries.count_opinions(tenant_id=g.tenant.id, today=today())
    page = Page(page_number(), overdue if is_late else counts[state] if state else counts.total())
    rows = queries.list_opinions(
        None if is_late else state,
        tenant_id=g.tenant.id,
        overdue_on=today() if is_late else None,
        limit=page.per_page,
        offset=page.offset,
    )
    return render(
        "care/opinions.html",
        rows=rows,
        page=page,
        today=today(),
        is_narrowed=state is not None or is_late,
        states=[
            chip(LIST, _("All"), counts.total(), is_current=state is None and not is_late),
            chip(LIST, _("Overdue"), overdue, is_current=is_late, late="1"),
            *(
                chip(LIST, words, counts[each], is_current=state is each and not is_late, state=each.value)
                for each, (words, _tone) in OPINION_STATES.items()
            ),
        ],
    )


@bp.get("/opinions/<uuid:opinion_id>")
@requires(Permission.CARE_LIST)
def show_opinion(opinion_id: uuid.UUID) -> Response:
    """Show one opinion and what became of it."""
    return _page(opinion_id)


@bp.post("/opinions/<uuid:opinion_id>/report")
@requires(Permission.DELEGATE_MANAGE)
def report_opinion(opinion_id: uuid.UUID) -> Response:
    """Hand an opinion on."""
    get_row(DelegateOpinion, opinion_id, tenant_id=g.tenant.id)
    form = HandOnForm(prefix="on")
    to = form.reported_to
    if attempt(form, lambda: commands.report_opinion(opinion_id, reported_to=to.data or "", actor=g.actor, now=g.now)):
        flash(_("The opinion is handed on."), "success")
        return see_other("care.show_opinion", opinion_id=opinion_id)
    return _page(opinion_id, on=form, status=422)


@bp.post("/opinions/<uuid:opinion_id>/answer")
@requires(Permission.DELEGATE_MANAGE)
def answer_opinion(opinion_id: uuid.UUID) -> Response:
    """Enter the answer."""
    get_row(DelegateOpinion, opinion_id, tenant_id=g.tenant.id)
    form = AnswerForm(prefix="reply")
    words = form.answer
    if attempt(form, lambda: commands.answer_opinion(opinion_id, answer=words.data or "", actor=g.actor, now=g.now)):
        flash(_("The answer is entered."), "success")
        return see_other("care.show_opinion", opinion_id=opinion_id)
    return _page(opinion_id, reply=form, status=422)


@bp.post("/opinions/<uuid:opinion_id>/contact-reveal")
@requires(Permission.CARE_REVEAL)
def reveal_opinion_contact(opinion_id: uuid.UUID) -> Response:
    """Show the way to answer once, for a reason that is recorded."""
    get_row(DelegateOpinion, opinion_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="why")
    text = attempt(
        form, lambda: commands.reveal_contact(opinion_id, reason=form.reason.data or "", actor=g.actor, now=g.now)
    )
    return _page(opinion_id, why=form, contact=text, status=200 if text else 422)


def _page(opinion_id: uuid.UUID, *, status: int = 200, contact: str | None = None, **forms: Any) -> Response:
    opinion = get_row(DelegateOpinion, opinion_id, tenant_id=g.tenant.id)
    names = queries.delegate_names({opinion.delegate_id}, tenant_id=g.tenant.id)
    return render(
        "care/opinion.html",
        status=status,
        opinion=opinion,
        delegate_name=names.get(opinion.delegate_id, ""),
        contact=contact,
        duty_day=queries.duty_day_of(opinion),
        today=today(),
        on=forms.get("on") or HandOnForm(formdata=None, prefix="on"),
        reply=forms.get("reply") or AnswerForm(formdata=None, prefix="reply"),
        why=forms.get("why") or ReasonForm(formdata=None, prefix="why"),
    )
