"""Workbooks that the desk gives out: bad rows to mend, an empty form to fill in, a list as shown.

Text is written as text, never as a formula, whatever it begins with.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from portal.desk.kinds import ImportKind
from portal.desk.models import ImportBatch
from portal.desk.queries import RowView
from portal.desk.rules import REASON_HEADING, Cell
from portal.desk.words import reason_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TEMPLATE_ROWS = 2000
LIST_LIMIT = 255
"""Excel's limit for the words of a drop-down typed into the cell's rule."""


def refused_workbook(batch: ImportBatch, rows: Sequence[RowView], *, kind: ImportKind) -> bytes:
    """Give refused rows under the file's own headings, bad cells coloured, the reason at the end."""
    headings = [name for name in batch.headings if name != REASON_HEADING]
    kept = [place for place, name in enumerate(batch.headings) if name != REASON_HEADING]
    names = {column.key: column.heading for column in kind.columns}
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        head, text, bad, reason = _formats(book)
        sheet = book.add_worksheet(batch.sheet_name[:31] or kind.sheet_name)
        sheet.write_row(0, 0, [*headings, REASON_HEADING], head)
        sheet.set_column(0, len(headings) - 1, 16, text)
        sheet.set_column(len(headings), len(headings), 60, reason)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            wrong = {batch.places[problem.column] for problem in row.problems if problem.column in batch.places}
            for column, place in enumerate(kept):
                cell = row.cells[place] if place < len(row.cells) else ""
                _write(sheet, line, column, cell, bad if place in wrong else text)
            sheet.write_string(line, len(headings), reason_text(row.problems, names), reason)
    return output.getvalue()


def template_workbook(kind: ImportKind, *, tenant_id: int) -> bytes:
    """Give an empty form of a kind: headings, drop-downs, and what belongs in each column."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        head, text, bad, _ = _formats(book)
        sheet = book.add_worksheet(kind.sheet_name)
        choices = kind.choices(tenant_id=tenant_id)
        for place, column in enumerate(kind.columns):
            sheet.write_string(0, place, column.heading, bad if column.required else head)
            sheet.set_column(place, place, 18, text)
            rule: dict[str, Any] = {"validate": "any"}
            words = choices.get(column.key) or list(column.choices)
            if words and len(",".join(words)) <= LIST_LIMIT:
                rule = {"validate": "list", "source": words}
            if column.example:
                rule |= {"input_title": column.heading, "input_message": column.example}
            if len(rule) > 1:
                sheet.data_validation(1, place, TEMPLATE_ROWS, place, rule)
        sheet.freeze_panes(1, 0)
    return output.getvalue()


def list_workbook(*, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str) -> bytes:
    """Give a list as shown: a watermark line, headings, rows."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        head, text, _, reason = _formats(book)
        sheet = book.add_worksheet(title[:31])
        sheet.set_column(0, len(headings) - 1, 16, text)
        sheet.write_string(0, 0, watermark, reason)
        sheet.write_row(1, 0, headings, head)
        sheet.freeze_panes(2, 0)
        for line, row in enumerate(rows, start=2):
            for place, cell in enumerate(row):
                _write(sheet, line, place, cell, text)
    return output.getvalue()


def _formats(book: Any) -> tuple[Any, Any, Any, Any]:
    """Headings, text cells, cells to look at (also told apart in black and white), the reason."""
    return (
        book.add_format({"bold": True, "bottom": 1, "num_format": "@"}),
        book.add_format({"num_format": "@"}),
        book.add_format({"num_format": "@", "bg_color": "#FFE3D6", "border": 1, "bold": True}),
        book.add_format({"text_wrap": True, "font_color": "#8C1D18", "num_format": "@"}),
    )


def _write(sheet: Any, line: int, place: int, cell: Cell, style: Any) -> None:
    if cell == "":
        sheet.write_blank(line, place, None, style)
    elif isinstance(cell, str):
        sheet.write_string(line, place, cell, style)
    else:
        sheet.write_number(line, place, cell, style)
