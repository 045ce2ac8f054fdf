"""Terms, posts and ends that were entered wrongly are put right or taken back; their pages tell what changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.organizations import end_organization
from portal.registers.commands.reopening import reopen_organization
from portal.registers.commands.term_corrections import (
    PostFacts,
    correct_post,
    correct_term,
    remove_post,
    remove_term,
)
from portal.registers.commands.terms import NewPost, NewTerm, begin_term, end_post, fill_post, move_term, remind_term
from portal.registers.commands.transfers import move_member
from portal.registers.commands.units import update_unit
from portal.registers.history import post_fields, term_fields, work_unit_fields
from portal.registers.models import OrganizationEnd, PartyMember, PartyPost, PartyTerm, TermReminder, WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.queries.terms import get_post, get_term
from portal.registers.rules.structure import PostKind
from portal.tenancy.past import Kept, kept_columns
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor
from tests.registers.makers import make_branches, make_member
from tests.registers.structure_makers import make_unit

BASE = f"/t/{HERE_CODE}/registers"
DAY = timedelta(days=1)
FIRST, SECOND = date(2016, 5, 1), date(2021, 6, 1)
TECHNICAL = {
    "created_at", "updated_at", "source_batch_id", "source_row", "organization_id", "term_id", "phone_index",
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "fields"),
    [(PartyTerm, term_fields), (PartyPost, lambda: post_fields({})), (WorkUnit, work_unit_fields)],
)
def test_no_column_is_forgotten_in_a_history(portal: Portal, model: type[Kept], fields: Callable[[], Any]) -> None:
    with portal.app.test_request_context("/"):
        assert set(kept_columns(model)) - TECHNICAL == set(fields())


class Branch:
    """A branch with two elections: the committee of the first was ended by the second."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.actor: Actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY, "王书记")
        with portal.inside():
            self.id = make_branches()[0].id
            old = NewPost(PostKind.SECRETARY, "张旧", FIRST)
            self.first = begin_term(self.id, NewTerm(FIRST, 3, posts=(old,)), actor=self.actor, now=NOW - 9 * DAY).id
        with portal.inside():
            new = NewPost(PostKind.SECRETARY, "李新", SECOND)
            self.second = begin_term(self.id, NewTerm(SECOND, 4, posts=(new,)), actor=self.actor, now=NOW - 8 * DAY).id

    def term(self, term_id: uuid.UUID) -> PartyTerm:
        return get_term(term_id, tenant_id=self.portal.here)

    def post(self, name: str) -> PartyPost:
        return db.session.scalars(select(PartyPost).where(PartyPost.person_name == name)).one()

    def tags(self) -> list[str]:
        return list(db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def correct(branch: Branch, term_id: uuid.UUID, new: NewTerm, *, drops_move: bool = False) -> None:
    with branch.portal.inside():
        correct_term(term_id, new, drops_move=drops_move, actor=branch.actor, now=NOW)


def test_another_day_of_an_election_moves_what_began_and_ended_with_it(portal: Portal) -> None:
    branch = Branch(portal)
    correct(branch, branch.second, NewTerm(date(2021, 7, 1), 5))
    with portal.inside():
        second, first = branch.term(branch.second), branch.term(branch.first)
        assert (second.starts_on, second.due_on, second.session_no) == (date(2021, 7, 1), date(2026, 7, 1), 5)
        assert (first.ended_on, branch.post("张旧").until_on) == (date(2021, 7, 1), date(2021, 7, 1))
        assert branch.post("李新").from_on == date(2021, 7, 1)
        assert branch.tags()[-1] == "registers:term:correct"


@pytest.mark.parametrize(
    ("which", "day", "code"),
    [
        ("second", FIRST, "term_before_previous"),
        ("second", NOW.date() + DAY, "term_future"),
        ("first", SECOND, "term_after_end"),
    ],
)
def test_a_corrected_term_stays_between_its_neighbours(portal: Portal, which: str, day: date, code: str) -> None:
    branch = Branch(portal)
    with pytest.raises(RuleBroken, match=code):
        correct(branch, getattr(branch, which), NewTerm(day))


def test_figures_that_make_no_valid_election_are_refused(portal: Portal) -> None:
    branch = Branch(portal)
    with pytest.raises(RuleBroken, match="attended_too_few"):
        correct(branch, branch.second, NewTerm(SECOND, entitled=10, attended=7))
    correct(branch, branch.second, NewTerm(SECOND, entitled=10, attended=8))


def test_an_approved_day_that_no_longer_fits_is_told_and_can_be_taken_out(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside():
        move_term(
            branch.second, moved_to=date(2027, 6, 1), approved_on=date(2026, 11, 1), doc="批1", reason="事由",
            actor=branch.actor, now=NOW - DAY,
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="move_too_far"):
        correct(branch, branch.second, NewTerm(date(2021, 5, 31)))
    correct(branch, branch.second, NewTerm(date(2021, 5, 31)), drops_move=True)
    with portal.inside():
        term = branch.term(branch.second)
        assert (term.moved_to, term.moved_doc, term.moved_approved_on, term.moved_reason) == (None, None, None, None)


def test_an_election_that_never_was_goes_and_the_committee_before_goes_on(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside():
        remind_term(branch.second, sent_on=date(2026, 11, 1), letter_no="1", actor=branch.actor, now=NOW - DAY)
        back, kept = remove_term(branch.second, reason="录错了", actor=branch.actor, now=NOW)
        assert ([post.person_name for post in back], kept) == (["张旧"], [])
    with portal.inside():
        assert db.session.scalars(select(PartyTerm.id)).all() == [branch.first]
        assert branch.term(branch.first).ended_on is None
        assert [post.person_name for post in db.session.scalars(select(PartyPost))] == ["张旧"]
        assert (branch.post("张旧").until_on, branch.post("张旧").end_reason) == (None, None)
        assert db.session.scalars(select(TermReminder.id)).all() == []


def test_what_was_done_in_a_term_since_keeps_it(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside(), pytest.raises(RuleBroken, match="term_not_last"):
        remove_term(branch.first, reason="录错了", actor=branch.actor, now=NOW)
    with portal.inside():
        late = NewPost(PostKind.DEPUTY_SECRETARY, "赵补", date(2022, 1, 1))
        post_id = fill_post(branch.id, late, actor=branch.actor, now=NOW - DAY).id
    with portal.inside(), pytest.raises(RuleBroken, match="term_has_posts") as refused:
        remove_term(branch.second, reason="录错了", actor=branch.actor, now=NOW)
    assert refused.value.values["people"] == "赵补"
    with portal.inside():
        remove_post(post_id, reason="录错了", actor=branch.actor, now=NOW)
        remove_term(branch.second, reason="录错了", actor=branch.actor, now=NOW)


def test_posts_that_ran_before_the_first_term_run_on_without_it(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch_id = make_branches()[0].id
        ran = NewPost(PostKind.SECRETARY, "早任", date(2020, 1, 1))
        fill_post(branch_id, ran, actor=actor, now=NOW - 9 * DAY)
    with portal.inside():
        term_id = begin_term(branch_id, NewTerm(date(2021, 1, 1)), actor=actor, now=NOW - 8 * DAY).id
    with portal.inside():
        remove_term(term_id, reason="录错了", actor=actor, now=NOW)
    with portal.inside():
        post = db.session.scalars(select(PartyPost)).one()
        assert (post.term_id, post.until_on) == (None, None)


def facts(name: str, since: date, until: date | None = None, kind: PostKind = PostKind.SECRETARY) -> PostFacts:
    return PostFacts(NewPost(kind, name, since), until, "届满" if until else None)


def test_a_post_is_corrected_and_two_secretaries_at_a_time_are_refused(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside():
        old, new = branch.post("张旧").id, branch.post("李新").id
        correct_post(new, facts("李心", SECOND), actor=branch.actor, now=NOW)
        correct_post(old, facts("张旧", date(2016, 5, 2), SECOND), actor=branch.actor, now=NOW)
    with portal.inside(), pytest.raises(RuleBroken, match="post_taken"):
        correct_post(old, facts("张旧", FIRST, SECOND + DAY), actor=branch.actor, now=NOW)
    with portal.inside(), pytest.raises(RuleBroken, match="post_taken"):
        correct_post(old, facts("张旧", FIRST), actor=branch.actor, now=NOW)
    with portal.inside():
        post = get_post(new, tenant_id=portal.here)
        assert (post.person_name, post.term_id) == ("李心", branch.second)
        assert get_post(old, tenant_id=portal.here).from_on == date(2016, 5, 2)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (facts("张旧", NOW.date() + DAY), "post_future"),
        (facts("张旧", FIRST, NOW.date() + DAY), "post_future"),
        (facts("张旧", FIRST, FIRST - DAY), "post_before_start"),
        (facts("张旧", FIRST, SECOND, PostKind.GROUP_HEAD), "post_not_of_group"),
        (facts("张旧", FIRST, SECOND, PostKind.PART_TIME_MEMBER), "unit_needed"),
    ],
)
def test_a_corrected_post_follows_the_rules_of_posts(portal: Portal, given: PostFacts, code: str) -> None:
    branch = Branch(portal)
    with portal.inside(), pytest.raises(RuleBroken, match=code):
        correct_post(branch.post("张旧").id, given, actor=branch.actor, now=NOW)


def test_a_post_that_was_ended_by_mistake_goes_on(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside():
        post_id = branch.post("李新").id
        end_post(post_id, until_on=date(2026, 1, 1), reason="录错", actor=branch.actor, now=NOW - DAY)
    with portal.inside():
        correct_post(post_id, facts("李新", SECOND), actor=branch.actor, now=NOW)
    with portal.inside():
        post = get_post(post_id, tenant_id=portal.here)
        assert (post.until_on, post.end_reason) == (None, None)


def test_pages_of_terms_and_posts_correct_remove_and_tell(portal: Portal) -> None:
    branch = Branch(portal)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    with portal.inside():
        post_id = branch.post("李新").id
    organization = client.get(f"{BASE}/organizations/{branch.id}")
    assert f"/party-posts/{post_id}" in str(organization.page)
    assert f"/terms/{branch.second}" in str(organization.page)
    form = client.get(f"{BASE}/terms/{branch.second}/correct")
    assert form.one("input[name=session_no]")["value"] == "4"
    client.post(f"{BASE}/terms/{branch.second}/correct", {"starts_on": "2021-06-02", "session_no": "9"})
    client.post(f"{BASE}/terms/{branch.second}/correct", {"starts_on": "2016-05-01", "session_no": "9"}, status=422)
    assert "2021年6月1日" in client.get(f"{BASE}/terms/{branch.second}").one("ol.history").text
    sent = {"person": "李心", "kind": "SECRETARY", "from_on": "2021-06-02"}
    client.post(f"{BASE}/party-posts/{post_id}/correct", sent)
    client.post(f"{BASE}/party-posts/{post_id}/correct", {**sent, "from_on": "2099-01-01"}, status=422)
    told = client.get(f"{BASE}/party-posts/{post_id}").one("ol.history").text
    assert "李新" in told
    assert "李心" in told
    client.post(f"{BASE}/terms/{branch.first}/remove", {"reason": "录错了"}, status=422)
    client.post(f"{BASE}/party-posts/{post_id}/remove", {"reason": "没有这回事"})
    client.post(f"{BASE}/terms/{branch.second}/remove", {"reason": "没有开过会"})
    history = client.get(f"{BASE}/organizations/{branch.id}").one("ol.history").text
    for words in ("李心", "没有这回事", "没有开过会", "2021-06-02"):
        assert words in history


def test_a_members_name_that_is_not_touched_stays_the_same_person(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch_id = make_branches()[0].id
        member = make_member(branch_id, 3)
        post = NewPost(PostKind.SECRETARY, member.full_name, FIRST, member.id)
        post_id, name, member_id = (
            fill_post(branch_id, post, actor=actor, now=NOW - DAY).id,
            member.full_name,
            member.id,
        )
        make_member(branch_id, 4, full_name=name)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.post(f"{BASE}/party-posts/{post_id}/correct", {"person": name, "kind": "SECRETARY", "from_on": "2017-01-01"})
    with portal.inside():
        assert get_post(post_id, tenant_id=portal.here).member_id == member_id


def test_the_clerk_looks_and_the_secretary_corrects(portal: Portal) -> None:
    branch = Branch(portal)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    clerk.get(f"{BASE}/terms/{branch.second}")
    for path in (
        f"terms/{branch.second}/correct",
        f"terms/{branch.second}/remove",
        f"organizations/{branch.id}/reopen",
    ):
        clerk.get(f"{BASE}/{path}", status=403)


def test_a_merged_branch_is_taken_back_with_whoever_did_not_move_on(portal: Portal) -> None:
    branch = Branch(portal)
    with portal.inside():
        others = [row for row in queries.list_organizations(tenant_id=portal.here) if row.id != branch.id]
        into = next(row for row in others if row.kind.value == "BRANCH")
        third = next(row for row in others if row.kind.value == "BRANCH" and row.id != into.id)
        into_id, third_id = into.id, third.id
        stays, moves = make_member(branch.id, 5).id, make_member(branch.id, 6).id
    with portal.inside():
        end_organization(
            branch.id, into_id=into_id, ended_on=date(2026, 11, 1), doc=None, reason="合并", actor=branch.actor,
            now=NOW - 3 * DAY,
        )  # fmt: skip
    with portal.inside():
        move_member(moves, third_id, on=date(2026, 11, 2), reason="搬到别的小区", actor=branch.actor, now=NOW - 2 * DAY)
    with portal.inside():
        found = reopen_organization(branch.id, reason="合错了", actor=branch.actor, now=NOW)
        assert (found.members, found.elsewhere, [post.person_name for post in found.posts]) == (1, 1, ["李新"])
    with portal.inside():
        at = {row.id: row.organization_id for row in db.session.scalars(select(PartyMember))}
        assert (at[stays], at[moves]) == (branch.id, third_id)
        assert queries.get_organization(branch.id, tenant_id=portal.here).ended_on is None
        assert (branch.term(branch.second).ended_on, branch.term(branch.first).ended_on) == (None, SECOND)
        assert branch.post("张旧").until_on == SECOND, "who went before stays gone"
        assert db.session.scalars(select(OrganizationEnd.id)).all() == []
        assert branch.tags()[-1] == "registers:organization:reopen"


def test_what_stands_above_must_go_on_first(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        make_branches()
        child = next(row for row in queries.list_organizations(tenant_id=portal.here) if row.parent_id)
        child_id, parent_id = child.id, child.parent_id
    assert parent_id is not None
    for organization_id, days in ((child_id, 5), (parent_id, 4)):
        with portal.inside():
            below = [row.id for row in queries.list_organizations(tenant_id=portal.here)
                     if row.parent_id == organization_id]  # fmt: skip
            for each in (*below, organization_id):
                end_organization(
                    each, into_id=None, ended_on=date(2026, 11, 1), doc=None, reason="撤", actor=actor,
                    now=NOW - days * DAY,
                )  # fmt: skip
    with portal.inside(), pytest.raises(RuleBroken, match="parent_ended"):
        reopen_organization(child_id, reason="录错", actor=actor, now=NOW)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    page = client.get(f"{BASE}/organizations/{parent_id}")
    assert f"{BASE}/organizations/{parent_id}/reopen" in str(page.page)
    client.post(f"{BASE}/organizations/{parent_id}/reopen", {"reason": "录错"})
    client.post(f"{BASE}/organizations/{child_id}/reopen", {"reason": "录错"})
    client.post(f"{BASE}/organizations/{child_id}/reopen", {"reason": "录错"}, status=422)


def test_a_work_unit_tells_its_history_with_the_telephone_masked(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        unit = make_unit("旧名中学", None, phone="0851-28620001")
        unit_id, unit.created_at, unit.updated_at = unit.id, NOW - DAY, NOW - DAY
    with portal.inside():
        update_unit(unit_id, UnitFacts("正名中学", phone="0851-28629999"), actor=actor, now=NOW)
    told = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/work-units/{unit_id}").one("ol.history").text
    assert "旧名中学" in told
    assert "28620001" not in told
    assert "28629999" not in told
