"""What care asks of the staff: visits, follow-ups, contacts, reviews and opinions whose day is near or over."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import g, url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.care.queries.standing import Standing, Subject, care_standing
from portal.care.rules.delegates import OpinionState
from portal.care.rules.visits import VisitState
from portal.core import clock
from portal.tenancy.levels import Level
from portal.web.tasks import Group, Task

SOON_DAYS = 7


class _Kind(NamedTuple):
    """One kind of task: which list it leads to, and for whom."""

    subject: Subject
    permission: Permission
    title: Any
    endpoint: str
    query: dict[str, Any]


KINDS = (
    _Kind(Subject.VISIT, Permission.VISIT_MANAGE, _("Pay planned visits"), "care.list_visits",
          {"state": VisitState.PLANNED.value}),
    _Kind(Subject.FOLLOW_UP, Permission.VISIT_MANAGE, _("Follow up on visits"), "care.list_visits",
          {"state": VisitState.FOLLOW_UP.value}),
    _Kind(Subject.FLOATING, Permission.FLOATING_MANAGE, _("Contact floating members"), "care.list_floating", {}),
    _Kind(Subject.REVIEW, Permission.DUTY_POST_MANAGE, _("Review posts of retired members"), "care.list_duty_posts",
          {"state": "serving"}),
    _Kind(Subject.LINK, Permission.CONTACT_LINK_MANAGE, _("Keep up the four-level contact"), "care.list_links", {}),
    _Kind(Subject.HAND_ON, Permission.DELEGATE_MANAGE, _("Hand opinions on"), "care.list_opinions",
          {"state": OpinionState.RECEIVED.value}),
    _Kind(Subject.ANSWER, Permission.DELEGATE_MANAGE, _("Answer opinions that delegates heard"), "care.list_opinions",
          {"state": OpinionState.REPORTED.value}),
)  # fmt: skip


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what is due within a week or late in this very community; one statement."""
    if g.tenant.level is not Level.COMMUNITY or not can(actor, Permission.VISIT_MANAGE):
        return []
    today = clock.today(now)
    standing = care_standing(tenant_id=actor.tenant_id, today=today, soon=today + timedelta(days=SOON_DAYS))
    tasks = []
    for kind in KINDS:
        if can(actor, kind.permission):
            tasks += _tasks_of(kind, standing[kind.subject])
    return tasks


def _tasks_of(kind: _Kind, standing: Standing) -> list[Task]:
    """Give what is late, with the day since when, and what this week brings, each counted by itself."""
    url = url_for(kind.endpoint, **kind.query)
    near = standing.soon - standing.overdue
    tasks = []
    if standing.overdue:
        tasks.append(Task(kind.title, url, due=standing.earliest, count=standing.overdue))
    if near:
        day = None if standing.overdue else standing.earliest
        tasks.append(Task(kind.title, url, due=day, group=None if day else Group.WEEK, count=near))
    return tasks
