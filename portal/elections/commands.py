"""Open a case, nominate, fill in the eligibility sheet, decide, publish. One audit event each."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.elections import queries, rules
from portal.elections.models import Candidate, CandidateDecision, ElectionCase, EligibilityCheck
from portal.elections.packs import RulePack
from portal.elections.rules import (
    CandidateState,
    CaseKind,
    CaseState,
    Finding,
    Nomination,
    NominationSource,
    Preparation,
    Verdict,
)
from portal.estates import queries as estates
from portal.estates.rules import RollTotals
from portal.files.commands import store_file
from portal.files.queries import OpenedFile, get_file
from portal.notices import commands as notices
from portal.notices import queries as published_notices
from portal.notices.rules import NoticeBody, NoticeKind


@dataclass(frozen=True)
class Upload:
    """A file handed in as evidence."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ListWording:
    """The published words of the list of candidates, in the language of the notice.

    `columns` are the heads for name, unit and source; `sources` the name of each source.
    """

    title: str
    text: str
    issuer: str
    objection: str
    columns: tuple[str, str, str]
    sources: dict[NominationSource, str]
    period_source: str


def open_case(
    estate_id: uuid.UUID,
    *,
    kind: CaseKind,
    seats: int,
    pack: RulePack,
    preparation: Preparation,
    actor: Actor,
    now: datetime,
) -> ElectionCase:
    """Open the case of an estate at the step of nomination, under a copy of the rule pack.

    S (m²) and N of the register are taken over as they are today. RuleBroken when the seats do not
    fit the pack, the pack is not in force, the register is empty, or a case is already under way.
    """
    estate = estates.get_estate(estate_id)
    totals = estates.get_roll_totals(estate.id, on=today(now))
    if not totals.units:
        raise RuleBroken("elections.empty_roll", field="estate_id")
    rules.check_opening(kind, seats, preparation, pack, today=today(now))
    case = _new_case(estate.id, totals, pack, preparation)
    case.kind, case.seats = kind, seats
    case.opened_by, case.opened_at = actor.user_id, now
    _add(case, else_broken="elections.case_running", field="estate_id")
    record(
        AuditTag.CASE_OPEN,
        subject=case,
        actor=actor,
        now=now,
        changes={"kind": [None, kind], "seats": [None, seats], "pack": [None, case.pack_hash]},
    )
    return case


def nominate_candidate(case: ElectionCase, *, nomination: Nomination, actor: Actor, now: datetime) -> Candidate:
    """Put a person forward. RuleBroken after nominations are closed, or for the same person twice.

    Linked to the owner of the register with exactly that name and room, where there is one.
    """
    case = queries.lock_case(case.id)
    if case.state is not CaseState.NOMINATION:
        raise RuleBroken("elections.nominations_closed")
    owner = _matching_owner(case, nomination, on=today(now))
    candidate = Candidate(
        id=new_id(),
        case_id=case.id,
        name=nomination.name,
        unit_text=nomination.unit_text,
        source=nomination.source,
        owner_id=owner.owner_id if owner else None,
        user_id=owner.user_id if owner else None,
        state=CandidateState.NOMINATED,
        nominated_by=actor.user_id,
        nominated_at=now,
    )
    _add(candidate, else_broken="elections.nominated_already", field="name")
    record(
        AuditTag.CANDIDATE_NOMINATE,
        subject=candidate,
        actor=actor,
        now=now,
        changes={"case_id": [None, case.id], "source": [None, nomination.source]},
    )
    return candidate


def start_review(case: ElectionCase, *, actor: Actor, now: datetime) -> ElectionCase:
    """Close nominations and begin the review. RuleBroken without a candidate."""
    case = queries.lock_case(case.id)
    rules.check_transition(case.state, CaseState.PARTY_REVIEW)
    states = queries.list_candidate_states(case.id)
    if all(state is CandidateState.WITHDRAWN for state in states):
        raise RuleBroken("elections.nobody_nominated")
    before, case.state = case.state, CaseState.PARTY_REVIEW
    case.review_started_at = now
    record(
        AuditTag.CASE_ADVANCE,
        subject=case,
        actor=actor,
        now=now,
        changes={"state": [before, case.state]},
    )
    return case


def withdraw_candidate(candidate: Candidate, *, actor: Actor, now: datetime) -> Candidate:
    """Note that a candidate no longer stands, at the candidate's own wish."""
    case = queries.lock_case(candidate.case_id)
    candidate = queries.lock_candidate(candidate.id)
    rules.check_may_withdraw(case.state, candidate.state)
    before, candidate.state = candidate.state, CandidateState.WITHDRAWN
    record(
        AuditTag.CANDIDATE_WITHDRAW,
        subject=candidate,
        actor=actor,
        now=now,
        changes={"state": [before, candidate.state]},
    )
    return candidate


def record_check(
    candidate: Candidate,
    *,
    finding: Finding,
    upload: Upload | None = None,
    actor: Actor,
    now: datetime,
) -> EligibilityCheck:
    """Write what was found under one rule; a second finding on the same rule replaces the first.

    RuleBroken outside the review, on oneself, without evidence, or for a rule the pack lacks.
    """
    case = queries.lock_case(candidate.case_id)
    candidate = queries.lock_candidate(candidate.id)
    rules.check_not_oneself(actor.user_id, candidate.user_id)
    rules.check_may_review(case.state, candidate.state)
    rules.check_finding(finding, queries.pack_of(case))
    check = _check_of(candidate, finding.rule_code)
    before = check.outcome if check in db.session else None
    check.outcome = finding.outcome
    check.evidence = finding.evidence.strip()
    check.checked_by = actor.user_id
    check.checked_at = now
    if upload is not None:
        check.file_id = _store(upload, actor=actor, now=now)
    db.session.add(check)
    db.session.flush()
    record(
        AuditTag.CHECK_RECORD,
        subject=check,
        actor=actor,
        now=now,
        changes={"rule": [None, finding.rule_code], "outcome": [before, finding.outcome]},
    )
    return check


def fetch_evidence(check: EligibilityCheck, *, actor: Actor, now: datetime) -> OpenedFile:
    """Give the paper that a finding rests on, and record who took it. Raises NotFound where there is none."""
    if check.file_id is None:
        raise NotFound
    changes = {"rule": [None, check.rule_code]}
    record_look(AuditTag.EVIDENCE_FETCH, subject=check, actor=actor, now=now, changes=changes)
    return get_file(check.file_id)


def decide_candidate(candidate: Candidate, *, verdict: Verdict, actor: Actor, now: datetime) -> CandidateDecision:
    """Decide on a candidate; every decision stays on record, the newest counts.

    RuleBroken outside the review, on oneself, or when the sheet does not carry the decision.
    """
    case = queries.lock_case(candidate.case_id)
    candidate = queries.lock_candidate(candidate.id)
    rules.check_not_oneself(actor.user_id, candidate.user_id)
    rules.check_may_decide(case.state, candidate.state, verdict.outcome)
    sheet = queries.findings(candidate.id)
    rules.check_decision(verdict, sheet, queries.pack_of(case), today=today(now))
    decision = CandidateDecision(
        id=new_id(),
        candidate_id=candidate.id,
        outcome=verdict.outcome,
        reason=verdict.reason.strip(),
        cited=sorted(verdict.cited) if verdict.outcome is CandidateState.FAILED else [],
        fix_by=verdict.fix_by if verdict.outcome is CandidateState.CONDITIONAL else None,
        decided_by=actor.user_id,
        decided_at=now,
    )
    db.session.add(decision)
    before, candidate.state = candidate.state, verdict.outcome
    db.session.flush()
    record(
        AuditTag.CANDIDATE_DECIDE,
        subject=candidate,
        actor=actor,
        now=now,
        changes={"state": [before, candidate.state], "cited": [None, decision.cited]},
    )
    return decision


def publish_candidates(case: ElectionCase, *, wording: ListWording, actor: Actor, now: datetime) -> ElectionCase:
    """Publish the candidates that passed, for the days of the case's own rule pack.

    The notice names the person, the unit and who nominated, nothing else. RuleBroken while any
    candidate is undecided, when nobody passed, or when the step does not follow.
    """
    case = queries.lock_case(case.id)
    rules.check_transition(case.state, CaseState.CANDIDATES_PUBLISHED)
    rules.check_publishable(queries.list_candidate_states(case.id))
    period = queries.pack_of(case).number("CANDIDATE_PUBLICITY_DAYS")
    rows = tuple(
        (line.name, line.unit_text, wording.sources[line.source])
        for line in queries.list_candidates(case.id)
        if line.state is CandidateState.PASSED
    )
    paragraphs = tuple(line.strip() for line in wording.text.splitlines() if line.strip())
    draft = notices.NoticeDraft(
        kind=NoticeKind.CANDIDATES,
        title=wording.title,
        body=NoticeBody(paragraphs, wording.columns, rows),
        issuer=wording.issuer,
        objection=wording.objection,
        amount=period.value,
        unit=period.period_unit,
        period_source=wording.period_source,
        subject_id=case.id,
    )
    case.state, case.published_at = CaseState.CANDIDATES_PUBLISHED, now
    notices.publish_notice(draft, actor=actor, now=now, tag=AuditTag.CANDIDATES_PUBLISH, subject=case)
    return case


def withdraw_candidate_list(case: ElectionCase, *, reason: str, actor: Actor, now: datetime) -> ElectionCase:
    """Take the published list back to handle objections; it must be published anew afterwards."""
    case = queries.lock_case(case.id)
    rules.check_transition(case.state, CaseState.OBJECTION_HANDLING)
    newest = published_notices.list_notices_of(case.id)[0]
    notices.withdraw_notice(newest, reason=reason, actor=actor, now=now)
    case.state, case.published_at = CaseState.OBJECTION_HANDLING, None
    return case


def _new_case(estate_id: uuid.UUID, totals: RollTotals, pack: RulePack, preparation: Preparation) -> ElectionCase:
    """A case at the step of nomination with the register and the rules as they are."""
    return ElectionCase(
        id=new_id(),
        estate_id=estate_id,
        running_estate_id=estate_id,
        state=CaseState.NOMINATION,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_hash=pack.content_hash,
        pack=dict(pack.data),
        prep_formed_on=preparation.prep_formed_on,
        register_published_on=preparation.register_published_on,
        roll_area_m2=totals.area_m2,
        roll_heads=totals.heads,
    )


def _add(row: ElectionCase | Candidate, *, else_broken: str, field: str) -> None:
    """Add a row that the database may refuse as a double; the refusal becomes a rule's sentence."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken(else_broken, field=field) from error


def _check_of(candidate: Candidate, rule_code: str) -> EligibilityCheck:
    """The line of the sheet for a rule: the one that is there, or a new one that is not in the session yet."""
    there = (check for check in queries.list_checks(candidate.id) if check.rule_code == rule_code)
    return next(there, EligibilityCheck(id=new_id(), candidate_id=candidate.id, rule_code=rule_code))


def _store(upload: Upload, *, actor: Actor, now: datetime) -> uuid.UUID:
    media_type = rules.check_upload(upload.content)
    return store_file(upload.name, upload.content, media_type, actor=actor, now=now).id


def _matching_owner(case: ElectionCase, nomination: Nomination, *, on: date) -> estates.OwnerLine | None:
    wanted = rules.comparable(nomination.unit_text)
    for owner in estates.list_owners(case.estate_id, on=on):
        if owner.name == nomination.name and wanted in map(rules.comparable, owner.rooms):
            return owner
    return None
