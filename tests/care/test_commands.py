"""What care changes, records and refuses; two communities of the same name hold the same-named things."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.care.commands import cards, delegates, floating, links, posts, visits
from portal.care.models import CardVersion, CareVisit, DutyPost, PublicCard
from portal.care.queries.standing import Subject, care_standing
from portal.care.queries.visits import list_visits_of, sealed_field
from portal.care.rules.cards import CardState, ConsentWay
from portal.care.rules.delegates import OpinionState
from portal.care.rules.floating import ContactWay, FloatingState
from portal.care.rules.links import LinkLevel
from portal.care.rules.posts import DutyState, ReviewGrade
from portal.care.rules.visits import VisitReason, VisitState
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.registers.models import PartyMember
from portal.registers.rules import ManagementClass
from tests.care import makers
from tests.care.makers import (
    HEALTH,
    HELP,
    LAST_WEEK,
    NEED,
    NEXT_WEEK,
    PDF,
    TODAY,
    make_branch,
    make_card,
    make_claim,
    make_delegate,
    make_entry,
    make_findings,
    make_link,
    make_of_class,
    make_opinion,
    make_post,
    make_published,
    make_round,
    make_visit,
    staff,
)
from tests.conftest import Portal
from tests.makers import NOW

RETIRED, FRAIL, AWAY = ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING


@pytest.fixture(autouse=True)
def inside(portal: Portal) -> Iterator[None]:
    """Work in the community here, in the name of its secretary."""
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)
    with portal.inside():
        yield


def code_of(error: pytest.ExceptionInfo[RuleBroken]) -> str:
    return error.value.code


def events(tag: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


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
    _leave(gone)
    assert make_round()[1] == 1
    with pytest.raises(RuleBroken) as error:
        make_visit(gone)
    assert code_of(error) == "care.not_present"


def _leave(member: PartyMember) -> None:
    from portal.registers.rules import MemberStatus

    member.status, member.updated_at = MemberStatus.DECEASED, NOW
    db.session.flush()


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


# ---- cards


def test_nothing_is_published_without_a_consent(portal: Portal) -> None:
    version = make_card(make_of_class(make_branch(), RETIRED, 1))
    with pytest.raises(RuleBroken) as error:
        cards.publish_card(version.card_id, actor=staff(), now=NOW)
    assert (code_of(error), version.state) == ("care.not_consented", CardState.DRAFT)


def test_a_changed_text_needs_a_new_consent_and_the_old_text_stays_until_then(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    first = make_published(member)
    second = make_card(member, "退休医生")
    assert (first.state, second.state, second.number) == (CardState.PUBLISHED, CardState.DRAFT, 2)
    cards.record_consent(second.card_id, cards.Consent(ConsentWay.IN_PERSON, TODAY), actor=staff(), now=NOW)
    third = make_card(member, "退休护士")
    assert (second.state, third.state) == (CardState.WITHDRAWN, CardState.DRAFT)
    with pytest.raises(RuleBroken) as error:
        cards.publish_card(third.card_id, actor=staff(), now=NOW)
    assert (code_of(error), first.state) == ("care.not_consented", CardState.PUBLISHED)
    cards.record_consent(third.card_id, cards.Consent(ConsentWay.IN_PERSON, TODAY), actor=staff(), now=NOW)
    cards.publish_card(third.card_id, actor=staff(), now=NOW)
    assert (first.state, third.state) == (CardState.WITHDRAWN, CardState.PUBLISHED)


def test_a_text_changed_behind_the_consent_is_not_published(portal: Portal) -> None:
    version = make_card(make_of_class(make_branch(), RETIRED, 1))
    cards.record_consent(version.card_id, cards.Consent(ConsentWay.IN_PERSON, TODAY), actor=staff(), now=NOW)
    version.promise = "别的话"
    db.session.flush()
    with pytest.raises(RuleBroken) as error:
        cards.publish_card(version.card_id, actor=staff(), now=NOW)
    assert code_of(error) == "care.not_consented"


def test_a_withdrawal_takes_every_consent_back(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    first = make_published(member)
    second = make_card(member, "退休医生")
    cards.record_consent(second.card_id, cards.Consent(ConsentWay.IN_PERSON, TODAY), actor=staff(), now=NOW)
    cards.withdraw_card(first.card_id, reason="本人要求撤下", actor=staff(), now=NOW)
    assert {first.state, second.state} == {CardState.WITHDRAWN}
    with pytest.raises(RuleBroken) as error:
        cards.withdraw_card(first.card_id, reason="本人要求撤下", actor=staff(), now=NOW)
    assert code_of(error) == "care.nothing_to_withdraw"
    with pytest.raises(RuleBroken):
        cards.publish_card(first.card_id, actor=staff(), now=NOW)


def test_the_consent_names_its_text_day_way_and_paper(portal: Portal) -> None:
    version = make_published(make_of_class(make_branch(), RETIRED, 1))
    assert (version.consent_way, version.consented_on) == (ConsentWay.SIGNED_PAPER, TODAY)
    assert version.consent_file_id is not None
    (event,) = events("care:public-card:consent")
    assert event.changes["fingerprint"] == [None, version.consent_fingerprint]


@pytest.mark.parametrize("content", [b"MZ\x90", b"", b"<html>", PDF + b"x" * cards.PAPER_BYTES])
def test_a_paper_is_a_pdf_or_a_picture_of_bearable_size(portal: Portal, content: bytes) -> None:
    version = make_card(make_of_class(make_branch(), RETIRED, 1))
    consent = cards.Consent(ConsentWay.SIGNED_PAPER, TODAY, ("同意书.pdf", content))
    with pytest.raises(RuleBroken) as error:
        cards.record_consent(version.card_id, consent, actor=staff(), now=NOW)
    assert code_of(error) == "care.paper_kind"


def test_who_left_gets_no_card(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    version = make_card(member)
    cards.record_consent(version.card_id, cards.Consent(ConsentWay.IN_PERSON, TODAY), actor=staff(), now=NOW)
    _leave(member)
    with pytest.raises(RuleBroken) as error:
        cards.publish_card(version.card_id, actor=staff(), now=NOW)
    assert code_of(error) == "care.not_present"


def test_the_same_text_saved_twice_is_one_version(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    assert make_card(member).id == make_card(member).id
    make_published(member)
    assert len(db.session.scalars(select(CardVersion)).all()) == 1
    assert len(db.session.scalars(select(PublicCard)).all()) == 1


# ---- links and delegates


def test_a_link_names_its_ends_by_the_register_and_residents_by_a_count(portal: Portal) -> None:
    branch = make_branch()
    near, far = make_of_class(branch, RETIRED, 1, "张近"), make_of_class(branch, RETIRED, 2, "李远")
    delegate = make_delegate(far)
    to_delegate = make_link(near, "", level=LinkLevel.COMMITTEE_MEMBER, households=None, to_delegate_id=delegate.id)
    assert (to_delegate.from_text, to_delegate.to_text) == ("张近", "李远")
    to_organization = make_link(
        None, "", level=LinkLevel.STREET_TEAM, households=None, from_text="副书记李某", to_organization_id=branch.id
    )
    assert to_organization.to_text == branch.name
    residents = make_link(near)
    assert (residents.to_text, residents.households) == ("3栋2单元", 12)
    assert residents.due_on == date(2027, 2, 16)
    links.log_link_contact(residents.id, contacted_on=TODAY, what="用火用电提醒", households=11, actor=staff(), now=NOW)
    assert residents.due_on == date(2027, 2, 23)
    links.end_link(residents.id, reason="搬离本楼", actor=staff(), now=NOW)
    with pytest.raises(RuleBroken) as error:
        links.end_link(residents.id, reason="搬离本楼", actor=staff(), now=NOW)
    assert code_of(error) == "care.link_ended"


def test_a_link_needs_both_ends(portal: Portal) -> None:
    for level, code in ((LinkLevel.COMMITTEE_MEMBER, "care.near_end"), (LinkLevel.LEADER, "care.text_length")):
        with pytest.raises(RuleBroken) as error:
            make_link(None, "3栋", level=level, households=None)
        assert code_of(error) == code
    member = make_of_class(make_branch(), RETIRED, 1)
    with pytest.raises(RuleBroken) as error:
        make_link(member, "李远", level=LinkLevel.COMMITTEE_MEMBER, households=None)
    assert code_of(error) == "care.far_end"


def test_an_opinion_is_handed_on_and_answered(portal: Portal) -> None:
    opinion = make_opinion(make_delegate(make_of_class(make_branch(), RETIRED, 1)), caller="王阿姨")
    assert (opinion.caller, opinion.due_on) == ("王阿姨", date(2026, 11, 30))
    delegates.report_opinion(opinion.id, reported_to="街道办事处", actor=staff(), now=NOW)
    assert (opinion.state, opinion.due_on) == (OpinionState.REPORTED, date(2026, 12, 23))
    delegates.answer_opinion(opinion.id, answer="路灯已修好", actor=staff(), now=NOW)
    assert (opinion.state, opinion.due_on, opinion.answered_on) == (OpinionState.ANSWERED, None, TODAY)
    with pytest.raises(RuleBroken):
        delegates.answer_opinion(opinion.id, answer="路灯已修好", actor=staff(), now=NOW)


def test_a_way_to_answer_is_sealed_and_each_look_recorded(portal: Portal) -> None:
    opinion = make_opinion(make_delegate(make_of_class(make_branch(), RETIRED, 1)))
    assert opinion.contact_sealed is not None
    assert b"13900001111" not in opinion.contact_sealed
    assert delegates.reveal_contact(opinion.id, reason="答复意见", actor=staff(), now=NOW) == "13900001111"
    assert len(events("care:sensitive:reveal")) == 1
    assert "13900001111" not in str([event.changes for event in db.session.scalars(select(AuditEvent))])


def test_a_delegate_serves_once_at_each_level_and_hears_nothing_afterwards(portal: Portal) -> None:
    member = make_of_class(make_branch(), RETIRED, 1)
    delegate = make_delegate(member)
    with pytest.raises(RuleBroken) as error:
        make_delegate(member)
    assert code_of(error) == "care.delegate_already"
    delegates.end_delegate(delegate.id, reason="调离本区", actor=staff(), now=NOW)
    with pytest.raises(RuleBroken) as error:
        make_opinion(delegate)
    assert code_of(error) == "care.delegate_ended"


# ---- standing and neighbours


def test_what_is_due_here_is_not_counted_there(portal: Portal) -> None:
    branch = make_branch()
    make_visit(make_of_class(branch, FRAIL, 1))
    make_entry(make_of_class(branch, AWAY, 2), interval_days=7)
    make_opinion(make_delegate(make_of_class(branch, RETIRED, 3)))
    here = care_standing(tenant_id=portal.here, today=TODAY, soon=NEXT_WEEK)
    there = care_standing(tenant_id=portal.there, today=TODAY, soon=NEXT_WEEK)
    assert {subject: stand.soon for subject, stand in here.items() if stand.soon} == {
        Subject.VISIT: 1,
        Subject.FLOATING: 1,
        Subject.HAND_ON: 1,
    }
    assert {stand.total for stand in there.values()} == {0}
    late = care_standing(tenant_id=portal.here, today=NEXT_WEEK + timedelta(days=1), soon=NEXT_WEEK)
    assert (late[Subject.VISIT].overdue, late[Subject.VISIT].earliest) == (1, NEXT_WEEK)
