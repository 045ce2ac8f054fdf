"""Identity numbers of people (GB 11643) and of organizations (GB 32100), checked and read.

A number that passes here is well formed; that it was ever issued, nobody but the issuing
office can say. Sources: GB 11643-1999, GB 32100-2015, GB 11714-1997.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Literal

from portal.core.errors import RuleBroken

_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK = "10X98765432"
_NO_NUMBER = "0" * 18
_WEIGHED = [bytes((digit - ord("0")) * weight % 11 for digit in range(256)) for weight in _CITIZEN_WEIGHTS]
_CHECKS = bytes(ord(_CITIZEN_CHECK[total % 11]) for total in range(256))
_SEXES = bytes(ord("1" if digit % 2 else "2") for digit in range(256))
"""By the byte of a digit what it counts in its place; by the sum of these the check character; by the 17th the sex."""
_CITIZEN_ZERO = ord("0") * sum(_CITIZEN_WEIGHTS)  # what seventeen letters 0 would count as bytes
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {letter: value for value, letter in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_DASHES_AND_SPACES = re.compile(r"[\s‐-―-]+")
NUMBER_LENGTH = 18
OLDEST_BIRTH = date(1880, 1, 1)
"""Nobody alive was born before; GB 11643 itself has an example of 1880."""


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What an 18-character citizen identity number says about its holder."""

    number: str
    division_code: str
    birth_date: date
    sex: Literal["1", "2"]
    """GB/T 2261.1: 1 male, 2 female."""


def normalize_identity_number(text: str) -> str:
    """Give the number as it is stored: half-width, no spaces or dashes, capital letters."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _DASHES_AND_SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def citizen_check_character(first_17: str) -> str:
    """Give the 18th character for 17 digits. Source: GB 11643-1999, ISO 7064 MOD 11-2."""
    if len(first_17) != len(_CITIZEN_WEIGHTS) or not (first_17.isascii() and first_17.isdecimal()):
        raise ValueError("seventeen digits are needed")
    total = sum(map(mul, first_17.encode(), _CITIZEN_WEIGHTS)) - _CITIZEN_ZERO
    return _CITIZEN_CHECK[total % 11]


def read_citizen_number(text: str, *, today: date) -> CitizenNumber:
    """Check a citizen identity number and give what it says.

    `today` is the date in Shanghai; a birth on that very day is allowed. Raises RuleBroken
    `identity.length` (with `found`), `identity.characters`, `identity.birth_date`,
    `identity.future_birth` or `identity.check_character`, the first that applies.
    Source: GB 11643-1999.
    """
    number = normalize_identity_number(text)
    if len(number) != NUMBER_LENGTH:
        raise RuleBroken("identity.length", field="id_number", found=len(number))
    if not _CITIZEN.fullmatch(number):
        raise RuleBroken("identity.characters", field="id_number")
    birth = _birth_date(number[6:14])
    if birth is None or birth < OLDEST_BIRTH:
        raise RuleBroken("identity.birth_date", field="id_number", found=number[6:14])
    if birth > today:
        raise RuleBroken("identity.future_birth", field="id_number", found=number[6:14])
    if citizen_check_character(number[:17]) != number[17]:
        raise RuleBroken("identity.check_character", field="id_number")
    return CitizenNumber(number, number[:6], birth, "1" if int(number[16]) % 2 else "2")


def read_usual_numbers(texts: Sequence[object], *, today: date) -> list[tuple[date, str] | None]:
    """Give birth date and sex of each number, None for whatever read_citizen_number() must look at or would refuse.

    All check characters are found at once, digit by digit: the numbers' first digits are one large number with a byte
    for each, so are the second ones, and their weighted sum, at most 170 in a byte, is the sum of all.
    """
    numbers = [
        text if isinstance(text, str) and len(text) == NUMBER_LENGTH and text.isascii() else _NO_NUMBER
        for text in texts
    ]
    if not all(text[:17].isdecimal() for text in numbers):
        numbers = [text if text[:17].isdecimal() else _NO_NUMBER for text in numbers]
    whole = "".join(numbers).encode()
    digits = [whole[place::NUMBER_LENGTH] for place in range(NUMBER_LENGTH)]
    weighed = (int.from_bytes(one.translate(table)) for one, table in zip(digits, _WEIGHED, strict=False))
    checks = sum(weighed).to_bytes(len(numbers)).translate(_CHECKS)
    births = [_birth_date(text[6:14]) for text in numbers]
    sexes = digits[16].translate(_SEXES).decode()
    return [
        (birth, sex) if has == wants and birth is not None and OLDEST_BIRTH <= birth <= today else None
        for birth, sex, has, wants in zip(births, sexes, digits[17], checks, strict=True)
    ]


@lru_cache(maxsize=32768)
def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def credit_check_character(first_17: str) -> str:
    """Give the 18th character of a unified social credit code. Source: GB 32100-2015."""
    total = sum(_CREDIT_VALUES[letter] * weight for letter, weight in zip(first_17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def read_credit_code(text: str) -> str:
    """Check a unified social credit code and give it as it is stored.

    Raises RuleBroken `credit_code.length` (with `found`), `credit_code.characters` or
    `credit_code.check_character`. Source: GB 32100-2015.
    """
    code = normalize_identity_number(text)
    if len(code) != NUMBER_LENGTH:
        raise RuleBroken("credit_code.length", field="credit_code", found=len(code))
    if any(letter not in _CREDIT_VALUES for letter in code):
        raise RuleBroken("credit_code.characters", field="credit_code")
    if credit_check_character(code[:17]) != code[17]:
        raise RuleBroken("credit_code.check_character", field="credit_code")
    return code


def organization_part_is_sound(credit_code: str) -> bool:
    """Say whether characters 9 to 17 are a sound organization code.

    Only a hint: some old codes were issued against the rule. Source: GB 11714-1997.
    """
    body, check = credit_code[8:16], credit_code[16]
    total = sum(_organization_value(c) * w for c, w in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return check == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def _organization_value(letter: str) -> int:
    return int(letter) if letter.isdigit() else ord(letter) - ord("A") + 10
