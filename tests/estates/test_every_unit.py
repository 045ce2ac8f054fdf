"""The list of all units: filters with counts, search by place, pages, and what it costs."""

from __future__ import annotations

from portal.accounts.roles import Role
from portal.core.db import db
from portal.estates import rules
from tests.conftest import Portal
from tests.estates.makers import make_building, make_estate, make_owner, make_units, units_of
from tests.makers import HERE_CODE
from tests.statements import count_statements

URL = f"/t/{HERE_CODE}/estates/units/all"


def rooms(portal: Portal, query: str = "") -> list[str]:
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{URL}{query}").page
    return [row.select_one("th").get_text(strip=True) for row in page.select("table.ledger tbody tr")]  # type: ignore[union-attr]


def test_units_are_narrowed_by_state_use_estate_lack_and_place(portal: Portal) -> None:
    with portal.inside():
        one, two = make_estate("甲小区"), make_estate("乙小区")
        make_units(make_building(one, "1栋"), rooms=["101", "102"])
        make_units(make_building(two, "2栋"), rooms=["201"], status=rules.UnitStatus.UNSOLD)
        make_owner(units_of(one)[0], name="李四")
        estate = one.id
    assert sorted(rooms(portal)) == ["1栋 101", "1栋 102", "2栋 201"]
    assert rooms(portal, "?status=UNSOLD") == ["2栋 201"]
    assert rooms(portal, f"?estate={estate}") == ["1栋 101", "1栋 102"]
    assert rooms(portal, "?lack=owner") == ["1栋 102"]
    assert rooms(portal, "?q=1栋 102") == ["1栋 102"]
    assert rooms(portal, "?q=乙") == ["2栋 201"]
    assert rooms(portal, "?q=1栋102&status=UNSOLD") == []
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{URL}?status=UNSOLD&q=2栋").page
    assert len(page.select("a.chip-remove")) == 2
    counts = [chip.select_one(".n").get_text() for chip in page.select("nav.chips")[0].select("a.chip")]  # type: ignore[union-attr]
    assert counts == ["3", "1", "0", "2"]


def test_it_costs_the_same_for_5_and_for_5000_units(portal: Portal) -> None:
    with portal.inside():
        building = make_building(make_estate("大小区"), "1栋")
        make_units(building, rooms=[str(number) for number in range(5)])
    clerk, counts = portal.as_role(Role.COMMUNITY_CLERK), []
    clerk.get(URL)
    for more in (0, 4995):
        if more:
            with portal.inside():
                make_units(building, rooms=[str(number) for number in range(5, 5 + more)])
        with count_statements(db.engine) as seen:
            clerk.get(f"{URL}?q=1栋")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, "\n".join(seen)
    assert len(rooms(portal, "?page=2")) == 50


def test_a_list_of_owners_is_kept_opened_shared_and_deleted(portal: Portal) -> None:
    with portal.inside():
        estate = make_estate("甲小区")
        make_units(make_building(estate, "1栋"), rooms=["101"])
        make_owner(units_of(estate)[0], name="李四")
    base = f"/t/{HERE_CODE}/estates"
    secretary, clerk = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    narrowed = secretary.get(f"{base}/owners?kind=PERSON&missing=PHONE")
    offer = next(str(a["href"]) for a in narrowed.page.select("a[href*='/kept/owners']"))
    form = secretary.get(offer).page.select_one("form.sheet")
    assert form is not None
    data = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
    data = {key: value for key, value in data.items() if key not in {"csrf_token", "is_shared"}} | {"name": "补电话"}
    secretary.post(str(form["action"]), {**data, "q": "13812345678"}, status=303)
    secretary.post(str(form["action"]), data, status=422)
    row = secretary.get(f"{base}/kept/owners").one("tbody tr")
    url = str(row.select_one("th a")["href"])  # type: ignore[index]
    opened = secretary.get(url, status=303).location
    assert "13812345678" not in opened
    assert "李四" in secretary.get(opened).text
    assert {"kind=PERSON", "missing=PHONE"} <= set(opened.partition("?")[2].split("&"))
    clerk.get(url, status=404)
    secretary.post(f"{url}/sharing", {"on": "1"}, status=303)
    clerk.get(url, status=303)
    clerk.post(f"{url}/deletion", status=404)
    assert not secretary.get(f"{base}/kept/units").page.select("tbody tr")
    secretary.get(url.replace("/owners/", "/units/"), status=404)
    secretary.post(f"{url}/deletion", status=303)
    clerk.get(url, status=404)
