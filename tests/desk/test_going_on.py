"""An import that broke off goes on where it was, and a file's samples never show a number that identifies somebody."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk import importing
from portal.desk.commands import reading
from portal.desk.importing import writing
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import BatchState
from portal.jobs.commands import advance_job, fail_job
from portal.registers.models import PartyMember
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, run_jobs, upload, verdicts, workbook
from tests.makers import NOW
from tests.registers.makers import make_id_number, make_organization

NAMES = ("张三", "李四", "王小明", "赵示安", "陈大文", "杨柳", "周全", "吴起")


def roster(number: int) -> bytes:
    lines = [
        [NAMES[n], make_id_number(n + 1), "正式党员", "2015-07-01", "演示第一党支部", f"1390000{n:04d}"]
        for n in range(number)
    ]
    return workbook([HEADINGS, *lines])


def test_an_import_that_broke_off_goes_on_and_writes_nothing_twice(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIECE_ROWS", 2)
    written: list[int] = []
    write = writing.write_pieces
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    monkeypatch.setattr(
        writing,
        "write_pieces",
        lambda batch, rows, *rest, **more: (
            written.extend(row.number for row in rows) or write(batch, rows, *rest, **more)
        ),
    )
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(6)).location
    assert run_jobs(portal) == []
    clerk.post(f"{url}/application")
    with portal.inside():
        job_id = db.session.scalars(select(ImportBatch.job_id)).one()
    assert job_id is not None
    with portal.inside():
        assert not advance_job(job_id, now=NOW)
    with portal.inside():  # whatever it was: the server ran full, somebody pulled the plug
        fail_job(job_id, reference="7F3A01", now=NOW)
        assert db.session.scalars(select(ImportBatch.state)).one() is BatchState.APPLYING
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert written == [0, 1, 2], "the first piece was in already"
    with portal.inside():
        assert len(db.session.scalars(select(PartyMember)).all()) == 6
        assert db.session.scalars(select(ImportPiece.is_written)).all() == [True, True, True]
        assert db.session.scalars(select(ImportBatch.state)).one() is BatchState.DONE
    assert verdicts(clerk, url) == {"new": 6, "changed": 0, "same": 0, "refused": 0}


def test_samples_of_a_file_are_masked_in_every_column(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    number, whole, short, other = make_id_number(1), "13812345678", "138123456", "13787654321"
    lines = [
        [*HEADINGS, "备用"],
        ["张三", number, "正式党员", "2015-07-01", "演示第一党支部", whole, f"{other} 他爱人"],
        ["李四", make_id_number(2), "正式党员", "2015-07-01", "演示第一党支部", short, f"旧证{number}"],
    ]
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", workbook(lines)).location
    assert run_jobs(portal) == []
    page = clerk.get(url).text
    assert "备用" in page, "the columns are shown"
    assert "138****5678" in page
    for text in (number, whole, short, other):
        assert text not in page


def test_writing_that_gives_up_leaves_nothing_and_says_why(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its transaction is undone as a whole: no savepoint is held while many rows go in."""
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(3)).location
    assert run_jobs(portal) == []
    clerk.post(f"{url}/application")
    write = writing.write_pieces

    def gives_up(batch: ImportBatch, *rest: Any, **more: Any) -> None:
        write(batch, *rest, **more)
        raise RuleBroken("desk.wrong_state")

    monkeypatch.setattr(writing, "write_pieces", gives_up)
    assert run_jobs(portal) == ["desk.wrong_state"]
    with portal.inside():
        assert db.session.scalars(select(PartyMember)).all() == []
        assert not any(db.session.scalars(select(ImportPiece.is_written)))
    monkeypatch.undo()
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["new"] == 3
