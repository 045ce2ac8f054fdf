"""The page of pictures: every figure is that of the list it leads to, drawn without script or style."""

from __future__ import annotations

from datetime import date

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import db
from portal.registers.queries.pictures import Quarter, people, quarter_of
from portal.registers.rules import PartyDate
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_branches, make_id_number, make_many_members, make_member
from tests.registers.test_lists import mixed_members
from tests.statements import count_statements

URL = f"/t/{HERE_CODE}/registers/pictures"
TODAY = clock.today(NOW)


def test_each_bar_leads_to_as_many_people_as_it_says(portal: Portal) -> None:
    with portal.inside():
        mixed_members()
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    followed = 0
    for table in client.get(URL).page.select("table.chart"):
        for row in table.select("tbody tr"):
            link = row.select_one("th a")
            if link is None:
                continue
            followed += 1
            number = row.select("td.num")[-1 if "pyramid" in table["class"] else 0].get_text(strip=True)
            if table.find_parent("section").select_one(".chart-key"):  # type: ignore[union-attr]
                number = row.select("td.num")[1].get_text(strip=True)
            shown = client.get(str(link["href"])).page
            total = shown.select_one("h1 .count").get_text(strip=True)  # type: ignore[union-attr]
            assert int("".join(filter(str.isdigit, total))) == int(number), (link.get_text(), number, total)
    assert followed > 15


def test_people_are_counted_by_sex_age_and_decade(portal: Portal) -> None:
    with portal.inside():
        branch = make_branches()[0]
        for serial, year, joined in ((1, 1950, 1975), (3, 1951, 1975), (2, 1990, 2012)):
            number = make_id_number(serial, date(year, 1, 1))
            make_member(branch.id, id_number=number, joined=PartyDate(date(joined, 7, 1)))
    with portal.inside():
        found = people(tenant_id=portal.here, on=TODAY)
    assert dict(found.by_age) == {("1", "80"): 2, ("2", "40"): 1}
    assert dict(found.by_decade) == {"1970": 2, "2010": 1}
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(URL).page
    section = page.select_one("table.pyramid").find_parent("section")  # type: ignore[union-attr]
    assert "66.7 %" in section.select_one("p").get_text()  # type: ignore[union-attr]


def test_quarters_follow_each_other() -> None:
    assert [quarter_of(date(2026, month, 1)).number for month in (1, 3, 4, 6, 7, 9, 10, 12)] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert Quarter(2026, 4).next() == Quarter(2027, 1)


def test_pictures_need_neither_script_nor_style_and_say_their_numbers(portal: Portal) -> None:
    with portal.inside():
        mixed_members()
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(URL).page
    assert len(page.select("section.picture")) == 5
    for table in page.select("table.chart"):
        assert table.select_one("caption")
        for bar in table.select("svg.bar"):
            assert bar["aria-hidden"] == "true"
            assert bar.select_one("text").get_text(strip=True)  # type: ignore[union-attr]
    assert not page.select("main [style], main script, main style")


def test_an_empty_register_has_nothing_to_draw(portal: Portal) -> None:
    assert portal.as_role(Role.COMMUNITY_SECRETARY).get(URL).page.select(".empty")


def test_pictures_cost_the_same_for_5_and_for_5000_members(portal: Portal) -> None:
    with portal.inside():
        branch_id = make_branches()[0].id
        make_many_members(branch_id, 5)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.get(URL)
    with count_statements(db.engine) as few:
        client.get(URL)
    with portal.inside():
        make_many_members(branch_id, 4995, first=6)
    with count_statements(db.engine) as many:
        client.get(URL)
    assert len(many) == len(few) <= 8, "\n".join(many)


def test_the_sentence_counts_those_above_seventy(portal: Portal) -> None:
    with portal.inside():
        branch = make_branches()[0]
        for serial, year in ((1, 1930), (3, 1951), (5, 1955), (7, 1990)):
            make_member(
                branch.id, id_number=make_id_number(serial, date(year, 1, 1)), joined=PartyDate(date(2012, 7, 1))
            )
    first = portal.as_role(Role.COMMUNITY_SECRETARY).get(URL).page.select("section.picture > p")[0].get_text()
    assert "75.0 %" in first
