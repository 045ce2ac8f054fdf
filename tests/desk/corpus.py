"""Hostile and dirty files, made by program: each with what must become of it.

`outcome` is a code of refusal, several of them, or READ with a check of the rows. All names and numbers are invented.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from tests.registers.makers import make_id_number

ROSTERS = Path(__file__).parents[1] / "data" / "rosters"
READ = "read"
HEADINGS = ["姓名", "身份证号", "人员类别", "入党时间", "所在党支部"]
ROWS: list[list[Any]] = [
    HEADINGS,
    ["张三", make_id_number(1), "正式党员", "2015-07-01", "演示第一党支部"],
    ["李四", make_id_number(2), "正式党员", "2015-07-01", "演示第一党支部"],
]
TEXT = "\n".join(",".join(row) for row in ROWS) + "\n"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">'.encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Rows = list[tuple[int, list[Any]]]


@dataclass(frozen=True)
class Entry:
    """One file: how it is made, what becomes of it, and what must be true of its rows when it is read."""

    name: str
    make: Callable[[], bytes]
    outcome: tuple[str, ...]
    check: Callable[[Rows], bool] = lambda rows: [cells for _, cells in rows] == ROWS


CORPUS: list[Entry] = []


def entry(name: str, *outcome: str, check: Callable[[Rows], bool] | None = None) -> Callable[[Any], Any]:
    """Put a maker of bytes into the corpus; without an outcome it must be read as ROWS."""

    def add(make: Callable[[], bytes]) -> Callable[[], bytes]:
        more = {"check": check} if check else {}
        CORPUS.append(Entry(name, make, outcome or (READ,), **more))
        return make

    return add


def people(rows: Rows) -> bool:
    """The rows of ROWS are there, whatever else is."""
    return all(row in [cells[:5] for _, cells in rows] for row in ROWS)


def book(rows: list[list[Any]] = ROWS, **options: Any) -> bytes:
    """Give a sound workbook."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, **options}) as made:
        sheet = made.add_worksheet("名单")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return output.getvalue()


def with_parts(
    changed: dict[str, bytes | Callable[[bytes], bytes]] | None = None, added: dict[str, bytes] | None = None
) -> bytes:
    """Give a sound workbook with parts replaced or added."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            body = old.read(part)
            change = (changed or {}).get(part)
            new.writestr(part, change(body) if callable(change) else change if change is not None else body)
        for name, body in (added or {}).items():
            new.writestr(name, body)
    return output.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    return HEAD + b"<sheetData>" + rows + b"</sheetData></worksheet>"


def cell(text: str) -> bytes:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def xml_rows(rows: list[list[str]]) -> bytes:
    return b"".join(b"<row>" + b"".join(map(cell, row)) + b"</row>" for row in rows)


# --- archives -------------------------------------------------------------------------------


@entry("bomb-ratio-1000.xlsx", "desk.too_big_inside")
def _bomb() -> bytes:
    return with_parts({SHEET: sheet_xml(b" " * (120 * 1024 * 1024))})


@entry("bomb-whose-directory-lies.xlsx", "desk.unreadable", "desk.too_big_inside")
def _lying_bomb() -> bytes:
    line = b"<row>" + cell("0" * 900) + b"</row>"
    content = bytearray(with_parts({SHEET: sheet_xml(line * 200_000)}))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(signature)
        while at >= 0:
            if struct.unpack_from("<I", content, at + place)[0] > 100_000_000:
                struct.pack_into("<I", content, at + place, 1000)
            at = content.find(signature, at + 4)
    return bytes(content)


@entry("bomb-of-words.xlsx", "desk.too_big_inside", "desk.unreadable")
def _shared_strings_bomb() -> bytes:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 32_000}</t></si></sst>'.encode()
    rows = (b"<row>" + b'<c t="s"><v>0</v></c>' * 150 + b"</row>") * 800
    return with_parts({SHEET: sheet_xml(rows), "xl/sharedStrings.xml": strings})


@entry("zip-in-a-zip.xlsx", "desk.not_a_table")
def _nested() -> bytes:
    content = book()
    for _ in range(5):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("inner.xlsx", content)
        content = output.getvalue()
    return content


entry("zip-within-a-workbook.xlsx")(lambda: with_parts(added={"xl/media/inner.zip": _nested()}))
entry("names-that-climb.xlsx")(lambda: with_parts(added={"../../../../tmp/linli-climbed": b"x", "/etc/cron.d/x": b"x"}))
entry("empty-archive.xlsx", "desk.not_a_table", "desk.unreadable", "desk.wrong_extension")(
    lambda: b"PK\x05\x06" + bytes(18)
)
entry("cut-in-half.xlsx", "desk.unreadable")(lambda: book()[: len(book()) // 2])
entry("not-an-archive.xlsx", "desk.unreadable")(lambda: b"PK\x03\x04" + bytes(500))


@entry("symlink.xlsx")
def _symlink() -> bytes:
    output = io.BytesIO(book())
    with zipfile.ZipFile(output, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return output.getvalue()


@entry("wrong-checksum.xlsx", "desk.unreadable")
def _wrong_crc() -> bytes:
    content = bytearray(book())
    name = SHEET.encode()
    at = content.find(name)
    content[at + len(name) + 20] ^= 0xFF
    return bytes(content)


@entry("locked-entry.xlsx", "desk.password", "desk.unreadable")
def _locked_entry() -> bytes:
    content = bytearray(book())
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


@entry("3000-entries.xlsx", "desk.too_big_inside")
def _many_entries() -> bytes:
    return with_parts(added={f"xl/{number}.xml": b"" for number in range(3_000)})


entry("locked.xlsx", "desk.password", "desk.wrong_extension")(
    lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
)

# --- XML ------------------------------------------------------------------------------------


@entry("billion-laughs.xlsx", "desk.unreadable", READ, check=lambda rows: len(str(rows)) < 2_000)
def _laughs() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha" * 10) for n in range(10))
    sheet = sheet_xml(b"<row>" + cell("&l9;") + b"</row>" + xml_rows(ROWS))
    return with_parts({SHEET: sheet.replace(b"?>", b"?><!DOCTYPE x [" + entities + b"]>", 1)})


def _entity(declaration: bytes) -> bytes:
    sheet = sheet_xml(b"<row>" + cell("&e;") + b"</row>" + xml_rows(ROWS))
    return with_parts({SHEET: sheet.replace(b"?>", b"?><!DOCTYPE x [" + declaration + b"]>", 1)})


for _name, _declaration in (
    ("entity-of-a-file.xlsx", b'<!ENTITY e SYSTEM "file:///etc/passwd">'),
    ("entity-of-the-net.xlsx", b'<!ENTITY e SYSTEM "http://127.0.0.1:9/x">'),
    ("entity-with-parameters.xlsx", b'<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'),
):
    entry(_name, "desk.unreadable", READ, check=lambda rows: "root:" not in str(rows))(
        lambda declaration=_declaration: _entity(declaration)
    )

entry("half-a-sheet.xlsx", "desk.unreadable")(lambda: with_parts({SHEET: HEAD + b"<sheetData><row><c><v>1"}))
entry("no-sheet.xlsx", "desk.unreadable", "desk.empty_file")(lambda: with_parts({SHEET: b""}))
entry("deep-nesting.xlsx", "desk.unreadable", "desk.empty_file", "desk.too_big_inside")(
    lambda: with_parts({SHEET: HEAD + b"<a>" * 400_000})
)
entry("sheet-in-utf-16.xlsx", "desk.unreadable", "desk.empty_file", READ)(
    lambda: with_parts({SHEET: lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16")})
)

# --- size and shape -------------------------------------------------------------------------


@entry("million-rows.xlsx", "desk.too_many_rows", "desk.too_big_inside")
def _million_rows() -> bytes:
    return with_parts({SHEET: sheet_xml(xml_rows(ROWS) + b"<row><c><v>1</v></c></row>" * 1_000_000)})


@entry("million-different-rows.xlsx", "desk.too_many_rows", "desk.too_big_inside")
def _million_different_rows() -> bytes:
    dice = random.Random(1)
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % dice.randrange(10**9) for _ in range(1_000_000))
    return with_parts({SHEET: sheet_xml(xml_rows(ROWS) + rows)})


entry("16000-columns.xlsx", "desk.too_many_columns")(lambda: book([*ROWS, ["x"] * 16_000]))
entry("farthest-cell.xlsx", "desk.too_many_rows", "desk.too_many_columns", "desk.too_big_inside")(
    lambda: with_parts({SHEET: sheet_xml(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')})
)
entry("dimension-too-large.xlsx", READ, "desk.too_many_columns", "desk.too_many_rows")(
    lambda: with_parts({SHEET: lambda body: body.replace(b'ref="A1:E3"', b'ref="A1:XFD1048576"')})
)
entry("dimension-of-one-cell.xlsx")(lambda: with_parts({SHEET: lambda body: body.replace(b'ref="A1:E3"', b'ref="A1"')}))
entry("cell-of-32000-letters.xlsx", check=lambda rows: len(rows[-1][1][5]) <= 2_000)(
    lambda: book([*ROWS[:-1], [*ROWS[-1], "长" * 32_000]])
)
entry("2000-empty-rows.xlsx", check=people)(lambda: book([*ROWS, *[[""] * 5] * 2_000, ROWS[1]]))
entry("wide.csv", "desk.too_many_columns")(lambda: b"x," * 16_000)
entry("million-lines.csv", "desk.too_many_rows")(lambda: TEXT.encode() + b"a,b\n" * 1_000_000)
entry("one-line-of-10-mb.csv", "desk.too_many_columns", "desk.unreadable", "desk.no_headings")(
    lambda: "张三，".encode() * 1_100_000
)
entry("21-megabytes.csv", "desk.too_big")(lambda: b"x" * (21 * 1024 * 1024))
entry("cell-without-end.csv", "desk.unreadable", "desk.no_headings")(lambda: b'"' + b"x" * 1_000_000)


MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</manifest:manifest>"
)


def _ods(rows: str) -> bytes:
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in names.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="名单">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return output.getvalue()


def _ods_cell(text: str, more: str = "") -> str:
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {more}><text:p>{text}</text:p></table:table-cell>"


_ODS = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in ROWS)
_EMPTY = '<table:table-cell table:number-columns-repeated="16384"/>'
entry("empty-to-the-end.ods")(
    lambda: _ods(f'{_ODS}<table:table-row table:number-rows-repeated="1048573">{_EMPTY}</table:table-row>')
)
entry("row-repeated-a-million-times.ods", "desk.too_many_rows", "desk.too_big_inside")(
    lambda: _ods(f'{_ODS}<table:table-row table:number-rows-repeated="1048000">{_ods_cell("x")}</table:table-row>')
)
entry("cell-repeated-to-the-end.ods", "desk.too_many_columns", "desk.too_big_inside")(
    lambda: _ods(
        _ODS + "<table:table-row>" + _ods_cell("x", 'table:number-columns-repeated="16384"') + "</table:table-row>"
    )
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
