"""Commands around a report: rows changed, one event each, and what is refused. On both engines."""

import dataclasses

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.reporting import commands, queries
from portal.reporting.models import MemberReport
from portal.reporting.rules import ReportState
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_user
from tests.reporting.checking import events, refused, reload
from tests.reporting.makers import (
    CARD,
    MOBILE,
    make_member,
    make_report,
    member_actor,
    visitor,
)


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
