"""Rounds, ballots and the arithmetic of a result."""

import decimal
import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.scoring.rules import (
    NATIONAL,
    POINTS,
    Figure,
    Indicator,
    IndicatorLine,
    RoundState,
    Tally,
    TemplateItem,
    cells_to_hide,
    check_close,
    check_open,
    check_scores,
    check_template,
    check_transition,
    check_window,
    cut_off,
    half_up,
    is_open,
    is_sample_enough,
    owner_index,
    owner_score,
    pack_as_read,
    pack_as_written,
    participation,
    work_out,
)

OPENS = datetime(2026, 5, 1, tzinfo=UTC)
CLOSES = datetime(2026, 5, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def code_of(caught: pytest.ExceptionInfo[RuleBroken]) -> str:
    return caught.value.code


def test_weights_of_the_template() -> None:
    check_template(NATIONAL.items)
    assert {item.indicator.value: item.weight for item in NATIONAL.items} == {
        "CS": 15, "SEC": 20, "CLN": 20, "GRN": 10, "FAC": 20, "FEE": 10, "GOV": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({0: 16}, "scoring.weights_wrong", id="sum 101"),
        pytest.param({0: 0, 1: 35}, "scoring.weights_wrong", id="no weight of nothing"),
        pytest.param({0: -5, 1: 40}, "scoring.weights_wrong", id="no negative weight"),
    ],
)
def test_wrong_weights_are_refused(change: dict[int, int], code: str) -> None:
    items = [TemplateItem(item.indicator, change.get(place, item.weight)) for place, item in enumerate(NATIONAL.items)]
    with pytest.raises(RuleBroken) as caught:
        check_template(items)
    assert code_of(caught) == code


def test_an_indicator_twice_or_missing_is_refused() -> None:
    twice = [TemplateItem(Indicator.SERVICE, item.weight) for item in NATIONAL.items]
    six = [*NATIONAL.items[:5], TemplateItem(Indicator.FEES, 15)]
    for items in (twice, six):
        with pytest.raises(RuleBroken) as caught:
            check_template(items)
        assert code_of(caught) == "scoring.indicators_wrong"


ALLOWED = {("DRAFT", "OPEN"), ("OPEN", "CLOSED"), ("CLOSED", "PUBLISHED")}


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("to", RoundState)
def test_steps_of_a_round(state: RoundState, to: RoundState) -> None:
    if (state.value, to.value) in ALLOWED:
        check_transition(state, to)
    else:
        with pytest.raises(RuleBroken):
            check_transition(state, to)


@pytest.mark.parametrize(
    ("length", "good"),
    [
        pytest.param(timedelta(days=7), True, id="seven days are enough"),
        pytest.param(timedelta(days=7) - TICK, False, id="a moment less is not"),
        pytest.param(timedelta(days=30), True, id="thirty days are not too long"),
        pytest.param(timedelta(days=30) + TICK, False, id="a moment more is"),
        pytest.param(timedelta(days=-7), False, id="it ends after it begins"),
    ],
)
def test_length_of_a_window(length: timedelta, good: bool) -> None:
    if good:
        check_window(opens_at=OPENS, closes_at=OPENS + length, pack=NATIONAL)
    else:
        with pytest.raises(RuleBroken):
            check_window(opens_at=OPENS, closes_at=OPENS + length, pack=NATIONAL)


@pytest.mark.parametrize(
    ("state", "now", "code"),
    [
        pytest.param("OPEN", OPENS, None, id="the first moment is inside"),
        pytest.param("OPEN", OPENS - TICK, "scoring.not_begun", id="just before is not"),
        pytest.param("OPEN", CLOSES - TICK, None, id="the last moment is inside"),
        pytest.param("OPEN", CLOSES, "scoring.window_closed", id="the end itself is not"),
        pytest.param("DRAFT", OPENS, "scoring.not_begun", id="a draft takes no ballot"),
        pytest.param("CLOSED", OPENS, "scoring.window_closed", id="closed early is closed"),
        pytest.param("PUBLISHED", OPENS, "scoring.window_closed", id="published is closed"),
    ],
)
def test_when_a_ballot_may_come_in(state: str, now: datetime, code: str | None) -> None:
    window = {"state": RoundState(state), "opens_at": OPENS, "closes_at": CLOSES, "now": now}
    assert is_open(**window) is (code is None)  # type: ignore[arg-type]
    if code is None:
        check_open(**window)  # type: ignore[arg-type]
        return
    with pytest.raises(RuleBroken) as caught:
        check_open(**window)  # type: ignore[arg-type]
    assert code_of(caught) == code


@pytest.mark.parametrize(
    ("state", "now", "reason", "code"),
    [
        pytest.param("OPEN", CLOSES, "", None, id="at the announced end no reason is needed"),
        pytest.param("OPEN", CLOSES - TICK, "flood", None, id="earlier with a reason"),
        pytest.param("OPEN", CLOSES - TICK, "  ", "scoring.early_close_reason", id="earlier without"),
        pytest.param("CLOSED", CLOSES, "", "scoring.step_wrong", id="not twice"),
        pytest.param("DRAFT", CLOSES, "", "scoring.step_wrong", id="not before it was open"),
    ],
)
def test_closing(state: str, now: datetime, reason: str, code: str | None) -> None:
    if code is None:
        check_close(state=RoundState(state), closes_at=CLOSES, now=now, reason=reason)
        return
    with pytest.raises(RuleBroken) as caught:
        check_close(state=RoundState(state), closes_at=CLOSES, now=now, reason=reason)
    assert code_of(caught) == code


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        pytest.param(CLOSES + timedelta(days=1), CLOSES - TICK, CLOSES, id="closed late: the announced end counts"),
        pytest.param(OPENS, None, OPENS, id="closed early without ballots"),
        pytest.param(OPENS, OPENS - TICK, OPENS, id="closed early after the last ballot"),
        pytest.param(OPENS, OPENS, OPENS + TICK, id="a ballot of the same moment stays inside"),
        pytest.param(OPENS, OPENS + TICK, OPENS + 2 * TICK, id="a ballot whose clock ran ahead stays inside"),
    ],
)
def test_cut_off(now: datetime, last: datetime | None, expected: datetime) -> None:
    assert cut_off(closes_at=CLOSES, now=now, last_ballot_at=last) == expected


def test_the_words_are_worth_five_to_one() -> None:
    assert list(POINTS.values()) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        pytest.param([5, 4, 3, 2, 1, 0, None], None, id="each value of the scale"),
        pytest.param([None] * 6 + [3], None, id="one answer is enough"),
        pytest.param([None] * 7, "scoring.nothing_scored", id="nothing said"),
        pytest.param([6] + [3] * 6, "scoring.score_wrong", id="above the scale"),
        pytest.param([-1] + [3] * 6, "scoring.score_wrong", id="below the scale"),
        pytest.param([3] * 6, "scoring.score_wrong", id="six answers"),
        pytest.param([3] * 8, "scoring.score_wrong", id="eight answers"),
    ],
)
def test_what_a_ballot_may_say(scores: list[int | None], code: str | None) -> None:
    if code is None:
        check_scores(scores)
        return
    with pytest.raises(RuleBroken) as caught:
        check_scores(scores)
    assert code_of(caught) == code


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Fraction(42800, 600), "71.33", id="428 of 600"),
        pytest.param(Fraction(5, 1000), "0.01", id="half goes up"),
        pytest.param(Fraction(4999, 1000000), "0.00", id="less than half goes down"),
        pytest.param(Fraction(2675, 1000), "2.68", id="where a float would say 2.67"),
        pytest.param(Fraction(100), "100.00", id="whole numbers keep their places"),
    ],
)
def test_rounding_is_half_up_and_exact(value: Fraction, shown: str) -> None:
    assert str(half_up(value)) == shown


@given(st.integers(0, 10**7), st.integers(1, 10**4))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int) -> None:
    # 40 digits are enough to tell a half from its neighbours with such denominators
    with decimal.localcontext() as context:
        context.prec = 40
        naive = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert half_up(Fraction(numerator, denominator)) == naive


@pytest.mark.parametrize(
    ("ballots", "units", "enough"),
    [
        pytest.param(180, 600, True, id="exactly thirty percent"),
        pytest.param(179, 600, False, id="one unit short"),
        pytest.param(0, 0, False, id="nothing was handed over"),
        pytest.param(2, 7, False, id="28.57 percent"),
    ],
)
def test_sample(ballots: int, units: int, enough: bool) -> None:
    assert is_sample_enough(ballots=ballots, delivered_units=units, percent=30) is enough


def test_figures_of_nothing_are_a_dash() -> None:
    assert participation(ballots=0, delivered_units=0).value is None
    assert owner_index(total=0, count=0).value is None
    assert owner_score([]).value is None


def test_participation_keeps_its_numbers() -> None:
    figure = participation(ballots=428, delivered_units=600)
    assert (figure.numerator, figure.denominator, str(figure.value)) == (428, 600, "71.33")


def line(place: int, count: int, total: int) -> IndicatorLine:
    item = NATIONAL.items[place]
    return IndicatorLine(item.indicator, item.weight, count, total)


def test_an_unknown_answer_is_not_a_zero() -> None:
    assert owner_index(total=9, count=2).value == Decimal("90.00")


def test_score_of_a_worked_example() -> None:
    # indices 80, 60, 100, 40, 50, 90, 20 → 12 + 12 + 20 + 4 + 10 + 9 + 1
    totals = [40, 30, 50, 20, 25, 45, 10]
    lines = [line(place, 10, total) for place, total in enumerate(totals)]
    assert owner_score(lines).value == Decimal("68.00")


def test_an_indicator_without_scores_leaves_with_its_weight() -> None:
    lines = [line(0, 10, 50), line(1, 0, 0)]
    figure = owner_score(lines)
    assert (figure.value, figure.denominator) == (Decimal("100.00"), 15)


def test_all_very_good_is_100_and_all_fair_is_60() -> None:
    for points, expected in ((5, "100.00"), (3, "60.00"), (0, "0.00")):
        lines = [line(place, 3, 3 * points) for place in range(7)]
        assert str(owner_score(lines).value) == expected


ballots = st.lists(st.lists(st.none() | st.integers(0, 5), min_size=7, max_size=7), max_size=30)


@given(ballots)
def test_result_agrees_with_counting_by_hand(sheets: list[list[int | None]]) -> None:
    columns = list(zip(*sheets, strict=True)) if sheets else [()] * 7
    tally = Tally(
        ballots=len(sheets),
        counts=tuple(sum(score is not None for score in column) for column in columns),
        totals=tuple(sum(score or 0 for score in column) for column in columns),
    )
    result = work_out(tally, items=NATIONAL.items, delivered_units=40, min_percent=30, min_cell=5)

    weighted, weights = Fraction(0), 0
    for item, column in zip(NATIONAL.items, columns, strict=True):
        said = [score for score in column if score is not None]
        if said:
            weights += item.weight
            weighted += item.weight * Fraction(20 * sum(said), len(said))
    assert result.score.exact == (weighted / weights if weights else None)
    assert result.is_sample_enough is (len(sheets) >= 12)
    assert result.is_shown is (len(sheets) >= 5)
    assert result.participation == Figure("scoring.participation", Fraction(len(sheets)), Fraction(40))


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param({"1": 5, "2": 6}, set(), id="all large enough"),
        pytest.param({"1": 4, "2": 6}, {"1", "2"}, id="one small cell could be had by subtraction"),
        pytest.param({"1": 4, "2": 6, "3": 9}, {"1", "2"}, id="the smallest neighbour goes with it"),
        pytest.param({"1": 1, "2": 1, "3": 9, "4": 10}, {"1", "2", "3"}, id="two cells of two ballots are still two"),
        pytest.param({"1": 4, "2": 3, "3": 9}, {"1", "2"}, id="two cells of seven together are safe"),
        pytest.param({"1": 0, "2": 9}, {"1"}, id="an empty cell hides nothing"),
        pytest.param({}, set(), id="no building"),
    ],
)
def test_small_cells(counts: dict[str, int], hidden: set[str]) -> None:
    assert cells_to_hide(counts, min_cell=5) == hidden


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 12), max_size=8))
def test_nothing_small_can_be_had_by_subtraction(counts: dict[str, int]) -> None:
    hidden = cells_to_hide(counts, min_cell=5)
    shown = [count for key, count in counts.items() if key not in hidden]
    rest = [count for key, count in counts.items() if key in hidden and count]
    assert all(count >= 5 for count in shown)
    if shown and rest:
        assert sum(rest) >= 5
        assert len(rest) > 1


def test_a_round_keeps_its_pack_word_for_word() -> None:
    assert pack_as_read(json.loads(json.dumps(pack_as_written(NATIONAL)))) == NATIONAL
