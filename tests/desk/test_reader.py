"""Reading real files in the child, and refusing what is not one."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from portal.core.errors import RuleBroken
from portal.desk import reader
from portal.desk.kinds import Table
from tests.desk.makers import read_rows

ROWS = [
    ["姓名", "身份证号"],
    ["张三", "520303199003070011"],
    ["", ""],
    ["李四", 5.2030319900307e17],
]


def workbook(rows: list[list[object]], hidden_first: bool = False) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        if hidden_first:
            hidden = book.add_worksheet("旧")
            hidden.write(0, 0, "secret")
            hidden.hide()
        sheet = book.add_worksheet("党员")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        sheet.activate()
        sheet.set_first_sheet()
    return output.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(RuleBroken) as caught:
        read_rows(name, content)
    assert caught.value.field == "file"
    return caught.value.code


def test_a_workbook_keeps_its_row_numbers_and_numbers() -> None:
    with reader.read_sheet("花名册.XLSX", workbook(ROWS, hidden_first=True)) as sheet:
        assert sheet.name == "党员"
        assert [Table.of(*part, {}).raw for part in sheet.parts] == [[(1, ROWS[0]), (2, ROWS[1]), (4, ROWS[3])]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = f'姓名{delimiter}住址\r\n张三{delimiter}"演示路1号\n2单元"\r\n'
    assert read_rows("a.csv", text.encode(encoding)) == [(1, ["姓名", "住址"]), (2, ["张三", "演示路1号\n2单元"])]


def test_names_and_contents_must_agree() -> None:
    assert refused("a.xls", workbook(ROWS)) == "desk.wrong_extension"
    assert refused("a.xlsx", "姓名,性别\n".encode()) == "desk.wrong_extension"
    assert refused("a.xlsx", "姓名,性别\n".encode("utf-16")) == "desk.wrong_extension"
    assert refused("a.xlsx", bytes(range(256)) * 40) == "desk.unreadable"
    assert refused("a.pdf", b"%PDF-1.7") == "desk.format"
    assert refused("a.xls", b"<html><table><tr><td>1</td></tr></table>") == "desk.not_a_table"


def test_damaged_empty_and_locked_files() -> None:
    assert refused("a.csv", b"") == "desk.empty_file"
    assert refused("a.csv", b" \n\n") == "desk.empty_file"
    assert refused("a.xlsx", workbook([])) == "desk.empty_file"
    assert refused("a.xlsx", workbook(ROWS)[:2000]) == "desk.unreadable"
    assert refused("a.xls", reader._OLE + b"\0" * 600 + reader._ENCRYPTED) == "desk.password"
    assert refused("a.csv", b"\x81\xff\xfe\x81,\xff\n") == "desk.encoding"
    assert refused("a.csv", b"x" * (reader.MAX_BYTES + 1)) == "desk.too_big"


def test_a_bomb_is_refused_by_its_directory() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (220 * 1024 * 1024))
    assert refused("a.xlsx", output.getvalue()) == "desk.too_big_inside"


def test_a_sheet_too_long_is_refused() -> None:
    text = "姓名,性别\n" + "演示,男\n" * 200_001
    assert refused("a.csv", text.encode()) == "desk.too_many_rows"
    book = openpyxl.Workbook()
    book.active.cell(1_000_000, 1, "x")
    book.active.cell(1, 1, "姓名")
    output = io.BytesIO()
    book.save(output)
    assert refused("a.xlsx", output.getvalue()) == "desk.too_many_rows"
    assert refused("a.xlsx", workbook([["x"] * 201])) == "desk.too_many_columns"
    assert len(read_rows("a.xlsx", workbook([["x"] * 200]))) == 1


def test_formulas_give_their_kept_value_and_nothing_runs() -> None:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "住址"])
        sheet.write_formula(1, 0, '=CONCATENATE("演","示")', value="演示")
        sheet.write_string(1, 1, "=1+1")
    assert read_rows("a.xlsx", output.getvalue())[1] == (2, ["演示", "=1+1"])


def test_big5_is_read_and_what_is_no_usual_text_is_refused() -> None:
    text = "姓名,住址\n張三,貴陽路一號\n"
    assert read_rows("a.csv", text.encode("big5")) == [(1, ["姓名", "住址"]), (2, ["張三", "貴陽路一號"])]
    rare = "姓名,住址\n冉骉,娄山关路犟村畲族寨\n".encode("gb18030")
    assert read_rows("a.csv", rare)[1] == (2, ["冉骉", "娄山关路犟村畲族寨"])
    assert refused("a.csv", "姓名,住址\n".encode() + "张三,演示路\n".encode("gb18030")) == "desk.encoding"
    noise = bytes(0x81 + n * 37 % 0x7E for n in range(4_000))
    assert refused("a.csv", noise) == "desk.encoding"
    assert read_rows("a.csv", "联通,电话\n".encode("gb18030")) == [(1, ["联通", "电话"])]
