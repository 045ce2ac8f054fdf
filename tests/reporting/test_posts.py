"""Commands around posts and their places: rows changed, one event each, and what is refused. On both engines."""

import threading
import uuid
from collections.abc import Callable
from contextvars import Context
from datetime import date, time, timedelta
from functools import partial

import pytest

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.reporting import commands, queries
from portal.reporting.models import MemberReport, PostClaim
from portal.reporting.rules import ClaimState, PostState
from portal.tenancy.scope import scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_user
from tests.reporting.checking import events, refused, reload
from tests.reporting.makers import (
    CARD,
    YESTERDAY,
    make_claim,
    make_member,
    make_post,
    make_report,
    member_actor,
    visitor,
)


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
