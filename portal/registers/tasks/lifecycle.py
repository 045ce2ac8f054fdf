"""What a member's life asks for: probation that ends, contact that is lost, letters that wait."""

from datetime import date, datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.registers.queries.standing import DueMember, due_members, waiting_transfers
from portal.web.tasks import Group, Task

EACH_MOST = 5
"""So many people get a line of their own; more are told in one line with their number."""


def lifecycle_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what is due for members and transfers; two statements."""
    if not can(actor, Permission.STANDING_RECORD):
        return []
    today = clock.today(now)
    tasks: list[Task] = []
    due = due_members(tenant_id=actor.tenant_id, today=today)
    for what in ("probation", "lost", "strike_off", "watch"):
        tasks += _for_members([each for each in due if each.what == what], actor, today)
    return tasks + _for_transfers(actor, now)


def _for_members(due: list[DueMember], actor: Actor, today: date) -> list[Task]:
    if not due:
        return []
    what = due[0].what
    if len(due) > EACH_MOST:
        group = Group.WEEK if what in {"probation", "watch"} else Group.OVERDUE
        return [Task(_MANY[what], url_for("registers.list_members", due=what), group=group, count=len(due))]
    return [_for_member(each, actor, today) for each in due]


def _for_member(due: DueMember, actor: Actor, today: date) -> Task:
    decision = {"probation": "become-full", "lost": "suspend", "strike_off": "strike-off",
                "watch": "restore-rights"}[due.what]  # fmt: skip
    if can(actor, Permission.STANDING_DECIDE):
        url = url_for("registers.record_decision", member_id=due.member_id, decision=decision)
    else:
        url = url_for("registers.show_member", member_id=due.member_id)
    if due.what == "probation":
        group = Group.WEEK if due.on > today else None
        return Task(_("Discuss full membership of %(name)s", name=due.full_name), url, due=due.on, group=group)
    if due.what == "lost":
        return Task(_("Decide on %(name)s, lost for six months", name=due.full_name), url, group=Group.OVERDUE)
    if due.what == "watch":
        return Task(_("Decide on the rights of %(name)s, under observation", name=due.full_name), url, due=due.on)
    return Task(
        _("Decide on %(name)s, suspended for two years and still lost", name=due.full_name), url, group=Group.OVERDUE
    )


_MANY = {
    "probation": _("Discuss full membership: probation ends within 30 days"),
    "lost": _("Decide on members who are lost for six months"),
    "strike_off": _("Decide on members suspended for two years and still lost"),
    "watch": _("Decide on the rights of members whose observation ends"),
}


def _for_transfers(actor: Actor, now: datetime) -> list[Task]:
    """Letters to answer and applications to decide for the secretary; letters that expire for both."""
    waiting = waiting_transfers(tenant_id=actor.tenant_id, today=clock.today(now))
    url = url_for("registers.show_transfers")
    words = {
        "arrived": (_("Answer letters of introduction"), Group.TODAY, True),
        "applied": (_("Decide on applications for transfer"), Group.WEEK, True),
        "approved": (_("Issue letters of introduction"), Group.WEEK, True),
        "expiring": (_("Look after letters that expire within 15 days"), Group.WEEK, False),
    }
    tasks = []
    for key, (title, group, decides) in words.items():
        if waiting[key] and (not decides or can(actor, Permission.TRANSFER_DECIDE)):
            tasks.append(Task(title, url, group=group, count=waiting[key]))
    return tasks
