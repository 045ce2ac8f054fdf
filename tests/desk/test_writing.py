"""Pieces of a file on their way into the register while others work there too."""

import gc
import uuid
import weakref

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk import importing
from portal.desk.commands import APPLY_JOB, reading
from portal.desk.kinds import Row, Table
from portal.desk.models import ImportPiece
from portal.jobs.commands import advance_job
from portal.jobs.models import Job, JobState
from portal.registers.models import PartyMember, PartyOrganization
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, run_jobs, upload, verdicts, workbook
from tests.makers import NOW
from tests.registers.makers import make_branches, make_facts, make_id_number, make_member

ROWS, PIECE = 14, 3


def roster(branch: str) -> bytes:
    lines = [["张示例", make_id_number(n), "正式党员", "2005-07-01", branch, f"199{n:08d}"] for n in range(1, ROWS + 1)]
    return workbook([HEADINGS, *lines])


def test_who_was_entered_meanwhile_is_settled_and_all_others_go_in(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five pieces in two transactions; in the second piece one is known by now, and one differs from what was shown."""
    monkeypatch.setattr(reading, "PIECE_ROWS", PIECE)
    monkeypatch.setattr(importing, "AT_ONCE", 3)
    with portal.inside():
        branch_id, branch = next((each.id, each.name) for each in make_branches())
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(branch)).location
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": ROWS, "changed": 0, "same": 0, "refused": 0}
    with portal.inside():
        same = make_facts(branch_id, 5)
        make_member(branch_id, 5, full=same.full, joined=same.joined)
        make_member(branch_id, 6, full_name="李示例")
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": ROWS - 2, "changed": 0, "same": 1, "refused": 1}
    with portal.inside():
        rows = {row.source_row: row for row in db.session.scalars(select(PartyMember)) if row.source_row}
        assert set(rows) == set(range(2, ROWS + 2)) - {6, 7}, "each row once, with its number in the file"
        assert {row.created_at for row in rows.values()} == {NOW}


@pytest.mark.usefixtures("two_processes")
def test_two_processes_write_what_one_writes(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL on two connections, too; what does not fit any more is settled as ever."""
    test_who_was_entered_meanwhile_is_settled_and_all_others_go_in(portal, monkeypatch)
    with portal.inside():
        assert all(db.session.scalars(select(ImportPiece.is_written)))
        job = db.session.scalars(select(Job).where(Job.kind == APPLY_JOB)).one()
        assert (job.state, job.done, job.total) == (JobState.DONE, ROWS, ROWS)


@pytest.mark.usefixtures("two_processes")
def test_whoever_goes_on_after_a_killed_worker_writes_nothing_twice(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others had committed stays when the job's own transaction is lost; on SQLite there is only that one."""
    monkeypatch.setattr(reading, "PIECE_ROWS", PIECE)
    with portal.inside():
        branch = make_branches()[0].name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(branch)).location
    assert run_jobs(portal) == []
    clerk.post(f"{url}/application")
    job_id = job_of(portal)
    with pytest.raises(KeyboardInterrupt), portal.inside():
        advance_job(job_id, now=NOW)
        raise KeyboardInterrupt
    with portal.inside():
        written = len(list(db.session.scalars(select(PartyMember.id))))
        assert written == (ROWS if portal.engine == "postgresql" else 0)
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": ROWS, "changed": 0, "same": 0, "refused": 0}
    with portal.inside():
        numbers = sorted(row.source_row or 0 for row in db.session.scalars(select(PartyMember)))
        assert numbers == list(range(2, ROWS + 2))
        assert db.session.get_one(Job, (portal.here, job_id)).done == ROWS


def job_of(portal: Portal) -> uuid.UUID:
    with portal.inside():
        return db.session.scalars(select(Job.id).where(Job.kind == APPLY_JOB)).one()


def test_a_branch_that_ended_meanwhile_gets_nobody(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE_ROWS", PIECE)
    with portal.inside():
        branch = make_branches()[1].name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(branch)).location
    assert run_jobs(portal) == []
    with portal.inside():
        ended = db.session.scalars(select(PartyOrganization).where(PartyOrganization.name == branch)).one()
        ended.ended_on, ended.updated_at = NOW.date(), NOW
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": 0, "changed": 0, "same": 0, "refused": ROWS}
    with portal.inside():
        assert not list(db.session.scalars(select(PartyMember)))


def test_a_table_reads_the_same_by_row_and_by_column() -> None:
    table = Table([(2, ["张三", 1, "x"]), (5, ["李四"]), (7, [])], {"name": 0, "number": 1})
    assert list(table) == [Row(2, {"name": "张三", "number": 1}), Row(5, {"name": "李四"}), Row(7, {})]
    assert {key: list(cells) for key, cells in table.columns.items()} == {
        "name": ["张三", "李四", ""],
        "number": [1, "", ""],
    }
    assert table.numbers == [2, 5, 7]
    assert [row.number for row in table[1:]] == [5, 7]
    assert Table([], {"name": 0}).columns == {"name": ()}
    assert list(Table([(2, ["x"])], {}).columns) == []


def test_a_table_goes_with_its_last_use_and_without_the_collector() -> None:
    """It is off while many rows pass: whatever refers to itself would stay, a hundred MiB of them."""
    gc.disable()
    try:
        tables = [Table([(2, ["张三"])], {"name": 0}), Table.of([2], [["张三"]], {"name": 0})]
        tables.append(Table(lambda: Table.of([2], [["张三"]], {}), {"name": 0}))
        assert {(tuple(table.columns["name"]), table[0].cells["name"], len(table)) for table in tables} == {
            (("张三",), "张三", 1)
        }
        gone = [weakref.ref(table) for table in tables]
        tables.clear()
        assert [ref() for ref in gone] == [None] * 3
    finally:
        gc.enable()
