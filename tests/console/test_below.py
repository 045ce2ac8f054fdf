"""What officers see of the communities below: totals, those that need somebody first, nobody's name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.console.below import registers_below
from portal.console.statistics import TERM_END, refresh_statistics
from portal.core.db import db
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus, MemberType, OrganizationKind
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.models import TenantStatistic
from portal.tenancy.scope import NOTHING, reading, transaction
from tests.conftest import Portal
from tests.makers import DISTRICT_CODE, HERE_CODE, NOW, OTHER_STREET_CODE, STREET_CODE, make_grant
from tests.registers.makers import make_member, make_organization
from tests.statements import count_statements

STREET, DISTRICT = tenant_id_for(STREET_CODE, Level.STREET), tenant_id_for(DISTRICT_CODE, Level.DISTRICT)
OTHER_STREET = tenant_id_for(OTHER_STREET_CODE, Level.STREET)


def three_members(portal: Portal, tenant_id: int, name: str = "张示例") -> None:
    """Enter a branch with two full members and one on probation; one more has left, one is lost."""
    with portal.inside(tenant_id):
        top = make_organization("演示社区党委", OrganizationKind.PARTY_COMMITTEE)
        branch = make_organization(parent_id=top.id)
        for serial in (1, 2, 4):
            make_member(branch.id, serial, full_name=name)
        make_member(branch.id, 3, full_name=name, member_type=MemberType.PROBATIONARY, full=None)
    with portal.inside(tenant_id):
        first, second, *_rest = db.session.scalars(select(PartyMember).order_by(PartyMember.id))
        first.status, first.updated_at = MemberStatus.TRANSFERRED, NOW
        second.lost_since, second.updated_at = date(2026, 1, 1), NOW
    refresh_statistics(tenant_id, now=NOW)


def set_terms(tenant_id: int, *days: date) -> None:
    with transaction(NOTHING):
        for day in days:
            row = TenantStatistic(tenant_id=tenant_id, measure=f"{TERM_END}{day}", value=1, counted_at=NOW)
            db.session.merge(row)


def test_totals_are_the_sums_of_the_communities(portal: Portal) -> None:
    three_members(portal, portal.here)
    three_members(portal, portal.there)
    with reading(NOTHING):
        street, district = registers_below(STREET, now=NOW), registers_below(DISTRICT, now=NOW)
    assert [row.code for row in street.rows] == [HERE_CODE]
    figures = ("members", "full_members", "branches", "lost")
    assert [street.total(figure) for figure in figures] == [3, 2, 1, 1]
    assert [district.total(figure) for figure in figures] == [6, 4, 2, 2]


def test_a_streets_own_register_is_a_line_of_its_own_and_part_of_every_total(portal: Portal) -> None:
    three_members(portal, portal.here)
    three_members(portal, STREET, "街干部")
    refresh_statistics(OTHER_STREET, now=NOW)
    with reading(NOTHING):
        street, district = registers_below(STREET, now=NOW), registers_below(DISTRICT, now=NOW)
    for below, communities in ((street, 1), (district, 2)):
        assert [row.code for row in below.rows if row.is_street] == [STREET_CODE], "an empty register is no line"
        assert (below.total("members"), below.streets.total("members"), below.communities) == (6, 3, communities)
        assert below.total("members") == sum(row.members or 0 for row in below.rows)
    set_terms(STREET, date(2020, 1, 1))
    for role, tenant_id, code in (
        (Role.STREET_OFFICER, STREET, STREET_CODE),
        (Role.DISTRICT_OFFICER, DISTRICT, DISTRICT_CODE),
    ):
        page = portal.as_role(role, tenant_id).get(f"/t/{code}/")
        assert page.page.select("dl.figures dd")[0].get_text().split()[0] == "6"
        cells = [row.get_text(" ", strip=True) for row in page.page.select("table tbody tr")]
        assert cells[0].startswith("大连路街道"), "its term is over"
        assert ("街干部" in page.text) is (code == STREET_CODE), "its own tasks name its people, to nobody above"


@pytest.mark.parametrize(
    ("days", "over", "due"),
    [(-1, 1, 0), (0, 1, 0), (1, 0, 1), (180, 0, 1), (182, 0, 0)],
    ids=["yesterday", "today", "tomorrow", "in half a year less a day", "in more than half a year"],
)
def test_a_term_is_over_on_the_day_somebody_looks(portal: Portal, days: int, over: int, due: int) -> None:
    set_terms(portal.here, date(2026, 11, 23) + timedelta(days=days))
    with reading(NOTHING):
        row = registers_below(STREET, now=NOW).rows[0]
        later = registers_below(STREET, now=NOW + timedelta(days=400)).rows[0]
    assert (row.terms_over, row.terms_due) == (over, due)
    assert later.terms_over == 1, "nobody counted anew, and yet it is over by then"


def test_who_needs_somebody_comes_first(portal: Portal) -> None:
    three_members(portal, portal.here)
    set_terms(portal.there, date(2020, 1, 1))
    with reading(NOTHING):
        below = registers_below(DISTRICT, now=NOW)
    assert [row.terms_over for row in below.rows] == [1, 0]
    assert len(below.troubled) == 2


def test_an_officers_home_names_nobody_and_opens_only_what_was_granted(portal: Portal) -> None:
    three_members(portal, portal.here, "李不该见")
    officer = portal.person(Role.STREET_OFFICER, STREET)
    home = f"/t/{STREET_CODE}/"
    before = portal.client(officer).get(home)
    assert "李不该见" not in before.text
    assert before.page.select_one("dl.figures")
    assert not before.page.select(f'main a[href="/t/{HERE_CODE}/"]')
    make_grant(officer.id, portal.here, Role.AUDITOR)
    assert portal.client(officer).get(home).page.select(f'main a[href="/t/{HERE_CODE}/"]')


def test_a_division_that_nobody_counted_shows_no_zeros(portal: Portal) -> None:
    page = portal.as_role(Role.DISTRICT_OFFICER, DISTRICT).get(f"/t/{DISTRICT_CODE}/").page
    assert not page.select("dl.figures")


def test_an_officers_home_costs_the_same_for_any_number_of_communities(portal: Portal) -> None:
    three_members(portal, portal.here)
    client = portal.as_role(Role.DISTRICT_OFFICER, DISTRICT)
    client.get(f"/t/{DISTRICT_CODE}/")
    with count_statements(db.engine) as few:
        client.get(f"/t/{DISTRICT_CODE}/")
    three_members(portal, portal.there)
    with count_statements(db.engine) as many:
        client.get(f"/t/{DISTRICT_CODE}/")
    assert len(many) == len(few) <= 8, "\n".join(many)


def test_the_staff_of_a_community_see_how_it_stands_below_their_tasks(portal: Portal) -> None:
    three_members(portal, portal.here)
    three_members(portal, portal.there)
    set_terms(portal.here, date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24))
    home = f"/t/{HERE_CODE}/"
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(home)
    figures = [each.get_text(strip=True) for each in page.page.select("dl.figures dd")]
    assert figures == ["3", "1", "2", "2", "1", "0"], "neither committee nor branch has a secretary"
    for each in page.page.select("dl.figures dd a"):
        portal.as_role(Role.COMMUNITY_SECRETARY).get(each["href"])
    assert not portal.as_role(Role.OWNER).get(home).page.select("dl.figures")
