"""What the estates ask of people: owners to be entered, representatives to be named, contracts that end."""

from datetime import datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.statutory_days import add_months
from portal.estates import queries
from portal.estates.queries import Lack
from portal.web.tasks import Group, Task

CONTRACT_MONTHS = 3
"""So long before its end a contract is a task: time for the owners to decide (Civil Code arts. 947, 948)."""


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what the estates call for; one statement."""
    if not can(actor, Permission.ESTATE_EDIT):
        return []
    today = clock.today(now)
    waiting = queries.what_waits(on=today, contracts_until=add_months(today, CONTRACT_MONTHS)[0])
    lines = (
        (_("Enter the owners of units that were handed over"), _lacking(Lack.OWNER), waiting.without_owner),
        (_("Name who votes for units with co-owners"), _lacking(Lack.REPRESENTATIVE), waiting.without_representative),
        (_("Say which entries are one owner"), url_for("estates.list_heads"), waiting.pairs),
    )
    tasks = [Task(title, url, group=Group.WEEK, count=count) for title, url, count in lines if count]
    if waiting.first_end is not None:
        title, url = _("Look at contracts that end soon"), url_for("estates.list_companies")
        tasks.append(Task(title, url, due=waiting.first_end, count=waiting.contracts_ending))
    return tasks


def _lacking(what: Lack) -> str:
    return url_for("estates.list_lacking", what=what.value)
