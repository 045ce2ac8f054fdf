"""Which column of a file means what: by its heading, by its content, by what a person here has said once.

Headings come first. Where a heading is missing or unknown, the cells below it speak: a column whose cells are mostly
sound ID numbers is the ID number, whatever stands above it. The tables below come from rosters as people keep them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median_low

from portal.core.errors import RuleBroken
from portal.core.identity_numbers import citizen_check_character, normalize_identity_number
from portal.desk.rules import (
    HEADING_ROWS,
    REASON_HEADING,
    Cell,
    Column,
    Headings,
    find_headings,
    plain_heading,
    read_date,
    read_mobile,
    text_of,
)

Row = tuple[int, list[Cell]]
LOOKED_AT = 200
"""So many rows below the headings are looked at to tell what a column holds."""
MOSTLY = 0.6
SAMPLES = 3
BY_HEADING, BY_CONTENT, BY_MEMORY, BY_HAND = "heading", "content", "memory", "hand"
_SOMEBODY_ELSE = re.compile("配偶|监护|父|母|子女|家属|联系人|介绍人|代理|紧急|负责人|培养|经办|填表")
_ID = re.compile(r"[0-9]{17}[0-9X]")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(·[\u3400-\u9fff]{1,6})?")
_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴莫孔向常汤欧令宦冉敖犹娄穆申安骆"
)


@dataclass(frozen=True, slots=True)
class Matched:
    """What the columns of a file were taken for.

    `how` says for each column by which way; `missing` are headings of columns that each row needs and nobody found.
    """

    headings: Headings
    how: dict[str, str]
    missing: list[str] = field(default_factory=list)

    @property
    def can_be_named(self) -> bool:
        """Say whether a person could still name what is missing: there are columns enough without a meaning."""
        names, taken = self.headings.names, set(self.headings.places.values())
        free = [place for place in range(len(names)) if place not in taken and names[place] != REASON_HEADING]
        return len(free) >= len(self.missing)


def match_columns(
    rows: Sequence[Row], columns: Sequence[Column], *, remembered: Mapping[str, Mapping[str, int]] | None = None
) -> Matched:
    """Find the heading row and what each column means.

    `remembered` maps fingerprints of headings to places, as people here have named them. Where two headings mean the
    same column, the more usual one counts. Raises RuleBroken (field `file`) with the codes of find_headings(), except
    that missing columns are told in `missing` where a person could still name them.
    """
    known = _by_memory(rows, columns, remembered or {})
    if known:
        return known
    matched = _by_content(_find(rows, columns), rows, columns)
    if matched.missing and not matched.can_be_named:
        raise RuleBroken("desk.columns_missing", field="file", missing="、".join(matched.missing))
    return matched


def name_by_hand(matched: Headings, places: Mapping[str, int], columns: Sequence[Column]) -> Headings:
    """Give the headings with the columns at the places where a person says that they are; the rest is left out.

    Raises RuleBroken (field `columns`) `desk.columns_missing`.
    """
    known = {column.key for column in columns}
    kept = {key: place for key, place in places.items() if key in known and 0 <= place < len(matched.names)}
    missing = [column.heading for column in columns if column.required and column.key not in kept]
    if missing:
        raise RuleBroken("desk.columns_missing", field="columns", missing="、".join(missing))
    return _with_places(matched, kept)


def fingerprint(names: Iterable[Cell]) -> str:
    """Give 64 letters that stand for headings in their order, however they are spaced and starred."""
    plain = [plain_heading(name) for name in names]
    while plain and not plain[-1]:
        plain.pop()
    return hashlib.sha256("|".join(plain).encode()).hexdigest()


def samples(rows: Sequence[Row], headings: Headings) -> list[list[str]]:
    """Give for each column of a file its first cells that are filled, as text."""
    found: list[list[str]] = [[] for _ in headings.names]
    for number, cells in rows:
        if number > headings.row_number:
            for place, cell in enumerate(cells[: len(found)]):
                if cell != "" and len(found[place]) < SAMPLES:
                    found[place].append(text_of(cell)[:40])
        if all(len(each) == SAMPLES for each in found):
            break
    return found


def _by_memory(
    rows: Sequence[Row], columns: Sequence[Column], remembered: Mapping[str, Mapping[str, int]]
) -> Matched | None:
    if not remembered:
        return None
    for number, cells in rows[:HEADING_ROWS]:
        places = remembered.get(fingerprint(cells))
        if places:
            names = [text_of(cell) for cell in cells]
            try:
                headings = name_by_hand(Headings(number, names, {}), places, columns)
            except RuleBroken:  # the kind of file needs more today than when somebody said it
                return None
            return Matched(headings, dict.fromkeys(headings.places, BY_MEMORY))
    return None


def _find(rows: Sequence[Row], columns: Sequence[Column]) -> Headings:
    """Find the headings by their words, else by where the data begin; what is missing is another question."""
    try:
        return find_headings(rows, [replace(column, required=False) for column in columns])
    except RuleBroken as broken:
        found = _without_headings(rows, columns) if broken.code == "desk.no_headings" else None
        if found is None:
            raise
        return found


def _without_headings(rows: Sequence[Row], columns: Sequence[Column]) -> Headings | None:
    """Find the first row whose cells speak for themselves; what stands just above it are the headings, known or not."""
    checks = {_CHECKS[column.looks] for column in columns if column.looks in _PLAIN_LOOKS}
    for at, (number, cells) in enumerate(rows[:HEADING_ROWS]):
        if sum(any(check(cell) for check in checks) for cell in cells) >= min(2, len(checks)) and checks:
            above = rows[at - 1] if at else (number - 1, [])
            names = [text_of(cell) for cell in above[1]] if len(above[1]) > 1 else []
            names += [""] * (max(len(row[1]) for row in rows[at : at + LOOKED_AT]) - len(names))
            return Headings(number - 1, names, {})
    return None


def _by_content(found: Headings, rows: Sequence[Row], columns: Sequence[Column]) -> Matched:
    """Look into the columns that no heading explains."""
    below = [cells for number, cells in rows if number > found.row_number][:LOOKED_AT]
    width = max([len(found.names), *map(len, below)]) if below else len(found.names)
    names = [*found.names, *[""] * (width - len(found.names))]
    places, how = dict(found.places), dict.fromkeys(found.places, BY_HEADING)
    free = {
        place: cells
        for place in range(width)
        if place not in places.values()
        and names[place] != REASON_HEADING
        and not _SOMEBODY_ELSE.search(names[place])
        and (cells := [row[place] for row in below if place < len(row) and row[place] != ""])
    }
    for column in columns:
        place = _first_like(column, free) if column.key not in places else None
        if place is not None:
            places[column.key], how[column.key] = place, BY_CONTENT
            del free[place]
    for key, place in _dates(free, places, columns, below).items():
        places[key], how[key] = place, BY_CONTENT
    missing = [column.heading for column in columns if column.required and column.key not in places]
    return Matched(_with_places(replace(found, names=names), places), how, missing)


def _with_places(found: Headings, places: Mapping[str, int]) -> Headings:
    used = set(places.values())
    unused = [name for place, name in enumerate(found.names) if name and place not in used and name != REASON_HEADING]
    return replace(found, places=dict(places), unused=unused)


def _first_like(column: Column, free: Mapping[int, list[Cell]]) -> int | None:
    if column.looks not in _PLAIN_LOOKS:
        return None
    check = _CHECKS[column.looks]
    for place, cells in free.items():
        if sum(map(check, cells)) >= max(1, MOSTLY * len(cells)):
            if column.looks == "name" and len(set(cells)) < MOSTLY * len(cells):
                continue
            return place
    return None


def _dates(
    free: Mapping[int, list[Cell]], places: Mapping[str, int], columns: Sequence[Column], below: Sequence[list[Cell]]
) -> dict[str, int]:
    """Tell columns of dates apart: the birth date is that of the ID number, the others follow one another in life.

    The kind names its columns of dates in the order of life. Only when as many columns of dates are left as the kind
    has without a place is each taken for one; otherwise nobody can tell and a person is asked.
    """
    keys = [column.key for column in columns if column.looks == "date" and column.key not in places]
    kept = {place: cells for place, cells in free.items() if _share(_is_date, cells) >= MOSTLY}
    found: dict[str, int] = {}
    number = next((places[c.key] for c in columns if c.looks == "id_number" and c.key in places), None)
    if number is not None and BIRTH in keys:
        born = next((place for place in kept if _is_birth(place, number, below)), None)
        if born is not None:
            found[BIRTH] = born
            del kept[born]
        keys.remove(BIRTH)
    if kept and len(kept) == len(keys):
        order = sorted(kept, key=lambda place: median_low([d for cell in kept[place] if (d := _date_of(cell))]))
        found |= dict(zip(keys, order, strict=True))
    return found


BIRTH = "born_on"


def _share(check: Callable[[Cell], bool], cells: Sequence[Cell]) -> float:
    return sum(map(check, cells)) / len(cells)


def _is_birth(place: int, number: int, below: Sequence[list[Cell]]) -> bool:
    pairs = [(row[place], text_of(row[number])) for row in below if max(place, number) < len(row)]
    known = [(found, text) for cell, text in pairs if (found := _date_of(cell)) and len(text) == len("yyyymmdd") + 10]
    return bool(known) and sum(f"{on:%Y%m}" == text[6:12] for on, text in known) >= MOSTLY * len(known)


def _is_id(cell: Cell) -> bool:
    text = normalize_identity_number(cell) if isinstance(cell, str) else ""
    return bool(_ID.fullmatch(text)) and citizen_check_character(text[:17]) == text[17]


def _is_mobile(cell: Cell) -> bool:
    try:
        return bool(read_mobile(cell, column=""))
    except RuleBroken:
        return False


def _date_of(cell: Cell) -> date | None:
    if not isinstance(cell, str) and not 1_000 < cell < 100_000_000:  # noqa: PLR2004  a number that is no year or serial
        return None
    try:
        return read_date(cell, column="")[0]
    except RuleBroken:
        return None


def _is_date(cell: Cell) -> bool:
    return _date_of(cell) is not None


def _is_sex(cell: Cell) -> bool:
    return cell in {"男", "女", "男性", "女性"}


def _is_name(cell: Cell) -> bool:
    text = "".join(text_of(cell).split())
    return text[:1] in _FAMILY_NAMES and bool(_HAN_NAME.fullmatch(text))


_CHECKS: dict[str, Callable[[Cell], bool]] = {
    "id_number": _is_id,
    "mobile": _is_mobile,
    "sex": _is_sex,
    "name": _is_name,
    "date": _is_date,
}
_PLAIN_LOOKS = frozenset(_CHECKS) - {"date"}
