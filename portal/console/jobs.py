"""Long work as people see it."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.console.blueprint import bp
from portal.jobs import queries
from portal.jobs.models import JobState
from portal.web.guard import requires
from portal.web.htmx import render

STATES = {
    JobState.WAITING: _l("waiting for its turn"),
    JobState.RUNNING: _l("running"),
    JobState.DONE: _l("done"),
    JobState.FAILED: _l("failed"),
}


@bp.get("/t/<division:code>/jobs")
@requires(Permission.JOB_VIEW)
def list_jobs() -> Any:
    """Show the newest long work of this tenant."""
    return render("console/jobs.html", jobs=queries.list_jobs(), states=STATES)


@bp.get("/t/<division:code>/jobs/<uuid:job_id>")
@requires(Permission.JOB_VIEW)
def show_job(job_id: uuid.UUID) -> Any:
    """Show how far one piece of work is; the page asks again by itself, with htmx or without."""
    job = queries.get_job(job_id)
    is_over = job.state in {JobState.DONE, JobState.FAILED}
    return render("console/job.html", "console/_job.html", job=job, is_over=is_over, states=STATES)
