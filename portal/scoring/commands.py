"""Changes of scoring: one function per use case, one event of the trail each.

The trail says that a ballot came in and which answers were changed, never what they were:
whoever reads the trail is not meant to read the ballots.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.estates import queries as estates
from portal.estates.queries import ContractLine, OwnedUnit
from portal.scoring import queries, rules
from portal.scoring.models import Ballot, BallotDraft, RatingRound
from portal.scoring.rules import COLUMNS, Channel, Outcome, RoundState


@dataclass(frozen=True)
class Submission:
    """What became of a ballot, and the one ballot that counts for the unit."""

    outcome: Outcome
    ballot: Ballot


def create_round(
    contract: ContractLine, *, title: str, opens_at: datetime, closes_at: datetime, actor: Actor, now: datetime
) -> RatingRound:
    """Prepare a round for a firm under a service contract; nobody can score yet."""
    rules.check_window(opens_at=opens_at, closes_at=closes_at, pack=rules.NATIONAL)
    round_ = RatingRound(
        id=new_id(),
        estate_id=contract.estate_id,
        company_id=contract.company_id,
        contract_id=contract.id,
        title=title,
        state=RoundState.DRAFT,
        opens_at=opens_at,
        closes_at=closes_at,
        template=rules.pack_as_written(rules.NATIONAL),
    )
    db.session.add(round_)
    db.session.flush()
    changes = {"title": [None, title], "company": [None, contract.company_name]}
    record(AuditTag.ROUND_CREATE, subject=round_, actor=actor, now=now, changes=changes)
    return round_


def open_round(round_: RatingRound, *, actor: Actor, now: datetime) -> RatingRound:
    """Let the owners score; from here on template and window stay as they are.

    A round opened after its first day begins today; the window must still be long enough.
    """
    locked = _lock(round_.id)
    rules.check_transition(locked.state, RoundState.OPEN)
    begins = max(locked.opens_at, clock.day_start(clock.today(now)))
    rules.check_window(opens_at=begins, closes_at=locked.closes_at, pack=rules.NATIONAL)
    rules.check_template(rules.NATIONAL.items)
    locked.template = rules.pack_as_written(rules.NATIONAL)
    locked.opens_at, locked.opened_at, locked.state = begins, now, RoundState.OPEN
    changes = {"state": [RoundState.DRAFT, RoundState.OPEN]}
    record(AuditTag.ROUND_OPEN, subject=locked, actor=actor, now=now, changes=changes)
    return locked


def save_answer(
    round_: RatingRound, unit: OwnedUnit, *, place: int, score: int, actor: Actor, now: datetime
) -> BallotDraft:
    """Keep one tapped answer of an owner until the ballot is sent; place 0-6, score 0-5 or UNKNOWN.

    A draft of somebody who has scored already begins as a copy of that ballot.
    """
    _check_open(round_, now)
    if not 0 <= place < len(COLUMNS):
        raise NotFound
    draft = _find_or_create_draft(round_, unit, actor=actor, now=now)
    db.session.execute(
        update(BallotDraft).where(BallotDraft.id == draft.id).values({COLUMNS[place]: score, "changed_at": now})
    )
    changes = {"question": [None, place + 1]}
    record(AuditTag.BALLOT_DRAFT, subject=draft, actor=actor, now=now, changes=changes)
    return draft


def submit_ballot(
    round_: RatingRound, unit: OwnedUnit, *, scores: Sequence[int | None], actor: Actor, now: datetime
) -> Submission:
    """Count a unit's ballot, or say what stands in its way.

    The first ballot of a unit counts; the database has room for one. The same
    owner may change it until the end; a co-owner's later one adds nothing and
    changes nothing (ALREADY_IN). The round is locked against being closed
    meanwhile. Raises RuleBroken outside the window or when nothing was scored.
    """
    locked = _lock(round_.id, shared=True)
    _check_open(locked, now)
    rules.check_scores(scores)
    _drop_draft(locked, unit, actor)
    ballot = Ballot(
        id=new_id(),
        round_id=locked.id,
        unit_id=unit.unit_id,
        building_id=unit.building_id,
        user_id=actor.user_id,
        channel=Channel.WEB,
        created_at=now,
        changed_at=now,
        **dict(zip(COLUMNS, scores, strict=True)),
    )
    try:
        with db.session.begin_nested():
            db.session.add(ballot)
            db.session.flush()
    except IntegrityError as error:
        return _meet_earlier(locked, unit, scores=scores, actor=actor, now=now, error=error)
    record(AuditTag.BALLOT_SUBMIT, subject=ballot, actor=actor, now=now)
    return Submission(Outcome.RECORDED, ballot)


def _meet_earlier(
    round_: RatingRound,
    unit: OwnedUnit,
    *,
    scores: Sequence[int | None],
    actor: Actor,
    now: datetime,
    error: IntegrityError,
) -> Submission:
    """Deal with a ballot whose unit has one already."""
    earlier = db.session.scalars(
        select(Ballot)
        .where(Ballot.round_id == round_.id, Ballot.unit_id == unit.unit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if earlier is None:
        raise error
    if earlier.user_id != actor.user_id:
        record(AuditTag.BALLOT_REFUSE, subject=earlier, actor=actor, now=now)
        return Submission(Outcome.ALREADY_IN, earlier)
    changed = [
        place + 1 for place, (before, after) in enumerate(zip(earlier.scores, scores, strict=True)) if before != after
    ]
    for column, score in zip(COLUMNS, scores, strict=True):
        setattr(earlier, column, score)
    if changed:
        earlier.changed_at = max(now, earlier.changed_at)
    changes = {"questions": [[], changed]}
    record(AuditTag.BALLOT_CHANGE, subject=earlier, actor=actor, now=now, changes=changes)
    return Submission(Outcome.CHANGED if changed else Outcome.SAME, earlier)


def close_round(round_: RatingRound, *, reason: str, actor: Actor, now: datetime) -> RatingRound:
    """End a round and fix who could take part. Before its announced end only with a reason.

    Waits for ballots that are just being written; every counted one lies before `closed_at`.
    """
    locked = _lock(round_.id)
    rules.check_close(state=locked.state, closes_at=locked.closes_at, now=now, reason=reason)
    last = db.session.scalar(select(func.max(Ballot.changed_at)).where(Ballot.round_id == locked.id))
    locked.closed_at = rules.cut_off(closes_at=locked.closes_at, now=now, last_ballot_at=last)
    locked.close_reason = reason.strip() if now < locked.closes_at else ""
    locked.roll = {str(line.id): line.delivered for line in estates.list_buildings(locked.estate_id)}
    locked.state = RoundState.CLOSED
    record(
        AuditTag.ROUND_CLOSE,
        subject=locked,
        actor=actor,
        now=now,
        changes={"state": [RoundState.OPEN, RoundState.CLOSED], "reason": [None, locked.close_reason]},
    )
    return locked


def publish_result(round_: RatingRound, *, actor: Actor, now: datetime) -> RatingRound:
    """Make the result public: owners, the firm and anybody with the link can read it."""
    locked = _lock(round_.id)
    rules.check_transition(locked.state, RoundState.PUBLISHED)
    locked.state, locked.published_at = RoundState.PUBLISHED, now
    changes = {"state": [RoundState.CLOSED, RoundState.PUBLISHED]}
    record(AuditTag.ROUND_PUBLISH, subject=locked, actor=actor, now=now, changes=changes)
    return locked


def _lock(round_id: uuid.UUID, *, shared: bool = False) -> RatingRound:
    """Lock a round: alone for a change of its state, shared while a ballot is written."""
    return db.session.scalars(
        select(RatingRound)
        .where(RatingRound.id == round_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    ).one()


def _check_open(round_: RatingRound, now: datetime) -> None:
    rules.check_open(state=round_.state, opens_at=round_.opens_at, closes_at=round_.closes_at, now=now)


def _drop_draft(round_: RatingRound, unit: OwnedUnit, actor: Actor) -> None:
    """Remove what was tapped before; two submissions at once may both come here."""
    db.session.execute(
        delete(BallotDraft).where(
            BallotDraft.round_id == round_.id, BallotDraft.unit_id == unit.unit_id, BallotDraft.user_id == actor.user_id
        )
    )


def _find_or_create_draft(round_: RatingRound, unit: OwnedUnit, *, actor: Actor, now: datetime) -> BallotDraft:
    """Give this owner's draft; where two taps meet, the one that was first made."""
    found = queries.find_draft(round_.id, unit.unit_id, user_id=actor.user_id)
    if found is not None:
        return found
    ballot = queries.find_ballot(round_.id, unit.unit_id)
    begun = ballot.scores if ballot is not None and ballot.user_id == actor.user_id else ()
    draft = BallotDraft(
        id=new_id(),
        round_id=round_.id,
        unit_id=unit.unit_id,
        user_id=actor.user_id,
        changed_at=now,
        **dict(zip(COLUMNS, begun, strict=False)),
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
            db.session.flush()
    except IntegrityError:
        found = queries.find_draft(round_.id, unit.unit_id, user_id=actor.user_id)
        if found is None:
            raise
        return found
    return draft
