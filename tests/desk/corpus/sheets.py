"""Sheets of every size and shape."""

from __future__ import annotations

import io
import random
import zipfile

from tests.desk.corpus.making import (
    READ,
    ROWS,
    SHEET,
    TEXT,
    book,
    entry,
    people,
    sheet_xml,
    with_parts,
    xml_rows,
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
