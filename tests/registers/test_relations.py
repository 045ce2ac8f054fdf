"""Relations of members, rule by rule: each case names the clause it comes from; no application, no database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from portal.core.errors import RuleBroken
from portal.registers.rules import (
    MemberDates,
    MemberStatus,
    MemberType,
    OrganizationKind,
    PartyDate,
    check_member_dates,
)
from portal.registers.rules import relations as r
from portal.registers.rules import standing as st
from portal.registers.rules import transfers as t
from portal.registers.rules.relations import FloatingDuty, FlowDirection, HomeKind, LostReason, Paper
from portal.registers.rules.standing import Act, Standing, StandingAct, SuspensionGround
from portal.registers.rules.transfers import Side, TransferState, TransferStep

ART_24, ART_25 = "党员教育管理工作条例 art. 24", "党员教育管理工作条例 art. 25"
CH_7, PRACTICE, CHARTER, LEDGER = "党员教育管理工作条例 ch. 7", "practice of letters", "党章 art. 7", "双滦区"
KINDS, DAY = OrganizationKind, timedelta(days=1)


class Case(NamedTuple):
    rule: str
    source: str
    name: str
    ask: Callable[[], object]
    answer: object  # or the code of the broken rule


def d(text: str) -> date:
    return date.fromisoformat(text)


def moved(left: str, today: str, *, settled: bool = True, changed: bool = False) -> Callable[[], object]:
    return lambda: r.must_transfer(
        left_on=d(left), has_settled_place=settled, work_or_home_changed=changed, today=d(today)
    )


def lost(since: str, today: str, *, searched: bool = True) -> Callable[[], object]:
    return lambda: r.may_suspend_lost(lost_since=d(since), has_searched=searched, today=d(today))


def struck(suspended: str, today: str, *, still: bool = True) -> Callable[[], object]:
    return lambda: r.may_strike_off(suspended_on=d(suspended), is_still_lost=still, today=d(today))


def abroad(left: str, today: str, *, settled: bool = False, studying: bool = True) -> Callable[[], object]:
    return lambda: r.may_suspend_abroad(
        left_on=d(left), has_settled_abroad=settled, is_studying=studying, today=d(today)
    )


def letter(issued: str, valid: str, today: str = "2027-01-01") -> Callable[[], object]:
    return lambda: r.check_letter(issued_on=d(issued), valid_to=d(valid), today=d(today))


def full(joined: str, on: str, extended: str | None = None) -> Callable[[], object]:
    return lambda: r.check_becomes_full(joined_on=d(joined), extended_until=d(extended) if extended else None, on=d(on))


def extension(until: str, joined: str = "2025-07-01", extended: str | None = None) -> Callable[[], object]:
    return lambda: r.check_extension(
        joined_on=d(joined), extended_until=d(extended) if extended else None, until=d(until)
    )


def joins(born: str, joined: str) -> Callable[[], object]:
    dates = MemberDates(d(born), PartyDate(d(joined)), None)
    return lambda: check_member_dates(dates, member_type=MemberType.PROBATIONARY, today=d("2026-11-23"))


ENTRY = dict.fromkeys(r.INFLOW_LEDGER, "filled")
CASES = [
    Case("one place", ART_25, "one branch", lambda: r.check_one_place(1), None),
    Case("one place", ART_25, "none", lambda: r.check_one_place(0), "registers.one_place"),
    Case("one place", ART_25, "two", lambda: r.check_one_place(2), "registers.one_place"),
    Case("home", ART_25, "employed where there is an organization",
         lambda: r.proper_homes(has_unit_organization=True), {HomeKind.UNIT}),
    Case("home", ART_25, "no organization at work", lambda: r.proper_homes(has_unit_organization=False),
         {HomeKind.RESIDENCE, HomeKind.TALENT_SERVICE, HomeKind.PARK}),
    Case("six months", ART_25, "the day before", moved("2026-05-23", "2026-11-22"), False),
    Case("six months", ART_25, "on the day", moved("2026-05-23", "2026-11-23"), True),
    Case("six months", ART_25, "the day after", moved("2026-05-23", "2026-11-24"), True),
    Case("six months", ART_25, "without a settled place", moved("2025-05-23", "2026-11-23", settled=False), False),
    Case("six months", ART_25, "a new job at once", moved("2026-11-22", "2026-11-23", changed=True), True),
    Case("six months", ART_25, "from 31 August to the end of February", moved("2026-08-31", "2027-02-28"), True),
    Case("six months", ART_25, "from 31 August, the day before", moved("2026-08-31", "2027-02-27"), False),
    Case("six months", ART_25, "to a leap day", moved("2027-08-31", "2028-02-29"), True),
    Case("six months", ART_25, "not before the leap day", moved("2027-08-31", "2028-02-28"), False),
    Case("nationwide", ART_25, "a committee by itself", lambda: r.may_transfer_nationwide(KINDS.PARTY_COMMITTEE), True),
    Case("nationwide", ART_25, "a branch through it", lambda: r.may_transfer_nationwide(KINDS.BRANCH), False),
    Case("nationwide", ART_25, "a general branch through it",
         lambda: r.may_transfer_nationwide(KINDS.GENERAL_BRANCH), False),
    *(Case("responsible", ART_25, f"the old one while {state}", lambda state=state: t.responsible_side(state), Side.OLD)
      for state in TransferState if state is not TransferState.IN_ACCEPTED),
    Case("responsible", ART_25, "the new one once accepted",
         lambda: t.responsible_side(TransferState.IN_ACCEPTED), Side.NEW),
    Case("refusal", ART_25, "without a reason", lambda: t.check_reason(TransferStep.RETURN, " "),
         "registers.reason_needed"),
    Case("refusal", ART_25, "three letters", lambda: t.check_reason(TransferStep.RETURN, "不要他"),
         "registers.reason_needed"),
    Case("refusal", ART_25, "with a reason", lambda: t.check_reason(TransferStep.RETURN, "介绍信抬头有误"), None),
    Case("refusal", ART_25, "the old side, too", lambda: t.check_reason(TransferStep.DECLINE, ""),
         "registers.reason_needed"),
    Case("refusal", ART_25, "accepting needs none", lambda: t.check_reason(TransferStep.ACCEPT, ""), None),
    Case("letter", PRACTICE, "three months to the day", letter("2026-08-23", "2026-11-23"), None),
    Case("letter", PRACTICE, "a day more", letter("2026-08-23", "2026-11-24"), "registers.letter_too_long"),
    Case("letter", PRACTICE, "from the end of November", letter("2026-11-30", "2027-02-28"), None),
    Case("letter", PRACTICE, "and no day longer", letter("2026-11-30", "2027-03-01"), "registers.letter_too_long"),
    Case("letter", PRACTICE, "to a leap day", letter("2027-11-30", "2028-02-29", "2027-12-01"), None),
    Case("letter", PRACTICE, "good for its own day", letter("2026-11-23", "2026-11-23"), None),
    Case("letter", PRACTICE, "ends before it begins", letter("2026-11-23", "2026-11-22"),
         "registers.letter_ends_early"),
    Case("letter", PRACTICE, "dated tomorrow", letter("2026-11-24", "2026-12-24", "2026-11-23"),
         "registers.letter_future"),
    Case("letter", PRACTICE, "its last day is computed", lambda: r.latest_valid_to(d("2026-11-30")), d("2027-02-28")),
    Case("letter", PRACTICE, "the last day counts",
         lambda: r.letter_has_expired(d("2027-02-28"), today=d("2027-02-28")), False),
    Case("letter", PRACTICE, "the day after it is over",
         lambda: r.letter_has_expired(d("2027-02-28"), today=d("2027-03-01")), True),
    Case("letter", PRACTICE, "under way, looked at too late",
         lambda: t.state_on(TransferState.IN_TRANSIT, valid_to=d("2026-11-22"), today=d("2026-11-23")),
         TransferState.EXPIRED),
    Case("letter", PRACTICE, "accepted in time stays accepted",
         lambda: t.state_on(TransferState.IN_ACCEPTED, valid_to=d("2026-11-22"), today=d("2026-11-23")),
         TransferState.IN_ACCEPTED),
    Case("lost", ART_24, "the day before six months", lost("2026-05-23", "2026-11-22"), False),
    Case("lost", ART_24, "on the day", lost("2026-05-23", "2026-11-23"), True),
    Case("lost", ART_24, "the day after", lost("2026-05-23", "2026-11-24"), True),
    Case("lost", ART_24, "nobody searched", lost("2025-05-23", "2026-11-23", searched=False), False),
    Case("lost", ART_24, "from the end of August", lost("2026-08-31", "2027-02-28"), True),
    Case("lost", ART_24, "to a leap day", lost("2027-08-30", "2028-02-29"), True),
    Case("struck off", ART_24, "the day before two years", struck("2024-11-23", "2026-11-22"), False),
    Case("struck off", ART_24, "on the day", struck("2024-11-23", "2026-11-23"), True),
    Case("struck off", ART_24, "suspended on a leap day", struck("2024-02-29", "2026-02-28"), True),
    Case("struck off", ART_24, "found meanwhile", struck("2020-11-23", "2026-11-23", still=False), False),
    Case("abroad", ART_24, "five years to the day are not more", abroad("2021-11-23", "2026-11-23"), False),
    Case("abroad", ART_24, "a day more", abroad("2021-11-23", "2026-11-24"), True),
    Case("abroad", ART_24, "left on a leap day", abroad("2020-02-29", "2025-02-28"), False),
    Case("abroad", ART_24, "left on a leap day, a day more", abroad("2020-02-29", "2025-03-01"), True),
    Case("abroad", ART_24, "settled there for good", abroad("2026-11-01", "2026-11-23", settled=True), True),
    Case("abroad", ART_24, "a long journey", abroad("2015-11-01", "2026-11-23", studying=False), False),
    Case("short stay", PRACTICE, "five months",
         lambda: r.paper_for(leaves_on=d("2026-01-10"), back_on=d("2026-06-10")), Paper.CERTIFICATE),
    Case("short stay", PRACTICE, "a day less than six months",
         lambda: r.paper_for(leaves_on=d("2026-01-10"), back_on=d("2026-07-09")), Paper.CERTIFICATE),
    Case("short stay", PRACTICE, "six months",
         lambda: r.paper_for(leaves_on=d("2026-01-10"), back_on=d("2026-07-10")), Paper.LETTER),
    Case("floating", CH_7, "the old home keeps contact",
         lambda: r.floating_duties(FlowDirection.OUT), {FloatingDuty.KEEP_CONTACT}),
    Case("floating", CH_7, "the new place registers and places",
         lambda: r.floating_duties(FlowDirection.IN), {FloatingDuty.REGISTER, FloatingDuty.PLACE_IN_BRANCH}),
    Case("ledger", LEDGER, "complete", lambda: r.missing_in_ledger(ENTRY), ()),
    Case("ledger", LEDGER, "nobody named to keep contact",
         lambda: r.missing_in_ledger({**ENTRY, "contact_person": "", "rule": None}), ("contact_person", "rule")),
    Case("ledger", LEDGER, "five facts and three fixes", lambda: len(r.INFLOW_LEDGER), 8),
    Case("probation", CHARTER, "the day before a year", full("2025-11-24", "2026-11-23"), "registers.probation_runs"),
    Case("probation", CHARTER, "a year to the day", full("2025-11-23", "2026-11-23"), None),
    Case("probation", CHARTER, "joined on a leap day", full("2024-02-29", "2025-02-28"), None),
    Case("probation", CHARTER, "joined on a leap day, a day early", full("2024-02-29", "2025-02-27"),
         "registers.probation_runs"),
    Case("probation", CHARTER, "extended, the year is not enough", full("2025-07-01", "2026-07-01", "2027-01-01"),
         "registers.probation_runs"),
    Case("probation", CHARTER, "extended, to its end", full("2025-07-01", "2027-01-01", "2027-01-01"), None),
    Case("extension", CHARTER, "half a year", extension("2027-01-01"), None),
    Case("extension", CHARTER, "a day less", extension("2026-12-31"), "registers.extension_length"),
    Case("extension", CHARTER, "a year", extension("2027-07-01"), None),
    Case("extension", CHARTER, "a day more", extension("2027-07-02"), "registers.extension_length"),
    Case("extension", CHARTER, "twice", extension("2027-07-01", extended="2027-01-01"), "registers.extended_before"),
    Case("age", CHARTER, "the day before eighteen", joins("2008-11-21", "2026-11-20"), "registers.joined_too_young"),
    Case("age", CHARTER, "on the birthday", joins("2008-11-20", "2026-11-20"), None),
    Case("age", CHARTER, "born on a leap day", joins("2008-02-29", "2026-02-28"), None),
    Case("age", CHARTER, "born on a leap day, a day early", joins("2008-02-29", "2026-02-27"),
         "registers.joined_too_young"),
]  # fmt: skip
RULES = {
    "one place", "home", "six months", "nationwide", "responsible", "refusal", "letter", "lost", "struck off",
    "abroad", "short stay", "floating", "ledger", "probation", "extension", "age",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} | {case.name} | {case.source}")
def test_relations(case: Case) -> None:
    if isinstance(case.answer, str) and case.answer.startswith("registers."):
        with pytest.raises(RuleBroken) as caught:
            case.ask()
        assert caught.value.code == case.answer
    else:
        assert case.ask() == case.answer


def test_every_rule_has_a_case_with_its_source() -> None:
    assert {case.rule for case in CASES} == RULES
    assert all(case.source for case in CASES)


def test_steps_lead_where_the_regulations_say_and_nowhere_else() -> None:
    """Thirty-five further pairs of state and step are refused."""
    refused = 0
    for state in TransferState:
        for step in TransferStep:
            begins, ends = t.STEPS[step]
            if state is begins:
                assert t.next_state(state, step) is ends
                continue
            with pytest.raises(RuleBroken, match=r"registers\.transfer_step"):
                t.next_state(state, step)
            refused += 1
    assert refused == len(TransferState) * len(TransferStep) - len(TransferStep)
    ends = {t.STEPS[step][1] for step in (TransferStep.ACCEPT, TransferStep.RETURN, TransferStep.EXPIRE)}
    assert ends == {TransferState.IN_ACCEPTED, TransferState.RETURNED, TransferState.EXPIRED}


@pytest.mark.parametrize(
    ("status", "is_lost", "has_open", "broken"),
    [
        pytest.param(MemberStatus.NORMAL, False, False, None, id="in good standing"),
        pytest.param(MemberStatus.SUSPENDED, False, False, "registers.transfer_standing", id="suspended"),
        pytest.param(MemberStatus.DECEASED, False, False, "registers.transfer_standing", id="gone"),
        pytest.param(MemberStatus.NORMAL, True, False, "registers.transfer_lost", id="lost"),
        pytest.param(MemberStatus.NORMAL, False, True, "registers.transfer_open", id="on the way"),
    ],
)
def test_who_may_leave(status: MemberStatus, is_lost: bool, has_open: bool, broken: str | None) -> None:
    def ask() -> None:
        t.check_may_leave(status=status, is_lost=is_lost, has_open_transfer=has_open)

    if broken is None:
        ask()
        return
    with pytest.raises(RuleBroken) as caught:
        ask()
    assert caught.value.code == broken


TODAY = date(2026, 11, 23)
NORMAL = Standing(MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, None)
LOST = Standing(MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, date(2026, 5, 23))
SUSPENDED = Standing(
    MemberStatus.SUSPENDED, date(2024, 11, 23), MemberType.FULL, date(2005, 7, 1), None, date(2024, 1, 1)
)
ABROAD = Standing(MemberStatus.SUSPENDED, date(2024, 11, 23), MemberType.FULL, date(2005, 7, 1), None, None)
PROBATION = Standing(MemberStatus.NORMAL, None, MemberType.PROBATIONARY, date(2025, 11, 23), None, None)
GONE = Standing(MemberStatus.EXPELLED, date(2020, 1, 1), MemberType.FULL, date(2005, 7, 1), None, None)
A = StandingAct
PAPERS = {"reason": "支部大会讨论通过", "document": "汇组〔2026〕12号"}


def act(kind: StandingAct, on: date = TODAY, **more: object) -> Act:
    return Act(kind, on, **{**PAPERS, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("done", "standing", "broken"),
    [
        pytest.param(act(A.LOSE, lost_reason=LostReason.OTHER), NORMAL, None, id="lost"),
        pytest.param(act(A.LOSE), NORMAL, "registers.lost_reason_needed", id="lost without one of the seven reasons"),
        pytest.param(act(A.LOSE, lost_reason=LostReason.OTHER), LOST, "registers.act_closed", id="lost twice"),
        pytest.param(act(A.FIND), LOST, None, id="found"),
        pytest.param(act(A.FIND), NORMAL, "registers.act_closed", id="found, never lost"),
        pytest.param(act(A.FIND, date(2026, 5, 22)), LOST, "registers.act_too_early", id="found before it was lost"),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.LOST, has_searched=True), LOST, None, id="suspended after six months"
        ),
        pytest.param(
            act(A.SUSPEND, TODAY - DAY, ground=SuspensionGround.LOST, has_searched=True), LOST,
            "registers.lost_too_short", id="a day early",
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.LOST), LOST, "registers.lost_too_short", id="nobody searched"
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.LOST, has_searched=True), NORMAL, "registers.not_lost",
            id="not lost at all",
        ),
        pytest.param(act(A.SUSPEND), LOST, "registers.ground_needed", id="no ground"),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.STUDYING_ABROAD, since=date(2021, 11, 22)), NORMAL, None,
            id="studying abroad for more than five years",
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.STUDYING_ABROAD, since=date(2021, 11, 23)), NORMAL,
            "registers.abroad_too_short", id="five years to the day",
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.SETTLED_ABROAD), NORMAL, "registers.since_needed", id="since when"
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.LOST, has_searched=True, document=" "), LOST,
            "registers.document_needed", id="without a paper",
        ),
        pytest.param(
            act(A.SUSPEND, ground=SuspensionGround.LOST, has_searched=True, reason=""), LOST,
            "registers.reason_needed", id="without a reason",
        ),
        pytest.param(act(A.SUSPEND, ground=SuspensionGround.LOST), SUSPENDED, "registers.act_closed", id="twice"),
        pytest.param(act(A.RESTORE), SUSPENDED, "registers.act_closed", id="restored before being found"),
        pytest.param(act(A.RESTORE), ABROAD, None, id="restored"),
        pytest.param(act(A.RESTORE), NORMAL, "registers.act_closed", id="nothing to restore"),
        pytest.param(act(A.STRIKE_OFF), SUSPENDED, None, id="struck off after two years"),
        pytest.param(
            act(A.STRIKE_OFF, TODAY - DAY), SUSPENDED, "registers.suspended_too_short", id="struck off a day early"
        ),
        pytest.param(act(A.STRIKE_OFF), LOST, "registers.act_closed", id="struck off without suspension"),
        pytest.param(act(A.EXPEL), NORMAL, None, id="expelled"),
        pytest.param(act(A.EXPEL, document=""), NORMAL, "registers.document_needed", id="expelled without a paper"),
        pytest.param(act(A.RESIGN), SUSPENDED, None, id="resigned"),
        pytest.param(act(A.DIE, reason="", document=""), NORMAL, None, id="a death needs no paper"),
        pytest.param(act(A.DIE), GONE, "registers.act_closed", id="nothing after leaving"),
        pytest.param(act(A.DIE, TODAY + DAY), NORMAL, "registers.act_future", id="tomorrow"),
        pytest.param(act(A.EXPEL, date(2005, 6, 30)), NORMAL, "registers.act_too_early", id="before joining"),
        pytest.param(act(A.BECOME_FULL), PROBATION, None, id="full after a year"),
        pytest.param(act(A.BECOME_FULL, TODAY - DAY), PROBATION, "registers.probation_runs", id="full a day early"),
        pytest.param(act(A.BECOME_FULL), NORMAL, "registers.act_closed", id="full already"),
        pytest.param(act(A.EXTEND, until=date(2027, 5, 23)), PROBATION, None, id="extended by half a year"),
        pytest.param(act(A.EXTEND), PROBATION, "registers.until_needed", id="extended until when"),
        pytest.param(
            act(A.EXTEND, until=date(2027, 5, 22)), PROBATION, "registers.extension_length", id="extended too little"
        ),
        pytest.param(
            act(A.EXTEND, until=date(2027, 11, 23)),
            Standing(
                MemberStatus.NORMAL, None, MemberType.PROBATIONARY, date(2025, 11, 23), date(2027, 5, 23), None
            ),
            "registers.extended_before", id="extended twice",
        ),
    ],
)  # fmt: skip
def test_acts_of_standing(done: Act, standing: Standing, broken: str | None) -> None:
    if broken is None:
        st.check_act(done, standing, today=TODAY)
        return
    with pytest.raises(RuleBroken) as caught:
        st.check_act(done, standing, today=TODAY)
    assert caught.value.code == broken


def test_after_leaving_nothing_is_open_and_what_is_refused_is_not_offered() -> None:
    assert st.possible_acts(GONE) == ()
    assert A.STRIKE_OFF in st.possible_acts(SUSPENDED)
    assert A.BECOME_FULL not in st.possible_acts(NORMAL)
