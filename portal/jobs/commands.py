"""Start long work, and do it piece by piece."""

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import outbox
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.jobs.models import Job, JobState
from portal.tenancy.scope import written_tenant

START_TOPIC = "jobs.start"


class Advance(Protocol):
    """What a kind of job does in one bounded piece: True when nothing is left. Raises RuleBroken to give up."""

    def __call__(self, job: Job, *, actor: Actor, now: datetime) -> bool:
        """Do the piece."""


class AdvancePrepared(Protocol):
    """The same for a kind that reads long: it gets what its `prepare` has read."""

    def __call__(self, job: Job, *, actor: Actor, now: datetime, prepared: Any) -> bool:
        """Do the piece."""


Prepare = Callable[[Job], Any]
_kinds: dict[str, Advance] = {}
_prepared_kinds: dict[str, tuple[Prepare, AdvancePrepared]] = {}
_kinds_as_a_whole: set[str] = set()


def job_kind(kind: str, *, as_a_whole: bool = False) -> Callable[[Advance], Advance]:
    """Register what does one piece of this kind of job.

    `as_a_whole`: a piece that gives up undoes its whole transaction instead of going back to a savepoint, which costs
    a tenth where many thousand rows go in on SQLite.
    """

    def register(advance: Advance) -> Advance:
        _kinds[kind] = advance
        if as_a_whole:
            _kinds_as_a_whole.add(kind)
        return advance

    return register


def prepared_job_kind(kind: str, prepare: Prepare) -> Callable[[AdvancePrepared], AdvancePrepared]:
    """Register a kind that `prepare` reads for before each piece: as of one moment, while others may write."""

    def register(advance: AdvancePrepared) -> AdvancePrepared:
        _prepared_kinds[kind] = prepare, advance
        return advance

    return register


def start_job(
    kind: str, *, title: str, payload: dict[str, Any], total: int, actor: Actor, now: datetime, result_url: str = ""
) -> Job:
    """Put long work in the queue; the worker finds it once this transaction is committed.

    The command that starts it records its own event. `result_url` is where its result will be seen.
    """
    if kind not in _kinds and kind not in _prepared_kinds:
        raise KeyError(kind)
    job = Job(
        id=new_id(),
        kind=kind,
        title=title,
        payload=payload,
        state=JobState.WAITING,
        done=0,
        total=total,
        cursor=0,
        result_url=result_url or None,
        started_by=actor.user_id if actor.user_id.int else None,  # nobody: from the terminal
        started_by_name=actor.name,
        acting_as=actor.acting_as,
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    outbox.leave_note(START_TOPIC, tenant_id=written_tenant(), ref_id=job.id, now=now)
    return job


def prepare_job(job_id: uuid.UUID) -> Any:
    """Read what the next piece of a job needs, for advance_job(); None for a kind that does not prepare."""
    job = db.session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if job is None or job.kind not in _prepared_kinds or job.state in {JobState.DONE, JobState.FAILED}:
        return None
    try:
        return _prepared_kinds[job.kind][0](job)
    except RuleBroken as error:
        return error  # told where the job may be written


def advance_job(job_id: uuid.UUID, *, now: datetime, prepared: Any = None) -> bool:
    """Do one piece of a job of the written tenant; gives True when it is over.

    Rows, progress and state are one transaction: a process killed in the middle leaves the piece undone. `prepared` is
    what prepare_job() gave, a moment ago in a transaction of its own; without it that is done here. Raises RuleBroken
    where a piece gives up whose whole transaction must be undone; then give_up_job().
    """
    job = db.session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one_or_none()
    if job is None:
        raise NotFound
    if job.state in {JobState.DONE, JobState.FAILED}:
        return True
    if job.state is JobState.WAITING:
        job.state, job.started_at = JobState.RUNNING, now
    is_whole = job.kind in _kinds_as_a_whole
    try:
        with nullcontext() if is_whole else db.session.begin_nested():
            is_over = _advance(job, prepared, now=now)
            db.session.flush()
    except RuleBroken as error:
        if is_whole:
            raise
        _fail(job, error.code, now=now)
        return True
    if is_over:
        job.state, job.finished_at = JobState.DONE, now
    return is_over


def _advance(job: Job, prepared: Any, *, now: datetime) -> bool:
    actor = _actor_of(job)
    if job.kind not in _prepared_kinds:
        return _kinds[job.kind](job, actor=actor, now=now)
    if isinstance(prepared, RuleBroken):
        raise prepared
    prepare, advance = _prepared_kinds[job.kind]
    return advance(job, actor=actor, now=now, prepared=prepare(job) if prepared is None else prepared)


def fail_job(job_id: uuid.UUID, *, reference: str, now: datetime) -> None:
    """Mark a job that broke for a reason nobody foresaw; the reference is in the server's log."""
    give_up_job(job_id, f"jobs.broken:{reference}", now=now)


def give_up_job(job_id: uuid.UUID, code: str, *, now: datetime) -> None:
    """Mark a job that cannot go on, with the code that says why."""
    job = db.session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if job is not None and job.state not in {JobState.DONE, JobState.FAILED}:
        _fail(job, code, now=now)


def _fail(job: Job, code: str, *, now: datetime) -> None:
    db.session.refresh(job)
    job.state, job.error, job.finished_at = JobState.FAILED, code[:200], now
    record(AuditTag.JOB_FAIL, subject=job, actor=_actor_of(job), now=now, changes={"error": [None, code[:200]]})


def _actor_of(job: Job) -> Actor:
    roles = frozenset({Role.VISITOR} | ({job.acting_as} if job.acting_as else set()))
    user_id = job.started_by or uuid.UUID(int=0)
    return Actor(user_id, job.started_by_name, job.tenant_id, roles, acting_as=job.acting_as)
