"""The last that is allowed and the first that is not, for each limit of the estates' rules."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.core.errors import RuleBroken
from portal.estates.rules.checks import check_residents, check_share, check_status_days
from portal.estates.rules.counting import NOBODY, StatusDays, roll_totals
from portal.estates.rules.kinds import OwnerKind, UnitStatus
from portal.estates.rules.lines import UNITS_AT_ONCE, read_unit_lines
from portal.estates.rules.names import KEY_MAX, name_key, sound_key
from portal.estates.rules.resolver import Likeness, PairReason, pair_reason
from portal.estates.rules.roll import last_day_to_post

TODAY = date(2026, 11, 22)


def refused(call: Callable[[], object]) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code.removeprefix("estates.")
    return None


@pytest.mark.parametrize(
    ("households", "persons", "sound"),
    [
        (0, 0, True),
        (None, None, True),
        (None, 3, True),
        (5, None, True),
        (2, 2, True),
        (3, 2, False),
        (-1, 2, False),
        (0, -1, False),
        (99_999, 99_999, True),
        (99_999, 100_000, False),
    ],
)
def test_counts_of_residents(households: int | None, persons: int | None, sound: bool) -> None:
    found = refused(lambda: check_residents(households=households, persons=persons))
    assert found == (None if sound else "counts_wrong")


@pytest.mark.parametrize(("share", "sound"), [(0, False), (1, True), (10_000, True), (10_001, False)])
def test_a_share_is_of_ten_thousand_parts(share: int, sound: bool) -> None:
    assert refused(lambda: check_share(share, taken=0)) == (None if sound else "share_wrong")


def test_a_step_may_have_been_today_and_not_tomorrow() -> None:
    def sold(day: date) -> str | None:
        return refused(lambda: check_status_days(StatusDays(UnitStatus.SOLD_UNDELIVERED, day), today=TODAY))

    assert (sold(TODAY), sold(TODAY + timedelta(days=1))) == (None, "day_ahead")


def test_nobody_and_nothing_is_nought() -> None:
    assert roll_totals([]) == NOBODY
    assert (NOBODY.area_m2, NOBODY.heads, NOBODY.units) == (Decimal(0), 0, 0)


def test_the_roll_hangs_out_fifteen_days_before_the_meeting() -> None:
    """Beijing (2024), art. 32; the day of the meeting is not counted, Civil Code art. 201."""
    assert last_day_to_post(date(2026, 11, 30)) == date(2026, 11, 15)


def test_two_thousand_units_at_once() -> None:
    lines = "\n".join(f"1-{number} 90" for number in range(UNITS_AT_ONCE))
    assert UNITS_AT_ONCE == len(read_unit_lines(lines)) == 2000
    assert refused(lambda: read_unit_lines(f"{lines}\n2-1 90")) == "lines_count"


def test_a_line_that_cannot_be_read_is_told_with_its_beginning() -> None:
    with pytest.raises(RuleBroken) as caught:
        read_unit_lines("看不懂" * 20)
    assert caught.value.values["text"] == ("看不懂" * 20)[:30]


def test_keys_are_as_long_as_their_columns() -> None:
    assert (len(name_key("张" * 300)), len(sound_key("张" * 300)), KEY_MAX) == (200, 200, 200)


def like(name: str, phone: bytes | None = None, number: bytes | None = None) -> Likeness:
    return Likeness(OwnerKind.PERSON, name, sound_key(name), number, phone)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (like("张三", number=b"1"), like("张三"), PairReason.SAME_NAME),
        (like("张三", number=b"1"), like("张三", number=b"2"), None),
        (like("张三", number=b"1"), like("李四", number=b"1"), PairReason.SAME_NUMBER),
        (like("张三", b"1"), like("章三"), PairReason.SAME_SOUND),
        (like("张三", b"1"), like("章三", b"2"), None),
        (like("张三"), like("章三"), PairReason.SAME_SOUND),
    ],
    ids=["one number is not known", "two numbers", "one number", "one phone is not known", "two phones", "no phones"],
)
def test_who_is_asked_about(one: Likeness, other: Likeness, why: PairReason | None) -> None:
    assert pair_reason(one, other) is pair_reason(other, one) is why
