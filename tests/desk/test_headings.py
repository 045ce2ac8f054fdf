"""What the columns of a file are taken for: by heading, by content, by what somebody said once."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.errors import RuleBroken
from portal.desk.rules import Cell, Headings
from portal.desk.rules.headings import (
    BY_CONTENT,
    BY_HEADING,
    BY_MEMORY,
    Matched,
    fingerprint,
    match_columns,
    name_by_hand,
    samples,
)
from portal.registers.roster_words import COLUMNS
from tests.registers.makers import make_id_number

NAMES = ["张三", "李四", "王小明", "赵示安", "陈大文", "杨柳", "周全", "吴起"]


def people(number: int = 8, **changed: Any) -> list[dict[str, Cell]]:
    """Give rows as a roster has them, by what they are."""
    return [
        {
            "name": NAMES[n % len(NAMES)] + ("" if n < len(NAMES) else "华"),
            "id": make_id_number(n + 1),
            "type": "正式党员",
            "joined": f"200{n % 9}-07-01",
            "branch": "演示第一党支部",
            "mobile": f"1390000{n:04d}",
            "sex": "男" if n % 2 else "女",
            "born": f"{make_id_number(n + 1)[6:10]}.{make_id_number(n + 1)[10:12]}",
            "full": f"200{n % 9 + 1}-07-01",
        }
        | {key: value(n) if callable(value) else value for key, value in changed.items()}
        for n in range(number)
    ]


def table(
    headings: dict[str, str], rows: list[dict[str, Cell]], *, title: bool = False
) -> list[tuple[int, list[Cell]]]:
    """Give the rows of a sheet whose columns are those of `headings`, in their order."""
    lines: list[list[Cell]] = [["示范社区党员花名册（2026年）"]] if title else []
    lines.append(list(headings.values()))
    lines += [[row[key] for key in headings] for row in rows]
    return list(enumerate(lines, start=1))


USUAL = {"name": "姓名", "id": "身份证号", "type": "人员类别", "joined": "入党时间", "branch": "所在党支部"}


def meaning(found: Matched) -> dict[str, int]:
    return found.headings.places


def test_known_headings_are_enough_and_nothing_is_looked_into() -> None:
    found = match_columns(table(USUAL, people()), COLUMNS)
    assert meaning(found) == {"full_name": 0, "id_number": 1, "member_type": 2, "joined": 3, "organization": 4}
    assert set(found.how.values()) == {BY_HEADING}
    assert found.missing == []


@pytest.mark.parametrize("heading", ["证件号", "", "编号", "号码", "公民身份信息", "ID"])
def test_sound_id_numbers_are_the_id_number_whatever_stands_above_them(heading: str) -> None:
    found = match_columns(table(USUAL | {"id": heading}, people(), title=True), COLUMNS)
    assert (meaning(found)["id_number"], found.how["id_number"]) == (1, BY_CONTENT)


def test_some_wrong_numbers_do_not_hide_the_column_but_mostly_wrong_ones_do() -> None:
    def wrong(bad: int) -> list[dict[str, Cell]]:
        return people(10, id=lambda n: make_id_number(n)[:17] + "?" if n < bad else make_id_number(n))

    assert "id_number" in meaning(match_columns(table(USUAL | {"id": "证件号"}, wrong(4)), COLUMNS))
    unsure = match_columns(table(USUAL | {"id": "证件号"}, wrong(5)), COLUMNS)
    assert unsure.missing == ["身份证号"], "a person is asked"
    assert unsure.can_be_named


def test_mobiles_sexes_and_names_are_told_by_their_cells() -> None:
    headings = USUAL | {"name": "党员", "mobile": "", "sex": "", "born": "生于"}
    found = match_columns(table(headings, people()), COLUMNS)
    places = {key: meaning(found)[key] for key in ("full_name", "mobile", "sex", "born_on")}
    assert places == {"full_name": 0, "mobile": 5, "sex": 6, "born_on": 7}
    assert {found.how[key] for key in places} == {BY_CONTENT}


def test_dates_are_told_apart_by_the_id_number_and_by_the_order_of_life() -> None:
    headings = {"name": "姓名", "id": "身份证号", "full": "丙", "type": "人员类别", "joined": "乙", "branch": "支部",
                "born": "甲"}  # fmt: skip
    found = match_columns(table(headings, people()), COLUMNS)
    assert {key: meaning(found)[key] for key in ("born_on", "joined", "full")} == {"born_on": 6, "joined": 4, "full": 2}


def test_one_date_that_may_be_either_is_asked_for() -> None:
    found = match_columns(table(USUAL | {"joined": "日期"}, people()), COLUMNS)
    assert found.missing == ["入党时间"]
    assert found.headings.places.get("full") is None


@pytest.mark.parametrize("heading", ["配偶身份证号", "监护人身份证", "入党介绍人证件号", "紧急联系人", "家属"])
def test_somebody_elses_number_is_never_taken(heading: str) -> None:
    headings = {"name": "姓名", "id": heading, "type": "人员类别", "joined": "入党时间", "branch": "所在党支部"}
    found = match_columns(table(headings, people()), COLUMNS)
    assert "id_number" not in meaning(found)
    assert found.missing == ["身份证号"]


def test_the_usual_heading_wins_over_another_column_of_the_same_content() -> None:
    rows = people(mobile2=lambda n: f"1370000{n:04d}")
    found = match_columns(table(USUAL | {"mobile2": "备用号码", "mobile": "手机"}, rows), COLUMNS)
    assert meaning(found)["mobile"] == 6
    assert "备用号码" in found.headings.unused


def test_a_sheet_without_any_heading_is_read_by_its_cells() -> None:
    rows = [(n, cells) for n, cells in table(USUAL | {"mobile": ""}, people()) if n > 1]
    found = match_columns(rows, COLUMNS)
    assert found.headings.row_number == 1
    assert {key: meaning(found)[key] for key in ("full_name", "id_number", "mobile")} == {
        "full_name": 0, "id_number": 1, "mobile": 5,
    }  # fmt: skip
    assert found.missing == ["人员类别", "入党时间", "所在党支部"]
    assert found.can_be_named


def test_headings_under_a_title_with_bad_words_are_found_by_the_first_data_row() -> None:
    headings = {"name": "甲", "id": "乙", "type": "丙", "joined": "丁", "branch": "戊"}
    found = match_columns(table(headings, people(), title=True), COLUMNS)
    assert found.headings.names == ["甲", "乙", "丙", "丁", "戊"]
    assert found.headings.row_number == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([(1, ["只有一句话"])], "desk.no_headings"),
        ([(1, ["姓名", "性别"]), (2, ["张三", "男"])], "desk.columns_missing"),
        ([(1, ["姓名", "姓名", "身份证号"]), (2, ["张三", "张三", "x"])], "desk.heading_twice"),
        ([], "desk.no_headings"),
    ],
)
def test_what_nobody_could_name_is_refused(rows: list[tuple[int, list[Cell]]], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        match_columns(rows, COLUMNS)
    assert (refused.value.code, refused.value.field) == (code, "file")


def test_what_a_person_said_counts_for_the_same_headings_only() -> None:
    headings = USUAL | {"id": "证件", "joined": "日期", "mobile": "电话"}
    said = {"full_name": 0, "id_number": 1, "member_type": 2, "joined": 3, "organization": 4}
    rows = table(headings, people())
    memory = {fingerprint(rows[0][1]): said}
    found = match_columns(rows, COLUMNS, remembered=memory)
    assert meaning(found) == said, "a column that was left out stays left out, known heading or not"
    assert set(found.how.values()) == {BY_MEMORY}
    assert found.headings.unused == ["电话"]
    spaced = [(1, ["姓 名", "证件：", "*人员类别", "日期", "所在党支部", "电话", ""]), *rows[1:]]
    assert meaning(match_columns(spaced, COLUMNS, remembered=memory)) == said
    other = [(1, ["姓名", "证件号", "人员类别", "日期", "所在党支部", "电话"]), *rows[1:]]
    assert set(match_columns(other, COLUMNS, remembered=memory).how.values()) != {BY_MEMORY}
    short = {fingerprint(rows[0][1]): {"full_name": 0}}
    assert BY_MEMORY not in match_columns(rows, COLUMNS, remembered=short).how.values(), "too little was said then"


def test_naming_by_hand_takes_places_of_the_file_and_columns_of_the_kind_only() -> None:
    headings = Headings(1, ["a", "b", "c", "d", "e"], {})
    said = {"full_name": 0, "id_number": 1, "member_type": 2, "joined": 3, "organization": 4}
    named = name_by_hand(headings, said | {"unknown": 1, "mobile": 99, "sex": -1}, COLUMNS)
    assert named.places == said
    with pytest.raises(RuleBroken) as refused:
        name_by_hand(headings, {"full_name": 0}, COLUMNS)
    assert refused.value.code == "desk.columns_missing"


def test_samples_are_the_first_filled_cells_of_each_column() -> None:
    rows: list[tuple[int, list[Cell]]] = [(1, ["甲", "乙"]), (2, ["", "x"]), (3, ["1", ""]), (4, ["2"]), (6, ["3", 4])]
    assert samples(rows, Headings(1, ["甲", "乙"], {})) == [["1", "2", "3"], ["x", "4"]]
