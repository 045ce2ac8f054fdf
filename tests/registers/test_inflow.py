"""Who came for work and belongs elsewhere is counted there: in no count, vote, roster or total here."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.console.statistics import count_measures
from portal.core.db import db
from portal.registers import queries
from portal.registers.models import PartyMember
from portal.registers.queries import MemberFilter, then
from portal.registers.queries.below import committees_below
from portal.registers.queries.filters import FACETS, count_facets
from portal.registers.queries.organizations import judge, organization_states, short_since
from portal.registers.queries.sheets import present_coverage
from portal.registers.queries.terms import entitled_and_not, find_people
from portal.registers.rules import MemberType
from portal.registers.rules import OrganizationKind as K
from portal.registers.rules.relations import FlowDirection
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.scope import Scope, reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, STREET_CODE
from tests.registers.makers import make_member, make_organization

BASE = f"/t/{HERE_CODE}/registers"
TODAY = date(2026, 11, 23)
IN, OUT = FlowDirection.IN, FlowDirection.OUT
HOME = {"estate": "演示花园", "building": "1号楼"}


@pytest.fixture
def branch_id(portal: Portal) -> uuid.UUID:
    """Give a branch of two members of its own, one of them away, and two who came from elsewhere."""
    with portal.inside():
        committee = make_organization("演示党委", K.PARTY_COMMITTEE)
        branch = make_organization("演示支部", parent_id=committee.id)
        people = (("张本地", None), ("李外出", OUT), ("王流入", IN), ("赵流入", IN))
        for serial, (name, way) in enumerate(people, start=1):
            member = make_member(branch.id, serial, full_name=name, work_unit="演示中学", **HOME)
            member.flow_direction, member.updated_at = way, NOW
        return branch.id


def test_the_relation_counts_and_nothing_else(portal: Portal, branch_id: uuid.UUID) -> None:
    """Source: member regulations of 2019, art. 25 (one place), election regulations, art. 5 (who votes)."""
    with reading(scope_of(portal.here)):
        counts = queries.count_by_filter(tenant_id=portal.here)
        assert (counts.total, counts.full, counts.inflow) == (2, 2, 2)
        assert (counts.by_organization[branch_id], counts.full_by_organization[branch_id]) == (2, 2)
        states = organization_states(tenant_id=portal.here, today=TODAY)
        assert {(each.members_all, each.members_full) for each in states} == {(2, 2)}
        assert entitled_and_not([branch_id], tenant_id=portal.here) == (2, 0), "应到会"
        found = then.count_then(TODAY, tenant_id=portal.here)
        assert (found.total, found.full, found.inflow) == (2, 2, 2)


def test_three_with_two_from_elsewhere_are_no_three(portal: Portal, branch_id: uuid.UUID) -> None:
    """Sources: 支部工作条例, arts. 4-5 (full members); 双滦区, 3-3-3 (members)."""
    with reading(scope_of(portal.here)):
        states = organization_states(tenant_id=portal.here, today=TODAY)
        assert short_since(states) == {branch_id: TODAY}, "four people, and short of three full members"
        (estate,) = present_coverage(states, tenant_id=portal.here).estates
        assert [building.members_all for building in estate.buildings] == [2]
        assert len(judge(states, today=TODAY)) == 2


def test_who_came_holds_no_vote_and_no_office(portal: Portal, branch_id: uuid.UUID) -> None:
    with reading(scope_of(portal.here)):
        people = find_people(["张本地", "李外出", "王流入"], tenant_id=portal.here)
        assert [people[name].is_full for name in ("张本地", "李外出", "王流入")] == [True, True, False]


def test_the_street_and_the_levels_above_count_the_same(portal: Portal, branch_id: uuid.UUID) -> None:
    street = tenant_id_for(STREET_CODE, Level.STREET)
    with portal.inside():
        measures = count_measures(portal.here, now=NOW)
        assert (measures["members"], measures["full_members"]) == (2, 2)
    with reading(Scope(read=frozenset({street, portal.here}))):
        (row,) = [each for each in committees_below(street_id=street, today=TODAY) if each.tenant_id == portal.here]
        assert (row.members_all, row.members_full) == (2, 2)


def test_lists_show_them_apart(portal: Portal, branch_id: uuid.UUID) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.http.set_cookie("linli_language", "en")

    def names(address: str) -> list[str]:
        return [each.get_text(strip=True) for each in client.get(f"{BASE}/members{address}").page.select("tbody th")]

    assert names("") == ["李外出", "张本地"]
    assert names("?flow=IN") == ["王流入", "赵流入"]
    assert names("?type=FULL") == ["李外出", "张本地"]
    assert names("?q=流入") == ["王流入", "赵流入"], "who is looked for is found"
    chip = next(a for a in client.get(f"{BASE}/members").page.select("a") if "the relation elsewhere" in a.get_text())
    assert chip["href"].endswith("flow=IN")
    assert "2" in chip.get_text()
    with reading(scope_of(portal.here)):
        for wanted in (MemberFilter(), MemberFilter(facets=(("flow", "IN"),)), MemberFilter(search="流入")):
            listed = len(queries.list_members(wanted, tenant_id=portal.here, limit=9))
            counted = queries.count_members(wanted, tenant_id=portal.here)
            some = count_facets(wanted, tenant_id=portal.here, facets=(), on=TODAY)
            every = count_facets(wanted, tenant_id=portal.here, facets=tuple(FACETS), on=TODAY)
            assert (listed, counted, some.total, every.total) == (2, 2, 2, 2)
            assert every.by["flow"]["IN"] == 2
            assert some.by["type"][MemberType.FULL] == 2


def test_the_first_page_and_the_filtered_agree(portal: Portal, branch_id: uuid.UUID) -> None:
    with reading(scope_of(portal.here)):
        first = [row[1] for row in queries.list_members(MemberFilter(), tenant_id=portal.here, limit=9)]
        assert first == ["李外出", "张本地"]
        assert db.session.scalars(select(PartyMember.full_name)).all() != first
