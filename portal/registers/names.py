"""Names for the search box: pinyin initials with every reading, as long as the column is."""

from functools import lru_cache

from pypinyin import Style, pinyin

from portal.registers.rules import name_initials

SEARCH_KEY_MAX = 200


@lru_cache(maxsize=8192)
def _readings(letter: str) -> tuple[str, ...]:
    return tuple(pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0])


@lru_cache(maxsize=8192)
def search_key(name: str) -> str:
    """Give the key by which pinyin initials find a name: 张三 is found by zs, 曾一 by zy and cy."""
    return name_initials(name, [list(_readings(letter)) for letter in name])[:SEARCH_KEY_MAX]
