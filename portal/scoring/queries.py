"""Reads of scoring. Nothing here says who gave which score."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.estates import queries as estates
from portal.estates.queries import ContractLine, OwnedUnit
from portal.estates.rules import UnitStatus
from portal.scoring import rules
from portal.scoring.models import Ballot, BallotDraft, RatingRound
from portal.scoring.rules import COLUMNS, Result, RoundState, RulePack, Tally

ROUNDS_PER_PAGE = 50


@dataclass(frozen=True)
class RoundLine:
    """One round in the list, with the names of estate and firm and the ballots so far."""

    id: uuid.UUID
    title: str
    estate_name: str
    company_name: str
    state: RoundState
    opens_at: datetime
    closes_at: datetime
    ballots: int


@dataclass(frozen=True)
class BuildingResult:
    """One building in a result; `result` is None where it is not shown, to protect households."""

    name: str
    ballots: int
    delivered_units: int
    result: Result | None


@dataclass(frozen=True)
class RoundResult:
    """Everything the result page says."""

    round: RatingRound
    contract: ContractLine
    pack: RulePack
    ballots: int
    delivered_units: int
    whole: Result
    buildings: tuple[BuildingResult, ...]


@dataclass(frozen=True)
class OwnerRound:
    """One unit in one round, as its owner sees it: who scored for it, if anybody."""

    round: RatingRound
    unit: OwnedUnit
    ballot_user_id: uuid.UUID | None


def get_round(round_id: uuid.UUID) -> RatingRound:
    """Give a round of this tenant; raises NotFound."""
    found = db.session.scalars(select(RatingRound).where(RatingRound.id == round_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_published_round(round_id: uuid.UUID) -> RatingRound:
    """Give a round whose result is public; raises NotFound for any other."""
    found = get_round(round_id)
    if found.state is not RoundState.PUBLISHED:
        raise NotFound
    return found


def list_rounds(*, page: int = 1, state: RoundState | None = None) -> list[RoundLine]:
    """One row per round, the latest first, 50 a page; two statements."""
    counted = (
        select(func.count(Ballot.id)).where(Ballot.round_id == RatingRound.id).correlate(RatingRound).scalar_subquery()
    )
    statement = (
        select(RatingRound, counted)
        .order_by(RatingRound.opens_at.desc(), RatingRound.id.desc())
        .limit(ROUNDS_PER_PAGE)
        .offset(max(page - 1, 0) * ROUNDS_PER_PAGE)
    )
    if state is not None:
        statement = statement.where(RatingRound.state == state)
    rows = db.session.execute(statement).all()
    names = _contracts_of([round_ for round_, _ in rows])
    return [
        RoundLine(
            id=round_.id,
            title=round_.title,
            estate_name=names[round_.contract_id].estate_name,
            company_name=names[round_.contract_id].company_name,
            state=round_.state,
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
            ballots=ballots,
        )
        for round_, ballots in rows
    ]


def count_rounds(*, state: RoundState | None = None) -> int:
    """Count the rounds of this tenant, of one state or all."""
    statement = select(func.count(RatingRound.id))
    if state is not None:
        statement = statement.where(RatingRound.state == state)
    return db.session.execute(statement).scalar_one()


def _contracts_of(rounds: Collection[RatingRound]) -> dict[uuid.UUID, ContractLine]:
    ids = {round_.contract_id for round_ in rounds}
    return {line.id: line for line in estates.list_contracts(ids=ids)}


def list_waiting_rounds() -> list[RatingRound]:
    """Give the rounds that wait for the secretary: open ones and closed ones not yet published."""
    waiting = (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED)
    return list(
        db.session.scalars(
            select(RatingRound)
            .where(RatingRound.state.in_(waiting))
            .order_by(RatingRound.closes_at)
            .limit(ROUNDS_PER_PAGE)
        )
    )


def list_rounds_of_owner(user_id: uuid.UUID, *, on: date, now: datetime) -> list[OwnerRound]:
    """Give each unit of this owner with each round that is open for it; two statements at most."""
    units = [unit for unit in estates.units_of_verified_owner(user_id, on=on) if unit.status is UnitStatus.DELIVERED]
    if not units:
        return []
    unit_ids = [unit.unit_id for unit in units]
    rows = db.session.execute(
        select(RatingRound, Ballot.unit_id, Ballot.user_id)
        .outerjoin(Ballot, and_(Ballot.round_id == RatingRound.id, Ballot.unit_id.in_(unit_ids)))
        .where(
            RatingRound.state == RoundState.OPEN,
            RatingRound.opens_at <= now,
            RatingRound.closes_at > now,
            RatingRound.estate_id.in_({unit.estate_id for unit in units}),
        )
        .order_by(RatingRound.closes_at)
    ).all()
    scored = {(round_.id, unit_id): scorer for round_, unit_id, scorer in rows}
    rounds = {round_.id: round_ for round_, _, _ in rows}
    return [
        OwnerRound(round_, unit, scored.get((round_.id, unit.unit_id)))
        for round_ in rounds.values()
        for unit in units
        if unit.estate_id == round_.estate_id
    ]


def get_unit_to_score(round_: RatingRound, unit_id: uuid.UUID, *, user_id: uuid.UUID, on: date) -> OwnedUnit:
    """Give a unit of the round's estate that this account owns and that was handed over.

    Raises NotFound for anybody else's unit or another estate's, RuleBroken
    `scoring.unit_not_delivered` before the handover.
    """
    unit = estates.get_unit_of_verified_owner(unit_id, user_id=user_id, on=on)
    if unit.estate_id != round_.estate_id:
        raise NotFound
    if unit.status is not UnitStatus.DELIVERED:
        raise RuleBroken("scoring.unit_not_delivered")
    return unit


def find_ballot(round_id: uuid.UUID, unit_id: uuid.UUID) -> Ballot | None:
    """Give the ballot of a unit in a round, or None."""
    return db.session.scalars(select(Ballot).where(Ballot.round_id == round_id, Ballot.unit_id == unit_id)).first()


def find_draft(round_id: uuid.UUID, unit_id: uuid.UUID, *, user_id: uuid.UUID) -> BallotDraft | None:
    """Give what this owner has tapped for a unit but not sent, or None."""
    return db.session.scalars(
        select(BallotDraft).where(
            BallotDraft.round_id == round_id, BallotDraft.unit_id == unit_id, BallotDraft.user_id == user_id
        )
    ).one_or_none()


def _sums() -> list[ColumnElement[Any]]:
    """Give the columns of a tally: ballots, then count and sum of each of the seven answers."""
    columns: list[ColumnElement[Any]] = [func.count(Ballot.id)]
    for name in COLUMNS:
        column = getattr(Ballot, name)
        columns += [func.count(column), func.coalesce(func.sum(column), 0)]
    return columns


def _tally(row: Sequence[Any]) -> Tally:
    ballots, *sums = (int(value) for value in row)
    return Tally(ballots=ballots, counts=tuple(sums[0::2]), totals=tuple(sums[1::2]))


def get_tally(round_id: uuid.UUID) -> Tally:
    """Add up the ballots of a round in one statement."""
    row = db.session.execute(select(*_sums()).where(Ballot.round_id == round_id)).one()
    return _tally(row)


def count_ballots(round_id: uuid.UUID) -> int:
    """Count the ballots of a round."""
    statement = select(func.count(Ballot.id)).where(Ballot.round_id == round_id)
    return db.session.execute(statement).scalar_one()


def list_tallies_by_building(round_id: uuid.UUID) -> dict[uuid.UUID, Tally]:
    """Add up the ballots of each building in one statement; a building without ballots is not there."""
    rows = db.session.execute(
        select(Ballot.building_id, *_sums()).where(Ballot.round_id == round_id).group_by(Ballot.building_id)
    )
    return {row[0]: _tally(row[1:]) for row in rows}


def round_report(round_: RatingRound) -> RoundResult:
    """Work out the result of a round that is over; four statements.

    Raises RuleBroken `scoring.result_not_yet` while it runs: nobody sees scores before the end.
    """
    if round_.state not in {RoundState.CLOSED, RoundState.PUBLISHED}:
        raise RuleBroken("scoring.result_not_yet")
    pack = rules.pack_as_read(round_.template)
    tally = get_tally(round_.id)
    delivered = sum(round_.roll.values())
    return RoundResult(
        round=round_,
        contract=estates.get_contract(round_.contract_id),
        pack=pack,
        ballots=tally.ballots,
        delivered_units=delivered,
        whole=_work_out(tally, pack=pack, delivered_units=delivered),
        buildings=_building_results(round_, pack),
    )


def _work_out(tally: Tally, *, pack: RulePack, delivered_units: int) -> Result:
    return rules.work_out(
        tally,
        items=pack.items,
        delivered_units=delivered_units,
        min_percent=pack.min_participation_percent,
        min_cell=pack.min_cell,
    )


def _building_results(round_: RatingRound, pack: RulePack) -> tuple[BuildingResult, ...]:
    """Give the buildings of the roll in their order, small ones without their score."""
    tallies = {str(key): tally for key, tally in list_tallies_by_building(round_.id).items()}
    lines = [line for line in estates.list_buildings(round_.estate_id) if str(line.id) in round_.roll]
    counts = {str(line.id): tallies[str(line.id)].ballots if str(line.id) in tallies else 0 for line in lines}
    hidden = rules.cells_to_hide(counts, min_cell=pack.min_cell)
    return tuple(
        BuildingResult(
            name=line.name,
            ballots=counts[str(line.id)],
            delivered_units=round_.roll[str(line.id)],
            result=None
            if str(line.id) in hidden
            else _work_out(tallies[str(line.id)], pack=pack, delivered_units=round_.roll[str(line.id)]),
        )
        for line in lines
    )
