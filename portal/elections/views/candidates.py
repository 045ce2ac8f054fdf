"""Screens of one candidate: the eligibility sheet, the decision, withdrawal."""

import uuid

from flask import Response, flash, g, make_response, request
from flask_babel import gettext as _

from portal.accounts.queries import names_of
from portal.authz.permissions import Permission
from portal.core.errors import RuleBroken
from portal.elections import commands, forms, messages, queries, rules
from portal.elections.commands import Upload
from portal.elections.models import Candidate, ElectionCase
from portal.elections.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.get("/candidates/<uuid:candidate_id>")
@requires(Permission.CASE_LIST)
def show_candidate(candidate_id: uuid.UUID) -> Response:
    """Show a candidate's eligibility sheet and decisions."""
    return _sheet(queries.get_candidate(candidate_id))


@bp.post("/candidates/<uuid:candidate_id>/checks")
@requires(Permission.CHECK_RECORD)
def record_check(candidate_id: uuid.UUID) -> Response:
    """Write what was found under one rule; the page has a form for each."""
    candidate = queries.get_candidate(candidate_id)
    rule_code = request.form.get("rule_code", "")
    rules.get_rule(queries.pack_of(queries.get_case(candidate.case_id)), rule_code)
    form = forms.CheckForm(prefix=rule_code)
    if not form.validate():
        return _sheet(candidate, wrong={rule_code: form}, status=422)
    file = form.file.data
    upload = Upload(file.filename, file.read()) if file else None
    try:
        commands.record_check(candidate, finding=form.finding(rule_code), upload=upload, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _sheet(candidate, wrong={rule_code: form}, status=422)
    flash(_("%(rule)s is saved.", rule=rule_code), "success")
    return see_other("elections.show_candidate", candidate_id=candidate.id, _anchor=f"rule-{rule_code}")


@bp.post("/checks/<uuid:check_id>/evidence")
@requires(Permission.CHECK_RECORD)
def fetch_evidence(check_id: uuid.UUID) -> Response:
    """Give the paper that a finding rests on, as a download; each time is recorded."""
    check = queries.get_check(check_id)
    file = commands.fetch_evidence(check, actor=g.actor, now=g.now)
    response = make_response(file.content)
    response.content_type = file.media_type
    response.headers.set("Content-Disposition", "attachment", filename=f"evidence-{check.rule_code}")
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@bp.get("/candidates/<uuid:candidate_id>/decision")
@requires(Permission.CANDIDATE_DECIDE)
def new_decision(candidate_id: uuid.UUID) -> Response:
    """Show the form for a decision."""
    return _decision_page(queries.get_candidate(candidate_id), None)


@bp.post("/candidates/<uuid:candidate_id>/decision")
@requires(Permission.CANDIDATE_DECIDE)
def decide_candidate(candidate_id: uuid.UUID) -> Response:
    """Decide on a candidate."""
    candidate = queries.get_candidate(candidate_id)
    form = _decision_form(queries.get_case(candidate.case_id))
    if not form.validate():
        return _decision_page(candidate, form, status=422)
    try:
        commands.decide_candidate(candidate, verdict=form.verdict(), actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _decision_page(candidate, form, status=422)
    flash(_("The decision on %(name)s is recorded.", name=candidate.name), "success")
    return see_other("elections.show_case", case_id=candidate.case_id)


@bp.get("/candidates/<uuid:candidate_id>/withdrawal")
@requires(Permission.CANDIDATE_NOMINATE)
def confirm_withdrawal(candidate_id: uuid.UUID) -> Response:
    """Ask before noting that a candidate no longer stands."""
    return render("elections/withdraw_candidate.html", candidate=queries.get_candidate(candidate_id))


@bp.post("/candidates/<uuid:candidate_id>/withdrawal")
@requires(Permission.CANDIDATE_NOMINATE)
def withdraw_candidate(candidate_id: uuid.UUID) -> Response:
    """Note that a candidate no longer stands."""
    candidate = commands.withdraw_candidate(queries.get_candidate(candidate_id), actor=g.actor, now=g.now)
    flash(_("%(name)s no longer stands.", name=candidate.name), "success")
    return see_other("elections.show_case", case_id=candidate.case_id)


def _sheet(candidate: Candidate, wrong: dict[str, forms.CheckForm] | None = None, status: int = 200) -> Response:
    """The candidate's page; `wrong` holds the form of a rule that was just refused."""
    case = queries.get_case(candidate.case_id)
    pack = queries.pack_of(case)
    checks = {check.rule_code: check for check in queries.list_checks(candidate.id)}
    decisions = queries.list_decisions(candidate.id)
    sheet = {
        code: (wrong or {}).get(code) or forms.CheckForm(formdata=None, prefix=code, obj=checks.get(code))
        for code in pack.rules
    }
    findings = [queries.finding_of(check) for check in checks.values()]
    is_oneself = candidate.user_id == g.actor.user_id
    is_open = case.state in rules.REVIEW_STATES and candidate.state not in rules.SETTLED
    return render(
        "elections/candidate.html",
        candidate=candidate,
        case=case,
        pack=pack,
        checks=checks,
        sheet=sheet,
        decisions=decisions,
        names=names_of([*(c.checked_by for c in checks.values()), *(d.decided_by for d in decisions)]),
        open_rules=rules.open_rules(pack, findings),
        may_edit=is_open and not is_oneself,
        may_decide=rules.may_decide(case.state, candidate.state) and not is_oneself,
        is_oneself=is_oneself,
        may_withdraw=rules.may_withdraw(case.state, candidate.state),
        status=status,
    )


def _decision_form(case: ElectionCase) -> forms.DecisionForm:
    form = forms.DecisionForm()
    bars = [rule for rule in queries.pack_of(case).rules.values() if rule.may_bar]
    form.cited.choices = forms.choices({rule.code: f"{rule.code} {messages.said(rule.text)}" for rule in bars})
    return form


def _decision_page(candidate: Candidate, form: forms.DecisionForm | None, status: int = 200) -> Response:
    case = queries.get_case(candidate.case_id)
    sheet = queries.findings(candidate.id)
    pack = queries.pack_of(case)
    return render(
        "elections/decide.html",
        candidate=candidate,
        form=form or _decision_form(case),
        pack=pack,
        findings={finding.rule_code: finding for finding in sheet},
        open_rules=rules.open_rules(pack, sheet),
        barring=rules.barring_findings(pack, sheet),
        status=status,
    )
