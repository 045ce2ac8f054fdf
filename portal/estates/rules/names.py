"""Names of owners as they are compared, searched and ordered."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

KEY_MAX: Final = 200
READINGS_MAX: Final = 8
_NOT_NAME = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Give a name without what people write differently: width, blanks, dots, brackets, capitals."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()[:KEY_MAX]


@lru_cache(maxsize=8192)
def sound_key(name: str) -> str:
    """Give the pinyin of a name in one word: 张三, 章三 and Zhang San sound alike."""
    return "".join(lazy_pinyin(name_key(name))).lower()[:KEY_MAX]


@lru_cache(maxsize=8192)
def search_key(name: str) -> str:
    """Give the key by which pinyin initials find a name: 张三 is found by zs, 曾一 by zy and cy.

    It holds every combination of initials, spaced, at most eight; it begins and ends with a space.
    """
    keys = [""]
    for letter in name_key(name):
        keys = [key + initial for key in keys for initial in _initials(letter)][:READINGS_MAX]
    return f" {' '.join(keys)} "[:KEY_MAX]


@lru_cache(maxsize=8192)
def _initials(letter: str) -> tuple[str, ...]:
    readings = pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0]
    return tuple(dict.fromkeys(reading[0].lower() for reading in readings if reading)) or (letter,)


@lru_cache(maxsize=8192)
def sort_key(name: str) -> str:
    """Give the key by which names are ordered, family by family: the pinyin of each character, then the name."""
    return f"{' '.join(lazy_pinyin(name)).lower()} {name}"[:KEY_MAX]
