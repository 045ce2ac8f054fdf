"""Staff answer reports."""

import uuid

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core.errors import RuleBroken
from portal.core.personal_data import mask_phone
from portal.registers.queries import list_organizations
from portal.registers.queries.known import namesakes
from portal.reporting import commands, queries, rules
from portal.reporting.forms import ReasonForm
from portal.reporting.messages import REPORT_STATES
from portal.reporting.rules import ReportState
from portal.reporting.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.messages import said
from portal.web.pagination import Page, page_number

NAMESAKES_MOST = 5


@bp.get("/reports")
@requires(Permission.REPORT_DECIDE)
def list_reports() -> Response:
    """List reports in one state, those that wait first."""
    state, search = _state(), request.args.get("q", "").strip()
    counts = queries.count_reports(search=search)
    page = Page(page_number(), counts[state])
    rows = queries.list_reports(state, search=search, limit=page.per_page, offset=page.offset)
    tabs = [
        (text, url_for("reporting.list_reports", state=each.value, q=search or None), counts[each], each is state)
        for each, (text, _tone) in REPORT_STATES.items()
    ]
    return render("reporting/reports.html", rows=rows, page=page, tabs=tabs, state=state, search=search)


@bp.get("/reports/<uuid:report_id>")
@requires(Permission.REPORT_DECIDE)
def show_report(report_id: uuid.UUID) -> Response:
    """Show one report with what can be answered."""
    return _page(report_id)


@bp.post("/reports/<uuid:report_id>/acceptance")
@requires(Permission.REPORT_DECIDE)
def accept_report(report_id: uuid.UUID) -> Response:
    """Accept a report."""
    report = queries.get_report(report_id)
    try:
        commands.accept_report(report, actor=g.actor, now=g.now)
    except RuleBroken as error:
        return _page(report_id, problem=said(error), status=422)
    flash(_("%(name)s is accepted and can claim posts from now on.", name=report.name), "success")
    return see_other("reporting.list_reports")


@bp.post("/reports/<uuid:report_id>/member/<uuid:member_id>")
@requires(Permission.REPORT_DECIDE)
def tie_report(report_id: uuid.UUID, member_id: uuid.UUID) -> Response:
    """Say which member of the register a report is of."""
    try:
        commands.tie_report(queries.get_report(report_id), member_id, actor=g.actor, now=g.now)
    except RuleBroken as error:
        return _page(report_id, problem=said(error), status=422)
    flash(_("The report and the member's page belong together from now on."), "success")
    return see_other("reporting.show_report", report_id=report_id)


@bp.post("/reports/<uuid:report_id>/return")
@requires(Permission.REPORT_DECIDE)
def return_report(report_id: uuid.UUID) -> Response:
    """Return a report with a reason."""
    report, form = queries.get_report(report_id), ReasonForm()
    if not form.validate():
        return _page(report_id, form=form, status=422)
    try:
        commands.return_report(report, reason=form.reason.data or "", actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _page(report_id, form=form, status=422)
    flash(
        _("The report of %(name)s is returned. The member reads your reason and can report again.", name=report.name),
        "success",
    )
    return see_other("reporting.list_reports")


@bp.post("/reports/<uuid:report_id>/mobile")
@requires(Permission.REPORT_REVEAL)
def reveal_mobile(report_id: uuid.UUID) -> Response:
    """Show the member's mobile number in full, once, and record who looked and why."""
    report, form = queries.get_report(report_id), ReasonForm(prefix="look")
    if not form.validate():
        return _page(report_id, look=form, status=422)
    try:
        mobile = commands.reveal_mobile(report, reason=form.reason.data or "", actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _page(report_id, look=form, status=422)
    return _page(report_id, mobile=mobile)


def _page(
    report_id: uuid.UUID,
    *,
    form: ReasonForm | None = None,
    look: ReasonForm | None = None,
    mobile: str | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    report = queries.get_report(report_id)
    is_known = report.member_id is not None or report.link_id is not None
    same = [] if is_known else namesakes(report.name, tenant_id=g.tenant.id, limit=NAMESAKES_MOST)
    names = {row.id: row.name for row in list_organizations(tenant_id=g.tenant.id)} if same else {}
    return render(
        "reporting/report.html",
        report=report,
        is_known=is_known,
        namesakes=[(member, names.get(member.organization_id, "")) for member in same],
        due_on=rules.answer_due(report.reported_at),
        masked=mask_phone(queries.mobile_of(report)),
        mobile=mobile,
        problem=problem,
        form=form or ReasonForm(formdata=None),
        look=look or ReasonForm(formdata=None, prefix="look"),
        status=status,
    )


def _state() -> ReportState:
    try:
        return ReportState(request.args.get("state", ReportState.REPORTED.value))
    except ValueError:
        return ReportState.REPORTED
