"""The register as it stood on a day: members, organizations, totals; since when it is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import db
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.queries import MemberFilter
from portal.registers.queries.then import count_then, kept_since, members_then, organizations_then
from portal.registers.rules import ManagementClass, MemberStatus
from portal.web.then import asked_day
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE
from tests.registers.makers import make_branches, make_many_members, make_member
from tests.statements import count_statements

TODAY = clock.today(NOW)
DAY = timedelta(days=1)
BASE = f"/t/{HERE_CODE}/registers"


def change(name: str, at: datetime, **values: object) -> None:
    member = db.session.scalars(select(PartyMember).where(PartyMember.full_name == name)).one()
    for column, value in values.items():
        setattr(member, column, value)
    member.updated_at = at


def a_year_of_changes(portal: Portal, tenant_id: int | None = None) -> None:
    """Enter 甲, 乙 and 丙 today; 甲 moves after 10 days, 乙 leaves after 20, the first branch is renamed after 30."""
    with portal.inside(tenant_id):
        first, second, *_rest = make_branches()
        for serial, name in ((1, "甲"), (2, "乙"), (3, "丙")):
            make_member(first.id, serial, full_name=name)
        second_id, first_id = second.id, first.id
    with portal.inside(tenant_id):
        change("甲", NOW + 10 * DAY, organization_id=second_id, management_class=ManagementClass.RETIRED)
    with portal.inside(tenant_id):
        change("乙", NOW + 20 * DAY, status=MemberStatus.TRANSFERRED)
    with portal.inside(tenant_id):
        row = db.session.scalars(select(PartyOrganization).where(PartyOrganization.id == first_id)).one()
        row.name, row.updated_at = "改名支部", NOW + 30 * DAY


def names_on(day: date, tenant_id: int) -> list[tuple[str, str]]:
    organizations = {row.id: row.name for row in organizations_then(day, tenant_id=tenant_id)}
    rows = members_then(MemberFilter(), day, tenant_id=tenant_id, limit=50)
    return sorted((row.full_name, organizations[row.organization_id]) for row in rows)


def test_members_stand_on_each_day_where_they_stood(portal: Portal) -> None:
    a_year_of_changes(portal)
    first, second, renamed = "演示第一党支部", "演示第二党支部", "改名支部"
    with portal.inside():
        days = {days: names_on(TODAY + days * DAY, portal.here) for days in (-1, 0, 9, 10, 19, 20, 29, 30)}
    everybody = [("丙", first), ("乙", first), ("甲", first)]
    assert days[-1] == []
    assert days[0] == days[9] == sorted(everybody)
    assert days[10] == days[19] == sorted([("丙", first), ("乙", first), ("甲", second)])
    assert days[20] == days[29] == sorted([("丙", first), ("甲", second)])
    assert days[30] == sorted([("丙", renamed), ("甲", second)])


def test_totals_of_a_day_are_those_of_its_members(portal: Portal) -> None:
    a_year_of_changes(portal)
    with portal.inside():
        for days, total, gone, retired in ((0, 3, 0, 0), (10, 3, 0, 1), (20, 2, 1, 1)):
            counts = count_then(TODAY + days * DAY, tenant_id=portal.here)
            assert (counts.total, counts.gone, counts.by_class[ManagementClass.RETIRED]) == (total, gone, retired)
            assert sum(counts.by_organization.values()) == total == counts.full


def test_pages_of_a_day_put_what_is_and_what_was_in_one_order(portal: Portal) -> None:
    """丙 and 乙 stand as they stood then, 甲's state of then is over; whatever the page's length, all are there."""
    a_year_of_changes(portal)
    with portal.inside():
        for days in (0, 10):
            day = TODAY + days * DAY
            whole = [row.id for row in members_then(MemberFilter(), day, tenant_id=portal.here, limit=50)]
            assert len(set(whole)) == 3
            one_by_one = [
                row.id
                for offset in range(4)
                for row in members_then(MemberFilter(), day, tenant_id=portal.here, limit=1, offset=offset)
            ]
            assert one_by_one == whole


@pytest.mark.parametrize("hour", [0, 23])
def test_a_day_ends_at_chinese_midnight(portal: Portal, hour: int) -> None:
    """Changed at 0:59 or 23:59 of a Chinese day: known at the end of that day, not at the end of the day before."""
    day = TODAY + 5 * DAY
    with portal.inside():
        make_member(make_branches()[0].id, 1, full_name="甲")
    with portal.inside():
        change("甲", clock.day_start(day) + timedelta(hours=hour, minutes=59), work_unit="新单位")
    with portal.inside():
        units = [
            [row.work_unit for row in members_then(MemberFilter(), each, tenant_id=portal.here, limit=5)]
            for each in (day - DAY, day)
        ]
        assert units == [["演示单位"], ["新单位"]]
        assert kept_since(tenant_id=portal.here) == NOW
    assert asked_day("2026-11-22", since=NOW, now=NOW).is_before
    assert not asked_day("2026-11-23", since=NOW, now=NOW).is_before


def test_the_day_asked_for_is_read_with_care() -> None:
    since = NOW - 400 * DAY
    assert asked_day("", since=since, now=NOW).on == date(2025, 11, 23)
    assert asked_day("gestern", since=since, now=NOW).on == date(2025, 11, 23)
    later = asked_day("2027-01-01", since=since, now=NOW)
    assert (later.on, later.was_future) == (TODAY, True)
    leap = datetime(2028, 2, 29, 4, tzinfo=NOW.tzinfo)
    assert asked_day("", since=since, now=leap).on == date(2027, 2, 28)
    assert asked_day("", since=None, now=NOW).is_before


def test_pages_show_the_day_and_what_has_become_of_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    a_year_of_changes(portal)
    monkeypatch.setattr(clock, "now", lambda: NOW + 40 * DAY)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    answer = client.get(f"{BASE}/members/then?on={TODAY.isoformat()}")
    assert [a.get_text() for a in answer.page.select("tbody th a")] == ["丙", "甲", "乙"]
    figures = [[td.get_text() for td in row.select("td")] for row in answer.page.select("table.compact tbody tr")]
    assert figures[0] == ["3", "2", "-1"]
    tree = client.get(f"{BASE}/organizations/then?on={TODAY.isoformat()}").text
    assert "演示第一党支部" in tree
    assert "改名支部" in tree
    early = client.get(f"{BASE}/members/then?on=2020-01-01")
    assert not early.page.select("tbody th a")
    assert "2026" in early.text


def test_earlier_days_of_two_communities_of_one_name_do_not_mix(portal: Portal) -> None:
    a_year_of_changes(portal)
    with portal.inside(portal.there):
        make_member(make_branches()[0].id, 1, full_name="外")
    with portal.inside():
        assert ("外", "演示第一党支部") not in names_on(TODAY, portal.here)
    with portal.inside(portal.there):
        assert names_on(TODAY, portal.there) == [("外", "演示第一党支部")]
    with portal.inside():
        branch = organizations_then(TODAY, tenant_id=portal.here)[1].id
    there = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    url = f"/t/{THERE_CODE}/registers/members/then?on={TODAY.isoformat()}&branch={branch}"
    assert not there.get(url).page.select("tbody th a")


@pytest.mark.parametrize("page", ["members/then", "organizations/then"])
def test_an_earlier_day_costs_the_same_for_5_and_for_5000_rows(portal: Portal, page: str) -> None:
    with portal.inside():
        branch_id = make_branches()[0].id
        make_many_members(branch_id, 5)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{BASE}/{page}?on={TODAY.isoformat()}"
    client.get(url)
    with count_statements(db.engine) as few:
        client.get(url)
    with portal.inside():
        make_many_members(branch_id, 4995, first=6)
    with count_statements(db.engine) as many:
        client.get(url)
    assert len(many) == len(few) <= 8, "\n".join(many)
