"""Writes one long sheet in a process of its own, while the process that reads the register opens sealed values.

`python -m portal.desk.sheet_writer > workbook`: the first frame on standard input says what stands around the rows,
each further one is a piece of rows, and an empty one ends the list. A list that ends without it gives no workbook.
"""

import marshal
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from portal.desk.exports import ExportColumn
from portal.desk.sheets import SIZE_BYTES, Paper, write_sheet


def main() -> int:
    """Write what comes in, and give the workbook only when it is whole."""
    title, watermark, columns, foot = _frame(sys.stdin.buffer)
    paper = Paper(title, watermark, [ExportColumn(*column) for column in columns], foot)
    sys.stdout.buffer.write(write_sheet(paper, _rows(sys.stdin.buffer)))
    return 0


def _rows(given: BinaryIO) -> Iterator[Any]:
    while piece := _frame(given):
        yield from piece


def _frame(given: BinaryIO) -> Any:
    """Read one frame behind its length; raises EOFError when the other side has stopped."""
    size = int.from_bytes(given.read(SIZE_BYTES), "big")
    return marshal.loads(given.read(size))  # noqa: S302  from our own process


if __name__ == "__main__":
    sys.exit(main())
