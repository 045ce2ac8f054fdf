"""When a round may move on, what a ballot may say, how the result is worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from portal.core.errors import RuleBroken

SCALE_MAX: Final = 5
WHOLE: Final = 100
"""The weights of a template add up to this."""
COLUMNS: Final = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
"""One column of a ballot for each indicator of the template, in its order."""
UNKNOWN: Final = -1
"""In a draft: the owner said 不了解. None stands there for a question not reached or skipped."""


class RoundState(StrEnum):
    """The life of a round."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    PUBLISHED = "PUBLISHED"


TRANSITIONS: Final[Mapping[RoundState, frozenset[RoundState]]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.PUBLISHED}),
    RoundState.PUBLISHED: frozenset(),
}


class Indicator(StrEnum):
    """The seven things that are scored.

    The groups follow the service grades for ordinary housing estates that the
    property management institute issued in 2004 (中物协〔2004〕1号).
    """

    SERVICE = "CS"
    SECURITY = "SEC"
    CLEANING = "CLN"
    GREENERY = "GRN"
    FACILITIES = "FAC"
    FEES = "FEE"
    GOVERNANCE = "GOV"


class Answer(StrEnum):
    """The five answers in words; what each is worth is in POINTS."""

    VERY_GOOD = "very-good"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    VERY_BAD = "very-bad"


POINTS: Final[Mapping[Answer, int]] = {
    Answer.VERY_GOOD: 5,
    Answer.GOOD: 4,
    Answer.FAIR: 3,
    Answer.BAD: 2,
    Answer.VERY_BAD: 1,
}
"""On the scale of 0 to 5. 一般 is worth 60 of 100, the pass mark; 0 is left to inspections."""


class Channel(StrEnum):
    """How a ballot came in."""

    WEB = "WEB"


class Outcome(StrEnum):
    """What became of a ballot that somebody sent."""

    RECORDED = "RECORDED"
    CHANGED = "CHANGED"
    SAME = "SAME"
    ALREADY_IN = "ALREADY_IN"


@dataclass(frozen=True)
class TemplateItem:
    """One indicator of a round and its weight out of 100."""

    indicator: Indicator
    weight: int


@dataclass(frozen=True)
class RulePack:
    """The numbers a round runs under; a round keeps its own copy from the day it is opened.

    `min_participation_percent`: below it the result is labelled 样本不足.
    `min_cell`: a group with fewer ballots is not shown. `min_days`, `max_days`:
    how long a round is open, both included. None of these is law: they are the
    house's defaults until a place sets its own.
    """

    code: str
    items: tuple[TemplateItem, ...]
    min_participation_percent: int
    min_cell: int
    min_days: int
    max_days: int


NATIONAL: Final = RulePack(
    code="CN-DEFAULT-2026",
    items=(
        TemplateItem(Indicator.SERVICE, 15),
        TemplateItem(Indicator.SECURITY, 20),
        TemplateItem(Indicator.CLEANING, 20),
        TemplateItem(Indicator.GREENERY, 10),
        TemplateItem(Indicator.FACILITIES, 20),
        TemplateItem(Indicator.FEES, 10),
        TemplateItem(Indicator.GOVERNANCE, 5),
    ),
    min_participation_percent=30,
    min_cell=5,
    min_days=7,
    max_days=30,
)


def pack_as_written(pack: RulePack) -> dict[str, Any]:
    """Give a pack as a round keeps it: plain values only."""
    return {
        "code": pack.code,
        "items": [[item.indicator.value, item.weight] for item in pack.items],
        "min_participation_percent": pack.min_participation_percent,
        "min_cell": pack.min_cell,
        "min_days": pack.min_days,
        "max_days": pack.max_days,
    }


def pack_as_read(written: Mapping[str, Any]) -> RulePack:
    """Give back the pack that a round keeps."""
    items = tuple(TemplateItem(Indicator(name), int(weight)) for name, weight in written["items"])
    return RulePack(**{**written, "items": items})


def check_template(items: Sequence[TemplateItem]) -> None:
    """Refuse weights that are not 1-100 with the sum 100, and anything but seven indicators."""
    weights = [item.weight for item in items]
    if any(not 1 <= weight <= WHOLE for weight in weights) or sum(weights) != WHOLE:
        raise RuleBroken("scoring.weights_wrong", total=sum(weights))
    if len({item.indicator for item in items}) != len(COLUMNS) or len(items) != len(COLUMNS):
        raise RuleBroken("scoring.indicators_wrong", count=len(COLUMNS))


def check_transition(state: RoundState, to: RoundState) -> None:
    """Refuse a step that the round cannot take from where it is (`scoring.step_wrong`)."""
    if to not in TRANSITIONS[state]:
        raise RuleBroken("scoring.step_wrong", state=state.value, to=to.value)


def check_window(*, opens_at: datetime, closes_at: datetime, pack: RulePack) -> None:
    """Refuse a window shorter or longer than the pack allows; both limits are included."""
    length = closes_at - opens_at
    if not timedelta(days=pack.min_days) <= length <= timedelta(days=pack.max_days):
        raise RuleBroken("scoring.window_length", field="last_day", min=pack.min_days, max=pack.max_days)


def is_open(*, state: RoundState, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Say whether a ballot may come in now; `opens_at` itself is inside, `closes_at` is not."""
    return state is RoundState.OPEN and opens_at <= now < closes_at


def check_open(*, state: RoundState, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Refuse a ballot too early (`scoring.not_begun`) or too late (`scoring.window_closed`)."""
    if is_open(state=state, opens_at=opens_at, closes_at=closes_at, now=now):
        return
    if state is RoundState.DRAFT or (state is RoundState.OPEN and now < opens_at):
        raise RuleBroken("scoring.not_begun", at=opens_at)
    raise RuleBroken("scoring.window_closed", at=closes_at)


def check_close(*, state: RoundState, closes_at: datetime, now: datetime, reason: str) -> None:
    """Refuse to end a round that is not open, or to end it early without a written reason."""
    check_transition(state, RoundState.CLOSED)
    if now < closes_at and not reason.strip():
        raise RuleBroken("scoring.early_close_reason", field="reason", at=closes_at)


def cut_off(*, closes_at: datetime, now: datetime, last_ballot_at: datetime | None) -> datetime:
    """Give the moment at which a round that is being closed ended.

    Every counted ballot lies before it. Its announced end if that has passed; otherwise now, or just after the last
    ballot where a server's clock runs a little ahead.
    """
    if now >= closes_at:
        return closes_at
    if last_ballot_at is not None and last_ballot_at >= now:
        return last_ballot_at + timedelta(microseconds=1)
    return now


def check_scores(scores: Sequence[int | None]) -> None:
    """Refuse a ballot that has not seven places, a score outside 0-5, or no score at all.

    None stands for 不了解 or skipped: such an answer is not counted in that
    indicator's n. A ballot without any score says nothing and is not counted.
    """
    if len(scores) != len(COLUMNS) or any(score is not None and not 0 <= score <= SCALE_MAX for score in scores):
        raise RuleBroken("scoring.score_wrong")
    if all(score is None for score in scores):
        raise RuleBroken("scoring.nothing_scored")


def half_up(value: Fraction, *, places: int = 2) -> Decimal:
    """Round an exact value half away from zero; done once, for the figure that people see."""
    shift: int = 10**places
    scaled = abs(value) * shift
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


@dataclass(frozen=True)
class Figure:
    """A figure with its working: value = numerator ÷ denominator × times, exact.

    `formula` names the rule it follows; `times` is 100 for a percentage.
    """

    formula: str
    numerator: Fraction
    denominator: Fraction
    times: int = 100

    @property
    def exact(self) -> Fraction | None:
        """The value before rounding; None where the denominator is 0, shown as a dash."""
        return None if self.denominator == 0 else self.times * self.numerator / self.denominator

    @property
    def value(self) -> Decimal | None:
        """The value rounded half up to 2 decimals."""
        return None if self.exact is None else half_up(self.exact)

    @property
    def numerator_shown(self) -> Decimal:
        """The numerator for people: whole where it is, else rounded half up to 2 decimals."""
        return half_up(self.numerator, places=0 if self.numerator.denominator == 1 else 2)


def participation(*, ballots: int, delivered_units: int) -> Figure:
    """参评率: units with a counted ballot among the units handed over, in percent."""
    return Figure("scoring.participation", Fraction(ballots), Fraction(delivered_units))


def is_sample_enough(*, ballots: int, delivered_units: int, percent: int) -> bool:
    """Say whether participation reaches the least percentage; exactly that percentage is enough."""
    return delivered_units > 0 and 100 * ballots >= percent * delivered_units


def owner_index(*, total: int, count: int) -> Figure:
    """Index of one indicator, 0-100: the sum of its scores over `count` scores of at most 5."""
    return Figure("scoring.owner_index", Fraction(total), Fraction(count * SCALE_MAX))


def owner_score(lines: Sequence["IndicatorLine"]) -> Figure:
    """Owners' score, 0-100: the indices, weighted.

    An indicator that nobody scored leaves the sum together with its weight.
    """
    scored = [(line.weight, line.index.exact) for line in lines]
    numerator = sum((weight * exact for weight, exact in scored if exact is not None), Fraction(0))
    denominator = sum(weight for weight, exact in scored if exact is not None)
    return Figure("scoring.owner_score", numerator, Fraction(denominator), times=1)


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator's result: how many scored it, the sum of the scores and the index."""

    indicator: Indicator
    weight: int
    count: int
    total: int

    @property
    def index(self) -> Figure:
        """The index 0-100 with its working."""
        return owner_index(total=self.total, count=self.count)


@dataclass(frozen=True)
class Tally:
    """What the database adds up: ballots, and of each column how many scores and their sum."""

    ballots: int
    counts: tuple[int, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True)
class Result:
    """The result of a round, or of one building in it."""

    lines: tuple[IndicatorLine, ...]
    score: Figure
    participation: Figure
    is_sample_enough: bool
    is_shown: bool
    """False where so few ballots came that one could guess who gave which."""


def work_out(
    tally: Tally, *, items: Sequence[TemplateItem], delivered_units: int, min_percent: int, min_cell: int
) -> Result:
    """Work out the result of a round from its tally and its own template."""
    lines = tuple(
        IndicatorLine(item.indicator, item.weight, count, total)
        for item, count, total in zip(items, tally.counts, tally.totals, strict=True)
    )
    return Result(
        lines=lines,
        score=owner_score(lines),
        participation=participation(ballots=tally.ballots, delivered_units=delivered_units),
        is_sample_enough=is_sample_enough(ballots=tally.ballots, delivered_units=delivered_units, percent=min_percent),
        is_shown=tally.ballots >= min_cell,
    )


def cells_to_hide(ballots: Mapping[str, int], *, min_cell: int) -> frozenset[str]:
    """Say which groups keep their score to themselves.

    A group with fewer ballots than `min_cell` is hidden. If what is hidden could
    be had by subtracting the shown groups from the whole, the smallest shown
    group is hidden too, until at least two groups and `min_cell` ballots are.
    """
    hidden = {key for key, count in ballots.items() if count < min_cell}
    shown = sorted((key for key in ballots if key not in hidden), key=lambda key: (ballots[key], key))
    while shown:
        filled = [ballots[key] for key in hidden if ballots[key]]
        if not filled or (len(filled) > 1 and sum(filled) >= min_cell):
            break
        hidden.add(shown.pop(0))
    return frozenset(hidden)
