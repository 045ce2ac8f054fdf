"""Names as they are searched and ordered: by pinyin, as long as the columns are."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

from portal.registers.rules import name_initials

KEY_MAX = 200


@lru_cache(maxsize=8192)
def _readings(letter: str) -> tuple[str, ...]:
    return tuple(pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0])


@lru_cache(maxsize=8192)
def search_key(name: str) -> str:
    """Give the key by which pinyin initials find a name: 张三 is found by zs, 曾一 by zy and cy."""
    return name_initials(name, [list(_readings(letter)) for letter in name])[:KEY_MAX]


@lru_cache(maxsize=8192)
def sort_key(name: str) -> str:
    """Give the key by which names are ordered, family by family: the pinyin of each character, then the name."""
    return f"{' '.join(lazy_pinyin(name)).lower()} {name}"[:KEY_MAX]
