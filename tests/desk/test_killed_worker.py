"""A worker that is killed with -9 in the middle of 60,000 rows: the next one ends the work, each row in once."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk import commands, queries
from portal.desk.kinds import get_kind
from portal.desk.rules import BatchState, Verdict
from portal.jobs.models import Job, JobState
from portal.registers.models import PartyMember
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import NOW, make_actor
from tests.registers.makers import make_id_number, make_organization
from tests.support.browser import start_worker

ROWS = 60_000
WAIT_SECONDS = 180


def roster() -> bytes:
    """Give 60,000 sound rows as text."""
    lines = ["姓名,身份证号,人员类别,入党时间,所在党支部,手机,家庭住址"]
    lines += [
        f"赵示安,{make_id_number(n)},正式党员,2005-07-01,演示第一党支部,199{n:08d},演示路{n}号" for n in range(ROWS)
    ]
    return "\n".join(lines).encode("gb18030")


class Progress(NamedTuple):
    state: JobState
    done: int


def job_of(portal: Portal, kind: str) -> Progress:
    db.session.remove()
    with reading(scope_of(portal.here)):
        return Progress(*db.session.execute(select(Job.state, Job.done).where(Job.kind == kind)).one())


@contextmanager
def worker(portal: Portal, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = portal.settings
    environ = {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_database_url,
        "JOBS_DATABASE_URL": f"sqlite:///{folder / 'jobs.sqlite'}",
        "LINLI_SECRET_KEY": settings.secret_key,
        "LINLI_MASTER_KEY": settings.master_key.hex(),
        "LINLI_INSTANCE": str(folder),
    }
    process = start_worker(environ, folder / "log")
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a worker as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(portal: Portal, kind: str, folder: Path, *, rows: int | None = None) -> Progress:
    """Wait until so many rows are done, or the job is over; more than `rows` may be done by then."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        job = job_of(portal, kind)
        if job.state in {JobState.DONE, JobState.FAILED} or (rows is not None and job.done >= rows):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{kind} stands still:\n{(folder / 'log').read_text(errors='replace')[-3000:]}")


def kill_in_the_middle(portal: Portal, kind: str, folder: Path, *, rows: int) -> int:
    with worker(portal, folder) as process:
        wait_for(portal, kind, folder, rows=rows)
        kill(process)
    done = job_of(portal, kind).done
    assert rows <= done < ROWS, "killed neither too early nor too late"
    return done


def test_each_row_is_in_once_after_three_kills(portal: Portal, tmp_path: Path) -> None:
    with portal.inside():
        make_organization()
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        batch_id = commands.upload_batch(
            get_kind("members"),
            file_name="六万.csv",
            content=roster(),
            batch_id=uuid.uuid4(),
            page="/",
            actor=actor,
            now=NOW,
        ).id
    kill_in_the_middle(portal, commands.STAGE_JOB, tmp_path, rows=5_000)
    with worker(portal, tmp_path):
        assert wait_for(portal, commands.STAGE_JOB, tmp_path).done == ROWS
    with portal.inside():
        batch = queries.get_batch(batch_id, tenant_id=portal.here)
        assert batch.state is BatchState.READY
        assert queries.count_verdicts(batch)[Verdict.NEW] == ROWS
        commands.apply_batch(batch_id, page="/", actor=actor, now=NOW)

    kill_in_the_middle(portal, commands.APPLY_JOB, tmp_path, rows=4_000)
    kill_in_the_middle(portal, commands.APPLY_JOB, tmp_path, rows=25_000)
    with worker(portal, tmp_path):
        begun = time.monotonic()
        job = wait_for(portal, commands.APPLY_JOB, tmp_path)
    assert (job.state, job.done) == (JobState.DONE, ROWS)
    with portal.inside():
        rows = db.session.execute(
            select(
                func.count(), func.count(PartyMember.id_index.distinct()), func.count(PartyMember.source_row.distinct())
            )
        ).one()
        assert tuple(rows) == (ROWS, ROWS, ROWS)
        assert queries.get_batch(batch_id, tenant_id=portal.here).state is BatchState.DONE
    print(f"{portal.engine}: the rest after the last kill in {time.monotonic() - begun:.1f} s")
