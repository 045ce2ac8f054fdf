"""The screens of the estates register."""

from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core.db import db
from portal.estates import queries
from tests.client import PortalClient
from tests.estates.makers import CREDIT_CODE, make_building, make_estate, make_owner, units_of
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_user
from tests.statements import count_statements

BASE = f"/t/{HERE_CODE}/estates"
UNITS = {"lines": "0101 89.50\n0102\t102.30㎡\n", "basis": "REGISTERED", "status": "DELIVERED"}


def test_the_clerk_enters_an_estate_down_to_a_verified_owner(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    owner = make_user("李四", user_name="lisi")
    estate = client.post(f"{BASE}/new", {"name": "和平小区", "address": "和平路1号"}).location
    client.post(f"{estate}/buildings/new", {"building_name": "1栋", **UNITS})
    page = client.get(estate)
    assert "191.80 m²" in page.text
    page = client.get(page.link("1栋"))
    assert len(page.page.select("tbody tr")) == 2
    unit = page.link("0101")
    change = str(client.get(unit).one("a[href$='/change']")["href"])
    assert client.get(change).one("input[name=area_m2]")["value"] == "89.50"
    client.post(change, {"area_m2": "0", "basis": "SURVEYED", "status": "DELIVERED"}, status=422)
    client.post(change, {"area_m2": "90", "basis": "SURVEYED", "status": "DELIVERED"})
    assert "90.00 m²" in client.get(unit).text
    client.post(f"{unit}/owners", {**_owner("李四"), "is_voting_representative": "1"})
    form = client.get(unit).page.select_one("form[action$=verification]")
    assert form is not None
    name = str(form.select("input")[-1]["name"])
    refused = client.post(str(form["action"]), {name: "nobody"}, status=422)
    assert refused.errors()
    client.post(str(form["action"]), {name: "lisi"})
    assert client.get(unit).page.select(".state-good")
    with portal.inside():
        assert [one.room for one in queries.units_of_verified_owner(owner.id, on=NOW.date())] == ["0101"]


def _owner(name: str) -> dict[str, str]:
    return {"name": name, "kind": "PERSON", "basis": "REGISTERED", "share": "100", "valid_from": "2020-01-01"}


def test_a_contract_names_a_firm_by_its_code(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
    contract = {"company_name": "演示物业", "credit_code": CREDIT_CODE.lower(), "valid_from": "2024-01-01"}
    client.post(f"{BASE}/{estate.id}/contracts/new", {**contract, "last_day": "2026-12-31"})
    with portal.inside():
        (line,) = queries.list_contracts(estate.id)
        assert (line.credit_code, str(line.valid_until)) == (CREDIT_CODE, "2027-01-01")
    wrong = {**contract, "credit_code": CREDIT_CODE[:-1] + "0", "valid_from": "2028-01-01"}
    page = client.post(f"{BASE}/{estate.id}/contracts/new", wrong, status=422)
    assert page.page.select("#credit_code-error")


@pytest.mark.parametrize("lines", ["", "0101", "0101 0", "0101 80\n0101 80"])
def test_units_that_cannot_be_read_come_back_as_typed_and_nothing_is_entered(portal: Any, lines: str) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
    page = client.post(
        f"{BASE}/{estate.id}/buildings/new", {"building_name": "1栋", **UNITS, "lines": lines}, status=422
    )
    assert page.one("textarea").get_text().strip() == lines
    assert page.errors()
    with portal.inside():
        assert queries.list_buildings(estate.id) == []


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.COMMUNITY_SECRETARY, 200, 200),
        (Role.COMMUNITY_CLERK, 200, 200),
        (Role.REVIEWER, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.OWNER, 403, 403),
        (Role.PROPERTY_CONTACT, 403, 403),
        (Role.VISITOR, 404, 404),
    ],
)
def test_who_may_read_and_who_may_enter(portal: Any, role: Role, reads: int, writes: int) -> None:
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=1)
    client = portal.as_role(role)
    page = client.get(f"{BASE}/{estate.id}", status=reads)
    client.get(f"{BASE}/new", status=writes)
    if reads == 200:
        assert bool(page.page.select("a[href$='buildings/new']")) is (writes == 200)


def test_an_estate_of_the_other_community_is_not_here(portal: Any) -> None:
    with portal.inside(portal.there):
        estate = make_estate("别处小区")
        building = make_building(estate, units=1)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    assert "别处小区" not in client.get(BASE).text
    for path in (f"{estate.id}", f"buildings/{building.id}", f"{estate.id}/contracts/new", f"{estate.id}/roll"):
        client.get(f"{BASE}/{path}", status=404)
    client.get(f"/t/{THERE_CODE}/estates", status=404)


def test_pages_cost_the_same_for_5_and_for_5000_units(portal: Any) -> None:
    client, clerk = portal.as_role(Role.COMMUNITY_CLERK), make_user("经办人")
    small, large = _estate(portal, "小的", 5, clerk), _estate(portal, "大的", 5000, clerk)
    costs = [_cost(client, path) for path in (f"{BASE}/{small}", f"{BASE}/{large}")]
    assert costs[0] == costs[1]
    assert costs[1] <= 8
    assert _cost(client, BASE) <= 8
    building = client.get(f"{BASE}/{large}").link("1栋")
    assert len(client.get(f"{building}?page=50").page.select("tbody tr")) == queries.UNITS_PER_PAGE
    assert not client.get(f"{building}?page=51").page.select("tbody tr")


def _estate(portal: Any, name: str, units: int, clerk: Any) -> Any:
    with portal.inside():
        estate = make_estate(name)
        make_building(estate, units=units)
        make_owner(units_of(estate)[0], name=f"{name}业主", clerk=clerk)
    return estate.id


def _cost(client: PortalClient, path: str) -> int:
    client.get(path)  # the first time a process also looks up the tenant
    with count_statements(db.engine) as seen:
        client.get(path)
    return len(seen)
