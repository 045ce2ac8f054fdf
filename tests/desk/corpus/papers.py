"""Names, encodings, and what people really send."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import xlsxwriter

from tests.desk.corpus.making import (
    HEADINGS,
    OLE,
    READ,
    ROSTERS,
    ROWS,
    SHEET,
    TEXT,
    book,
    cell,
    entry,
    people,
    sheet_xml,
    with_parts,
    xml_rows,
)

# --- names that say something else ------------------------------------------------------------

entry("old.xlsx", "desk.wrong_extension")((ROSTERS / "roster.xls").read_bytes)
entry("new.xls", "desk.wrong_extension")(book)
entry("open.xlsx", "desk.wrong_extension")((ROSTERS / "roster.ods").read_bytes)
entry("new.ods", "desk.wrong_extension")(book)
entry("new.csv", "desk.wrong_extension")(book)
entry("text.xlsx", "desk.wrong_extension")(TEXT.encode)
entry("page.xls", "desk.not_a_table")(lambda: b"<html><table><tr><td>1</td></tr></table></html>")
entry("page-behind-a-mark.xls", "desk.not_a_table")(lambda: b"\xef\xbb\xbf  <!DOCTYPE html><table>")
entry("sheet-of-2003.xls", "desk.not_a_table")(lambda: b'<?xml version="1.0"?><Workbook/>')
entry("picture.csv", "desk.encoding", "desk.unreadable", "desk.not_a_table")(
    lambda: b"\x89PNG\r\n\x1a\n" + bytes(random.Random(1).randrange(256) for _ in range(5_000))
)
entry("document.xlsx", "desk.not_a_table")(lambda: b"%PDF-1.7 " + bytes(200))
entry("program.csv", "desk.encoding", "desk.unreadable")(lambda: b"MZ\x90\x00" + bytes(2_000) + bytes(range(256)) * 9)
entry("macro.xlsm", "desk.format")(lambda: with_parts(added={"xl/vbaProject.bin": OLE + bytes(900)}))
entry("macro-renamed.xlsx")(lambda: with_parts(added={"xl/vbaProject.bin": OLE + bytes(900)}))
entry("binary.xlsb", "desk.format")(book)
entry("binary-renamed.xlsx", "desk.not_a_table")(lambda: _renamed("xl/workbook.xml", "xl/workbook.bin"))
entry("archive.zip", "desk.format")(book)
entry("no-extension", "desk.format")(book)
entry("nothing-in-it.xls", "desk.unreadable")(lambda: OLE + bytes(5_000))
entry("cut.xls", "desk.unreadable", "desk.too_big_inside")(lambda: (ROSTERS / "roster.xls").read_bytes()[:20_000])


def _renamed(old: str, new: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as source, zipfile.ZipFile(output, "w") as target:
        for part in source.namelist():
            target.writestr(new if part == old else part, source.read(part))
    return output.getvalue()


# --- encodings ------------------------------------------------------------------------------

for _encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"):
    entry(f"{_encoding}.csv")(lambda encoding=_encoding: TEXT.encode(encoding))
entry("utf-16-be-with-mark.csv")(lambda: b"\xfe\xff" + TEXT.encode("utf-16-be"))
entry("big5.csv", "desk.no_headings")(  # read, but its headings are in other characters than ours
    lambda: "姓名,身份證號,人員類別,入黨時間,所在黨支部\n張三,1,正式黨員,2015-07-01,演示第一黨支部\n".encode("big5")
)
entry("two-encodings.csv", "desk.encoding")(lambda: TEXT.encode("gb18030") + TEXT.encode())
entry("zeros.csv", "desk.encoding", "desk.empty_file")(lambda: bytes(5_000))
entry("zeros-within.csv", "desk.encoding")(lambda: TEXT.replace("张三", "张\x00三").encode())
entry("half-characters.csv", "desk.encoding")(lambda: b"\xff\xfe" + b"\x00\xd8" * 2_000)
entry("overlong.csv", "desk.encoding")(lambda: TEXT.encode().replace("张三".encode(), b"\xe0\x80\xaf\xc0\xaf"))
entry("letters-turned-round.csv", check=people)(
    lambda: TEXT.replace("张三", "\u202e张\u200b三\u2066").replace("李四", "\ufeff李四\u200f").encode()
)
entry("semicolons.csv")(lambda: TEXT.replace(",", ";").encode())
entry("tabs.csv")(lambda: TEXT.replace(",", "\t").encode("gb18030"))
entry("quotes-left-open.csv", "desk.unreadable", READ, check=lambda rows: len(rows) < 4)(
    lambda: TEXT.replace("张三", '"张三').encode()
)
entry("quotes-everywhere.csv", "desk.no_headings", "desk.unreadable")(lambda: b'"a""b' * 20_000)
entry("formulas.csv", check=lambda rows: rows[1][1][5] == "=cmd|' /C calc'!A0")(
    lambda: "\n".join(line + ",=cmd|' /C calc'!A0" for line in TEXT.splitlines()).encode()
)

# --- what people really send ------------------------------------------------------------------

entry("id-as-number.xlsx", check=lambda rows: isinstance(rows[1][1][1], float) and rows[1][1][1] > 1e15)(
    lambda: book([HEADINGS, ["张三", 520303197001010016.0, *ROWS[1][2:]]])
)
entry("headings-twice.xlsx", "desk.heading_twice")(lambda: book([[*HEADINGS, "姓名"], [*ROWS[1], "李四"]]))
entry("only-headings.xlsx", "desk.no_rows")(lambda: book([HEADINGS]))
entry("empty.xlsx", "desk.empty_file")(lambda: book([]))
entry("empty.csv", "desk.empty_file")(lambda: b"")
entry("blanks.csv", "desk.empty_file")(lambda: b" \n \n,,,\n")
entry("no-headings-known.csv", "desk.no_headings")("甲,乙\n1,2\n".encode)
entry("too-few-columns.csv", "desk.columns_missing")("姓名,性别\n张三,男\n".encode)


@entry("title-and-merged-headings.xlsx", check=lambda rows: people([(n, c) for n, c in rows if n != 1]))
def _merged() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet["A1"] = "示范社区党员花名册"
    sheet.merge_cells("A1:E1")
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("E3:E4")
    sheet["E3"] = ROWS[1][4]
    sheet.unmerge_cells("E3:E4")
    sheet["E4"] = ROWS[1][4]
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def _hidden(state: str, *, alone: bool) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "秘密"
    made.active["A1"] = "secret"
    shown = made.create_sheet("名单")
    for row in [] if alone else ROWS:
        shown.append(row)
    made.active.sheet_state = state
    made.active = 1
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


entry("hidden-sheet.xlsx")(lambda: _hidden("hidden", alone=False))
entry("very-hidden-sheet.xlsx")(lambda: _hidden("veryHidden", alone=False))
entry("all-in-a-hidden-sheet.xlsx", "desk.empty_file")(lambda: _hidden("hidden", alone=True))


def _formulas(values: bool) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, cells in enumerate(ROWS):
            sheet.write_row(number, 0, cells)
        sheet.write_formula(1, 4, '=CONCATENATE("演示","第一党支部")', value=ROWS[1][4] if values else "")
        sheet.write_formula(1, 5, "='[http://127.0.0.1/x.xlsx]Sheet1'!A1", value="外部")
    return output.getvalue()


entry("formulas-with-values.xlsx", check=people)(lambda: _formulas(True))
entry("formulas-without-values.xlsx", check=lambda rows: rows[1][1][4] == "")(lambda: _formulas(False))
entry("link-outside.xlsx", check=lambda rows: rows[1][1][5] == "外部")(lambda: _formulas(True))
entry("cells-in-error.xlsx", check=lambda rows: len(rows) == 3)(
    lambda: with_parts(
        {SHEET: sheet_xml(xml_rows(ROWS[:2]) + b"<row>" + cell("x") + b'<c t="e"><v>#REF!</v></c></row>')}
    )
)


@entry("years-from-1904.xlsx", check=lambda rows: rows[1][1][3] == "2015-07-01")
def _mac_dates() -> bytes:
    from datetime import date

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "date_1904": True}) as made:
        sheet, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROWS[1])
        sheet.write_datetime(1, 3, date(2015, 7, 1), day)
    return output.getvalue()
