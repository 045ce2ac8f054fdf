"""The worker: takes notes out of the outbox, does jobs piece by piece, seals the trail.

Durability is DBOS's: a workflow per job, whose id is the job's, so that starting twice is harmless and a killed
worker's jobs go on when it comes back. What a piece did is in our own transaction, never in the engine's.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from dbos import DBOS, DBOSConfig, SetWorkflowID
from flask import Flask

from portal.audit.record import SEAL_TOPIC
from portal.audit.seal import seal_events
from portal.core import clock, outbox, second_process
from portal.core.db import db
from portal.core.ids import new_id
from portal.jobs.commands import START_TOPIC, fail_job
from portal.jobs.notes import deal_with_notes
from portal.jobs.pieces import do_piece
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction

IDLE_SECONDS = 0.4
NOTES_AT_ONCE = 500
QUEUE, AT_ONCE, QUEUE_SECONDS = "jobs", 2, 0.3
log = logging.getLogger("portal.jobs")
_app: list[Flask] = []


class AfterChange(Protocol):
    """What is to be done for a tenant after something happened there."""

    def __call__(self, tenant_id: int, *, now: datetime) -> None: ...


@DBOS.step(name="advance", retries_allowed=False)
def _advance(tenant_id: int, job_id: str) -> bool:
    """Do one piece."""
    with _app[0].app_context():
        try:
            return do_piece(uuid.UUID(job_id), tenant_id, now=clock.now())
        except Exception:
            reference = new_id().hex[-6:].upper()
            log.exception("job %s broke, reference %s", job_id, reference)
            with transaction(scope_of(tenant_id)):
                fail_job(uuid.UUID(job_id), reference=reference, now=clock.now())
            return True


@DBOS.workflow(name="run_job")
def _run_job(tenant_id: int, job_id: str) -> None:
    while not _advance(tenant_id, job_id):
        pass


def launch(app: Flask, jobs_database_url: str) -> None:
    """Start the engine; it goes on with whatever a killed worker left."""
    _app[:] = [app]
    config: DBOSConfig = {
        "name": "linli",
        "system_database_url": jobs_database_url,
        "application_version": "1",  # a new release goes on with the old one's jobs
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=QUEUE_SECONDS)


def start_waiting_jobs() -> int:
    """Turn each note about a job into a workflow; gives how many notes there were."""
    notes = _notes(START_TOPIC)
    for note in notes:
        with SetWorkflowID(str(note.ref_id)):
            DBOS.enqueue_workflow(QUEUE, _run_job, note.tenant_id, str(note.ref_id))
    _drop(notes)
    return len(notes)


def seal_waiting_events(then: AfterChange) -> int:
    """Seal the events of every tenant that a note speaks of, then do what follows; gives how many notes there were."""
    notes = _notes(SEAL_TOPIC)
    for tenant_id in {note.tenant_id for note in notes}:
        with transaction(scope_of(tenant_id)):
            seal_events()
        then(tenant_id, now=clock.now())
    _drop(notes)
    return len(notes)


def _notes(topic: str) -> list[outbox.OutboxNote]:
    """Look without taking the write lock: most of the time there is nothing."""
    with reading(NOTHING):
        notes = outbox.list_notes(topic, limit=NOTES_AT_ONCE)
        db.session.expunge_all()
        return notes


def _drop(notes: list[outbox.OutboxNote]) -> None:
    if notes:
        with transaction(NOTHING):
            outbox.drop_notes([note.id for note in notes])


def run(app: Flask, jobs_database_url: str, *, after_change: AfterChange) -> None:
    """Work until the process is told to stop; `after_change` is done for each tenant in which something happened."""
    second_process.engage()
    launch(app, jobs_database_url)
    chores: tuple[Callable[[], int], ...] = (
        start_waiting_jobs,
        lambda: deal_with_notes(now=clock.now()),
        lambda: seal_waiting_events(after_change),
    )
    with app.app_context():
        while True:
            busy = 0
            for chore in chores:
                try:
                    busy += chore()
                except Exception:
                    log.exception("a chore of the worker failed; it comes again")
                finally:
                    db.session.remove()
            if not busy:
                time.sleep(IDLE_SECONDS)
