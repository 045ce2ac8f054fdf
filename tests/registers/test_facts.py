"""A member's facts out of cells, as a roster or a form gives them."""

import json
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.desk.kinds import Row
from portal.desk.rules import Cell, find_headings, is_note
from portal.registers import fact_tables
from portal.registers.extra_facts import EXTRAS, read_dues
from portal.registers.fact_tables import Memo, read_table
from portal.registers.facts import read_facts
from portal.registers.roster_words import COLUMNS
from portal.registers.rules import ManagementClass, MemberType, PartyDate
from portal.registers.rules.extras import HardshipLevel
from tests.desk.makers import read_rows

TODAY = date(2026, 11, 22)
BRANCH = uuid.uuid4()
SOUND: dict[str, Cell] = {
    "full_name": "张 示例",
    "id_number": "520303199003070011",
    "sex": "男",
    "ethnic": "汉",
    "born_on": "1990年3月",
    "education": "大专",
    "member_type": "正式党员",
    "joined": "2015.7",
    "full": 42552,
    "organization": "演示第一党支部",
    "management_class": "退休",
    "mobile": 19900001234,
    "work_unit": " 演示 单位 ",
    "address": "演示路1号",
}


def test_a_sound_row_gives_its_facts() -> None:
    facts, number, problems = read_facts(SOUND, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert problems == []
    assert number == "520303199003070011"
    assert facts is not None
    assert (facts.full_name, facts.ethnic_code, facts.education_code) == ("张示例", "01", "31")
    assert facts.joined == PartyDate(date(2015, 7, 1), by_month=True)
    assert facts.full == PartyDate(date(2016, 7, 1))
    assert facts.management_class is ManagementClass.RETIRED
    assert facts.member_type is MemberType.FULL
    assert (facts.mobile, facts.work_unit) == ("19900001234", "演示 单位")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("full_name", " ", "desk.missing"),
        ("full_name", "张3", "registers.name"),
        ("id_number", 5.2e17, "desk.digits_lost"),
        ("id_number", "52030319900307001", "identity.length"),
        ("sex", "女", "registers.sex_differs"),
        ("born_on", "1990-04", "registers.birth_differs"),
        ("born_on", "1990-03-08", "registers.birth_differs"),
        ("ethnic", "演示族", "desk.unknown_word"),
        ("member_type", "群众", "desk.unknown_word"),
        ("joined", "2008-02", "registers.joined_too_young"),
        ("full", "2014-01-01", "registers.full_before_joined"),
        ("organization", "第一支部", "registers.unknown_organization"),
        ("mobile", "123", "desk.mobile_length"),
        ("address", "长" * 121, "desk.too_long"),
        ("vulnerable_since", "2026-11-23", "registers.vulnerable_future"),
        ("vulnerable_since", "去年", "desk.date"),
        ("hardship_level", "困难", "desk.unknown_word"),
        ("dues_monthly", "七元", "registers.dues_unclear"),
        ("dues_monthly", "7.355", "registers.dues_unclear"),
        ("dues_monthly", 0.005, "registers.dues_unclear"),
        ("dues_monthly", "-1", "registers.dues_unclear"),
        ("dues_monthly", 100000, "registers.dues_range"),
        ("on_owners_committee", "也许", "desk.unknown_word"),
        ("skills", "长" * 101, "registers.skills_length"),
        ("service_intents", "法律援助、跳舞", "desk.unknown_word"),
        ("service_intents", "法律援助、治安巡逻、其他、社区治理", "registers.too_many_intents"),
    ],
)
def test_each_wrong_cell_has_its_reason(column: str, cell: Cell, code: str) -> None:
    facts, _, problems = read_facts({**SOUND, column: cell}, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert facts is None
    assert [(problem.column, problem.code) for problem in problems] == [(column, code)]


def test_extras_are_read_as_people_write_them() -> None:
    cells: dict[str, Cell] = {
        "vulnerable_since": "2026年3月1日",
        "hardship_level": "特困",
        "dues_monthly": 7.350000000000001,
        "on_owners_committee": "√",
        "skills": "电工，理发；电工",
        "service_intents": "治安巡逻，法律援助",
    }
    facts, _, problems = read_facts({**SOUND, **cells}, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert problems == []
    assert facts is not None
    assert (facts.vulnerable_since, facts.hardship_level) == (date(2026, 3, 1), HardshipLevel.SEVERE)
    assert (facts.dues_monthly, facts.on_owners_committee) == (Decimal("7.35"), True)
    assert (facts.skills, facts.service_intents) == ("电工、理发", "legal_aid,patrol")
    for text, amount in (("￥12.5", "12.50"), ("1,200元/月", "1200.00"), ("0", "0.00"), (99999.99, "99999.99")):
        assert read_dues(text) == Decimal(amount)
    frail: dict[str, Cell] = {"management_class": "弱势", "vulnerable_since": "2026-03-01"}
    _, _, problems = read_facts({**SOUND, **frail}, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert [(each.column, each.code) for each in problems] == [("vulnerable_since", "registers.vulnerable_class")]


def test_every_wrong_cell_of_a_row_is_told_at_once() -> None:
    cells = {**SOUND, "full_name": "", "mobile": "1", "joined": "去年"}
    _, _, problems = read_facts(cells, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert {problem.column for problem in problems} == {"full_name", "mobile", "joined"}


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "csv"])
def test_the_rosters_of_libreoffice_have_37_wrong_rows(ending: str) -> None:
    folder = Path(__file__).parents[1] / "data" / "rosters"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    read = read_rows(f"a.{ending}", (folder / f"roster.{ending}").read_bytes())
    headings = find_headings(read, COLUMNS)
    assert headings.unused == ["序号", "备注"]
    organizations = {name: uuid.uuid4() for name in expected["branches"]}
    wrong: dict[int, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    rows = [row for row in read if row[0] > headings.row_number and not is_note(row[1])]
    for number, row in rows:
        cells = {key: row[at] for key, at in headings.places.items() if at < len(row)}
        _, identity, problems = read_facts(cells, organizations=organizations, today=TODAY)
        found = [(headings.names[headings.places[p.column]], p.code) for p in problems]
        if identity in seen:
            found.append(("公民身份号码(18位)", "desk.twice"))
        if identity:
            seen.add(identity)
        if found:
            wrong[number] = found
    assert len(rows) == 500
    assert sorted(wrong) == sorted(row["row"] for row in expected["wrong"])
    for row in expected["wrong"]:
        column = row["column"].replace("（", "(").replace("）", ")")
        assert (column, row["code"]) in wrong[row["row"]]


CELLS: dict[str, list[Cell]] = {
    "full_name": ["张示例", "张 示例", "", " ", "张3", "欧阳示例"],
    "id_number": [
        "520303199003070011", "52030319900307001 1", "520303199003070012", "", 5.2e17, 520303199003070011, "1.1E+17",
        "520303198511020025", "520303２０１００３０７００１1",
    ],
    "sex": ["男", "女", "1", 1, 1.0, "", "?"],
    "ethnic": ["汉", "汉族", "", "演示族"],
    "born_on": ["1990-03-07", "1990-03", "1990.3.7", 32939, "", "1990"],
    "member_type": ["正式党员", "预备党员", "群众", ""],
    "joined": ["2015-07-01", "2015.7", 2015.1, 42186, "2008-02", "2030-01-01", ""],
    "full": ["2016-07-01", "", "2014-01-01", "2030-01-01", 42552],
    "organization": ["演示第一党支部", "演示 第一党支部", "第一支部", ""],
    "management_class": ["在职", "退休", "", "忙"],
    "mobile": ["19900001234", 19900001234, "199 0000 1234", "", "123", "0851-1234567"],
    "address": ["演示路1号", "", " ", "长" * 300, 5],
    "lost_since": ["", "2020-01-01"],
    "flow_direction": ["", "流出", "飞"],
    "vulnerable_since": ["", "2026-03-01", "2026.3", 46082, "2030-01-01", "去年"],
    "hardship_level": ["特别困难", "", "SEVERE", " 特困 ", "困难", 1],
    "dues_monthly": ["7.35", 7.35, 7.350000000000001, 7, "￥7元/月", "", " ", "-1", 0.005, "七元", 1e6, "0"],
    "on_owners_committee": ["是", "否", "", "Y", "也许", 1],
    "skills": ["电工、理发", "电工，理发", "", "、", "长" * 101],
    "service_intents": ["法律援助、治安巡逻", "其他", "", "，", "跳舞", "legal_aid",
        "法律援助、治安巡逻、其他、社区治理",
    ],
}  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.fixed_dictionaries({key: st.sampled_from(cells) for key, cells in CELLS.items()}), max_size=8))
def test_by_column_is_read_what_is_read_cell_by_cell(lines: list[dict[str, Cell]]) -> None:
    places = {"演示第一党支部": BRANCH}
    memo = Memo(places, TODAY)
    rows = [Row(number, cells) for number, cells in enumerate(lines)]
    for _again in range(2):  # with words met for the first time, and with all of them known
        table = read_table(rows, memo)
        for place, cells in enumerate(lines):
            facts, number, problems = read_facts(cells, organizations=places, today=TODAY)
            assert table.columns["id_number"][place] == number
            assert table.problems.get(place) == (problems if facts is None else None)
            assert facts is None or table.facts(place) == facts


def test_one_strange_cell_in_a_usual_row_is_read_by_column_as_it_is_cell_by_cell() -> None:
    """Rows of chance hold something wrong nearly always; here nothing else is."""
    places = {"演示第一党支部": BRANCH}
    usual = {key: cells[0] for key, cells in CELLS.items()}
    lines: list[dict[str, Cell]] = [{**usual, key: cell} for key, cells in CELLS.items() for cell in cells]
    lines.append({**usual, "management_class": "弱势", "vulnerable_since": "2026-03-01"})
    for rows in ([Row(1, cells)] for cells in lines):
        table = read_table(rows, Memo(places, TODAY))
        facts, number, problems = read_facts(rows[0].cells, organizations=places, today=TODAY)
        assert table.columns["id_number"][0] == number
        assert table.problems.get(0) == (problems if facts is None else None)
        assert facts is None or table.facts(0) == facts


def test_a_usual_row_is_read_by_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the quick way would be no way at all."""
    usual = {key: cells[0] for key, cells in CELLS.items()}
    assert all(usual[key] for key in EXTRAS if key != "vulnerable_since")
    places = {"演示第一党支部": BRANCH}
    expected, _number, _problems = read_facts(usual, organizations=places, today=TODAY)
    monkeypatch.delattr(fact_tables, "read_facts")
    table = read_table([Row(number, usual) for number in range(3)], Memo(places, TODAY))
    assert [table.facts(place) for place in range(3)] == [expected] * 3
    assert table.problems == {}
