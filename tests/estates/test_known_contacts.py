"""Who looks after a building is taken from whom the community knows: resident units and people with a post."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.roles import Role
from portal.core.errors import RuleBroken
from portal.estates import queries, rules
from portal.estates.rules import ContactKind
from tests.conftest import Portal
from tests.estates.makers import make_building, make_estate
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_branches
from tests.registers.structure_makers import make_post, make_unit

BASE = f"/t/{HERE_CODE}/estates/buildings"


def test_a_partner_unit_and_a_person_with_a_post_are_chosen(portal: Portal) -> None:
    with portal.inside():
        building_id = make_building(make_estate()).id
        unit_id = make_unit("驻区中学", 1, is_resident=True).id
        make_unit("外地工厂", 2)
        post_id = make_post(make_branches()[0].id, name="赵书记").id
    with portal.inside(portal.there):
        make_unit("隔壁驻区单位", 1, is_resident=True)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/{building_id}/contacts/new"
    offered = client.get(url).one("select[name=known]").text
    assert "驻区中学" in offered
    assert "赵书记" in offered
    assert "外地工厂" not in offered
    assert "隔壁" not in offered
    sent = {"name": "", "valid_from": "2026-01-01"}
    client.post(url, {**sent, "kind": "PARTNER_UNIT", "known": str(unit_id)})
    client.post(url, {**sent, "kind": "GRID_HEAD", "known": str(post_id)})
    client.post(url, {**sent, "kind": "PARTNER_UNIT", "known": "", "name": "未登记单位"})
    for wrong in ({"kind": "PARTNER_UNIT", "known": str(post_id)}, {"kind": "GRID_HEAD", "known": str(unit_id)}):
        assert client.post(url, {**sent, **wrong}, status=422).page.select("#known-error")
    for wrong in ({"kind": "GRID_HEAD", "known": ""}, {"kind": "GRID_HEAD", "known": str(post_id), "name": "钱"}):
        assert client.post(url, {**sent, **wrong}, status=422).page.select("#name-error")
    with portal.inside():
        found = queries.contacts_of([building_id], on=NOW.date(), tenant_id=portal.here)[building_id]
    told = {(line.kind, line.name): line.organization for line in found}
    assert set(told) == {
        (ContactKind.PARTNER_UNIT, "驻区中学"),
        (ContactKind.PARTNER_UNIT, "未登记单位"),
        (ContactKind.GRID_HEAD, "赵书记"),
    }
    assert "演示第一党支部" in told[ContactKind.GRID_HEAD, "赵书记"]
    assert found[0].valid_from == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("kind", "name", "is_unit", "code"),
    [
        (ContactKind.GRID_HEAD, "", None, "contact_missing"),
        (ContactKind.GRID_HEAD, "甲", False, "contact_both"),
        (ContactKind.GRID_HEAD, "", True, "contact_no_person"),
        (ContactKind.PARTNER_UNIT, "", False, "contact_no_unit"),
    ],
)
def test_what_is_refused(kind: ContactKind, name: str, is_unit: bool | None, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        rules.check_contact(kind, name, is_unit=is_unit)
