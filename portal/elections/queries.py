"""Read election cases, candidates, eligibility sheets and decisions."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from portal.core.db import db
from portal.core.errors import NotFound
from portal.elections.models import Candidate, CandidateDecision, ElectionCase, EligibilityCheck
from portal.elections.packs import RulePack, parse_pack
from portal.elections.rules import (
    REVIEW_STATES,
    SETTLED,
    CandidateState,
    CaseKind,
    CaseState,
    Finding,
    NominationSource,
)
from portal.estates import queries as estates


@dataclass(frozen=True)
class CaseLine:
    """A case in a list; `candidates` counts all that were ever nominated."""

    id: uuid.UUID
    estate_name: str
    kind: CaseKind
    state: CaseState
    seats: int
    candidates: int
    opened_at: datetime


@dataclass(frozen=True)
class CandidateLine:
    """A candidate in the list of a case; `answered` counts the rules with a finding."""

    id: uuid.UUID
    name: str
    unit_text: str
    source: NominationSource
    state: CandidateState
    answered: int


@dataclass(frozen=True)
class ReviewDue:
    """A case under review with candidates that wait for a decision."""

    case_id: uuid.UUID
    state: CaseState
    undecided: int
    candidates: int


def list_cases(*, limit: int, offset: int = 0) -> list[CaseLine]:
    """Cases of the tenant in scope, the newest first; two statements for any number."""
    candidates = (
        select(func.count()).where(Candidate.case_id == ElectionCase.id).correlate(ElectionCase).scalar_subquery()
    )
    rows = db.session.execute(
        select(
            ElectionCase.id,
            ElectionCase.estate_id,
            ElectionCase.kind,
            ElectionCase.state,
            ElectionCase.seats,
            candidates,
            ElectionCase.opened_at,
        )
        .order_by(ElectionCase.opened_at.desc(), ElectionCase.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    names = {estate.id: estate.name for estate in estates.list_estates()} if rows else {}
    return [CaseLine(row[0], names.get(row[1], ""), row[2], row[3], row[4], row[5], row[6]) for row in rows]


def count_cases() -> int:
    """How many cases the tenant in scope has."""
    return db.session.scalar(select(func.count()).select_from(ElectionCase)) or 0


def get_case(case_id: uuid.UUID) -> ElectionCase:
    """The case with its rule pack, in one statement; raises NotFound."""
    query = select(ElectionCase).where(ElectionCase.id == case_id)
    case = db.session.scalar(query.options(undefer(ElectionCase.pack)))
    if case is None:
        raise NotFound
    return case


def lock_case(case_id: uuid.UUID) -> ElectionCase:
    """The same, held until the end of the transaction for a change of state."""
    query = select(ElectionCase).where(ElectionCase.id == case_id)
    options = {"populate_existing": True}
    case = db.session.scalar(query.options(undefer(ElectionCase.pack)).with_for_update(), execution_options=options)
    if case is None:
        raise NotFound
    return case


def pack_of(case: ElectionCase) -> RulePack:
    """The rule pack that the case runs under, from its own copy."""
    return parse_pack(case.pack)


def get_candidate(candidate_id: uuid.UUID) -> Candidate:
    """The candidate; raises NotFound."""
    candidate = db.session.scalar(select(Candidate).where(Candidate.id == candidate_id))
    if candidate is None:
        raise NotFound
    return candidate


def lock_candidate(candidate_id: uuid.UUID) -> Candidate:
    """The same, held until the end of the transaction for a change."""
    query = select(Candidate).where(Candidate.id == candidate_id).with_for_update()
    candidate = db.session.scalar(query, execution_options={"populate_existing": True})
    if candidate is None:
        raise NotFound
    return candidate


def list_candidates(case_id: uuid.UUID) -> list[CandidateLine]:
    """Candidates of a case in the order of nomination, with how far their sheets are; one statement."""
    answered = (
        select(func.count()).where(EligibilityCheck.candidate_id == Candidate.id).correlate(Candidate).scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Candidate.id,
            Candidate.name,
            Candidate.unit_text,
            Candidate.source,
            Candidate.state,
            answered,
        )
        .where(Candidate.case_id == case_id)
        .order_by(Candidate.nominated_at, Candidate.id)
    )
    return [CandidateLine(*row) for row in rows]


def list_candidate_states(case_id: uuid.UUID) -> list[CandidateState]:
    """The state of each candidate of a case."""
    return list(db.session.scalars(select(Candidate.state).where(Candidate.case_id == case_id)))


def list_checks(candidate_id: uuid.UUID) -> list[EligibilityCheck]:
    """The sheet of a candidate as far as it is filled, in the order of the rules."""
    return list(
        db.session.scalars(
            select(EligibilityCheck)
            .where(EligibilityCheck.candidate_id == candidate_id)
            .order_by(EligibilityCheck.rule_code)
        )
    )


def get_check(check_id: uuid.UUID) -> EligibilityCheck:
    """One line of a sheet; raises NotFound."""
    check = db.session.scalar(select(EligibilityCheck).where(EligibilityCheck.id == check_id))
    if check is None:
        raise NotFound
    return check


def finding_of(check: EligibilityCheck) -> Finding:
    """One line of a sheet as the rules read it."""
    return Finding(check.rule_code, check.outcome, check.evidence)


def findings(candidate_id: uuid.UUID) -> list[Finding]:
    """The sheet as the rules read it."""
    return [finding_of(check) for check in list_checks(candidate_id)]


def list_decisions(candidate_id: uuid.UUID) -> list[CandidateDecision]:
    """All decisions on a candidate, the newest first."""
    return list(
        db.session.scalars(
            select(CandidateDecision)
            .where(CandidateDecision.candidate_id == candidate_id)
            .order_by(CandidateDecision.decided_at.desc(), CandidateDecision.id.desc())
        )
    )


def list_reviews_due(states: Collection[CaseState] = REVIEW_STATES, limit: int = 20) -> list[ReviewDue]:
    """Cases in these states with the number of candidates, all and undecided; one statement."""
    undecided = func.count().filter(Candidate.state.not_in(SETTLED))
    rows = db.session.execute(
        select(ElectionCase.id, ElectionCase.state, undecided, func.count(Candidate.id))
        .outerjoin(Candidate, Candidate.case_id == ElectionCase.id)
        .where(ElectionCase.state.in_(states))
        .group_by(ElectionCase.id, ElectionCase.state, ElectionCase.opened_at)
        .order_by(ElectionCase.opened_at)
        .limit(limit)
    )
    return [ReviewDue(*row) for row in rows]
