"""Reads what a roster says of a member beyond the national items; portal.registers.facts calls this."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from portal.core.errors import RuleBroken
from portal.desk.rules import Cell, read_date, text_of
from portal.registers.roster_words import HARDSHIP_NAMES, HARDSHIP_WORDS, SERVICE_NAMES, YES_NO_NAMES, YES_NO_WORDS
from portal.registers.rules.dues import CENT, check_dues
from portal.registers.rules.extras import HardshipLevel, PostCategory, clean_skills, join_intents, split_list

EXTRAS = ("vulnerable_since", "hardship_level", "dues_monthly", "on_owners_committee", "skills", "service_intents")
"""Extras of a member, of the same name as columns, as facts and in the register."""
SHOWN = 20
_AMOUNT = re.compile(r"[¥￥]?(\d{1,9}(?:\.\d+)?)(?:元)?(?:/月|每月)?")
_NOISE = Decimal("0.000001")
_LEVELS = (
    {name: level for level, name in HARDSHIP_NAMES.items()}
    | HARDSHIP_WORDS
    | {each.value: each for each in HardshipLevel}
)
_YES = {name: answer for answer, name in YES_NO_NAMES.items()} | YES_NO_WORDS
_SERVICES = {name: kind for kind, name in SERVICE_NAMES.items()} | {each.value: each for each in PostCategory}


def read_dues(cell: Cell) -> Decimal:
    """Give an amount of yuan a month. Raises RuleBroken `registers.dues_unclear`, `registers.dues_range`."""
    text = "".join(text_of(cell).split()).replace(",", "")
    found = _AMOUNT.fullmatch(text)
    amount = Decimal(found[1]) if found else Decimal(-1)
    rounded = round(amount, 2)
    is_noise = not isinstance(cell, str) and abs(amount - rounded) < _NOISE  # 7.35 may be kept as 7.350000000000001
    if not found or (amount != rounded and not is_noise):
        raise RuleBroken("registers.dues_unclear", field="dues_monthly", found=text_of(cell)[:SHOWN])
    check_dues(rounded)
    return rounded.quantize(CENT)


def _read_intents(cell: Cell) -> str | None:
    named = split_list(text_of(cell))
    unknown = next((each for each in named if each not in _SERVICES), None)
    if unknown is not None:
        known = "、".join(SERVICE_NAMES.values())
        raise RuleBroken("desk.unknown_word", field="service_intents", found=unknown[:SHOWN], known=known)
    return join_intents(_SERVICES[each] for each in named)


def _one_of(column: str, words: dict[str, Any], known: str) -> Callable[[Cell], Any]:
    def read(cell: Cell) -> Any:
        text = text_of(cell)
        if text not in words:
            raise RuleBroken("desk.unknown_word", field=column, found=text[:SHOWN], known=known)
        return words[text]

    return read


EXTRA_READERS: dict[str, Callable[[Cell], Any]] = {
    "vulnerable_since": lambda cell: read_date(cell, column="vulnerable_since")[0],
    "hardship_level": _one_of("hardship_level", _LEVELS, "、".join(HARDSHIP_NAMES.values())),
    "dues_monthly": read_dues,
    "on_owners_committee": _one_of("on_owners_committee", _YES, "、".join(YES_NO_NAMES.values())),
    "skills": lambda cell: clean_skills(text_of(cell)),
    "service_intents": _read_intents,
}
"""How a cell of each column is read."""
