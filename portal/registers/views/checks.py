"""The 3-3-3 suggestions and national warnings, the coverage picture, check sheets, and the street's look below."""

import uuid
from typing import Any

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.sheets import open_sheet, review_sheet
from portal.registers.commands.terms import remind_term
from portal.registers.forms.structure import ReminderForm, ReviewForm, SheetForm
from portal.registers.listed import COVERAGE, SHEETS
from portal.registers.messages import KIND_WORDS
from portal.registers.messages import structure as words
from portal.registers.queries.below import CommitteeBelow, committees_below, get_committee_below, own_committee
from portal.registers.queries.organizations import judge, organization_states
from portal.registers.queries.sheets import (
    get_sheet,
    present_coverage,
    reviews_of,
)
from portal.registers.rules import BRANCH_KINDS, OrganizationKind
from portal.registers.rules.sheets import SheetKind, SheetState
from portal.registers.rules.structure import Weight, size_kind
from portal.registers.rules.terms import TermStatus, reminder_on
from portal.registers.upper import upper_name
from portal.registers.views.blueprint import bp
from portal.registers.views.organizations import say
from portal.tenancy.levels import Level
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number
from portal.web.templating import plain_day


@bp.get("/checks")
@requires(Permission.ORGANIZATION_LIST)
def show_checks() -> Response:
    """Show what the 3-3-3 rule suggests and, apart from it, what the national rule warns of."""
    today = clock.today(g.now)
    states = organization_states(tenant_id=g.tenant.id, today=today)
    lines = [line for line in judge(states, today=today) if line.findings]
    covered = present_coverage(states, tenant_id=g.tenant.id)
    members = sum(state.own_all for state in states)
    return render(
        "registers/checks.html",
        warned=[line for line in lines if line.is_warned],
        noted=[line for line in lines if not line.is_warned],
        uppers={state.id: state.name for state in states},
        upper=upper_name(g.tenant),
        is_community=g.tenant.level is Level.COMMUNITY,
        covered=covered,
        top_kind=_top_kind(members),
        kinds=KIND_WORDS,
        say=say,
        words=words,
        Weight=Weight,
    )


def _top_kind(members: int) -> OrganizationKind:
    """A general branch or a committee, by the number of members; below both the smaller of them, with approval."""
    kind = size_kind(members)
    return OrganizationKind.GENERAL_BRANCH if kind in BRANCH_KINDS else kind


@bp.get("/coverage")
@requires(Permission.ORGANIZATION_LIST)
def show_coverage() -> Response:
    """Show buildings against groups and estates against branches, as bars and as a table."""
    look = COVERAGE.look(request.args)
    return render(
        "registers/coverage.html",
        covered=look.found,
        heads=COVERAGE.heads(look),
        export=COVERAGE.export_url(look),
        bars=_bars(look.found.estates),
        width=BAR_WIDTH,
    )


BAR_WIDTH = 120


def _bars(estates: Any) -> list[dict[str, Any]]:
    """Where each estate's bar stands: all buildings in outline, those with a group filled."""
    most = max((len(each.buildings) for each in estates), default=0)
    return [
        {
            "name": each.estate,
            "all": len(each.buildings),
            "covered": each.covered,
            "all_width": _width(len(each.buildings), most),
            "covered_width": _width(each.covered, most),
            "branch": each.branch.name if each.branch else "",
        }
        for each in estates
    ]


def _width(part: int, whole: int) -> int:
    return part * BAR_WIDTH // whole if whole else 0


@bp.get("/check-sheets")
@requires(Permission.ORGANIZATION_LIST)
def list_sheets() -> Response:
    """Show the check sheets, open ones first."""
    look = SHEETS.look(request.args)
    page = Page(page_number(), SHEETS.count(look))
    return render(
        "registers/check_sheets.html",
        rows=SHEETS.rows(look, limit=page.per_page, offset=page.offset),
        heads=SHEETS.heads(look),
        export=SHEETS.export_url(look),
        page=page,
        open_only=look.found,
        today=look.today,
        words=words,
    )


@bp.route("/organizations/<uuid:organization_id>/check-sheets/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def record_check(organization_id: uuid.UUID) -> Response:
    """Record a check; what the register itself finds stands in the form already."""
    organization = queries.get_organization(organization_id, tenant_id=g.tenant.id)
    form: Any = SheetForm(data=None if request.method == "POST" else _sheet_data(organization_id))
    if form.validate_on_submit():
        try:
            sheet = open_sheet(
                organization_id, SheetKind(form.kind.data), checked_on=form.checked_on.data,
                findings=form.findings.data or "", measures=form.measures.data or "",
                responsible=form.responsible.data, due_on=form.due_on.data, actor=g.actor, now=g.now,
            )  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The check of %(name)s is recorded.", name=organization.name), "success")
            return see_other("registers.show_sheet", check_sheet_id=sheet.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/check_sheet_form.html", form=form, organization=organization, status=status)


def _sheet_data(organization_id: uuid.UUID) -> dict[str, Any]:
    today = clock.today(g.now)
    states = organization_states(tenant_id=g.tenant.id, today=today)
    line = next((each for each in judge(states, today=today) if each.state.id == organization_id), None)
    found = [say(finding) for finding in line.findings] if line else []
    if line and line.state.status is TermStatus.OVERDUE:
        found.append(str(words.TERM_WORDS[TermStatus.OVERDUE]))
    kind = request.args.get("kind", "")
    return {
        "kind": kind if kind in set(SheetKind) else SheetKind.STANDARDS.value,
        "checked_on": today,
        "findings": "\n".join(found),
        "responsible": g.actor.name,
    }


@bp.get("/check-sheets/<uuid:check_sheet_id>")
@requires(Permission.ORGANIZATION_LIST)
def show_sheet(check_sheet_id: uuid.UUID) -> Response:
    """Show a check sheet with its re-checks, ready to print."""
    return _sheet_page(check_sheet_id, ReviewForm(data={"reviewed_on": clock.today(g.now)}))


@bp.post("/check-sheets/<uuid:check_sheet_id>/reviews")
@requires(Permission.ORGANIZATION_EDIT)
def review_check(check_sheet_id: uuid.UUID) -> Response:
    """Record that an organization was looked at again."""
    get_sheet(check_sheet_id, tenant_id=g.tenant.id)
    form: Any = ReviewForm()
    if form.validate():
        try:
            review_sheet(
                check_sheet_id, reviewed_on=form.reviewed_on.data, is_passed=form.outcome.data == "passed",
                result=form.result.data, due_on=form.due_on.data, actor=g.actor, now=g.now,
            )  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The re-check is recorded."), "success")
            return see_other("registers.show_sheet", check_sheet_id=check_sheet_id)
    return _sheet_page(check_sheet_id, form, status=422)


def _sheet_page(check_sheet_id: uuid.UUID, form: Any, status: int = 200) -> Response:
    sheet = get_sheet(check_sheet_id, tenant_id=g.tenant.id)
    return render(
        "registers/check_sheet.html",
        status=status,
        sheet=sheet,
        organization=queries.get_organization(sheet.organization_id, tenant_id=g.tenant.id),
        reviews=reviews_of(check_sheet_id, tenant_id=g.tenant.id),
        is_open=sheet.state is SheetState.OPEN,
        form=form,
        words=words,
    )


@bp.get("/below")
@requires(Permission.ORGANIZATION_BELOW)
def list_below() -> Response:
    """Show a street the committees of its communities: term and national warnings, nobody's name."""
    rows = committees_below(street_id=g.tenant.id, today=clock.today(g.now))
    upper = own_committee(g.tenant.id, name=g.tenant.name)
    return render("registers/below.html", rows=rows, upper=upper, kinds=KIND_WORDS, say=say, words=words)


@bp.get("/below/letter")
@requires(Permission.ORGANIZATION_BELOW)
def show_reminder_below() -> Response:
    """Show the letter by which a street reminds a community's committee of its election."""
    row = _asked_below(request.args.get("of", type=uuid.UUID))
    if row is None:
        return see_other("registers.list_below")
    return _letter_below(row, ReminderForm(data={"sent_on": clock.today(g.now)}))


@bp.post("/below/letters")
@requires(Permission.ORGANIZATION_BELOW)
def send_reminder_below() -> Response:
    """Record that the letter was sent."""
    row = _asked_below(request.form.get("of", type=uuid.UUID))
    if row is None or row.term_id is None:
        return see_other("registers.list_below")
    form: Any = ReminderForm()
    if form.validate():
        try:
            remind_term(row.term_id, sent_on=form.sent_on.data, letter_no=form.letter_no.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The reminder is recorded."), "success")
            return see_other("registers.list_below")
    return _letter_below(row, form, status=422)


def _asked_below(organization_id: uuid.UUID | None) -> CommitteeBelow | None:
    if organization_id is None:
        return None
    row = get_committee_below(organization_id, street_id=g.tenant.id, today=clock.today(g.now))
    return row if row.term else None


def _letter_below(row: CommitteeBelow, form: Any, status: int = 200) -> Response:
    assert row.term is not None  # noqa: S101  _asked_below gives no other
    return render(
        "registers/term_letter.html",
        status=status,
        form=form,
        term_id=None,
        of=row.organization_id,
        name=row.name,
        session_no=row.session_no,
        dates=row.term,
        remind_from=reminder_on(row.term),
        sender=own_committee(g.tenant.id, name=g.tenant.name),
        sent=[],
        today=clock.today(g.now),
        plain_day=plain_day,
    )
