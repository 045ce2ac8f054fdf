"""Sentences and names of elections in the reader's language, and the words of the published list."""

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale, gettext, lazy_gettext

from portal.elections.calendar import Milestone
from portal.elections.packs import Bilingual, Clause, Confidence, PackNumber, RuleKind
from portal.elections.rules import CandidateState, CaseKind, CaseState, CheckOutcome, NominationSource
from portal.web.templating import locale

MESSAGES: dict[str, Any] = {
    "elections.wrong_step": lazy_gettext("This does not follow from where the case stands. Reload the page."),
    "elections.seats": lazy_gettext("A committee has an odd number of members, from %(lower)s to %(upper)s."),
    "elections.seats_to_fill": lazy_gettext("From 1 to %(upper)s seats can be filled."),
    "elections.date_to_come": lazy_gettext("This day is still to come. Enter the day on which it really happened."),
    "elections.register_before_prep": lazy_gettext("The register is published after the preparatory group is formed."),
    "elections.pack_not_in_force": lazy_gettext("These rules are not in force today."),
    "elections.empty_roll": lazy_gettext("This estate has no units in the register. Enter its units first."),
    "elections.case_running": lazy_gettext("This estate has a case under way already."),
    "elections.nominations_closed": lazy_gettext("Nominations are closed."),
    "elections.nominated_already": lazy_gettext("This person was nominated already, with the same home."),
    "elections.nobody_nominated": lazy_gettext("Nobody is nominated yet. Nominate at least one candidate first."),
    "elections.unknown_rule": lazy_gettext("The rules of this case have no such rule."),
    "elections.evidence_missing": lazy_gettext("%(rule)s: write what this finding rests on."),
    "elections.own_case": lazy_gettext("Nobody checks or decides on oneself. Ask somebody else to do it."),
    "elections.not_under_review": lazy_gettext("The case is not under review."),
    "elections.already_decided": lazy_gettext("This candidate is decided already."),
    "elections.reopen_first": lazy_gettext("Decided already. Choose that more is needed first, then decide anew."),
    "elections.cannot_withdraw": lazy_gettext("A candidate can step back once, and only before the list is published."),
    "elections.reason_missing": lazy_gettext("Write the reason; the candidate will be told it."),
    "elections.sheet_incomplete": lazy_gettext("The sheet is not complete. Still open: %(rules)s."),
    "elections.rule_failed": lazy_gettext("Not met: %(rules)s. Refuse, or pass on condition that it is mended."),
    "elections.refusal_without_rule": lazy_gettext("Choose the rule on which the candidate is refused."),
    "elections.opinion_cannot_bar": lazy_gettext("%(rule)s is an opinion and cannot bar a candidate."),
    "elections.refusal_without_evidence": lazy_gettext(
        "%(rule)s is not marked as not met, with evidence, on the sheet."
    ),
    "elections.fix_by_missing": lazy_gettext("Give a day to come by which it must be mended."),
    "elections.undecided": lazy_gettext("Not decided yet: %(count)s candidates. Decide on them first."),
    "elections.nobody_passed": lazy_gettext("No candidate has passed, so there is nothing to publish."),
    "elections.file_size": lazy_gettext("The file is larger than 5 MB."),
    "elections.file_type": lazy_gettext("Evidence is a PDF, JPEG or PNG file."),
}

KINDS: dict[CaseKind, Any] = {
    CaseKind.FIRST: lazy_gettext("First election"),
    CaseKind.RENEWAL: lazy_gettext("Renewal of the committee"),
    CaseKind.BY_ELECTION: lazy_gettext("By-election"),
    CaseKind.RECALL: lazy_gettext("Recall and new election"),
}

SOURCES: dict[NominationSource, Any] = {
    NominationSource.PARTY_ORG: lazy_gettext("Nominated by the community's party organization"),
    NominationSource.RESIDENTS_COMMITTEE: lazy_gettext("Nominated by the residents' committee"),
    NominationSource.SELF: lazy_gettext("Standing on one's own"),
    NominationSource.JOINT_OWNERS: lazy_gettext("Nominated jointly by owners"),
    NominationSource.STREET: lazy_gettext("Nominated by the street"),
}

OUTCOMES: dict[CheckOutcome, tuple[Any, str]] = {
    CheckOutcome.PASS: (lazy_gettext("Met"), "good"),
    CheckOutcome.FAIL: (lazy_gettext("Not met"), "bad"),
    CheckOutcome.CANNOT_TELL: (lazy_gettext("Cannot tell yet"), "warn"),
}

CANDIDATE_STATES: dict[CandidateState, tuple[Any, str]] = {
    CandidateState.NOMINATED: (lazy_gettext("To be decided"), "info"),
    CandidateState.NEED_INFO: (lazy_gettext("More needed"), "warn"),
    CandidateState.CONDITIONAL: (lazy_gettext("Passed on condition"), "warn"),
    CandidateState.PASSED: (lazy_gettext("Passed"), "good"),
    CandidateState.FAILED: (lazy_gettext("Not passed"), "bad"),
    CandidateState.WITHDRAWN: (lazy_gettext("No longer stands"), "plain"),
}

STATES: dict[CaseState, Any] = {
    CaseState.DRAFT: lazy_gettext("Draft of a case"),
    CaseState.PREP_FORMED: lazy_gettext("Preparatory group formed"),
    CaseState.PREP_PUBLISHED: lazy_gettext("Preparatory group published"),
    CaseState.REGISTER_PUBLISHED: lazy_gettext("Owners' register published"),
    CaseState.NOMINATION: lazy_gettext("Nomination"),
    CaseState.PARTY_REVIEW: lazy_gettext("Review"),
    CaseState.JOINT_REVIEW: lazy_gettext("Joint review"),
    CaseState.CANDIDATES_PUBLISHED: lazy_gettext("Candidates on display"),
    CaseState.OBJECTION_HANDLING: lazy_gettext("Objections being handled"),
    CaseState.NOTICE: lazy_gettext("Notice of the meeting"),
    CaseState.VOTING: lazy_gettext("Voting"),
    CaseState.COUNTING: lazy_gettext("Counting"),
    CaseState.RESULT_PUBLISHED: lazy_gettext("Result on display"),
    CaseState.CHALLENGED: lazy_gettext("Recount asked for"),
    CaseState.RECOUNT: lazy_gettext("Recount"),
    CaseState.ELECTED: lazy_gettext("Elected"),
    CaseState.PARTIAL: lazy_gettext("Elected in part"),
    CaseState.FAILED: lazy_gettext("Nobody elected"),
    CaseState.FIRST_MEETING: lazy_gettext("First committee meeting"),
    CaseState.FILED: lazy_gettext("Filed"),
    CaseState.IN_TERM: lazy_gettext("In term"),
    CaseState.RENEWAL_DUE: lazy_gettext("Renewal due"),
    CaseState.HANDOVER: lazy_gettext("Handover"),
    CaseState.CLOSED: lazy_gettext("Case closed"),
}

MILESTONES: dict[Milestone, Any] = {
    Milestone.FIRST_MEETING: lazy_gettext("First owners' meeting at the latest"),
    Milestone.CANDIDATE_DISPLAY: lazy_gettext("Display of the candidates ends"),
    Milestone.EARLIEST_MEETING: lazy_gettext("Owners' meeting only after (if its notice follows the display at once)"),
}

RULE_KINDS: dict[RuleKind, Any] = {
    RuleKind.HARD: lazy_gettext("by national rule"),
    RuleKind.LOCAL: lazy_gettext("by local rule"),
    RuleKind.RULES: lazy_gettext("by the estate's own rules"),
    RuleKind.POLICY: lazy_gettext("a target, never a bar"),
}

MARKS: Mapping[Confidence, Any] = {
    Confidence.LIKELY: lazy_gettext("article number to be checked"),
    Confidence.TO_VERIFY: lazy_gettext("not confirmed, not law"),
    Confidence.NEWS: lazy_gettext("practice of one place, not law"),
    Confidence.DEFAULT: lazy_gettext("default of this system, no law behind it"),
}


def said(text: Bilingual) -> str:
    """A text of a rule pack in the reader's language."""
    return text.en if locale() == "en" else text.zh


def source_of(clause: Clause) -> str:
    """Where a text of a rule pack comes from, with how sure we are unless it was read.

    A default of this system says only that it is one.
    """
    mark = MARKS.get(clause.confidence)
    if clause.is_default:
        return str(mark)
    source = said(clause.source)
    if mark is None:
        return source
    return str(gettext("%(source)s (%(mark)s)", source=source, mark=mark))


def notice_words(*, estate: str, kind: CaseKind, seats: int, community: str) -> dict[str, str]:
    """The words that a list of candidates is published with unless the secretary changes them.

    Always in Chinese: a notice is an official paper, whatever language its writer reads.
    """
    with force_locale("zh_Hans"):
        return {
            "title": gettext("List of candidates for the owners' committee of %(estate)s", estate=estate),
            "text": gettext(
                "For the election (%(kind)s) of the owners' committee of %(estate)s, with %(seats)s seats, the persons "
                "below were nominated and reviewed and found to fulfil the conditions. The list is now displayed.",
                kind=KINDS[kind],
                estate=estate,
                seats=seats,
            ),
            "objection": gettext(
                "Whoever objects to a candidate may do so in writing and under one's name to %(community)s, "
                "with the facts; the answer is given in writing.",
                community=community,
            ),
            "issuer": community,
        }


def display_words(number: PackNumber) -> str:
    """How long a list is displayed and which text says so, in Chinese, for the notice."""
    with force_locale("zh_Hans"):
        return str(gettext("%(days)s days: %(source)s", days=number.value, source=number.source.zh))


def list_heads() -> tuple[str, str, str]:
    """Heads of the published table, in Chinese."""
    with force_locale("zh_Hans"):
        return (gettext("Name"), gettext("Building and room"), gettext("How nominated"))


def source_names() -> dict[NominationSource, str]:
    """The name of each way to be nominated as the published list has it, in Chinese."""
    with force_locale("zh_Hans"):
        return {source: str(name) for source, name in SOURCES.items()}
