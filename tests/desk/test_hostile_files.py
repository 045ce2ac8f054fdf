"""Files made to hurt: each is refused with a reason or read right, in seconds and within the child's limits."""

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import pytest

from portal.core.errors import RuleBroken
from portal.desk import reader
from tests.desk.makers import read_rows, workbook

ROWS = [["姓名", "性别"], ["张示例", "男"]]
LIMIT_SECONDS = 30


def changed(name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """Give a sound workbook with one part replaced."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            body = old.read(part)
            if part == name:
                body = content(body) if callable(content) else content
            new.writestr(part, body)
    return output.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def bomb_that_lies() -> bytes:
    """300 MiB of cells behind a directory that says 1,000 bytes."""
    cell = b'<row><c t="inlineStr"><is><t>' + b"0" * 900 + b"</t></is></c></row>"
    content = bytearray(changed(SHEET, HEAD + cell * 320_000 + b"</sheetData></worksheet>"))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(signature)
        while at >= 0:
            size = struct.unpack_from("<I", content, at + place)[0]
            if size > 200_000_000:
                struct.pack_into("<I", content, at + place, 1000)
            at = content.find(signature, at + 4)
    return bytes(content)


def laughs(body: bytes) -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha" * 10) for n in range(10))
    return body.replace(b"?>", b"?><!DOCTYPE x [" + entities + b"]>", 1).replace(b"<sheetData>", b"<sheetData>&l9;", 1)


def outside(body: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return body.replace(b"?>", b"?>" + entity, 1).replace(b"<sheetData>", b"<sheetData>&e;", 1)


def many_entries() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(3_000):
            archive.writestr(f"xl/{number}.xml", "")
    return output.getvalue()


CORPUS: list[tuple[str, Callable[[], bytes]]] = [
    ("bomb-that-lies.xlsx", bomb_that_lies),
    ("laughs.xlsx", lambda: changed(SHEET, laughs)),
    ("entity.xlsx", lambda: changed(SHEET, outside)),
    ("no-sheet.xlsx", lambda: changed(SHEET, b"")),
    ("half-xml.xlsx", lambda: changed(SHEET, HEAD + b"<row><c><v>1")),
    (
        "far-cell.xlsx",
        lambda: changed(SHEET, HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'),
    ),
    ("wide.xlsx", lambda: workbook([["x"] * 16_000])),
    ("wide.csv", lambda: b"x," * 16_000),
    ("many-entries.xlsx", many_entries),
    ("not-a-book.xlsx", lambda: b"PK\x03\x04" + b"\x00" * 500),
    ("not-a-book.xls", lambda: reader._OLE + b"\x00" * 5000),
    ("one-cell.csv", lambda: b'"' + b"x" * 1_000_000),
    ("nul.csv", lambda: b"\x00" * 5000),
    ("surrogates.csv", lambda: b"\xff\xfe" + b"\x00\xd8" * 2000),
    ("quotes.csv", lambda: b'"a""b' * 20_000),
]


@pytest.mark.parametrize(("name", "make"), CORPUS, ids=[name for name, _ in CORPUS])
def test_a_hostile_file_ends_in_a_reason_or_in_plain_rows(name: str, make: Callable[[], bytes]) -> None:
    content = make()
    begun = time.monotonic()
    code, rows = "desk.read", []
    try:
        rows = read_rows(name, content)
    except RuleBroken as refused:
        code = refused.code
    assert code.startswith("desk.")
    assert len(rows) < 100
    assert "root:" not in str(rows)
    assert len(str(rows)) < 500_000
    assert time.monotonic() - begun < LIMIT_SECONDS


@pytest.mark.parametrize(
    ("greed", "says"),
    [
        pytest.param("x = bytearray(600 * 1024 * 1024)", "MemoryError", id="memory"),
        pytest.param(
            "open('/proc/self/fd/0'); [open('/dev/null') for _ in range(30)]", "Too many open files", id="files"
        ),
        pytest.param("import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0] <= 20)", "True", id="time"),
    ],
)
def test_the_child_may_use_little(greed: str, says: str) -> None:
    child = f"sys.path.insert(0, {str(reader.CHILD.parent)!r}); import sheet_child"
    code = f"import sys; {child}; sheet_child.limit_this_process(); {greed}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert says in done.stdout + done.stderr
