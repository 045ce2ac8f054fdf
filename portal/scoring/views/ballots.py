"""The owner's path: one question a page, one page to check, a receipt."""

import uuid
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.estates.queries import OwnedUnit
from portal.scoring import commands, queries, rules
from portal.scoring.models import RatingRound
from portal.scoring.rules import COLUMNS, POINTS, UNKNOWN, Answer, Outcome
from portal.scoring.tasks import last_day
from portal.scoring.views.blueprint import WORDS, bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other

UNKNOWN_VALUE = "unknown"
WORD_OF_SCORE = {points: answer for answer, points in POINTS.items()}


@bp.get("/ballots")
@requires(Permission.BALLOT_SUBMIT)
def list_ballots() -> Any:
    """Show the units of this owner with the rounds that are open for them."""
    waiting = queries.list_rounds_of_owner(g.actor.user_id, on=clock.today(g.now), now=g.now)
    return render("scoring/ballots.html", waiting=waiting, user_id=g.actor.user_id, **WORDS)


@bp.get("/rounds/<uuid:round_id>/units/<uuid:unit_id>")
@requires(Permission.BALLOT_SUBMIT)
def start_ballot(round_id: uuid.UUID, unit_id: uuid.UUID) -> Any:
    """Lead to the first open question, to the check page, or to the receipt of a unit that has its ballot."""
    round_, unit = _load(round_id, unit_id)
    answers = _answers(round_, unit)
    if answers is None or queries.find_ballot(round_id, unit_id) is not None:
        return see_other("scoring.show_ballot", round_id=round_id, unit_id=unit_id)
    number = next((place + 1 for place, answer in enumerate(answers) if answer is None), None)
    if number is None:
        return see_other("scoring.check_answers", round_id=round_id, unit_id=unit_id)
    return see_other("scoring.show_question", round_id=round_id, unit_id=unit_id, number=number)


@bp.get("/rounds/<uuid:round_id>/units/<uuid:unit_id>/questions/<int:number>")
@requires(Permission.BALLOT_SUBMIT)
def show_question(round_id: uuid.UUID, unit_id: uuid.UUID, number: int) -> Any:
    """Show one question."""
    round_, unit = _load(round_id, unit_id)
    answers = _answers(round_, unit)
    if answers is None:
        return see_other("scoring.show_ballot", round_id=round_id, unit_id=unit_id)
    if not 1 <= number <= len(COLUMNS):
        raise NotFound
    items = rules.pack_as_read(round_.template).items
    return render(
        "scoring/question.html",
        round=round_,
        unit=unit,
        number=number,
        total=len(COLUMNS),
        indicator=items[number - 1].indicator,
        current=_value_of(answers[number - 1]),
        choices=[(answer.value, WORDS["answer_words"][answer]) for answer in POINTS],
        unknown_value=UNKNOWN_VALUE,
        is_checking=None not in answers,
        **WORDS,
    )


@bp.post("/rounds/<uuid:round_id>/units/<uuid:unit_id>/questions/<int:number>")
@requires(Permission.BALLOT_SUBMIT)
def save_answer(round_id: uuid.UUID, unit_id: uuid.UUID, number: int) -> Any:
    """Keep the tapped answer and go on to the next question."""
    round_, unit = _load(round_id, unit_id)
    before = _answers(round_, unit) or ()
    score = _score(request.form.get("answer", ""))
    commands.save_answer(round_, unit, place=number - 1, score=score, actor=g.actor, now=g.now)
    if number >= len(COLUMNS) or (before and None not in before):
        return see_other("scoring.check_answers", round_id=round_id, unit_id=unit_id)
    return see_other("scoring.show_question", round_id=round_id, unit_id=unit_id, number=number + 1)


@bp.get("/rounds/<uuid:round_id>/units/<uuid:unit_id>/answers")
@requires(Permission.BALLOT_SUBMIT)
def check_answers(round_id: uuid.UUID, unit_id: uuid.UUID) -> Any:
    """Show all answers before they are sent."""
    round_, unit = _load(round_id, unit_id)
    answers = _answers(round_, unit)
    if answers is None:
        return see_other("scoring.show_ballot", round_id=round_id, unit_id=unit_id)
    return _check_page(round_, unit, answers)


def _check_page(
    round_: RatingRound, unit: OwnedUnit, answers: tuple[int | None, ...], *, problem: Any = None, status: int = 200
) -> Any:
    items = rules.pack_as_read(round_.template).items
    return render(
        "scoring/answers.html",
        round=round_,
        unit=unit,
        lines=[(item.indicator, _words_of(answer)) for item, answer in zip(items, answers, strict=True)],
        missing=sum(answer is None for answer in answers),
        has_ballot=queries.find_ballot(round_.id, unit.unit_id) is not None,
        problem=problem,
        status=status,
        **WORDS,
    )


@bp.post("/rounds/<uuid:round_id>/units/<uuid:unit_id>/ballot")
@requires(Permission.BALLOT_SUBMIT)
def submit_ballot(round_id: uuid.UUID, unit_id: uuid.UUID) -> Any:
    """Count the ballot, and say what became of it."""
    round_, unit = _load(round_id, unit_id)
    answers = _answers(round_, unit, also_when_taken=True) or (None,) * len(COLUMNS)
    scores = [None if answer == UNKNOWN else answer for answer in answers]
    try:
        submission = commands.submit_ballot(round_, unit, scores=scores, actor=g.actor, now=g.now)
    except RuleBroken as error:
        if error.code != "scoring.nothing_scored":
            raise
        if queries.find_ballot(round_id, unit_id) is None:
            return _check_page(round_, unit, answers, problem=error, status=422)
        flash(*_what_happened(Outcome.ALREADY_IN))
    else:
        flash(*_what_happened(submission.outcome))
    return see_other("scoring.show_ballot", round_id=round_id, unit_id=unit_id)


def _what_happened(outcome: Outcome) -> tuple[str, str]:
    if outcome is Outcome.RECORDED:
        return _("Your ballot is counted."), "success"
    if outcome is Outcome.CHANGED:
        return _("Your ballot is changed. It counts once, as you sent it last."), "success"
    if outcome is Outcome.SAME:
        return _("Your ballot was counted already, with these same answers. Nothing was added."), "success"
    return _("A co-owner has scored for this unit already. One unit has one ballot: yours was not counted."), "warning"


@bp.get("/rounds/<uuid:round_id>/units/<uuid:unit_id>/ballot")
@requires(Permission.BALLOT_SUBMIT)
def show_ballot(round_id: uuid.UUID, unit_id: uuid.UUID) -> Any:
    """Show the receipt: whether the unit's ballot is counted, until when it can be changed, what comes next."""
    round_, unit = _load(round_id, unit_id)
    ballot = queries.find_ballot(round_id, unit_id)
    is_mine = ballot is not None and ballot.user_id == g.actor.user_id
    items = rules.pack_as_read(round_.template).items
    lines = zip(items, ballot.scores, strict=True) if ballot is not None and is_mine else ()
    return render(
        "scoring/receipt.html",
        round=round_,
        unit=unit,
        ballot=ballot,
        is_mine=is_mine,
        is_open=_is_open(round_),
        is_over=round_.closed_at is not None or g.now >= round_.closes_at,
        last_day=last_day(round_),
        lines=[(item.indicator, _words_of(score, is_sent=True)) for item, score in lines],
        **WORDS,
    )


def _load(round_id: uuid.UUID, unit_id: uuid.UUID) -> tuple[RatingRound, OwnedUnit]:
    """Give round and unit; raises NotFound for a unit that is not this owner's, or of another estate."""
    round_ = queries.get_round(round_id)
    unit = queries.get_unit_to_score(round_, unit_id, user_id=g.actor.user_id, on=clock.today(g.now))
    if round_.state is rules.RoundState.DRAFT:
        raise NotFound
    return round_, unit


def _is_open(round_: RatingRound) -> bool:
    return rules.is_open(state=round_.state, opens_at=round_.opens_at, closes_at=round_.closes_at, now=g.now)


def _answers(round_: RatingRound, unit: OwnedUnit, *, also_when_taken: bool = False) -> tuple[int | None, ...] | None:
    """Give this owner's answers so far: tapped, else those of the own ballot, else none given yet.

    None when nothing can be answered: the round is not open, or a co-owner scored for the unit.
    """
    draft = queries.find_draft(round_.id, unit.unit_id, user_id=g.actor.user_id)
    if also_when_taken and draft is not None:
        return draft.scores
    ballot = queries.find_ballot(round_.id, unit.unit_id)
    is_taken = ballot is not None and ballot.user_id != g.actor.user_id
    if not also_when_taken and (is_taken or not _is_open(round_)):
        return None
    if draft is not None:
        return draft.scores
    if ballot is not None and not is_taken:
        return ballot.scores
    return (None,) * len(COLUMNS)


def _score(value: str) -> int:
    """Read a tapped button; raises RuleBroken for anything else."""
    if value == UNKNOWN_VALUE:
        return UNKNOWN
    try:
        return POINTS[Answer(value)]
    except ValueError as error:
        raise RuleBroken("scoring.score_wrong") from error


def _value_of(score: int | None) -> str | None:
    if score is None:
        return None
    return UNKNOWN_VALUE if score == UNKNOWN else WORD_OF_SCORE[score].value


def _words_of(score: int | None, *, is_sent: bool = False) -> str:
    """Say an answer in words; a ballot does not keep apart what was skipped and what was not known."""
    if score is None:
        return _("not known or skipped") if is_sent else _("no answer")
    return _("I do not know") if score == UNKNOWN else str(WORDS["answer_words"][WORD_OF_SCORE[score]])
