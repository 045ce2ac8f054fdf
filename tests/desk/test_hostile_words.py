"""Words out of a stranger's file or form: text on every page and in every workbook, never markup, formula or a rule."""

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk.rules import REASON_HEADING, Column
from portal.desk.workbooks import refused_workbook, template_workbook
from portal.registers.models import PartyMember
from portal.tenancy.scope import NOTHING, transaction
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, import_file, run_jobs, upload, verdicts, workbook
from tests.makers import HERE_CODE, NOW, make_grant
from tests.matrix import everything, routes
from tests.registers.makers import make_facts, make_id_number, make_member, make_organization

MARKUP = '"><script>alert(7)</script><img src=x onerror=alert(7)>'


def refused(sheet: str, headings: list[Any], cells: list[Any]) -> Any:
    batch: Any = SimpleNamespace(headings=headings, places={}, sheet_name=sheet)
    row: Any = SimpleNamespace(cells=cells, problems=[])
    kind: Any = SimpleNamespace(columns=(), sheet_name="党员")
    return openpyxl.load_workbook(io.BytesIO(refused_workbook(batch, [row], kind=kind, mark="内部"))).worksheets[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("2026/11", "2026 11"),
        ("[名单]?*", "名单"),
        ("'名单'", "名单"),
        ("", "党员"),
        ("名" * 40, "名" * 31),
        (":/?", "Sheet1"),
    ],
)
def test_a_sheet_may_have_a_name_that_excel_forbids(name: str, shown: str) -> None:
    """As sheets of other programs have; what is given back must open all the same."""
    assert refused(name, ["姓名"], ["张三"]).title == shown


def test_what_is_given_back_is_text_whatever_it_begins_with() -> None:
    words = ["=1+1", "+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://evil.example", "\t=1", "＝1"]
    sheet = refused("名单", words, words)
    assert sheet.cell(1, 1).value == "内部"
    assert [cell.value for cell in sheet[2]] == [*words, REASON_HEADING]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert not sheet._hyperlinks
    assert [cell.value for cell in refused("名单", ["甲", "乙"], [float("inf"), float("nan")])[3]][:2] == ["inf", "nan"]


def test_a_word_with_a_quotation_mark_does_not_break_the_rule_of_a_drop_down() -> None:
    kind: Any = SimpleNamespace(
        columns=(Column("branch", "所在党支部"),),
        sheet_name="名单",
        choices=lambda *, tenant_id: {"branch": ['甲"支部', "=1+1"]},
    )
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(kind, tenant_id=1)))
    rule = next(iter(book.worksheets[0].data_validations.dataValidation))
    assert '"' not in rule.formula1
    assert [cell.value for cell in book["选项"]["A"]] == ['甲"支部', "=1+1"]
    assert {cell.data_type for cell in book["选项"]["A"]} == {"s"}


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)  # pages are the same on both
def test_markup_in_a_file_its_headings_and_its_name_is_text_on_every_page(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization(f"支部{MARKUP}"[:60])
        make_member(branch.id, 9, work_unit=MARKUP, estate=MARKUP, building=MARKUP, address=MARKUP)
    client = everything(portal, portal.here)
    lines = [
        [*HEADINGS, MARKUP, "工作单位"],
        ["张三", make_id_number(1), "正式党员", "2015-07-01", MARKUP, MARKUP, MARKUP, MARKUP],
        ["李四", make_id_number(2), MARKUP, MARKUP, MARKUP, MARKUP, MARKUP, MARKUP],
    ]
    url = upload(client, "<script>alert(7).xlsx", workbook(lines)).location
    assert run_jobs(portal) == []
    with portal.inside():
        member_id = db.session.scalars(select(PartyMember.id)).one()
    columns = "columns=work_unit,estate,building,address,branch"
    pages = [url, f"{url}?verdict=refused", f"/t/{HERE_CODE}/registers/members?{columns}"]
    pages += [f"/t/{HERE_CODE}/registers/members/{member_id}{end}" for end in ("", "/facts")]
    pages += [
        route.rule.rule.replace("<division:code>", HERE_CODE)
        for route in routes(portal.app)
        if route.method == "GET" and not route.parameters
    ]
    shown = 0
    for page in pages:
        text = client.body("GET", page)
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        shown += "&lt;script&gt;alert" in text
    assert shown > 5, "the words are on the pages, or this sees nothing"


def test_what_a_form_does_not_ask_for_is_not_taken(portal: Portal) -> None:
    """Every column of the model sent along: the fields of the form change, nothing else."""
    with portal.inside():
        branch = make_organization()
        member_id = make_member(branch.id, 3).id
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"/t/{HERE_CODE}/registers/members/{member_id}/facts"

    def row() -> dict[str, Any]:
        with portal.inside():
            found = db.session.scalars(select(PartyMember)).one()
            return {key: getattr(found, key) for key in PartyMember.__mapper__.columns.keys()}  # noqa: SIM118

    before, page = row(), client.get(url).page
    asked = {str(tag["name"]) for tag in page.select("form.form [name]")} - {"csrf_token"}
    sent = {
        "full_name": "改名演示", "member_type": "FULL", "joined": "2015-07-01", "organization": branch.name,
        "status": "EXPELLED", "tenant_id": str(portal.there), "id": make_id_number(5), "probation_until": "2030-01-01",
        "created_at": "2000-01-01", "merged_into_id": str(member_id), "source_row": "7", "lost_since": "2020-01-01",
        "lost_reason": "ABROAD", "status_on": "2020-01-01", "id_index": "x", "source_batch_id": str(member_id),
    }  # fmt: skip
    assert not {"status", "tenant_id", "id", "created_at", "lost_since"} & asked
    client.post(url, {**dict.fromkeys(asked, ""), **sent}, status=(302, 303))
    after = row()
    assert after["full_name"] == "改名演示"
    for column in ("status", "tenant_id", "id", "created_at", "lost_since", "lost_reason", "status_on", "id_index"):
        assert after[column] == before[column], column


@pytest.mark.parametrize("left", ["clerk", "nobody"])
def test_a_workbook_is_fetched_by_who_may_still_have_it(portal: Portal, left: str) -> None:
    """Asked for as secretary; by the time it is ready only a clerk, or without any role."""
    with portal.inside():
        make_member(make_organization().id, 7)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    form = f"/t/{HERE_CODE}/desk/forms/member-roster/exports"
    url = secretary.post(form, {"reason": "年报核对", "in_clear": "1"}).location
    assert run_jobs(portal) == []
    user_id = portal.person(Role.COMMUNITY_SECRETARY).id
    with transaction(NOTHING):
        db.session.execute(
            update(RoleGrant).where(RoleGrant.user_id == user_id).values(ends_at=NOW - timedelta(minutes=1))
        )
    if left == "clerk":
        make_grant(user_id, portal.here, Role.COMMUNITY_CLERK)
    secretary.post(f"{url}/file", status=403 if left == "clerk" else 404)
    secretary.post(f"{url}/again", status=403 if left == "clerk" else 404)


def test_facts_are_made_of_what_is_named(portal: Portal) -> None:
    """A roster with columns that nobody asked for brings in none of them."""
    with portal.inside():
        branch = make_organization()
        expected = make_facts(branch.id, 1).full_name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    lines = [
        [*HEADINGS, "status", "tenant_id"],
        [expected, make_id_number(1), "正式党员", "2015-07-01", branch.name, "", "EXPELLED", "1"],
    ]
    import_file(portal, clerk, "名单.xlsx", workbook(lines))
    lines = [[*HEADINGS, "党籍状态"], ["张甲", make_id_number(2), *lines[1][2:6], "开除党籍"]]
    url = upload(clerk, "又一份.xlsx", workbook(lines)).location  # what takes a decision comes in with none
    assert run_jobs(portal) == []
    assert verdicts(clerk, url)["refused"] == 1
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.status.value, member.tenant_id) == ("NORMAL", portal.here)
