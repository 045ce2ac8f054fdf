"""Panels of double reporting on the pages of a member and of a second belonging."""

import uuid
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.registers.queries.briefs import member_briefs
from portal.registers.rules import ManagementClass
from portal.reporting import queries
from portal.reporting.messages import GRADES, REPORT_STATES
from portal.reporting.models import MemberReport
from portal.reporting.rules import ReportState, hours_text
from portal.web.panels import Panel, register
from portal.web.templating import day


def member_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the service record of a member who reported here; of those in service also that there is none."""
    if not can(actor, Permission.CARD_LIST):
        return None
    report = queries.report_of_person(tenant_id=actor.tenant_id, member_id=member_id)
    if report is None:
        member = member_briefs([member_id], tenant_id=actor.tenant_id).get(member_id)
        is_meant = member is not None and member.management_class is ManagementClass.IN_SERVICE
        return _panel(None, actor) if is_meant else None
    return _panel(report, actor)


def guest_panel(link_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the service record that a second belonging came from."""
    if not can(actor, Permission.CARD_LIST):
        return None
    report = queries.report_of_person(tenant_id=actor.tenant_id, link_id=link_id)
    return _panel(report, actor) if report is not None else None


def _panel(report: MemberReport | None, actor: Actor) -> Panel:
    title = _("Double reporting")
    if report is None:
        return Panel(title, empty=_("Has not reported to this community with name and mobile as recorded here."))
    words, _tone = REPORT_STATES[report.state]
    lines: list[tuple[Any, str]] = [(_("Report"), f"{words} · {day(report.decided_at or report.reported_at)}")]
    links: list[tuple[Any, str]] = []
    if report.state is ReportState.ACCEPTED:
        hours = queries.hours_of(report.id)
        lines += [
            (text, _("%(hours)s hours", hours=hours_text(hours[grade])))
            for grade, text in GRADES.items()
            if hours.get(grade)
        ]
        links.append((_("Service record card"), url_for("reporting.show_card", report_id=report.id)))
    if can(actor, Permission.REPORT_DECIDE):
        links.append((_("See the report"), url_for("reporting.show_report", report_id=report.id)))
    return Panel(title, lines, links=links)


register("party_member", member_panel)
register("member_link", guest_panel)
