"""Columns named by hand on the page of a file, another sheet of it, and what is remembered."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk.commands import reading as commands
from portal.desk.kinds import get_kind
from portal.desk.models import HeadingMemory, ImportPiece
from portal.files.models import StoredFile
from portal.registers.models import PartyMember
from portal.tenancy.scope import reading, scope_of
from tests.client import PortalClient
from tests.conftest import Portal
from tests.desk.makers import run_jobs, upload, verdicts, workbook
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor
from tests.registers.makers import make_id_number, make_organization

HEADINGS = ["党员", "证件", "甲", "乙", "丙", "备用"]


def rows(number: int = 5) -> list[list[Any]]:
    names = ["张三", "李四", "王小明", "赵示安", "陈大文"]
    return [
        [names[n % 5], make_id_number(n + 1), "正式党员", "2015-07-01", "演示第一党支部", "x"] for n in range(number)
    ]


def odd_file() -> bytes:
    return workbook([["花名册"], HEADINGS, *rows()])


def count(portal: Portal, model: type, tenant_id: int | None = None) -> int:
    db.session.remove()
    with reading(scope_of(tenant_id or portal.here)):
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def name(client: PortalClient, url: str, said: dict[int, str], status: int = 303) -> Any:
    return client.post(f"{url}/columns", {f"column-{place}": key for place, key in said.items()}, status=status)


SAID = {0: "full_name", 1: "id_number", 2: "member_type", 3: "joined", 4: "organization"}


def test_what_nobody_recognises_is_asked_for_once_and_remembered(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "怪表.xlsx", odd_file()).location
    assert run_jobs(portal) == [], "nothing is judged before somebody has said what the columns are"
    page = clerk.get(url)
    selects = {str(each["name"]): each for each in page.page.select("#batch-columns select[id^=column-]")}
    assert len(selects) == 6
    chosen = {key: each.select_one("option[selected]") for key, each in selects.items()}
    assert chosen["column-0"]["value"] == "full_name", "names and ID numbers speak for themselves"  # type: ignore[index]
    assert chosen["column-1"]["value"] == "id_number"  # type: ignore[index]
    assert "人员类别" in page.text
    assert make_id_number(1) not in str(page.page), "the first cells are masked"
    clerk.post(f"{url}/application", status=422)
    assert "怪表.xlsx" in clerk.get(f"/t/{HERE_CODE}/").text, "it stands among the tasks"

    name(clerk, url, SAID)
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["new"] == 5
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert count(portal, PartyMember) == 5
    assert count(portal, StoredFile) == 0, "the file itself is gone once its rows are written"

    again = upload(clerk, "又来.xlsx", odd_file()).location
    assert run_jobs(portal) == []
    assert verdicts(clerk, again)["same"] == 5, "the same headings are not asked for again"
    assert count(portal, HeadingMemory) == 1
    assert count(portal, HeadingMemory, portal.there) == 0


def test_what_was_understood_wrongly_is_put_right_before_writing(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    lines = [["姓名", "身份证号", "人员类别", "入党时间", "所在党支部", "联系方式"]]
    lines += [[*row[:5], "家里座机不用"] for row in rows()]
    url = upload(clerk, "名单.xlsx", workbook(lines)).location
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["refused"] == 5
    name(clerk, url, SAID)
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": 5, "changed": 0, "same": 0, "refused": 0}
    name(clerk, url, SAID)  # saying it twice is harmless
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["new"] == 5
    assert count(portal, HeadingMemory) == 1
    db.session.remove()
    with reading(scope_of(portal.here)):
        tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "desk:batch:columns")))
    assert len(tags) == 2


@pytest.mark.parametrize(
    "said", [{}, {0: "full_name"}, SAID | {5: "id_number"}, SAID | {0: "unknown"}, {99: "full_name"}]
)
def test_too_little_or_twice_is_told_and_changes_nothing(portal: Portal, said: dict[int, str]) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "怪表.xlsx", odd_file()).location
    answer = name(clerk, url, said, status=422)
    assert answer.page.select_one(".message-error")
    assert count(portal, HeadingMemory) == count(portal, ImportPiece) == 0


def book_of_three() -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        for title, lines, hidden in (
            ("封面", [["2026年党员花名册"], ["填报单位", "示范社区", "制表", "日期", "备注", "共三表"]], False),
            ("旧表", [["姓名", "身份证号", "人员类别", "入党时间", "所在党支部"], rows(1)[0][:5]], True),
            ("花名册", [["姓名", "身份证号", "人员类别", "入党时间", "所在党支部"], *[r[:5] for r in rows(4)]], False),
        ):
            sheet = book.add_worksheet(title)
            if hidden:
                sheet.hide()
            for number, cells in enumerate(lines):
                sheet.write_row(number, 0, cells)
    return output.getvalue()


def test_another_sheet_is_read_when_asked(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    answer = upload(clerk, "三张表.xlsx", book_of_three(), status=(303, 422))
    url = answer.location
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["new"] == 4, "a cover sheet without headings is passed over"
    offered = [option["value"] for option in clerk.get(url).page.select("#sheet option")]
    assert offered == ["封面", "花名册"], "hidden sheets are not offered"
    clerk.post(f"{url}/sheet", {"sheet": "旧表"}, status=422)
    clerk.post(f"{url}/sheet", {"sheet": "封面"}, status=422)
    assert verdicts(clerk, url)["new"] == 4, "what cannot be read leaves the file as it was"
    clerk.post(f"{url}/sheet", {"sheet": "花名册"})
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["new"] == 4


def test_columns_can_no_longer_be_named_once_rows_are_written(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "三张表.xlsx", book_of_three()).location
    run_jobs(portal)
    foreign = url.replace(HERE_CODE, THERE_CODE)
    for act in ("columns", "sheet"):
        portal.as_role(Role.COMMUNITY_CLERK, portal.there).post(f"{foreign}/{act}", status=404)
        portal.as_role(Role.AUDITOR).post(f"{url}/{act}", status=403)
    clerk.post(f"{url}/application")
    run_jobs(portal)
    batch_id = url.rpartition("/")[2]
    with portal.inside(), pytest.raises(RuleBroken) as refused:
        commands.choose_sheet(UUID(batch_id), get_kind("members"), sheet="花名册", page="", actor=actor, now=NOW)
    assert refused.value.code == "desk.wrong_state"
    name(clerk, url, SAID, status=422)
    assert "column-0" not in str(clerk.get(url).page)
