"""Members log services and object; staff confirm, return, correct and answer."""

import uuid
from datetime import date, time
from typing import cast

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.reporting import commands, queries
from portal.reporting.forms import CorrectionForm, ReasonForm, ServiceForm
from portal.reporting.rules import hours_text
from portal.reporting.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("/my-services/new")
@requires(Permission.SERVICE_LOG)
def new_service() -> Response:
    """Show the form: today, the post that was asked for, or what a returned entry said."""
    report = queries.find_accepted_report(g.actor.user_id)
    if report is None:
        return see_other("reporting.show_my_report")
    posts = queries.list_claimed_posts(report.id)
    form = ServiceForm(formdata=None, data=_prefilled(report.id, posts))
    form.offer(posts)
    return render("reporting/service_form.html", form=form, today=clock.today(g.now))


@bp.post("/my-services")
@requires(Permission.SERVICE_LOG)
def log_service() -> Response:
    """Take a service as self-reported."""
    report, form = queries.get_own_report(g.actor.user_id), ServiceForm()
    form.offer(queries.list_claimed_posts(report.id))
    if form.validate():
        entry = commands.ServiceEntry(
            post_id=form.chosen_post,
            served_on=cast(date, form.served_on.data),
            start=cast(time, form.start.data),
            end=cast(time, form.end.data),
            content=form.activity.data or "",
        )
        try:
            service = commands.log_service(entry, report=report, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            hours = hours_text(service.half_hours)
            flash(
                _("%(hours)s hours are entered. They count once the community confirms them.", hours=hours), "success"
            )
            return see_other("reporting.show_my_card")
    return render("reporting/service_form.html", form=form, today=clock.today(g.now), status=422)


@bp.get("/my-services/<uuid:service_id>/objection")
@requires(Permission.SERVICE_LOG)
def new_objection(service_id: uuid.UUID) -> Response:
    """Show the member's entry and ask what is wrong with it."""
    return _objection(service_id, ReasonForm(formdata=None))


@bp.post("/my-services/<uuid:service_id>/objection")
@requires(Permission.SERVICE_LOG)
def contest_service(service_id: uuid.UUID) -> Response:
    """Take the member's objection."""
    report, form = queries.get_own_report(g.actor.user_id), ReasonForm()
    service = queries.get_own_service(service_id, report.id)
    if form.validate():
        try:
            commands.contest_service(service, reason=form.reason.data or "", actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Your objection has arrived. The answer will stand beside the entry."), "success")
            return see_other("reporting.show_my_card")
    return _objection(service_id, form, status=422)


@bp.get("/services")
@requires(Permission.SERVICE_CONFIRM)
def list_services() -> Response:
    """List entries that wait to be confirmed, or objections that wait for an answer."""
    return _waiting()


@bp.post("/services/confirmation")
@requires(Permission.SERVICE_CONFIRM)
def confirm_services() -> Response:
    """Confirm the chosen entries; those that cannot be confirmed stay and say why."""
    chosen = set(request.form.getlist("service_id", type=uuid.UUID))
    services = queries.list_services_by_id(chosen)
    if len(services) != len(chosen) or len(chosen) != len(set(request.form.getlist("service_id"))):
        raise NotFound
    confirmed = refused = 0
    for service in services:
        try:
            commands.confirm_service(service, actor=g.actor, now=g.now)
        except RuleBroken:
            refused += 1
        else:
            confirmed += 1
    _tell(confirmed, refused)
    return see_other("reporting.list_services")


@bp.get("/services/<uuid:service_id>")
@requires(Permission.SERVICE_CONFIRM)
def show_service(service_id: uuid.UUID) -> Response:
    """Show one entry with what can be done about it."""
    return _page(service_id)


@bp.post("/services/<uuid:service_id>/return")
@requires(Permission.SERVICE_CONFIRM)
def return_service(service_id: uuid.UUID) -> Response:
    """Return an entry with a reason."""
    service, form = queries.get_service(service_id), ReasonForm()
    if form.validate():
        try:
            commands.return_service(service, reason=form.reason.data or "", actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The entry is returned. The member reads your reason."), "success")
            return see_other("reporting.list_services")
    return _page(service_id, back=form, status=422)


@bp.post("/services/<uuid:service_id>/correction")
@requires(Permission.SERVICE_CONFIRM)
def correct_service(service_id: uuid.UUID) -> Response:
    """Correct confirmed hours by a counter-entry."""
    service, form = queries.get_service(service_id), CorrectionForm(prefix="fix")
    form.offer(service.half_hours)
    if form.validate():
        try:
            commands.correct_service(
                service, half_hours=form.hours.data, reason=form.reason.data or "", actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(
                _("A counter-entry is made: %(hours)s hours count now.", hours=hours_text(form.hours.data)), "success"
            )
            return see_other("reporting.show_service", service_id=service_id)
    return _page(service_id, fix=form, status=422)


@bp.post("/services/<uuid:service_id>/objection-answer")
@requires(Permission.SERVICE_CONFIRM)
def answer_contest(service_id: uuid.UUID) -> Response:
    """Answer an objection and leave the hours as they are."""
    service, form = queries.get_service(service_id), ReasonForm(prefix="answer")
    if form.validate():
        try:
            commands.answer_contest(service, reason=form.reason.data or "", actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Your answer stands beside the entry on the member's card."), "success")
            return see_other("reporting.list_services")
    return _page(service_id, answer=form, status=422)


def _prefilled(report_id: uuid.UUID, posts: list[tuple[uuid.UUID, str]]) -> dict[str, object]:
    """Give today and the post named in the address, else the first one; or all of a returned entry."""
    known: dict[str, object] = {
        "served_on": clock.today(g.now),
        "post_id": str(request.args.get("post", type=uuid.UUID) or (posts[0][0] if posts else "")),
    }
    again = request.args.get("again", type=uuid.UUID)
    if again is not None:
        service = queries.get_own_service(again, report_id)
        known |= {
            "served_on": service.served_on,
            "post_id": str(service.post_id or ""),
            "start": clock.local(service.started_at).time(),
            "end": clock.local(service.ended_at).time(),
            "activity": service.content,
        }
    return known


def _objection(service_id: uuid.UUID, form: ReasonForm, *, status: int = 200) -> Response:
    report = queries.get_own_report(g.actor.user_id)
    queries.get_own_service(service_id, report.id)
    entry = queries.service_report(service_id)
    return render("reporting/objection.html", entry=entry, form=form, status=status)


def _waiting() -> Response:
    contested = request.args.get("kind") == "objections"
    to_confirm, to_answer = queries.count_waiting_services()
    page = Page(page_number(), to_answer if contested else to_confirm)
    rows = queries.list_services(contested=contested, limit=page.per_page, offset=page.offset)
    tabs = [
        (_("To confirm"), url_for("reporting.list_services"), to_confirm, not contested),
        (_("Objections"), url_for("reporting.list_services", kind="objections"), to_answer, contested),
    ]
    return render("reporting/services.html", rows=rows, page=page, tabs=tabs, contested=contested)


def _page(
    service_id: uuid.UUID,
    *,
    back: ReasonForm | None = None,
    fix: CorrectionForm | None = None,
    answer: ReasonForm | None = None,
    status: int = 200,
) -> Response:
    entry = queries.service_report(service_id)
    if fix is None:
        fix = CorrectionForm(formdata=None, prefix="fix", data={"hours": entry.standing})
        fix.offer(entry.half_hours)
    return render(
        "reporting/service.html",
        entry=entry,
        back=back or ReasonForm(formdata=None),
        fix=fix,
        answer=answer or ReasonForm(formdata=None, prefix="answer"),
        status=status,
    )


def _tell(confirmed: int, refused: int) -> None:
    """Say what became of the chosen entries."""
    if confirmed:
        flash(ngettext("%(num)s entry is confirmed.", "%(num)s entries are confirmed.", confirmed), "success")
    if refused:
        flash(
            ngettext(
                "%(num)s entry was left: decided before, or your own.",
                "%(num)s entries were left: decided before, or your own.",
                refused,
            ),
            "warning",
        )
    if not confirmed and not refused:
        flash(_("Nothing was chosen. Tick the entries to confirm."), "warning")
