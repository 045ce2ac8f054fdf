"""One piece of a job as the worker does it: what it reads long first, then what it changes."""

import uuid
from datetime import datetime

from portal.core.db import is_one_moment
from portal.core.errors import RuleBroken
from portal.jobs.commands import advance_job, give_up_job, prepare_job
from portal.tenancy.scope import Scope, reading, scope_of, transaction


def do_piece(job_id: uuid.UUID, tenant_id: int, *, now: datetime) -> bool:
    """Do one piece of a tenant's job; gives True when it is over.

    What a kind prepares is read as of one moment and without a write lock, so that others go on writing; what follows
    is one short transaction.
    """
    token = is_one_moment.set(True)
    try:
        with reading(Scope(read=frozenset({tenant_id}))):
            prepared = prepare_job(job_id)
    finally:
        is_one_moment.reset(token)
    try:
        with transaction(scope_of(tenant_id)):
            return advance_job(job_id, now=now, prepared=prepared)
    except RuleBroken as error:
        with transaction(scope_of(tenant_id)):
            give_up_job(job_id, error.code, now=now)
        return True
