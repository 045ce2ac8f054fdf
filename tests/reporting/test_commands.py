"""Commands of double reporting: rows changed, one event each, and what is refused. On both engines."""

import dataclasses
import threading
import uuid
from collections.abc import Callable
from contextvars import Context
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.reporting import commands, queries
from portal.reporting.models import MemberReport, PostClaim, ServiceRecord
from portal.reporting.rules import ClaimState, PostState, ProofGrade, ReportState, ServiceState
from portal.tenancy.scope import scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_user
from tests.reporting.makers import (
    CARD,
    MOBILE,
    YESTERDAY,
    make_claim,
    make_confirmed,
    make_member,
    make_post,
    make_report,
    make_service,
    member_actor,
    visitor,
)


def events(portal: Portal, tag: str) -> list[AuditEvent]:
    """Give the events of one tag here."""
    with portal.inside():
        return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag)))


def all_events(portal: Portal) -> int:
    with portal.inside():
        return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def refused(portal: Portal, code: str, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Run a command that must refuse with `code` and write no event."""
    before = all_events(portal)
    with pytest.raises(RuleBroken) as caught, portal.inside():
        call(*args, **kwargs)
    assert caught.value.code == code
    assert all_events(portal) == before


def reload(portal: Portal, row: Any) -> Any:
    """Give the row as the database has it."""
    model = type(row)
    with portal.inside():
        return db.session.scalars(
            select(model).where(model.id == row.id).execution_options(populate_existing=True)
        ).one()


# --- reports -----------------------------------------------------------------


def test_a_report_is_kept_sealed_with_its_consent(portal: Portal) -> None:
    report = make_report(portal)
    assert report.state is ReportState.REPORTED
    assert MOBILE.encode() not in report.mobile_sealed
    with portal.inside():
        assert queries.mobile_of(queries.get_report(report.id)) == MOBILE
    assert report.consent_version
    assert report.consented_at == report.reported_at
    (event,) = events(portal, "reporting:report:submit")
    assert MOBILE not in str(event.changes)
    assert report.residence not in str(event.changes)


def test_the_second_tap_is_the_same_report(portal: Portal) -> None:
    user = make_user()
    first, second = make_report(portal, user), make_report(portal, user)
    assert first.id == second.id
    assert len(events(portal, "reporting:report:submit")) == 1


def test_the_database_refuses_a_second_active_report(portal: Portal) -> None:
    report = make_report(portal)
    twin = {c.name: getattr(report, c.name) for c in MemberReport.__table__.columns if c.name != "id"}
    with pytest.raises(Exception, match=r"(?i)unique"), portal.inside():
        db.session.add(MemberReport(**twin))


def test_one_person_reports_to_two_communities_of_the_same_name(portal: Portal) -> None:
    user = make_user()
    here = make_report(portal, user)
    with portal.inside(portal.there):
        there = commands.report_to_community(CARD, consented=True, actor=visitor(user, portal.there), now=NOW)
    assert {here.tenant_id, there.tenant_id} == {portal.here, portal.there}
    with portal.inside(portal.there), pytest.raises(NotFound):
        queries.get_report(here.id)
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        commands.accept_report(here, actor=clerk, now=NOW)
    assert reload(portal, here).state is ReportState.ACCEPTED
    with portal.inside(portal.there):
        assert queries.find_active_report(user.id).state is ReportState.REPORTED


@pytest.mark.parametrize(
    ("code", "change", "consented"),
    [
        ("reporting.consent_missing", {}, False),
        ("reporting.text_length", {"work_unit": " "}, True),
        ("accounts.mobile_form", {"mobile": "12345"}, True),
    ],
)
def test_incomplete_reports_are_refused(portal: Portal, code: str, change: dict[str, str], consented: bool) -> None:
    actor = visitor(make_user(), portal.here)
    card = dataclasses.replace(CARD, **change)
    refused(portal, code, commands.report_to_community, card, consented=consented, actor=actor, now=NOW)


def test_acceptance_makes_an_in_service_member(portal: Portal) -> None:
    report, clerk = make_report(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        commands.accept_report(report, actor=clerk, now=NOW)
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == report.user_id)).one()
    assert (grant.role, grant.tenant_id, grant.ends_at) == (Role.IN_SERVICE_MEMBER, portal.here, None)
    report = reload(portal, report)
    assert (report.state, report.decided_by, report.decided_at) == (ReportState.ACCEPTED, clerk.user_id, NOW)
    assert len(events(portal, "reporting:report:accept")) == 1
    refused(portal, "reporting.report_already_answered", commands.accept_report, report, actor=clerk, now=NOW)


def test_nobody_accepts_or_returns_their_own_report(portal: Portal) -> None:
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        report = commands.report_to_community(CARD, consented=True, actor=clerk, now=NOW)
    refused(portal, "reporting.own_record", commands.accept_report, report, actor=clerk, now=NOW)
    refused(portal, "reporting.own_record", commands.return_report, report, reason="地址不详", actor=clerk, now=NOW)


def test_a_returned_report_stays_and_a_new_one_is_sent(portal: Portal) -> None:
    user = make_user()
    report, clerk = make_report(portal, user), make_actor(portal.here, Role.COMMUNITY_CLERK)
    refused(portal, "reporting.text_length", commands.return_report, report, reason=" 不 ", actor=clerk, now=NOW)
    with portal.inside():
        commands.return_report(report, reason="请补充楼栋", actor=clerk, now=NOW)
    (event,) = events(portal, "reporting:report:return")
    assert event.changes["reason"] == [None, "请补充楼栋"]
    again = make_report(portal, user, at=NOW)
    assert again.id != report.id
    assert reload(portal, report).decision_reason == "请补充楼栋"


def test_a_report_is_withdrawn_only_before_the_answer(portal: Portal) -> None:
    user = make_user()
    report = make_report(portal, user)
    with portal.inside():
        commands.withdraw_report(report, actor=visitor(user, portal.here), now=NOW)
    assert reload(portal, report).state is ReportState.WITHDRAWN
    assert len(events(portal, "reporting:report:withdraw")) == 1
    accepted = make_member(portal)
    actor = member_actor(accepted)
    refused(portal, "reporting.report_already_answered", commands.withdraw_report, accepted, actor=actor, now=NOW)


def test_looking_at_a_mobile_number_is_recorded_with_its_reason(portal: Portal) -> None:
    report, clerk = make_report(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        assert commands.reveal_mobile(report, reason="核对楼栋信息", actor=clerk, now=NOW) == MOBILE
    (event,) = events(portal, "reporting:report:reveal")
    assert event.changes == {"reason": [None, "核对楼栋信息"]}
    refused(portal, "reporting.text_length", commands.reveal_mobile, report, reason="看", actor=clerk, now=NOW)


# --- posts -------------------------------------------------------------------


def test_a_post_is_opened_and_closed_once(portal: Portal) -> None:
    post, clerk = make_post(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    assert len(events(portal, "reporting:post:open")) == 1
    for _tap in range(2):
        with portal.inside():
            commands.close_post(post, actor=clerk, now=NOW)
    assert reload(portal, post).state is PostState.CLOSED
    assert len(events(portal, "reporting:post:close")) == 1


def test_a_post_needs_places(portal: Portal) -> None:
    details = commands.PostDetails("夜巡", "patrol", 0, NOW.date(), NOW.date())
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    refused(portal, "reporting.capacity_range", commands.open_post, details, actor=clerk, now=NOW)


def test_claiming_twice_is_one_claim(portal: Portal) -> None:
    report, post = make_member(portal), make_post(portal)
    first, second = make_claim(portal, report, post), make_claim(portal, report, post)
    assert first.id == second.id
    assert len(events(portal, "reporting:post:claim")) == 1


def test_a_released_place_is_free_and_can_be_claimed_again(portal: Portal) -> None:
    post, one, other = make_post(portal, capacity=1), make_member(portal), make_member(portal)
    claim = make_claim(portal, one, post)
    refused(portal, "reporting.post_full", commands.claim_post, post, report=other, actor=member_actor(other), now=NOW)
    for _tap in range(2):
        with portal.inside():
            commands.release_claim(claim, actor=member_actor(one), now=NOW)
    assert len(events(portal, "reporting:post:release")) == 1
    assert make_claim(portal, other, post).seat == 1
    with portal.inside():
        commands.release_claim(queries.find_claim(other.id, post.id, "2026"), actor=member_actor(other), now=NOW)
    again = make_claim(portal, one, post)
    assert (again.id, again.state, again.released_at) == (claim.id, ClaimState.HELD, None)


def test_claims_need_an_accepted_report_and_an_open_post(portal: Portal) -> None:
    post, waiting, member = make_post(portal), make_report(portal), make_member(portal)
    claim = commands.claim_post
    actor = member_actor(waiting)
    refused(portal, "reporting.not_accepted", claim, post, report=waiting, actor=actor, now=NOW)
    late = NOW + timedelta(days=60)
    actor = member_actor(member)
    refused(portal, "reporting.post_closed", claim, post, report=member, actor=actor, now=late)
    with portal.inside():
        commands.close_post(post, actor=make_actor(portal.here, Role.COMMUNITY_CLERK), now=NOW)
    refused(portal, "reporting.post_closed", claim, post, report=member, actor=actor, now=NOW)


def test_the_database_refuses_a_place_held_twice(portal: Portal) -> None:
    post, one, other = make_post(portal), make_member(portal), make_member(portal)
    make_claim(portal, one, post)
    claim = PostClaim(report_id=other.id, post_id=post.id, period="2026", seat=1, state=ClaimState.HELD, claimed_at=NOW)
    with pytest.raises(Exception, match=r"(?i)unique"), portal.inside():
        db.session.add(claim)


def race(portal: Portal, calls: list[Callable[[], object]]) -> list[str]:
    """Run all calls at once, each in a transaction of its own, and give what each one said, sorted."""
    db.session.remove()
    barrier, said = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        with portal.app.app_context():
            barrier.wait()
            try:
                with transaction(scope_of(portal.here)):
                    said.append(str(call()))
            except RuleBroken as error:
                said.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(run, call)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def test_eight_members_race_for_three_places(portal: Portal) -> None:
    post, members = make_post(portal, capacity=3), [make_member(portal) for _ in range(8)]

    def claim(report: MemberReport) -> str:
        commands.claim_post(queries.get_post(post.id), report=report, actor=member_actor(report), now=NOW)
        return "held"

    said = race(portal, [partial(claim, report) for report in members])
    assert said == ["held"] * 3 + ["reporting.post_full"] * 5
    with portal.inside():
        assert sorted(queries.held_seats(post.id, "2026")) == [1, 2, 3]
    assert len(events(portal, "reporting:post:claim")) == 3


def test_four_taps_at_once_report_once(portal: Portal) -> None:
    actor = visitor(make_user(), portal.here)

    def report() -> uuid.UUID:
        return commands.report_to_community(CARD, consented=True, actor=actor, now=NOW).id

    assert len(set(race(portal, [report] * 4))) == 1
    assert len(events(portal, "reporting:report:submit")) == 1


def test_of_services_that_overlap_one_is_entered_however_fast_they_come(portal: Portal) -> None:
    report = make_member(portal)

    def log(minute: int) -> str:
        entry = commands.ServiceEntry(None, YESTERDAY, time(9, minute), time(11, minute), "入户发放消防传单")
        commands.log_service(entry, report=queries.get_report(report.id), actor=member_actor(report), now=NOW)
        return "entered"

    assert race(portal, [partial(log, minute) for minute in range(4)]) == ["entered"] + ["reporting.overlap"] * 3


def test_last_years_places_are_free_again(portal: Portal) -> None:
    post, one, other = (
        make_post(portal, capacity=1, ends_on=date(2027, 12, 31)),
        make_member(portal),
        make_member(portal),
    )
    make_claim(portal, one, post)
    next_year = NOW + timedelta(days=60)
    with portal.inside():
        own = queries.own_claims(one.id, today=next_year.date())
        row = queries.post_report(post.id, own=own, today=next_year.date())
    assert (row.held, row.left, row.claim_id) == (0, 1, None)
    assert make_claim(portal, other, post, at=next_year).period == "2027"


# --- services ----------------------------------------------------------------


def test_a_logged_service_is_self_reported(portal: Portal) -> None:
    report = make_member(portal)
    service = make_service(portal, report)
    assert (service.half_hours, service.state, service.grade) == (
        4,
        ServiceState.SUBMITTED,
        ProofGrade.SELF_REPORTED,
    )
    assert len(events(portal, "reporting:service:log")) == 1


def test_the_same_service_sent_twice_is_one_entry(portal: Portal) -> None:
    report = make_member(portal)
    assert make_service(portal, report).id == make_service(portal, report).id
    assert len(events(portal, "reporting:service:log")) == 1


def refused_service(portal: Portal, code: str, report: MemberReport, **service: Any) -> None:
    before = all_events(portal)
    with pytest.raises(RuleBroken) as caught:
        make_service(portal, report, **service)
    assert caught.value.code == code
    assert all_events(portal) == before


def test_services_that_break_a_rule_of_hours_are_refused(portal: Portal) -> None:
    report, post = make_member(portal), make_post(portal)
    make_service(portal, report, start="09:00", end="12:00")
    refused_service(portal, "reporting.overlap", report, start="11:30", end="13:00")
    refused_service(portal, "reporting.daily_cap", report, start="12:00", end="17:30")
    make_service(portal, report, start="12:00", end="17:00")
    refused_service(portal, "reporting.not_ended", report, day=NOW.date(), start="09:00", end="10:30")
    refused_service(portal, "reporting.too_short", report, day=NOW.date(), start="09:00", end="09:20")
    refused_service(portal, "reporting.post_not_claimed", report, day=NOW.date(), start="08:00", end="09:00", post=post)
    refused_service(portal, "reporting.not_accepted", make_report(portal))


def test_another_members_hours_do_not_stand_in_the_way(portal: Portal) -> None:
    one, other = make_member(portal), make_member(portal)
    make_service(portal, one)
    make_service(portal, other)


def test_a_returned_service_is_logged_anew(portal: Portal) -> None:
    report, clerk = make_member(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    service = make_service(portal, report)
    with portal.inside():
        commands.return_service(service, reason="时间不对", actor=clerk, now=NOW)
    assert len(events(portal, "reporting:service:return")) == 1
    again = make_service(portal, report)
    assert again.id != service.id
    with portal.inside():
        assert queries.hours_of(report.id)[ProofGrade.SELF_REPORTED] == 4


def test_confirmed_hours_rise_in_grade_and_are_not_counted_twice(portal: Portal) -> None:
    report, clerk = make_member(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    service = make_service(portal, report)
    with portal.inside():
        commands.confirm_service(service, actor=clerk, now=NOW)
        assert queries.hours_of(report.id) == {
            ProofGrade.SELF_REPORTED: 0,
            ProofGrade.CONFIRMED: 4,
            ProofGrade.CHECKED_IN: 0,
        }
    assert len(events(portal, "reporting:service:confirm")) == 1
    refused(portal, "reporting.service_already_decided", commands.confirm_service, service, actor=clerk, now=NOW)


def test_nobody_decides_on_their_own_hours(portal: Portal) -> None:
    user = make_user("兼任社工")
    report = make_member(portal, user)
    clerk = dataclasses.replace(member_actor(report), roles=frozenset({Role.COMMUNITY_CLERK}))
    service = make_service(portal, report)
    refused(portal, "reporting.own_record", commands.confirm_service, service, actor=clerk, now=NOW)
    refused(portal, "reporting.own_record", commands.return_service, service, reason="时间不对", actor=clerk, now=NOW)
    done = make_confirmed(portal, report, start="13:00", end="14:00")
    fix = {"half_hours": 1, "reason": "提前离开", "actor": clerk, "now": NOW}
    refused(portal, "reporting.own_record", commands.correct_service, done, **fix)
    with portal.inside():
        commands.contest_service(done, reason="应为一小时", actor=clerk, now=NOW)
    answer = {"reason": "维持原记录", "actor": clerk, "now": NOW}
    refused(portal, "reporting.own_record", commands.answer_contest, done, **answer)


def test_corrections_are_counter_entries(portal: Portal) -> None:
    report, clerk = make_member(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    service = make_confirmed(portal, report)
    with portal.inside():
        counter = commands.correct_service(service, half_hours=3, reason="提前半小时离开", actor=clerk, now=NOW)
    assert (counter.half_hours, counter.corrects_id) == (-1, service.id)
    assert reload(portal, service).half_hours == 4
    with portal.inside():
        assert queries.hours_of(report.id)[ProofGrade.CONFIRMED] == 3
        commands.correct_service(service, half_hours=4, reason="查实为全程参加", actor=clerk, now=NOW)
        assert queries.hours_of(report.id)[ProofGrade.CONFIRMED] == 4
        assert [c.half_hours for c in queries.service_report(service.id).corrections] == [-1, 1]
    assert [event.changes["half_hours"] for event in events(portal, "reporting:service:correct")] == [[4, 3], [3, 4]]
    fix = {"reason": "再改一次", "actor": clerk, "now": NOW}
    refused(portal, "reporting.nothing_to_correct", commands.correct_service, service, half_hours=4, **fix)
    refused(portal, "reporting.corrected_range", commands.correct_service, service, half_hours=5, **fix)
    waiting = make_service(portal, report, start="14:00", end="15:00")
    refused(portal, "reporting.not_confirmed", commands.correct_service, waiting, half_hours=1, **fix)


def test_a_counter_entry_is_no_entry_of_its_own(portal: Portal) -> None:
    report, clerk = make_member(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    service = make_confirmed(portal, report)
    with portal.inside():
        counter = commands.correct_service(service, half_hours=0, reason="没有参加", actor=clerk, now=NOW)
        with pytest.raises(NotFound):
            queries.get_service(counter.id)
        assert queries.count_card_services(report.id) == 1
        (row,) = queries.list_card_services(report, limit=50, offset=0)
    assert (row.half_hours, row.standing) == (4, 0)


def test_an_objection_is_answered_with_a_reason_or_by_a_correction(portal: Portal) -> None:
    report, clerk = make_member(portal), make_actor(portal.here, Role.COMMUNITY_CLERK)
    member, service = member_actor(report), make_confirmed(portal, report)
    objection = {"reason": "实际为三小时", "actor": member, "now": NOW}
    with portal.inside():
        commands.contest_service(service, **objection)
    assert len(events(portal, "reporting:service:contest")) == 1
    refused(portal, "reporting.contest_open", commands.contest_service, service, **objection)
    with portal.inside():
        assert queries.staff_queue().objections == 1
        commands.answer_contest(service, reason="签到表为两小时", actor=clerk, now=NOW)
        assert queries.staff_queue().objections == 0
    assert len(events(portal, "reporting:contest:answer")) == 1
    answer = {"reason": "签到表为两小时", "actor": clerk, "now": NOW}
    refused(portal, "reporting.no_open_contest", commands.answer_contest, service, **answer)
    with portal.inside():
        commands.contest_service(service, **objection)
        commands.correct_service(service, half_hours=2, reason="核对后为一小时", actor=clerk, now=NOW)
    assert reload(portal, service).contest_answer == "核对后为一小时"
    waiting = make_service(portal, report, start="14:00", end="15:00")
    refused(portal, "reporting.not_decided_yet", commands.contest_service, waiting, **objection)


def test_another_members_entries_are_not_found(portal: Portal) -> None:
    one, other, post = make_member(portal), make_member(portal), make_post(portal)
    service, claim = make_service(portal, one), make_claim(portal, one, post)
    with portal.inside():
        with pytest.raises(NotFound):
            queries.get_own_service(service.id, other.id)
        with pytest.raises(NotFound):
            queries.get_own_claim(claim.id, other.id)


def test_the_sum_of_a_list_of_cards_is_the_sum_of_each_card(portal: Portal) -> None:
    reports = [make_member(portal) for _ in range(3)]
    make_confirmed(portal, reports[0])
    make_service(portal, reports[0], start="14:00", end="15:00")
    make_service(portal, reports[1])
    with portal.inside():
        rows = queries.list_cards(search="", limit=50, offset=0)
        assert {row.id: row.hours for row in rows} == {report.id: queries.hours_of(report.id) for report in reports}
        assert db.session.scalar(select(func.count()).select_from(ServiceRecord)) == 3
