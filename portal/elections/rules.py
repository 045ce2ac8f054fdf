"""Rules of setting up an owners' committee: states, steps, who may be refused and on what.

Numbers come from the rule pack the case runs under; nothing here reads a clock or a database.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.elections.packs import CandidateRule, RulePack


class CaseKind(StrEnum):
    """Why a committee is elected."""

    FIRST = "first"
    RENEWAL = "renewal"
    BY_ELECTION = "by_election"
    RECALL = "recall"


class CaseState(StrEnum):
    """Where a case stands, from the first paper to the end of the term."""

    DRAFT = "draft"
    PREP_FORMED = "prep_formed"
    PREP_PUBLISHED = "prep_published"
    REGISTER_PUBLISHED = "register_published"
    NOMINATION = "nomination"
    PARTY_REVIEW = "party_review"
    JOINT_REVIEW = "joint_review"
    CANDIDATES_PUBLISHED = "candidates_published"
    OBJECTION_HANDLING = "objection_handling"
    NOTICE = "notice"
    VOTING = "voting"
    COUNTING = "counting"
    RESULT_PUBLISHED = "result_published"
    CHALLENGED = "challenged"
    RECOUNT = "recount"
    ELECTED = "elected"
    PARTIAL = "partial"
    FAILED = "failed"
    FIRST_MEETING = "first_meeting"
    FILED = "filed"
    IN_TERM = "in_term"
    RENEWAL_DUE = "renewal_due"
    HANDOVER = "handover"
    CLOSED = "closed"


S = CaseState
TRANSITIONS: Mapping[CaseState, frozenset[CaseState]] = {
    S.DRAFT: frozenset({S.PREP_FORMED}),
    S.PREP_FORMED: frozenset({S.PREP_PUBLISHED}),
    S.PREP_PUBLISHED: frozenset({S.REGISTER_PUBLISHED}),
    S.REGISTER_PUBLISHED: frozenset({S.NOMINATION}),
    S.NOMINATION: frozenset({S.PARTY_REVIEW}),
    # A joint review is held where a local pack asks for it; the national rules do not.
    S.PARTY_REVIEW: frozenset({S.JOINT_REVIEW, S.CANDIDATES_PUBLISHED}),
    S.JOINT_REVIEW: frozenset({S.CANDIDATES_PUBLISHED}),
    S.CANDIDATES_PUBLISHED: frozenset({S.OBJECTION_HANDLING, S.NOTICE}),
    S.OBJECTION_HANDLING: frozenset({S.CANDIDATES_PUBLISHED}),
    S.NOTICE: frozenset({S.VOTING}),
    S.VOTING: frozenset({S.COUNTING}),
    S.COUNTING: frozenset({S.RESULT_PUBLISHED}),
    S.RESULT_PUBLISHED: frozenset({S.CHALLENGED, S.ELECTED, S.PARTIAL, S.FAILED}),
    S.CHALLENGED: frozenset({S.RECOUNT}),
    S.RECOUNT: frozenset({S.ELECTED, S.PARTIAL, S.FAILED}),
    S.ELECTED: frozenset({S.FIRST_MEETING}),
    S.PARTIAL: frozenset({S.FIRST_MEETING}),
    S.FAILED: frozenset({S.CLOSED}),
    S.FIRST_MEETING: frozenset({S.FILED}),
    S.FILED: frozenset({S.IN_TERM}),
    S.IN_TERM: frozenset({S.RENEWAL_DUE}),
    S.RENEWAL_DUE: frozenset({S.HANDOVER}),
    S.HANDOVER: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
}
REVIEW_STATES = frozenset({S.PARTY_REVIEW, S.JOINT_REVIEW, S.OBJECTION_HANDLING})


class NominationSource(StrEnum):
    """Who put the candidate forward."""

    PARTY_ORG = "party_org"
    RESIDENTS_COMMITTEE = "residents_committee"
    SELF = "self"
    JOINT_OWNERS = "joint_owners"
    STREET = "street"


class CheckOutcome(StrEnum):
    """What a check of one rule found."""

    PASS = "pass"  # noqa: S105  a verdict, not a password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"


class CandidateState(StrEnum):
    """Where a candidate stands: nominated, one of the four decisions, or withdrawn by oneself."""

    NOMINATED = "nominated"
    NEED_INFO = "need_info"
    CONDITIONAL = "conditional"
    PASSED = "passed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


DECISIONS = frozenset(CandidateState) - {CandidateState.NOMINATED, CandidateState.WITHDRAWN}
SETTLED = frozenset({CandidateState.PASSED, CandidateState.FAILED, CandidateState.WITHDRAWN})


@dataclass(frozen=True)
class Finding:
    """What is written on the sheet for one rule."""

    rule_code: str
    outcome: CheckOutcome
    evidence: str


@dataclass(frozen=True)
class Verdict:
    """A decision about to be made: outcome, why, on which rules, and by when to mend."""

    outcome: CandidateState
    reason: str
    cited: tuple[str, ...] = ()
    fix_by: date | None = None


@dataclass(frozen=True)
class Preparation:
    """What happened on paper before the case is opened here; both days in the past or today."""

    prep_formed_on: date
    register_published_on: date


@dataclass(frozen=True)
class Nomination:
    """Who is put forward, living where, and by whom."""

    name: str
    unit_text: str
    source: NominationSource


def check_transition(before: CaseState, after: CaseState) -> None:
    """Refuse a step that does not follow from the state of the case (domain sheet A8)."""
    if after not in TRANSITIONS[before]:
        raise RuleBroken("elections.wrong_step")


def check_seats(seats: int, kind: CaseKind, pack: RulePack) -> None:
    """Refuse a committee size the pack does not allow: an odd number within its limits.

    A by-election fills any number of empty seats up to the upper limit.
    Source: Guiding Rules art. 31 (national pack).
    """
    lower, upper = pack.number("SEATS_MIN").value, pack.number("SEATS_MAX").value
    if kind in {CaseKind.BY_ELECTION, CaseKind.RECALL}:
        if not 1 <= seats <= upper:
            raise RuleBroken("elections.seats_to_fill", field="seats", upper=upper)
    elif not lower <= seats <= upper or seats % 2 == 0:
        raise RuleBroken("elections.seats", field="seats", lower=lower, upper=upper)


def check_opening(kind: CaseKind, seats: int, preparation: Preparation, pack: RulePack, *, today: date) -> None:
    """Refuse to open a case under a pack not in force, with a wrong size, or before its time."""
    if not pack.in_force_on(today):
        raise RuleBroken("elections.pack_not_in_force", field="pack_id")
    check_seats(seats, kind, pack)
    check_preparation(preparation.prep_formed_on, preparation.register_published_on, today=today)


def check_preparation(prep_formed_on: date, register_published_on: date, *, today: date) -> None:
    """Refuse dates of the preparatory steps that are out of order or still to come."""
    if prep_formed_on > today:
        raise RuleBroken("elections.date_to_come", field="prep_formed_on")
    if register_published_on > today:
        raise RuleBroken("elections.date_to_come", field="register_published_on")
    if register_published_on < prep_formed_on:
        raise RuleBroken("elections.register_before_prep", field="register_published_on")


def get_rule(pack: RulePack, code: str) -> CandidateRule:
    """The rule of that code; RuleBroken when the pack has none."""
    if code not in pack.rules:
        raise RuleBroken("elections.unknown_rule")
    return pack.rules[code]


def check_finding(finding: Finding, pack: RulePack) -> CandidateRule:
    """The rule of the pack that the finding is about; refuse a verdict without evidence."""
    rule = get_rule(pack, finding.rule_code)
    if finding.outcome is not CheckOutcome.CANNOT_TELL and not finding.evidence.strip():
        raise RuleBroken("elections.evidence_missing", field="evidence", rule=rule.code)
    return rule


def check_not_oneself(actor_id: object, candidate_user_id: object | None) -> None:
    """Refuse a check or decision by the candidate in person (recusal, default of this system)."""
    if candidate_user_id is not None and actor_id == candidate_user_id:
        raise RuleBroken("elections.own_case")


def open_rules(pack: RulePack, findings: Iterable[Finding]) -> list[CandidateRule]:
    """The rules that still need a finding before a candidate can pass.

    A judgement (Q05, Q06) is answered by any finding, since it is only an opinion; any other
    rule stays open while it cannot be told.
    """
    outcomes = {finding.rule_code: finding.outcome for finding in findings}
    return [rule for rule in pack.rules.values() if not _is_answered(rule, outcomes.get(rule.code))]


def _is_answered(rule: CandidateRule, outcome: CheckOutcome | None) -> bool:
    if outcome is CheckOutcome.CANNOT_TELL:
        return rule.judgement
    return outcome is not None


def barring_findings(pack: RulePack, findings: Iterable[Finding]) -> list[Finding]:
    """The failed rules, with evidence, on which a candidate may be refused."""
    return [
        finding
        for finding in findings
        if finding.outcome is CheckOutcome.FAIL and pack.rules[finding.rule_code].may_bar and finding.evidence.strip()
    ]


def check_decision(verdict: Verdict, findings: Collection[Finding], pack: RulePack, *, today: date) -> None:
    """Refuse a decision that the sheet does not carry.

    Pass: every rule answered, none failed that may bar. Conditional: a date in the future.
    Fail: only on rules of the pack that may bar, each failed on the sheet with evidence; never
    on an opinion and never on political status (domain sheet A4, gate design, and H6).
    """
    if not verdict.reason.strip():
        raise RuleBroken("elections.reason_missing", field="reason")
    barring = {finding.rule_code for finding in barring_findings(pack, findings)}
    if verdict.outcome is CandidateState.PASSED:
        if missing := open_rules(pack, findings):
            raise RuleBroken("elections.sheet_incomplete", field="outcome", rules=_codes(missing))
        if barring:
            raise RuleBroken("elections.rule_failed", field="outcome", rules=", ".join(sorted(barring)))
    elif verdict.outcome is CandidateState.FAILED:
        _check_refusal(verdict, barring, pack)
    elif verdict.outcome is CandidateState.CONDITIONAL and (verdict.fix_by is None or verdict.fix_by <= today):
        raise RuleBroken("elections.fix_by_missing", field="fix_by")


def _check_refusal(verdict: Verdict, barring: Collection[str], pack: RulePack) -> None:
    if not verdict.cited:
        raise RuleBroken("elections.refusal_without_rule", field="cited")
    for code in verdict.cited:
        if code not in pack.rules:
            raise RuleBroken("elections.unknown_rule", field="cited")
        if not pack.rules[code].may_bar:
            raise RuleBroken("elections.opinion_cannot_bar", field="cited", rule=code)
        if code not in barring:
            raise RuleBroken("elections.refusal_without_evidence", field="cited", rule=code)


def check_may_review(case_state: CaseState, candidate_state: CandidateState) -> None:
    """Refuse to fill in a sheet outside the review, or one whose candidate is already decided."""
    if case_state not in REVIEW_STATES:
        raise RuleBroken("elections.not_under_review")
    if candidate_state in SETTLED:
        raise RuleBroken("elections.already_decided")


def may_decide(case_state: CaseState, candidate_state: CandidateState) -> bool:
    """Say whether a candidate can be decided on: under review and not settled.

    While objections are handled also one who passed or was refused, but not one who withdrew.
    """
    if case_state is S.OBJECTION_HANDLING:
        return candidate_state is not CandidateState.WITHDRAWN
    return case_state in REVIEW_STATES and candidate_state not in SETTLED


def check_may_decide(case_state: CaseState, before: CandidateState, after: CandidateState) -> None:
    """Refuse to decide outside the review, or twice.

    While objections are handled, a settled candidate is first put back to "more needed".
    """
    if case_state not in REVIEW_STATES:
        raise RuleBroken("elections.not_under_review")
    if after not in DECISIONS:
        raise RuleBroken("elections.wrong_step")
    if not may_decide(case_state, before):
        raise RuleBroken("elections.already_decided")
    if before in SETTLED and after is not CandidateState.NEED_INFO:
        raise RuleBroken("elections.reopen_first", field="outcome")


def may_withdraw(case_state: CaseState, candidate_state: CandidateState) -> bool:
    """Say whether a candidate can still step back: before the list is published."""
    return case_state in REVIEW_STATES | {S.NOMINATION} and candidate_state is not CandidateState.WITHDRAWN


def check_may_withdraw(case_state: CaseState, candidate_state: CandidateState) -> None:
    """Refuse to note a withdrawal once the list is published, or twice."""
    if not may_withdraw(case_state, candidate_state):
        raise RuleBroken("elections.cannot_withdraw")


def check_publishable(states: Collection[CandidateState]) -> None:
    """Refuse to publish while any candidate is undecided, or when nobody passed."""
    undecided = sum(state not in SETTLED for state in states)
    if undecided:
        raise RuleBroken("elections.undecided", count=undecided)
    if CandidateState.PASSED not in states:
        raise RuleBroken("elections.nobody_passed")


UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024
_MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def check_upload(content: bytes) -> str:
    """The media type of a file handed in as evidence, by its first bytes; refuse others.

    PDF, JPEG or PNG of at most 5 MiB (default of this system).
    """
    if len(content) > UPLOAD_LIMIT_BYTES:
        raise RuleBroken("elections.file_size", field="file")
    for magic, media_type in _MAGIC.items():
        if content.startswith(magic):
            return media_type
    raise RuleBroken("elections.file_type", field="file")


def comparable(room: str) -> str:
    """A room number without blanks, so that "1栋 101" and "1栋101" are the same."""
    return "".join(room.split())


def _codes(rules: Iterable[CandidateRule]) -> str:
    return ", ".join(rule.code for rule in rules)
