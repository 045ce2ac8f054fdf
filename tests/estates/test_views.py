"""The screens of the estates register."""

from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core.db import db
from portal.estates import commands, queries
from portal.estates.rules import HeadVerdict
from tests.client import PortalClient
from tests.estates.makers import (
    CREDIT_CODE,
    SINCE,
    make_building,
    make_clerk,
    make_contact,
    make_estate,
    make_owner,
    make_twins,
    units_of,
)
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


def test_the_first_task_leads_to_what_is_missing(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=3)
        make_twins(units_of(estate)[0], clerk=portal.person(Role.COMMUNITY_CLERK), verdict=HeadVerdict.NOT_ONE)
        make_owner(units_of(estate)[1], name="赵双")
    home = client.get(f"/t/{HERE_CODE}/")
    for what, rows in (("owner", 1), ("representative", 1)):
        links = [a for a in home.page.select("a[href]") if f"what={what}" in str(a["href"])]
        assert len(client.get(str(links[0]["href"])).page.select("tbody tr")) == rows
    assert [a for a in home.page.select("a[href$='/estates/heads']") if a.select(".task-count")]


def test_a_sale_is_entered_and_taken_back_on_the_pages(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=1)
        unit = units_of(estate)[0]
        make_owner(unit, name="李四")
    page = f"{BASE}/units/{unit.id}"
    sale = client.get(f"{page}/sale")
    assert "李四" in sale.text
    refused = client.post(f"{page}/sale", {**_owner("张三"), "valid_from": "2019-01-01"}, status=422)
    assert refused.errors()
    client.post(f"{page}/sale", {**_owner("张三"), "valid_from": "2026-11-01", "is_voting_representative": "1"})
    shown = client.get(page)
    assert [h.get_text(strip=True) for h in shown.page.select("h3 a")] == ["张三"]
    assert "李四" in shown.one(".timeline:not(.history)").get_text()
    client.post(f"{page}/undo")
    assert [h.get_text(strip=True) for h in client.get(page).page.select("h3 a")] == []  # all of one moment goes back


def test_anybody_sees_a_buildings_card_and_nothing_else(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        building = make_building(estate, units=1)
        make_owner(units_of(estate)[0], name="不公开的业主")
        make_contact(building, name="王社工")
    nobody = portal.client()
    card = nobody.get(f"{BASE}/buildings/{building.id}/card")
    assert "王社工" in card.text
    assert "0851-28620000" in card.text
    assert "不公开的业主" not in card.text
    assert len(card.page.select("h1")) == 1
    code = nobody.get(f"{BASE}/buildings/{building.id}/card/qr-code")
    assert code.response.content_type.startswith("image/svg+xml")
    nobody.get(f"/t/{THERE_CODE}/estates/buildings/{building.id}/card", status=404)
    nobody.get(f"{BASE}/buildings/{building.id}", status=303)
    sheets = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/{estate.id}/sheets")
    assert len(sheets.page.select(".poster img[src$='qr-code']")) == 1


def test_a_contact_for_all_buildings_stands_on_each_card(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
        buildings = [make_building(estate, f"{number}栋").id for number in (1, 2)]
    new = {"kind": "POLICE_OFFICER", "name": "周警官", "phone": "110", "valid_from": "2026-01-01", "everywhere": "1"}
    client.post(f"{BASE}/buildings/{buildings[0]}/contacts/new", new)
    for building_id in buildings:
        assert "周警官" in portal.client().get(f"{BASE}/buildings/{building_id}/card").text
    end = client.get(f"{BASE}/buildings/{buildings[0]}").one("a[href$='/end']")["href"]
    client.post(str(end), {"last_day": "2026-11-22"})
    assert "周警官" not in portal.client().get(f"{BASE}/buildings/{buildings[0]}/card").text


def test_owners_are_searched_and_a_number_never_stands_in_an_address(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    number = "110101200002290018"
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=2)
        first, second = units_of(estate)
        title = commands.Title(valid_from=SINCE)
        for unit, owner in (
            (first, commands.NewOwner("张三", id_number=number, phone="13800000000")),
            (second, commands.NewOwner("李四")),
        ):
            commands.add_owner(unit, owner=owner, title=title, actor=make_clerk(), now=NOW)
    for text, names in ((number, ["张三"]), ("13800000000", ["张三"]), ("110101", [])):
        answer = client.post(f"{BASE}/owners/search", {"q": text}, status=(200, 303))
        assert number not in answer.location
        page = client.get(answer.location) if answer.location else answer
        assert [a.get_text() for a in page.page.select("tbody th a")] == names
        assert number not in page.response.get_data(as_text=True)
    page = client.get(client.post(f"{BASE}/owners/search", {"q": "ls"}).location)
    assert [a.get_text() for a in page.page.select("tbody th a")] == ["李四"]
    assert "138****0000" in client.get(f"{BASE}/owners?kind=PERSON&estate={estate.id}").text
    assert len(client.get(f"{BASE}/owners?missing=NUMBER").page.select("tbody tr")) == 1


def test_a_sealed_field_is_shown_with_a_reason_to_whom_may(portal: Any) -> None:
    number = "110101200002290018"
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=1)
        owner = commands.NewOwner("张三", id_number=number)
        title = commands.Title(valid_from=SINCE)
        held = commands.add_owner(units_of(estate)[0], owner=owner, title=title, actor=make_clerk(), now=NOW)
    url = f"{BASE}/owners/{held.owner_id}"
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    assert number not in clerk.get(url).text
    assert clerk.post(f"{url}/reveals/id_number", {"reason": ""}, status=422).errors()
    assert number in clerk.post(f"{url}/reveals/id_number", {"reason": "核对业主身份"}).text
    reader = portal.as_role(Role.AUDITOR)
    assert not reader.get(url).page.select("form[action*='reveals']")
    reader.post(f"{url}/reveals/id_number", {"reason": "核对业主身份"}, status=403)


def test_the_roll_page_tells_s_and_n_of_a_day_and_when_to_post(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=120)
        make_owner(units_of(estate)[0], name="李四")
    page = client.get(f"{BASE}/{estate.id}/roll?meeting=2026-12-30")
    assert "12,000.00 m²" in page.text or "12000.00 m²" in page.text
    assert "2026年12月15日" in page.text
    assert len(page.page.select("tbody tr")) == queries.UNITS_PER_PAGE
    assert not client.get(f"{BASE}/{estate.id}/roll?on=2020-01-01").page.select("tbody tr")
    assert client.get(f"{BASE}/{estate.id}/roll?on=2020-01-01&known=now").page.select("tbody tr")
    assert client.get(f"{BASE}/{estate.id}/roll?on=nonsense").page.select("[role=alert]")


@pytest.mark.parametrize(
    "path", ["/owners", "/{estate}/roll", "/{estate}/roll?on=2026-11-20", "/companies", "/units", "/{estate}/sheets"]
)
def test_lists_cost_the_same_for_5_and_for_many(portal: Any, path: str) -> None:
    client, clerk = portal.as_role(Role.COMMUNITY_CLERK), make_user("经办人")
    costs = []
    for name, units in (("小的", 5), ("大的", 400)):
        estate_id = _estate(portal, name, units, clerk)
        costs.append(_cost(client, BASE + path.format(estate=estate_id)))
    assert costs[0] == costs[1]
    assert costs[1] <= 8


def test_the_owners_roll_leaves_the_house_as_a_workbook(portal: Any) -> None:
    from portal.desk.exports import Wanted, get_form

    with portal.inside():
        estate = make_estate()
        make_building(estate, units=2)
        make_owner(units_of(estate)[0], name="李四")
        wanted = Wanted(portal.here, NOW.date(), {"estate": str(estate.id)}, in_clear=True)
        form = get_form("owners-roll")
        rows = list(form.rows(wanted))
        assert [len(row) for row in rows] == [len(form.columns(wanted))] * 3
        assert (rows[0][7], rows[0][10], rows[-1][3], rows[-1][10]) == ("李四", 1, 200.0, "2人")
        masked = Wanted(portal.here, NOW.date(), {"estate": str(estate.id)})
        assert next(iter(form.rows(masked)))[7] == "李*"
        assert form.count(wanted) == 2


@pytest.mark.parametrize(
    ("posted", "meeting", "objections", "is_final"),
    [
        pytest.param("2026-11-09", "2026-11-24", 0, True, id="posted 15 days before, the day before the meeting"),
        pytest.param("2026-11-10", "2026-11-24", 0, False, id="posted a day late"),
        pytest.param("2026-11-09", "2026-11-24", 1, False, id="an objection is open"),
        pytest.param("2026-11-09", "2026-11-25", 0, False, id="two days before the meeting"),
        pytest.param("", "2026-11-24", 0, False, id="not posted"),
    ],
)
def test_when_the_roll_is_final(portal: Any, posted: str, meeting: str, objections: int, is_final: bool) -> None:
    """Source: Beijing Property Management Regulations (2024), art. 32."""
    clerk = make_clerk(portal.person(Role.COMMUNITY_CLERK))
    with portal.inside():
        estate_id = make_estate(actor=clerk).id
    query = f"meeting={meeting}&posted={posted}&objections={objections}"
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/{estate_id}/roll?{query}")
    assert bool(page.page.select("#roll-final .state-good")) is is_final
