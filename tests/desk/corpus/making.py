"""What the files of the corpus are made with, and the list that they are in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.registers.makers import make_id_number

ROSTERS = Path(__file__).parents[2] / "data" / "rosters"
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
