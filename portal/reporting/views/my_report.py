"""What a member does about their own report, on a phone."""

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.accounts.models import UserAccount
from portal.accounts.queries import get_account
from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.core.personal_data import mask_phone
from portal.registers.queries.known import KnownPerson, find_known
from portal.reporting import commands, queries, rules
from portal.reporting.forms import ReportForm
from portal.reporting.messages import STEPS
from portal.reporting.models import MemberReport
from portal.reporting.views.blueprint import bp
from portal.tenancy import vault
from portal.tenancy.levels import Level
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.templating import day

Strip = list[tuple[str, str, object]]


@bp.get("/my-report")
@requires(Permission.CARD_VIEW)
def show_my_report() -> Response:
    """Show how far the member has come and the one thing to do next."""
    _check_community()
    report = queries.find_latest_report(g.actor.user_id)
    progress = queries.Progress(0, 0, 0)
    if report is not None:
        progress = queries.progress_of(report.id, today=clock.today(g.now))
    return render(
        "reporting/my_report.html",
        report=report,
        progress=progress,
        steps=_strip(report, progress),
        due_on=rules.answer_due(report.reported_at) if report else None,
        mobile=mask_phone(queries.mobile_of(report)) if report else "",
    )


@bp.get("/my-report/new")
@requires(Permission.REPORT_SUBMIT)
def new_report() -> Response:
    """Show the report card with what is known filled in: from the last report, else from the account."""
    _check_community()
    if queries.find_active_report(g.actor.user_id) is not None:
        return see_other("reporting.show_my_report")
    return _form(ReportForm(data=_known()), _in_register())


@bp.post("/my-report")
@requires(Permission.REPORT_SUBMIT)
def report_to_community() -> Response:
    """Take the report card."""
    _check_community()
    form, known = ReportForm(), _in_register()
    _drop_known(form, known)
    if form.validate():
        card = commands.ReportCard(
            name=known.full_name if known else form.name.data or "",
            mobile=known.mobile if known else form.mobile.data or "",
            work_unit=(form.work_unit.data or "") if "work_unit" in form else "",
            residence=(form.residence.data or "") if "residence" in form else "",
            skills=form.skills.data or "",
            intents=form.chosen_intents,
        )
        try:
            report = commands.report_to_community(card, consented=bool(form.consent.data), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            due = day(rules.answer_due(report.reported_at))
            flash(
                _("Your report has arrived. The community answers within 3 working days, by %(due)s.", due=due),
                "success",
            )
            return see_other("reporting.show_my_report")
    return _form(form, known, status=422)


def _form(form: ReportForm, known: KnownPerson | None, *, status: int = 200) -> Response:
    _drop_known(form, known)
    return render("reporting/report_form.html", form=form, known=known, version=rules.CONSENT_VERSION, status=status)


def _in_register() -> KnownPerson | None:
    """Give what the register here says of the person who is signed in: by the name and mobile of the account alone.

    What somebody types says nothing about who they are, so nothing is shown for it.
    """
    account = get_account(g.actor.user_id)
    mobile = _mobile_of(account)
    if not mobile:
        return None
    return find_known(account.name, mobile, tenant_id=g.tenant.id, today=clock.today(g.now))


def _drop_known(form: ReportForm, known: KnownPerson | None) -> None:
    """Ask nothing that the register says."""
    if known is None:
        return
    for name in ("name", "mobile", *(each for each in ("work_unit", "residence") if getattr(known, each))):
        if name in form:
            del form[name]


@bp.post("/my-report/withdrawal")
@requires(Permission.REPORT_SUBMIT)
def withdraw_report() -> Response:
    """Take the open report back."""
    report = queries.find_active_report(g.actor.user_id)
    if report is None:
        raise NotFound
    commands.withdraw_report(report, actor=g.actor, now=g.now)
    flash(_("Your report is withdrawn. You can report again at any time."), "success")
    return see_other("reporting.show_my_report")


def _check_community() -> None:
    """A member reports to a community; a street has no such page."""
    if g.tenant.level is not Level.COMMUNITY:
        raise NotFound


def _known() -> dict[str, object]:
    """Give what need not be asked again."""
    last = queries.find_latest_report(g.actor.user_id)
    if last is not None:
        return {
            "name": last.name,
            "mobile": queries.mobile_of(last),
            "work_unit": last.work_unit,
            "residence": last.residence,
            "skills": last.skills,
            "intents": last.intents,
        }
    account = get_account(g.actor.user_id)
    return {"name": account.name, "mobile": _mobile_of(account)}


def _mobile_of(account: UserAccount) -> str:
    if account.mobile_sealed is None:
        return ""
    return vault.platform_unseal("user_account.mobile", account.id, account.mobile_sealed)


def _strip(report: MemberReport | None, progress: queries.Progress) -> Strip:
    """Give the step strip: what is done, what is now, what comes."""
    done = rules.steps_done(
        report.state if report else None,
        claims=progress.claims,
        logged=progress.logged,
        confirmed=progress.confirmed,
    )
    dates: dict[rules.Step, object] = {}
    if report is not None and done:
        dates[rules.Step.REPORT] = report.reported_at
        dates[rules.Step.ANSWER] = report.decided_at or _("by %(due)s", due=day(rules.answer_due(report.reported_at)))
    now = next((step for step in rules.Step if step not in done), None)
    return [
        (str(STEPS[step]), "done" if step in done else "now" if step is now else "next", dates.get(step))
        for step in rules.Step
    ]
