"""Commands of care around cards, links and delegates: rows, events, what is refused. On both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.care.commands import cards, delegates, links
from portal.care.models import CardVersion, PublicCard
from portal.care.queries.standing import Subject, care_standing
from portal.care.rules.cards import CardState, ConsentWay
from portal.care.rules.delegates import OpinionState
from portal.care.rules.links import LinkLevel
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.commands.terms import end_post
from portal.registers.rules import ManagementClass
from portal.registers.rules.structure import PostKind
from tests.care.checking import code_of, events, leave
from tests.care.makers import (
    NEXT_WEEK,
    PDF,
    TODAY,
    make_branch,
    make_card,
    make_delegate,
    make_entry,
    make_link,
    make_of_class,
    make_opinion,
    make_published,
    make_visit,
    staff,
)
from tests.conftest import Portal
from tests.makers import NOW
from tests.registers.structure_makers import make_post as make_seat

pytestmark = pytest.mark.usefixtures("inside")
RETIRED, FRAIL, AWAY = ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING


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
    leave(member)
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
    seat = make_seat(branch.id, member_id=near.id, name="张近")
    delegate = make_delegate(far)
    to_delegate = make_link(near, "", level=LinkLevel.COMMITTEE_MEMBER, households=None, to_delegate_id=delegate.id)
    assert (to_delegate.from_text, to_delegate.to_text) == ("张近", "李远")
    to_organization = make_link(
        None, "", level=LinkLevel.STREET_TEAM, households=None, from_text="副书记李某", to_organization_id=branch.id
    )
    assert to_organization.to_text == branch.name
    with pytest.raises(RuleBroken) as error:
        make_link(near)
    assert code_of(error) == "care.has_post"
    end_post(seat.id, until_on=TODAY, reason="调整分工", actor=staff(), now=NOW)
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
    for code in ("care.no_seat", "care.far_end"):
        with pytest.raises(RuleBroken) as error:
            make_link(member, "李远", level=LinkLevel.COMMITTEE_MEMBER, households=None)
        assert code_of(error) == code
        make_seat(member.organization_id, PostKind.DEPUTY_SECRETARY, member_id=member.id)


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
