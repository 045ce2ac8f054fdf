"""What goes out in the columns of the import comes in again and changes nothing; what is masked never comes in."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk.exports import Wanted, get_form
from portal.desk.kinds import Row, get_kind
from portal.estates import commands, queries
from portal.estates.models import Estate, Owner, Ownership, Unit
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import run_jobs, upload, verdicts
from tests.desk.test_exports import fetch, lines
from tests.estates.makers import make_building, make_clerk, make_estate, make_owner, make_units, units_of
from tests.estates.test_importing import FIRM, NUMBER, OTHER_NUMBER, bring_in, line
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_branches, make_member

DESK = f"/t/{HERE_CODE}/desk"
BASE = f"/t/{HERE_CODE}/estates"
TODAY = NOW.date()


def register(portal: Portal) -> None:
    """Fill a register with what files and people enter."""
    bring_in(
        portal,
        [
            line("101", "张三", NUMBER, 电话="13812345678", 取得日期="2021-05-01", 份额="1/3"),
            line("101", "李四", OTHER_NUMBER, 取得日期="2021-05-01", 份额="66.67%"),
            line("102", "演示物业有限公司", FIRM, 交付日期="2020-06-01"),
            line("103", 状态="未售"),
        ],
    )
    with portal.inside():
        building = make_building(make_estate("手工小区"), "1号楼")
        make_units(building, rooms=["201室", "5号", "A-3"])
        unit = units_of(_estate("手工小区"))[0]
        owner = commands.NewOwner(name="王五", phone="13900000001")
        title = commands.Title(valid_from=date(2020, 1, 1), is_voting_representative=True, document="黔(2020)0001")
        commands.add_owner(unit, owner=owner, title=title, actor=make_clerk(), now=NOW)


def _estate(name: str) -> Any:
    return db.session.scalars(select(Estate).where(Estate.name == name)).one()


def taken(portal: Portal, form: str, *, in_clear: bool, query: str = "") -> bytes:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    data = {"reason": "报街道备案"} | ({"in_clear": "y"} if in_clear else {})
    order = client.post(f"{DESK}/forms/{form}/exports{query}", data, status=303).location
    assert run_jobs(portal) == []
    return fetch(client, order)


def brought(portal: Portal, content: bytes, kind: str = "units") -> tuple[dict[str, int], str]:
    """Have a workbook checked and, if anything is good, written; gives the verdicts and the page."""
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = upload(client, "导出.xlsx", content, kind=kind).location
    assert run_jobs(portal) == []
    found = verdicts(client, url)
    return found, client.get(f"{url}?verdict=refused").text


def counted(portal: Portal) -> list[int]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Unit, Owner, Ownership)]


def test_the_register_of_units_in_clear_comes_in_again_and_changes_nothing(portal: Portal) -> None:
    register(portal)
    before = counted(portal)
    found, _page = brought(portal, taken(portal, "units", in_clear=True))
    assert found == {"new": 0, "changed": 0, "same": 7, "refused": 0}
    assert counted(portal) == before


def test_names_with_signs_of_a_list_are_one_owner_each_here_and_where_nobody_is_known(portal: Portal) -> None:
    names = ["贵州甲、乙联合公司", "Smith/Jones, Ltd.", "“好邻居”示例公司", '示例"甲、乙"站', "示例（甲）公司", "张三"]
    with portal.inside():
        estate = make_estate("手工小区")
        make_building(estate, "1号楼", units=1)
        for name in names:
            make_owner(units_of(estate)[0], name=name, share=1_000)
    content = taken(portal, "units", in_clear=True)
    found, _page = brought(portal, content)
    assert found == {"new": 0, "changed": 0, "same": len(names), "refused": 0}
    book = openpyxl.load_workbook(_file(content))
    sheet = book.active
    assert sheet is not None
    for number in range(len(names)):
        sheet.cell(4 + number, 1).value = "另一小区"
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = upload(client, "另一小区.xlsx", _saved(book), kind="units").location
    assert run_jobs(portal) == []
    client.post(f"{url}/application", status=303)
    assert run_jobs(portal) == []
    with reading(scope_of(portal.here)):
        for place in ("手工小区", "另一小区"):
            (unit,) = queries.list_units(_estate(place).id, on=TODAY)
            assert sorted(held.owner_name for held in unit.holdings) == sorted(names)


def test_without_numbers_and_phones_it_comes_in_again_too(portal: Portal) -> None:
    register(portal)
    content = taken(portal, "units", in_clear=False)
    heads, *rows = lines(content)
    assert "证件号" not in heads
    assert "电话" not in heads
    assert NUMBER not in str(rows)
    assert "13812345678" not in str(rows)
    found, _page = brought(portal, content)
    assert found == {"new": 0, "changed": 0, "same": 7, "refused": 0}


def test_an_area_corrected_in_excel_is_the_only_change(portal: Portal) -> None:
    register(portal)
    content = taken(portal, "units", in_clear=False)
    book = openpyxl.load_workbook(_file(content))
    sheet = book.active
    assert sheet is not None
    heads = [cell.value for cell in sheet[3]]
    sheet.cell(6, heads.index("专有面积") + 1).value = 91.25
    found, _page = brought(portal, _saved(book))
    assert found == {"new": 0, "changed": 1, "same": 6, "refused": 0}


def _file(content: bytes) -> Any:
    return io.BytesIO(content)


def _saved(book: Any) -> bytes:
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_one_estate_is_taken_by_itself(portal: Portal) -> None:
    register(portal)
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{DESK}/forms")
    link = next(str(a["href"]) for a in page.page.select("a[href*='/forms/units/']") if "手工小区" in a.get_text())
    content = taken(portal, "units", in_clear=False, query=f"?{link.partition('?')[2]}")
    assert {row[0] for row in lines(content)[1:]} == {"手工小区"}


def test_masked_names_of_a_roll_are_refused_with_the_reason(portal: Portal) -> None:
    register(portal)
    before = counted(portal)
    with portal.inside():
        estate = _estate("和平小区").id
    found, page = brought(portal, taken(portal, "owners-roll", in_clear=False, query=f"?estate={estate}"))
    assert found["new"] == found["changed"] == 0
    assert "张*" in page
    assert counted(portal) == before
    cells: dict[str, Any] = {"estate": "和平小区", "building": "1栋", "room": "1-101", "owner": "李四、张*"}
    with reading(scope_of(portal.here)):
        (judged,) = get_kind("units").judge([Row(2, cells)], today=TODAY)
    assert [(each.column, each.code) for each in judged.problems] == [("owner", "desk.masked")]


def test_a_masked_address_of_a_member_never_overwrites_the_real_one(portal: Portal) -> None:
    with portal.inside():
        first, *_rest = make_branches()
        for serial in (1, 2, 3):
            make_member(first.id, serial, address="贵州省遵义市汇川区大连路1号")
    masked, clear = taken(portal, "member-roster", in_clear=False), taken(portal, "member-roster", in_clear=True)
    found, _page = brought(portal, masked, "members")
    assert found["refused"] == 3
    book, hidden = openpyxl.load_workbook(_file(clear)), openpyxl.load_workbook(_file(masked)).active
    sheet = book.active
    assert sheet is not None
    assert hidden is not None
    place = [cell.value for cell in sheet[3]].index("家庭住址") + 1
    sheet.cell(4, place).value = hidden.cell(4, place).value
    assert "***" in str(hidden.cell(4, place).value)
    found, page = brought(portal, _saved(book), "members")
    assert found == {"new": 0, "changed": 0, "same": 2, "refused": 1}
    assert "贵州省遵义市***" in page


def test_the_roll_that_is_taken_is_that_of_the_day_of_its_page(portal: Portal) -> None:
    register(portal)
    with portal.inside():
        estate = _estate("手工小区")
        unit = units_of(estate)[0]
        buyer = commands.NewOwner(name="新业主")
        title = commands.Title(valid_from=TODAY, share=10_000, is_voting_representative=True)
        commands.hand_over_unit(unit, buyer=buyer, title=title, actor=make_clerk(), now=NOW)
        estate_id = estate.id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    owners = {}
    for query in (f"on={yesterday}&known=now", ""):
        page = client.get(f"{BASE}/{estate_id}/roll?{query}")
        link = page.page.select_one("a[href*='owners-roll']")
        assert link is not None
        url = str(link["href"])
        rows = lines(taken(portal, "owners-roll", in_clear=True, query=f"?{url.partition('?')[2]}"))
        owners[query] = rows[1][7]
        shown = page.page.select("table.ledger tbody tr")[0].select("td")[2].get_text(strip=True)
        assert shown == owners[query]
        if query:
            assert "按今天所知" in client.get(url).text or yesterday[:4] in client.get(url).text
    assert list(owners.values()) == ["王五", "新业主"]
    with reading(scope_of(portal.here)):
        roll, asked = get_form("owners-roll"), {"estate": str(estate_id), "on": yesterday}
        assert roll.count(Wanted(portal.here, TODAY, asked)) == 0, "the register was not kept yet"
        assert roll.count(Wanted(portal.here, TODAY, asked | {"known": "now"})) == 3
