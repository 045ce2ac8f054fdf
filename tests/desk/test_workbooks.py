"""Workbooks as they are written: text stays text, to the letter, whatever it begins with and however long it is."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.desk.exports import ExportColumn, in_columns
from portal.desk.sheet_rows import MAX_CELL, column_letters
from portal.desk.sheet_writer import SHEET
from portal.desk.sheets import NotWritten, Paper, by_library, write_long_sheet, write_sheet
from tests.desk.test_exports import sheet_of

HOSTILE = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "=cmd|' /C calc'!A0", "http://x/", "'="]
)

CELLS = st.one_of(
    st.builds(lambda start, rest: start + rest, HOSTILE, st.text(max_size=20)),
    st.text(max_size=30),
    st.integers(-(10**12), 10**12),
    st.none(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), HOSTILE)
def test_nothing_is_ever_a_formula_or_a_link(rows: list[tuple[Any, ...]], start: str) -> None:
    columns = [ExportColumn("甲"), ExportColumn(f"{start}乙"), ExportColumn("丙")]
    paper = Paper(f"{start}题", f"{start}印", columns, foot=f"{start}脚")
    content = write_sheet(paper, in_columns(rows))
    assert paper.written == len(rows)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "hyperlink" not in "".join(book.namelist()) + sheet
    assert "<f>" not in sheet
    assert "<f " not in sheet
    for cells in sheet_of(content).iter_rows(min_row=1):
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n", "inlineStr"}


def test_text_is_read_back_as_it_was() -> None:
    rows: list[list[Any]] = [
        ["=1+1", "007", None],
        ["+86", "1.50", 3],
        ["a\nb", '<b>&"', 2.5],
        ["𠮷", "x" * (MAX_CELL + 5), 0],
    ]
    paper = Paper("题", "印", [ExportColumn("甲"), ExportColumn("乙"), ExportColumn("丙")])
    back = [[cell.value for cell in row] for row in sheet_of(write_sheet(paper, in_columns(rows))).iter_rows(min_row=4)]
    assert back[:3] == rows[:3]
    assert back[3] == ["𠮷", "x" * MAX_CELL, 0]


def test_an_empty_list_still_has_its_headings() -> None:
    paper = Paper("题", "印", [ExportColumn("甲"), ExportColumn("乙")])
    assert [cell.value for cell in sheet_of(write_sheet(paper, []))[3]] == ["甲", "乙"]
    assert paper.written == 0
    for wrong in (["甲"], ["甲", "甲"]):
        with pytest.raises(ValueError, match="two columns"):
            write_sheet(Paper("题", "印", [ExportColumn(name) for name in wrong]), [])


SIGNS = st.one_of(
    CELLS,
    st.text(st.sampled_from("甲乙a1 |&<>\"'\n\t\r\x00\x1f\x7f\xa0\u3000\ufffe_x0041F"), max_size=12),
    st.floats(0.001, 1e15),
    st.just(""),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), SIGNS, SIGNS), min_size=1, max_size=9), st.integers(1, 5))
@example([("_x0041_", "a_x00e9_b", 7)], 5)
@example([("x" * MAX_CELL, "&" * (MAX_CELL + 1), -0.0)], 5)
def test_rows_are_written_to_the_letter_as_the_library_writes_them(rows: list[tuple[Any, ...]], size: int) -> None:
    assume(not re.search("_x[0-9A-Fa-f]{4}_?x", str(rows)))  # the library forgets the second of two that touch
    rows = [tuple(cell[:MAX_CELL] if isinstance(cell, str) else cell for cell in row) for row in rows]
    columns = [ExportColumn("甲"), ExportColumn("乙"), ExportColumn("丙", 30)]
    ours = files_of(write_sheet(Paper("题", "印", columns), in_columns(rows, size=size)))
    assert ours == files_of(by_library(Paper("题", "印", columns), rows))


def files_of(content: bytes) -> dict[str, str]:
    """Give the parts of a workbook, but for when it was made and how far the sheet reaches."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if "core" not in name}
    sheet = re.sub("<dimension [^>]*>", "", parts[SHEET])
    return {**parts, SHEET: re.sub(r"\b([A-Z]+4):\1\b", r"\1", sheet)}


def test_signs_that_a_workbook_holds_by_number_are_read_back_as_they_were() -> None:
    rows = [["_x0041_x0042_", "_x0041_"], ["a\rb\x01", "&amp;"]]
    content = write_sheet(Paper("题", "印", [ExportColumn("甲"), ExportColumn("乙")]), in_columns(rows))
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[3:] == rows


def test_a_wide_sheet_goes_on_behind_column_z() -> None:
    assert column_letters(704)[24:29] == ["Y", "Z", "AA", "AB", "AC"]
    assert column_letters(704)[-3:] == ["ZZ", "AAA", "AAB"]
    columns = [ExportColumn(f"列{n}") for n in range(60)]
    rows = [[f"{n}-{place}" for place in range(60)] for n in range(3)]
    ours = write_sheet(Paper("题", "印", columns), in_columns(rows))
    assert files_of(ours) == files_of(by_library(Paper("题", "印", columns), rows))


def test_a_long_sheet_is_the_same_from_a_process_of_its_own() -> None:
    rows: list[list[Any]] = [[f"=字{n}", None, n] for n in range(12_000)]
    sheets = []
    for write in (write_sheet, write_long_sheet):
        paper = Paper(
            "甲社区花名册", "印", [ExportColumn("甲"), ExportColumn("乙"), ExportColumn("丙")], foot="填表人："
        )
        with zipfile.ZipFile(io.BytesIO(write(paper, in_columns(rows)))) as book:
            sheets.append([book.read(name) for name in book.namelist() if "core" not in name])
        assert paper.written == len(rows)
    assert sheets[0] == sheets[1]


@pytest.mark.parametrize("write", [write_sheet, write_long_sheet])
def test_a_reading_that_fails_leaves_no_workbook(write: Callable[..., bytes]) -> None:
    def rows() -> Iterator[list[str]]:
        for _ in range(6_000):
            yield ["甲", "乙"]
        raise KeyError("the register went away")

    paper = Paper("题", "印", [ExportColumn("甲"), ExportColumn("乙")])
    with pytest.raises(KeyError):
        write(paper, in_columns(rows()))
    for wrong in ([["甲"]], [["甲", "乙"], ["甲"]], [["甲", "乙", "丙"]]):
        with pytest.raises(ValueError, match=r"heading|shorter"):
            write(paper, in_columns(wrong))
    with pytest.raises(ValueError, match="two columns"):
        write(Paper("题", "印", [ExportColumn("甲"), ExportColumn("甲")]), [])


def test_a_writer_that_breaks_gives_no_workbook() -> None:
    paper = Paper("题", "印", [ExportColumn("甲"), ExportColumn("乙")])
    with pytest.raises(NotWritten):  # columns of different lengths break it
        write_long_sheet(paper, [[["甲"] * 5_000, ["乙"]]] * 60)


def test_memory_does_not_grow_with_the_rows() -> None:
    import resource

    columns = [ExportColumn(f"列{n}") for n in range(10)]
    write_sheet(Paper("题", "印", columns), in_columns([f"字{n}"] * 10 for n in range(12_000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    write_sheet(Paper("题", "印", columns), in_columns([f"字{n}"] * 10 for n in range(100_000)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"\n100,000 rows of 10 cells: {time.monotonic() - begun:.1f} s, {grown:.0f} MiB more")
    assert grown < 40
