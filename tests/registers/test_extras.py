"""The flag of a member in need beside the class, and dues by the table; two communities of the same names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.authz.permissions import Permission
from portal.authz.policy import POLICY
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.commands.extras import Extras, set_extras
from portal.registers.extra_facts import EXTRAS
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember, PartyMemberPast
from portal.registers.queries import MemberFilter, facts_of
from portal.registers.queries.briefs import find_briefs, list_class
from portal.registers.queries.then import members_then
from portal.registers.rules import ManagementClass
from portal.registers.rules.dues import PayKind, check_dues, check_vulnerable, dues_of
from portal.registers.rules.extras import (
    IN_HARDSHIP,
    SENSITIVE,
    HardshipLevel,
    PostCategory,
    clean_skills,
    join_intents,
    split_intents,
)
from portal.tenancy.scope import reading, scope_of
from tests.client import PortalClient
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, import_file, run_jobs, verdicts, workbook
from tests.desk.test_exports import fetch, lines, take
from tests.makers import HERE_CODE, NOW, make_actor
from tests.registers.makers import make_id_number, make_member, make_organization

TODAY = date(2026, 11, 23)
NOTICE = "中组发〔2008〕3号"
RETIRED, FRAIL = ManagementClass.RETIRED, ManagementClass.VULNERABLE
BASE = f"/t/{HERE_CODE}/registers"


@pytest.mark.parametrize(
    ("kind", "pay", "dues"),
    [
        pytest.param(PayKind.WORKING, "3000", "15.00", id=f"up to 3,000, it included: 0.5%: {NOTICE}"),
        pytest.param(PayKind.WORKING, "3000.01", "30.00", id=f"above: 1% of all of it: {NOTICE}"),
        pytest.param(PayKind.WORKING, "5000", "50.00", id=f"up to 5,000, it included: {NOTICE}"),
        pytest.param(PayKind.WORKING, "5000.01", "75.00", id=f"above: 1.5%: {NOTICE}"),
        pytest.param(PayKind.WORKING, "10000", "150.00", id=f"up to 10,000, it included: {NOTICE}"),
        pytest.param(PayKind.WORKING, "10000.01", "200.00", id=f"above: 2%: {NOTICE}"),
        pytest.param(PayKind.RETIRED, "5000", "25.00", id=f"retired, up to 5,000: 0.5%: {NOTICE}"),
        pytest.param(PayKind.RETIRED, "5000.01", "50.00", id=f"retired, above: 1%: {NOTICE}"),
        pytest.param(PayKind.FARMER, None, "0.20", id=f"a farmer, the least: {NOTICE}"),
        pytest.param(PayKind.LOW, None, "0.20", id=f"a student: {NOTICE}"),
    ],
)
def test_dues_by_the_table(kind: PayKind, pay: str | None, dues: str) -> None:
    assert dues_of(kind, Decimal(pay) if pay else None) == Decimal(dues)


def test_what_the_rules_refuse() -> None:
    for broken, code in (
        (lambda: dues_of(PayKind.WORKING, None), "registers.pay_needed"),
        (lambda: check_dues(Decimal("-0.01")), "registers.dues_range"),
        (lambda: check_dues(Decimal(100000)), "registers.dues_range"),
        (
            lambda: check_vulnerable(date(2026, 11, 24), management_class=RETIRED, today=TODAY),
            "registers.vulnerable_future",
        ),
        (lambda: check_vulnerable(TODAY, management_class=FRAIL, today=TODAY), "registers.vulnerable_class"),
    ):
        with pytest.raises(RuleBroken) as refused:
            broken()
        assert refused.value.code == code
    check_dues(Decimal("99999.99"))
    check_vulnerable(TODAY, management_class=RETIRED, today=TODAY)


def test_who_is_retired_and_also_in_need_is_in_both(portal: Portal) -> None:
    ids = {}
    for tenant_id in (portal.there, portal.here):
        with portal.inside(tenant_id):
            branch = make_organization("演示支部")
            ids[tenant_id] = make_member(branch.id, 1, management_class=RETIRED).id
            make_member(branch.id, 2, full_name="弱示例", management_class=FRAIL)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/members/{ids[portal.here]}"
    assert client.get(url).page.select(f'a[href="{url}/extras"]')
    form = client.get(f"{url}/extras")
    assert form.one("#vulnerable_since")["value"] == "2026-11-23", "nothing to be typed"
    wrong = client.post(f"{url}/extras", {"pay_kind": "WORKING"}, status=422)
    assert wrong.page.select("#pay-error")
    data = {"is_vulnerable": "1", "vulnerable_since": "2026-03-01", "pay_kind": "RETIRED", "pay": "4000"}
    client.post(f"{url}/extras", data, status=303)
    page = client.get(url).text
    assert "2026年3月1日" in page
    assert "¥20.00" in page
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember).where(PartyMember.id == ids[portal.here])).one()
        assert (member.vulnerable_since, member.dues_monthly) == (date(2026, 3, 1), Decimal("20.00"))
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.MEMBER_UPDATE)).one()
        assert "4000" not in str(event.changes), "the pay is not kept"
        for found in (
            list_class(FRAIL, tenant_id=portal.here),
            find_briefs("", tenant_id=portal.here, management_class=FRAIL, limit=9),
        ):
            assert {each.full_name for each in found} == {"张示例", "弱示例"}
        assert [each.full_name for each in list_class(RETIRED, tenant_id=portal.here)] == ["张示例"]
    with reading(scope_of(portal.there)):
        assert len(list_class(FRAIL, tenant_id=portal.there)) == 1
    client.post(f"{url}/extras", {"dues_monthly": "20.00"}, status=303)
    with reading(scope_of(portal.here)):
        assert len(list_class(FRAIL, tenant_id=portal.here)) == 1, "taken away again"
    portal.as_role(Role.AUDITOR).get(f"{url}/extras", status=403)


KNOWN = Extras(
    vulnerable_since=date(2026, 3, 1),
    dues_monthly=Decimal("7.35"),
    hardship_level=HardshipLevel.SEVERE,
    on_owners_committee=True,
    skills="电工，理发；电工 /  修锁",
    service_intents=(PostCategory.PATROL, PostCategory.LEGAL_AID),
)
TELLING = ("特别困难", "Extreme hardship", "2026-03-01", "2026年3月1日", "7.35")
"""What stands on a page or in a file that tells of need, hardship or dues."""
LEVELS, SERVICES = ("Level of hardship", "困难程度"), ("Legal aid、Security patrol", "法律援助、治安巡逻")
"""The same in either language."""
COLUMNS = "hardship,vulnerable,dues,skills,service,owners_committee"


def enter(portal: Portal, extras: Extras = KNOWN) -> str:
    """Enter a retired member with these extras a day after; gives the address of the page."""
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        member_id = make_member(make_organization("演示支部").id, 1, management_class=RETIRED).id
        set_extras(member_id, extras, actor=clerk, now=NOW + timedelta(days=1))
    return f"{BASE}/members/{member_id}"


def test_lists_as_people_write_them() -> None:
    assert clean_skills("电工，理发；电工 /  修锁") == "电工、理发、修锁"
    assert clean_skills(" 、 ") is clean_skills(None) is clean_skills("") is None
    kept = join_intents([PostCategory.OTHER, PostCategory.LEGAL_AID, PostCategory.LEGAL_AID])
    assert kept == "legal_aid,other"
    assert split_intents(kept) == (PostCategory.LEGAL_AID, PostCategory.OTHER)
    assert join_intents([]) is None
    assert split_intents(None) == ()


def test_extras_are_kept_shown_and_remembered(portal: Portal) -> None:
    url = enter(portal)
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.skills, member.service_intents) == ("电工、理发、修锁", "legal_aid,patrol")
        assert (member.hardship_level, member.on_owners_committee) == (HardshipLevel.SEVERE, True)
        past = db.session.scalars(select(PartyMemberPast)).one()
        assert (past.hardship_level, past.on_owners_committee, past.skills) == (None, None, None)
        days = (TODAY, TODAY + timedelta(days=1))
        then, later = (members_then(MemberFilter(), day, tenant_id=portal.here, limit=9)[0] for day in days)
        assert (then.skills, later.skills) == (None, "电工、理发、修锁")
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    page = clerk.get(url).text
    assert all(words in page for words in ("电工、理发、修锁", "¥7.35", "2026年3月1日"))
    assert any(words in page for words in TELLING[:2])
    assert any(words in page for words in SERVICES)
    form = clerk.get(f"{url}/extras")
    assert form.one("#skills")["value"] == "电工、理发、修锁"
    chosen = [each["value"] for each in form.page.select("input[name=service_intents][checked]")]
    assert chosen == ["legal_aid", "patrol"]
    selected = form.page.select("#hardship_level option[selected], #on_owners_committee option[selected]")
    assert [each["value"] for each in selected] == ["SEVERE", "yes"]
    clerk.post(f"{url}/extras", {"hardship_level": "NONE", "on_owners_committee": "no", "skills": ""}, status=303)
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.hardship_level, member.on_owners_committee) == (HardshipLevel.NONE, False)
        assert (member.skills, member.service_intents, member.vulnerable_since) == (None, None, None)


def test_too_much_is_refused_beside_its_field(portal: Portal) -> None:
    url = f"{enter(portal)}/extras"
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    four = {"service_intents": [each.value for each in list(PostCategory)[:4]]}
    assert clerk.post(url, four, status=422).page.select("#service_intents-error")
    assert clerk.post(url, {"skills": "长" * 101}, status=422).page.select("#skills-error")
    assert clerk.post(url, {"hardship_level": "VERY"}, status=422).page.select("#hardship_level-error")
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(PartyMember)).one().hardship_level is HardshipLevel.SEVERE


@pytest.mark.parametrize("level", HardshipLevel)
def test_who_is_in_hardship_is_among_those_to_be_visited(portal: Portal, level: HardshipLevel) -> None:
    enter(portal, Extras(hardship_level=level))
    with reading(scope_of(portal.here)):
        found = [each.full_name for each in list_class(FRAIL, tenant_id=portal.here)]
    assert found == (["张示例"] if level in IN_HARDSHIP else [])


def test_need_hardship_and_dues_are_for_a_narrow_circle(portal: Portal) -> None:
    """Those who plan the must-visits see them; who reads the register and the trail otherwise does not."""
    url, audits = enter(portal), f"/t/{HERE_CODE}/audit-log"
    for client, sees in ((portal.as_role(Role.COMMUNITY_CLERK), True), (portal.as_role(Role.AUDITOR), False)):
        for address in (url, f"{BASE}/members?columns={COLUMNS}"):
            text = client.get(address).text
            assert "电工、理发、修锁" in text
            assert len([words for words in TELLING if words in text]) == (3 if sees else 0)
        for address in (f"{BASE}/members/columns", f"{BASE}/members/lists?columns={COLUMNS}"):
            text = client.get(address).text
            assert any(words in text for words in LEVELS) is sees
    auditor = portal.as_role(Role.AUDITOR)
    auditor.post(f"{BASE}/members/columns", {"column": ["hardship", "dues", "skills"]}, status=303)
    text = auditor.get(f"{BASE}/members").text
    assert "电工、理发、修锁" in text
    assert not any(words in text for words in TELLING)
    trail = auditor.get(audits).text
    assert "电工、理发、修锁" in trail
    assert not any(words in trail for words in TELLING)
    assert any(words in trail for words in SERVICES)
    with reading(scope_of(portal.here)):
        told = str(db.session.scalars(select(AuditEvent.changes).where(AuditEvent.tag == AuditTag.MEMBER_UPDATE)).all())
    assert not any(words in told for words in (*TELLING, "SEVERE"))


def test_whoever_changes_merges_imports_or_exports_members_may_see_what_is_sensitive() -> None:
    circle = set(POLICY[Permission.MEMBER_SENSITIVE])
    assert set(POLICY[Permission.VISIT_MANAGE]) <= circle
    assert Role.AUDITOR not in circle
    for wider in (Permission.MEMBER_EDIT, Permission.MEMBER_MERGE, Permission.MEMBER_EXPORT, Permission.DESK_USE):
        assert set(POLICY[wider]) <= circle
    assert {"vulnerable_since", "hardship_level", "dues_monthly"} == SENSITIVE


def test_what_is_sensitive_leaves_the_house_with_full_numbers_only(portal: Portal) -> None:
    enter(portal)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    masked = lines(fetch(secretary, take(portal, secretary)))
    assert not any(str(cell) in {"特别困难", "2026-03-01", "7.35"} for row in masked for cell in row)
    assert not {"困难程度", "弱势起始日期", "月交党费"} & set(masked[0])
    head, row = lines(fetch(secretary, take(portal, secretary, in_clear=True)))
    told = dict(zip(head, row, strict=True))
    names = ("业委会成员", "特长", "服务意向", "弱势起始日期", "困难程度", "月交党费")
    assert [told[name] for name in names] == [
        "是", "电工、理发、修锁", "法律援助、治安巡逻", "2026-03-01", "特别困难", 7.35,
    ]  # fmt: skip
    form = f"member-list/exports?columns={COLUMNS}"
    for in_clear in (False, True):
        data = {"reason": "报街道备案"} | ({"in_clear": "y"} if in_clear else {})
        url = secretary.post(f"/t/{HERE_CODE}/desk/forms/{form}", data, status=303).location
        head, row = lines(fetch_written(portal, secretary, url))
        told = dict(zip(head, row, strict=True))
        assert told["特长"] == "电工、理发、修锁"
        assert [told.get(name) for name in names[3:]] == (
            ["2026-03-01", "特别困难", "7.35"] if in_clear else [None, None, None]
        )


def fetch_written(portal: Portal, client: PortalClient, url: str) -> bytes:
    assert run_jobs(portal) == []
    return fetch(client, url)


FILE = ["业主委员会成员", "专长", "志愿服务意向", "困难起始日期", "困难等级", "党费（元）"]
"""Headings as other offices have them."""


def roster(*lines: list[Any]) -> bytes:
    """Give a roster of the member of `enter` and others, with the extras behind."""
    return workbook([[*HEADINGS, *FILE], *lines])


def line(serial: int, *extras: object, name: str = "张示例") -> list[Any]:
    return [name, make_id_number(serial), "正式党员", "2005-07-01", "演示支部", f"199{serial:08d}", *extras]


def kept(portal: Portal, serial: int) -> MemberFacts:
    """Give what the register holds of a member by now."""
    db.session.remove()
    with reading(scope_of(portal.here)):
        found = map(facts_of, db.session.scalars(select(PartyMember)))
        return next(each for each in found if each.id_number == make_id_number(serial))


def test_a_file_brings_extras_and_says_what_is_wrong_with_them(portal: Portal) -> None:
    enter(portal)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    content = roster(
        line(1, "否", "", "", "", "一般困难", ""),  # what it leaves out stays
        line(2, "是", "电工，理发", "其他", "2026-05-01", "特困", 7.35, name="李示例"),
        line(3, "也许", "", "跳舞", "2030-01-01", "困难", "很多", name="王示例"),
        line(4, "", "", "", "", "", "", name="赵示例"),
    )
    url = import_file(portal, clerk, "花名册.xlsx", content, write=False)
    assert verdicts(clerk, url) == {"new": 2, "changed": 1, "same": 0, "refused": 1}
    page = clerk.get(f"{url}?verdict=changed").text
    assert "特别困难" in page
    assert "一般困难" in page
    refused = clerk.get(f"{url}?verdict=refused").text
    assert all(words in refused for words in ("也许", "跳舞", "困难", "很多"))
    import_file(portal, clerk, "花名册.xlsx", content)
    one, two, four = (kept(portal, serial) for serial in (1, 2, 4))
    assert (one.on_owners_committee, one.hardship_level) == (False, HardshipLevel.GENERAL)
    assert (one.skills, one.vulnerable_since, one.dues_monthly) == (
        "电工、理发、修锁",
        date(2026, 3, 1),
        Decimal("7.35"),
    )
    assert (two.on_owners_committee, two.hardship_level, two.skills) == (True, HardshipLevel.SEVERE, "电工、理发")
    assert (two.service_intents, two.vulnerable_since) == ("other", date(2026, 5, 1))
    assert two.dues_monthly == Decimal("7.35")
    assert [getattr(four, column) for column in EXTRAS] == [None] * len(EXTRAS)
    again = import_file(portal, clerk, "又一遍.xlsx", content, write=False)
    assert verdicts(clerk, again) == {"new": 0, "changed": 0, "same": 3, "refused": 1}


def test_a_flag_beside_the_very_class_is_refused_also_where_the_register_has_the_class(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization("演示支部").id, 1, management_class=FRAIL)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "花名册.xlsx", roster(line(1, "", "", "", "2026-05-01", "", "")), write=False)
    assert verdicts(clerk, url) == {"new": 0, "changed": 0, "same": 0, "refused": 1}


def test_what_goes_out_in_clear_comes_in_again_and_changes_nothing(portal: Portal) -> None:
    enter(portal)
    with portal.inside():
        branch = db.session.scalars(select(PartyMember.organization_id)).one()
        make_member(branch, 2, management_class=FRAIL, vulnerable_since=date(2026, 1, 1), on_owners_committee=False)
        make_member(branch, 3, dues_monthly=Decimal("0.20"), hardship_level=HardshipLevel.NONE)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    content = fetch(secretary, take(portal, secretary, in_clear=True))
    url = import_file(portal, secretary, "再传一遍.xlsx", content, write=False)
    assert verdicts(secretary, url) == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    with portal.inside():
        for member in db.session.scalars(select(PartyMember)):
            member.updated_at = NOW + timedelta(days=2)
            member.hardship_level = member.skills = member.dues_monthly = member.on_owners_committee = None
    url = import_file(portal, secretary, "补回.xlsx", content)
    assert verdicts(secretary, url)["refused"] == 0
    one, two, three = (kept(portal, serial) for serial in (1, 2, 3))
    assert (one.hardship_level, one.skills, one.dues_monthly) == (
        HardshipLevel.SEVERE,
        "电工、理发、修锁",
        Decimal("7.35"),
    )
    assert (two.on_owners_committee, three.dues_monthly) == (False, Decimal("0.20"))
    assert three.hardship_level is HardshipLevel.NONE


def test_the_form_of_facts_leaves_the_extras_alone(portal: Portal) -> None:
    url = enter(portal)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    clerk.post(f"{url}/facts", {"full_name": "张改名"}, status=303)
    member = kept(portal, 1)
    assert (member.full_name, member.hardship_level, member.skills) == (
        "张改名",
        HardshipLevel.SEVERE,
        "电工、理发、修锁",
    )
    assert (member.on_owners_committee, member.dues_monthly) == (True, Decimal("7.35"))
