"""What the registers ask of people: fill an empty register, look after organizations and members."""

from datetime import datetime

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.registers.tasks.lifecycle import lifecycle_tasks
from portal.registers.tasks.structure import organization_tasks, upper_tasks
from portal.web.tasks import Task


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what the register calls for; each part says how many statements it takes."""
    tasks: list[Task] = []
    if can(actor, Permission.MEMBER_EDIT):
        tasks += organization_tasks(actor, now=now)
        tasks += lifecycle_tasks(actor, now=now)
    if can(actor, Permission.ORGANIZATION_BELOW):
        tasks += upper_tasks(actor, now=now)
    return tasks
