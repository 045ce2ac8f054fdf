"""A whole life of a roster made by LibreOffice, in four formats, on both engines, through the pages."""

import io
import json

import openpyxl
import pytest
from bs4 import Tag
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.registers.models import PartyMember
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import ROSTERS, import_file, run_jobs, upload, verdicts
from tests.registers.makers import make_branches

EXPECTED = json.loads((ROSTERS / "expected.json").read_text(encoding="utf-8"))
WRONG = EXPECTED["wrong"]


def members(portal: Portal) -> int:
    with reading(scope_of(portal.here)):
        return int(db.session.scalar(select(func.count()).select_from(PartyMember)) or 0)


def row_number(line: Tag) -> int:
    assert line.th is not None
    return int("".join(filter(str.isdigit, line.th.get_text())))


def mend(workbook: bytes) -> bytes:
    """Put right what expected.json says; rows are recognised by their 序号."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.active
    assert "用途：修改退回行后重新上传" in sheet["A1"].value
    assert [cell.value for cell in sheet[2]][-1] == "退回原因"
    by_serial = {str(row[0].value): row for row in sheet.iter_rows(min_row=3)}
    assert len(by_serial) == len(WRONG)
    for row in WRONG:
        cells = by_serial[str(row["serial"])]
        assert cells[-1].value, "every row says why"
        cells[row["place"]].value = row["mended"]
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "csv"])
def test_463_go_in_37_come_back_the_mended_ones_follow(portal: Portal, ending: str) -> None:
    with portal.inside():
        make_branches()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    content = (ROSTERS / f"roster.{ending}").read_bytes()

    url = upload(clerk, f"花名册.{ending}", content).location
    assert run_jobs(portal) == []
    assert members(portal) == 0, "nothing is written before somebody has looked"
    assert verdicts(clerk, url) == {"new": 463, "changed": 0, "same": 0, "refused": 37}
    reasons = {
        row_number(tr): tr.get_text() for tr in clerk.get(f"{url}?verdict=refused").page.select("#batch-rows tbody tr")
    }
    assert sorted(reasons) == sorted(row["row"] for row in WRONG)
    for row in WRONG:
        assert row["column"].split("（")[0] in reasons[row["row"]], "the reason names the column"

    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert members(portal) == 463
    given_back = clerk.post(f"{url}/refused-rows").response.get_data()

    again = import_file(portal, clerk, "退回.xlsx", mend(given_back))
    assert verdicts(clerk, again) == {"new": 37, "changed": 0, "same": 0, "refused": 0}
    assert members(portal) == 500

    third = import_file(portal, clerk, "退回.xlsx", mend(given_back))
    assert verdicts(clerk, third) == {"new": 0, "changed": 0, "same": 37, "refused": 0}
    fourth = import_file(portal, clerk, f"花名册.{ending}", content)
    assert verdicts(clerk, fourth) == {"new": 0, "changed": 0, "same": 463, "refused": 37}
    assert members(portal) == 500
