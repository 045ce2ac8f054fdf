"""The pages of standing, transfers, second belongings, duplicates and merges, as people use them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.jobs.notes import deal_with_notes
from portal.registers import queries
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus, MemberType, OrganizationKind, PartyDate
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE
from tests.registers.makers import make_id_number, make_many_members, make_member, make_organization
from tests.registers.test_duplicates import slip
from tests.statements import count_statements

BASE, THERE = f"/t/{HERE_CODE}/registers", f"/t/{THERE_CODE}/registers"
SECRETARY, CLERK, AUDITOR = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK, Role.AUDITOR
ENTERED = NOW - timedelta(days=3)


@pytest.fixture
def member_id(portal: Portal) -> uuid.UUID:
    """Give a member of the first branch here; both communities have a committee and two branches of the same names."""
    for tenant_id in (portal.there, portal.here):
        portal.person(SECRETARY, tenant_id)
        with portal.inside(tenant_id):
            top = make_organization("和平社区党委", OrganizationKind.PARTY_COMMITTEE)
            first = make_organization("第一党支部", parent_id=top.id)
            make_organization("第二党支部", parent_id=top.id)
            if tenant_id == portal.here:
                member: Any = make_member(first.id, 1)
    return member.id


def member_of(portal: Portal, member_id: uuid.UUID, tenant_id: int | None = None) -> PartyMember:
    with reading(scope_of(tenant_id or portal.here)):
        member = queries.get_member(member_id, tenant_id=tenant_id or portal.here)
        db.session.expunge_all()
        return member


def place(portal: Portal, tenant_id: int, name: str = "第一党支部") -> str:
    with reading(scope_of(tenant_id)):
        return str(queries.member_places(tenant_id=tenant_id)[name])


def test_a_member_is_lost_found_and_lost_again(portal: Portal, member_id: uuid.UUID) -> None:
    clerk = portal.as_role(CLERK)
    url = f"{BASE}/members/{member_id}"
    page = clerk.get(f"{url}/findings/lose")
    assert page.page.select("#lost_reason")
    assert not page.page.select("#document"), "only the fields that it needs"
    wrong = clerk.post(f"{url}/findings/lose", {"on": "2026-05-01", "reason": "多次上门未果"}, status=422)
    assert len(wrong.errors()) == 2
    assert wrong.one("#on")["value"] == "2026-05-01"
    clerk.post(f"{url}/findings/lose", {"on": "2026-05-01", "lost_reason": "MIGRANT_WORK"}, status=303)
    assert str(member_of(portal, member_id).lost_since) == "2026-05-01"
    assert "2026年5月1日" in clerk.get(url).text
    clerk.post(f"{url}/findings/find", {"on": "2026-11-20"}, status=303)
    assert member_of(portal, member_id).lost_since is None
    again = clerk.post(f"{url}/findings/find", {"on": "2026-11-20"}, status=422)
    assert again.errors()


def test_only_the_secretary_records_what_was_decided(portal: Portal, member_id: uuid.UUID) -> None:
    url = f"{BASE}/members/{member_id}"
    clerk = portal.as_role(CLERK)
    clerk.get(f"{url}/decisions/expel", status=403)
    assert "decisions" not in str(clerk.get(url).page)
    secretary = portal.as_role(SECRETARY)
    assert f"{url}/decisions/expel" in str(secretary.get(url).page)
    wrong = secretary.post(f"{url}/decisions/expel", {"on": "2026-11-20", "reason": "严重违纪"}, status=422)
    assert len(wrong.page.select("#document-error")) == 1
    data = {"on": "2026-11-20", "reason": "严重违纪", "document": "汇纪〔2026〕3号"}
    secretary.post(f"{url}/decisions/expel", data, status=303)
    member = member_of(portal, member_id)
    assert (member.status, str(member.status_on)) == (MemberStatus.EXPELLED, "2026-11-20")
    assert "汇纪〔2026〕3号" in secretary.get(url).text


def test_probation_is_asked_for_in_time_and_ends_in_full_membership(portal: Portal, member_id: uuid.UUID) -> None:
    with portal.inside():
        branch = queries.member_places(tenant_id=portal.here)["第一党支部"]
        joined = PartyDate((NOW - timedelta(days=340)).date())
        soon = make_member(branch, 2, full_name="预小备", member_type=MemberType.PROBATIONARY, joined=joined, full=None)
        later = PartyDate((NOW - timedelta(days=300)).date())
        make_member(branch, 3, full_name="预大备", member_type=MemberType.PROBATIONARY, joined=later, full=None)
        url = f"{BASE}/members/{soon.id}/decisions/become-full"
        soon_id = soon.id
    secretary = portal.as_role(SECRETARY)
    home = secretary.get(f"/t/{HERE_CODE}/")
    assert "预小备" in home.text
    assert "预大备" not in home.text
    assert url in str(home.page), "the task leads to the very form"
    early = secretary.post(url, {"on": "2026-11-22", "document": "1号"}, status=422)
    assert early.errors()
    with portal.inside():
        member = queries.get_member(soon_id, tenant_id=portal.here)
        member.joined_on, member.updated_at = (NOW - timedelta(days=366)).date(), NOW
    secretary.post(url, {"on": "2026-11-22", "document": "1号"}, status=303)
    member = member_of(portal, soon_id)
    assert (member.member_type, str(member.full_on)) == (MemberType.FULL, "2026-11-22")


def test_lost_for_six_months_is_a_task(portal: Portal, member_id: uuid.UUID) -> None:
    clerk = portal.as_role(CLERK)
    url = f"{BASE}/members/{member_id}/findings"
    clerk.post(f"{url}/lose", {"on": "2026-05-24", "lost_reason": "OTHER"}, status=303)
    assert "decisions/suspend" not in str(portal.as_role(SECRETARY).get(f"/t/{HERE_CODE}/").page), "a day early"
    clerk.post(f"{url}/find", {"on": "2026-05-24"}, status=303)
    clerk.post(f"{url}/lose", {"on": "2026-05-23", "lost_reason": "OTHER"}, status=303)
    assert "decisions/suspend" in str(portal.as_role(SECRETARY).get(f"/t/{HERE_CODE}/").page)


def test_a_transfer_through_both_communities_page_by_page(portal: Portal, member_id: uuid.UUID) -> None:
    clerk, here = portal.as_role(CLERK), portal.as_role(SECRETARY)
    there = portal.as_role(SECRETARY, portal.there)
    url = clerk.post(
        f"{BASE}/members/{member_id}/transfer", {"where": THERE_CODE, "reason": "搬到上海路居住"}, status=303
    ).location
    clerk.post(f"{url}/approval", status=403)
    here.post(f"{url}/approval", status=303)
    page = here.get(url)
    assert page.one("#letter_no")["value"] == "2026-001", "known already, so not asked"
    assert page.one("#valid_to")["value"] == "2027-02-23"
    long = here.post(
        f"{url}/letter", {"letter_no": "1", "letter_on": "2026-11-23", "valid_to": "2027-02-24"}, status=422
    )
    assert long.errors()
    here.post(f"{url}/letter", {"letter_no": "2026-001", "letter_on": "2026-11-23", "valid_to": ""}, status=303)
    assert "2026-001" in here.get(f"{url}/letter").text
    deal_with_notes(now=NOW)
    assert "introduction" in there.get(f"/t/{THERE_CODE}/").text or "介绍信" in there.get(f"/t/{THERE_CODE}/").text
    arrived = url.replace(HERE_CODE, THERE_CODE)
    page = there.get(arrived)
    assert make_id_number(1) not in str(page.page), "masked until the member is here"
    bare = there.post(f"{arrived}/return", {"reason": ""}, status=422)
    assert bare.errors()
    there.post(f"{arrived}/acceptance", {"organization": place(portal, portal.there)}, status=303)
    deal_with_notes(now=NOW)
    assert member_of(portal, member_id).status is MemberStatus.TRANSFERRED
    with reading(scope_of(portal.there)):
        (came,) = db.session.scalars(select(PartyMember)).all()
        assert came.status is MemberStatus.NORMAL
    assert len(there.get(arrived).page.select(".timeline li")) == 3
    assert len(here.get(url).page.select(".timeline li")) == 4
    portal.as_role(SECRETARY, portal.there).get(url, status=404)


def test_the_full_number_on_the_letter_is_recorded(portal: Portal, member_id: uuid.UUID) -> None:
    here = portal.as_role(SECRETARY)
    data = {"where": "paper", "other_name": "某县某镇党委", "reason": "工作调动"}
    url = here.post(f"{BASE}/members/{member_id}/transfer", data, status=303).location
    here.post(f"{url}/approval", status=303)
    here.post(f"{url}/letter", {"letter_no": "7", "letter_on": "2026-11-23"}, status=303)
    assert make_id_number(1) not in here.get(f"{url}/letter").text
    assert make_id_number(1) in here.post(f"{url}/letter/full", status=200).text
    with reading(scope_of(portal.here)):
        tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == AuditTag.LETTER_PRINT)))
    assert len(tags) == 1
    portal.as_role(CLERK).post(f"{url}/letter/full", status=403)
    here.post(f"{url}/receipt", {"on": "2026-11-23", "receipt_no": "回1"}, status=303)
    assert member_of(portal, member_id).status is MemberStatus.TRANSFERRED


def test_a_letter_on_paper_brings_a_member_in_one_form(portal: Portal, member_id: uuid.UUID) -> None:
    here = portal.as_role(SECRETARY)
    data = {
        "from_name": "某县某镇党委", "letter_no": "黔7", "letter_on": "2026-10-08", "valid_to": "2027-01-06",
        "full_name": "李示例", "id_number": make_id_number(7), "member_type": "FULL", "joined": "2015-07-01",
        "full": "2016-07-01", "organization": "第一党支部",
    }  # fmt: skip
    late = here.post(f"{BASE}/transfers/incoming", {**data, "valid_to": "2026-11-22"}, status=422)
    assert late.one("#valid_to")["aria-invalid"] == "true"
    here.post(f"{BASE}/transfers/incoming", data, status=303)
    assert "李示例" in here.get(f"{BASE}/transfers?over=1").text
    again = here.post(f"{BASE}/transfers/incoming", data, status=422)
    assert again.one("#id_number")["aria-invalid"] == "true"


def test_a_move_between_branches(portal: Portal, member_id: uuid.UUID) -> None:
    clerk = portal.as_role(CLERK)
    second = place(portal, portal.here, "第二党支部")
    url = f"{BASE}/members/{member_id}/move"
    clerk.post(url, {"organization": second, "on": "2026-11-24", "reason": "搬到二期"}, status=422)
    clerk.post(url, {"organization": second, "on": "2026-11-01", "reason": "搬到二期"}, status=303)
    assert str(member_of(portal, member_id).organization_id) == second
    assert "第二党支部" in clerk.get(f"{BASE}/transfers?over=1&direction=WITHIN").text


def test_second_belongings_are_listed_and_never_counted(portal: Portal, member_id: uuid.UUID) -> None:
    clerk = portal.as_role(CLERK)
    guest = {"full_name": "王来客", "other_name": "某局机关党支部", "mobile": "13800001111", "from_on": "2026-03-01"}
    clerk.post(f"{BASE}/second-belongings/new", guest, status=303)
    clerk.post(f"{BASE}/second-belongings/new", guest, status=422)
    own = {"full_name": "张示例", "other_name": "某局", "mobile": "19900000001", "from_on": "2026-03-01"}
    assert clerk.post(f"{BASE}/second-belongings/new", own, status=422).errors(), "one of ours is counted once"
    page = clerk.get(f"{BASE}/second-belongings")
    assert "王来客" in page.text
    assert "13800001111" not in str(page.page)
    link = {"other_name": "某社区", "from_on": "2026-03-01"}
    clerk.post(f"{BASE}/members/{member_id}/second-belongings/new", link, status=303)
    assert "某社区" in clerk.get(f"{BASE}/members/{member_id}").text
    end = clerk.get(f"{BASE}/second-belongings?kind=RESIDENCE").page.select_one("td.acts a")
    assert end is not None
    clerk.post(str(end["href"]), {"until_on": "2026-02-28"}, status=422)
    clerk.post(str(end["href"]), {"until_on": "2026-11-23"}, status=303)
    assert not clerk.get(f"{BASE}/second-belongings?kind=RESIDENCE").page.select("tbody tr")
    with reading(scope_of(portal.here)):
        assert queries.count_by_filter(tenant_id=portal.here).total == 1


def test_merging_shows_each_conflict_and_asks_for_a_choice(portal: Portal, member_id: uuid.UUID) -> None:
    with portal.inside():
        branch = queries.member_places(tenant_id=portal.here)["第二党支部"]
        twin = make_member(branch, 2, id_number=slip(make_id_number(1)), mobile="19900000009")
        twin_id = twin.id
    clerk = portal.as_role(CLERK)
    url = (
        clerk.get(f"{BASE}/duplicates").link("Compare")
        if _english(clerk)
        else f"{BASE}/members/{member_id}/merge/{twin_id}"
    )
    page = clerk.get(url)
    conflicts = {str(tag["name"]) for tag in page.page.select("input[type=radio]")}
    assert conflicts == {"choice-id_number", "choice-organization", "choice-mobile"}
    assert make_id_number(1) not in str(page.page)
    half = clerk.post(url, {"choice-mobile": "gone"}, status=422)
    assert half.one("#choice-mobile-gone").has_attr("checked"), "what was chosen is still there"
    every = dict.fromkeys(conflicts, "kept")
    clerk.post(url, every, status=303)
    assert not clerk.get(f"{BASE}/duplicates").page.select("tbody tr")
    undo = clerk.get(f"{BASE}/merges").page.select_one("td.acts a")
    assert undo is not None
    clerk.get(str(undo["href"]))
    clerk.post(str(undo["href"]), status=303)
    assert len(clerk.get(f"{BASE}/duplicates").page.select("tbody tr")) == 1
    clerk.post(f"{BASE}/members/{member_id}/distinct/{twin_id}", status=303)
    assert not clerk.get(f"{BASE}/duplicates").page.select("tbody tr")


def _english(client: Any) -> bool:
    return bool(client.get(f"{BASE}/duplicates").page.select("a:-soup-contains('Compare')"))


@pytest.mark.parametrize("path", ["transfers", "transfers?over=1", "second-belongings", "duplicates", "merges"])
def test_lists_cost_the_same_for_five_and_for_many(portal: Portal, member_id: uuid.UUID, path: str) -> None:
    auditor = portal.as_role(CLERK)
    auditor.get(f"{BASE}/{path}")
    with count_statements(db.engine) as few:
        auditor.get(f"{BASE}/{path}")
    with portal.inside():
        branch = queries.member_places(tenant_id=portal.here)["第一党支部"]
        make_many_members(branch, 400, first=1000)
    with count_statements(db.engine) as many:
        auditor.get(f"{BASE}/{path}")
    assert len(few) == len(many) <= 8


def test_the_auditor_reads_transfers_and_changes_nothing(portal: Portal, member_id: uuid.UUID) -> None:
    auditor = portal.as_role(AUDITOR)
    auditor.get(f"{BASE}/transfers")
    auditor.get(f"{BASE}/duplicates", status=403)
    auditor.post(f"{BASE}/members/{member_id}/move", status=403)
    auditor.get(f"{BASE}/members/{member_id}/findings/lose", status=403)
    assert "findings" not in str(auditor.get(f"{BASE}/members/{member_id}").page)
