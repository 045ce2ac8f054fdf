"""Screens of the published list: confirmation with its working, taking it back."""

import uuid

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core.errors import RuleBroken
from portal.core.statutory_days import statutory_period
from portal.elections import commands, forms, messages, queries, rules
from portal.elections.commands import ListWording
from portal.elections.models import ElectionCase
from portal.elections.rules import CandidateState
from portal.elections.views.blueprint import bp
from portal.estates import queries as estates
from portal.notices.messages import step_sentence
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.get("/cases/<uuid:case_id>/publication")
@requires(Permission.CANDIDATES_PUBLISH)
def new_publication(case_id: uuid.UUID) -> Response:
    """Show what would be published, until when, and how that day is counted."""
    case = queries.get_case(case_id)
    proposed = messages.notice_words(
        estate=estates.get_estate(case.estate_id).name, kind=case.kind, seats=case.seats, community=g.tenant.name
    )
    return _publication_page(case, forms.PublicationForm(data=proposed))


@bp.post("/cases/<uuid:case_id>/publication")
@requires(Permission.CANDIDATES_PUBLISH)
def publish_candidates(case_id: uuid.UUID) -> Response:
    """Publish the list of candidates."""
    case = queries.get_case(case_id)
    form = forms.PublicationForm()
    if not form.validate():
        return _publication_page(case, form, status=422)
    wording = ListWording(
        title=form.title.data or "",
        text=form.text.data or "",
        issuer=g.tenant.name,
        objection=form.objection.data or "",
        columns=messages.list_heads(),
        sources=messages.source_names(),
        period_source=messages.display_words(queries.pack_of(case).number("CANDIDATE_PUBLICITY_DAYS")),
    )
    try:
        commands.publish_candidates(case, wording=wording, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _publication_page(case, form, status=422)
    flash(_("The list of candidates is on display."), "success")
    return see_other("elections.show_case", case_id=case.id)


@bp.get("/cases/<uuid:case_id>/publication/withdrawal")
@requires(Permission.CANDIDATES_PUBLISH)
def confirm_list_withdrawal(case_id: uuid.UUID) -> Response:
    """Ask for the reason before taking the list back."""
    return render("elections/withdraw_list.html", case=queries.get_case(case_id), form=forms.WithdrawalForm())


@bp.post("/cases/<uuid:case_id>/publication/withdrawal")
@requires(Permission.CANDIDATES_PUBLISH)
def withdraw_list(case_id: uuid.UUID) -> Response:
    """Take the published list back, to handle objections."""
    case = queries.get_case(case_id)
    form = forms.WithdrawalForm()
    if not form.validate():
        return render("elections/withdraw_list.html", case=case, form=form, status=422)
    try:
        commands.withdraw_candidate_list(case, reason=form.reason.data or "", actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return render("elections/withdraw_list.html", case=case, form=form, status=422)
    flash(_("The list is taken back. Publish it anew when the objections are dealt with."), "success")
    return see_other("elections.show_case", case_id=case.id)


def _publication_page(case: ElectionCase, form: forms.PublicationForm, status: int = 200) -> Response:
    number = queries.pack_of(case).number("CANDIDATE_PUBLICITY_DAYS")
    candidates = queries.list_candidates(case.id)
    return render(
        "elections/publish.html",
        case=case,
        form=form,
        number=number,
        period=statutory_period(g.now, number.value, number.period_unit),
        step_sentence=step_sentence,
        passed=[line for line in candidates if line.state is CandidateState.PASSED],
        undecided=[line for line in candidates if line.state not in rules.SETTLED],
        status=status,
    )
