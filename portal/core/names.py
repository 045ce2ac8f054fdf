"""Names as they are searched and ordered: by pinyin, as long as the columns are."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

KEY_MAX = 200
_READINGS = (
    "尉迟 yu chi|万俟 mo qi|长孙 zhang sun|澹台 tan tai|单于 chan yu|单 shan|曾 zeng|解 xie|仇 qiu|朴 piao|查 zha|区 ou"
    "|盖 ge|覃 qin|乐 yue|员 yun|种 chong|秘 bi|繁 po|召 shao|缪 miao|翟 zhai|冼 xian|折 she|佴 nai|郇 xun|隗 kui|牟 mu"
    "|宓 mi|句 gou|訾 zi|仉 zhang|逄 pang|郗 xi|黑 he|乜 nie|祭 zhai|尹 yin|哈 ha|车 che|任 ren|华 hua|洗 xian"
    "|重 chong|燕 yan|过 guo|要 yao|晁 chao|贠 yun|幺 yao|么 yao|钭 tou|逯 lu|阚 kan|厍 she|褚 chu|石 shi|石抹 shi mo"
)
SURNAMES = {name: reading.split() for name, _, reading in (pair.partition(" ") for pair in _READINGS.split("|"))}
"""Surnames that are not read as the character is elsewhere. Source: 现代汉语词典, the readings marked 姓."""


@lru_cache(maxsize=8192)
def _readings(letter: str) -> tuple[str, ...]:
    return tuple(pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0])


@lru_cache(maxsize=8192)
def _reading(letter: str) -> str:
    """Give the usual reading of one character; a given name is no phrase in which it would be read otherwise."""
    return str(lazy_pinyin(letter)[0])


def _surname(name: str) -> list[str]:
    """Give how the first one or two characters are read as a surname, nothing where that is as elsewhere."""
    return SURNAMES.get(name[:2]) or SURNAMES.get(name[:1]) or []


@lru_cache(maxsize=65536)
def search_key(name: str) -> str:
    """Give the key by which pinyin initials find a name: 张三 is found by zs, 曾一 by zy and cy.

    The reading as a surname comes first: when there are more readings than the key has room for, it is among them.
    """
    readings = [list(_readings(letter)) for letter in name]
    for place, syllable in enumerate(_surname(name)):
        readings[place].insert(0, syllable[0])
    return name_initials(name, readings)[:KEY_MAX]


@lru_cache(maxsize=65536)
def sort_key(name: str) -> str:
    """Give the key by which names are ordered, family by family: the pinyin of each character, then the name."""
    surname = _surname(name)
    rest = [_reading(letter) for letter in name[len(surname) :]]
    return f"{' '.join([*surname, *rest]).lower()} {name}"[:KEY_MAX]


def name_initials(name: str, readings: list[list[str]]) -> str:
    """Give the search key of a name: every combination of pinyin initials, spaced, at most eight.

    `readings` holds for each character its possible readings: 曾 gives z and c, so both zh and ch
    families find it. The key begins and ends with a space.
    """
    keys = [""]
    for options in readings:
        letters = list(dict.fromkeys(option[0].lower() for option in options if option and option[0].isalnum()))
        if letters:
            keys = [key + letter for key in keys for letter in letters][:8]
    return " " + " ".join(dict.fromkeys(key for key in keys if key)) + " " if name else ""
