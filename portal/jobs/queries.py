"""Reads of long work."""

import uuid

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.jobs.models import Job


def get_job(job_id: uuid.UUID) -> Job:
    """Give a job of the tenant in scope; raises NotFound."""
    job = db.session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFound
    return job


def list_jobs(*, limit: int = 50) -> list[Job]:
    """Give the newest jobs of the tenant in scope, newest first."""
    return list(db.session.scalars(select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)))
