"""Two communities of the same name, with organizations, members, owners, files and jobs of the same names.

Nothing tells the two apart but their keys. No page, search, export, list or job of the one may hold anything of the
other, whichever net is under it; and work that is done for both ends up with each.
"""

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.jobs.models import Job
from portal.registers.models import PartyMember
from portal.registers.queries import PRESENT
from portal.tenancy import scope
from portal.tenancy.past import as_it_stood
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import reading, scope_of
from tests.client import PortalClient
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, import_file, run_jobs, workbook
from tests.makers import HERE_CODE, NOW, STREET_CODE, THERE_CODE, make_grant, make_user
from tests.matrix import address, everything, fill_tenant, routes, rows_of
from tests.registers.makers import make_id_number, make_member

WORDS = "同名"
HERE_ONLY, THERE_ONLY = 3, 5  # further members of the same name in each
ANY_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
QUERIES = ("", f"?q={WORDS}", "?q=tm", "?on=2026-11-22", f"?q={WORDS}&on=2026-11-22", "?class=IN_SERVICE")


@pytest.fixture
def nets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run with all three nets, or with row security alone under the queries."""
    if request.param != "all nets":
        monkeypatch.setattr(scope, "_narrowed", lambda statement, *, is_select=True: statement)
    return str(request.param)


# SQLite has no row security: there the ORM filter is the only net under queries and cannot be left out.
with_and_without_the_orm_filter = pytest.mark.parametrize(
    ("machine", "nets"),
    [("sqlite", "all nets"), ("postgresql", "all nets"), ("postgresql", "row security alone")],
    indirect=True,
)


def fill_both(portal: Portal) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fill both with the same names; three more members of that name here, five there."""
    filled = []
    for tenant_id, more in ((portal.here, HERE_ONLY), (portal.there, THERE_ONLY)):
        ids = fill_tenant(portal, tenant_id, WORDS)
        with portal.inside(tenant_id):
            for serial in range(101, 101 + more):
                make_member(uuid.UUID(str(ids["organization_id"])), serial, full_name=WORDS, work_unit=WORDS)
        assert run_jobs(portal, tenant_id) == []
        filled.append(ids)
    return filled[0], filled[1]


def ids_of(portal: Portal, tenant_id: int) -> set[str]:
    """Give every id that stands in a tenant's rows, as 32 hexadecimal digits."""
    return {found.replace("-", "") for found in ANY_ID.findall(rows_of(tenant_id))}


def strange_ids(text: str, strange: set[str]) -> set[str]:
    return {found.replace("-", "") for found in ANY_ID.findall(text)} & strange


@with_and_without_the_orm_filter
def test_no_page_of_the_one_holds_an_id_of_the_other(nets: str, portal: Portal) -> None:
    """Every page that is reached by GET, plain and with what people type into the address."""
    here, _ = fill_both(portal)
    strange = ids_of(portal, portal.there) - ids_of(portal, portal.here)
    own = ids_of(portal, portal.here)
    client, leaks, cells, met = everything(portal, portal.here), [], 0, 0
    for route in routes(portal.app):
        if route.method != "GET" or "code" not in route.rule.arguments:
            continue
        for query in QUERIES:
            page = client.body("GET", address(route, HERE_CODE, here) + query)
            cells, met = cells + 1, met + len(strange_ids(page, own))
            if found := strange_ids(page, strange):
                leaks.append(f"{route.rule.rule}{query}: {len(found)} ids")
    print(f"\n{portal.engine}, {nets}: {cells} pages, {met} own ids, {len(strange)} strange ids looked for")
    assert leaks == []
    assert met > 100, "the pages show no ids at all: the test is blind"


@with_and_without_the_orm_filter
def test_a_search_finds_ones_own_only(nets: str, portal: Portal) -> None:
    """By name, by initials, by the full numbers of a person who is known in both."""
    fill_both(portal)
    own = {HERE_CODE: namesakes(portal, portal.here), THERE_CODE: namesakes(portal, portal.there)}
    assert own[THERE_CODE] - own[HERE_CODE] == THERE_ONLY - HERE_ONLY, "each has members whom the other has not"
    for typed in (WORDS, "tm"):
        assert found_by(portal, typed) == own
    for number in (make_id_number(1), "19900000001"):
        assert found_by(portal, number) == {HERE_CODE: 1, THERE_CODE: 1}


def namesakes(portal: Portal, tenant_id: int) -> int:
    """Count the present members of a tenant who bear the name."""
    with portal.inside(tenant_id):
        here = select(func.count()).where(
            PartyMember.tenant_id == tenant_id, PartyMember.full_name == WORDS, PartyMember.status.in_(PRESENT)
        )
        return int(db.session.scalar(here) or 0)


def found_by(portal: Portal, typed: str) -> dict[str, int]:
    """Search in both; gives how many members each finds."""
    found = {}
    for tenant_id, code in ((portal.here, HERE_CODE), (portal.there, THERE_CODE)):
        client = everything(portal, tenant_id)
        answer = client.post(f"/t/{code}/registers/members/search", {"q": typed}, status=(200, 303))
        page = (client.get(answer.location) if answer.location else answer).page
        assert {a.get_text(strip=True) for a in page.select("tbody th a")} == {WORDS}
        found[code] = len(page.select("tbody th a"))
    return found


@with_and_without_the_orm_filter
def test_work_for_both_ends_up_with_each(nets: str, portal: Portal) -> None:
    """The same file for both, both jobs waiting: whoever runs one writes nothing into the other.

    It names a new member and one whom both have, by the same number.
    """
    fill_both(portal)
    rows = [
        HEADINGS,
        ["同名新", make_id_number(77), "正式党员", "2005-07-01", f"{WORDS}党支部", "19911112222"],
        ["同名改", make_id_number(1), "正式党员", "2005-07-01", f"{WORDS}党支部", "19911112223"],
    ]
    urls = {}
    for tenant_id, code in ((portal.here, HERE_CODE), (portal.there, THERE_CODE)):
        data = {"file": (io.BytesIO(workbook(rows)), "花名册.xlsx")}
        page = everything(portal, tenant_id).post(
            f"/t/{code}/desk/kinds/members/batches", data, status=303, content_type="multipart/form-data"
        )
        urls[tenant_id] = page.location
    waiting_there = rows_of(portal.there)
    assert run_jobs(portal, portal.here) == []
    assert rows_of(portal.there) == waiting_there
    for tenant_id in (portal.there, portal.here):
        assert run_jobs(portal, tenant_id) == []
        everything(portal, tenant_id).post(f"{urls[tenant_id]}/application", status=303)
        assert run_jobs(portal, tenant_id) == []
    for tenant_id in (portal.here, portal.there):
        with reading(scope_of(tenant_id)):
            for name in ("同名新", "同名改"):
                number = select(func.count()).select_from(PartyMember).where(PartyMember.full_name == name)
                assert db.session.scalar(number) == 1


@with_and_without_the_orm_filter
def test_home_and_jobs_count_ones_own(nets: str, portal: Portal) -> None:
    """What waits in the one does not change with what is done in the other; nobody is named for both."""
    fill_both(portal)
    pages = {
        code: everything(portal, tenant) for code, tenant in ((HERE_CODE, portal.here), (THERE_CODE, portal.there))
    }
    before = {code: waiting(client, code) for code, client in pages.items()}
    assert before[HERE_CODE], "nothing waits: the test is blind"
    jobs = {code: len(client.get(f"/t/{code}/jobs").page.select("tbody tr, ol li")) for code, client in pages.items()}
    rows = [HEADINGS, ["同名新", make_id_number(78), "正式党员", "2005-07-01", f"{WORDS}党支部", ""]]
    import_file(portal, pages[HERE_CODE], "花名册.xlsx", workbook(rows), write=False)
    assert waiting(pages[THERE_CODE], THERE_CODE) == before[THERE_CODE]
    assert waiting(pages[HERE_CODE], HERE_CODE) != before[HERE_CODE]
    after = {code: len(client.get(f"/t/{code}/jobs").page.select("tbody tr, ol li")) for code, client in pages.items()}
    assert (after[HERE_CODE] - jobs[HERE_CODE], after[THERE_CODE] - jobs[THERE_CODE]) == (1, 0)


def waiting(client: PortalClient, code: str) -> list[str]:
    """Give what waits on the home page: each task with its address."""
    return [f"{a.get_text(' ', strip=True)} {a['href']}" for a in client.get(f"/t/{code}/").page.select("main a[href]")]


@with_and_without_the_orm_filter
def test_an_exported_workbook_holds_ones_own(nets: str, portal: Portal) -> None:
    """The roster by the form of the desk, fetched as the secretary fetches it: so many rows, this community's."""
    fill_both(portal)
    rows = {}
    for tenant_id, code in ((portal.here, HERE_CODE), (portal.there, THERE_CODE)):
        rows[code] = sum(row.count(WORDS) > 0 for row in exported(portal, tenant_id, code, "member-roster"))
    assert rows == {HERE_CODE: namesakes(portal, portal.here), THERE_CODE: namesakes(portal, portal.there)}


def exported(portal: Portal, tenant_id: int, code: str, form: str) -> list[list[str]]:
    """Export a form as a person does; gives the cells of its first sheet."""
    client = everything(portal, tenant_id)
    shown = client.post(f"/t/{code}/desk/forms/{form}/exports", {"reason": "年度核对"}, status=303).location
    assert run_jobs(portal, tenant_id) == []
    answer = client.post(f"{shown}/file", {}, status=200)
    book = openpyxl.load_workbook(io.BytesIO(answer.response.get_data()), read_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)]


@with_and_without_the_orm_filter
def test_the_street_counts_each_apart(nets: str, portal: Portal) -> None:
    """The officer of one street sees its own community's total and not the namesake's."""
    fill_both(portal)
    officer = make_user("街道的人")
    with reading(scope.NOTHING):
        street = get_tenant(STREET_CODE)
    make_grant(officer.id, street.id, Role.STREET_OFFICER)
    page = portal.client(officer).get(f"/t/{STREET_CODE}/divisions").response.get_data(as_text=True)
    assert HERE_CODE in page
    assert THERE_CODE not in page


@with_and_without_the_orm_filter
def test_the_trail_and_an_earlier_day_are_ones_own(nets: str, portal: Portal) -> None:
    fill_both(portal)
    for tenant_id in (portal.here, portal.there):
        with reading(scope_of(tenant_id)):
            assert set(db.session.scalars(select(AuditEvent.tenant_id))) == {tenant_id}
            assert set(db.session.scalars(select(Job.tenant_id))) == {tenant_id}
            stood = as_it_stood(PartyMember, NOW + timedelta(days=1))
            assert set(db.session.scalars(select(stood.tenant_id))) == {tenant_id}
