"""Totals of the divisions below, the operator's search, and the opening of workspaces."""

from datetime import datetime

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant, UserAccount
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.console import tenant_queries
from portal.core.db import db
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant, TenantStatistic
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, scope_of, transaction
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import DISTRICT_CODE, HERE_CODE, NOW, STREET_CODE, THERE_CODE, make_grant, make_tenant, make_user
from tests.statements import count_statements

STREET, DISTRICT, COUNTRY = f"/t/{STREET_CODE}/divisions", f"/t/{DISTRICT_CODE}/divisions", "/t/0/divisions"
OPENING = f"{COUNTRY}/{HERE_CODE}/opening"
FORM = {"name": "王书记", "user_name": "wangshuji", "reason": "任职文件 2026-12", "ends_on": "2031-11-22"}


def officer(portal: Portal) -> PortalClient:
    return portal.as_role(Role.STREET_OFFICER, get_tenant(STREET_CODE).id)


def operator(portal: Portal) -> PortalClient:
    return portal.as_role(Role.OPERATOR, PLATFORM_ID)


def count(tenant_id: int, measure: str, value: int) -> None:
    with transaction(NOTHING):
        db.session.add(TenantStatistic(tenant_id=tenant_id, measure=measure, value=value, counted_at=NOW))


def test_a_street_sees_the_totals_of_its_own_communities_only(portal: Portal) -> None:
    portal.person(Role.COMMUNITY_SECRETARY)
    portal.person(Role.OWNER)
    portal.person(Role.OWNER, portal.there)
    count(portal.here, "members", 463)
    count(portal.there, "members", 999)
    page = officer(portal).get(STREET)
    row = page.one("tbody tr")
    cells = [cell.get_text(" ", strip=True) for cell in row.select("td")]
    assert (row["id"], cells[1], cells[2]) == (f"division-{HERE_CODE}", "2", "463")
    assert row.select_one(".state-good")
    assert "999" not in page.text


def test_a_streets_own_register_comes_first_and_the_districts_row_of_it_is_the_sum(portal: Portal) -> None:
    count(portal.here, "members", 463)
    assert len(officer(portal).get(STREET).page.select("tbody tr")) == 1, "nobody counted its own yet"
    count(get_tenant(STREET_CODE).id, "members", 12)
    rows = officer(portal).get(STREET).page.select("tbody tr")
    assert [row["id"] for row in rows] == [f"division-{STREET_CODE}", f"division-{HERE_CODE}"]
    assert [row.select("td")[2].get_text(strip=True) for row in rows] == ["12", "463"]
    assert rows[0].select_one(".state-good")
    page = portal.as_role(Role.DISTRICT_OFFICER, get_tenant(DISTRICT_CODE).id).get(DISTRICT)
    cells = page.one(f"#division-{STREET_CODE}").select("td")
    assert cells[2].get_text(strip=True) == str(12 + 463)


def test_a_district_sees_its_streets_summed_over_their_communities(portal: Portal) -> None:
    second = make_tenant("520303003777", "第二社区", parent_id=get_tenant(STREET_CODE).id)
    portal.person(Role.COMMUNITY_SECRETARY)
    count(portal.here, "members", 40)
    count(second.id, "members", 2)
    client = portal.as_role(Role.DISTRICT_OFFICER, get_tenant(DISTRICT_CODE).id)
    page = client.get(DISTRICT)
    assert [row["id"] for row in page.page.select("tbody tr")] == ["division-520303001", "division-520303003"]
    with transaction(NOTHING):
        first, street = tenant_queries.parts_report(get_tenant(DISTRICT_CODE).id, offset=0, limit=9, now=NOW)
    assert (first.communities, first.opened, first.members) == (1, 0, None)
    assert (street.communities, street.opened, street.people, street.members) == (2, 1, 1, 42)


def test_ended_divisions_and_ended_roles_are_not_counted(portal: Portal) -> None:
    former = make_user("前任")
    make_grant(former.id, portal.here, Role.COMMUNITY_SECRETARY, ends_at=NOW)
    gone = make_tenant("520303003777", "撤销社区", parent_id=get_tenant(STREET_CODE).id)
    with transaction(NOTHING):
        db.session.merge(gone).ended_at = NOW
    with transaction(NOTHING):
        (row,) = tenant_queries.parts_report(get_tenant(STREET_CODE).id, offset=0, limit=9, now=NOW)
    assert (row.code, row.opened, row.people) == (HERE_CODE, 0, 0)


@pytest.mark.parametrize("role", [Role.COMMUNITY_SECRETARY, Role.OWNER, Role.AUDITOR])
def test_totals_are_for_officers(portal: Portal, role: Role) -> None:
    client = portal.as_role(role)
    client.get(f"/t/{HERE_CODE}/divisions", status=403)
    client.get(STREET, status=404)
    client.get(COUNTRY, status=404)
    client.get(OPENING, status=404)
    client.post(OPENING, FORM, status=404)


def test_officers_open_no_workspace(portal: Portal) -> None:
    client = officer(portal)
    client.get(f"{STREET}/{HERE_CODE}/opening", status=403)
    client.post(f"{STREET}/{HERE_CODE}/opening", FORM, status=403)


def test_an_operator_of_one_street_opens_no_workspace_there(portal: Portal) -> None:
    client = portal.as_role(Role.OPERATOR, get_tenant(STREET_CODE).id)
    client.get(f"{STREET}/{THERE_CODE}/opening", status=422)
    client.post(f"{STREET}/{THERE_CODE}/opening", FORM, status=422)
    with transaction(NOTHING):
        assert db.session.scalars(select(RoleGrant).where(RoleGrant.tenant_id == portal.there)).all() == []


def test_the_operator_finds_by_name_and_by_code(portal: Portal) -> None:
    client = operator(portal)
    assert client.get(COUNTRY).one(".empty")
    for text, codes in (("和平", [THERE_CODE, HERE_CODE]), ("520303003", [STREET_CODE, HERE_CODE]), ("没有", [])):
        page = client.get(f"{COUNTRY}?q={text}").page
        assert [row["id"].removeprefix("division-") for row in page.select("tbody tr")] == codes, text


def test_the_operator_opens_a_workspace_with_reason_and_end(portal: Portal) -> None:
    client = operator(portal)
    opening = client.get(f"{COUNTRY}?q={HERE_CODE}").one("tbody a")["href"]
    assert client.get(str(opening)).one("form.form")["action"] == OPENING
    answer = client.post(OPENING, FORM)
    password = answer.one("#first-password .code").get_text()
    with transaction(scope_of(PLATFORM_ID)):
        grant, user = db.session.execute(
            select(RoleGrant, UserAccount)
            .join(UserAccount, UserAccount.id == RoleGrant.user_id)
            .where(RoleGrant.tenant_id == portal.here)
        ).one()
        (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.TENANT_OPEN.value))
    assert (grant.role, grant.reason) == (Role.COMMUNITY_SECRETARY, "任职文件 2026-12")
    assert grant.ends_at == datetime.fromisoformat("2031-11-23T00:00:00+08:00")
    assert user.must_change_password
    assert event.changes["division"] == [None, HERE_CODE]
    assert password not in str(event.changes)
    again = client.post(OPENING, {**FORM, "user_name": "other"}, status=422)
    assert again.errors()
    assert client.get(f"{COUNTRY}?q={HERE_CODE}").one("tbody tr .state-good")


def test_a_workspace_needs_a_reason_and_an_end(portal: Portal) -> None:
    client = operator(portal)
    for missing in ("reason", "ends_on", "name", "user_name"):
        answer = client.post(OPENING, {**FORM, missing: ""}, status=422)
        assert answer.one(f"#{missing}-error"), missing
    assert client.post(OPENING, {**FORM, "ends_on": "2026-11-22"}, status=422).one("#ends_on-error")
    with transaction(NOTHING):
        assert db.session.scalars(select(RoleGrant).where(RoleGrant.tenant_id == portal.here)).all() == []


def test_an_account_is_taken_for_its_own_name_only(portal: Portal) -> None:
    make_user("李四", user_name="wangshuji")
    client = operator(portal)
    assert client.post(OPENING, FORM, status=422).one("#user_name-error")
    answer = client.post(OPENING, {**FORM, "name": "李四"})
    assert answer.page.select("#first-password") == []


def test_the_country_itself_and_unknown_codes_have_no_workspace_to_open(portal: Portal) -> None:
    client = operator(portal)
    client.post(f"{COUNTRY}/0/opening", FORM, status=422)
    client.get(f"{COUNTRY}/999999/opening", status=404)
    client.post(f"{COUNTRY}/999999/opening", FORM, status=404)


def test_as_many_statements_for_five_communities_as_for_five_thousand(portal: Portal) -> None:
    client, street = officer(portal), get_tenant(STREET_CODE)
    fill(street.id, range(2, 6))
    client.get(STREET)
    with count_statements(db.engine) as few:
        client.get(STREET)
    fill(street.id, range(6, 5006))
    with count_statements(db.engine) as many:
        page = client.get(STREET)
    assert len(page.page.select("tbody tr")) == 50
    assert len(few) == len(many) <= 8, many


def fill(parent_id: int, numbers: range) -> None:
    with transaction(NOTHING):
        db.session.connection().execute(
            Tenant.__table__.insert(),
            [
                {
                    "id": tenant_id_for(f"52030301{number:04}", Level.COMMUNITY),
                    "code": f"52030301{number:04}",
                    "name": f"社区{number}",
                    "level": Level.COMMUNITY,
                    "parent_id": parent_id,
                }
                for number in numbers
            ],
        )
