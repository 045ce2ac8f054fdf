"""What the registers ask of people: fill an empty register, look after branches."""

from datetime import datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.registers import queries, rules
from portal.registers.rules import TermStatus
from portal.web.tasks import Group, Task


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what the tree and the counts call for; two statements."""
    if not can(actor, Permission.MEMBER_EDIT):
        return []
    organizations = queries.list_organizations(tenant_id=actor.tenant_id)
    if not organizations:
        if not can(actor, Permission.ORGANIZATION_EDIT):
            return []
        return [Task(_("Enter the party organizations"), url_for("registers.create_organization"), group=Group.WEEK)]
    counts = queries.count_by_filter(tenant_id=actor.tenant_id)
    if not counts.total:
        return [
            Task(_("Upload the roster of members"), url_for("desk.new_batch", kind_code="members"), group=Group.WEEK)
        ]
    today = clock.today(now)
    overdue = [
        row
        for row in organizations
        if rules.term_status(row.kind, elected_on=row.elected_on, today=today) is TermStatus.OVERDUE
    ]
    if not overdue:
        return []
    return [
        Task(_("Look at organizations whose term has ended"), url_for("registers.show_tree"),
             group=Group.OVERDUE, count=len(overdue))
    ]  # fmt: skip
