"""Reads one spreadsheet for portal.desk.reader, alone in a process that may use little.

Runs as a script with nothing of the portal imported: `sheet_child.py FORMAT [SHEET] < file`. It prints one
JSON line per row that is not empty, `[row_number, [cells]]`, and at the end one object with either
`{"sheet": name, "sheets": [names]}` or `{"refused": code}`. Numbers stay numbers, so that the parent can tell
2020.1 that was typed from 2020.1 that Excel made out of 2020.10.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
EXACT_UNTIL = 1e15
MAX_OUTPUT = 96 * 1024 * 1024


# In text nobody can tell whether 2020.1 was 2020.10 in the workbook that it came from.
_AMBIGUOUS = re.compile(r"\s*\d{4}\.1\s*")


class Refused(Exception):
    """The file cannot be read; the argument is the reason's code."""


def limit_this_process() -> None:
    """Take away what reading a sheet does not need: memory, time, files, children."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: object) -> str | int | float:
    """Give a cell as text, or as a number when it is one; a date as 2020-01-02."""
    if isinstance(cell, str):
        return cell.strip()[:MAX_CELL]
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < EXACT_UNTIL else cell
    if isinstance(cell, int):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)[:MAX_CELL]


def workbook_rows(content: bytes, chosen: str) -> tuple[dict[str, object], Iterator[tuple[int, list[object]]]]:
    """Open a workbook at the chosen sheet, or at its first visible one that has anything in it."""
    import python_calamine as calamine  # noqa: PLC0415  after the limits, and not for text

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    kinds = (calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible)
    names = [sheet.name for sheet in book.sheets_metadata if (sheet.typ, sheet.visible) == kinds]
    for name in [each for each in names if each == chosen] if chosen else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None:  # the last cell, counted from 0
            if sheet.end[1] >= MAX_COLUMNS:
                raise Refused("desk.too_many_columns")
            if sheet.end[0] >= MAX_ROWS:
                raise Refused("desk.too_many_rows")
            return {"sheet": name, "sheets": names}, enumerate_rows(sheet)
    raise Refused("desk.empty_file")


def enumerate_rows(sheet: object) -> Iterator[tuple[int, list[object]]]:
    """Number the rows as the person sees them, the first being 1."""
    yield from enumerate(sheet.to_python(skip_empty_area=False), start=1)  # type: ignore[attr-defined]


def decode(content: bytes) -> str:
    """Find the encoding of a text file: by its mark, else UTF-8, else UTF-16 by its zeros, else GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content[:4000]:
        big_endian = content[:4000:2].count(0) > content[1:4000:2].count(0)
        encodings = ["utf-16-be" if big_endian else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("desk.encoding")


def text_rows(content: bytes) -> tuple[dict[str, object], Iterator[tuple[int, list[object]]]]:
    """Read a text file whose cells are parted by commas, semicolons or tabs, whichever the top has most of."""
    text = decode(content)
    top = text[:4000]
    delimiter = max(",\t;", key=top.count)
    csv.field_size_limit(100_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    def numbered() -> Iterator[tuple[int, list[object]]]:
        for number, row in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise Refused("desk.too_many_rows")
            if len(row) > MAX_COLUMNS:
                raise Refused("desk.too_many_columns")
            yield number, [float(cell) if _AMBIGUOUS.fullmatch(cell) else cell for cell in row]

    return {"sheet": "", "sheets": []}, numbered()


def write_rows(rows: Iterable[tuple[int, list[object]]]) -> None:
    """Print every row that has anything in it."""
    found = False
    for number, row in rows:
        cells = [plain(cell) if cell != "" else "" for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            found = True
            sys.stdout.write(json.dumps([number, cells], ensure_ascii=True) + "\n")
    if not found:
        raise Refused("desk.empty_file")


def main() -> int:
    """Read standard input as the format named on the command line."""
    limit_this_process()
    content = sys.stdin.buffer.read()
    try:
        facts, rows = text_rows(content) if sys.argv[1] == "csv" else workbook_rows(content, "".join(sys.argv[2:3]))
        write_rows(rows)
    except Refused as refused:
        facts = {"refused": str(refused)}
    except MemoryError:
        facts = {"refused": "desk.too_big_inside"}
    except csv.Error:
        facts = {"refused": "desk.unreadable"}
    except Exception as error:  # noqa: BLE001  whatever a damaged file makes the library say
        protected = "password" in str(error).lower()
        facts = {"refused": "desk.password" if protected else "desk.unreadable"}
    sys.stdout.write(json.dumps(facts) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
