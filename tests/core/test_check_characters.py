"""Check characters by their definition in the standards, beside the tables of weights that the portal keeps."""

import random
from datetime import date

import pytest

from portal.core import identity_numbers as numbers
from portal.core.errors import RuleBroken

TODAY = date(2026, 11, 22)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: no I, O, S, V, Z."""


def citizen_by_definition(first: str) -> str:
    """ISO 7064 MOD 11-2: the sum over all characters of value times 2 to the power of its place, is 1 modulo 11."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    return next("0123456789X"[value] for value in range(11) if (total + value) % 11 == 1)


def credit_by_definition(first: str) -> str:
    """GB 32100-2015: weights are 3 to the power of the place, modulo 31; with the check character the sum is 0."""
    total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(first))
    return next(letter for letter in LETTERS if (total + LETTERS.index(letter)) % 31 == 0)


def test_two_thousand_numbers_of_each_kind_agree_with_the_definition() -> None:
    dice = random.Random(11643)
    for _ in range(2000):
        digits = "".join(dice.choices("0123456789", k=17))
        assert numbers.citizen_check_character(digits) == citizen_by_definition(digits), digits
        letters = "".join(dice.choices(LETTERS, k=17))
        assert numbers.credit_check_character(letters) == credit_by_definition(letters), letters


@pytest.mark.parametrize("text", ["5203031990030700", "520303199003070011", "52030319900307a01", "５20303199003070"])
def test_a_check_character_needs_seventeen_digits(text: str) -> None:
    with pytest.raises(ValueError, match="seventeen"):
        numbers.citizen_check_character(text)


def test_a_number_tells_its_district_and_what_is_wrong_with_it() -> None:
    assert numbers.read_citizen_number("520303199003070011", today=TODAY).division_code == "520303"
    for text, found in (("520303199002300014", "19900230"), ("520303202611230011", "20261123")):
        with pytest.raises(RuleBroken) as caught:
            numbers.read_citizen_number(text, today=TODAY)
        assert caught.value.values["found"] == found


@pytest.mark.parametrize(
    ("organization", "sound"),
    [
        pytest.param("D2143569X", True, id="example of GB 11714: 10 is X"),
        pytest.param("D21435699", False, id="another last character"),
        pytest.param("000000000", True, id="11 is 0"),
        pytest.param("000000001", False, id="not 1"),
        pytest.param("60003734l".upper(), False, id="no letter but X"),
    ],
)
def test_the_organization_code_within_a_credit_code(organization: str, sound: bool) -> None:
    first = f"91520303{organization}"
    assert numbers.organization_part_is_sound(f"{first}0") is sound
