"""Workbooks that the desk gives out: bad rows to mend, an empty form to fill in, a list as shown.

Text is written as text, never as a formula, whatever it begins with.
"""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from portal.desk.kinds import ImportKind
from portal.desk.models import ImportBatch
from portal.desk.queries import RowView
from portal.desk.rules import REASON_HEADING, Cell, Column
from portal.desk.sheets import sheet_name
from portal.desk.words import reason_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TEMPLATE_ROWS = 2000
GUIDE_SHEET, LISTS_SHEET, GUIDE_WORDS = "填写说明", "选项", 40
LIST_LIMIT = 255
"""Excel's limit for the words of a drop-down typed into the cell's rule."""


def refused_workbook(batch: ImportBatch, rows: Sequence[RowView], *, kind: ImportKind, mark: str) -> bytes:
    """Give refused rows under a watermark line and the file's own headings, bad cells coloured, the reason at the end.

    The line stands on every printed page; it is no row when the workbook is uploaded again.
    """
    headings = [name for name in batch.headings if name != REASON_HEADING]
    kept = [place for place, name in enumerate(batch.headings) if name != REASON_HEADING]
    names = {column.key: column.heading for column in kind.columns}
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        head, text, bad, reason = _formats(book)
        sheet = book.add_worksheet(sheet_name(batch.sheet_name or kind.sheet_name))
        sheet.write_string(0, 0, mark)
        sheet.write_row(1, 0, [*headings, REASON_HEADING], head)
        sheet.set_column(0, len(headings) - 1, 16, text)
        sheet.set_column(len(headings), len(headings), 60, reason)
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(0, 1)
        for line, row in enumerate(rows, start=2):
            wrong = {batch.places[problem.column] for problem in row.problems if problem.column in batch.places}
            for column, place in enumerate(kept):
                cell = row.cells[place] if place < len(row.cells) else ""
                _write(sheet, line, column, cell, bad if place in wrong else text)
            sheet.write_string(line, len(headings), reason_text(row.problems, names), reason)
    return output.getvalue()


def template_workbook(kind: ImportKind, *, tenant_id: int) -> bytes:
    """Give an empty form of a kind: headings, drop-downs, and a second sheet that explains each column.

    The drop-down of a long list, such as that of fifty branches, takes its words from a sheet that is not shown.
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        head, text, bad, reason = _formats(book)
        sheet = book.add_worksheet(kind.sheet_name)
        guide = book.add_worksheet(GUIDE_SHEET)
        lists = book.add_worksheet(LISTS_SHEET)
        lists.hide()
        choices = kind.choices(tenant_id=tenant_id)
        for place, column in enumerate(kind.columns):
            sheet.write_string(0, place, column.heading, bad if column.required else head)
            sheet.set_column(place, place, 18, text)
            words = choices.get(column.key) or list(column.choices)
            rule = _rule(column, words, _listed(lists, place, words))
            if len(rule) > 1:
                sheet.data_validation(1, place, TEMPLATE_ROWS, place, rule)
        sheet.freeze_panes(1, 0)
        _explain(guide, kind, choices, (head, text, reason))
    return output.getvalue()


def _rule(column: Column, words: Sequence[str], listed: str) -> dict[str, Any]:
    """Give what Excel offers and says in the cells of a column."""
    rule: dict[str, Any] = {"validate": "any"}
    if words:
        short = len(",".join(words)) <= LIST_LIMIT and not any(sign in word for word in words for sign in ',"')
        rule = {"validate": "list", "source": list(words) if short else listed}
        rule |= {"error_title": column.heading[:32], "error_message": "请从下拉列表中选择。", "error_type": "warning"}
    if column.example or column.required or column.remark:
        message = "必填。" if column.required else ""
        message += f"例：{column.example}" if column.example else ""
        message += f"\n{column.remark}" if column.remark else ""
        rule |= {"input_title": column.heading[:32], "input_message": message[:LIST_LIMIT]}
    return rule


def _listed(sheet: Any, place: int, words: Sequence[str]) -> str:
    """Write the words of a drop-down into the hidden sheet; gives where they stand."""
    for line, word in enumerate(words):
        sheet.write_string(line, place, word)
    letter = xl_col_to_name(place, col_abs=True)
    return f"={LISTS_SHEET}!{letter}$1:{letter}${max(1, len(words))}"


def _explain(sheet: Any, kind: ImportKind, choices: dict[str, list[str]], styles: tuple[Any, Any, Any]) -> None:
    """Say of each column whether it is needed, what belongs there, an example, and which other headings are read."""
    head, text, reason = styles
    sheet.write_row(0, 0, ["列名", "是否必填", "示例", "可填内容", "也认这些列名"], head)
    for place, width in enumerate((16, 10, 24, 48, 48)):
        sheet.set_column(place, place, width, text)
    for line, column in enumerate(kind.columns, start=1):
        words = choices.get(column.key) or list(column.choices)
        cells = (
            column.heading,
            "必填" if column.required else "",
            column.example,
            "、".join(words[:GUIDE_WORDS]) + ("…" if len(words) > GUIDE_WORDS else "") + column.remark,
            "、".join(column.synonyms),
        )
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, text)
    note = "只填写第一张表；没有的列可以不填，空格子不会改动已有内容。日期写成 2020-01-02，只知道月份就写 2020-01。"
    sheet.write_string(len(kind.columns) + 2, 0, note, reason)
    sheet.freeze_panes(1, 0)


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
    elif isinstance(cell, str) or not math.isfinite(cell):
        sheet.write_string(line, place, str(cell), style)
    else:
        sheet.write_number(line, place, cell, style)
