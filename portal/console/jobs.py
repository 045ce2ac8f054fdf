"""Long work as people see it."""

import uuid
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.console.blueprint import bp
from portal.desk.kinds import get_kind
from portal.desk.queries import BatchLine, batches_by_id
from portal.desk.rules import BatchState
from portal.jobs import queries
from portal.jobs.models import Job, JobState
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import Page, page_number

SECONDS_SHOWN = 90
STATES = {
    JobState.WAITING: _l("waiting for its turn"),
    JobState.RUNNING: _l("running"),
    JobState.DONE: _l("done"),
    JobState.FAILED: _l("failed"),
}


KINDS = {
    "desk.stage": _l("Check of a file"),
    "desk.apply": _l("Import of a file"),
    "desk.undo": _l("Undo of an import"),
    "desk.export": _l("Export"),
}
"""What kinds of long work are called; a kind without a name is simply long work."""


@bp.get("/t/<division:code>/jobs")
@requires(Permission.JOB_VIEW)
def list_jobs() -> Any:
    """Show the long work of this tenant, the newest first: what, who, when, how long, and the way to have it again."""
    page = Page(page_number(), queries.count_jobs())
    jobs = queries.list_jobs(limit=page.per_page, offset=page.offset)
    batches = batches_by_id({each for job in jobs if (each := _batch_of(job))}, tenant_id=g.tenant.id)
    lines = [(job, KINDS.get(job.kind, ""), _took(job), _again(job, batches)) for job in jobs]
    return render("console/jobs.html", lines=lines, states=STATES, page=page)


def _batch_of(job: Job) -> uuid.UUID | None:
    text = str(job.payload.get("batch_id", ""))
    return uuid.UUID(text) if text else None


def _took(job: Job) -> str:
    """Say how long a job took, or has taken so far."""
    if job.started_at is None:
        return ""
    seconds = max(0, round(((job.finished_at or g.now) - job.started_at).total_seconds()))
    if seconds < SECONDS_SHOWN:
        return str(_("%(seconds)s s", seconds=seconds))
    return str(_("%(minutes)s min %(seconds)s s", minutes=seconds // 60, seconds=seconds % 60))


def _again(job: Job, batches: dict[uuid.UUID, BatchLine]) -> tuple[str, str, bool] | None:
    """Give the address, the words and whether it is a form for having the work done again; None where nobody may."""
    if job.state not in {JobState.DONE, JobState.FAILED} or not can(g.actor, Permission.DESK_USE):
        return None
    order_id = str(job.payload.get("order_id", ""))
    if job.kind == "desk.export" and order_id:
        return url_for("desk.repeat_export", export_id=uuid.UUID(order_id)), str(_("Write it again")), True
    if job.kind.startswith("desk.") and job.state is JobState.FAILED and job.result_url:
        return job.result_url, str(_("Go on there")), False
    batch_id = _batch_of(job)
    return _import_again(job, batches[batch_id]) if batch_id in batches else None


def _import_again(job: Job, batch: BatchLine) -> tuple[str, str, bool] | None:
    """Lead to the file while it waits for somebody, afterwards to where the next one of its kind is uploaded."""
    if not can(g.actor, get_kind(batch.kind).permission):
        return None
    if batch.state is BatchState.READY and job.result_url:
        return job.result_url, str(_("Go on there")), False
    if batch.state in {BatchState.STAGING, BatchState.APPLYING}:
        return None
    return url_for("desk.new_batch", kind_code=batch.kind), str(_("Upload such a file again")), False


@bp.get("/t/<division:code>/jobs/<uuid:job_id>")
@requires(Permission.JOB_VIEW)
def show_job(job_id: uuid.UUID) -> Any:
    """Show how far one piece of work is; the page asks again by itself, with htmx or without."""
    job = queries.get_job(job_id)
    is_over = job.state in {JobState.DONE, JobState.FAILED}
    return render("console/job.html", "console/_job.html", job=job, is_over=is_over, states=STATES)
