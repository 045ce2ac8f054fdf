"""Reads what a row says of a unit and of those who own it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from typing import TypeVar

from portal.core.errors import RuleBroken
from portal.core.identity_numbers import NUMBER_LENGTH, normalize_identity_number, read_citizen_number, read_credit_code
from portal.desk.cells import CellReader
from portal.desk.rules import Cell, Problem, read_date, read_long_number, text_of
from portal.estates.importing.columns import BASIS_WORDS, STATUS_WORDS, TITLE_WORDS, USAGE_WORDS
from portal.estates.rules import (
    SHARE_WHOLE,
    AreaBasis,
    OwnerKind,
    TitleBasis,
    UnitStatus,
    UnitUsage,
    check_area,
    name_key,
    read_phone,
    split_names,
)

Value = TypeVar("Value")
NAME_MAX, ROOM_MAX, BUILDING_MAX, ESTATE_MAX, PHASE_MAX, DOCUMENT_MAX = 100, 20, 30, 60, 20, 80
SHOWN = 20
ROOM_ENDS = ("室", "号")
_BETWEEN = re.compile(r"[、,，;；/\n]+")
_AREA = re.compile(r"(\d{1,6}(?:\.\d+)?)(?:㎡|m2|m²|平方米|平米|平方)?")
_BUILDING_END = re.compile(r"(号楼|栋|幢|座|楼|号)$")
_FIRM = re.compile(r"公司|集团|银行|学校|医院|合作社|中心|委员会|事务所|管理局|厂$|局$|店$")


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """What a row says of one owner; empty: nothing was said."""

    name: str
    kind: OwnerKind
    number: str = ""
    phone: str = ""
    share: int | None = None
    title: TitleBasis | None = None
    since: date | None = None
    document: str = ""
    votes: bool = False


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says of a unit, and its owners; None: nothing was said."""

    estate: str
    phase: str
    building: str
    room: str
    area: Decimal | None
    basis: AreaBasis | None
    usage: UnitUsage | None
    status: UnitStatus | None
    delivered_on: date | None
    owners: tuple[OwnerFacts, ...]


def building_key(name: str) -> str:
    """Give a building's name without what people write differently: 1, 1栋, 1#, 1号楼 and 1幢 are one."""
    return _BUILDING_END.sub("", name_key(name)) or name_key(name)


def room_label(entrance: str, room: str) -> str:
    """Give a room as the register names it: entrance and room, 2单元 301室 becomes 2-301."""
    plain = re.sub(r"\s+", "", room)
    for end in ROOM_ENDS:
        plain = plain.removesuffix(end)
    door = re.sub(r"\s+", "", entrance).removesuffix("单元")
    return plain if not door or plain.startswith(f"{door}-") else f"{door}-{plain}"


def read_row(cells: Mapping[str, Cell], *, today: date) -> tuple[RowFacts | None, list[Problem]]:
    """Read one row: what it says, or every reason why not."""
    reader = CellReader(cells)
    estate = reader.read("estate", _short(ESTATE_MAX)) or ""
    phase = reader.read("phase", _short(PHASE_MAX)) or ""
    building = reader.read("building", _short(BUILDING_MAX), required=True)
    entrance = reader.read("entrance", _short(ROOM_MAX)) or ""
    room = reader.read("room", lambda cell: _room(entrance, cell), required=True)
    area = reader.read("area", _area)
    floor_area = reader.read("floor_area", _area)
    basis = reader.read("basis", _word(BASIS_WORDS))
    usage = reader.read("usage", _word(USAGE_WORDS))
    status = reader.read("status", _word(STATUS_WORDS))
    delivered = reader.read("delivered", lambda cell: _day("delivered", cell, today))
    if delivered is not None and status is None:
        status = UnitStatus.DELIVERED
    if delivered is not None and status is not UnitStatus.DELIVERED:
        reader.refuse("delivered", "estates.day_without_step")
    owners = _owners(reader, cells, today=today)
    if reader.problems or building is None or room is None:
        return None, reader.problems
    facts = RowFacts(
        estate, phase, _building_name(building), room, area if area is not None else floor_area,
        basis, usage, status, delivered, owners,
    )  # fmt: skip
    return facts, []


def _owners(reader: CellReader, cells: Mapping[str, Cell], *, today: date) -> tuple[OwnerFacts, ...]:
    names = reader.read("owner", _names) or []
    numbers = reader.read("number", lambda cell: _several(read_long_number(cell, column="number"))) or []
    phones = reader.read("phone", lambda cell: _several(read_long_number(cell, column="phone"))) or []
    others = reader.read("co_owners", _names) or []
    other_numbers = reader.read("co_numbers", lambda cell: _several(read_long_number(cell, column="co_numbers"))) or []
    share = reader.read("share", _share)
    title = reader.read("title", _word(TITLE_WORDS))
    since = reader.read("since", lambda cell: _day("since", cell, today))
    document = reader.read("document", _short(DOCUMENT_MAX)) or ""
    voter = reader.read("voter", _short(NAME_MAX)) or ""
    for column, given, of in (
        ("number", numbers, names),
        ("phone", phones, names),
        ("co_numbers", other_numbers, others),
    ):
        if len(given) > max(len(of), int(column == "phone" and bool(of))):
            reader.refuse(column, "estates.import_counts", names=len(of), others=len(given))
    pairs = [*_paired(names, numbers, phones, "number"), *_paired(others, other_numbers, [], "co_numbers")]
    found = []
    for name, number, phone, column in pairs:
        kind = _kind(name, number)
        checked = _checked(reader, column, partial(_number, kind, number, today))
        called = _checked(reader, "phone", partial(read_phone, phone))
        found.append(
            OwnerFacts(
                name,
                kind,
                checked,
                called,
                share,
                title,
                since,
                document,
                bool(voter) and name_key(voter) == name_key(name),
            )
        )
    if not names and cells.get("number", "") != "":
        reader.refuse("owner", "desk.missing")
    return tuple(found)


def _paired(names: list[str], numbers: list[str], phones: list[str], column: str) -> list[tuple[str, str, str, str]]:
    return [
        (name, numbers[place] if place < len(numbers) else "", phones[place] if place < len(phones) else "", column)
        for place, name in enumerate(names)
    ]


def _checked(reader: CellReader, column: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except RuleBroken as broken:
        reader.refuse(column, broken.code, **{k: v for k, v in broken.values.items() if isinstance(v, str | int)})
        return ""


def _kind(name: str, number: str) -> OwnerKind:
    """A credit code or a firm's words make an organization."""
    plain = normalize_identity_number(number)
    is_code = len(plain) == NUMBER_LENGTH and not plain[:17].isdecimal()
    return OwnerKind.ORGANIZATION if is_code or _FIRM.search(name) else OwnerKind.PERSON


def _number(kind: OwnerKind, text: str, today: date) -> str:
    if not text:
        return ""
    return read_credit_code(text) if kind is OwnerKind.ORGANIZATION else read_citizen_number(text, today=today).number


def _several(cell: Cell) -> list[str]:
    return [" ".join(part.split()) for part in _BETWEEN.split(text_of(cell)) if part.strip()]


def _names(cell: Cell) -> list[str]:
    """Read owners as they are written, width included."""
    names = split_names(cell if isinstance(cell, str) else text_of(cell))
    if any(len(name) > NAME_MAX for name in names):
        raise RuleBroken("estates.import_long", longest=NAME_MAX)
    return names


def _short(longest: int) -> Callable[[Cell], str]:
    def reader(cell: Cell) -> str:
        text = " ".join(text_of(cell).split())
        if len(text) > longest:
            raise RuleBroken("estates.import_long", longest=longest)
        return text

    return reader


def _room(entrance: str, cell: Cell) -> str:
    label = room_label(entrance, text_of(cell))
    if not label or len(label) > ROOM_MAX:
        raise RuleBroken("estates.import_long", longest=ROOM_MAX)
    return label


def _building_name(name: str) -> str:
    return f"{name}栋" if name.isdecimal() else name


def _area(cell: Cell) -> Decimal:
    text = text_of(cell).replace(" ", "").replace(",", "")
    match = _AREA.fullmatch(text)
    if match is None:
        raise RuleBroken("estates.import_area", found=text[:SHOWN])
    area = Decimal(match[1])
    if not isinstance(cell, str):  # a number of a sheet: 89.5 may be kept as 89.500000001
        area = round(area, 2) if abs(area - round(area, 2)) < Decimal("0.000001") else area
    check_area(area)
    return area


def _share(cell: Cell) -> int:
    """Read 50%, 1/2, 0.5 or 50 as parts of ten thousand."""
    text = text_of(cell).replace(" ", "")
    try:
        value = Fraction(text.removesuffix("%"))
    except (ValueError, ZeroDivisionError, InvalidOperation) as error:
        raise RuleBroken("estates.import_share", found=text[:SHOWN]) from error
    parts = value * 100 if text.endswith("%") or value > 1 else value * SHARE_WHOLE
    if not 1 <= parts <= SHARE_WHOLE:
        raise RuleBroken("estates.import_share", found=text[:SHOWN])
    return round(parts)


def _word(words: Mapping[str, Value]) -> Callable[[Cell], Value]:
    def reader(cell: Cell) -> Value:
        text = text_of(cell)
        if text not in words:
            raise RuleBroken("estates.import_choice", found=text[:SHOWN], known="、".join(list(words)[:5]))
        return words[text]

    return reader


def _day(column: str, cell: Cell, today: date) -> date:
    day, _by_month = read_date(cell, column=column)
    if day > today:
        raise RuleBroken("estates.day_ahead")
    return day
