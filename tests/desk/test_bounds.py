"""The last that is read and the first that is not, for each limit of the desk."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core.errors import RuleBroken
from portal.desk import rules
from portal.desk.rules import BatchState, Cell, Column, Headings
from portal.desk.rules.headings import Matched, match_columns, name_by_hand, samples
from portal.desk.rules.undoing import UNDO_DAYS, check_undo, group_columns
from tests.registers.makers import make_id_number

COLUMNS = (Column("name", "姓名", ("党员姓名",), required=True), Column("number", "身份证号", required=True))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def refused(call: Callable[[], object]) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code.removeprefix("desk.")
    return None


# --- dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", ["{}-06-05", "{}年6月5日", "{}0605", "{}.6.5"])
@pytest.mark.parametrize(("year", "sound"), [(1879, False), (1880, True), (2100, True), (2101, False)])
def test_years_from_1880_to_2100(write: str, year: int, sound: bool) -> None:
    def read() -> tuple[date, bool]:
        return rules.read_date(write.format(year), column="joined")

    if sound:
        assert read() == (date(year, 6, 5), False)
    else:
        assert refused(read) == "date_impossible"


def test_a_month_that_excel_may_have_shortened_is_told_apart_from_other_numbers() -> None:
    """2020.1 may have been 2020.10; 1880.1 too, 1879.1 and 2100.1 are no months of a life."""
    found = [refused(lambda n=n: rules.read_date(n, column="joined")) for n in (1879.1, 1880.1, 2099.1, 2100.1)]
    assert found == ["date_impossible", "date_month_lost", "date_month_lost", None]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇〇八年十二月三十一日", date(2008, 12, 31)),
        ("二〇〇八年二月二十日", date(2008, 2, 20)),
        ("二〇〇八年一月十日", date(2008, 1, 10)),
        ("二〇〇八年二三月", None),
        ("二〇〇八年十十月", None),
        ("二〇〇八年三月二三日", None),
        ("二〇〇八年三月一二十日", None),
        ("二〇〇八年三月十二三日", None),
    ],
)
def test_chinese_numbers_of_days(text: str, day: date | None) -> None:
    if day is None:
        assert refused(lambda: rules.read_date(text, column="joined")) == "date_impossible"
    else:
        assert rules.read_date(text, column="joined") == (day, False)


@pytest.mark.parametrize(
    "text", ["不知道哪一天反正是很久以前的事情了谁还记得呢啊", "2008年13月不对的日期写得很长很长很长", "20081301"]
)
def test_what_is_no_date_is_told_with_its_first_twenty_letters(text: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.read_date(text, column="joined")
    assert caught.value.values["found"] == text[:20]


# --- numbers ----------------------------------------------------------------------------------


def test_excel_keeps_fifteen_digits() -> None:
    longest = 10**15 - 1
    assert rules.read_long_number(longest, column="id_number") == "999999999999999"
    assert refused(lambda: rules.read_long_number(longest + 1, column="id_number")) == "digits_lost"
    assert rules.text_of(1e15) == "1000000000000000"


# --- headings ---------------------------------------------------------------------------------


def sheet(*, titles: int) -> list[tuple[int, list[Cell]]]:
    above: list[list[Cell]] = [["和平社区"] for _ in range(titles)]
    return list(enumerate([*above, ["姓名", "身份证号"], ["张三", make_id_number(1)]], start=1))


def test_headings_are_looked_for_in_twenty_rows() -> None:
    assert rules.find_headings(sheet(titles=19), COLUMNS).row_number == 20
    assert refused(lambda: rules.find_headings(sheet(titles=20), COLUMNS)) == "no_headings"


def test_what_is_missing_in_headings_is_told_by_the_usual_words() -> None:
    five = tuple(Column(str(n), f"第{n}列") for n in range(5))
    with pytest.raises(RuleBroken) as caught:
        rules.find_headings([(1, ["甲", "乙"])], five)
    assert caught.value.values["expected"] == "第0列、第1列、第2列、第3列"


def test_of_three_headings_for_one_thing_the_most_usual_counts_wherever_it_stands() -> None:
    columns = (Column("name", "姓名", ("党员姓名", "名字")), COLUMNS[1])
    for names in (["名字", "党员姓名", "身份证号"], ["党员姓名", "名字", "身份证号"]):
        found = rules.find_headings([(1, list(names))], columns)
        assert (names[found.places["name"]], found.unused) == ("党员姓名", ["名字"])


def test_a_place_by_hand_is_one_of_the_file() -> None:
    names = Headings(1, ["甲", "乙"], {})
    assert name_by_hand(names, {"name": 0, "number": 1}, COLUMNS).places == {"name": 0, "number": 1}
    for outside in (-1, 2):
        said = {"name": 0, "number": outside}
        assert refused(lambda said=said: name_by_hand(names, said, COLUMNS)) == "columns_missing"


def test_somebody_can_name_what_is_missing_where_columns_are_left() -> None:
    def matched(names: list[str], places: dict[str, int], missing: int) -> bool:
        return Matched(Headings(1, names, places), {}, ["姓名"] * missing).can_be_named

    assert matched(["甲", "乙"], {"name": 0}, 1)
    assert not matched(["甲", "乙"], {"name": 0}, 2)
    assert not matched(["甲", rules.REASON_HEADING], {"name": 0}, 1)


def test_three_short_samples_of_each_column() -> None:
    rows: list[tuple[int, list[Cell]]] = [(1, ["甲", "乙"]), *((n, [f"{n}", "长" * 50]) for n in range(2, 9))]
    rows[2] = (3, ["", ""])
    assert samples(rows, Headings(1, ["甲", "乙"], {})) == [["2", "4", "5"], ["长" * 40] * 3]


def looked(looks: str, heading: str = "甲") -> tuple[Column, ...]:
    return (Column("number", "身份证号"), Column("mobile", "手机"), Column("found", heading, looks=looks))


@pytest.mark.parametrize(
    ("names", "is_name"),
    [
        (["张三", "李四", "王五", "3号楼", "无"], True),
        (["张三", "李四", "无", "3号楼", "有"], False),
        (["张三", "张三", "张三", "李四", "王五"], True),
        (["张三", "张三", "张三", "张三", "李四"], False),
        (["张", "李", "王", "赵", "陈"], False),
        (["正式", "预备", "正式", "预备", "正式"], False),
    ],
    ids=["three of five", "two of five", "three names in five", "two names in five", "one letter", "no family name"],
)
def test_a_column_is_of_names_when_most_of_its_cells_are(names: list[str], is_name: bool) -> None:
    rows: list[tuple[int, list[Cell]]] = [(1, ["身份证号", "手机", "乙"])]
    rows += [(n, [make_id_number(n), f"1390000{n:04d}", name]) for n, name in enumerate(names, start=2)]
    assert match_columns(rows, looked("name")).headings.places.get("found") == (2 if is_name else None)


@pytest.mark.parametrize(
    ("cells", "is_date"),
    [
        ([39630, 39631, 39632, "", "x"], True),
        ([1000, 1000, 1000], False),
        ([20080701, 20080702, "无", 20080703, "无"], True),
        ([20080701, 20080702, "无", "无", "无"], False),
        ([100_000_000, 100_000_001, 100_000_002], False),
    ],
    ids=["serials", "small numbers", "three of five", "two of five", "large numbers"],
)
def test_a_column_is_of_dates_when_most_of_its_cells_are(cells: list[Cell], is_date: bool) -> None:
    rows: list[tuple[int, list[Cell]]] = [(1, ["身份证号", "手机", "乙"])]
    rows += [(n, [make_id_number(n), f"1390000{n:04d}", cell]) for n, cell in enumerate(cells, start=2)]
    assert match_columns(rows, looked("date")).headings.places.get("found") == (2 if is_date else None)


def test_a_title_alone_is_no_row_of_headings() -> None:
    people: list[tuple[int, list[Cell]]] = [(n, [make_id_number(n), f"1390000{n:04d}"]) for n in (2, 3, 4)]
    columns = (Column("number", "身份证号", looks="id_number"), Column("mobile", "手机", looks="mobile"))
    titled = match_columns([(1, ["花名册"]), *people], columns)
    headed = match_columns([(1, ["号", "话"]), *people], columns)
    assert (titled.headings.names, headed.headings.names) == (["", ""], ["号", "话"])
    assert titled.headings.places == headed.headings.places == {"number": 0, "mobile": 1}


# --- a file's life ----------------------------------------------------------------------------


def test_a_file_takes_the_steps_that_are_written_out_and_no_others() -> None:
    allowed = {
        (now.value, then.value)
        for now in BatchState
        for then in BatchState
        if refused(lambda now=now, then=then: rules.check_transition(now, then)) is None
    }
    assert allowed == {
        ("STAGING", "READY"),
        ("STAGING", "WITHDRAWN"),
        ("READY", "STAGING"),
        ("READY", "APPLYING"),
        ("READY", "WITHDRAWN"),
        ("APPLYING", "APPLYING"),
        ("APPLYING", "DONE"),
    }


@pytest.mark.parametrize(
    ("state", "finished", "broken"),
    [
        (BatchState.DONE, NOW - timedelta(days=7) + timedelta(microseconds=1), None),
        (BatchState.DONE, NOW - timedelta(days=7), "undo_too_late"),
        (BatchState.DONE, None, "wrong_state"),
        (BatchState.APPLYING, NOW, "wrong_state"),
    ],
    ids=["the last moment", "seven days", "never written", "being written"],
)
def test_an_import_is_undone_within_seven_days(
    state: BatchState, finished: datetime | None, broken: str | None
) -> None:
    assert UNDO_DAYS == 7
    assert refused(lambda: check_undo(state, finished_at=finished, now=NOW)) == broken


def test_the_keys_of_a_name_go_with_the_name_and_only_where_there_is_one() -> None:
    def keys(*columns: str) -> list[str]:
        return [each.key for each in group_columns(columns)]

    assert keys("full_name", "search_key", "sort_key", "joined_on", "joined_by_month") == ["full_name", "joined"]
    assert keys("name", "sort_key", "mobile_sealed", "mobile_index", "work_unit") == ["name", "mobile", "work_unit"]
    assert keys("search_key", "place") == ["search_key", "place"]
