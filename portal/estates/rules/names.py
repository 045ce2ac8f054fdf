"""Names of owners: how they are compared, and how several stand in one cell.

How they are searched and ordered is as everywhere (portal.core.names).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

KEY_MAX: Final = 200
_NOT_NAME = re.compile(r"[\W_]+")

_SIGNS = "、,;/\n，；／､﹐﹑﹔︐︑︔"
"""What stands between two names, as people type it, full or half width."""
_BETWEEN = re.compile(f"[{_SIGNS}]")
_MARKS = {'"': '"', "“": "”", "＂": "＂"}
_QUOTED = [
    (re.compile(rf"\s*{begin}((?:[^{end}]|{end}{end})*){end}\s*(?=[{_SIGNS}]|\Z)"), end)
    for begin, end in _MARKS.items()
]


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Give a name without what people write differently: width, blanks, dots, brackets, capitals."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()[:KEY_MAX]


@lru_cache(maxsize=8192)
def sound_key(name: str) -> str:
    """Give the pinyin of a name in one word: 张三, 章三 and Zhang San sound alike."""
    return "".join(lazy_pinyin(name_key(name))).lower()[:KEY_MAX]


def split_names(text: str) -> list[str]:
    """Give the names of a cell: 张三、李四 are two, "甲、乙联合公司" in quotation marks is one.

    A mark within quotation marks is written twice. Whatever only begins with one is taken as it stands.
    """
    names, place = [], 0
    while place <= len(text):
        name, place = _next(text, place)
        if name.strip():
            names.append(name)
        place += 1  # what stands between
    return names


def join_names(names: Iterable[str]) -> str:
    """Give names as one cell that `split_names` reads unchanged; only what it could misread is quoted."""
    return "、".join(name if _is_plain(name) else _quoted(name) for name in names)


def _next(text: str, place: int) -> tuple[str, int]:
    """Give the name that begins at a place, and where it ends."""
    for pattern, end in _QUOTED:
        if found := pattern.match(text, place):
            return found[1].replace(end * 2, end), found.end()
    sign = _BETWEEN.search(text, place)
    end_of_name = sign.start() if sign else len(text)
    return " ".join(text[place:end_of_name].split()), end_of_name


def _is_plain(name: str) -> bool:
    return split_names(name) == [name] and name[0] not in _MARKS


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
