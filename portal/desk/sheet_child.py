"""Reads one spreadsheet for portal.desk.reader, alone in a process that may use little.

Runs as a script with nothing of the portal imported: `sheet_child.py FORMAT [SHEET] < file`. It prints JSON, a line
each: `{"sheet": name, "sheets": [names]}`, then at most 2,000 rows at a time without the empty ones, `{"numbers":
[row numbers], "columns": [[cells of the first column], …]}`, and at the end `{"rows": count}`; or, whenever it finds
out, `{"refused": code}`. Numbers stay numbers, so that the parent can tell 2020.1 that was typed from 2020.1 that Excel
made out of 2020.10.
"""

import csv
import datetime as dt
import gc
import io
import re
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import orjson

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MAX_ROWS = 200_000
ROWS_A_LINE = 2_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
EXACT_UNTIL = 1e15


# In text nobody can tell whether 2020.1 was 2020.10 in the workbook that it came from.
_AMBIGUOUS = re.compile(r"\s*\d{4}\.1\s*")
# What nobody sees and what turns the order of letters round: controls, widths of zero, marks of direction.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
_FIRST_LEVEL = range(0xB0, 0xD8)  # of GB 2312: the 3,755 characters that texts consist of
_BIG5_FIRST_LEVEL = range(0xA4, 0xC7)  # of Big5: the 5,401 usual ones
USUAL_SHARE = 0.7
LOOKED_AT = 20_000
UTF8_LINE_BYTES = 6


Rows = list[tuple[int, Sequence["str | int | float"]]]


class Refused(Exception):
    """The file cannot be read; the argument is the reason's code."""


def limit_this_process() -> None:
    """Take away what reading a sheet does not need: memory, time, files, children."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: object) -> str | int | float:
    """Give a cell as text, or as a number when it is one; a date as 2020-01-02."""
    if isinstance(cell, str):
        is_clean = cell.isprintable() and (cell.isascii() or not ("\ufffc" in cell or "\ufffd" in cell))
        return (cell if is_clean else _INVISIBLE.sub("", cell)).strip()[:MAX_CELL]
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
    before = [""] * sheet.start[1]  # type: ignore[attr-defined]  # calamine's, which leaves out the first empty columns
    rows = sheet.iter_rows()  # type: ignore[attr-defined]  # likewise
    yield from enumerate((before + row for row in rows) if before else rows, start=1)


def decode(content: bytes) -> str:
    """Find the encoding of a text file: by its mark, else UTF-8, else UTF-16 by its zeros, else GB18030 or Big5."""
    for encoding in encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("desk.encoding")


def encodings(content: bytes) -> Iterator[str]:
    """Give the encodings that a text may be in, the likeliest first."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    elif b"\x00" in content[:4000]:
        big_endian = content[:4000:2].count(0) > content[1:4000:2].count(0)
        yield "utf-16-be" if big_endian else "utf-16-le"
    else:
        yield "utf-8-sig"
        if is_mixed(content):
            return
        if usual_share(content, "gb18030", "gb2312", _FIRST_LEVEL) >= USUAL_SHARE:
            yield "gb18030"
        if usual_share(content, "big5", "big5", _BIG5_FIRST_LEVEL) >= USUAL_SHARE:
            yield "big5"


def is_mixed(content: bytes) -> bool:
    """Say whether a text that is not UTF-8 has lines that are: two files glued together, readable in no encoding."""
    for line in content[:1_000_000].splitlines():
        if len(line.translate(None, bytes(range(128)))) >= UTF8_LINE_BYTES:
            try:
                line.decode()
            except UnicodeDecodeError:
                continue
            return True
    return False


def usual_share(content: bytes, encoding: str, table: str, usual: range) -> float:
    """Give which share of the Chinese characters are usual ones when the text is read in this encoding."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return 0
    letters = [letter for letter in text[:LOOKED_AT] if letter > "\u2fff" and not "\uff00" <= letter <= "\uffef"]
    letters = [letter for letter in letters if not "\u3000" <= letter <= "\u303f"]
    good = sum(letter.encode(table, "replace")[0] in usual for letter in letters)
    return good / len(letters) if letters else 1


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


def write_rows(rows: Iterator[tuple[int, list[object]]]) -> None:
    """Print every row that has anything in it, many in a line, column by column, and how many there were."""
    found, waiting = 0, Rows()
    while lines := list(islice(rows, ROWS_A_LINE)):
        numbers = [number for number, _row in lines]
        columns = cleaned_columns(lines)
        is_whole = any("" not in column for column in columns)  # then no row is empty
        if not is_whole:
            cleaned = zip(*columns, strict=True) if columns else (plain_column(row) for _number, row in lines)
            waiting += filled_rows(numbers, cleaned)
        if is_whole or len(waiting) >= ROWS_A_LINE:
            found += say_rows(waiting)
            waiting.clear()
        if is_whole:
            say({"numbers": numbers, "columns": columns})
            found += len(numbers)
    found += say_rows(waiting)
    if not found:
        raise Refused("desk.empty_file")
    say({"rows": found})


def cleaned_columns(lines: Sequence[tuple[int, list[object]]]) -> list[Sequence[str | int | float]]:
    """Give rows of one width as columns, as plain() has their cells; nothing for rows of several."""
    if len({len(row) for _number, row in lines}) > 1:
        return []
    return list(map(plain_column, zip(*(row for _number, row in lines), strict=True)))


def say_rows(rows: Rows) -> int:
    """Print rows as columns, each as long as the others; gives how many they are."""
    width = max((len(cells) for _number, cells in rows), default=0)
    full = ((*cells, *[""] * (width - len(cells))) for _number, cells in rows)
    if rows:
        say({"numbers": [number for number, _cells in rows], "columns": list(zip(*full, strict=True))})
    return len(rows)


def say(what: object) -> None:
    """Print one line of JSON."""
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.buffer.flush()


def filled_rows(numbers: Sequence[int], cleaned: Iterable[Sequence[str | int | float]]) -> Rows:
    """Give the rows that have anything in them, each with its cells up to the last one that has."""
    ended = ((number, without_end(row)) for number, row in zip(numbers, cleaned, strict=True))
    return [(number, cells) for number, cells in ended if cells]


def without_end(cells: Sequence[str | int | float]) -> Sequence[str | int | float]:
    """Give the cells up to the last one that has anything in it."""
    end = len(cells)
    while end and cells[end - 1] == "":
        end -= 1
    return cells[:end]


def plain_column(cells: Sequence[object]) -> Sequence[str | int | float]:
    """Give what plain() gives for each cell, all at once where they are words or days that need nothing."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        words: Sequence[str] = cells  # type: ignore[assignment]  # just looked at
        text = "".join(words)
        needs_nothing = text.isprintable() and not ("\ufffc" in text or "\ufffd" in text)
        if needs_nothing and " " not in text and max(map(len, words)) <= MAX_CELL:
            return words
    elif kinds == {dt.date}:
        return list(map(dt.date.isoformat, cells))  # type: ignore[arg-type]  # just looked at
    return [plain(cell) if cell != "" else "" for cell in cells]


def main() -> int:
    """Read standard input as the format named on the command line."""
    limit_this_process()
    gc.disable()  # nothing here goes in circles, and looking for circles among a million cells takes half the time
    content = sys.stdin.buffer.read()
    try:
        facts, rows = text_rows(content) if sys.argv[1] == "csv" else workbook_rows(content, "".join(sys.argv[2:3]))
        say(facts)
        write_rows(rows)
    except Refused as refused:
        say({"refused": str(refused)})
    except MemoryError:
        say({"refused": "desk.too_big_inside"})
    except csv.Error:
        say({"refused": "desk.unreadable"})
    except Exception as error:  # noqa: BLE001  whatever a damaged file makes the library say
        protected = "password" in str(error).lower()
        say({"refused": "desk.password" if protected else "desk.unreadable"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
