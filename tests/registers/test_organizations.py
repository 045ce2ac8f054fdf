"""Organizations with terms, posts and checks on both engines: commands, pages by role, tasks, numbers of statements."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import commands
from portal.registers.commands.organizations import end_organization, update_organization
from portal.registers.commands.terms import NewPost, NewTerm, begin_term, end_post, fill_post, move_term
from portal.registers.models import OrganizationEnd, PartyMember, PartyOrganization, PartyPost, PartyTerm
from portal.registers.organization_facts import NewOrganization
from portal.registers.queries.terms import find_people, list_posts
from portal.registers.rules import MemberStatus, MemberType, OrganizationKind
from portal.registers.rules.structure import PostKind, Weight
from portal.registers.rules.terms import TermStatus
from portal.tenancy.past import past_states
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor, stranger
from tests.registers.makers import make_facts, make_member, make_organization
from tests.registers.structure_makers import TODAY, make_post, make_term, make_unit, states

K, P = OrganizationKind, PostKind
BASE = f"/t/{HERE_CODE}/registers"


def warnings(line: Any) -> list[str]:
    return [each.code.removeprefix("registers.") for each in line.findings if each.weight is Weight.WARNING]


def test_the_last_election_becomes_the_first_term(portal: Portal) -> None:
    with portal.inside():
        make_organization("演示支部", elected_on=date(2022, 1, 10))
        make_organization("演示党工委", K.WORKING_COMMITTEE, elected_on=date(2010, 1, 10))
    found = states(portal)
    assert found["演示支部"].state.term.ends_on == date(2027, 1, 10)
    assert found["演示支部"].state.status is TermStatus.DUE_6M
    assert found["演示党工委"].state.term is None  # appointed: never a reminder
    assert not found["演示党工委"].state.is_due


def test_an_election_ends_the_term_and_the_committee_before(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization("演示支部")
        member = make_member(branch.id)
        first = make_term(branch, date(2021, 3, 1), NewPost(P.SECRETARY, "李旧", date(2021, 3, 1)))
        elected = NewPost(P.SECRETARY, "张示例", date(2026, 3, 1), member.id, votes=30)
        second = make_term(branch, date(2026, 3, 1), elected, session_no=2, entitled=50, attended=45)
        assert (first.ended_on, second.due_on) == (date(2026, 3, 1), date(2031, 3, 1))
    with reading(scope_of(portal.here)):
        on = {day: [row.post.person_name for row in list_posts([branch.id], tenant_id=portal.here, on=day)]
              for day in (date(2026, 2, 28), date(2026, 3, 1))}  # fmt: skip
        old = past_states(PartyTerm, [first.id])[first.id]
    assert on == {date(2026, 2, 28): ["李旧"], date(2026, 3, 1): ["张示例"]}
    assert [state.ended_on for state in old] == []  # one command: a state of no length is not kept


@pytest.mark.parametrize(
    ("figures", "broken"),
    [
        ({"entitled": 50, "attended": 39}, "attended_too_few"),
        ({"entitled": 50, "attended": 45, "candidates": 3, "seats": 3}, "too_few_candidates"),
        ({"entitled": 50, "attended": 45, "votes": 25}, "not_elected"),
        ({"starts_on": date(2026, 11, 24)}, "term_future"),
    ],
)
def test_an_election_that_is_not_valid_changes_nothing(portal: Portal, figures: dict[str, Any], broken: str) -> None:
    with portal.inside():
        branch = make_organization("演示支部", elected_on=date(2021, 3, 1))
    figures = dict(figures)
    starts_on = figures.pop("starts_on", date(2026, 3, 1))
    posts = (NewPost(P.SECRETARY, "张示例", starts_on, votes=figures.pop("votes", None)),)
    with pytest.raises(RuleBroken, match=broken), portal.inside():
        begin_term(branch.id, NewTerm(starts_on, posts=posts, **figures), actor=stranger(), now=NOW)
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(PartyPost)).all() == []
        assert [term.ended_on for term in db.session.scalars(select(PartyTerm))] == [None]


def test_a_delay_is_at_most_a_year_and_shows(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch_id = make_organization("演示支部", elected_on=date(2021, 12, 1)).id
        term_id = db.session.scalars(select(PartyTerm.id)).one()
    given = {"approved_on": date(2026, 11, 1), "doc": "复〔2026〕9号", "reason": "搬迁", "actor": actor, "now": NOW}
    with pytest.raises(RuleBroken, match="move_too_far"), portal.inside():
        move_term(term_id, moved_to=date(2027, 12, 2), **given)
    with portal.inside():
        move_term(term_id, moved_to=date(2027, 12, 1), **given)
    state = states(portal)["演示支部"].state
    assert (state.status, state.is_due, state.id) == (TermStatus.DELAYED_APPROVED, False, branch_id)
    with reading(scope_of(portal.here)):
        assert [each.moved_to for each in past_states(PartyTerm, [term_id])[term_id]] == []


def test_posts_are_filled_replaced_and_ended(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch = make_organization("演示支部")
        probationary = make_member(branch.id, 2, member_type=MemberType.PROBATIONARY, full=None)
        branch_id, probationary_id, post_id = branch.id, probationary.id, make_post(branch.id).id
    with pytest.raises(RuleBroken, match="post_taken"), portal.inside():
        make_post(branch_id, name="李示例")
    with pytest.raises(RuleBroken, match="post_not_full"), portal.inside():
        make_post(branch_id, P.COMMITTEE_MEMBER, member_id=probationary_id)
    with portal.inside():
        new = NewPost(P.SECRETARY, "李示例", date(2026, 6, 1))
        second_id = fill_post(branch_id, new, replaces_id=post_id, actor=actor, now=NOW).id
    with reading(scope_of(portal.here)):
        rows = list_posts([branch_id], tenant_id=portal.here)
        assert {row.post.person_name: row.post.until_on for row in rows} == {"张示例": date(2026, 6, 1), "李示例": None}
    with pytest.raises(RuleBroken, match="post_ended"), portal.inside():
        end_post(post_id, until_on=TODAY, reason="调离", actor=actor, now=NOW)
    with portal.inside():
        end_post(second_id, until_on=TODAY, reason="调离", actor=actor, now=NOW)


def test_part_time_members_come_from_a_resident_unit(portal: Portal) -> None:
    with portal.inside():
        plain_id = make_organization("演示党委", K.PARTY_COMMITTEE).id
        greater_id = make_organization("演示大党委", K.PARTY_COMMITTEE, is_greater_committee=True).id
        unit_id = make_unit(is_resident=True).id
        make_post(greater_id, P.PART_TIME_DEPUTY, "王校长", work_unit_id=unit_id)
    with pytest.raises(RuleBroken, match="post_part_time"), portal.inside():
        make_post(plain_id, P.PART_TIME_MEMBER, "王校长", work_unit_id=unit_id)
    with pytest.raises(RuleBroken, match="unit_needed"), portal.inside():
        make_post(greater_id, P.PART_TIME_MEMBER, "王校长")
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{BASE}/organizations/{greater_id}")
    assert "王校长" in page.text
    assert "演示中学" in page.text


def test_a_name_is_a_member_an_outsider_or_unclear(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization("演示支部")
        one = make_member(branch.id, 1, full_name="张示例")
        make_member(branch.id, 1001, full_name="张示例", born_on=date(1970, 1, 2))
        make_member(branch.id, 3, full_name="李示例")
        db.session.flush()
        people = find_people(["李示例", "外请书记"], tenant_id=portal.here)
        assert people["李示例"].is_full
        assert people["外请书记"].member_id is None
        with pytest.raises(RuleBroken, match="person_unclear"):
            find_people(["张示例"], tenant_id=portal.here)
        with pytest.raises(RuleBroken, match="person_unclear"):
            find_people(["张示例（1970）"], tenant_id=portal.here)  # both were born in 1970
        one.born_on, one.updated_at = date(1969, 5, 1), NOW + timedelta(hours=1)
        assert find_people(["张示例（1969年）"], tenant_id=portal.here)["张示例（1969年）"].member_id == one.id


def test_short_for_more_than_six_months_is_replayed_from_the_history(portal: Portal) -> None:
    """Three full members, one no longer full since April: a warning in November; enough again in between: none."""
    long_ago = NOW - timedelta(days=800)
    with portal.inside():
        new = NewOrganization("演示支部", K.BRANCH)
        branch_id = commands.create_organization(new, actor=stranger(), now=long_ago).id
        make_post(branch_id, name="外请书记")
        for serial in (1, 2, 3):
            commands.create_member(make_facts(branch_id, serial), actor=stranger(), now=long_ago)
        probationary = make_facts(branch_id, 4, member_type=MemberType.PROBATIONARY, full=None)
        commands.create_member(probationary, actor=stranger(), now=long_ago)

    def change(serial: int, member_type: MemberType, at: datetime) -> None:
        with portal.inside():
            member = db.session.scalars(select(PartyMember).order_by(PartyMember.born_on, PartyMember.id)).all()[serial]
            member.member_type, member.updated_at = member_type, at

    assert warnings(states(portal)["演示支部"]) == []
    change(0, MemberType.PROBATIONARY, NOW - timedelta(days=220))
    line = states(portal)["演示支部"]
    assert warnings(line) == ["branch_short"]
    assert line.findings[0].values["since"] == "2026-04-17"
    change(0, MemberType.FULL, NOW - timedelta(days=100))
    change(1, MemberType.PROBATIONARY, NOW - timedelta(days=90))
    assert warnings(states(portal)["演示支部"]) == []  # short again, but not for six months


def test_a_branch_that_nobody_is_in_is_short_since_the_last_left_or_since_it_was_entered(portal: Portal) -> None:
    """Source: domain C1: fewer than three full members for more than six months, none at all included."""
    long_ago = NOW - timedelta(days=800)
    with portal.inside():
        for name, at in (("从未有人支部", long_ago), ("新支部", NOW - timedelta(days=30)), ("走空支部", long_ago)):
            new = NewOrganization(name, K.BRANCH, founded_on=date(2020, 7, 1))
            branch = commands.create_organization(new, actor=stranger(), now=at)
            make_post(branch.id, name="外请书记")
        for serial in (1, 2, 3):
            commands.create_member(make_facts(branch.id, serial), actor=stranger(), now=long_ago)
    with portal.inside():
        for member in db.session.scalars(select(PartyMember)):
            member.status, member.updated_at = MemberStatus.TRANSFERRED, NOW - timedelta(days=220)
    found = states(portal)
    assert warnings(found["从未有人支部"]) == warnings(found["走空支部"]) == ["branch_short"]
    assert found["从未有人支部"].findings[0].values == {"full": 0, "since": "2024-09-14"}
    assert found["走空支部"].findings[0].values == {"full": 0, "since": "2026-04-17"}
    assert warnings(found["新支部"]) == [], "entered a month ago: what was before, the register cannot know"


def test_an_organization_is_changed_moved_and_kept(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        top_id = make_organization("演示党委", K.PARTY_COMMITTEE).id
        branch_id = make_organization("演示支部", parent_id=top_id).id
        make_organization("演示小组", K.GROUP, branch_id)
        make_member(branch_id)
    later = NOW + timedelta(days=1)
    with pytest.raises(RuleBroken, match="kind_has_children"), portal.inside():
        update_organization(branch_id, NewOrganization("演示支部", K.PARTY_COMMITTEE), actor=actor, now=later)
    with portal.inside():
        new = NewOrganization("演示花园支部", K.BRANCH, top_id, estate="演示 花园", contact_phone="13800000000")
        update_organization(branch_id, new, actor=actor, now=later)
    with reading(scope_of(portal.here)):
        row = db.session.scalars(select(PartyOrganization).where(PartyOrganization.id == branch_id)).one()
        before = past_states(PartyOrganization, [branch_id])[branch_id]
        events = db.session.scalars(
            select(AuditEvent.changes).where(AuditEvent.tag == AuditTag.ORGANIZATION_UPDATE.value)
        ).all()
        assert (row.name, row.estate, before[0].name) == ("演示花园支部", "演示花园", "演示支部")
        assert b"13800000000" not in (row.contact_sealed or b"")
    assert events[0]["contact_phone"] == [None, "138****0000"]


def test_merging_moves_members_groups_and_ends_posts(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        one, two = make_organization("演示一支部", elected_on=date(2022, 1, 1)), make_organization("演示二支部")
        one_id, two_id = one.id, two.id
        group_id = make_organization("演示小组", K.GROUP, one_id).id
        member_ids = [make_member(one_id, 1).id, make_member(group_id, 2).id]
        post_id = make_post(one_id).id
    given = {"ended_on": TODAY, "doc": None, "reason": "小区合并", "actor": actor, "now": NOW + timedelta(hours=1)}
    with pytest.raises(RuleBroken, match="end_members"), portal.inside():
        end_organization(one_id, into_id=None, **given)
    with portal.inside():
        end_organization(one_id, into_id=two_id, **given)
    with reading(scope_of(portal.here)):
        homes = dict(db.session.execute(select(PartyMember.id, PartyMember.organization_id)).all())
        assert homes == {member_ids[0]: two_id, member_ids[1]: group_id}
        assert db.session.scalars(select(PartyPost.until_on).where(PartyPost.id == post_id)).one() == TODAY
        assert db.session.scalars(select(PartyTerm.ended_on)).one() == TODAY
        end = db.session.scalars(select(OrganizationEnd)).one()
        assert (end.into_id, end.members_moved) == (two_id, 1)
        told = db.session.execute(
            select(AuditEvent.tag, AuditEvent.subject_id).where(AuditEvent.at == given["now"])
        ).all()
        assert {
            (AuditTag.ORGANIZATION_END.value, one_id.hex),
            (AuditTag.ORGANIZATION_UPDATE.value, group_id.hex),
            (AuditTag.MEMBER_UPDATE.value, member_ids[0].hex),
        } <= {(tag, subject) for tag, subject in told}
    found = states(portal)
    assert set(found) == {"演示二支部", "演示小组"}
    assert found["演示二支部"].state.members_all == 2
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{BASE}/organizations/{one_id}")
    assert "小区合并" in page.text
    with pytest.raises(RuleBroken, match="organization_ended"), portal.inside():
        make_post(one_id, name="李示例")
