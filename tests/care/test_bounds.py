"""The last that is allowed and the first that is not, for each limit of care."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.care import rules
from portal.care.rules import cards, delegates, floating, links, visits
from portal.care.rules.cards import CardText
from portal.care.rules.links import LinkLevel
from portal.core.errors import RuleBroken

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def refused(call: Any) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code.removeprefix("care.")
    return None


def test_texts_are_as_long_as_their_columns() -> None:
    assert (rules.NAME_MAX, rules.TITLE_MAX, rules.LINE_MAX, rules.TEXT_MAX) == (50, 60, 100, 300)
    assert (delegates.CONGRESS_MAX, delegates.CONTENT_MIN, delegates.CONTENT_MAX) == (60, 4, 500)
    assert (floating.RULE_MAX, visits.OCCASION_MAX) == (200, 40)


@pytest.mark.parametrize(("letters", "sound"), [(1, False), (2, True), (50, True), (51, False)])
def test_a_text_says_something_and_not_too_much(letters: int, sound: bool) -> None:
    found = refused(lambda: rules.check_text("字" * letters, field="name", most=rules.NAME_MAX))
    assert found == (None if sound else "text_length")


@pytest.mark.parametrize(("letters", "sound"), [(3, False), (4, True), (200, True), (201, False)])
def test_a_reason_has_4_to_200_letters(letters: int, sound: bool) -> None:
    assert refused(lambda: rules.check_reason(" " + "因" * letters)) == (None if sound else "text_length")


@pytest.mark.parametrize(("part", "most"), [("identity", 60), ("post", 60), ("promise", 200), ("contribution", 300)])
def test_each_part_of_a_card_has_its_length(part: str, most: int) -> None:
    words = {"identity": "中共党员", "post": "宣讲员", "promise": "有事找我", "contribution": "讲了十二次政策"}
    for letters, sound in ((most, True), (most + 1, False)):
        text = CardText("张示例", **{**words, part: "好" * letters})
        assert refused(lambda text=text: cards.check_card(text)) == (None if sound else "text_length")


@pytest.mark.parametrize(
    ("ends", "sound"),
    [(date(2026, 1, 1), True), (date(2025, 12, 31), False), (date(2032, 1, 6), True), (date(2032, 1, 7), False)],
    ids=["one day", "ends before it begins", "six years of 366 days", "a day more"],
)
def test_how_long_a_delegates_term_lasts(ends: date, sound: bool) -> None:
    assert refused(lambda: delegates.check_term(date(2026, 1, 1), ends)) == (None if sound else "term")


NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "day", "broken"),
    [
        (timedelta(hours=12), TODAY, None),
        (timedelta(hours=12, seconds=1), TODAY, "duty_hours"),
        (timedelta(0), TODAY, "duty_hours"),
        (timedelta(hours=2), TODAY + 366 * DAY, None),
        (timedelta(hours=2), TODAY + 367 * DAY, "duty_day"),
        (timedelta(hours=2), TODAY - 366 * DAY, None),
        (timedelta(hours=2), TODAY - 367 * DAY, "duty_day"),
    ],
    ids=["twelve hours", "longer", "none", "a year ahead", "further", "a year ago", "longer ago"],
)
def test_when_a_delegate_is_on_duty(hours: timedelta, day: date, broken: str | None) -> None:
    call = {"term_until": date(2030, 12, 31), "day": day, "today": TODAY}
    assert refused(lambda: delegates.check_duty_day(NINE, NINE + hours, **call)) == broken


def test_a_delegate_is_on_duty_to_the_last_day_of_the_term() -> None:
    def on(day: date) -> str | None:
        return refused(
            lambda: delegates.check_duty_day(NINE, NINE + timedelta(hours=1), term_until=TODAY, day=day, today=TODAY)
        )

    assert (on(TODAY), on(TODAY + DAY)) == (None, "duty_day")


@pytest.mark.parametrize("code", ["52", "5203", "520303", "520303003", "520303003001", ""])
def test_codes_of_divisions_have_these_lengths(code: str) -> None:
    """GB/T 2260 and the statistical codes made from it: province, city, county, street, community."""

    def fixes(place_code: str) -> str | None:
        return refused(lambda: floating.check_fixes(interval_days=30, since=TODAY, place_code=place_code, today=TODAY))

    assert fixes(code) is None
    assert fixes(f"{code}0") == "place_code"
    assert floating.USUAL_INTERVAL == 30


def test_limits_of_contacts() -> None:
    assert refused(lambda: links.check_contact(TODAY, starts_on=TODAY, today=TODAY)) is None
    assert refused(lambda: links.check_contact(TODAY - DAY, starts_on=TODAY, today=TODAY)) == "before_link"
    counts = [refused(lambda n=n: links.check_households(LinkLevel.MEMBER, n)) for n in (0, 1, 500, 501)]
    assert counts == ["households", None, None, "households"]


def test_a_visit_is_entered_and_followed_up_within_a_year() -> None:
    def visited(ago: int, later: int | None = None) -> str | None:
        due = None if later is None else TODAY + later * DAY
        return refused(lambda: visits.check_visited(TODAY - ago * DAY, follow_up_due=due, today=TODAY))

    assert (visited(366), visited(367)) == (None, "too_late")
    assert (visited(0, 366), visited(0, 367)) == (None, "follow_up_range")
    assert visits.CARRY_MONTHS == 12
