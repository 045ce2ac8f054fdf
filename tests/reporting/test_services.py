"""Commands around services and hours: rows changed, one event each, and what is refused. On both engines."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.reporting import commands, queries
from portal.reporting.models import MemberReport, ServiceRecord
from portal.reporting.rules import ProofGrade, ServiceState
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_user
from tests.reporting.checking import all_events, events, refused, reload
from tests.reporting.makers import (
    make_claim,
    make_confirmed,
    make_member,
    make_post,
    make_report,
    make_service,
    member_actor,
)


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
