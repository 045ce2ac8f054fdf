"""One box finds what somebody may see: people, organizations, units, owners, firms; numbers stay out of addresses."""

from __future__ import annotations

import pytest

from portal.accounts.roles import Role
from portal.core.db import db
from portal.estates import commands
from tests.client import Answer
from tests.conftest import Portal
from tests.estates.makers import SINCE, make_building, make_clerk, make_estate, make_units, units_of
from tests.makers import HERE_CODE, NOW, THERE_CODE
from tests.registers.makers import make_branches, make_id_number, make_many_members, make_member
from tests.registers.structure_makers import make_credit_code, make_unit
from tests.statements import count_statements

URL = f"/t/{HERE_CODE}/search"
NUMBER = make_id_number(7)


@pytest.fixture
def filled(portal: Portal) -> Portal:
    for tenant, words in ((portal.here, ""), (portal.there, "别处")):
        with portal.inside(tenant):
            first, *_rest = make_branches()
            make_member(first.id, 7, full_name=f"欧阳{words}晓", id_number=NUMBER, mobile="13812340007")
            make_unit(f"演示{words}中学", 1 if words else 2)
            estate = make_estate(f"欧洲{words}花园")
            make_units(make_building(estate, "3栋"), rooms=["101", "1102"])
            owner = commands.NewOwner(name=f"欧阳{words}业", phone="13812340008")
            title = commands.Title(valid_from=SINCE)
            commands.add_owner(
                units_of(estate)[0], owner=owner, title=title, actor=make_clerk(tenant_id=tenant), now=NOW
            )
    return portal


def titles(answer: Answer) -> dict[str, list[str]]:
    return {
        section.select_one("h2").get_text(): [link.get_text() for link in section.select("li a")]  # type: ignore[union-attr]
        for section in answer.page.select("main section.sheet")
    }


def test_a_name_initials_and_a_place_find_each_register(filled: Portal) -> None:
    clerk = filled.as_role(Role.COMMUNITY_CLERK)
    by_name = titles(clerk.get(f"{URL}?q=欧阳"))
    assert [names for names in by_name.values() if "欧阳晓" in names]
    assert [names for names in by_name.values() if "欧阳业" in names]
    assert "别处" not in str(by_name)
    assert "欧阳晓" in str(titles(clerk.get(f"{URL}?q=oyx")))
    assert titles(clerk.get(f"{URL}?q=3栋 1102")).popitem()[1] == ["欧洲花园 3栋 1102"]
    assert "演示中学" in str(titles(clerk.get(f"{URL}?q=yszx")))
    assert make_credit_code(2)
    assert clerk.get(f"{URL}?q=没有这个").page.select_one(".empty")


def test_every_line_leads_to_its_record(filled: Portal) -> None:
    clerk = filled.as_role(Role.COMMUNITY_CLERK)
    links = clerk.get(f"{URL}?q=欧").page.select("main section.sheet li a")
    assert len(links) >= 3
    for link in links:
        clerk.get(str(link["href"]), status=200)


def test_words_go_into_the_address_and_a_number_never_does(filled: Portal) -> None:
    clerk = filled.as_role(Role.COMMUNITY_CLERK)
    assert "q=" in clerk.post(URL, {"q": "欧阳"}, status=303).location
    found = clerk.post(URL, {"q": NUMBER}, status=200)
    assert list(titles(found).values()) == [["欧阳晓"]]
    assert NUMBER not in found.text
    phone = clerk.post(URL, {"q": "13812340008"}, status=200)
    assert list(titles(phone).values()) == [["欧阳业"]]
    assert not titles(clerk.get(f"{URL}?q={NUMBER}"))
    assert not titles(clerk.post(URL, {"q": NUMBER[:12]}, status=303) and clerk.get(f"{URL}?q={NUMBER[:12]}"))


@pytest.mark.parametrize("role", [Role.IN_SERVICE_MEMBER, Role.OWNER, Role.PROPERTY_CONTACT])
def test_whoever_may_see_no_register_finds_nothing_and_has_no_box(filled: Portal, role: Role) -> None:
    client = filled.as_role(role)
    home = client.get(f"/t/{HERE_CODE}/")
    assert not home.page.select(".top-find")
    assert not titles(client.get(f"{URL}?q=欧阳"))
    assert not titles(client.post(URL, {"q": NUMBER}, status=200))


def test_the_box_stands_on_every_page_and_posts_there(filled: Portal) -> None:
    clerk = filled.as_role(Role.COMMUNITY_CLERK)
    for page in ("", "registers/members", "estates", "desk"):
        box = clerk.get(f"/t/{HERE_CODE}/{page}").one("form.top-find")
        assert box["action"] == URL
        assert box["method"] == "post"
    other = filled.as_role(Role.COMMUNITY_CLERK, filled.there)
    assert "欧阳晓" not in other.get(f"/t/{THERE_CODE}/search?q=欧阳").text


def test_it_costs_the_same_for_5_and_for_5000_members(portal: Portal) -> None:
    with portal.inside():
        first, *_rest = make_branches()
        make_many_members(first.id, 5)
    clerk, counts = portal.as_role(Role.COMMUNITY_CLERK), []
    clerk.get(f"{URL}?q=a")
    for more in (0, 4995):
        if more:
            with portal.inside():
                make_many_members(first.id, more, first=6)
        with count_statements(db.engine) as seen:
            clerk.get(f"{URL}?q=a")
        counts.append(len(seen))
    assert counts[0] == counts[1], "\n".join(seen)
    assert counts[0] <= 10, "\n".join(seen)
