"""Commands of care around posts, visits and the floating: rows, events, what is refused. On both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.care.commands import floating, posts, visits
from portal.care.models import CareVisit, DutyPost
from portal.care.queries.visits import list_visits_of, sealed_field
from portal.care.rules.floating import ContactWay, FloatingState
from portal.care.rules.posts import DutyState, ReviewGrade
from portal.care.rules.visits import VisitReason, VisitState
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.registers.rules import ManagementClass
from tests.care import makers
from tests.care.checking import code_of, events, leave
from tests.care.makers import (
    HEALTH,
    HELP,
    LAST_WEEK,
    NEED,
    NEXT_WEEK,
    TODAY,
    make_branch,
    make_claim,
    make_entry,
    make_findings,
    make_of_class,
    make_post,
    make_round,
    make_visit,
    staff,
)
from tests.conftest import Portal
from tests.makers import NOW

pytestmark = pytest.mark.usefixtures("inside")
RETIRED, FRAIL, AWAY = ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING


# ---- posts


def test_a_post_from_its_setting_up_to_its_review(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    post = make_post(places=3)
    assert len(db.session.scalars(select(DutyPost)).all()) == 3
    make_claim(post, member, health="不能爬楼")
    posts.log_deed(post.id, done_on=TODAY, what="巡了东门", actor=staff(), now=NOW)
    assert post.state is DutyState.SERVING, "the first deed begins the service"
    review = posts.Review(ReviewGrade.GOOD, "风雨无阻", goes_on=True)
    following = posts.review_post(post.id, review, actor=staff(), now=NOW)
    assert (post.state, post.reviewed_on, post.member_id) == (DutyState.REVIEWED, TODAY, member.id)
    assert (following.state, following.member_id, following.name) == (DutyState.SERVING, member.id, post.name)
    assert following.review_on == date(2027, 11, 23)
    assert posts.reveal_health(following.id, reason="安排岗位", actor=staff(), now=NOW) == "不能爬楼"
    tags = [event.tag for event in db.session.scalars(select(AuditEvent).where(AuditEvent.tag.startswith("care:")))]
    assert sorted(tags) == [
        "care:duty-post:claim",
        "care:duty-post:log",
        "care:duty-post:review",
        "care:duty-posts:set",
        "care:sensitive:reveal",
    ]
    assert "不能爬楼" not in str([event.changes for event in db.session.scalars(select(AuditEvent))])


def test_one_person_has_one_post(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    make_claim(make_post(), member)
    with pytest.raises(RuleBroken) as error:
        make_claim(make_post("花园认养"), member)
    assert code_of(error) == "care.one_post"


def test_the_database_itself_keeps_one_person_to_one_post(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two staff at once: both saw no post, the index tells the second."""
    member = make_of_class(make_branch(), RETIRED, 1)
    make_claim(make_post(), member)
    monkeypatch.setattr(posts, "find_held_post", lambda *_args, **_more: None)
    with pytest.raises(RuleBroken) as error:
        make_claim(make_post("花园认养"), member)
    assert code_of(error) == "care.one_post"


def test_a_post_is_for_the_retired_and_taken_once(portal: Portal) -> None:
    branch = make_branch()
    with pytest.raises(RuleBroken) as error:
        make_claim(make_post(), make_of_class(branch, FRAIL, 1))
    assert code_of(error) == "care.not_retired"
    post = make_claim(make_post(), make_of_class(branch, RETIRED, 2))
    with pytest.raises(RuleBroken) as error:
        make_claim(post, make_of_class(branch, RETIRED, 3))
    assert code_of(error) == "care.post_moved_on"


def test_a_post_given_back_is_vacant_and_knows_nothing_of_the_person(portal: Portal) -> None:
    post = make_claim(make_post(), make_of_class(make_branch(), RETIRED, 1), health="怕冷", skill="书法")
    posts.give_back_post(post.id, actor=staff(), now=NOW)
    assert (post.state, post.member_id, post.health_sealed, post.skill) == (DutyState.SET, None, None, "")


def test_a_post_that_is_offered_again_is_vacant(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    post = make_claim(make_post(), member)
    posts.start_post(post.id, actor=staff(), now=NOW)
    review = posts.Review(ReviewGrade.LITTLE, "身体不便", is_offered=True)
    following = posts.review_post(post.id, review, actor=staff(), now=NOW)
    assert (following.state, following.member_id) == (DutyState.SET, None)
    make_claim(make_post("花园认养"), member)  # free for another one


# ---- visits


def test_a_round_plans_a_visit_to_everybody_vulnerable_at_once(portal: Portal) -> None:
    branch = make_branch()
    frail = [make_of_class(branch, FRAIL, serial) for serial in (1, 2, 3)]
    make_of_class(branch, RETIRED, 4)
    round_, number = make_round(visitor="李社工")
    planned = db.session.scalars(select(CareVisit)).all()
    assert (number, {visit.member_id for visit in planned}) == (3, {member.id for member in frail})
    assert {(v.reason, v.occasion, v.visitor, v.state) for v in planned} == {
        (VisitReason.FESTIVAL, "2027年春节", "李社工", VisitState.PLANNED)
    }
    late = make_of_class(branch, FRAIL, 5)
    again, added = make_round()
    assert (again.id, added) == (round_.id, 1)
    assert [visit.member_id for visit in list_visits_of(late.id, tenant_id=portal.here)] == [late.id]
    assert [event.changes["visits"] for event in events("care:visit-round:plan")] == [[0, 3], [3, 1]]


def test_a_round_can_take_in_those_who_were_ill_or_in_need_within_a_year(portal: Portal) -> None:
    branch = make_branch()
    ill, long_ago = make_of_class(branch, RETIRED, 1), make_of_class(branch, RETIRED, 2)
    make_visit(ill, due_on=TODAY)
    old = NOW - timedelta(days=500)
    make_visit(long_ago, due_on=TODAY - timedelta(days=490), now=old)
    with pytest.raises(RuleBroken) as error:
        make_round()
    assert code_of(error) == "care.nobody_to_visit"
    round_, number = make_round(with_others=True)
    assert number == 1
    festival = select(CareVisit).where(CareVisit.round_id == round_.id)
    assert db.session.scalars(festival).one().member_id == ill.id


def test_those_who_left_are_not_visited(portal: Portal) -> None:
    branch = make_branch()
    make_of_class(branch, FRAIL, 1)
    gone = make_of_class(branch, FRAIL, 2)
    leave(gone)
    assert make_round()[1] == 1
    with pytest.raises(RuleBroken) as error:
        make_visit(gone)
    assert code_of(error) == "care.not_present"


def test_what_a_visit_found_is_sealed_and_each_look_is_recorded(portal: Portal) -> None:
    visit = make_findings(make_visit(make_of_class(make_branch(), FRAIL, 1)), follow_up_due=NEXT_WEEK)
    assert (visit.state, visit.follow_up_due) == (VisitState.FOLLOW_UP, NEXT_WEEK)
    for name, text in (("need", NEED), ("help", HELP), ("health", HEALTH)):
        assert text.encode() not in getattr(visit, f"{name}_sealed")
        assert sealed_field(visit, name) == text
    assert visits.reveal_visit(visit.id, field="need", reason="安排帮扶", actor=staff(), now=NOW) == NEED
    (event,) = events("care:sensitive:reveal")
    assert event.changes == {"field": [None, "need"], "reason": [None, "安排帮扶"]}
    everything = str([event.changes for event in db.session.scalars(select(AuditEvent))])
    assert not any(text in everything for text in (NEED, HELP, HEALTH))


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_a_look_without_a_reason_is_refused(portal: Portal, reason: str) -> None:
    visit = make_findings(make_visit(make_of_class(make_branch(), FRAIL, 1)))
    with pytest.raises(RuleBroken):
        visits.reveal_visit(visit.id, field="need", reason=reason, actor=staff(), now=NOW)
    assert events("care:sensitive:reveal") == []


def test_fields_that_are_not_there_are_not_found(portal: Portal) -> None:
    visit = make_findings(make_visit(make_of_class(make_branch(), FRAIL, 1)), health="")
    for name in ("health", "result", "state", "tenant_id"):
        with pytest.raises(NotFound):
            visits.reveal_visit(visit.id, field=name, reason="安排帮扶", actor=staff(), now=NOW)


def test_a_visit_goes_its_way_once(portal: Portal) -> None:
    visit = make_findings(make_visit(make_of_class(make_branch(), FRAIL, 1)))
    with pytest.raises(RuleBroken) as error:
        make_findings(visit)
    assert code_of(error) == "care.visit_moved_on"
    visits.set_follow_up(visit.id, NEXT_WEEK, actor=staff(), now=NOW)
    visits.close_visit(visit.id, "扶手装好了", actor=staff(), now=NOW)
    assert (visit.state, visit.closed_on, sealed_field(visit, "result")) == (VisitState.CLOSED, TODAY, "扶手装好了")
    with pytest.raises(RuleBroken):
        visits.set_follow_up(visit.id, NEXT_WEEK, actor=staff(), now=NOW)


def test_the_same_visit_is_not_planned_twice(portal: Portal) -> None:
    member = make_of_class(make_branch(), FRAIL, 1)
    make_visit(member)
    with pytest.raises(RuleBroken) as error:
        make_visit(member)
    assert code_of(error) == "care.visit_planned"
    make_visit(member, VisitReason.HARDSHIP)


def test_a_visitor_is_named_for_many_at_once_and_only_before_the_visit(portal: Portal) -> None:
    branch = make_branch()
    planned = [make_visit(make_of_class(branch, FRAIL, serial)) for serial in (1, 2)]
    paid = make_findings(make_visit(make_of_class(branch, FRAIL, 3)))
    assert visits.name_visitor([*planned, paid], "王书记", actor=staff(), now=NOW) == 2
    assert [visit.visitor for visit in (*planned, paid)] == ["王书记", "王书记", "李社工"]
    assert len(events("care:visits:name-visitor")) == 1


# ---- floating


def test_the_ledger_counts_from_the_last_contact(portal: Portal) -> None:
    entry = make_entry(make_of_class(make_branch(), AWAY, 1))
    assert entry.due_on == TODAY + timedelta(days=30)
    talk = {"way": ContactWay.PHONE, "person": "李社工", "note": "工作稳定", "actor": staff(), "now": NOW}
    floating.log_floating_contact(entry.id, contacted_on=TODAY, **talk)
    floating.log_floating_contact(entry.id, contacted_on=LAST_WEEK, **talk)  # entered late: the latest still counts
    assert (entry.last_contact_on, entry.due_on) == (TODAY, TODAY + timedelta(days=30))
    floating.change_floating(entry.id, makers.ledger_facts(interval_days=7), actor=staff(), now=NOW)
    assert entry.due_on == NEXT_WEEK
    (event,) = events("care:floating:change")
    assert event.changes == {"interval_days": [30, 7]}


def test_nobody_is_in_the_ledger_twice_at_a_time(portal: Portal) -> None:
    member = make_of_class(make_branch(), AWAY, 1)
    entry = make_entry(member)
    with pytest.raises(RuleBroken) as error:
        make_entry(member)
    assert code_of(error) == "care.in_ledger"
    floating.end_floating(entry.id, reason="已返回社区", actor=staff(), now=NOW)
    assert entry.state is FloatingState.ENDED
    with pytest.raises(RuleBroken) as error:
        floating.end_floating(entry.id, reason="已返回社区", actor=staff(), now=NOW)
    assert code_of(error) == "care.ledger_ended"
    make_entry(member)
