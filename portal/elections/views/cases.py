"""Screens of cases: list, opening, the case page, nomination."""

import uuid
from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core.clock import today
from portal.core.errors import RuleBroken
from portal.elections import calendar, commands, forms, messages, queries, rules
from portal.elections.models import ElectionCase
from portal.elections.packs import find_pack, packs_in_force
from portal.elections.rules import CandidateState, CaseKind
from portal.elections.views.blueprint import bp
from portal.estates import queries as estates
from portal.notices import queries as notices
from portal.notices.messages import step_sentence
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number


@bp.get("/cases")
@requires(Permission.CASE_LIST)
def list_cases() -> Response:
    """Show the cases, the newest first."""
    page = Page(page_number(), queries.count_cases())
    return render("elections/cases.html", page=page, cases=queries.list_cases(limit=PER_PAGE, offset=page.offset))


@bp.get("/cases/new")
@requires(Permission.CASE_MANAGE)
def choose_estate() -> Response:
    """Ask for which estate the case is."""
    return render("elections/choose_estate.html", estates=estates.list_estates())


@bp.get("/estates/<uuid:estate_id>/cases/new")
@requires(Permission.CASE_MANAGE)
def new_case(estate_id: uuid.UUID) -> Response:
    """Show the form for a case, with the register's totals beside it."""
    return _case_form(estate_id, _open_case_form())


@bp.post("/estates/<uuid:estate_id>/cases")
@requires(Permission.CASE_MANAGE)
def open_case(estate_id: uuid.UUID) -> Response:
    """Open a case."""
    form = _open_case_form()
    pack = find_pack(form.pack_id.data or "")
    if not form.validate() or pack is None:
        return _case_form(estate_id, form, status=422)
    try:
        case = commands.open_case(
            estate_id,
            kind=CaseKind(form.kind.data),
            seats=form.seats.data or 0,
            pack=pack,
            preparation=form.preparation(),
            actor=g.actor,
            now=g.now,
        )
    except RuleBroken as error:
        form.add_rule_error(error)
        return _case_form(estate_id, form, status=422)
    flash(_("The case is open. Now nominate candidates."), "success")
    return see_other("elections.show_case", case_id=case.id)


@bp.get("/cases/<uuid:case_id>")
@requires(Permission.CASE_LIST)
def show_case(case_id: uuid.UUID) -> Response:
    """Show a case: its steps, the one thing to do now, candidates, last days, notices."""
    case = queries.get_case(case_id)
    pack = queries.pack_of(case)
    candidates = queries.list_candidates(case.id)
    return render(
        "elections/case.html",
        case=case,
        pack=pack,
        estate=estates.get_estate(case.estate_id),
        candidates=candidates,
        undecided=[line for line in candidates if line.state not in rules.SETTLED],
        passed=[line for line in candidates if line.state is CandidateState.PASSED],
        is_under_review=case.state in rules.REVIEW_STATES,
        steps=_steps(case),
        deadlines=calendar.case_calendar(
            kind=case.kind, prep_formed_on=case.prep_formed_on, published_at=case.published_at, pack=pack, now=g.now
        ),
        step_sentence=step_sentence,
        notices=notices.list_notices_of(case.id),
    )


@bp.get("/cases/<uuid:case_id>/rules")
@requires(Permission.CASE_LIST)
def show_rules(case_id: uuid.UUID) -> Response:
    """Show the rule pack that a case runs under, from the case's own copy."""
    case = queries.get_case(case_id)
    return render("elections/rules.html", case=case, pack=queries.pack_of(case))


@bp.get("/cases/<uuid:case_id>/candidates/new")
@requires(Permission.CANDIDATE_NOMINATE)
def new_candidate(case_id: uuid.UUID) -> Response:
    """Show the form for a nomination."""
    case = queries.get_case(case_id)
    return render("elections/nominate.html", case=case, form=forms.NominationForm())


@bp.post("/cases/<uuid:case_id>/candidates")
@requires(Permission.CANDIDATE_NOMINATE)
def nominate_candidate(case_id: uuid.UUID) -> Response:
    """Put a person forward."""
    case = queries.get_case(case_id)
    form = forms.NominationForm()
    if not form.validate():
        return render("elections/nominate.html", case=case, form=form, status=422)
    try:
        candidate = commands.nominate_candidate(case, nomination=form.nomination(), actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return render("elections/nominate.html", case=case, form=form, status=422)
    flash(_("%(name)s is nominated.", name=candidate.name), "success")
    return see_other("elections.show_case", case_id=case.id)


@bp.post("/cases/<uuid:case_id>/review")
@requires(Permission.CASE_MANAGE)
def start_review(case_id: uuid.UUID) -> Response:
    """Close nominations and begin the review."""
    case = commands.start_review(queries.get_case(case_id), actor=g.actor, now=g.now)
    flash(_("Nominations are closed. Fill in the sheet of each candidate."), "success")
    return see_other("elections.show_case", case_id=case.id)


def _open_case_form() -> forms.OpenCaseForm:
    form = forms.OpenCaseForm()
    form.pack_id.choices = forms.choices({pack.id: messages.said(pack.title) for pack in packs_in_force(today(g.now))})
    return form


def _case_form(estate_id: uuid.UUID, form: forms.OpenCaseForm, status: int = 200) -> Response:
    estate = estates.get_estate(estate_id)
    totals = estates.get_roll_totals(estate.id, on=today(g.now))
    return render("elections/open_case.html", estate=estate, totals=totals, form=form, status=status)


def _steps(case: ElectionCase) -> list[tuple[str, str, Any]]:
    """The step strip of a case, with names and days."""
    days = {
        rules.CaseState.PREP_FORMED: case.prep_formed_on,
        rules.CaseState.REGISTER_PUBLISHED: case.register_published_on,
        rules.CaseState.NOMINATION: case.opened_at,
        rules.CaseState.PARTY_REVIEW: case.review_started_at,
        rules.CaseState.CANDIDATES_PUBLISHED: case.published_at,
    }
    return [(str(messages.STATES[step.state]), step.phase, step.on) for step in calendar.case_path(case.state, days)]
