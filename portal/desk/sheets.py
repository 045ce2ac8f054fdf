"""Writes a sheet that leaves the house: title, watermark line, headings, rows; ready for A4.

Rows are taken one by one and leave memory as they are written, so that a list of any length takes the same memory.
Text is written as text, never as a formula, whatever it begins with.
"""

import io
import marshal
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import Format, write_worksheet

from portal.desk.exports import PIECE_ROWS, ExportColumn, OutCell

HEAD_ROW = 2
"""Counted from 0: above it stand the title and the watermark line."""
LANDSCAPE_FROM = 84
"""A sheet with more letters in a row than this lies on its side, or one could not read it on paper."""
WATERMARK_LETTERS = 2.2
"""So many letters of the watermark stand where one letter of a row would: it is small and no column parts it."""
MAX_CELL = 32_767
A4 = 9
SIZE_BYTES = 4
ROOT = Path(__file__).resolve().parents[2]
SHEET_NAME_MAX = 31
LEAST_COLUMNS = 2
_FONT = "宋体"
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(slots=True)
class Paper:
    """What stands around the rows of a sheet. `written` counts the rows as they go by."""

    title: str
    watermark: str
    columns: Sequence[ExportColumn]
    foot: str = ""
    written: int = 0


def check_columns(columns: Sequence[ExportColumn]) -> None:
    """Raise ValueError unless there are two columns at least, each with a heading of its own."""
    if len({column.heading for column in columns}) != len(columns) or len(columns) < LEAST_COLUMNS:
        raise ValueError("two columns at least, each with a heading of its own")


def write_sheet(paper: Paper, rows: Iterable[Sequence[OutCell]]) -> bytes:
    """Give a workbook of one sheet; `paper.written` then says how many rows it has.

    There are at least two columns and their headings differ: ValueError otherwise. A cell longer than Excel allows
    (32,767 letters) is cut.
    """
    check_columns(paper.columns)
    output, width = io.BytesIO(), sum(column.width for column in paper.columns)
    last = len(paper.columns) - 1
    above = [(HEAD_ROW - 2, paper.title, _title()), (HEAD_ROW - 1, paper.watermark, _watermark())]
    write_worksheet(
        _records(paper, rows),
        output,
        sheet_name(paper.title),
        header_row=HEAD_ROW,
        header_format=_base().set_bold().set_background_color("#F1EDE6").set_text_wrap(),
        merge_ranges=[(row, 0, row, last, text, style) for row, text, style in above],
        row_heights={HEAD_ROW - 1: _watermark_height(paper.watermark, width), HEAD_ROW: 24.0},
        column_widths=[float(column.width) for column in paper.columns],
        column_formats=[_base()] * len(paper.columns),
        freeze_row=HEAD_ROW + 1,
        page_setup={
            "landscape": width > LANDSCAPE_FROM,
            "paper_size": A4,
            "fit_to_pages": (1, 0),
            "repeat_rows": (0, HEAD_ROW),
            "center_horizontally": True,
            "margins": {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7},
            "footer": "&C第 &P 页，共 &N 页",
        },
        ignore_errors=[column.heading for column in paper.columns],
    )
    return output.getvalue()


class NotWritten(Exception):
    """The process that writes a long sheet has ended before its time."""


def write_long_sheet(paper: Paper, rows: Iterable[Sequence[OutCell]]) -> bytes:
    """Do the same as write_sheet() in a process of its own, so that reading and writing go on at the same time.

    What `rows` raises comes through and nothing is written; raises NotWritten when the other process breaks.
    """
    check_columns(paper.columns)
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-B", "-m", "portal.desk.sheet_writer"]
        writer = subprocess.Popen(  # noqa: S603  our own module, no shell
            command, stdin=subprocess.PIPE, stdout=output, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        try:
            _send(paper, iter(rows), writer)
        except BaseException:
            writer.kill()
            raise
        finally:
            _close(writer)
            code = writer.wait()
        if code:
            raise NotWritten(code)
        output.seek(0)
        return output.read()


def _send(paper: Paper, rows: Iterator[Sequence[OutCell]], writer: subprocess.Popen[bytes]) -> None:
    assert writer.stdin is not None  # noqa: S101  it was opened as a pipe
    columns = [(column.heading, column.width) for column in paper.columns]
    try:
        writer.stdin.write(_frame((paper.title, paper.watermark, columns, paper.foot)))
        while piece := [tuple(row) for row in islice(rows, PIECE_ROWS)]:
            paper.written += len(piece)
            writer.stdin.write(_frame(piece))
        writer.stdin.write(_frame([]))
        writer.stdin.flush()
    except BrokenPipeError as error:
        raise NotWritten from error


def _close(writer: subprocess.Popen[bytes]) -> None:
    """Close the pipe; what a dead writer can no longer take is lost with it."""
    if writer.stdin is not None:
        with suppress(BrokenPipeError):
            writer.stdin.close()


def _frame(held: Any) -> bytes:
    content = marshal.dumps(held, 2)
    return len(content).to_bytes(SIZE_BYTES, "big") + content


def sheet_name(title: str) -> str:
    """Give a title as Excel allows it for a sheet: 1 to 31 letters, some of them forbidden."""
    return _NOT_IN_SHEET_NAME.sub(" ", title)[:SHEET_NAME_MAX].strip("' ") or "Sheet1"


def _records(paper: Paper, rows: Iterable[Sequence[OutCell]]) -> Iterator[dict[str, OutCell]]:
    names = [column.heading for column in paper.columns]
    for row in rows:
        paper.written += 1
        record = dict(zip(names, row, strict=True))
        for name, cell in record.items():
            if type(cell) is str and len(cell) > MAX_CELL:
                record[name] = cell[:MAX_CELL]
        yield record
    if not paper.written:
        yield dict.fromkeys(names)  # without a row there would be no headings either
    if paper.foot:
        yield {names[0]: paper.foot}


def _base() -> Format:
    return Format().set_font_name(_FONT).set_font_size(10).set_border("thin").set_num_format("@").set_align("vcenter")


def _title() -> Format:
    return Format().set_font_name("黑体").set_font_size(16).set_align("center").set_align("vcenter")


def _watermark() -> Format:
    style = Format().set_font_name(_FONT).set_font_size(9).set_font_color("#8C1D18")
    return style.set_text_wrap().set_align("left").set_align("vcenter")


def _watermark_height(text: str, width: int) -> float:
    """Give room for as many lines as the watermark needs over all columns."""
    lines = 1 + int(len(text) * 2 / max(1.0, width * WATERMARK_LETTERS / 2))
    return 14.0 * lines + 4
