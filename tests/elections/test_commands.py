"""Commands of elections: rows, states, one event each, refusals."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.elections import commands, queries
from portal.elections.models import Candidate, CandidateDecision
from portal.elections.packs import parse_pack
from portal.elections.rules import (
    CandidateState,
    CaseKind,
    CaseState,
    CheckOutcome,
    Finding,
    Nomination,
    NominationSource,
    Preparation,
    Verdict,
)
from portal.estates import queries as estates
from portal.notices import queries as notices
from tests.conftest import Portal
from tests.elections.makers import (
    NATIONAL,
    PREPARED,
    fill_sheet,
    make_candidate,
    make_case,
    make_estate,
    make_owner,
    make_passed,
    make_wording,
)
from tests.makers import NOW, make_actor

PASSED, FAILED, NEED_INFO = CandidateState.PASSED, CandidateState.FAILED, CandidateState.NEED_INFO


@pytest.fixture
def secretary(portal: Portal) -> Actor:
    return make_actor(portal.here, Role.COMMUNITY_SECRETARY)


def events(tag: AuditTag) -> int:
    count = db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == tag.value))
    return count or 0


def test_a_case_keeps_the_register_and_the_rules_it_was_opened_under(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary, make_estate(secretary, units=4))
        assert (case.state, str(case.roll_area_m2), case.roll_heads) == (CaseState.NOMINATION, "360.00", 4)
    with portal.inside():
        kept = queries.get_case(case.id)
        assert queries.pack_of(kept) == NATIONAL
        assert kept.pack_hash == NATIONAL.content_hash
        assert events(AuditTag.CASE_OPEN) == 1


def test_a_later_version_of_the_rules_leaves_the_case_as_it_is(portal: Portal, secretary: Actor) -> None:
    older = parse_pack({**NATIONAL.data, "numbers": [{**n, "value": n["value"]} for n in NATIONAL.data["numbers"]]})
    changed = {**NATIONAL.data, "version": 2}
    changed["numbers"] = [
        {**number, "value": 9} if number["code"] == "CANDIDATE_PUBLICITY_DAYS" else number
        for number in NATIONAL.data["numbers"]
    ]
    assert older.content_hash == NATIONAL.content_hash
    with portal.inside():
        estate = make_estate(secretary)
        case = commands.open_case(
            estate.id,
            kind=CaseKind.FIRST,
            seats=5,
            pack=parse_pack(changed),
            preparation=PREPARED,
            actor=secretary,
            now=NOW,
        )
        make_passed(secretary, case)
        commands.publish_candidates(case, wording=make_wording(), actor=secretary, now=NOW)
        assert notices.list_notices_of(case.id)[0].last_day == date(2026, 12, 2)


def test_only_one_case_at_a_time_for_an_estate(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        estate = make_estate(secretary)
        make_case(secretary, estate)
        with pytest.raises(RuleBroken) as caught:
            make_case(secretary, estate)
        assert caught.value.code == "elections.case_running"
        assert queries.count_cases() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"seats": 6}, "elections.seats", id="even"),
        pytest.param(
            {"pack": replace(NATIONAL, effective_to=date(2026, 11, 22))}, "elections.pack_not_in_force", id="old"
        ),
        pytest.param(
            {"preparation": Preparation(date(2026, 11, 24), date(2026, 11, 24))}, "elections.date_to_come", id="to come"
        ),
    ],
)
def test_a_case_that_breaks_the_rules_is_not_opened(
    portal: Portal, secretary: Actor, change: dict[str, object], code: str
) -> None:
    with portal.inside():
        estate = make_estate(secretary)
        wanted = {"kind": CaseKind.FIRST, "seats": 5, "pack": NATIONAL, "preparation": PREPARED, **change}
        with pytest.raises(RuleBroken) as caught:
            commands.open_case(estate.id, actor=secretary, now=NOW, **wanted)  # type: ignore[arg-type]
        assert caught.value.code == code
        assert queries.count_cases() == 0


def test_an_estate_without_units_has_no_vote(portal: Portal, secretary: Actor) -> None:
    with portal.inside(), pytest.raises(RuleBroken) as caught:
        make_case(secretary, make_estate(secretary, units=0))
    assert caught.value.code == "elections.empty_roll"


def test_a_nominee_is_linked_to_the_owner_of_that_name_and_room_only(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        estate = make_estate(secretary)
        unit = estates.get_unit(estates.list_units(estate.id, on=date(2026, 11, 23))[0].id)
        make_owner(secretary, unit, "李明")
        case = make_case(secretary, estate)
        assert make_candidate(secretary, case, name="李明", unit_text="1栋0101").owner_id is not None
        assert make_candidate(secretary, case, name="李明", unit_text="1栋 0102").owner_id is None
        assert make_candidate(secretary, case, name="王芳", unit_text="1栋 0101").owner_id is None


def test_the_same_person_is_nominated_once(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        make_candidate(secretary, case)
        with pytest.raises(RuleBroken) as caught:
            make_candidate(secretary, case, source=NominationSource.SELF)
        assert caught.value.code == "elections.nominated_already"
        assert len(queries.list_candidates(case.id)) == 1
        assert events(AuditTag.CANDIDATE_NOMINATE) == 1


def test_nominations_close_when_the_review_begins(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        with pytest.raises(RuleBroken) as caught:
            commands.start_review(case, actor=secretary, now=NOW)
        assert caught.value.code == "elections.nobody_nominated"
        make_candidate(secretary, case)
        commands.start_review(case, actor=secretary, now=NOW)
        with pytest.raises(RuleBroken) as caught:
            make_candidate(secretary, case, name="王芳")
        assert caught.value.code == "elections.nominations_closed"
        assert events(AuditTag.CASE_ADVANCE) == 1


def test_a_second_finding_replaces_the_first_and_both_are_in_the_trail(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_candidate(secretary, case)
        commands.start_review(case, actor=secretary, now=NOW)
        for outcome in (CheckOutcome.CANNOT_TELL, CheckOutcome.PASS):
            finding = Finding("Q01", outcome, "不动产登记信息")
            commands.record_check(candidate, finding=finding, actor=secretary, now=NOW)
        checks = queries.list_checks(candidate.id)
        assert [(check.rule_code, check.outcome) for check in checks] == [("Q01", CheckOutcome.PASS)]
        assert events(AuditTag.CHECK_RECORD) == 2


def test_evidence_is_kept_as_a_file_of_a_known_kind(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_candidate(secretary, case)
        commands.start_review(case, actor=secretary, now=NOW)
        finding = Finding("Q01", CheckOutcome.PASS, "不动产权证")
        paper = commands.Upload("证.pdf", b"%PDF-1.4 x")
        check = commands.record_check(candidate, finding=finding, upload=paper, actor=secretary, now=NOW)
        assert check.file_id is not None
        page = commands.Upload("x.html", b"<script>")
        with pytest.raises(RuleBroken) as caught:
            commands.record_check(candidate, finding=finding, upload=page, actor=secretary, now=NOW)
        assert caught.value.code == "elections.file_type"


def test_a_decision_stays_when_a_newer_one_is_made(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_candidate(secretary, case)
        commands.start_review(case, actor=secretary, now=NOW)
        commands.decide_candidate(candidate, verdict=Verdict(NEED_INFO, "待补授权书"), actor=secretary, now=NOW)
        fill_sheet(secretary, candidate)
        later = NOW + timedelta(hours=1)
        commands.decide_candidate(candidate, verdict=Verdict(PASSED, "符合"), actor=secretary, now=later)
        assert [d.outcome for d in queries.list_decisions(candidate.id)] == [PASSED, NEED_INFO]
        assert queries.get_candidate(candidate.id).state is PASSED
        assert events(AuditTag.CANDIDATE_DECIDE) == 2


def test_a_refusal_rests_on_the_sheet(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_candidate(secretary, case)
        commands.start_review(case, actor=secretary, now=NOW)
        fill_sheet(secretary, candidate, Q01=CheckOutcome.FAIL, Q05=CheckOutcome.FAIL)
        verdict = Verdict(FAILED, "不热心", ("Q05",))
        with pytest.raises(RuleBroken) as caught:
            commands.decide_candidate(candidate, verdict=verdict, actor=secretary, now=NOW)
        assert caught.value.code == "elections.opinion_cannot_bar"
        verdict = Verdict(FAILED, "不是本小区业主", ("Q01",))
        decision = commands.decide_candidate(candidate, verdict=verdict, actor=secretary, now=NOW)
        assert decision.cited == ["Q01"]
        assert db.session.scalar(select(func.count()).select_from(CandidateDecision)) == 1


def test_nobody_decides_on_oneself(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_candidate(secretary, case)
        candidate.user_id = secretary.user_id
        commands.start_review(case, actor=secretary, now=NOW)
        for act in (
            lambda: fill_sheet(secretary, candidate),
            lambda: commands.decide_candidate(candidate, verdict=Verdict(NEED_INFO, "x"), actor=secretary, now=NOW),
        ):
            with pytest.raises(RuleBroken) as caught:
                act()
            assert caught.value.code == "elections.own_case"


def test_the_list_waits_until_everybody_is_decided(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        make_candidate(secretary, case, name="王芳")
        make_passed(secretary, case)
        with pytest.raises(RuleBroken) as caught:
            commands.publish_candidates(case, wording=make_wording(), actor=secretary, now=NOW)
        assert (caught.value.code, caught.value.values) == ("elections.undecided", {"count": 1})
        assert notices.list_notices_of(case.id) == []


def test_the_published_list_names_who_passed_for_seven_days(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        gone = make_candidate(secretary, case, name="赵刚")
        commands.withdraw_candidate(gone, actor=secretary, now=NOW)
        make_passed(secretary, case)
        commands.publish_candidates(case, wording=make_wording(), actor=secretary, now=NOW)
    with portal.inside():
        notice = notices.list_notices_of(case.id)[0]
        assert notices.text_of(notice).body.rows == (("李明", "1栋 0101", "推荐"),)
        assert (notice.starts_on, notice.last_day) == (date(2026, 11, 23), date(2026, 11, 30))
        assert notice.ends_at.isoformat() == "2026-11-30T16:00:00+00:00"
        assert queries.get_case(case.id).state is CaseState.CANDIDATES_PUBLISHED
        assert events(AuditTag.CANDIDATES_PUBLISH) == 1
        assert events(AuditTag.NOTICE_PUBLISH) == 0


def test_a_list_taken_back_is_decided_and_published_anew(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_passed(secretary, case)
        commands.publish_candidates(case, wording=make_wording(), actor=secretary, now=NOW)
        commands.withdraw_candidate_list(case, reason="收到异议", actor=secretary, now=NOW)
        assert events(AuditTag.NOTICE_WITHDRAW) == 1
        commands.decide_candidate(candidate, verdict=Verdict(NEED_INFO, "核查异议"), actor=secretary, now=NOW)
        commands.decide_candidate(candidate, verdict=Verdict(PASSED, "异议不成立"), actor=secretary, now=NOW)
        later = NOW + timedelta(days=1)
        commands.publish_candidates(case, wording=make_wording(), actor=secretary, now=later)
        newest, first = notices.list_notices_of(case.id)
        assert (newest.last_day, first.withdrawn_reason) == (date(2026, 12, 1), "收到异议")


def test_another_community_sees_and_changes_nothing(portal: Portal, secretary: Actor) -> None:
    with portal.inside():
        case = make_case(secretary)
        candidate = make_passed(secretary, case)
    neighbour = make_actor(portal.there, Role.COMMUNITY_SECRETARY)
    with portal.inside(portal.there):
        make_case(neighbour, make_estate(neighbour))  # same name of estate, same name of community
        assert queries.count_cases() == 1
        assert db.session.scalar(select(func.count()).select_from(Candidate)) == 0
        for act in (
            lambda: queries.get_case(case.id),
            lambda: queries.get_candidate(candidate.id),
            lambda: commands.publish_candidates(case, wording=make_wording(), actor=neighbour, now=NOW),
            lambda: commands.nominate_candidate(
                case, nomination=Nomination("x", "y", NominationSource.SELF), actor=neighbour, now=NOW
            ),
        ):
            with pytest.raises(NotFound):
                act()
