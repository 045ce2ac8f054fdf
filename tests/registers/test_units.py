"""Work units and files of units and organizations: GB 32100, members who work there, the desk's way in and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk.exports import Wanted
from portal.registers.commands.organizations import create_organization
from portal.registers.commands.terms import NewPost, fill_post
from portal.registers.commands.units import create_unit, update_unit
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm, WorkUnit
from portal.registers.organization_export import (
    ORGANIZATIONS,
    TERMS,
    UNITS,
    organization_cells,
    term_cells,
    unit_cells,
)
from portal.registers.organization_facts import NewOrganization, UnitFacts
from portal.registers.queries.units import list_units, names_without_unit
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import OrganizationCategory
from portal.registers.rules.units import UnitSituation
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import run_jobs, upload, verdicts, workbook
from tests.makers import HERE_CODE, NOW, stranger
from tests.registers.makers import make_member, make_organization
from tests.registers.structure_makers import TODAY, make_credit_code, make_unit
from tests.statements import count_statements

BASE = f"/t/{HERE_CODE}/registers"
UNIT_HEADINGS = ["单位名称", "统一社会信用代码", "单位性质", "是否驻区单位", "联系人", "联系电话"]
ORGANIZATION_HEADINGS = ["党组织名称", "组织类别", "上级党组织", "届次", "本届选举时间", "书记", "联系电话", "小区"]


def bring(portal: Portal, kind: str, rows: list[list[Any]], *, apply: bool = True) -> tuple[str, dict[str, int]]:
    """Upload a file, and apply what is good; gives the batch's address and the verdicts."""
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = upload(client, "名单.xlsx", workbook(rows), kind=kind).location
    assert run_jobs(portal) == []
    found = verdicts(client, url)
    if apply:
        client.post(f"{url}/application")
        assert run_jobs(portal) == []
    return url, found


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("91350100M000100Y43", None),
        ("91110000600037341L", None),
        (" 91110108551385082q ", None),
        ("91350100M000100Y44", "check_character"),
        ("91350100M000100Y4", "length"),
        ("91350100I000100Y43", "characters"),
    ],
)
def test_gb_32100(portal: Portal, code: str, broken: str | None) -> None:
    if broken is None:
        with portal.inside():
            assert make_unit("演示单位", None, credit_code=code).credit_code == code.strip().upper()
        return
    with pytest.raises(RuleBroken, match=broken), portal.inside():
        make_unit("演示单位", None, credit_code=code)


def test_members_are_found_by_the_full_and_the_short_name(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        unit = make_unit("演示市第一中学", short_name="一中")
        for serial, name in enumerate(("演示市第一中学", "一中", "演示医院", "演示医院"), 1):
            make_member(branch.id, serial, work_unit=name)
        unit_id = unit.id
        rows = {row[0].name: row[1] for row in list_units(tenant_id=portal.here)}
        assert rows == {"演示市第一中学": 2}
        assert [tuple(row) for row in names_without_unit(tenant_id=portal.here)] == [("演示医院", 2)]
    client = portal.as_role(Role.COMMUNITY_CLERK)
    page = client.get(f"{BASE}/work-units")
    form = client.get(str(page.one("a[href*='work-units/new?name=']")["href"]))
    assert form.one("#name")["value"] == "演示医院"
    assert len(client.get(f"{BASE}/work-units/{unit_id}").page.select("tbody tr")) == 2


def test_the_same_code_or_name_twice_is_refused_but_not_across_tenants(portal: Portal) -> None:
    with portal.inside(portal.there):
        make_unit()
    with portal.inside():
        unit_id = make_unit().id
    with pytest.raises(RuleBroken, match="unit_taken"), portal.inside():
        make_unit("演示二中")
    with portal.inside():
        later = NOW + timedelta(days=1)
        facts = UnitFacts("演示三中", credit_code=make_credit_code(1), phone="0851-28888888")
        update_unit(unit_id, facts, actor=stranger(), now=later)
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(WorkUnit.name)).all() == ["演示三中"]


def test_units_come_in_by_file_change_nothing_twice_and_go_again(portal: Portal) -> None:
    with portal.inside():
        create_unit(UnitFacts("演示老医院", is_resident=True), actor=stranger(), now=NOW - timedelta(days=9))
    rows = [
        UNIT_HEADINGS,
        ["演示中学", make_credit_code(1), "事业单位", "是", "王示例", "0851-28888888"],
        ["演示医院", "", "事业", "是", "", "13800000000"],
        ["演示工厂", make_credit_code(2)[:-1] + "0", "国企", "", "", ""],
        ["演示商店", make_credit_code(3), "小店", "", "", ""],
    ]
    _url, found = bring(portal, "work-units", rows)
    assert (found["new"], found["refused"]) == (2, 2)
    with reading(scope_of(portal.here)):
        units = {unit.name: unit for unit in db.session.scalars(select(WorkUnit))}
        assert units["演示中学"].is_resident
        assert units["演示中学"].phone_sealed != b"0851-28888888"
    _again, found = bring(portal, "work-units", rows, apply=False)
    assert (found["new"], found["changed"], found["same"]) == (0, 0, 2)
    changed = [UNIT_HEADINGS, ["演示老医院", make_credit_code(9), "", "", "李示例", ""]]
    url, found = bring(portal, "work-units", changed)
    assert found["changed"] == 1
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.post(f"{url}/undo")
    assert run_jobs(portal) == []
    with reading(scope_of(portal.here)):
        row = db.session.scalars(select(WorkUnit).where(WorkUnit.name == "演示老医院")).one()
        assert (row.credit_code, row.contact_name, row.is_resident) == (None, None, True)


def test_organizations_come_in_from_the_top_down_with_term_and_secretary(portal: Portal) -> None:
    with portal.inside():
        old = NewOrganization("演示老支部", OrganizationKind.BRANCH, elected_on=date(2021, 3, 1))
        before = {"actor": stranger(), "now": NOW - timedelta(days=9)}
        old_id = create_organization(old, **before).id
        fill_post(old_id, NewPost(PostKind.SECRETARY, "李旧", date(2021, 3, 1)), **before)
    rows = [
        ORGANIZATION_HEADINGS,
        ["演示花园一号楼党小组", "", "演示花园党支部", "", "", "赵示例", "", "演示花园"],
        ["演示花园党支部", "", "演示社区党委", "第三届", "2022年1月10日", "钱示例", "13800000000", "演示花园"],
        ["演示社区党委", "大党委", "", 5, "2023-05-01", "孙示例", "", ""],
        ["演示老支部", "", "演示社区党委", "二", "2026-03-01", "周示例", "", ""],
        ["演示孤儿党小组", "", "没有的支部", "", "", "", "", ""],
        ["演示错位党支部", "", "演示花园一号楼党小组", "", "", "", "", ""],
        ["演示未来党支部", "", "", "", "2027-01-01", "", "", ""],
    ]
    url, found = bring(portal, "organizations", rows)
    assert (found["new"], found["changed"], found["refused"]) == (3, 1, 3)
    with reading(scope_of(portal.here)):
        organizations = {row.name: row for row in db.session.scalars(select(PartyOrganization))}
        garden, top = organizations["演示花园党支部"], organizations["演示社区党委"]
        assert garden.parent_id == top.id
        assert top.is_greater_committee
        assert organizations["演示老支部"].parent_id == top.id
        terms = {(term.organization_id, term.starts_on): term for term in db.session.scalars(select(PartyTerm))}
        assert terms[garden.id, date(2022, 1, 10)].session_no == 3
        assert terms[old_id, date(2021, 3, 1)].ended_on == date(2026, 3, 1)
        posts = {post.person_name: post for post in db.session.scalars(select(PartyPost))}
        assert (posts["李旧"].until_on, posts["周示例"].from_on) == (date(2026, 3, 1), date(2026, 3, 1))
        assert posts["赵示例"].kind.value == "GROUP_HEAD"
    _again, found = bring(portal, "organizations", rows, apply=False)
    assert (found["new"], found["changed"], found["same"]) == (0, 0, 4)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.post(f"{url}/undo")
    assert run_jobs(portal) == []
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(PartyOrganization.name)).all() == ["演示老支部"]
        assert [term.ended_on for term in db.session.scalars(select(PartyTerm))] == [None]
        assert [(post.person_name, post.until_on) for post in db.session.scalars(select(PartyPost))] == [("李旧", None)]


def test_the_list_of_units_costs_the_same_for_many(portal: Portal) -> None:
    with portal.inside():
        make_unit()
    client = portal.as_role(Role.COMMUNITY_CLERK)
    client.get(f"{BASE}/work-units")
    with count_statements(db.engine) as seen:
        client.get(f"{BASE}/work-units")
    before = len(seen)
    with portal.inside():
        for serial in range(2, 120):
            make_unit(f"演示{serial}中", serial)
        assert db.session.scalar(select(func.count()).select_from(WorkUnit)) == 119
    with count_statements(db.engine) as seen:
        client.get(f"{BASE}/work-units")
    assert len(seen) == before <= 8


def test_units_by_role(portal: Portal) -> None:
    with portal.inside():
        unit_id = make_unit(phone="13800000000").id
    url = f"{BASE}/work-units/{unit_id}"
    portal.as_role(Role.AUDITOR).get(url)
    portal.as_role(Role.AUDITOR).get(f"{url}/facts", status=403)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    assert "138****0000" in clerk.get(url).text
    assert "13800000000" in clerk.post(f"{url}/contact-reveals", {"reason": "联系共建"}).text
    answer = clerk.post(f"{BASE}/work-units/new", {"name": "演示二中", "credit_code": "91350100M000100Y44"}, status=422)
    assert len(answer.page.select(".field-error")) == 1


def test_standard_forms_are_filled_from_the_register_in_clear_only_when_asked(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("演示大党委", OrganizationKind.PARTY_COMMITTEE, is_greater_committee=True)
        unit = make_unit(phone="13800000000", is_resident=True)
        given = {"founded_on": date(2012, 7, 1), "elected_on": date(2022, 1, 10), "work_unit_ids": (unit.id,)}
        given |= {"category": OrganizationCategory.SCHOOL, "unit_situation": UnitSituation.OWN_UNIT}
        given |= {"contact_name": "王示例", "contact_phone": "13900000000"}
        new = NewOrganization("演示支部", OrganizationKind.BRANCH, top.id, **given)
        branch_id = create_organization(new, actor=stranger(), now=NOW).id
        make_member(branch_id)
        fill_post(branch_id, NewPost(PostKind.SECRETARY, "赵示例", date(2022, 1, 10)), actor=stranger(), now=NOW)
        fill_post(branch_id, NewPost(PostKind.COMMITTEE_MEMBER, "钱示例", date(2022, 1, 10)), actor=stranger(), now=NOW)
    with reading(scope_of(portal.here)):
        wanted = Wanted(portal.here, TODAY)
        heads = [column.heading for column in ORGANIZATIONS]
        line = [dict(zip(heads, row, strict=True)) for row in organization_cells(wanted)][1]
        clear = [dict(zip(heads, row, strict=True)) for row in organization_cells(replace(wanted, in_clear=True))][1]
        term = [dict(zip([c.heading for c in TERMS], row, strict=True)) for row in term_cells(wanted)][1]
        units = [dict(zip([c.heading for c in UNITS], row, strict=True)) for row in unit_cells(wanted)]
    assert (line["书记"], line["联系人"], line["联系电话"]) == ("赵示例", "王示例", "139****0000")
    assert clear["联系电话"] == "13900000000"
    assert (line["党组织类别"], line["所在单位情况"], line["建立党组织情况"]) == ("学校", "法人单位", "已建立党支部")
    assert (line["单位名称"], line["单位性质类别"]) == ("演示中学", "事业单位")
    assert line["统一社会信用代码"] == make_credit_code(1)
    assert (term["任期(年)"], term["届满时间"], term["应提醒时间"]) == (
        3,
        "2025-01-10",
        "2024-07-10",
    )  # a school's branch
    assert (term["换届状态"], term["班子成员"]) == ("已届满", "钱示例")
    assert (units[0]["是否驻区单位"], units[0]["联系电话"]) == ("是", "138****0000")
