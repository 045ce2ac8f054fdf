"""The last that is allowed and the first that is not, for the limits of a round."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from portal.core.errors import RuleBroken
from portal.scoring.rules import (
    NATIONAL,
    Figure,
    RoundState,
    TemplateItem,
    cells_to_hide,
    check_open,
    check_template,
    cut_off,
    is_sample_enough,
)

OPENS, CLOSES = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def refused(items: list[TemplateItem]) -> str | None:
    try:
        check_template(items)
    except RuleBroken as error:
        return error.code
    return None


def weighted(*weights: int) -> list[TemplateItem]:
    return [TemplateItem(item.indicator, weight) for item, weight in zip(NATIONAL.items, weights, strict=True)]


def test_a_weight_is_1_to_100_and_all_are_100() -> None:
    assert refused(weighted(1, 1, 1, 1, 1, 1, 94)) is None
    assert refused(weighted(0, 1, 1, 1, 1, 1, 95)) == "scoring.weights_wrong"
    assert refused(weighted(1, 1, 1, 1, 1, 1, 95)) == "scoring.weights_wrong"
    assert refused(weighted(-1, 1, 1, 1, 1, 1, 96)) == "scoring.weights_wrong"


def test_the_numbers_of_the_national_pack() -> None:
    pack = NATIONAL
    assert (pack.min_participation_percent, pack.min_cell, pack.min_days, pack.max_days) == (30, 5, 7, 30)


@pytest.mark.parametrize(
    ("now", "ends"),
    [(CLOSES - TICK, CLOSES - TICK), (CLOSES, CLOSES), (CLOSES + TICK, CLOSES)],
    ids=["just before", "at the announced end", "just after"],
)
def test_the_moment_at_which_a_round_ends(now: datetime, ends: datetime) -> None:
    assert cut_off(closes_at=CLOSES, now=now, last_ballot_at=None) == ends


def test_a_ballot_of_the_announced_end_does_not_move_it() -> None:
    assert cut_off(closes_at=CLOSES, now=CLOSES, last_ballot_at=CLOSES) == CLOSES


@pytest.mark.parametrize(
    ("state", "now", "code"),
    [
        (RoundState.OPEN, OPENS - TICK, "scoring.not_begun"),
        (RoundState.DRAFT, OPENS, "scoring.not_begun"),
        (RoundState.OPEN, CLOSES, "scoring.window_closed"),
        (RoundState.CLOSED, OPENS - TICK, "scoring.window_closed"),
    ],
)
def test_why_no_ballot_comes_in(state: RoundState, now: datetime, code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        check_open(state=state, opens_at=OPENS, closes_at=CLOSES, now=now)
    assert caught.value.code == code


def test_an_estate_of_one_unit_is_a_sample() -> None:
    assert is_sample_enough(ballots=1, delivered_units=1, percent=30)
    assert not is_sample_enough(ballots=0, delivered_units=0, percent=30)


def test_a_figure_is_a_percentage_unless_it_says_otherwise() -> None:
    assert Figure("scoring.participation", Fraction(1), Fraction(4)).exact == 25


def test_a_numerator_is_shown_whole_where_it_is() -> None:
    shown = [
        str(Figure("scoring.owner_index", part, Fraction(4)).numerator_shown) for part in (Fraction(3), Fraction(7, 2))
    ]
    assert shown == ["3", "3.50"]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"1": 2, "2": 3, "3": 9}, {"1", "2"}),  # five ballots in two groups: exactly enough to hide in
        ({"1": 2, "2": 2, "3": 9}, {"1", "2", "3"}),  # four are not
    ],
)
def test_five_ballots_hide_each_other(counts: dict[str, int], hidden: set[str]) -> None:
    assert cells_to_hide(counts, min_cell=5) == hidden
