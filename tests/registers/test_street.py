"""The register of a street: its working committee and what is directly below it, apart from the communities'."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.registers.models import PartyMember, PartyOrganization, PartyPost
from portal.registers.rules import OrganizationKind as K
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, STREET_CODE
from tests.registers.makers import make_id_number, make_many_members, make_member, make_organization
from tests.statements import count_statements

STREET = tenant_id_for(STREET_CODE, Level.STREET)
BASE, HOME, HERE = f"/t/{STREET_CODE}/registers", f"/t/{STREET_CODE}/", f"/t/{HERE_CODE}/registers"
MEMBER = {"full_name": "李示例", "id_number": make_id_number(1), "member_type": "FULL", "joined": "2005-07-01",
          "full": "2006-07-01"}  # fmt: skip


def officer(portal: Portal) -> PortalClient:
    return portal.as_role(Role.STREET_OFFICER, STREET)


def tasks(client: PortalClient) -> list[str]:
    return [str(line["href"]) for line in client.get(HOME).page.select(".task-list a")]


def enter(client: PortalClient, **given: str) -> uuid.UUID:
    """Enter an organization as a person does; gives its id."""
    return uuid.UUID(client.post(f"{BASE}/organizations/new", given, status=303).location.rpartition("/")[2])


@pytest.fixture
def street(portal: Portal) -> dict[str, uuid.UUID]:
    """Give a street's own register: the working committee and the branch of its office; a community has people too."""
    with portal.inside():
        branch = make_organization("第一党支部")
        make_member(branch.id, 1)
    with portal.inside(STREET):
        top = make_organization("大连路街道党工委", K.WORKING_COMMITTEE, elected_on=date(2001, 1, 1))
        office = make_organization("机关党支部", parent_id=top.id, elected_on=date(2022, 1, 10))
    return {"top": top.id, "office": office.id, "below": branch.id}


def test_the_officers_enter_the_working_committee_first_and_their_own_branch_below_it(portal: Portal) -> None:
    client = officer(portal)
    assert f"{BASE}/organizations/new" in tasks(client)
    form = client.get(f"{BASE}/organizations/new").page
    assert form.select_one("#name")["value"] == "大连路街道党工委"  # type: ignore[index]
    assert form.select_one("#kind option[selected]")["value"] == "WORKING_COMMITTEE"  # type: ignore[index]
    top = enter(client, name="大连路街道党工委", kind="WORKING_COMMITTEE", elected_on="2001-01-01")
    assert tasks(client) == [], "an appointed committee waits for no election and for no roster"
    form = client.get(f"{BASE}/organizations/new").page
    assert form.select_one("#kind option[selected]")["value"] == "BRANCH"  # type: ignore[index]
    assert form.select_one("#parent_id option[selected]")["value"] == str(top)  # type: ignore[index]
    given = {"kind": "BRANCH", "parent_id": str(top), "category": "ORGAN", "elected_on": "2023-11-23"}
    office = enter(client, name="机关党支部", **given)
    post = {"kind": "SECRETARY", "person": "王示例", "from_on": "2025-01-06"}
    client.post(f"{BASE}/organizations/{top}/posts/new", post, status=303)
    client.post(f"{BASE}/organizations/{office}/posts/new", {**post, "person": "李示例"}, status=303)
    client.get(f"{BASE}/organizations/{top}/terms/new")
    refused = client.post(f"{BASE}/organizations/{top}/terms/new", {"starts_on": "2026-01-05"}, status=422)
    assert refused.errors(), "no term for a working committee"
    assert not client.get(f"{BASE}/organizations/{top}").page.select("a[href*='/terms/new']")
    page = client.get(f"{BASE}/terms")
    assert [row["id"] for row in page.page.select("tbody tr")] == [f"term-{office}"]
    letter = client.get(str(page.one('a[href$="/letter"]')["href"]))  # an organ's branch: three years
    assert "大连路街道党工委" in letter.one("article.notice .issued").get_text()
    with reading(scope_of(STREET)):
        assert set(db.session.scalars(select(PartyPost.person_name))) == {"王示例", "李示例"}
        parents = db.session.execute(select(PartyOrganization.id, PartyOrganization.parent_id)).all()
        assert dict(map(tuple, parents)) == {top: None, office: top}


def test_a_town_begins_with_its_party_committee_which_is_elected(portal: Portal) -> None:
    with transaction(NOTHING):
        db.session.get_one(Tenant, STREET).name = "高坪镇"
    forget_tenants()
    form = officer(portal).get(f"{BASE}/organizations/new").page
    assert form.select_one("#name")["value"] == "高坪镇党委"  # type: ignore[index]
    assert form.select_one("#kind option[selected]")["value"] == "PARTY_COMMITTEE"  # type: ignore[index]


def test_members_of_its_own_branch_and_nobody_of_the_communities(portal: Portal, street: dict[str, uuid.UUID]) -> None:
    """The same identity number below is another register's: nothing tells the street that it is there."""
    client = officer(portal)
    added = client.post(f"{BASE}/members/new", {**MEMBER, "organization": "机关党支部"}, status=303)
    client.get(added.location)
    own = client.get(f"{BASE}/members").page.select("tbody tr")
    assert len(own) == 1
    assert len(client.post(f"{BASE}/members/search", {"q": make_id_number(1)}, status=200).page.select("tbody tr")) == 1
    for page in ("", "/terms", "/checks", "/coverage", "/check-sheets", "/work-units", "/pictures", "/transfers",
                 "/duplicates", f"/organizations/{street['office']}", f"/organizations/{street['top']}"):  # fmt: skip
        shown = client.get(f"{BASE}{page}")
        assert "第一党支部" not in shown.text
        assert "张示例" not in shown.text
    client.get(f"{BASE}/organizations/{street['below']}", status=404)
    with reading(scope_of(portal.here)):
        assert len(db.session.scalars(select(PartyMember)).all()) == 1
    with reading(scope_of(STREET)):
        assert db.session.scalars(select(PartyMember.full_name)).one() == "李示例"


def test_no_page_of_its_own_register_reads_below(portal: Portal, street: dict[str, uuid.UUID]) -> None:
    """The scope itself ends at the street, so a query that names no tenant finds nothing of a community either."""
    seen: list[int] = []

    def look() -> str:
        seen.append(len(db.session.scalars(select(PartyMember)).all()))
        return ""

    client = officer(portal)
    with pytest.MonkeyPatch.context() as change:
        change.setattr("portal.registers.views.organizations.upper_name", lambda _tenant: look())
        change.setattr("portal.registers.views.checks.own_committee", lambda _street, name: look() or name)
        client.get(BASE)
        client.get(f"{BASE}/below")
    assert seen == [0, 1], "its own register: itself; the committees below: with those below"


def test_a_communitys_highest_organization_stands_below_the_streets_committee(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("和平社区党委", K.PARTY_COMMITTEE, elected_on=date(2022, 1, 10))
        branch = make_organization("第一党支部", parent_id=top.id, elected_on=date(2022, 1, 10))
        make_many_members(branch.id, 3)
        ids = top.id, branch.id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    upper = "大连路街道党工委"
    letters = [str(link["href"]) for link in client.get(f"{HERE}/terms").page.select('tbody a[href$="/letter"]')]
    signed = {client.get(letter).one("article.notice .issued").get_text(" ", strip=True)[:8] for letter in letters}
    assert signed == {upper, "和平社区党委 2"}
    assert upper in client.get(f"{HERE}/terms").text
    assert upper in client.get(HERE).text
    assert upper in client.get(f"{HERE}/organizations/{ids[0]}").one("section[aria-labelledby=facts-title]").get_text()
    assert upper not in client.get(f"{HERE}/organizations/{ids[1]}").text
    assert upper in client.get(f"{HERE}/checks").one(f"#warned-{ids[0]}").get_text()


def test_the_streets_letter_bears_the_name_that_its_committee_has_in_its_register(portal: Portal) -> None:
    with portal.inside():
        make_organization("和平社区党委", K.PARTY_COMMITTEE, elected_on=date(2022, 1, 10))
    client = officer(portal)

    def sender() -> str:
        link = client.get(f"{BASE}/below").one("a[href*='below/letter']")
        return client.get(str(link["href"])).one("article.notice .issued").get_text(" ", strip=True)

    assert sender().startswith("大连路街道党工委 ")
    with portal.inside(STREET):
        make_organization("中共大连路街道工作委员会", K.WORKING_COMMITTEE)
    assert sender().startswith("中共大连路街道工作委员会 ")


def test_its_pages_cost_the_same_however_many_organizations(portal: Portal, street: dict[str, uuid.UUID]) -> None:
    with portal.inside(STREET):
        make_member(street["office"], 9)
    client = officer(portal)
    urls = [HOME, *(f"{BASE}{page}" for page in ("", "/terms", "/checks", "/members"))]
    before = {}
    for url in urls:
        client.get(url)
        with count_statements(db.engine) as seen:
            client.get(url)
        before[url] = len(seen)
    with portal.inside(STREET):
        for number in range(60):
            branch = make_organization(f"演示{number}号支部", parent_id=street["top"], elected_on=date(2022, 1, 10))
            make_member(branch.id, 100 + number)
    for url in urls:
        with count_statements(db.engine) as seen:
            client.get(url)
        assert len(seen) == before[url] <= (12 if url == HOME else 8), f"{url}: " + "\n".join(seen)


def test_an_election_of_its_own_branch_that_is_due_is_its_task(portal: Portal, street: dict[str, uuid.UUID]) -> None:
    with portal.inside(STREET):
        make_member(street["office"], 9)
    waiting = tasks(officer(portal))
    assert f"{BASE}/terms?show=due" in waiting
    assert f"{BASE}/checks" in waiting, "its branch has no secretary"
