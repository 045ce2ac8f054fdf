"""What waits in double reporting: reports and hours for the staff, the next step for a member."""

from datetime import datetime

from flask import g, url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.reporting import queries, rules
from portal.reporting.rules import ReportState
from portal.tenancy.levels import Level
from portal.web.tasks import Group, Task

# Those whose work here is another one; they are not invited to report.
OFFICIAL = frozenset({Role.OPERATOR, Role.DISTRICT_OFFICER, Role.STREET_OFFICER, Role.AUDITOR, Role.PROPERTY_CONTACT})


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what waits for this person in a community; one statement for staff, one for everybody else."""
    if g.tenant.level is not Level.COMMUNITY:
        return []
    staff = can(actor, Permission.REPORT_DECIDE)
    tasks = _of_staff() if staff else []
    if can(actor, Permission.SERVICE_LOG) or not (staff or actor.roles & OFFICIAL):
        tasks += _of_member(actor, now=now)
    return tasks


def _of_staff() -> list[Task]:
    """Answers promised within three working days, hours to confirm, objections to answer."""
    waiting = queries.staff_queue()
    tasks = []
    if waiting.reports:
        due = rules.answer_due(waiting.oldest_report_at) if waiting.oldest_report_at else None
        title, url = _("Answer reports of in-service members"), url_for("reporting.list_reports")
        tasks.append(Task(title, url, due=due, count=waiting.reports))
    if waiting.services:
        url = url_for("reporting.list_services")
        tasks.append(Task(_("Confirm service hours"), url, group=Group.WEEK, count=waiting.services))
    if waiting.objections:
        url = url_for("reporting.list_services", kind="objections")
        tasks.append(Task(_("Answer objections to hours"), url, group=Group.TODAY, count=waiting.objections))
    return tasks


def _of_member(actor: Actor, *, now: datetime) -> list[Task]:
    """The one next step; what waits for the community is said to wait."""
    state, reported_at, progress = queries.member_status(actor.user_id, today=clock.today(now))
    own = url_for("reporting.show_my_report")
    if state is ReportState.REPORTED and reported_at is not None:
        due = rules.answer_due(reported_at)
        return [Task(_("The community looks at your report"), own, due=due, group=Group.WAITING)]
    if state is ReportState.RETURNED:
        return [Task(_("Mend your report and send it again"), own, group=Group.TODAY)]
    if state is not ReportState.ACCEPTED:
        title = _("Report to this community as an in-service member")
        return [Task(title, url_for("reporting.new_report"), group=Group.OPTIONAL)]
    if not progress.claims and not progress.logged:
        return [Task(_("Claim a post"), url_for("reporting.list_open_posts"), group=Group.WEEK)]
    return [Task(_("Log a service"), url_for("reporting.new_service"), group=Group.WEEK)]
