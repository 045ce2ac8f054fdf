"""Units as somebody pastes them, one a line."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal.core.errors import RuleBroken
from portal.estates.rules.checks import check_area

UNITS_AT_ONCE: Final = 2000


@dataclass(frozen=True)
class UnitLine:
    """One unit as somebody typed it: room number and area in m²."""

    room: str
    area_m2: Decimal


_LINE: Final = re.compile(
    r"^(?P<room>\S{1,20})[\s,，;；\t]+(?P<area>\d{1,6}(?:\.\d+)?)(?:\s*(?:㎡|m2|m²|平方米|平米))?$"
)


def read_unit_lines(text: str) -> list[UnitLine]:
    """Read units pasted one a line, "room area"; blank lines are passed over.

    A line that cannot be read, a wrong area, a room given twice, no line at all
    or more than 2,000 lines are refused with the number of the line.
    """
    lines: list[UnitLine] = []
    seen: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        match = _LINE.match(raw.strip())
        if match is None:
            raise RuleBroken("estates.line_unreadable", field="lines", line=number, text=raw.strip()[:30])
        line = UnitLine(room=match["room"], area_m2=Decimal(match["area"]))
        try:
            check_area(line.area_m2)
        except RuleBroken as error:
            raise RuleBroken("estates.line_area_wrong", field="lines", line=number) from error
        if line.room in seen:
            raise RuleBroken("estates.line_twice", field="lines", line=number, room=line.room)
        seen.add(line.room)
        lines.append(line)
    if not lines or len(lines) > UNITS_AT_ONCE:
        raise RuleBroken("estates.lines_count", field="lines", limit=UNITS_AT_ONCE)
    return lines
