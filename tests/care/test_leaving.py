"""What ends in care when somebody is no longer a member here, and what does not in the community of the same name."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.care.commands import posts
from portal.care.models import CardVersion, CareVisit, ContactLink, DutyPost, FloatingMember, PartyDelegate
from portal.care.queries.cards import published_version
from portal.core.db import db
from portal.core.errors import NotFound
from portal.jobs.notes import deal_with_notes
from portal.registers import queries
from portal.registers.commands import arrivals, transfers
from portal.registers.commands.standing import record_act, withdraw_act
from portal.registers.commands.transfers import Application
from portal.registers.rules import ManagementClass, OrganizationKind
from portal.registers.rules.standing import Act, StandingAct
from portal.tenancy.scope import reading, scope_of
from tests.care import makers
from tests.care.makers import (
    make_branch,
    make_claim,
    make_delegate,
    make_entry,
    make_link,
    make_of_class,
    make_post,
    make_published,
    make_visit,
    staff,
)
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_organization

TODAY = date(2026, 11, 23)
MODELS = (DutyPost, FloatingMember, ContactLink, PartyDelegate, CardVersion, CareVisit)


@pytest.fixture
def busy(portal: Portal) -> uuid.UUID:
    """Give a member here who holds all that care knows; there is somebody of the same name over there."""
    found: list[uuid.UUID] = []
    for tenant_id in (portal.there, portal.here):
        makers.use_account(portal.person(Role.COMMUNITY_SECRETARY, tenant_id).id)
        with portal.inside(tenant_id):
            member = make_of_class(make_branch(), ManagementClass.RETIRED, 1)
            post = make_claim(make_post(), member)
            posts.log_deed(post.id, done_on=TODAY, what="清晨巡逻一圈", actor=staff(), now=NOW)
            make_entry(member)
            make_link(member)
            make_delegate(member)
            make_published(member)
            make_visit(member)
            found.append(member.id)
    return found[-1]


def states(portal: Portal, tenant_id: int) -> dict[str, list[str]]:
    with reading(scope_of(tenant_id)):
        return {model.__tablename__: sorted(db.session.scalars(select(model.state))) for model in MODELS}


def test_all_of_it_ends_with_a_death_and_the_card_is_public_no_more(portal: Portal, busy: uuid.UUID) -> None:
    before = states(portal, portal.there)
    with reading(scope_of(portal.here)):
        card_id = db.session.scalars(select(CardVersion.card_id)).one()
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    form = f"/t/{HERE_CODE}/registers/members/{busy}/findings/die"
    assert len(secretary.get(form).page.select("form li")) == len(MODELS), "said before"
    secretary.post(form, {"on": "2026-11-20"}, status=303)
    assert states(portal, portal.here) == {
        "duty_post": ["reviewed", "set"],
        "floating_member": ["ended"],
        "contact_link": ["ended"],
        "party_delegate": ["ended"],
        "card_version": ["withdrawn"],
        "care_visit": ["closed"],
    }, "and the place on the post is offered again"
    assert states(portal, portal.there) == before
    with reading(scope_of(portal.here)):
        with pytest.raises(NotFound):
            published_version(card_id, tenant_id=portal.here)
        tags = Counter(db.session.scalars(select(AuditEvent.tag)))
        reason = db.session.scalars(select(ContactLink.end_reason)).one()
    assert reason == "去世"
    ended = (AuditTag.FLOATING_END, AuditTag.CONTACT_LINK_END, AuditTag.DELEGATE_END, AuditTag.PUBLIC_CARD_WITHDRAW,
             AuditTag.VISIT_CLOSE, AuditTag.DUTY_POST_GIVE_BACK)  # fmt: skip
    assert {tags[tag] for tag in ended} == {1}


def test_observation_and_lost_contact_end_nothing_of_it(portal: Portal, busy: uuid.UUID) -> None:
    before = states(portal, portal.here)
    with portal.inside():
        act = Act(StandingAct.WATCH, TODAY, reason="严重违反纪律", document="1号", years=1)
        record_act(busy, act, actor=staff(), now=NOW)
    assert states(portal, portal.here) == before


def test_it_does_not_come_back_by_itself(portal: Portal, busy: uuid.UUID) -> None:
    with portal.inside():
        entry = record_act(busy, Act(StandingAct.DIE, TODAY), actor=staff(), now=NOW)
        withdraw_act(entry.id, reason="同名的人去世", actor=staff(), now=NOW + timedelta(hours=1))
    assert states(portal, portal.here)["card_version"] == ["withdrawn"], "a consent is given anew"


def test_a_transfer_that_the_worker_carries_ends_it_with_nobodys_name(portal: Portal, busy: uuid.UUID) -> None:
    actor = staff(portal.here)
    with portal.inside():
        other = make_of_class(make_branch("演示第二党支部"), ManagementClass.FLOATING, 7, "李示例")
        make_organization("演示社区党委", OrganizationKind.PARTY_COMMITTEE)
        make_entry(other)
        application = Application("和平社区", "搬到那边居住", other_tenant_id=portal.there)
        move_id = transfers.apply_transfer(other.id, application, actor=actor, now=NOW).id
        transfers.approve_transfer(move_id, actor=actor, now=NOW)
        transfers.send_letter(move_id, letter_no="1", letter_on=TODAY, valid_to=None, actor=actor, now=NOW)
    deal_with_notes(now=NOW)
    with portal.inside(portal.there):
        into = queries.member_places(tenant_id=portal.there)["演示第一党支部"]
        arrivals.accept_transfer(move_id, into, actor=staff(portal.there), now=NOW)
    deal_with_notes(now=NOW + timedelta(hours=1))
    with reading(scope_of(portal.here)):
        entry = db.session.scalars(select(FloatingMember).where(FloatingMember.member_id != busy)).one()
        assert (entry.state.value, entry.end_reason) == ("ended", "组织关系转出")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.FLOATING_END)).one()
        assert event.actor_id is None
    assert states(portal, portal.here)["contact_link"] == ["active"], "the one who stays keeps all of it"
