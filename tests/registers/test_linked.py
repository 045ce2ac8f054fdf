"""What registers share: places of the estates register, one way to move, warnings that reach the upper organization."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.places import correct_place
from portal.registers.models import PartyMember, PartyMemberPast
from portal.registers.queries.below import committees_below
from portal.registers.queries.organizations import organization_states
from portal.registers.queries.sheets import present_coverage
from portal.registers.rules import OrganizationKind as K
from portal.registers.rules.places import Residents, coverage, is_strange
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.scope import Scope, reading, scope_of
from tests.conftest import Portal
from tests.estates.makers import make_building, make_estate
from tests.makers import HERE_CODE, NOW, OTHER_STREET_CODE, STREET_CODE, make_actor
from tests.registers.makers import make_many_members, make_member, make_organization
from tests.registers.structure_makers import make_post
from tests.statements import count_statements

BASE = f"/t/{HERE_CODE}/registers"
TODAY = date(2026, 11, 23)
SECRETARY, CLERK = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK


def test_places_of_the_estates_register_count_and_others_are_strange() -> None:
    """Source: 双滦区, 3-3-3: the building and the estate are the unit, so each must stand once."""
    known = [("演示 花园", ""), ("演示 花园", "1号楼"), ("演示 花园", "2号楼"), ("新村", "")]
    lived = [Residents("演示花园", "1号楼", 2, 2), Residents("演示花园", "一栋", 3, 3), Residents("演示花园", "", 1, 1)]
    found = coverage([*lived, Residents("新村", "9栋", 1, 1), Residents("老街", "1号楼", 1, 1)], [], known)
    garden = next(each for each in found.estates if each.estate == "演示花园")
    assert [each.building for each in garden.buildings] == ["1号楼", "2号楼", "一栋"]
    assert [(each.estate, each.building) for each in found.strange] == [("演示花园", "一栋"), ("老街", "1号楼")]
    assert not is_strange(("老街", "1号楼"), set()), "without an estates register no place is strange"


@pytest.fixture
def places(portal: Portal) -> dict[int, list[uuid.UUID]]:
    """Give two communities of the same names: an estate of two buildings, and members who write one otherwise."""
    members: dict[int, list[uuid.UUID]] = {}
    for tenant_id in (portal.here, portal.there):
        clerk = portal.person(CLERK, tenant_id)
        actor = make_actor(tenant_id, CLERK, clerk.name)
        with portal.inside(tenant_id):
            estate = make_estate("演示花园", actor=actor)
            for name in ("1号楼", "2号楼"):
                make_building(estate, name, actor=actor)
            branch = make_organization("演示支部")
            members[tenant_id] = [
                make_member(branch.id, serial, estate="演示花园", building="一栋").id for serial in (1, 2)
            ]
            make_member(branch.id, 3, estate="演示花园", building="2号楼")
    return members


def building_of(portal: Portal, tenant_id: int) -> set[str | None]:
    with reading(scope_of(tenant_id)):
        return set(db.session.scalars(select(PartyMember.building)))


def test_the_form_offers_the_places_and_the_coverage_names_those_that_are_strange(
    portal: Portal, places: dict[int, list[uuid.UUID]]
) -> None:
    client = portal.as_role(CLERK)
    form = client.get(f"{BASE}/members/{places[portal.here][0]}/facts").page
    assert [each["value"] for each in form.select("#known-estates option")] == ["演示花园"]
    assert [each["value"] for each in form.select("#known-buildings option")] == ["1号楼", "2号楼"]
    assert form.select_one("#estate")["list"] == "known-estates"  # type: ignore[index]
    assert client.get(f"{BASE}/members/new").page.select("#known-estates option")
    assert client.get(f"{BASE}/organizations/new", status=403)
    organization = portal.as_role(SECRETARY).get(f"{BASE}/organizations/new").page
    assert organization.select("#known-estates option")
    link = str(client.get(f"{BASE}/coverage").one('a[href*="/coverage/place"]')["href"])
    page = client.get(link)
    assert len(page.page.select("section li")) == 2
    assert client.post(link, {"place": ""}, status=422).errors()
    assert client.post(link, {"place": json.dumps(["别处", "1号楼"])}, status=422).errors()
    chosen = json.dumps(["演示花园", "1号楼"], ensure_ascii=False)
    client.post(link, {"place": chosen}, status=303)
    assert building_of(portal, portal.here) == {"1号楼", "2号楼"}
    assert building_of(portal, portal.there) == {"一栋", "2号楼"}, "the other community of the same names"
    assert not client.get(f"{BASE}/coverage").page.select('a[href*="/coverage/place"]')
    assert not client.get(link).page.select("form.sheet"), "nobody is there any more"


def test_a_place_that_the_register_does_not_have_is_refused(portal: Portal, places: dict[int, list[uuid.UUID]]) -> None:
    actor = make_actor(portal.here, CLERK)
    with portal.inside(), pytest.raises(RuleBroken) as refused:
        correct_place(("演示花园", "一栋"), ("演示花园", "7号楼"), actor=actor, now=NOW)
    assert refused.value.code == "registers.place_unknown"
    with portal.inside():
        later = NOW + timedelta(hours=1)
        assert correct_place(("演示花园", "一栋"), ("演示花园", ""), actor=actor, now=later) == 2
    with reading(scope_of(portal.here)):
        assert set(db.session.scalars(select(PartyMemberPast.building))) == {"一栋"}, "it stays in the history"
    portal.as_role(Role.AUDITOR).get(f"{BASE}/coverage/place?estate=演示花园&building=一栋", status=403)


def test_coverage_takes_two_statements_however_many_places(portal: Portal, places: dict[int, list[uuid.UUID]]) -> None:
    numbers = []
    actor = make_actor(portal.here, CLERK)
    for more in (0, 60):
        with portal.inside():
            for number in range(more):
                make_building(make_estate(f"演示{number}苑", actor=actor), actor=actor)
        with reading(scope_of(portal.here)):
            states = organization_states(tenant_id=portal.here, today=TODAY)
            with count_statements(db.engine) as seen:
                found = present_coverage(states, tenant_id=portal.here)
            numbers.append(len(seen))
    assert numbers == [2, 2]
    assert found.buildings == 63


def test_a_member_changes_branch_by_the_dated_move_only(portal: Portal) -> None:
    with portal.inside():
        first, second = make_organization("演示一支部"), make_organization("演示二支部")
        member = make_member(first.id, 1)
        ids = {"first": first.id, "second": second.id, "member": member.id}
    client = portal.as_role(CLERK)
    url = f"{BASE}/members/{ids['member']}"
    page = client.get(f"{url}/facts")
    assert not page.page.select("#organization")
    assert page.page.select(f'a[href="{url}/move"]')
    name = str(page.one("#full_name")["value"])
    told = {"full_name": name, "work_unit": "演示医院", "organization": "演示二支部"}
    client.post(f"{url}/facts", told, status=303)
    with reading(scope_of(portal.here)):
        found = queries.get_member(ids["member"], tenant_id=portal.here)
        assert (found.organization_id, found.work_unit) == (ids["first"], "演示医院")


def test_whose_branch_has_ended_can_still_be_corrected(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization("演示一支部")
        member_id = make_member(branch.id, 1).id
        branch.ended_on, branch.updated_at = TODAY, NOW
    client = portal.as_role(CLERK)
    url = f"{BASE}/members/{member_id}/facts"
    data = {"full_name": "张示例", "member_type": "FULL", "joined": "2005-07-01", "work_unit": "演示医院"}
    assert client.get(url).page.select(f'a[href$="/{member_id}/move"]')
    client.post(url, data, status=303)


@pytest.fixture
def warned(portal: Portal) -> Portal:
    """Give two streets a community of the same name each: here a committee over big branches, there a lone branch."""
    with portal.inside():
        top = make_organization("和平社区党委", K.PARTY_COMMITTEE)
        for serial, name in enumerate(("第一党支部", "第二党支部")):
            branch = make_organization(name, parent_id=top.id)
            make_many_members(branch.id, 51, first=1 + 100 * serial)
            make_post(branch.id, name="外请书记")
        other = make_organization("驻区单位党支部")
        make_many_members(other.id, 5, first=500)
        make_post(top.id, name="外请书记")
        make_post(other.id, name="外请书记")
    with portal.inside(portal.there):
        lone = make_organization("和平社区党支部")
        make_member(lone.id, 1)
        make_post(lone.id, name="外请书记")
        lone.created_at, lone.updated_at = NOW - timedelta(days=300), NOW
    return portal


def test_a_street_sees_the_warnings_of_the_top_and_how_many_there_are_inside(warned: Portal) -> None:
    """Source: domain C1: a breach of the national rule is a task of the upper organization."""
    street = tenant_id_for(STREET_CODE, Level.STREET)
    with reading(Scope(read=frozenset({street, warned.here}))):
        rows = {row.name: row for row in committees_below(street_id=street, today=TODAY)}
    assert set(rows) == {"和平社区党委", "驻区单位党支部"}, "each of several at the top by itself"
    assert (rows["和平社区党委"].members_all, rows["驻区单位党支部"].members_all) == (102, 5)
    assert not rows["和平社区党委"].warnings
    assert rows["和平社区党委"].warned_inside == 2, "both branches have more than fifty"
    assert rows["驻区单位党支部"].warned_inside == 0
    page = warned.as_role(Role.STREET_OFFICER, street).get(f"/t/{STREET_CODE}/registers/below")
    assert "第一党支部" not in page.text, "how many, not which"


def test_a_branch_without_a_committee_above_is_the_streets_to_mend(warned: Portal) -> None:
    """Source: branch regulations, art. 4: fewer than three full members for more than six months."""
    street = tenant_id_for(OTHER_STREET_CODE, Level.STREET)
    with reading(Scope(read=frozenset({street, warned.there}))):
        (row,) = committees_below(street_id=street, today=TODAY)
    assert [finding.code for finding in row.warnings] == ["registers.branch_short"]
    officer = warned.as_role(Role.STREET_OFFICER, street)
    home = officer.get(f"/t/{OTHER_STREET_CODE}/").page
    assert home.select(f'.task-list a[href="/t/{OTHER_STREET_CODE}/registers/below"]')


def test_inside_the_community_the_upper_organization_is_named(warned: Portal) -> None:
    client = warned.as_role(SECRETARY)
    rows = client.get(f"{BASE}/checks").page.select('tr[id^="warned-"]')
    assert [row.select("td")[1].get_text(strip=True) for row in rows] == ["和平社区党委"] * 2
    assert client.get(f"/t/{HERE_CODE}/").page.select(f'.task-list a[href="{BASE}/checks"]')


def test_the_streets_list_takes_as_many_statements_for_many_organizations(warned: Portal) -> None:
    street = tenant_id_for(STREET_CODE, Level.STREET)
    with warned.inside():
        make_organization("演示空支部")  # nobody is in it: since when is one more statement
    client = warned.as_role(Role.STREET_OFFICER, street)
    url = f"/t/{STREET_CODE}/registers/below"
    client.get(url)
    numbers = []
    for more in (0, 60):
        with warned.inside():
            for number in range(more):
                make_organization(f"演示{number}号支部")
        client.get(url)
        with count_statements(db.engine) as seen:
            client.get(url)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 8
