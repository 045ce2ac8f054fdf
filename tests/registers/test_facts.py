"""A member's facts out of cells, as a roster or a form gives them."""

import json
import uuid
from datetime import date
from pathlib import Path

import pytest

from portal.desk import reader
from portal.desk.rules import Cell, find_headings, is_note
from portal.registers.facts import read_facts
from portal.registers.roster_words import COLUMNS
from portal.registers.rules import ManagementClass, MemberType, PartyDate

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
    ],
)
def test_each_wrong_cell_has_its_reason(column: str, cell: Cell, code: str) -> None:
    facts, _, problems = read_facts({**SOUND, column: cell}, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert facts is None
    assert [(problem.column, problem.code) for problem in problems] == [(column, code)]


def test_every_wrong_cell_of_a_row_is_told_at_once() -> None:
    cells = {**SOUND, "full_name": "", "mobile": "1", "joined": "去年"}
    _, _, problems = read_facts(cells, organizations={"演示第一党支部": BRANCH}, today=TODAY)
    assert {problem.column for problem in problems} == {"full_name", "mobile", "joined"}


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "csv"])
def test_the_rosters_of_libreoffice_have_37_wrong_rows(ending: str) -> None:
    folder = Path(__file__).parents[1] / "data" / "rosters"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    sheet = reader.read_sheet(f"a.{ending}", (folder / f"roster.{ending}").read_bytes())
    headings = find_headings(sheet.rows, COLUMNS)
    assert headings.unused == ["序号", "备注"]
    organizations = {name: uuid.uuid4() for name in expected["branches"]}
    wrong: dict[int, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    rows = [row for row in sheet.rows if row[0] > headings.row_number and not is_note(row[1])]
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
