"""Pages of the registers: tree, list, member, forms, reveal, export."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.registers.models import PartyMember
from portal.registers.rules import ManagementClass, MemberStatus, OrganizationKind
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import run_jobs
from tests.makers import HERE_CODE, NOW, STREET_CODE, THERE_CODE
from tests.registers.makers import (
    make_branches,
    make_id_number,
    make_many_members,
    make_member,
    make_organization,
)
from tests.statements import count_statements

BASE = f"/t/{HERE_CODE}/registers"


def events(portal: Portal, tag: AuditTag) -> list[AuditEvent]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        found = list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag.value)))
        db.session.expunge_all()
        return found


def test_the_tree_counts_all_members_and_full_ones(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("演示党委", OrganizationKind.PARTY_COMMITTEE)
        branch = make_organization("演示支部", parent_id=top.id)
        group = make_organization("演示小组", OrganizationKind.GROUP, branch.id)
        make_member(branch.id, 1)
        make_member(group.id, 2)
        make_member(group.id, 3, member_type="PROBATIONARY", full=None)
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(BASE).page
    figures = {
        line.th.get_text(strip=True).rpartition("└")[2].strip(): [
            td.get_text(strip=True) for td in line.select("td.num")
        ]
        for line in page.select("tbody tr")
        if line.th
    }
    found = {name.split(":")[-1].strip("　 "): numbers for name, numbers in figures.items()}
    assert found["演示支部"] == ["3", "2"]
    assert found["演示小组"] == ["2", "1"]
    assert page.select(".state-warn"), "two full members are fewer than three"


@pytest.mark.parametrize(
    ("words", "names"),
    [("张三", ["张三演示"]), ("zs", ["张三演示"]), ("cx", ["曾小演示"]), ("zx", ["曾小演示"]), ("王", []), ("%", [])],
)
def test_a_name_or_its_initials_find_a_member(portal: Portal, words: str, names: list[str]) -> None:
    with portal.inside():
        branch = make_organization()
        make_member(branch.id, 1, full_name="张三演示")
        make_member(branch.id, 2, full_name="曾小演示")
    client = portal.as_role(Role.COMMUNITY_CLERK)
    page = client.get(client.post(f"{BASE}/members/search", {"q": words}).location).page
    assert [a.get_text() for a in page.select("tbody th a")] == names


def test_a_full_number_finds_one_member_and_never_stands_in_an_address(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        make_many_members(branch.id, 20)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    for number in (make_id_number(7), make_id_number(7).lower(), "19900000007"):
        answer = client.post(f"{BASE}/members/search", {"q": number}, status=200)
        assert len(answer.page.select("tbody tr")) == 1
        assert number not in answer.response.get_data(as_text=True)
    assert not client.post(f"{BASE}/members/search", {"q": make_id_number(7)[:12]}, status=200).page.select("tbody tr")


def test_personal_fields_are_masked_and_each_look_is_recorded(portal: Portal) -> None:
    with portal.inside():
        member_id = make_member(make_organization().id, 7).id
    secretary, clerk = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/members/{member_id}"
    page = secretary.get(url)
    assert make_id_number(7) not in page.text
    assert "19900000007" not in page.text
    assert "199****0007" in page.text
    clerk.post(f"{url}/reveals/mobile", {"reason": "核对联系方式"}, status=403)
    secretary.post(f"{url}/reveals/mobile", {"reason": " "}, status=422)
    secretary.post(f"{url}/reveals/search_key", {"reason": "核对联系方式"}, status=404)
    assert events(portal, AuditTag.MEMBER_REVEAL) == []
    shown = secretary.post(f"{url}/reveals/mobile", {"reason": "核对联系方式"}, status=200)
    assert "19900000007" in shown.text
    assert make_id_number(7) not in shown.text
    (event,) = events(portal, AuditTag.MEMBER_REVEAL)
    assert event.changes == {"field": [None, "mobile"], "reason": [None, "核对联系方式"]}


FORM = {
    "full_name": "李示例",
    "id_number": make_id_number(11),
    "member_type": "FULL",
    "joined": "2010.7",
    "organization": "演示第一党支部",
    "mobile": "199 0000 0011",
    "ethnic": "01",
}


def test_a_member_is_entered_and_changed_by_hand(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = client.post(f"{BASE}/members/new", FORM, status=303).location
    assert "李示例" in client.get(url).text
    again = client.post(f"{BASE}/members/new", FORM, status=422)
    assert again.one("#full_name")["value"] == "李示例", "what was typed is still there"
    assert len(again.errors()) >= 1

    changed = {**FORM, "id_number": "", "mobile": "", "organization": "演示第二党支部", "job_category": "WORKER"}
    client.post(f"{url}/facts", changed, status=303)
    text = client.get(url).text
    assert "演示第二党支部" not in text, "to another branch one moves with a date and a reason"
    assert "199****0011" in text, "what is sealed and was left empty stays"
    (event,) = events(portal, AuditTag.MEMBER_UPDATE)
    assert set(event.changes) == {"job_category"}


def test_every_wrong_field_of_the_form_is_told_at_once(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    client = portal.as_role(Role.COMMUNITY_CLERK)
    wrong = {**FORM, "full_name": "李3", "joined": "去年", "mobile": "123"}
    page = client.post(f"{BASE}/members/new", wrong, status=422).page
    assert {tag["id"] for tag in page.select("[aria-invalid=true]")} == {"full_name", "joined", "mobile"}


def test_an_organization_stands_only_where_it_may(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{BASE}/organizations/new"
    client.post(url, {"name": "演示小组", "kind": "GROUP"}, status=422)
    client.post(url, {"name": "演示党委", "kind": "PARTY_COMMITTEE", "elected_on": "2022-03-01"}, status=303)
    client.post(url, {"name": "演示 党委", "kind": "PARTY_COMMITTEE"}, status=422)
    client.get(f"/t/{THERE_CODE}/registers", status=404)
    portal.as_role(Role.COMMUNITY_CLERK).get(url, status=403)


def test_members_of_one_community_are_unknown_in_another(portal: Portal) -> None:
    with portal.inside():
        member_id = make_member(make_organization().id, 7).id
    with portal.inside(portal.there):
        make_member(make_organization().id, 7)
    there = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    there.get(f"/t/{THERE_CODE}/registers/members/{member_id}", status=404)
    page = there.post(f"/t/{THERE_CODE}/registers/members/search", {"q": make_id_number(7)}, status=200).page
    assert len(page.select("tbody tr")) == 1
    assert str(member_id) not in str(page)


def test_filters_have_counts_and_narrow_the_list(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("演示党委", OrganizationKind.PARTY_COMMITTEE)
        branch = make_organization("演示支部", parent_id=top.id)
        group = make_organization("演示小组", OrganizationKind.GROUP, branch.id)
        other = make_organization("演示二支部", parent_id=top.id)
        make_member(branch.id, 1)
        make_member(group.id, 2, management_class=ManagementClass.RETIRED)
        make_member(other.id, 3, management_class=ManagementClass.RETIRED)
        branch_id = branch.id
    client = portal.as_role(Role.COMMUNITY_CLERK)
    retired = client.get(f"{BASE}/members?class=RETIRED")
    assert len(retired.page.select("tbody tr")) == 2
    assert [n.get_text() for n in retired.page.select("a[aria-current=true] .n")] == ["2"]
    assert len(client.get(f"{BASE}/members?class=RETIRED&branch={branch_id}").page.select("tbody tr")) == 1
    assert len(client.get(f"{BASE}/members?branch=nonsense&class=NONE&page=x").page.select("tbody tr")) == 3


def test_a_list_costs_the_same_statements_for_5_and_5000_rows(portal: Portal) -> None:
    with portal.inside():
        branch_id = make_organization().id
        make_many_members(branch_id, 5)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{BASE}/members?class=IN_SERVICE&branch={branch_id}"
    client.get(url)
    with count_statements(db.engine) as few:
        assert len(client.get(url).page.select("tbody tr")) == 5
    with portal.inside():
        make_many_members(branch_id, 4995, first=6)
    with count_statements(db.engine) as many:
        answer = client.get(url)
    assert len(answer.page.select("tbody tr")) == 50
    assert "5,000" in answer.text
    assert len(many) == len(few) <= 8, "\n".join(many)


def test_an_export_holds_what_the_list_shows_and_needs_a_reason(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        make_member(branch.id, 7, work_unit="=1+1")
        make_member(branch.id, 8, management_class=ManagementClass.RETIRED)
    client, clerk = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    shown = f"{BASE}/members?class=IN_SERVICE&columns=id_number,work_unit,class"
    url = client.get(shown).link("导出")
    asked = client.get(url)
    assert "在职" in asked.text
    start = str(asked.one("main form.form")["action"])
    client.post(start, {"reason": "x"}, status=422)
    clerk.get(url, status=403)
    order = client.post(start, {"reason": "报街道备案", "in_clear": "y"}, status=303).location
    assert run_jobs(portal) == []
    forms = client.get(order).page.select("main form")
    fetch = next(str(form["action"]) for form in forms if "/file" in str(form["action"]))
    sheet = openpyxl.load_workbook(io.BytesIO(client.post(fetch, {}).response.get_data())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(place for place, row in enumerate(rows) if row[0] == "姓名")
    assert rows[at][:4] == ["姓名", "身份证号", "管理类别", "工作单位"]
    assert [row[:4] for row in rows[at + 1 :] if row[1]] == [["张示例", make_id_number(7), "在职", "=1+1"]]
    assert sheet.cell(at + 2, 4).data_type == "s"


def test_nothing_personal_is_readable_in_the_database(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    with reading(scope_of(portal.here)):
        row = db.session.execute(select(*PartyMember.__table__.columns).select_from(PartyMember)).one()
    held = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    for text in (make_id_number(7), "19900000007", "演示路1号2栋"):
        assert text.encode() not in held


def test_a_street_does_not_read_the_members_of_its_communities(portal: Portal) -> None:
    """Even somebody who may read the street's own register: what lies below stays below."""
    with portal.inside():
        branch = make_organization()
        make_many_members(branch.id, 3)
        member_id = make_member(branch.id, 7).id
    street = tenant_id_for(STREET_CODE, Level.STREET)
    client = portal.as_role(Role.COMMUNITY_SECRETARY, street)
    base = f"/t/{STREET_CODE}/registers"
    assert not client.get(base).page.select("tbody tr")
    assert not client.get(f"{base}/members").page.select("tbody tr")
    assert not client.post(f"{base}/members/search", {"q": make_id_number(7)}, status=200).page.select("tbody tr")
    client.get(f"{base}/members/{member_id}", status=404)
    client.get(f"{base}/members/{member_id}/facts", status=404)
    assert not client.get(f"/t/{STREET_CODE}/desk").page.select('tbody a[href*="/desk/batches/"]')


def test_somebody_who_has_left_is_listed_only_when_asked_for(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        member = make_member(branch.id, 1)
        make_member(branch.id, 2)
        member.status, member.updated_at = MemberStatus.DECEASED, NOW
    client = portal.as_role(Role.COMMUNITY_CLERK)
    page = client.get(f"{BASE}/members").page
    assert len(page.select("tbody tr")) == 1
    assert [n.get_text() for n in page.select("a[aria-current=true] .n")] == ["1"]
    assert len(client.get(f"{BASE}/members?gone=1").page.select("tbody tr")) == 1
