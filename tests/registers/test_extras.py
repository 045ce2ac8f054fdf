"""The flag of a member in need beside the class, and dues by the table; two communities of the same names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.models import PartyMember
from portal.registers.queries.briefs import find_briefs, list_class
from portal.registers.rules import ManagementClass
from portal.registers.rules.dues import PayKind, check_dues, check_vulnerable, dues_of
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.registers.makers import make_member, make_organization

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
    assert "2026-03-01" in page
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
