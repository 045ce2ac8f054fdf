"""Units and owners out of a file, through the desk, on both engines."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk.kinds import Judgement, Row, get_kind
from portal.desk.rules import Verdict
from portal.estates import commands, queries, rules
from portal.estates.importing.facts import building_key, read_row, room_label
from portal.estates.models import Building, Owner, Ownership, Unit
from tests.desk.makers import run_jobs, upload, workbook
from tests.estates.makers import make_building, make_clerk, make_estate, make_owner, units_of
from tests.makers import NOW
from tests.statements import count_statements

TODAY = NOW.date()
HEADINGS = [
    "小区",
    "期",
    "楼栋",
    "单元",
    "房号",
    "建筑面积",
    "面积依据",
    "状态",
    "业主姓名",
    "证件号",
    "电话",
    "份额",
    "交付日期",
    "取得日期",
]
NUMBER, OTHER_NUMBER = "110101200002290018", "110101199003072316"
FIRM = "91350100M000100Y43"


def line(room: str, owner: str = "", number: str = "", **more: Any) -> list[Any]:
    given = {
        "小区": "和平小区",
        "期": "一期",
        "楼栋": "1栋",
        "单元": "1",
        "房号": room,
        "建筑面积": 89.5,
        "业主姓名": owner,
        "证件号": number,
        **more,
    }
    return [given.get(heading, "") for heading in HEADINGS]


def bring_in(portal: Any, rows: list[list[Any]], *, write: bool = True, role: Role = Role.COMMUNITY_CLERK) -> str:
    client = portal.as_role(role)
    url = upload(client, "业主清册.xlsx", workbook([HEADINGS, *rows]), kind="units").location
    assert run_jobs(portal) == []
    if write:
        client.post(f"{url}/application", status=(303, 422))
        assert run_jobs(portal) == []
    return url


def judged(rows: list[dict[str, Any]]) -> list[Judgement]:
    return get_kind("units").judge([Row(number, cells) for number, cells in enumerate(rows, start=2)], today=TODAY)


def counts() -> dict[str, int]:
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Building, Unit, Owner, Ownership)
    }


def test_a_roster_as_people_keep_it_becomes_estate_building_units_and_owners(portal: Any) -> None:
    rows = [
        line("101室", "张三", NUMBER, 电话="138 0000 0000", 面积依据="房产证", 交付日期="2020.6.1"),
        line("102", "李四、王五", 份额="50%"),
        line("201", "张三", NUMBER),
        line("202", "某某物业有限公司", FIRM, 状态="未交房"),
        line("301", 状态="未售"),
    ]
    bring_in(portal, rows)
    with portal.inside():
        assert counts() == {"building": 1, "unit": 5, "owner": 4, "ownership": 5}
        (estate,) = queries.list_estates()
        totals = queries.get_roll_totals(estate.id, on=TODAY)
        assert (totals.heads, totals.area_m2) == (3, Decimal("447.50"))  # developer, Zhang with two, Li and Wang
        first = queries.list_units(estate.id, on=TODAY)[0]
        assert (first.room, first.area_basis, first.delivered_on) == (
            "1-101",
            rules.AreaBasis.REGISTERED,
            date(2020, 6, 1),
        )
        assert first.holdings[0].valid_from == date(2020, 6, 1)
        held = {unit.room: [one.share for one in unit.holdings] for unit in queries.list_units(estate.id, on=TODAY)}
        assert held["1-102"] == [5000, 5000]
        unit = db.session.scalars(select(Unit).where(Unit.room == "1-101")).one()
        assert unit.source_row == 2


def test_the_same_file_twice_changes_nothing(portal: Any) -> None:
    rows = [line("101", "张三", NUMBER, 电话="13800000000"), line("102", "李四、王五"), line("103", "赵六")]
    bring_in(portal, rows)
    with portal.inside():
        before = counts()
    url = bring_in(portal, rows)
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{url}?verdict=SAME")
    same = [state for state in page.page.select("td .state") if state.get_text(strip=True) == "一致"]
    assert len(same) == 3
    with portal.inside():
        assert counts() == before


def test_two_communities_bring_in_the_same_file_and_keep_apart(portal: Any) -> None:
    bring_in(portal, [line("101", "张三", NUMBER)])
    with portal.inside(portal.there):
        assert counts() == {"building": 0, "unit": 0, "owner": 0, "ownership": 0}
        estate = make_estate("和平小区")
        make_owner_of(estate, "张三")
    bring_in(portal, [line("102", "张三", NUMBER)])
    with portal.inside(portal.there):
        assert counts() == {"building": 1, "unit": 1, "owner": 1, "ownership": 1}


def make_owner_of(estate: Any, name: str) -> None:
    make_building(estate, "1栋", units=1)
    make_owner(units_of(estate)[0], name=name)


def test_co_owners_in_rows_below_each_other(portal: Any) -> None:
    bring_in(portal, [line("101", "李四", NUMBER), line("101", "王五", OTHER_NUMBER, 建筑面积="")])
    with portal.inside():
        (estate,) = queries.list_estates()
        (unit,) = queries.list_units(estate.id, on=TODAY)
        assert sorted(held.owner_name for held in unit.holdings) == ["李四", "王五"]
        assert queries.get_roll_totals(estate.id, on=TODAY).heads == 1


def test_a_second_roster_adds_the_numbers_that_the_first_left_out(portal: Any) -> None:
    bring_in(portal, [line("101", "张三"), line("102", "张三")])
    with portal.inside():
        assert counts()["owner"] == 2
        assert queries.count_pairs() == 1
    bring_in(portal, [line("101", "张三", NUMBER), line("102", "张 三", NUMBER)])
    with portal.inside():
        assert counts()["owner"] == 2
        (pair,) = queries.list_pairs(on=TODAY, limit=5)
        assert (pair.reason, pair.effects[0].heads_now, pair.effects[0].heads_after) == (
            rules.PairReason.SAME_NUMBER,
            2,
            1,
        )


def test_a_sale_in_a_roster_ends_the_former_owner(portal: Any) -> None:
    bring_in(portal, [line("101", "张三", NUMBER, 交付日期="2020-06-01")])
    with portal.inside():
        row = {"estate": "和平小区", "building": "1栋", "entrance": "1", "room": "101", "owner": "李四"}
        sold, joint = judged([{**row, "since": "2025-03-01"}, row])
        assert [(change.column, change.old, change.new) for change in sold.changes] == [("owner", "张三", "李四")]
        assert joint.changes[0].new == "张三、李四"
        assert (sold.verdict, joint.verdict) == (Verdict.CHANGED, Verdict.CHANGED)
    bring_in(portal, [line("109", "某人"), line("101", "李四", 取得日期="2025-03-01")])
    with portal.inside():
        unit = db.session.scalars(select(Unit).where(Unit.room == "1-101")).one()
        days = {held.owner_name: (held.valid_from, held.valid_until) for held in history(unit)}
        assert days == {"张三": (date(2020, 6, 1), date(2025, 3, 1)), "李四": (date(2025, 3, 1), None)}


def history(unit: Unit) -> list[queries.Holding]:
    return queries.ownership_history(unit.id, on=TODAY)


def test_who_owns_it_wholly_is_not_joined_by_a_file(portal: Any) -> None:
    with portal.inside():
        make_owner_of(make_estate("和平小区"), "张三")
        (refused,) = judged([{"building": "1", "room": "0001", "owner": "李四"}])
        assert (refused.verdict, refused.problems[0].code) == (Verdict.REFUSED, "estates.import_other_owner")
        assert refused.problems[0].values["owner"] == "张*"


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"room": ""}, "room", "desk.missing"),
        ({"building": ""}, "building", "desk.missing"),
        ({"area": "八十九"}, "area", "estates.import_area"),
        ({"area": "0"}, "area", "estates.area_wrong"),
        ({"area": ""}, "area", "estates.import_area_missing"),
        ({"number": "110101200002290019"}, "number", "identity.check_character"),
        ({"number": 1.1e17}, "number", "desk.digits_lost"),
        ({"phone": "1380000"}, "phone", "desk.mobile_length"),
        ({"share": "120%"}, "share", "estates.import_share"),
        ({"status": "半售"}, "status", "estates.import_choice"),
        ({"delivered": "2030-01-01"}, "delivered", "estates.day_ahead"),
        ({"delivered": "2020-01-01", "status": "未售"}, "delivered", "estates.day_without_step"),
        ({"owner": "", "number": NUMBER}, "number", "estates.import_counts"),
        ({"number": f"{NUMBER}、{OTHER_NUMBER}"}, "number", "estates.import_counts"),
        ({"title": "合同占有", "status": "已售未交付"}, "title", "estates.possession_needs_handover"),
    ],
)
def test_rows_that_are_refused_say_why(portal: Any, cells: dict[str, Any], column: str, code: str) -> None:
    row = {"estate": "和平小区", "building": "1栋", "room": "101", "area": "89.5", "owner": "张三", **cells}
    with portal.inside():
        (found,) = judged([row])
    assert found.verdict is Verdict.REFUSED
    assert (found.problems[0].column, found.problems[0].code) == (column, code)


def test_one_number_under_two_names_is_refused_in_the_file_and_in_the_register(portal: Any) -> None:
    row = {"estate": "和平小区", "building": "1栋", "area": "89.5"}
    with portal.inside():
        first, second = judged(
            [
                {**row, "room": "101", "owner": "张三", "number": NUMBER},
                {**row, "room": "102", "owner": "李四", "number": NUMBER},
            ]
        )
        assert (first.verdict, second.verdict) == (Verdict.NEW, Verdict.REFUSED)
        assert second.problems[0].code == "estates.import_number_of_other"


def test_the_estate_may_be_left_out_where_there_is_one_only(portal: Any) -> None:
    row = {"building": "1", "room": "101", "area": "89.5"}
    with portal.inside():
        assert judged([row])[0].problems[0].code == "estates.import_place"
        make_estate("和平小区")
        assert judged([row])[0].verdict is Verdict.NEW
        make_estate("别的小区")
        assert judged([row])[0].problems[0].code == "estates.import_place"


def test_judging_costs_the_same_for_five_and_for_two_thousand_rows(portal: Any) -> None:
    rows = [
        {"estate": "和平小区", "building": f"{n % 9}栋", "room": str(n), "area": "80", "owner": f"业主{n}"}
        for n in range(2000)
    ]
    costs = []
    with portal.inside():
        make_building(make_estate("和平小区"), "1栋", units=3)
        judged([{**rows[0], "number": NUMBER}])  # the first time a process also opens the tenant's key
        for few in (rows[:5], rows):
            with count_statements(db.engine) as seen:
                judged(few)
            costs.append(len(seen))
    assert costs[0] == costs[1] <= 5


@pytest.mark.parametrize(
    ("name", "key"), [("1", "1"), ("1栋", "1"), ("1#", "1"), ("１号楼", "1"), ("1 幢", "1"), ("楼", "楼")]
)
def test_buildings_have_many_spellings(name: str, key: str) -> None:
    assert building_key(name) == key


@pytest.mark.parametrize(
    ("entrance", "room", "label"),
    [("", "101", "101"), ("2单元", "301室", "2-301"), ("2", "2-301", "2-301"), (" 1 ", "1 01", "1-101")],
)
def test_rooms_are_named_with_their_entrance(entrance: str, room: str, label: str) -> None:
    assert room_label(entrance, room) == label


@pytest.mark.parametrize(
    ("text", "share"), [("50%", 5000), ("1/2", 5000), ("0.5", 5000), ("50", 5000), ("1", 10000), (0.25, 2500)]
)
def test_shares_as_people_write_them(text: Any, share: int) -> None:
    facts, problems = read_row({"building": "1", "room": "1", "owner": "张三", "share": text}, today=TODAY)
    assert facts is not None, problems
    assert facts.owners[0].share == share


def test_merged_cells_go_on_below(portal: Any) -> None:
    blank = {"小区": "", "期": "", "楼栋": "", "单元": ""}
    rows = [
        line("101", "李四"),
        line("", "王五", 建筑面积="", **blank),  # a co-owner below
        line("102", "赵六", **blank),  # the next room of a merged building
        line("101", "钱七", **{**blank, "楼栋": "2栋"}),  # another building, whose entrance is not that above
    ]
    bring_in(portal, rows)
    with portal.inside():
        (estate,) = queries.list_estates()
        found = {
            (unit.building_name, unit.room): sorted(held.owner_name for held in unit.holdings)
            for unit in queries.list_units(estate.id, on=TODAY)
        }
    assert found == {("1栋", "1-101"): ["李四", "王五"], ("1栋", "1-102"): ["赵六"], ("2栋", "101"): ["钱七"]}


@pytest.mark.parametrize("with_edit", [False, True])
def test_an_import_of_units_is_undone(portal: Any, with_edit: bool) -> None:
    with portal.inside():
        make_owner_of(make_estate("和平小区"), "张三")
        before = counts()
    url = bring_in(portal, [line("101", "李四", NUMBER), line("102", "王五")])
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        assert counts()["unit"] == 3
        unit = db.session.scalars(select(Unit).where(Unit.room == "1-101")).one()
        if with_edit:
            commands.hand_over_unit(
                unit,
                buyer=commands.NewOwner("赵六"),
                title=commands.Title(valid_from=TODAY + timedelta(days=1)),
                actor=make_clerk(),
                now=NOW + timedelta(hours=1),
            )
    client.post(f"{url}/undo", status=(200, 303, 422))
    assert run_jobs(portal) == []
    with portal.inside():
        after = counts()
    if with_edit:
        assert after["unit"] == before["unit"] + 1  # the unit that was sold since stays, with both owners
        assert after["ownership"] == before["ownership"] + 2
    else:
        assert after == before
