"""Publishing and taking back a notice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.notices import commands, queries, rules
from portal.notices.commands import NoticeDraft
from portal.notices.rules import NoticeBody, NoticeKind
from tests.conftest import Portal
from tests.makers import NOW, make_actor

DRAFT = NoticeDraft(
    kind=NoticeKind.GENERAL,
    title="停水通知(演示)",
    body=NoticeBody(("因检修停水。",), ("楼栋", "时间"), (("1栋", "9:00"),)),
    issuer="和平社区",
    objection="向社区服务大厅提出",
    amount=6,
    period_source="6日(本系统默认值)",
)


def test_a_notice_keeps_its_last_day_and_how_it_was_counted(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        notice_id = commands.publish_notice(DRAFT, actor=actor, now=NOW).id
    with portal.inside():
        notice = queries.get_notice(notice_id)
        assert notice.last_day == date(2026, 11, 30)  # 29 November is a Sunday
        assert [step.code for step in queries.working_of(notice)] == ["day_zero", "counted", "rolled", "ends"]
        assert rules.fingerprint(queries.text_of(notice)) == notice.fingerprint
        assert [event.tag for event in db.session.scalars(select(AuditEvent))] == ["notices:notice:publish"]


def test_a_notice_can_be_taken_back_once(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        notice = commands.publish_notice(DRAFT, actor=actor, now=NOW)
        commands.withdraw_notice(notice, reason="时间有变", actor=actor, now=NOW)
        assert queries.list_current_notices(portal.here, now=NOW) == []
        with pytest.raises(RuleBroken) as caught:
            commands.withdraw_notice(notice, reason="又变", actor=actor, now=NOW)
        assert caught.value.code == "notices.already_withdrawn"


def test_a_notice_is_current_until_the_end_of_its_last_day(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        notice = commands.publish_notice(DRAFT, actor=actor, now=NOW)
        just_before = notice.ends_at - timedelta(seconds=1)
        assert [line.id for line in queries.list_current_notices(portal.here, now=just_before)] == [notice.id]
        assert queries.list_current_notices(portal.here, now=notice.ends_at) == []
        soon = queries.list_notices_ending([NoticeKind.GENERAL], since=NOW, until=notice.ends_at)
        assert [line.id for line in soon] == [notice.id]


def test_a_notice_of_another_community_is_unknown(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        notice_id = commands.publish_notice(DRAFT, actor=actor, now=NOW).id
    with portal.inside(portal.there), pytest.raises(NotFound):
        queries.get_notice(notice_id)
