"""Writes a sheet that leaves the house: title, watermark line, headings, rows; ready for A4.

Rows come some thousand at a time and leave memory as they are written, so that a list of any length takes little.
Text is written as text, never as a formula, whatever it begins with.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rustpy_xlsxwriter import Format, write_worksheet

from portal.desk.exports import Columns, ExportColumn, OutCell
from portal.desk.sheet_writer import fill, frame

HEAD_ROW = 2
"""Counted from 0: above it stand the title and the watermark line."""
LANDSCAPE_FROM = 84
"""A sheet with more letters in a row than this lies on its side, or one could not read it on paper."""
WATERMARK_LETTERS = 2.2
"""So many letters of the watermark stand where one letter of a row would: it is small and no column parts it."""
A4 = 9
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


class NotWritten(Exception):
    """The process that writes a long sheet has ended before its time."""


def write_sheet(paper: Paper, pieces: Iterable[Columns]) -> bytes:
    """Give a workbook of one sheet; `paper.written` then says how many rows it has.

    The library writes what stands around the rows, sheet_writer.py the rows, in a third of the library's time. A cell
    longer than Excel allows (32,767 letters) is cut. There are at least two columns and their headings differ, and each
    piece has a column for each of them: ValueError otherwise.
    """
    output = io.BytesIO()
    fill(output, io.BytesIO(_model(paper)), paper.foot, _counted(paper, pieces))
    return output.getvalue()


def write_long_sheet(paper: Paper, pieces: Iterable[Columns]) -> bytes:
    """Do the same in a process of its own, so that reading and writing go on at the same time.

    What `pieces` raises comes through and nothing is written; raises NotWritten when the other process breaks.
    """
    model = _model(paper)
    with os.fdopen(os.memfd_create("workbook"), "rb") as output:
        writer = subprocess.Popen(
            [sys.executable, "-B", "-S", "-m", "portal.desk.sheet_writer"],
            stdin=subprocess.PIPE,
            stdout=output,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
        try:
            _send(writer, frame((model, paper.foot)), _counted(paper, pieces))
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


def _model(paper: Paper) -> bytes:
    """Give the library's workbook with one row, each cell of which holds a letter."""
    check_columns(paper.columns)
    return by_library(paper, [["x"] * len(paper.columns)])


def _counted(paper: Paper, pieces: Iterable[Columns]) -> Iterator[Columns]:
    for columns in pieces:
        if len(columns) != len(paper.columns):
            raise ValueError("a cell for each heading")
        paper.written += len(columns[0])
        yield columns


def _send(writer: subprocess.Popen[bytes], begin: bytes, pieces: Iterator[Columns]) -> None:
    assert writer.stdin is not None  # noqa: S101  it was opened as a pipe
    try:
        writer.stdin.write(begin)
        for columns in pieces:
            writer.stdin.write(frame([list(cells) for cells in columns]))
        writer.stdin.write(frame([]))
        writer.stdin.flush()
    except BrokenPipeError as error:
        raise NotWritten from error


def _close(writer: subprocess.Popen[bytes]) -> None:
    """Close the pipe; what a dead writer can no longer take is lost with it."""
    if writer.stdin is not None:
        with suppress(BrokenPipeError):
            writer.stdin.close()


def by_library(paper: Paper, rows: Iterable[Sequence[OutCell]]) -> bytes:
    """Give the same workbook as the library writes it, without a foot: the model for all others."""
    output, width = io.BytesIO(), sum(column.width for column in paper.columns)
    names, last = [column.heading for column in paper.columns], len(paper.columns) - 1
    above = [(HEAD_ROW - 2, paper.title, _title()), (HEAD_ROW - 1, paper.watermark, _watermark())]
    write_worksheet(
        (dict(zip(names, row, strict=True)) for row in rows),
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
        ignore_errors=names,
    )
    return output.getvalue()


def sheet_name(title: str) -> str:
    """Give a title as Excel allows it for a sheet: 1 to 31 letters, some of them forbidden."""
    return _NOT_IN_SHEET_NAME.sub(" ", title)[:SHEET_NAME_MAX].strip("' ") or "Sheet1"


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
