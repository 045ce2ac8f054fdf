"""Fills a model workbook with rows: for a long list in a process of its own, while the other opens sealed values.

`python -m portal.desk.sheet_writer > workbook`: the first frame on standard input is the model and the last line, each
further one a piece of rows, and an empty one ends the list. A list that ends without it gives no workbook. Nothing is
imported here that takes time to import.
"""

import io
import marshal
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from portal.desk.sheet_rows import column_letters, rows_xml

if TYPE_CHECKING:
    from portal.desk.exports import Columns

SHEET = "xl/worksheets/sheet1.xml"
PACKED_QUICKLY = 1
"""A tenth larger than usual, in a quarter of the time."""
SIZE_BYTES = 4
_ONE_ROW = re.compile(r'<row r="(\d+)"><c r="A\1" s="(\d+)"(?:(?!</row>).)*</row>(?=</sheetData>)')
_REACH = re.compile(r"<dimension [^>]*>")
_TEXT_CELLS = re.compile(r'(<ignoredError sqref=")[^"]*')


def fill(output: IO[bytes], model: IO[bytes], foot: str, pieces: "Iterable[Columns]") -> int:
    """Write a workbook like the model, whose sheet ends with one row, with these rows in its place; gives how many.

    How far the sheet reaches is left out: optional, it would stand before the rows and is known behind them.
    """
    written = 0
    with (
        zipfile.ZipFile(model) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED_QUICKLY) as book,
    ):
        for name in source.namelist():
            with book.open(name, "w") as part:
                if name == SHEET:
                    written = _write_rows(part, source.read(name).decode(), foot, pieces)
                else:
                    part.write(source.read(name))
    return written


def _write_rows(part: IO[bytes], model: str, foot: str, pieces: "Iterable[Columns]") -> int:
    head, number, style, tail = _ONE_ROW.split(model)
    first = row = int(number)
    width = tail.partition('<ignoredError sqref="')[2].partition('"')[0].count(" ") + 1
    part.write(_REACH.sub("", head).encode())
    for columns in pieces:
        part.write(rows_xml(columns, row, style).encode())
        row += len(columns[0])
    written = row - first
    if foot:
        part.write(rows_xml([[foot], *[[None]] * (width - 1)], row, style).encode())
        row += 1
    reach = " ".join(f"{each}{first}:{each}{max(first, row - 1)}" for each in column_letters(width))
    part.write(_TEXT_CELLS.sub(rf"\g<1>{reach}", tail).encode())
    return written


def frame(held: Any) -> bytes:
    """Give something plain as bytes behind their number, for the other process."""
    content = marshal.dumps(held, 2)
    return len(content).to_bytes(SIZE_BYTES, "big") + content


def _next_frame(given: IO[bytes]) -> Any:
    """Read one frame; raises EOFError when the other side has stopped."""
    size = int.from_bytes(given.read(SIZE_BYTES), "big")
    return marshal.loads(given.read(size))  # noqa: S302  from our own process


def _pieces(given: IO[bytes]) -> "Iterator[Columns]":
    while piece := _next_frame(given):
        yield piece


def main() -> int:
    """Write what comes in, and give the workbook only when it is whole."""
    model, foot = _next_frame(sys.stdin.buffer)
    output = io.BytesIO()
    fill(output, io.BytesIO(model), foot, _pieces(sys.stdin.buffer))
    sys.stdout.buffer.write(output.getbuffer())
    return 0


if __name__ == "__main__":
    sys.exit(main())
