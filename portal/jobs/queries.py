"""Reads of long work."""

import uuid

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.jobs.models import Job, JobState


def get_job(job_id: uuid.UUID) -> Job:
    """Give a job of the tenant in scope; raises NotFound."""
    job = db.session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFound
    return job


def is_at_work(job: Job) -> bool:
    """Say whether a job waits for the worker or is being done: neither over nor failed."""
    return job.state in {JobState.WAITING, JobState.RUNNING}


def is_done(job: Job) -> bool:
    """Say whether a job came to its end without failing."""
    return job.state is JobState.DONE


def count_jobs() -> int:
    """Count the jobs of the tenant in scope."""
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def list_jobs(*, limit: int = 50, offset: int = 0) -> list[Job]:
    """Give jobs of the tenant in scope, the newest first."""
    statement = select(Job).order_by(Job.created_at.desc(), Job.id.desc())
    return list(db.session.scalars(statement.limit(limit).offset(offset)))
