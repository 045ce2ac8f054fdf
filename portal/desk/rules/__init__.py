"""Rules of the desk: which headings mean what, how dates and numbers are written, what a row can be.

The tables below come from rosters as people really keep them, not from a standard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from portal.core.errors import RuleBroken

Cell = str | int | float

HEADING_ROWS = 20
"""A heading row is looked for so far down; above it are titles and notes."""
REASON_HEADING = "退回原因"
"""The column that the desk adds to what it gives back; never read."""
PIECE_ROWS = 2000
"""So many rows of a file lie in one sealed piece and are one transaction."""
OLDEST_YEAR, NEWEST_YEAR = 1880, 2100
MOBILE_DIGITS = 11
EXACT_DIGITS_END = 10**15
"""Excel keeps fifteen digits of a number; from here on some are lost."""


class Verdict(StrEnum):
    """What will happen, or has happened, to a row of a file."""

    WAITING = "WAITING"  # not judged yet
    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    REFUSED = "REFUSED"


class BatchState(StrEnum):
    """Life of an uploaded file: judged row by row, shown, then written or withdrawn."""

    STAGING = "STAGING"
    READY = "READY"
    APPLYING = "APPLYING"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"


TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.STAGING: frozenset({BatchState.READY, BatchState.WITHDRAWN}),
    BatchState.READY: frozenset({BatchState.STAGING, BatchState.APPLYING, BatchState.WITHDRAWN}),  # anew
    BatchState.APPLYING: frozenset({BatchState.APPLYING, BatchState.DONE}),  # again after a failure
    BatchState.DONE: frozenset(),
    BatchState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One thing a kind of file can say: its usual heading, other headings, whether each row needs it.

    `mask` names how its cells are hidden on a screen (id_number, mobile, address), if they are. `looks` says by what a
    column without a known heading is recognised: id_number, mobile, sex, name or date (named in the order of life).
    `remark` is what the empty form says of how to write it.
    """

    key: str
    heading: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    mask: str = ""
    choices: tuple[str, ...] = ()
    looks: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings stand and which place holds which column."""

    row_number: int
    names: list[str]
    places: dict[str, int]
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, or the whole row (`column` empty), is refused. `code` has its sentence in messages."""

    column: str
    code: str
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A column that the file changes, old and new already masked for the screen."""

    column: str
    old: str
    new: str


def check_transition(now: BatchState, then: BatchState) -> None:
    """Refuse a step that a batch cannot take. Raises RuleBroken `desk.wrong_state`."""
    if then not in TRANSITIONS[now]:
        raise RuleBroken("desk.wrong_state", state=now.value)


def text_of(cell: Cell) -> str:
    """Give a cell as a person would type it: half-width, trimmed, a whole number without a point."""
    if isinstance(cell, str):
        return (cell if cell.isascii() else unicodedata.normalize("NFKC", cell)).strip()
    if isinstance(cell, int):
        return str(cell)
    return f"{cell:.0f}" if abs(cell) >= EXACT_DIGITS_END else repr(cell)


_PARENTHESES = re.compile(r"[(\[【<].*?[)\]】>]")
_NOT_HEADING = re.compile(r"[\s*:：、,，.。/_-]+")


def plain_heading(cell: Cell) -> str:
    """Give a heading without spaces, stars, colons and what stands in brackets."""
    return _NOT_HEADING.sub("", _PARENTHESES.sub("", text_of(cell)))


def find_headings(rows: Sequence[tuple[int, list[Cell]]], columns: Sequence[Column]) -> Headings:
    """Find the heading row among the first rows, also below a merged title, and match it.

    Where two headings mean the same column, the more usual one counts and the other is listed as
    unused. Raises RuleBroken (field `file`) `desk.no_headings`, `desk.heading_twice` (with
    `heading`) or `desk.columns_missing` (with `missing`).
    """
    ranks = _heading_ranks(columns)
    best = max(rows[:HEADING_ROWS], key=lambda row: _matches(row[1], ranks), default=(0, []))
    if _matches(best[1], ranks) < min(2, len(columns)):
        raise RuleBroken("desk.no_headings", field="file", expected="、".join(c.heading for c in columns[:4]))
    headings = _place(best, ranks)
    missing = [column.heading for column in columns if column.required and column.key not in headings.places]
    if missing:
        raise RuleBroken("desk.columns_missing", field="file", missing="、".join(missing))
    return headings


def _heading_ranks(columns: Iterable[Column]) -> dict[str, tuple[str, int]]:
    return {
        plain_heading(word): (column.key, rank)
        for column in columns
        for rank, word in enumerate((column.heading, *column.synonyms))
    }


def _matches(cells: Iterable[Cell], ranks: dict[str, tuple[str, int]]) -> int:
    found = (ranks.get(plain_heading(cell)) for cell in cells if isinstance(cell, str))
    return len({match[0] for match in found if match})


def _place(row: tuple[int, list[Cell]], ranks: dict[str, tuple[str, int]]) -> Headings:
    names = [text_of(cell) for cell in row[1]]
    taken: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(names):
        match = ranks.get(plain_heading(name))
        if match is None:
            continue
        key, rank = match
        if key in taken and taken[key][0] == rank:
            raise RuleBroken("desk.heading_twice", field="file", heading=name)
        if key not in taken or rank < taken[key][0]:
            taken[key] = (rank, place)
    places = {key: place for key, (_, place) in taken.items()}
    used = set(places.values())
    unused = [name for place, name in enumerate(names) if name and place not in used and name != REASON_HEADING]
    return Headings(row[0], names, places, unused)


_NOTE_STARTS = ("注", "说明", "备注", "合计", "总计", "填表", "制表", "审核")


def is_note(cells: Iterable[Cell]) -> bool:
    """Say whether a row below the headings is a remark or a signature line, not a record.

    True when every filled cell begins like one or holds a colon, as 填表人：… does.
    """
    for cell in cells:
        if cell != "":
            text = text_of(cell)
            if not (":" in text or text.startswith(_NOTE_STARTS)):
                return False
    return True


def surely_records(firsts: Sequence[Cell], letter: str) -> list[bool]:
    """Say by the first cells of rows which are records: neither a remark nor headings that begin with this letter.

    True for nearly all; False says nothing.
    """
    words = [cell if isinstance(cell, str) else "" for cell in firsts]
    if not unicodedata.is_normalized("NFKC", "".join(words)):
        return [False] * len(words)
    return [
        word != "" and ":" not in word and letter not in word and not word.startswith(_NOTE_STARTS) for word in words
    ]


_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号]?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月份?)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_SERIAL = re.compile(r"\d{5}")
_CHINESE = re.compile(
    r"([〇零○0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
_DIGITS = {
    "〇": "0",
    "零": "0",
    "○": "0",
    **{c: str(n) for n, c in enumerate("一二三四五六七八九", 1)},
}
_SERIAL_ZERO = date(1899, 12, 30)


def read_date(cell: Cell, *, column: str) -> tuple[date, bool]:
    """Read a date as people write it; True when only its month is known (then the day is the first).

    Read are 2020-01-02, 2020/1/2, 2020.1.2, 2020年1月2日, 20200102, 二〇二〇年一月二日, true dates and
    Excel's serial numbers; by month 2020-01, 2020.01, 2020年1月, 202001. A number 2020.1 may have
    been typed as 2020.10, so it is refused. Raises RuleBroken with field `column`:
    `desk.date`, `desk.date_year_only`, `desk.date_month_lost`, `desk.date_impossible`.
    """
    if isinstance(cell, str) and _ISO_DAY.fullmatch(cell):
        return _iso_day(cell, column), False
    if isinstance(cell, float) and repr(cell).endswith(".1") and OLDEST_YEAR <= cell < NEWEST_YEAR:
        raise RuleBroken("desk.date_month_lost", field=column, found=repr(cell))
    text = text_of(cell)
    parts = _date_parts(text.replace(" ", "") if "年" in text else text)
    if parts is None:
        code = "desk.date_year_only" if re.fullmatch(r"\d{4}年?", text) else "desk.date"
        raise RuleBroken(code, field=column, found=text[:20])
    year, month, day = parts
    try:
        found = date(year, month, day or 1)
    except ValueError as error:
        raise RuleBroken("desk.date_impossible", field=column, found=text[:20]) from error
    if not OLDEST_YEAR <= year <= NEWEST_YEAR:
        raise RuleBroken("desk.date_impossible", field=column, found=text[:20])
    return found, day is None


def _iso_day(text: str, column: str) -> date:
    """Read 2020-01-02, as nearly all dates stand in a workbook, without trying the other ways."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise RuleBroken("desk.date_impossible", field=column, found=text) from error
    if not OLDEST_YEAR <= found.year <= NEWEST_YEAR:
        raise RuleBroken("desk.date_impossible", field=column, found=text)
    return found


def _date_parts(text: str) -> tuple[int, int, int | None] | None:
    if _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + timedelta(days=int(text))
        return day.year, day.month, day.day
    if match := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day_ = match.groups()
        return int(year), int(month), int(day_) if day_ else None
    if match := _MONTH.fullmatch(text):
        return int(match[1]), int(match[2] or match[3]), None
    if match := _CHINESE.fullmatch(text):
        year = int("".join(_DIGITS.get(c, c) for c in match[1]))
        return year, _chinese_number(match[2]), _chinese_number(match[3]) if match[3] else None
    return None


def _chinese_number(text: str) -> int:
    """Read 一 to 三十一; what is no number becomes 99, which no calendar has."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(_DIGITS[text]) if len(text) == 1 else 99
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 99
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))


_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,3}")
_SEPARATORS = re.compile(r"[\s‐-―-]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def read_long_number(cell: Cell, *, column: str) -> str:
    """Give a long number's text, unless Excel has turned it into 1.1E+17 and lost its last digits.

    Raises RuleBroken `desk.digits_lost` with field `column`.
    """
    lost = not isinstance(cell, str) and abs(cell) >= EXACT_DIGITS_END
    text = text_of(cell)
    if lost or _SCIENTIFIC.fullmatch(text):
        raise RuleBroken("desk.digits_lost", field=column)
    return text


def read_mobile(cell: Cell, *, column: str) -> str:
    """Give a mobile number of the mainland as eleven digits; spaces, dashes and +86 may be there.

    Raises RuleBroken with field `column`: `desk.mobile_length` (with `found`), `desk.mobile`,
    `desk.mobile_several`.
    """
    if isinstance(cell, str) and _MOBILE.fullmatch(cell) and cell.isascii():
        return cell
    text = _SEPARATORS.sub("", read_long_number(cell, column=column))
    if re.search(r"\d{7,}[/,、;]\d{7,}", text):
        raise RuleBroken("desk.mobile_several", field=column)
    text = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", text)
    if text.isdecimal() and text.startswith("1") and len(text) != MOBILE_DIGITS:
        raise RuleBroken("desk.mobile_length", field=column, found=len(text))
    if not _MOBILE.fullmatch(text):
        raise RuleBroken("desk.mobile", field=column)
    return text
