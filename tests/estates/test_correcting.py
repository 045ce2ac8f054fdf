"""What was entered wrongly is put right, or goes where nothing hangs on it; each record's page tells its history."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.history import (
    building_fields,
    company_fields,
    contract_fields,
    estate_fields,
    ownership_fields,
    unit_fields,
)
from portal.estates.models import (
    Building,
    Estate,
    Ownership,
    PropertyCompany,
    PropertyCompanyPast,
    ServiceContract,
    ServiceContractPast,
    Unit,
)
from portal.tenancy.past import Kept, kept_columns
from tests.conftest import Portal
from tests.estates.makers import CREDIT_CODE, SINCE, make_building, make_clerk, units_of
from tests.makers import HERE_CODE, NOW
from tests.statements import count_statements

BASE = f"/t/{HERE_CODE}/estates"
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)
TECHNICAL = {
    "created_at", "updated_at", "source_batch_id", "source_row", "position", "estate_id", "building_id", "company_id",
    "unit_id", "owner_id", "verified_by",
}  # fmt: skip
"""Columns that no command changes, or that say where a state came from or who stood behind it."""


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Estate, estate_fields),
        (Building, building_fields),
        (Unit, unit_fields),
        (Ownership, ownership_fields),
        (PropertyCompany, company_fields),
        (ServiceContract, contract_fields),
    ],
)
def test_no_column_is_forgotten_in_a_history(portal: Portal, model: type[Kept], fields: Any) -> None:
    with portal.app.test_request_context("/"):
        assert set(kept_columns(model)) - TECHNICAL == set(fields())


def tags() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def make_place(portal: Portal) -> tuple[uuid.UUID, uuid.UUID, list[uuid.UUID]]:
    """Enter an estate with a building of two units the day before, so that a change has a state before."""
    clerk = make_clerk()
    with portal.inside():
        estate = commands.create_estate(name="演示小区", address="", actor=clerk, now=EARLIER)
        building = commands.create_building(estate, name="1栋", actor=clerk, now=EARLIER)
        lines = [rules.UnitLine(room, Decimal(100)) for room in ("0001", "0002")]
        basis, status = rules.AreaBasis.REGISTERED, rules.UnitStatus.DELIVERED
        commands.create_units(building, lines=lines, basis=basis, status=status, actor=clerk, now=EARLIER)
        return estate.id, building.id, [unit.id for unit in units_of(estate)]


def make_held(unit_id: uuid.UUID, name: str = "李四") -> uuid.UUID:
    owner, title = commands.NewOwner(name=name), commands.Title(valid_from=SINCE)
    return commands.add_owner(queries.get_unit(unit_id), owner=owner, title=title, actor=make_clerk(), now=EARLIER).id


def make_signed(portal: Portal) -> queries.ContractLine:
    clerk = make_clerk()
    with portal.inside():
        estate = commands.create_estate(name="演示小区", address="", actor=clerk, now=EARLIER)
        firm = commands.find_or_create_company(name="演示物业", credit_code=CREDIT_CODE, actor=clerk, now=EARLIER)
        contract = commands.create_contract(
            estate, company=firm, valid_from=SINCE, valid_until=None, actor=clerk, now=EARLIER
        )
        return queries.get_contract(contract.id)


def facts(room: str) -> commands.UnitFacts:
    return commands.UnitFacts(Decimal(100), rules.AreaBasis.REGISTERED, rules.UnitStatus.DELIVERED, room=room)


def test_a_unit_gets_another_number_and_keeps_its_owners(portal: Portal) -> None:
    _estate, _building, (first, _second) = make_place(portal)
    with portal.inside():
        held = make_held(first)
    with portal.inside():
        commands.change_unit(queries.get_unit(first), facts=facts("0101"), actor=make_clerk(), now=LATER)
    with portal.inside():
        assert queries.get_unit(first).room == "0101"
        assert queries.get_ownership(held).unit_id == first
        with pytest.raises(RuleBroken, match="room_there") as refused:
            commands.change_unit(queries.get_unit(first), facts=facts("0002"), actor=make_clerk(), now=LATER)
        assert refused.value.field == "room"
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/units/{first}").text
    assert "0001" in page, "its history tells the number that it had"


def test_the_same_number_in_another_building_is_free(portal: Portal) -> None:
    estate_id, _building, (first, _second) = make_place(portal)
    with portal.inside():
        other = make_building(queries.get_estate(estate_id), "2栋", units=1)
        commands.change_unit(queries.get_unit(first), facts=facts("0009"), actor=make_clerk(), now=LATER)
        (unit,) = [each for each in units_of(queries.get_estate(estate_id)) if each.building_id == other.id]
        commands.change_unit(unit, facts=facts("0009"), actor=make_clerk(), now=LATER)


def test_the_form_changes_the_number_and_an_empty_one_stays(portal: Portal) -> None:
    _estate, _building, (first, _second) = make_place(portal)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    form = {"area_m2": "100", "basis": "REGISTERED", "status": "DELIVERED", "usage": "DWELLING"}
    client.post(f"{BASE}/units/{first}/change", {**form, "room": " 01 01 "})
    client.post(f"{BASE}/units/{first}/change", {**form, "room": ""})
    refused = client.post(f"{BASE}/units/{first}/change", {**form, "room": "0002"}, status=422)
    assert refused.page.select("#room-error")
    with portal.inside():
        assert queries.get_unit(first).room == "0101"


def test_what_nothing_hangs_on_goes_from_the_unit_up_to_the_estate(portal: Portal) -> None:
    estate_id, building_id, units = make_place(portal)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    page = client.get(f"{BASE}/buildings/{building_id}/remove")
    assert page.page.select(".blocked")
    assert not page.page.select("input[name=reason]"), "nothing is asked where it cannot go"
    client.post(f"{BASE}/buildings/{building_id}/remove", {"reason": "录重了"}, status=422)
    for unit_id in units:
        client.post(f"{BASE}/units/{unit_id}/remove", {"reason": ""}, status=422)
        client.post(f"{BASE}/units/{unit_id}/remove", {"reason": "录重了"})
    page = client.get(f"{BASE}/buildings/{building_id}")
    assert "0001" in page.text, "the building's history tells which units it had"
    assert "录重了" in page.text
    client.post(f"{BASE}/buildings/{building_id}/remove", {"reason": "录重了"})
    client.post(f"{BASE}/{estate_id}/remove", {"reason": "录重了"})
    client.get(f"{BASE}/{estate_id}", status=404)
    with portal.inside():
        assert (queries.list_estates(), tags()[-2:]) == ([], ["estates:building:remove", "estates:estate:remove"])


def test_a_unit_that_was_owned_stays_and_the_refusal_says_why(portal: Portal) -> None:
    _estate, _building, (first, _second) = make_place(portal)
    with portal.inside():
        make_held(first)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    answer = client.post(f"{BASE}/units/{first}/remove", {"reason": "录重了"}, status=422)
    assert "产权" in answer.text or "Ownerships" in answer.text
    with portal.inside(), pytest.raises(RuleBroken, match=r"desk\.hangs"):
        commands.remove_unit(queries.get_unit(first), reason="录重了", actor=make_clerk(), now=LATER)


def test_a_firm_is_called_by_its_right_name_and_its_history_says_by_whom(portal: Portal) -> None:
    line = make_signed(portal)
    with portal.inside():
        other = commands.find_or_create_company(
            name="别的物业", credit_code="91520303MA6DEM0X17", actor=make_clerk(), now=EARLIER
        )
        other_id = other.id
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/companies/{line.company_id}"
    client.post(f"{url}/change", {"company_name": "正名物业", "credit_code": line.credit_code})
    refused = client.post(
        f"{url}/change", {"company_name": "正名物业", "credit_code": "91520303MA6DEM0X17"}, status=422
    )
    assert refused.page.select("#credit_code-error")
    assert "演示物业" in client.get(url).text, "the name before stands in the history"
    client.post(f"{url}/remove", {"reason": "录错了"}, status=422)
    client.post(f"{BASE}/companies/{other_id}/remove", {"reason": "录错了"})
    with portal.inside():
        assert [company.name for company in queries.list_companies()] == ["正名物业"]
        pasts = [row.name for row in db.session.scalars(select(PropertyCompanyPast))]
        assert sorted(pasts) == ["别的物业", "演示物业"]


def test_a_contract_is_corrected_with_its_history_and_goes_where_no_round_was_held(portal: Portal) -> None:
    line = make_signed(portal)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/contracts/{line.id}"
    client.post(f"{url}/correct", {"valid_from": "2021-03-01", "last_day": "2026-02-28", "fee": "1.2"})
    client.post(f"{url}/correct", {"valid_from": "2021-03-01", "last_day": "2020-01-01"}, status=422)
    page = client.get(url)
    assert "2020年1月1日" in page.text, "its history tells the day before"
    with portal.inside():
        held = queries.get_service_contract(line.id)
        assert (held.valid_from, held.valid_until, held.fee_per_m2_month) == (
            date(2021, 3, 1), date(2026, 3, 1), Decimal("1.2"),
        )  # fmt: skip
        past = db.session.scalars(select(ServiceContractPast)).one()
        assert (past.row_id, past.valid_from, past.valid_until) == (line.id, SINCE, None)
        second = commands.create_contract(
            queries.get_estate(line.estate_id), company=queries.get_company(line.company_id),
            valid_from=date(2026, 3, 1), valid_until=None, actor=make_clerk(), now=NOW,
        )  # fmt: skip
        with pytest.raises(RuleBroken, match="contract_overlaps"):
            commands.correct_contract(
                second, valid_from=date(2026, 2, 28), valid_until=None, fee=None, actor=make_clerk(), now=LATER
            )
    client.post(f"{url}/remove", {"reason": "录错了"})
    assert "录错了" in client.get(f"{BASE}/{line.estate_id}").text
    with portal.inside():
        assert tags()[-1] == "estates:contract:remove"


def test_ending_a_contract_leaves_its_state_before(portal: Portal) -> None:
    line = make_signed(portal)
    with portal.inside():
        contract = queries.get_service_contract(line.id)
        commands.end_contract(contract, valid_until=date(2026, 12, 1), actor=make_clerk(), now=LATER)
    with portal.inside():
        assert db.session.scalars(select(ServiceContractPast.valid_until)).all() == [None]


def test_histories_of_estate_building_and_ownership_stand_on_their_pages(portal: Portal) -> None:
    estate_id, building_id, (first, _second) = make_place(portal)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        held = make_held(first)
    client.post(f"{BASE}/{estate_id}/change", {"name": "改名小区", "address": ""})
    client.post(f"{BASE}/buildings/{building_id}/change", {"building_name": "改名栋"})
    client.post(
        f"{BASE}/ownerships/{held}/change",
        {"basis": "COURT", "document": "判决书", "share": "50", "valid_from": "2019-05-01"},
    )
    assert "演示小区" in client.get(f"{BASE}/{estate_id}").one("ol.history").text
    assert "1栋" in client.get(f"{BASE}/buildings/{building_id}").one("ol.history").text
    told = client.get(f"{BASE}/units/{first}").one("ol.history").text
    for words in ("判决书", "50 %", "100 %", "2020年1月1日", "2019年5月1日", "李四"):
        assert words in told


@pytest.mark.parametrize("owners", [1, 12])
def test_a_units_page_costs_the_same_however_many_owned_it(portal: Portal, owners: int) -> None:
    _estate, _building, (first, _second) = make_place(portal)
    for number in range(owners):
        with portal.inside():
            new = commands.NewOwner(name=f"业主{number}")
            title = commands.Title(valid_from=SINCE + timedelta(days=number))
            if number:
                commands.hand_over_unit(queries.get_unit(first), buyer=new, title=title, actor=make_clerk(), now=LATER)
            else:
                commands.add_owner(queries.get_unit(first), owner=new, title=title, actor=make_clerk(), now=NOW)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    client.get(f"{BASE}/units/{first}")
    with count_statements(db.engine) as seen:
        client.get(f"{BASE}/units/{first}")
    assert len(seen) == STATEMENTS_OF_A_UNIT, "\n".join(seen)


STATEMENTS_OF_A_UNIT = 12
