"""Rounds and ballots on both engines."""

from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import UserAccount
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.estates import queries as estates
from portal.estates.models import Estate
from portal.estates.rules import UnitStatus
from portal.scoring import commands, queries
from portal.scoring.models import Ballot, BallotDraft, RatingRound
from portal.scoring.rules import UNKNOWN, Outcome, RoundState
from portal.tenancy.scope import scope_of, transaction
from tests.estates.makers import make_building, make_contract, make_estate, make_owner, make_units, owned, units_of
from tests.makers import NOW, make_user
from tests.scoring.makers import CLOSES, GOOD, OPENS, make_round, owner_actor, secretary


@dataclass
class Scene:
    """A round in an estate of two buildings with six units each; two co-owners of the first unit."""

    estate: Estate
    round: RatingRound
    clerk: UserAccount
    first: UserAccount
    second: UserAccount


@pytest.fixture
def scene(portal: Any) -> Scene:
    clerk, first, second = make_user("经办人"), make_user("李四"), make_user("王五")
    with portal.inside():
        estate = make_estate()
        for name in ("1栋", "2栋"):
            make_building(estate, name, units=6)
        unit = units_of(estate)[0]
        make_owner(unit, first, clerk=clerk, share=5000)
        make_owner(unit, second, name="王五", clerk=clerk, share=5000)
        round_ = make_round(make_contract(estate))
    return Scene(estate, round_, clerk, first, second)


def submit(scene: Scene, user: UserAccount, scores: Any = GOOD, *, now: Any = NOW) -> commands.Submission:
    unit = owned(units_of(scene.estate)[0], user)
    return commands.submit_ballot(
        queries.get_round(scene.round.id), unit, scores=scores, actor=owner_actor(user), now=now
    )


def all_vote(scene: Scene, scores: list[list[int | None]], *, start: int = 0) -> None:
    """Let units vote from a place on; each by an account of its own."""
    units = units_of(scene.estate)
    users = [make_user(f"业主{number}") for number in range(len(scores))]
    for unit, user, answers in zip(units[start:], users, scores, strict=False):
        make_owner(unit, user, name=user.name, clerk=scene.clerk)
        commands.submit_ballot(
            queries.get_round(scene.round.id), owned(unit, user), scores=answers, actor=owner_actor(user), now=NOW
        )


def events(tag: AuditTag) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag.value)))


def test_a_ballot_is_counted_once(portal: Any, scene: Scene) -> None:
    with portal.inside():
        submission = submit(scene, scene.first)
        assert submission.outcome is Outcome.RECORDED
    with portal.inside():
        tally = queries.get_tally(scene.round.id)
        assert (tally.ballots, tally.counts, tally.totals) == (1, (1,) * 7, (4,) * 7)
        assert len(events(AuditTag.BALLOT_SUBMIT)) == 1


def test_a_co_owner_adds_nothing_and_is_told(portal: Any, scene: Scene) -> None:
    with portal.inside():
        submit(scene, scene.first)
    with portal.inside():
        submission = submit(scene, scene.second, [1] * 7)
        assert (submission.outcome, submission.ballot.user_id) == (Outcome.ALREADY_IN, scene.first.id)
    with portal.inside():
        tally = queries.get_tally(scene.round.id)
        assert (tally.ballots, tally.totals) == (1, (4,) * 7)
        assert len(events(AuditTag.BALLOT_REFUSE)) == 1


def test_the_same_owner_changes_the_ballot_and_the_trail_does_not_tell_the_scores(portal: Any, scene: Scene) -> None:
    with portal.inside():
        submit(scene, scene.first)
    with portal.inside():
        later = NOW + timedelta(hours=1)
        submission = submit(scene, scene.first, [4, 2, 4, 4, None, 4, 4], now=later)
        assert (submission.outcome, submission.ballot.changed_at) == (Outcome.CHANGED, later)
    with portal.inside():
        tally = queries.get_tally(scene.round.id)
        assert (tally.ballots, tally.counts[4], tally.totals[1]) == (1, 0, 2)
        (event,) = events(AuditTag.BALLOT_CHANGE)
        assert event.changes == {"questions": [[], [2, 5]]}


def test_a_double_tap_changes_nothing(portal: Any, scene: Scene) -> None:
    with portal.inside():
        submit(scene, scene.first)
    with portal.inside():
        assert submit(scene, scene.first, now=NOW + timedelta(seconds=1)).outcome is Outcome.SAME
    with portal.inside():
        ballot = db.session.scalars(select(Ballot)).one()
        assert ballot.changed_at == NOW


@pytest.mark.parametrize(
    ("now", "code"),
    [
        pytest.param(OPENS - timedelta(microseconds=1), "scoring.not_begun", id="just before it opens"),
        pytest.param(CLOSES, "scoring.window_closed", id="at the very end"),
    ],
)
def test_outside_the_window_nothing_is_counted(portal: Any, scene: Scene, now: Any, code: str) -> None:
    with portal.inside():
        with pytest.raises(RuleBroken) as caught:
            submit(scene, scene.first, now=now)
        assert caught.value.code == code
        assert queries.count_ballots(scene.round.id) == 0


def test_the_last_moment_counts(portal: Any, scene: Scene) -> None:
    with portal.inside():
        assert submit(scene, scene.first, now=CLOSES - timedelta(microseconds=1)).outcome is Outcome.RECORDED


def test_after_the_secretary_ended_the_round_nothing_is_counted(portal: Any, scene: Scene) -> None:
    stale = scene.round
    with portal.inside():
        commands.close_round(stale, reason="台风", actor=secretary(), now=NOW)
    with portal.inside():
        with pytest.raises(RuleBroken) as caught:
            commands.submit_ballot(
                stale,
                owned(units_of(scene.estate)[0], scene.first),
                scores=GOOD,
                actor=owner_actor(scene.first),
                now=NOW + timedelta(minutes=1),
            )
        assert caught.value.code == "scoring.window_closed"
        assert queries.count_ballots(stale.id) == 0


def test_a_ballot_without_any_score_is_refused(portal: Any, scene: Scene) -> None:
    with portal.inside():
        with pytest.raises(RuleBroken) as caught:
            submit(scene, scene.first, [None] * 7)
        assert caught.value.code == "scoring.nothing_scored"


def test_answers_are_kept_at_each_tap_and_go_with_the_ballot(portal: Any, scene: Scene) -> None:
    with portal.inside():
        unit = owned(units_of(scene.estate)[0], scene.first)
        for place, score in ((0, 5), (2, UNKNOWN), (0, 3)):
            commands.save_answer(scene.round, unit, place=place, score=score, actor=owner_actor(scene.first), now=NOW)
    with portal.inside():
        draft = queries.find_draft(scene.round.id, unit.unit_id, user_id=scene.first.id)
        assert draft is not None
        assert draft.scores == (3, None, UNKNOWN, None, None, None, None)
        assert queries.count_ballots(scene.round.id) == 0
        taps = [event.changes for event in events(AuditTag.BALLOT_DRAFT)]
        assert taps == [{"question": [None, number]} for number in (1, 3, 1)]  # which one, never what
        submit(scene, scene.first, [3] + [None] * 6)
    with portal.inside():
        assert db.session.scalar(select(func.count(BallotDraft.id))) == 0


def test_two_co_owners_draft_apart(portal: Any, scene: Scene) -> None:
    for user, score in ((scene.first, 5), (scene.second, 1)):
        with portal.inside():
            unit = owned(units_of(scene.estate)[0], user)
            commands.save_answer(scene.round, unit, place=0, score=score, actor=owner_actor(user), now=NOW)
    with portal.inside():
        assert sorted(db.session.scalars(select(BallotDraft.s1))) == [1, 5]


def test_only_a_verified_owner_of_a_handed_over_unit_of_this_estate_may_score(portal: Any, scene: Scene) -> None:
    stranger = make_user("外人")
    with portal.inside():
        other = make_estate("别的小区")
        make_building(other, units=1)
        make_owner(units_of(other)[0], stranger, name="外人", clerk=scene.clerk)
        round_ = queries.get_round(scene.round.id)
        for unit in (units_of(scene.estate)[0], units_of(other)[0]):
            with pytest.raises(NotFound):
                queries.get_unit_to_score(round_, unit.id, user_id=stranger.id, on=NOW.date())


def test_a_unit_that_was_not_handed_over_takes_no_part(portal: Any, scene: Scene) -> None:
    buyer = make_user("等房的人")
    with portal.inside():
        make_units(make_building(scene.estate, "3栋"), rooms=["新"], status=UnitStatus.SOLD_UNDELIVERED)
        unit = units_of(scene.estate)[-1]
        make_owner(unit, buyer, name="等房的人", clerk=scene.clerk)
        with pytest.raises(RuleBroken) as caught:
            queries.get_unit_to_score(scene.round, unit.id, user_id=buyer.id, on=NOW.date())
        assert caught.value.code == "scoring.unit_not_delivered"
        assert queries.list_rounds_of_owner(buyer.id, on=NOW.date(), now=NOW) == []


def test_the_result_is_worked_out_from_the_ballots(portal: Any, scene: Scene) -> None:
    with portal.inside():
        all_vote(scene, [[5] * 7, [3] * 7, [4, None, 4, 4, 4, 4, 4], [5] * 7, [3] * 7, [1] * 7], start=6)
        commands.close_round(scene.round, reason="", actor=secretary(), now=CLOSES)
    with portal.inside():
        report = queries.round_report(queries.get_round(scene.round.id))
        assert (report.ballots, report.delivered_units) == (6, 12)
        # 21 of 30 for six indicators, 17 of 25 for the second: (80 × 70 + 20 × 68) ÷ 100
        assert [line.index.value for line in report.whole.lines][:2] == [70, 68]
        assert str(report.whole.score.value) == "69.60"
        assert str(report.whole.participation.value) == "50.00"
        assert report.whole.is_sample_enough
        first, second = report.buildings
        assert (first.ballots, first.result) == (0, None)
        assert second.result is not None
        assert str(second.result.score.value) == "69.60"


def test_few_ballots_are_labelled_and_hidden(portal: Any, scene: Scene) -> None:
    with portal.inside():
        all_vote(scene, [[5] * 7] * 3, start=1)
        commands.close_round(scene.round, reason="", actor=secretary(), now=CLOSES)
        report = queries.round_report(queries.get_round(scene.round.id))
    assert not report.whole.is_sample_enough
    assert not report.whole.is_shown
    assert all(building.result is None for building in report.buildings)


def test_nobody_sees_scores_before_the_end(portal: Any, scene: Scene) -> None:
    with portal.inside():
        with pytest.raises(RuleBroken) as caught:
            queries.round_report(queries.get_round(scene.round.id))
        assert caught.value.code == "scoring.result_not_yet"


def test_who_could_take_part_is_fixed_at_the_cut_off(portal: Any, scene: Scene) -> None:
    with portal.inside():
        commands.close_round(scene.round, reason="", actor=secretary(), now=CLOSES)
    with portal.inside():
        make_building(scene.estate, "3栋", units=4)
        assert estates.count_delivered_units(scene.estate.id) == 16
        assert queries.round_report(queries.get_round(scene.round.id)).delivered_units == 12


def test_every_counted_ballot_lies_before_the_cut_off(portal: Any, scene: Scene) -> None:
    with portal.inside():
        submit(scene, scene.first, now=NOW + timedelta(seconds=2))
    with portal.inside():
        closed = commands.close_round(scene.round, reason="台风", actor=secretary(), now=NOW)
        assert closed.closed_at is not None
        assert closed.closed_at > NOW + timedelta(seconds=2)


def test_a_ballot_waits_while_the_round_is_being_ended_and_is_refused_then(portal: Any, scene: Scene) -> None:
    """Without the lock on the round this ballot would slip in after `closed_at`."""
    outcomes: list[object] = []

    def vote() -> None:
        with portal.app.app_context():
            try:
                with transaction(scope_of(portal.here)):
                    outcomes.append(submit(scene, scene.first, now=NOW + timedelta(seconds=5)).outcome)
            except RuleBroken as error:
                outcomes.append(error.code)

    voter = Thread(target=vote)
    with portal.inside():
        commands.close_round(queries.get_round(scene.round.id), reason="台风", actor=secretary(), now=NOW)
        voter.start()
        voter.join(timeout=1)
        assert outcomes == []  # it waits
    voter.join(timeout=30)
    assert outcomes == ["scoring.window_closed"]
    with portal.inside():
        assert queries.count_ballots(scene.round.id) == 0


def test_a_round_moves_one_way(portal: Any, scene: Scene) -> None:
    with portal.inside():
        with pytest.raises(RuleBroken):
            commands.publish_result(scene.round, actor=secretary(), now=NOW)
        with pytest.raises(RuleBroken):
            commands.open_round(scene.round, actor=secretary(), now=NOW)
        with pytest.raises(RuleBroken) as early:
            commands.close_round(scene.round, reason=" ", actor=secretary(), now=NOW)
        assert early.value.code == "scoring.early_close_reason"
        commands.close_round(scene.round, reason="台风", actor=secretary(), now=NOW)
        published = commands.publish_result(scene.round, actor=secretary(), now=NOW)
        assert (published.state, published.published_at) == (RoundState.PUBLISHED, NOW)
        tags = (AuditTag.ROUND_CREATE, AuditTag.ROUND_OPEN, AuditTag.ROUND_CLOSE, AuditTag.ROUND_PUBLISH)
        assert [len(events(tag)) for tag in tags] == [1, 1, 1, 1]


def test_an_open_round_keeps_its_terms_even_against_a_direct_update(portal: Any, scene: Scene) -> None:
    with pytest.raises(DBAPIError), portal.inside():
        db.session.execute(update(RatingRound).values(closes_at=CLOSES + timedelta(days=1)))
    with pytest.raises(DBAPIError), portal.inside():
        db.session.execute(update(RatingRound).values(template={"items": []}))
    with portal.inside():
        assert queries.get_round(scene.round.id).closes_at == CLOSES


def test_a_round_opened_late_begins_today_and_must_still_be_long_enough(portal: Any, scene: Scene) -> None:
    with portal.inside():
        late = make_round(estates.list_contracts()[0], title="晚开", is_open=False)
        with pytest.raises(RuleBroken) as caught:
            commands.open_round(late, actor=secretary(), now=NOW + timedelta(days=8))
        assert caught.value.code == "scoring.window_length"
        opened = commands.open_round(late, actor=secretary(), now=NOW + timedelta(days=7))
        assert opened.opens_at == OPENS + timedelta(days=7)


def test_two_communities_with_the_same_names_keep_their_ballots_apart(portal: Any, scene: Scene) -> None:
    with portal.inside(portal.there):
        estate = make_estate()
        make_building(estate, units=1)
        unit = units_of(estate)[0]
        make_owner(unit, scene.first, clerk=scene.clerk)
        round_ = make_round(make_contract(estate))
        commands.submit_ballot(
            round_, owned(unit, scene.first), scores=[1] * 7, actor=owner_actor(scene.first), now=NOW
        )
    with portal.inside():
        assert queries.count_ballots(scene.round.id) == 0
        assert queries.count_ballots(round_.id) == 0
        with pytest.raises(NotFound):
            queries.get_round(round_.id)
        mine = queries.list_rounds_of_owner(scene.first.id, on=NOW.date(), now=NOW)
        assert [one.round.id for one in mine] == [scene.round.id]
