"""Names of owners as they are compared; how they are searched and ordered is as everywhere (portal.core.names)."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

KEY_MAX: Final = 200
_NOT_NAME = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Give a name without what people write differently: width, blanks, dots, brackets, capitals."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()[:KEY_MAX]


@lru_cache(maxsize=8192)
def sound_key(name: str) -> str:
    """Give the pinyin of a name in one word: 张三, 章三 and Zhang San sound alike."""
    return "".join(lazy_pinyin(name_key(name))).lower()[:KEY_MAX]
