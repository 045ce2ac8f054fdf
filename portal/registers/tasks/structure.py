"""What organizations ask for: elections that are due, the national rule, checks to be looked at again."""

from datetime import date, datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.registers.queries.below import committees_below
from portal.registers.queries.organizations import OrganizationState, judge, organization_states
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import is_reply_late, residents_term_findings
from portal.registers.rules.terms import TermStatus
from portal.web.tasks import Group, Task

_APPOINTED = OrganizationKind.WORKING_COMMITTEE


def organization_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what the organizations here ask of who looks after them; at most two statements.

    A working committee alone waits for no roster: nobody is a member of it.
    """
    today = clock.today(now)
    states = organization_states(tenant_id=actor.tenant_id, today=today)
    if not states:
        if not can(actor, Permission.ORGANIZATION_EDIT):
            return []
        return [Task(_("Enter the party organizations"), url_for("registers.create_organization"), group=Group.WEEK)]
    if not sum(state.own_all for state in states) and any(state.kind is not _APPOINTED for state in states):
        return [
            Task(_("Upload the roster of members"), url_for("desk.new_batch", kind_code="members"), group=Group.WEEK)
        ]
    tasks = _term_tasks(states) + _residents_tasks(states, today)
    warned = [each for each in judge(states, today=today) if each.is_warned]
    if warned:
        url = url_for("registers.show_checks")
        tasks.append(Task(_("Mend what breaks the national rule"), url, group=Group.WEEK, count=len(warned)))
    late = [each for each in states if is_reply_late(each.shape.applied_on, each.shape.replied_on, today=today)]
    if late:
        url = url_for("registers.show_checks")
        tasks.append(Task(_("Ask for replies to applications"), url, group=Group.OVERDUE, count=len(late)))
    return tasks + _sheet_tasks(states)


def _term_tasks(states: list[OrganizationState]) -> list[Task]:
    overdue = [state for state in states if state.status is TermStatus.OVERDUE]
    due = [state for state in states if state.is_due and state not in overdue]
    tasks = []
    if overdue:
        url = url_for("registers.list_terms", show="overdue")
        tasks.append(Task(_("Hold elections whose term has ended"), url, group=Group.OVERDUE, count=len(overdue)))
    if due:
        last = min(state.term.ends_on for state in due if state.term)
        url = url_for("registers.list_terms", show="due")
        tasks.append(Task(_("Prepare elections due within 6 months"), url, due=last, count=len(due)))
    return tasks


def _residents_tasks(states: list[OrganizationState], today: date) -> list[Task]:
    tasks = []
    for state in states:
        for finding in residents_term_findings(state.residents_on, today=today):
            url = url_for("registers.show_organization", organization_id=state.id)
            if finding.code == "registers.residents_term_over":
                tasks.append(Task(_("Elect the residents' committee: its term has ended"), url, group=Group.OVERDUE))
            else:
                ends = date.fromisoformat(str(finding.values["day"]))
                tasks.append(Task(_("Prepare the election of the residents' committee"), url, due=ends))
    return tasks


def _sheet_tasks(states: list[OrganizationState]) -> list[Task]:
    days = [state.sheet_due_on for state in states if state.sheet_due_on]
    if not days:
        return []
    number = sum(state.open_sheets for state in states)
    return [
        Task(
            _("Look again at organizations that are mending"),
            url_for("registers.list_sheets"),
            due=min(days),
            count=number,
        )
    ]


def upper_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what the committees of the communities below ask of their street, their upper organization.

    Two statements, and one more where a branch is short of full members.
    """
    rows = committees_below(street_id=actor.tenant_id, today=clock.today(now))
    overdue = sum(1 for row in rows if row.status is TermStatus.OVERDUE)
    due = sum(1 for row in rows if row.is_due and row.status is not TermStatus.OVERDUE and not row.reminded_on)
    warned = sum(1 for row in rows if row.warnings)
    url = url_for("registers.list_below")
    tasks = []
    if overdue:
        tasks.append(Task(_("Press communities whose term has ended"), url, group=Group.OVERDUE, count=overdue))
    if due:
        tasks.append(Task(_("Remind communities of their election, by letter"), url, group=Group.WEEK, count=due))
    if warned:
        tasks.append(Task(_("Mend what breaks the national rule in communities"), url, group=Group.WEEK, count=warned))
    return tasks
