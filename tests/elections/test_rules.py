"""Rules of an election: joint decisions (vectors of the law), sheets, decisions, steps."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.elections import rules
from portal.elections.joint_decision import Tally, joint_decision
from portal.elections.packs import Confidence, RuleKind, RulePack, find_pack
from portal.elections.rules import (
    CandidateState,
    CaseKind,
    CaseState,
    CheckOutcome,
    Finding,
    Verdict,
)

pack_or_none = find_pack("national-2021")
assert pack_or_none is not None
PACK: RulePack = pack_or_none
TODAY = date(2026, 11, 22)


def finding(code: str, outcome: CheckOutcome = CheckOutcome.PASS, evidence: str = "书面核查意见") -> Finding:
    return Finding(code, outcome, evidence)


def full_sheet(**changed: CheckOutcome) -> list[Finding]:
    return [finding(code, changed.get(code, CheckOutcome.PASS)) for code in PACK.rules]


@pytest.mark.parametrize(
    ("taking_part", "agreeing", "passes"),
    [
        pytest.param(("6000", 60), ("3000.01", 31), (True, True, False), id="exactly 2/3, just over half"),
        pytest.param(
            ("6000", 60),
            ("3000", 31),
            (True, False, False),
            id="exactly half of area is not more than half",
        ),
        pytest.param(
            ("6000", 60),
            ("3001", 30),
            (True, False, False),
            id="exactly half of heads is not more than half",
        ),
        pytest.param(("8000", 59), ("8000", 59), (False, False, False), id="one head short of quorum"),
        pytest.param(("5999.99", 70), ("5999.99", 70), (False, False, False), id="0.01 m2 short of quorum"),
        pytest.param(("6000", 60), ("4500", 45), (True, True, True), id="exactly 3/4 on both"),
        pytest.param(("6000", 60), ("5000", 44), (True, True, False), id="3/4 of area, 44 of 60 heads"),
        pytest.param(("7000", 70), ("3400", 60), (True, False, False), id="heads for, area against"),
    ],
)
def test_vectors_of_the_civil_code(
    taking_part: tuple[str, int], agreeing: tuple[str, int], passes: tuple[bool, bool, bool]
) -> None:
    (pa, pn), (aa, an) = taking_part, agreeing
    tally = Tally(Decimal(9000), 90, Decimal(pa), pn, Decimal(aa), an)
    ordinary, special = joint_decision(tally, PACK), joint_decision(tally, PACK, special=True)
    assert (ordinary.has_quorum, ordinary.is_passed, special.is_passed) == passes


def test_nothing_of_nothing_is_not_passed() -> None:
    assert not joint_decision(Tally(Decimal(0), 0, Decimal(0), 0, Decimal(0), 0), PACK).has_quorum


def test_more_for_than_taking_part_is_a_mistake() -> None:
    tally = Tally(Decimal(100), 10, Decimal(80), 8, Decimal(81), 8)
    with pytest.raises(ValueError, match="part"):
        _ = joint_decision(tally, PACK).is_passed


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Areas to the cm2's hundredth and heads, each within the one before."""
    area = draw(st.integers(1, 10**8))
    heads = draw(st.integers(1, 5000))
    area_part, heads_part = draw(st.integers(0, area)), draw(st.integers(0, heads))
    area_for, heads_for = draw(st.integers(0, area_part)), draw(st.integers(0, heads_part))
    metres = [Decimal(cents).scaleb(-2) for cents in (area, area_part, area_for)]
    return Tally(metres[0], heads, metres[1], heads_part, metres[2], heads_for)


@given(tallies(), st.booleans())
def test_agrees_with_plain_fractions(tally: Tally, special: bool) -> None:
    decision = joint_decision(tally, PACK, special=special)
    quorum = all(
        Fraction(part) / Fraction(whole) >= Fraction(2, 3)
        for part, whole in (
            (tally.area_taking_part, tally.area),
            (tally.heads_taking_part, tally.heads),
        )
    )
    assert decision.has_quorum is quorum
    if quorum:
        shares = (
            Fraction(tally.area_for) / Fraction(tally.area_taking_part),
            Fraction(tally.heads_for, tally.heads_taking_part),
        )
        wanted = all(s >= Fraction(3, 4) if special else s > Fraction(1, 2) for s in shares)
        assert decision.is_passed is wanted


@pytest.mark.parametrize(
    ("seats", "kind", "code"),
    [
        pytest.param(5, CaseKind.FIRST, None, id="five"),
        pytest.param(11, CaseKind.RENEWAL, None, id="eleven"),
        pytest.param(3, CaseKind.FIRST, "elections.seats", id="three is too few"),
        pytest.param(13, CaseKind.FIRST, "elections.seats", id="thirteen is too many"),
        pytest.param(6, CaseKind.FIRST, "elections.seats", id="even"),
        pytest.param(2, CaseKind.BY_ELECTION, None, id="a by-election fills two"),
        pytest.param(0, CaseKind.BY_ELECTION, "elections.seats_to_fill", id="nothing to fill"),
        pytest.param(12, CaseKind.BY_ELECTION, "elections.seats_to_fill", id="more than a committee has"),
    ],
)
def test_seats(seats: int, kind: CaseKind, code: str | None) -> None:
    assert broken(lambda: rules.check_seats(seats, kind, PACK)) == code


@pytest.mark.parametrize(
    ("formed", "published", "code"),
    [
        pytest.param(date(2026, 11, 1), date(2026, 11, 22), None, id="today is not to come"),
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), "elections.date_to_come", id="tomorrow"),
        pytest.param(date(2026, 11, 1), date(2026, 11, 23), "elections.date_to_come", id="register tomorrow"),
        pytest.param(
            date(2026, 11, 2),
            date(2026, 11, 1),
            "elections.register_before_prep",
            id="out of order",
        ),
    ],
)
def test_preparation(formed: date, published: date, code: str | None) -> None:
    assert broken(lambda: rules.check_preparation(formed, published, today=TODAY)) == code


PASSED, FAILED, CONDITIONAL, NEED_INFO = (
    CandidateState.PASSED,
    CandidateState.FAILED,
    CandidateState.CONDITIONAL,
    CandidateState.NEED_INFO,
)
FAIL, CANNOT = CheckOutcome.FAIL, CheckOutcome.CANNOT_TELL


@pytest.mark.parametrize(
    ("verdict", "sheet", "code"),
    [
        pytest.param(Verdict(PASSED, "符合"), full_sheet(), None, id="all rules met"),
        pytest.param(
            Verdict(PASSED, "符合"),
            full_sheet()[:-1],
            "elections.sheet_incomplete",
            id="a rule open",
        ),
        pytest.param(
            Verdict(PASSED, "符合"),
            full_sheet(Q02=CANNOT),
            "elections.sheet_incomplete",
            id="a fact cannot be told",
        ),
        pytest.param(Verdict(PASSED, "符合"), full_sheet(Q06=CANNOT), None, id="an opinion may be left open"),
        pytest.param(Verdict(PASSED, "符合"), full_sheet(Q05=FAIL), None, id="a bad opinion does not bar"),
        pytest.param(
            Verdict(PASSED, "符合"),
            full_sheet(Q01=FAIL),
            "elections.rule_failed",
            id="a failed rule bars a pass",
        ),
        pytest.param(Verdict(PASSED, "  "), full_sheet(), "elections.reason_missing", id="no reason"),
        pytest.param(
            Verdict(FAILED, "不是业主", ("Q01",)),
            [finding("Q01", FAIL)],
            None,
            id="refused on a rule",
        ),
        pytest.param(
            Verdict(FAILED, "不合适"),
            full_sheet(Q01=FAIL),
            "elections.refusal_without_rule",
            id="no rule cited",
        ),
        pytest.param(
            Verdict(FAILED, "不热心", ("Q05",)),
            full_sheet(Q05=FAIL),
            "elections.opinion_cannot_bar",
            id="opinion Q05",
        ),
        pytest.param(
            Verdict(FAILED, "没能力", ("Q06",)),
            full_sheet(Q06=FAIL),
            "elections.opinion_cannot_bar",
            id="opinion Q06",
        ),
        pytest.param(
            Verdict(FAILED, "非党员", ("Q16",)),
            full_sheet(),
            "elections.unknown_rule",
            id="political status is no rule",
        ),
        pytest.param(
            Verdict(FAILED, "x", ("Q03",)),
            full_sheet(),
            "elections.refusal_without_evidence",
            id="cited rule was met",
        ),
        pytest.param(
            Verdict(FAILED, "x", ("Q03",)),
            [finding("Q03", FAIL, evidence=" ")],
            "elections.refusal_without_evidence",
            id="failed without evidence",
        ),
        pytest.param(
            Verdict(CONDITIONAL, "补授权书", fix_by=date(2026, 11, 23)),
            [],
            None,
            id="mend by tomorrow",
        ),
        pytest.param(
            Verdict(CONDITIONAL, "补授权书", fix_by=TODAY),
            [],
            "elections.fix_by_missing",
            id="mend by today",
        ),
        pytest.param(Verdict(CONDITIONAL, "补授权书"), [], "elections.fix_by_missing", id="mend some day"),
        pytest.param(Verdict(NEED_INFO, "待查"), [], None, id="more needed"),
    ],
)
def test_decision(verdict: Verdict, sheet: list[Finding], code: str | None) -> None:
    assert broken(lambda: rules.check_decision(verdict, sheet, PACK, today=TODAY)) == code


def test_a_policy_target_or_unverified_rule_never_bars() -> None:
    rule = PACK.rules["Q01"]
    assert rule.may_bar
    assert not replace(rule, kind=RuleKind.POLICY).may_bar
    assert not replace(rule, confidence=Confidence.TO_VERIFY).may_bar
    assert not replace(rule, judgement=True).may_bar


def test_a_verdict_on_a_rule_needs_evidence() -> None:
    assert broken(lambda: rules.check_finding(finding("Q01", evidence=" "), PACK)) == "elections.evidence_missing"
    assert broken(lambda: rules.check_finding(finding("Q01", CANNOT, evidence=""), PACK)) is None
    assert broken(lambda: rules.check_finding(finding("Q99"), PACK)) == "elections.unknown_rule"


def test_nobody_checks_or_decides_on_oneself() -> None:
    assert broken(lambda: rules.check_not_oneself("a", "a")) == "elections.own_case"
    assert broken(lambda: rules.check_not_oneself("a", "b")) is None
    assert broken(lambda: rules.check_not_oneself("a", None)) is None


@pytest.mark.parametrize(
    ("case", "before", "after", "code"),
    [
        pytest.param(CaseState.PARTY_REVIEW, CandidateState.NOMINATED, PASSED, None, id="under review"),
        pytest.param(
            CaseState.NOMINATION,
            CandidateState.NOMINATED,
            PASSED,
            "elections.not_under_review",
            id="too early",
        ),
        pytest.param(
            CaseState.CANDIDATES_PUBLISHED,
            NEED_INFO,
            PASSED,
            "elections.not_under_review",
            id="too late",
        ),
        pytest.param(CaseState.PARTY_REVIEW, PASSED, FAILED, "elections.already_decided", id="twice"),
        pytest.param(CaseState.OBJECTION_HANDLING, PASSED, NEED_INFO, None, id="an objection reopens"),
        pytest.param(
            CaseState.OBJECTION_HANDLING,
            PASSED,
            FAILED,
            "elections.reopen_first",
            id="but does not overturn",
        ),
        pytest.param(
            CaseState.OBJECTION_HANDLING,
            CandidateState.WITHDRAWN,
            NEED_INFO,
            "elections.already_decided",
            id="nor bring back who withdrew",
        ),
        pytest.param(
            CaseState.PARTY_REVIEW,
            NEED_INFO,
            CandidateState.WITHDRAWN,
            "elections.wrong_step",
            id="withdrawal is no decision",
        ),
    ],
)
def test_when_one_may_decide(case: CaseState, before: CandidateState, after: CandidateState, code: str | None) -> None:
    assert broken(lambda: rules.check_may_decide(case, before, after)) == code


@pytest.mark.parametrize(
    ("case", "state", "code"),
    [
        pytest.param(CaseState.NOMINATION, CandidateState.NOMINATED, None, id="before the review"),
        pytest.param(CaseState.PARTY_REVIEW, PASSED, None, id="after passing"),
        pytest.param(CaseState.CANDIDATES_PUBLISHED, PASSED, "elections.cannot_withdraw", id="published"),
        pytest.param(CaseState.PARTY_REVIEW, CandidateState.WITHDRAWN, "elections.cannot_withdraw", id="twice"),
    ],
)
def test_when_a_candidate_may_withdraw(case: CaseState, state: CandidateState, code: str | None) -> None:
    assert broken(lambda: rules.check_may_withdraw(case, state)) == code


@pytest.mark.parametrize(
    ("states", "code"),
    [
        pytest.param([PASSED, FAILED, CandidateState.WITHDRAWN], None, id="all settled"),
        pytest.param([PASSED, CONDITIONAL], "elections.undecided", id="one to mend"),
        pytest.param([PASSED, CandidateState.NOMINATED], "elections.undecided", id="one not looked at"),
        pytest.param([FAILED], "elections.nobody_passed", id="nobody passed"),
        pytest.param([], "elections.nobody_passed", id="nobody at all"),
    ],
)
def test_when_the_list_may_be_published(states: list[CandidateState], code: str | None) -> None:
    assert broken(lambda: rules.check_publishable(states)) == code


def test_every_state_can_be_reached_and_only_closed_ends() -> None:
    reached, waiting = set(), [CaseState.DRAFT]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [after for after in rules.TRANSITIONS[state] if after not in reached]
    assert reached == set(CaseState)
    assert [state for state in CaseState if not rules.TRANSITIONS[state]] == [CaseState.CLOSED]


def test_a_step_that_does_not_follow_is_refused() -> None:
    assert broken(lambda: rules.check_transition(CaseState.NOMINATION, CaseState.PARTY_REVIEW)) is None
    assert (
        broken(lambda: rules.check_transition(CaseState.NOMINATION, CaseState.CANDIDATES_PUBLISHED))
        == "elections.wrong_step"
    )


def broken(act: object) -> str | None:
    """The code of the rule that refuses, or None."""
    assert callable(act)
    try:
        act()
    except RuleBroken as error:
        return error.code
    return None
