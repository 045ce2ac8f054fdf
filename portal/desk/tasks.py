"""What the desk asks of people: say what columns mean, look at files that were checked but not written."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.desk import queries
from portal.desk.rules import BatchState
from portal.web.tasks import Group, Task


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:  # noqa: ARG001  all sources take it
    """Give one task per file that waits to be written; one statement."""
    if not can(actor, Permission.DESK_USE):
        return []
    return [
        Task(
            title=_title(batch),
            url=url_for("desk.show_batch", batch_id=batch.id),
            group=Group.TODAY,
            count=batch.row_count,
        )
        for batch in queries.list_ready_batches(tenant_id=actor.tenant_id)
    ]


def _title(batch: queries.BatchLine) -> str:
    if batch.state is BatchState.STAGING:
        return str(_("Say what the columns of %(file)s mean", file=batch.file_name))
    return str(_("Look at %(file)s and write its rows", file=batch.file_name))
