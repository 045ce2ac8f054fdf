"""What reading the pages through found: what is offered, what is asked for at once, who a letter comes from."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.roles import Role
from portal.registers.rules import OrganizationKind
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.registers.makers import make_branches, make_organization
from tests.registers.structure_makers import TODAY, make_term

BASE = f"/t/{HERE_CODE}/registers"
NEARLY_OVER, FRESH = timedelta(days=5 * 365 - 60), timedelta(days=100)


def test_the_first_organization_is_the_committee_then_branches_come_below_it(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    chosen = "select[name=kind] option[selected]"
    assert client.get(f"{BASE}/organizations/new").one(chosen)["value"] == "PARTY_COMMITTEE"
    with portal.inside():
        committee_id = make_organization("演示党委", kind=OrganizationKind.PARTY_COMMITTEE).id
    page = client.get(f"{BASE}/organizations/new")
    assert page.one(chosen)["value"] == "BRANCH"
    assert page.one("select[name=parent_id] option[selected]")["value"] == str(committee_id)


def test_a_member_without_a_branch_is_told_so_with_all_that_is_missing(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    answer = portal.as_role(Role.COMMUNITY_SECRETARY).post(f"{BASE}/members/new", {}, status=422)
    assert answer.one("#organization")["aria-invalid"] == "true"


def test_a_letter_is_offered_when_a_term_nears_its_end_and_comes_from_above(portal: Portal) -> None:
    with portal.inside():
        committee = make_organization("演示党委", kind=OrganizationKind.PARTY_COMMITTEE)
        near = make_organization("快届满支部", kind=OrganizationKind.BRANCH, parent_id=committee.id)
        fresh = make_organization("刚换届支部", kind=OrganizationKind.BRANCH, parent_id=committee.id)
        term_id = make_term(near, TODAY - NEARLY_OVER).id
        make_term(fresh, TODAY - FRESH)
        near_id, fresh_id = near.id, fresh.id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    letters = 'a[href$="/letter"]'
    assert client.get(f"{BASE}/organizations/{near_id}").page.select(letters)
    assert not client.get(f"{BASE}/organizations/{fresh_id}").page.select(letters)
    page = client.get(f"{BASE}/terms/{term_id}/letter")
    assert page.one(".notice .issued").get_text().startswith("演示党委")
