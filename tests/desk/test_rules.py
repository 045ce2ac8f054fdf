"""What the desk understands of headings, dates, numbers; no application, no database."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.desk import rules
from portal.desk.rules import Cell, Column

COLUMNS = (
    Column("name", "姓名", ("党员姓名", "名字"), required=True),
    Column("number", "身份证号", ("公民身份号码", "证件号码"), required=True),
    Column("mobile", "手机", ("联系电话",)),
)


def row(number: int, *cells: Cell) -> tuple[int, list[Cell]]:
    return number, list(cells)


def test_headings_are_found_under_a_merged_title() -> None:
    rows = [
        row(1, "和平社区党员花名册"),
        row(2, "填表人：某"),
        row(4, "序号", "党员姓名*", "公民身份 号码（18位）"),
        row(5, 1),
    ]
    found = rules.find_headings(rows, COLUMNS)
    assert (found.row_number, found.places, found.unused) == (4, {"name": 1, "number": 2}, ["序号"])


def test_of_two_headings_for_one_thing_the_usual_one_counts() -> None:
    found = rules.find_headings([row(1, "联系电话", "姓名", "身份证号", "手机", "退回原因")], COLUMNS)
    assert found.places["mobile"] == 3
    assert found.unused == ["联系电话"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param([], "desk.no_headings", id="nothing"),
        pytest.param([row(1, "张三", "男"), row(2, "李四", "女")], "desk.no_headings", id="only people"),
        pytest.param([row(1, "姓名", "手机")], "desk.columns_missing", id="no number"),
        pytest.param([row(1, "姓名", "身份证号", "姓名")], "desk.heading_twice", id="the same heading twice"),
    ],
)
def test_headings_that_do_not_do(rows: list[tuple[int, list[Cell]]], code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.find_headings(rows, COLUMNS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["填表人：张三", "", "审核人：李四"], True),
        (["注：本表一式两份"], True),
        (["合计"], True),
        (["张三", "520303199003070011"], False),
        (["张三"], False),
        ([3], False),
    ],
)
def test_signature_lines_are_not_people(cells: list[Cell], note: bool) -> None:
    assert rules.is_note(cells) is note


@pytest.mark.parametrize(
    ("cell", "day", "by_month"),
    [
        ("2020-01-02", date(2020, 1, 2), False),
        ("2020/1/2", date(2020, 1, 2), False),
        ("2020.1.2", date(2020, 1, 2), False),
        ("2020年1月2日", date(2020, 1, 2), False),
        ("2020 年 1 月 2 日", date(2020, 1, 2), False),
        ("２０２０年１月２号", date(2020, 1, 2), False),
        ("20200102", date(2020, 1, 2), False),
        (20200102, date(2020, 1, 2), False),
        (43832, date(2020, 1, 2), False),
        ("43832", date(2020, 1, 2), False),
        ("2020-01-02 00:00:00", date(2020, 1, 2), False),
        ("二〇二〇年一月二日", date(2020, 1, 2), False),
        ("一九九九年十二月三十一日", date(1999, 12, 31), False),
        ("二零二零年二十月二日", None, False),
        ("2020-01", date(2020, 1, 1), True),
        ("2020.10", date(2020, 10, 1), True),
        ("2020.1", date(2020, 1, 1), True),
        (2020.01, date(2020, 1, 1), True),
        (2020.12, date(2020, 12, 1), True),
        ("2020年1月", date(2020, 1, 1), True),
        ("202001", date(2020, 1, 1), True),
        ("二〇二〇年十月", date(2020, 10, 1), True),
        ("2020-02-30", None, False),
        ("1820-01-01", None, False),
        ("1/2/2020", None, False),
        ("20-01-02", None, False),
        ("去年", None, False),
    ],
)
def test_dates_as_people_write_them(cell: Cell, day: date | None, by_month: bool) -> None:
    if day is None:
        with pytest.raises(RuleBroken, match=r"desk\.date"):
            rules.read_date(cell, column="joined")
    else:
        assert rules.read_date(cell, column="joined") == (day, by_month)


def test_a_month_that_excel_may_have_shortened_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"desk\.date_month_lost"):
        rules.read_date(2020.1, column="joined")
    with pytest.raises(RuleBroken, match=r"desk\.date_year_only"):
        rules.read_date(2020, column="joined")


@pytest.mark.parametrize("cell", [5.203031990030700e17, "5.20303E+17", "1.1e17", 1_234_567_890_123_456])
def test_numbers_that_excel_has_cut_are_refused(cell: Cell) -> None:
    with pytest.raises(RuleBroken, match=r"desk\.digits_lost"):
        rules.read_long_number(cell, column="id_number")


@pytest.mark.parametrize(
    ("cell", "read", "code"),
    [
        ("13800001234", "13800001234", None),
        (13800001234, "13800001234", None),
        ("138 0000 1234", "13800001234", None),
        ("+86 138-0000-1234", "13800001234", None),
        ("8613800001234", "13800001234", None),
        ("１３８００００１２３４", "13800001234", None),
        ("1380000123", "", "desk.mobile_length"),
        ("12800001234", "", "desk.mobile"),
        ("0851-28661234", "", "desk.mobile"),
        ("13800001234/13900001234", "", "desk.mobile_several"),
    ],
)
def test_mobiles(cell: Cell, read: str, code: str | None) -> None:
    if code is None:
        assert rules.read_mobile(cell, column="mobile") == read
        return
    with pytest.raises(RuleBroken) as caught:
        rules.read_mobile(cell, column="mobile")
    assert caught.value.code == code
