"""Standing that takes rights away, posts that end with a membership or a move, and taking back what was wrong."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.jobs.notes import deal_with_notes
from portal.registers import queries
from portal.registers.commands import arrivals, transfers
from portal.registers.commands.standing import record_act, withdraw_act
from portal.registers.commands.terms import NewPost, fill_post
from portal.registers.commands.transfers import Application
from portal.registers.models import MemberStanding, MemberTransfer, PartyMember, PartyPost
from portal.registers.queries.standing import due_members
from portal.registers.queries.terms import entitled_and_not, find_people
from portal.registers.queries.transfers import parcel_of
from portal.registers.rules import MemberStatus, MemberType, OrganizationKind, PartyDate
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import Act, StandingAct
from portal.registers.rules.structure import PostKind
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor
from tests.registers.makers import make_many_members, make_member, make_organization

SECRETARY, CLERK = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK
TODAY = date(2026, 11, 23)
A = StandingAct


def decided(kind: StandingAct, on: date = TODAY, **more: object) -> Act:
    return Act(kind, on, reason="严重违反纪律", document="汇纪〔2026〕3号", **more)  # type: ignore[arg-type]


class Place(NamedTuple):
    """The ids of what a community has."""

    top: uuid.UUID
    first: uuid.UUID
    second: uuid.UUID
    group: uuid.UUID
    member: uuid.UUID


@pytest.fixture
def place(portal: Portal) -> Place:
    """Give the same organizations and the same secretary of a branch in both communities; gives those here."""
    for tenant_id in (portal.there, portal.here):
        portal.person(SECRETARY, tenant_id)
        actor = make_actor(tenant_id, SECRETARY)
        with portal.inside(tenant_id):
            top = make_organization("和平社区党委", OrganizationKind.PARTY_COMMITTEE)
            first = make_organization("第一党支部", parent_id=top.id)
            second = make_organization("第二党支部", parent_id=top.id)
            group = make_organization("第一党小组", OrganizationKind.GROUP, parent_id=first.id)
            member = make_member(first.id, 1, full_name="张示例")
            found = Place(top.id, first.id, second.id, group.id, member.id)
            for organization_id, kind in (
                (first.id, PostKind.SECRETARY),
                (top.id, PostKind.COMMITTEE_MEMBER),
                (top.id, PostKind.RESIDENTS_DIRECTOR),
            ):
                new = NewPost(kind, "张示例", date(2024, 1, 1), member.id)
                fill_post(organization_id, new, actor=actor, now=NOW - timedelta(days=2))
    return found


def running(portal: Portal, tenant_id: int | None = None) -> set[PostKind]:
    with reading(scope_of(tenant_id or portal.here)):
        return set(db.session.scalars(select(PartyPost.kind).where(PartyPost.until_on.is_(None))))


EVERY = {PostKind.SECRETARY, PostKind.COMMITTEE_MEMBER, PostKind.RESIDENTS_DIRECTOR}


def test_posts_end_with_the_membership_and_come_back_when_it_is_taken_back(portal: Portal, place: Place) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        entry = record_act(place.member, decided(A.EXPEL, date(2026, 11, 20)), actor=actor, now=NOW)
        entry_id = entry.id
        assert len(entry.ended_posts or []) == 2
    assert running(portal) == {PostKind.RESIDENTS_DIRECTOR}, "residents elect their own"
    assert running(portal, portal.there) == EVERY, "the other community of the same names"
    with portal.inside():
        posts = db.session.scalars(select(PartyPost).where(PartyPost.until_on.is_not(None))).all()
        assert {(str(post.until_on), post.end_reason) for post in posts} == {("2026-11-20", "开除党籍")}
        with pytest.raises(RuleBroken):
            withdraw_act(entry_id, reason="", actor=actor, now=NOW)
        done = withdraw_act(entry_id, reason="录错了人", actor=actor, now=NOW + timedelta(hours=1))
        assert (len(done.back), done.kept_ended) == (2, [])
        member = queries.get_member(place.member, tenant_id=portal.here)
        assert (member.status, member.status_on) == (MemberStatus.NORMAL, None)
    assert running(portal) == EVERY
    with reading(scope_of(portal.here)):
        tags = list(db.session.scalars(select(AuditEvent.tag)))
    assert (tags.count(AuditTag.PARTY_POST_END), tags.count(AuditTag.PARTY_POST_REOPEN)) == (2, 2)
    assert tags.count(AuditTag.STANDING_WITHDRAW) == 1
    with portal.inside(), pytest.raises(RuleBroken) as twice:
        withdraw_act(entry_id, reason="录错了人", actor=actor, now=NOW)
    assert twice.value.code == "registers.act_withdrawn"


def test_a_post_that_somebody_else_holds_by_now_stays_ended(portal: Portal, place: Place) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        entry_id = record_act(place.member, Act(A.DIE, date(2026, 11, 20)), actor=actor, now=NOW).id
        other = make_member(place.first, 2, full_name="李示例")
        new = NewPost(PostKind.SECRETARY, "李示例", date(2026, 11, 21), other.id)
        fill_post(place.first, new, actor=actor, now=NOW)
    assert running(portal) == {PostKind.SECRETARY}
    with portal.inside():
        done = withdraw_act(entry_id, reason="同名的人去世", actor=actor, now=NOW + timedelta(hours=1))
        assert [post.kind for post in done.kept_ended] == [PostKind.SECRETARY]
        assert {post.kind for post in done.back} == {PostKind.COMMITTEE_MEMBER, PostKind.RESIDENTS_DIRECTOR}


def test_only_what_was_recorded_last_is_taken_back_and_nothing_of_another_community(
    portal: Portal, place: Place
) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        first = record_act(place.member, decided(A.DETAIN, date(2026, 11, 1)), actor=actor, now=NOW).id
        second = record_act(place.member, decided(A.RELEASE), actor=actor, now=NOW + timedelta(hours=1)).id
        with pytest.raises(RuleBroken) as early:
            withdraw_act(first, reason="录错了人", actor=actor, now=NOW + timedelta(hours=2))
        assert early.value.code == "registers.act_not_last"
        withdraw_act(second, reason="录错了人", actor=actor, now=NOW + timedelta(hours=2))
        member = queries.get_member(place.member, tenant_id=portal.here)
        assert member.detained_since == date(2026, 11, 1)
        member.detained_since, member.updated_at = None, NOW + timedelta(hours=3)
        with pytest.raises(RuleBroken) as changed:
            withdraw_act(first, reason="录错了人", actor=actor, now=NOW + timedelta(hours=4))
        assert changed.value.code == "registers.act_changed"
    there = make_actor(portal.there, SECRETARY)
    with portal.inside(portal.there), pytest.raises(NotFound):
        withdraw_act(first, reason="录错了人", actor=there, now=NOW)


def test_who_is_under_observation_or_detained_neither_votes_nor_is_elected(portal: Portal, place: Place) -> None:
    """Source: 选举工作条例 art. 5."""
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        detained = make_member(place.first, 2, full_name="李示例")
        make_member(place.first, 3, full_name="王示例")
        make_member(place.first, 4, full_name="预示例", member_type=MemberType.PROBATIONARY, full=None,
                    joined=PartyDate(date(2026, 5, 1)))  # fmt: skip
        assert entitled_and_not([place.first], tenant_id=portal.here) == (3, 0)
        record_act(place.member, decided(A.WATCH, years=1), actor=actor, now=NOW)
        record_act(detained.id, decided(A.DETAIN), actor=actor, now=NOW)
        assert entitled_and_not([place.first], tenant_id=portal.here) == (1, 2)
        people = find_people(["张示例", "王示例"], tenant_id=portal.here)
        assert {name: each.is_full for name, each in people.items()} == {"张示例": False, "王示例": True}
        for member_id in (place.member, detained.id):
            new = NewPost(PostKind.COMMITTEE_MEMBER, "张示例", TODAY, member_id)
            with pytest.raises(RuleBroken) as refused:
                fill_post(place.first, new, actor=actor, now=NOW)
            assert refused.value.code == "registers.post_not_full"
    assert PostKind.SECRETARY not in running(portal), "posts in the Party end with 留党察看"
    with reading(scope_of(portal.there)):
        rows = select(PartyMember.organization_id)
        assert entitled_and_not(db.session.scalars(rows), tenant_id=portal.there) == (1, 0)
    page = portal.as_role(SECRETARY).get(f"/t/{HERE_CODE}/registers/organizations/{place.first}/terms/new")
    assert page.one("#entitled")["value"] == "1"


def test_observation_page_by_page(portal: Portal, place: Place) -> None:
    base = f"/t/{HERE_CODE}/registers/members/{place.member}"
    portal.as_role(CLERK).get(f"{base}/decisions/watch", status=403)
    secretary = portal.as_role(SECRETARY)
    form = secretary.get(f"{base}/decisions/watch")
    ending = [item.get_text() for item in form.page.select("form li")]
    assert len(ending) == 2, "what ends is said before; residents elect their own"
    assert sum("第一党支部" in words for words in ending) == 1
    data = {"on": "2025-12-01", "reason": "严重违反纪律", "document": "汇纪〔2025〕9号"}
    assert secretary.post(f"{base}/decisions/watch", data, status=422).page.select("#years-error")
    secretary.post(f"{base}/decisions/watch", {**data, "years": "1"}, status=303)
    page = secretary.get(base)
    assert "2026年12月1日" in page.text
    home = secretary.get(f"/t/{HERE_CODE}/")
    assert f"{base}/decisions/restore-rights" in str(home.page), "eight days before the end it is a task"
    early = secretary.post(f"{base}/decisions/restore-rights", {**data, "on": "2026-11-23"}, status=422)
    assert "2026年12月1日" in early.text
    url = str(secretary.get(base).one('a[href$="/withdrawal"]')["href"])
    assert "录错了人" in secretary.get(secretary.post(url, {"reason": "录错了人"}, status=303).location).text
    assert running(portal) == EVERY
    page = secretary.get(base)
    assert "2026年12月1日" in page.text, "what was taken back is not rubbed out"
    assert not page.page.select('a[href$="/withdrawal"]'), "there is nothing more to take back"
    there = portal.as_role(SECRETARY, portal.there)
    there.get(url.replace(HERE_CODE, THERE_CODE), status=404)


def test_a_cancelled_probation_is_no_membership_any_more(portal: Portal, place: Place) -> None:
    with portal.inside():
        new = make_member(place.first, 9, full_name="预示例", member_type=MemberType.PROBATIONARY, full=None,
                          joined=PartyDate(date(2026, 1, 1)))  # fmt: skip
        new_id = new.id
    base, secretary = f"/t/{HERE_CODE}/registers", portal.as_role(SECRETARY)
    data = {"on": "2026-11-20", "reason": "不履行党员义务", "document": "汇组〔2026〕5号"}
    secretary.post(f"{base}/members/{new_id}/decisions/cancel-probation", data, status=303)
    with reading(scope_of(portal.here)):
        assert queries.get_member(new_id, tenant_id=portal.here).status is MemberStatus.DISQUALIFIED
    assert not [row for row in secretary.get(f"{base}/members").page.select("tbody tr") if "预示例" in row.get_text()]
    gone = secretary.get(f"{base}/members?standing=DISQUALIFIED")
    assert "预示例" in gone.one("tbody").get_text()
    page = secretary.get(f"{base}/members/{new_id}")
    assert "汇组〔2026〕5号" in page.text
    assert "become-full" not in str(page.page)


def test_a_move_ends_posts_of_the_old_branch_and_taking_it_back_lets_them_go_on(portal: Portal, place: Place) -> None:
    base, clerk = f"/t/{HERE_CODE}/registers", portal.as_role(CLERK)
    into_group = {"organization": str(place.group), "on": "2026-11-20", "reason": "编入楼栋党小组"}
    clerk.post(f"{base}/members/{place.member}/move", into_group, status=303)
    assert running(portal) == EVERY, "the group is in the same branch"
    page = clerk.get(f"{base}/members/{place.member}/move")
    ending = [item.get_text() for item in page.page.select("form li")]
    assert len(ending) == 1, "the committee above stays"
    assert "第一党支部" in ending[0]
    move = {"organization": str(place.second), "on": "2026-11-21", "reason": "搬到二支部"}
    clerk.post(f"{base}/members/{place.member}/move", move, status=303)
    assert running(portal) == EVERY - {PostKind.SECRETARY}
    with reading(scope_of(portal.here)):
        case = db.session.scalars(select(MemberTransfer).order_by(MemberTransfer.applied_on.desc())).first()
        assert case is not None
        url = f"{base}/transfers/{case.id}"
    undo = str(clerk.get(url).one('a[href$="/undo"]')["href"])
    assert clerk.post(undo, {"reason": ""}, status=422).errors()
    clerk.post(undo, {"reason": "搬家取消了"}, status=303)
    assert running(portal) == EVERY
    with reading(scope_of(portal.here)):
        assert queries.get_member(place.member, tenant_id=portal.here).organization_id == place.group
    assert clerk.post(undo, {"reason": "搬家取消了"}, status=422).errors()
    assert not clerk.get(url).page.select('a[href$="/undo"]')


def send(portal: Portal, member_id: uuid.UUID, letter_no: str) -> uuid.UUID:
    """Send somebody's letter to the other community, and say yes there; the worker has not come yet."""
    here, there = make_actor(portal.here, SECRETARY), make_actor(portal.there, SECRETARY)
    with portal.inside():
        application = Application("和平社区党委", "搬到那边居住", other_tenant_id=portal.there)
        move_id = transfers.apply_transfer(member_id, application, actor=here, now=NOW).id
        transfers.approve_transfer(move_id, actor=here, now=NOW)
        transfers.send_letter(move_id, letter_no=letter_no, letter_on=TODAY, valid_to=None, actor=here, now=NOW)
    deal_with_notes(now=NOW)
    with portal.inside(portal.there):
        into = queries.member_places(tenant_id=portal.there)["第二党支部"]
        arrivals.accept_transfer(move_id, into, actor=there, now=NOW)
    return move_id


def test_posts_end_with_a_transfer(portal: Portal, place: Place) -> None:
    with portal.inside(portal.there):  # the same number cannot be in twice
        for kind in (PartyPost, PartyMember):
            for row in db.session.scalars(select(kind)).all():
                row.updated_at = NOW  # type: ignore[attr-defined]
                db.session.delete(row)
            db.session.flush()
    move_id = send(portal, place.member, "2026-1")
    assert running(portal) == EVERY, "until the other side has the member"
    deal_with_notes(now=NOW + timedelta(hours=1))
    assert running(portal) == {PostKind.RESIDENTS_DIRECTOR}
    with reading(scope_of(portal.here)):
        case = db.session.scalars(select(MemberTransfer).where(MemberTransfer.id == move_id)).one()
        assert len(case.ended_posts or []) == 2
        reasons = set(db.session.scalars(select(PartyPost.end_reason).where(PartyPost.until_on.is_not(None))))
        assert reasons == {"组织关系转出"}


def test_observation_goes_along_with_a_transfer(portal: Portal, place: Place) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        other_id = make_member(place.first, 7, full_name="李示例").id
        record_act(other_id, decided(A.WATCH, date(2026, 6, 1), years=2), actor=actor, now=NOW)
    move_id = send(portal, other_id, "2026-1")
    with reading(scope_of(portal.there)):
        parcel = parcel_of(db.session.scalars(select(MemberTransfer).where(MemberTransfer.id == move_id)).one())
        assert parcel is not None
        assert parcel.watched_until == "2028-06-01", "said before they decide"
    deal_with_notes(now=NOW + timedelta(hours=1))
    with reading(scope_of(portal.there)):
        came = db.session.scalars(select(PartyMember).where(PartyMember.full_name == "李示例")).one()
        assert (came.watched_since, came.watched_until) == (date(2026, 6, 1), date(2028, 6, 1))


def test_a_task_for_many_leads_to_the_list_of_just_them(portal: Portal, place: Place) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        make_many_members(place.second, 20, first=100)
        rows = list(db.session.scalars(select(PartyMember).where(PartyMember.organization_id == place.second)))
        for row in rows[:8]:
            row.lost_since, row.updated_at = date(2026, 5, 23), NOW
        for row in rows[8:10]:
            row.lost_since, row.updated_at = date(2026, 5, 24), NOW  # a day short
        for row in rows[10:16]:
            row.member_type, row.joined_on, row.updated_at = MemberType.PROBATIONARY, date(2025, 12, 23), NOW
        rows[16].member_type, rows[16].joined_on = MemberType.PROBATIONARY, date(2025, 12, 24)
        rows[16].updated_at = NOW
        db.session.flush()
        record_act(rows[17].id, decided(A.WATCH, date(2025, 12, 1), years=1), actor=actor, now=NOW)
        due = due_members(tenant_id=portal.here, today=TODAY)
    numbers = {what: sum(each.what == what for each in due) for what in ("lost", "probation", "watch", "strike_off")}
    assert numbers == {"lost": 8, "probation": 6, "watch": 1, "strike_off": 0}
    secretary = portal.as_role(SECRETARY)
    home = str(secretary.get(f"/t/{HERE_CODE}/").page)
    for what, number in numbers.items():
        url = f"/t/{HERE_CODE}/registers/members?due={what}"
        assert len(secretary.get(url).page.select("tbody tr")) == number, what
        assert (url in home) is (number > 5), what
    there = portal.as_role(SECRETARY, portal.there)
    assert not there.get(f"/t/{THERE_CODE}/registers/members?due=lost").page.select("tbody tr")


def test_what_was_taken_back_is_not_rubbed_out(portal: Portal, place: Place) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        entry_id = record_act(place.member, Act(A.LOSE, date(2026, 11, 1), lost_reason=LostReason.OTHER), actor=actor,
                              now=NOW).id  # fmt: skip
        withdraw_act(entry_id, reason="电话又通了", actor=actor, now=NOW + timedelta(hours=1))
        entry = db.session.scalars(select(MemberStanding)).one()
        assert (entry.withdrawn_reason, entry.withdrawn_by_name) == ("电话又通了", actor.name)
        member = queries.get_member(place.member, tenant_id=portal.here)
        assert (member.lost_since, member.lost_reason) == (None, None)
