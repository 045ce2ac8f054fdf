"""Organizations as people see them: suggestions, checks, elections by form, tasks, the street, roles, statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.commands.sheets import open_sheet, review_sheet
from portal.registers.commands.terms import NewPost
from portal.registers.models import PartyTerm
from portal.registers.queries.terms import list_posts
from portal.registers.rules import OrganizationKind
from portal.registers.rules.sheets import SheetKind, SheetState
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import TermStatus
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, STREET_CODE, make_actor, stranger
from tests.registers.makers import make_branches, make_many_members, make_member, make_organization
from tests.registers.structure_makers import TODAY, make_post, make_term, make_unit, states
from tests.statements import count_statements

K, P = OrganizationKind, PostKind

BASE = f"/t/{HERE_CODE}/registers"


def test_a_suggestion_forms_the_group_with_the_members_who_live_there(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization("演示花园支部", estate="演示花园")
        other = make_organization("演示别的支部")
        for serial in (1, 2, 3):
            make_member(branch.id, serial, full_name=f"张示{'甲乙丙'[serial - 1]}", estate="演示花园", building="3号楼")
        make_member(other.id, 4, full_name="李示例", estate="演示花园", building="3号楼")
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    forms = "a[href*='organizations/new?kind=GROUP']"
    form_url = str(client.get(f"{BASE}/checks").one(forms)["href"])
    page = client.get(form_url).page
    ticked = [box["value"] for box in page.select('input[name="members"]') if box.has_attr("checked")]
    assert len(page.select('input[name="members"]')) == 4
    assert len(ticked) == 3  # the fourth is in another branch
    data = {name: page.select_one(f'[name="{name}"]')["value"] for name in ("name", "estate", "buildings")}  # type: ignore[index]
    assert data == {"name": "演示花园3号楼党小组", "estate": "演示花园", "buildings": "3号楼"}
    answer = client.post(form_url, {**data, "kind": "GROUP", "parent_id": str(branch.id), "members": ticked})
    assert "/organizations/" in answer.location
    assert states(portal)["演示花园3号楼党小组"].state.own_all == 3
    assert "3号楼" in client.get(f"{BASE}/coverage").text
    assert not client.get(f"{BASE}/checks").page.select(forms)


def test_a_check_is_recorded_looked_at_again_and_closed(portal: Portal) -> None:
    with portal.inside():
        branch_id = make_organization("演示支部", elected_on=date(2020, 1, 1)).id
        make_member(branch_id)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{BASE}/organizations/{branch_id}/check-sheets/new"
    found = client.get(url).one("#findings").get_text().strip().splitlines()
    assert len(found) == 3  # too small, no posts, term over: what the register knows stands there
    due = (TODAY + timedelta(days=5)).isoformat()
    data = {"kind": "RECTIFICATION", "checked_on": TODAY.isoformat(), "findings": "届满未换", "responsible": "张三"}
    assert client.post(url, data, status=422).errors()
    sheet_url = client.post(url, {**data, "measures": "下月换届", "due_on": due}).location
    assert client.get(f"/t/{HERE_CODE}/").page.select(f'.task-list a[href="{BASE}/check-sheets"]')
    review = {"reviewed_on": TODAY.isoformat(), "outcome": "passed", "result": "已换届"}
    client.post(f"{sheet_url}/reviews", review)
    assert "已换届" in client.get(sheet_url).text
    assert client.post(f"{sheet_url}/reviews", review, status=422).text
    assert not client.get(f"/t/{HERE_CODE}/").page.select(f'.task-list a[href="{BASE}/check-sheets"]')


def test_an_election_by_form_asks_nothing_that_is_known(portal: Portal) -> None:
    """Elected again: the session, the day, the seats and the names stand in the form; sending it is enough."""
    with portal.inside():
        branch = make_organization("演示支部")
        branch_id = branch.id
        for serial, name in enumerate(("张示例", "李示例", "王示例", "赵示例", "钱示例", "孙示例", "周示例"), 1):
            make_member(branch_id, serial, full_name=name)
        named = ((P.SECRETARY, "张示例"), (P.ORGANIZATION_MEMBER, "李示例"), (P.PUBLICITY_MEMBER, "王示例"))
        posts = [NewPost(kind, name, date(2021, 11, 1)) for kind, name in named]
        make_term(branch, date(2021, 11, 1), *posts, session_no=4)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{BASE}/organizations/{branch_id}/terms/new"
    page = client.get(url).page
    fields = {
        str(field["name"]): str(field.get("value", "")) for field in page.select("form.sheet input[name]")
        if field.get("type") != "checkbox"
    }  # fmt: skip
    fields |= {
        str(each["name"]): str((each.select_one("option[selected]") or each.option)["value"])  # type: ignore[index]
        for each in page.select("form.sheet select")
    }
    assert (fields["session_no"], fields["entitled"], fields["posts-0-person"]) == ("5", "7", "张示例")
    fields.pop("csrf_token")
    client.post(url, fields)
    state = states(portal)["演示支部"].state
    assert (state.session_no, state.term.starts_on, state.status) == (5, TODAY, TermStatus.NORMAL)
    with reading(scope_of(portal.here)):
        held = list_posts([branch_id], tenant_id=portal.here, on=TODAY)
        assert [row.post.person_name for row in held] == ["张示例", "李示例", "王示例"]
        assert all(row.post.member_id for row in held)


def test_tasks_name_elections_and_warnings_and_never_a_working_committee(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("演示党工委", K.WORKING_COMMITTEE, elected_on=date(2001, 1, 1))
        one = make_organization("演示一支部", parent_id=top.id, elected_on=date(2021, 1, 1))
        two = make_organization("演示二支部", parent_id=top.id, elected_on=date(2022, 3, 1))
        make_organization("演示小组", K.GROUP, two.id)
        make_member(one.id, 1)
        make_many_members(two.id, 51, first=10)
        make_post(one.id)
        make_post(two.id, name="李外请")
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"/t/{HERE_CODE}/").page
    found = {str(line["href"]): line.select_one(".task-count") for line in page.select(".task-list a")}
    for url in (f"{BASE}/terms?show=overdue", f"{BASE}/terms?show=due", f"{BASE}/checks"):
        assert found[url] is not None
        assert str(found[url].get_text()).startswith("1 ")  # type: ignore[union-attr]


def test_a_street_sees_terms_and_warnings_of_its_own_communities_only(portal: Portal) -> None:
    for tenant in (portal.here, portal.there):
        with portal.inside(tenant):
            top = make_organization("演示社区党委", K.PARTY_COMMITTEE, elected_on=date(2022, 1, 1))
            branch = make_organization("演示支部", parent_id=top.id)
            make_member(branch.id)
            term_id = db.session.scalars(select(PartyTerm.id)).one()
            if tenant == portal.here:
                here_top, here_term = top.id, term_id
    street = tenant_id_for(STREET_CODE, Level.STREET)
    client = portal.as_role(Role.STREET_OFFICER, street)
    base = f"/t/{STREET_CODE}/registers"
    page = client.get(f"{base}/below")
    assert [row.th.get_text(strip=True) for row in page.page.select("tbody tr")] == ["和平社区"]  # type: ignore[union-attr]
    assert "张示例" not in page.text
    letter = client.get(str(page.one("a[href*='below/letter']")["href"]))
    assert "演示社区党委" in letter.text
    assert "2027" in letter.text
    client.post(f"{base}/below/letters", {"of": str(here_top), "sent_on": TODAY.isoformat()})
    assert (
        len(client.get(f"{base}/below").page.select("td .soft")) == 2
    )  # the kind, and since now the day of the letter
    client.get(f"{BASE}/organizations/{here_top}", status=404)
    client.get(f"{base}/below/letter?of={here_term}", status=404)


def test_pages_by_role(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization("演示支部", elected_on=date(2022, 1, 1), contact_phone="0851-28888888")
        make_member(branch.id)
    pages = ("", "/terms", "/checks", "/coverage", "/check-sheets", f"/organizations/{branch.id}")
    auditor, clerk = portal.as_role(Role.AUDITOR), portal.as_role(Role.COMMUNITY_CLERK)
    for page in pages:
        assert not auditor.get(f"{BASE}{page}").page.select("a[href*='/terms/new']")
        clerk.get(f"{BASE}{page}")
    clerk.get(f"{BASE}/organizations/{branch.id}/terms/new", status=403)
    url = f"{BASE}/organizations/{branch.id}"
    assert "28888888" not in clerk.get(url).text
    assert clerk.post(f"{url}/contact-reveals", {"reason": ""}, status=422)
    assert "0851-28888888" in clerk.post(f"{url}/contact-reveals", {"reason": "联系换届"}).text


def test_statements_do_not_grow_with_the_number_of_organizations(portal: Portal) -> None:
    with portal.inside():
        top = make_branches()[0]
        make_member(top.id)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    urls = [f"{BASE}{page}" for page in ("", "/terms", "/checks", "/coverage", "/check-sheets")]
    before = {}
    for url in urls:
        client.get(url)
        with count_statements(db.engine) as seen:
            client.get(url)
        before[url] = len(seen)
    with portal.inside():
        for number in range(120):
            branch = make_organization(f"演示{number}号支部", elected_on=date(2022, 1, 1), estate=f"{number}苑")
            make_member(branch.id, 100 + number, estate=f"{number}苑", building="1号楼")
            make_post(branch.id, name="李外请")
            open_sheet(branch.id, SheetKind.STANDARDS, checked_on=TODAY, findings="", measures="", responsible="张三",
                       due_on=None, actor=stranger(portal.here), now=NOW)  # fmt: skip
    for url in urls:
        with count_statements(db.engine) as seen:
            client.get(url)
        assert len(seen) <= 8, f"{url}: " + "\n".join(seen)
        assert len(seen) == before[url], f"{url}: " + "\n".join(seen)


def test_nothing_of_another_tenant_is_taken(portal: Portal) -> None:
    with portal.inside(portal.there):
        foreign_id = make_organization("演示支部").id
        stranger_id = make_member(foreign_id).id
        unit_id = make_unit().id
    with portal.inside():
        own_id = make_organization("演示支部").id
    for given in ({"member_id": stranger_id}, {"work_unit_id": unit_id}):
        with pytest.raises(NotFound), portal.inside():
            make_post(own_id, **given)
    with pytest.raises(NotFound), portal.inside():
        make_post(foreign_id)


def test_a_sheet_that_nobody_can_review_twice(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        branch = make_organization("演示支部")
        sheet = open_sheet(branch.id, SheetKind.STANDARDS, checked_on=TODAY, findings="台账不全", measures="补齐",
                           responsible="张三", due_on=TODAY, actor=actor, now=NOW)  # fmt: skip
        review_sheet(sheet.id, reviewed_on=TODAY, is_passed=False, result="仍缺", due_on=TODAY, actor=actor, now=NOW)
        assert sheet.state is SheetState.OPEN
        review_sheet(sheet.id, reviewed_on=TODAY, is_passed=True, result="已补", due_on=None, actor=actor, now=NOW)
        assert (sheet.state, sheet.closed_on) == (SheetState.CLOSED, TODAY)
