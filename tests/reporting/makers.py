"""Reports, posts and services for tests, made by the commands themselves."""

import dataclasses
import uuid
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from portal.accounts.actor import Actor
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core.db import db
from portal.reporting import commands
from portal.reporting.models import MemberReport, PostClaim, ServicePost, ServiceRecord
from portal.reporting.rules import PostCategory
from portal.tenancy.models import TenantOwned
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_user

MOBILE = "13812345678"
LONG_AGO = NOW - timedelta(days=20)
YESTERDAY = date(2026, 11, 22)
CARD = commands.ReportCard(
    name="王演示", mobile=MOBILE, work_unit="演示设计院", residence="和平小区3栋", intents=(PostCategory.PATROL,)
)


Row = TypeVar("Row", bound=TenantOwned)


def kept(row: Row) -> Row:
    """Give a row that a later rollback leaves as it is."""
    db.session.flush()
    db.session.expunge(row)
    return row


def visitor(user: UserAccount, tenant_id: int) -> Actor:
    """Give the actor of somebody signed in without a role."""
    return Actor(user.id, user.name, tenant_id, frozenset({Role.VISITOR}), acting_as=Role.VISITOR)


def make_report(
    portal: Portal, user: UserAccount | None = None, *, at: datetime = LONG_AGO, **card: str
) -> MemberReport:
    """Report here; by a new person unless named."""
    user = user or make_user("王演示")
    with portal.inside():
        return kept(
            commands.report_to_community(
                dataclasses.replace(CARD, **card), consented=True, actor=visitor(user, portal.here), now=at
            )
        )


def make_member(
    portal: Portal, user: UserAccount | None = None, *, clerk: Actor | None = None, **card: str
) -> MemberReport:
    """Report here and be accepted, twenty days ago."""
    report = make_report(portal, user, **card)
    clerk = clerk or make_actor(portal.here, Role.COMMUNITY_CLERK, "李社工")
    with portal.inside():
        return kept(commands.accept_report(report, actor=clerk, now=LONG_AGO))


def member_actor(report: MemberReport) -> Actor:
    """Give the actor of an accepted member."""
    roles = frozenset({Role.IN_SERVICE_MEMBER, Role.VISITOR})
    return Actor(report.user_id, report.name, report.tenant_id, roles, acting_as=Role.IN_SERVICE_MEMBER)


def make_post(
    portal: Portal, name: str = "夜间巡逻", *, capacity: int = 2, ends_on: date = date(2026, 12, 31)
) -> ServicePost:
    """Open a post here."""
    details = commands.PostDetails(name, PostCategory.PATROL, capacity, date(2026, 11, 1), ends_on, "每晚八点")
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        return kept(commands.open_post(details, actor=clerk, now=LONG_AGO))


def make_claim(portal: Portal, report: MemberReport, post: ServicePost, *, at: datetime = NOW) -> PostClaim:
    """Claim a post."""
    with portal.inside():
        return kept(commands.claim_post(post, report=report, actor=member_actor(report), now=at))


def make_service(
    portal: Portal,
    report: MemberReport,
    *,
    day: date = YESTERDAY,
    start: str = "09:00",
    end: str = "11:00",
    post: ServicePost | None = None,
    at: datetime = NOW,
) -> ServiceRecord:
    """Log a service."""
    entry = commands.ServiceEntry(
        post_id=post.id if post else None,
        served_on=day,
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        content="入户发放消防传单",
    )
    with portal.inside():
        return kept(commands.log_service(entry, report=report, actor=member_actor(report), now=at))


def make_confirmed(portal: Portal, report: MemberReport, **service: str) -> ServiceRecord:
    """Log a service and have it confirmed."""
    record = make_service(portal, report, **service)
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        return kept(commands.confirm_service(record, actor=clerk, now=NOW))


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """Make one object of every kind in a tenant; the report is of its secretary, so that own pages show it."""
    clerk, user = make_actor(tenant_id, Role.COMMUNITY_CLERK), portal.person(Role.COMMUNITY_SECRETARY, tenant_id)
    card = commands.ReportCard(words, MOBILE, f"{words}单位", f"{words}小区", words, (PostCategory.PATROL,))
    details = commands.PostDetails(f"{words}岗位", PostCategory.PATROL, 2, YESTERDAY, date(2026, 12, 31), words)
    with portal.inside(tenant_id):
        report = commands.report_to_community(card, consented=True, actor=visitor(user, tenant_id), now=LONG_AGO)
        commands.accept_report(report, actor=clerk, now=LONG_AGO)
        post, member = commands.open_post(details, actor=clerk, now=NOW), member_actor(report)
        claim = commands.claim_post(post, report=report, actor=member, now=NOW)
        entry = commands.ServiceEntry(post.id, YESTERDAY, time(9), time(11), f"{words}的服务")
        service = commands.log_service(entry, report=report, actor=member, now=NOW)
        commands.confirm_service(service, actor=clerk, now=NOW)
        commands.correct_service(service, half_hours=3, reason=f"{words}更正", actor=clerk, now=NOW)
        commands.contest_service(service, reason=f"{words}异议", actor=member, now=NOW)
    return {"report_id": report.id, "post_id": post.id, "claim_id": claim.id, "service_id": service.id}
