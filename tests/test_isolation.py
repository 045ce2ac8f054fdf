"""Nothing of another tenant is seen, named or changed: by path, query, form and file, on each route."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.core.db import Base, db
from portal.tenancy import scope
from portal.tenancy.models import TenantOwned
from portal.web.guard import guard_of
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, run_jobs, upload, verdicts, workbook
from tests.makers import HERE_CODE, THERE_CODE
from tests.matrix import CANARY, Form, address, everything, fill_tenant, forms_on, path_of, routes, rows_of
from tests.registers.makers import make_id_number

ROUTE_LIST = Path(__file__).parent / "routes.txt"


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


@with_and_without_the_orm_filter
def test_no_route_shows_or_changes_anything_of_another_tenant(nets: str, portal: Portal) -> None:
    own = fill_tenant(portal, portal.here)
    foreign = fill_tenant(portal, portal.there, CANARY)
    client, before = everything(portal, portal.here), rows_of(portal.there)
    leaks, cells = [], 0
    for route in routes(portal.app):
        if not route.parameters or "code" not in route.rule.arguments:
            continue
        for name in route.parameters:  # one foreign id among one's own
            if not isinstance(foreign[name], uuid.UUID):
                continue
            cells += 1
            there = client.raw(route.method, address(route, HERE_CODE, {**own, name: foreign[name]}))
            nowhere = client.raw(route.method, address(route, HERE_CODE, {**own, name: uuid.uuid4()}))
            same = there.get_data() == nowhere.get_data()
            if (there.status_code, nowhere.status_code, same) != (404, 404, True):
                leaks.append(
                    f"{route.method} {route.rule.rule} {name}: {there.status_code}/{nowhere.status_code} {same}"
                )
    print(f"\nforeign ids in paths, {portal.engine}, {nets}: {cells} cells")
    assert leaks == []
    assert rows_of(portal.there) == before


@with_and_without_the_orm_filter
def test_another_tenants_pages_are_closed(nets: str, portal: Portal) -> None:
    """Under the other's address even somebody with every role here is a visitor."""
    foreign = fill_tenant(portal, portal.there, CANARY)
    client, before = everything(portal, portal.here), rows_of(portal.there)
    leaks, cells = [], 0
    for route in routes(portal.app):
        guard = str(guard_of(portal.app.view_functions[route.endpoint]))
        if "code" not in route.rule.arguments or guard == "public":
            continue
        cells += 1
        answer = client.raw(route.method, address(route, THERE_CODE, foreign))
        is_open_to_visitors = guard in {"console:home:view", "reporting:report:submit", "reporting:card:view"}
        if answer.status_code >= 500 or (answer.status_code != 404 and not is_open_to_visitors):
            leaks.append(f"{route.method} {route.rule.rule}: {answer.status_code}")
        if CANARY.encode() in answer.get_data():
            leaks.append(f"{route.method} {route.rule.rule}: says {CANARY}")
    print(f"\nanother tenant's pages, {portal.engine}, {nets}: {cells} cells")
    assert leaks == []
    if not before:
        raise AssertionError("the other tenant has no rows: the test is blind")


@with_and_without_the_orm_filter
def test_no_list_or_form_takes_a_foreign_id(nets: str, portal: Portal) -> None:
    """Each form of each page, as it stands, with each id in it exchanged for every foreign one; queries likewise."""
    own = fill_tenant(portal, portal.here)
    foreign = fill_tenant(portal, portal.there, CANARY)
    client, before = everything(portal, portal.here), rows_of(portal.there)
    foreign_ids = sorted({str(value) for value in foreign.values() if isinstance(value, uuid.UUID)})
    leaks, cells, forms = [], 0, {}
    for route in routes(portal.app):
        if route.method == "GET" and "code" in route.rule.arguments:
            url = address(route, HERE_CODE, own)
            query = "&".join(f"{name}={value}" for name, value in foreign.items())
            cells += 1
            if CANARY in client.body("GET", url) or CANARY in client.body("GET", f"{url}?{query}"):
                leaks.append(f"GET {route.rule.rule} with a foreign query")
            forms |= {(path_of(f.action), tuple(sorted(f.values))): f for f in forms_on(client, url)}
    for form in forms.values():
        cells += _try_form(client, form, foreign_ids, leaks)
    print(f"\nforeign ids in queries and forms, {portal.engine}, {nets}: {cells} cells, {len(forms)} forms")
    assert leaks == []
    assert rows_of(portal.there) == before


def _try_form(client: object, form: Form, foreign_ids: list[str], leaks: list[str]) -> int:
    names = form.id_fields
    for name in names:
        for value in foreign_ids:
            data = {**form.values, name: [value]}
            data.pop("csrf_token", None)
            answer = client.raw(form.method if form.method == "GET" else "POST", form.action, data)  # type: ignore[attr-defined]
            if answer.status_code >= 500 or CANARY.encode() in answer.get_data():
                leaks.append(f"{form.action} {name}: {answer.status_code}")
    return len(names) * len(foreign_ids)


@with_and_without_the_orm_filter
def test_a_file_cannot_name_what_belongs_to_another_tenant(nets: str, portal: Portal) -> None:
    """A roster that names the neighbour's branch and repeats the neighbour's member: refused, and new, here."""
    fill_tenant(portal, portal.here)
    fill_tenant(portal, portal.there, CANARY)
    client, before = everything(portal, portal.here), rows_of(portal.there)
    neighbour = make_id_number(1)  # the number that the neighbour's member has, too
    rows = [
        HEADINGS,
        ["张甲", make_id_number(3), "正式党员", "2015-07-01", f"{CANARY}党支部", ""],
        ["张乙", neighbour, "正式党员", "2005-07-01", "自家党支部", ""],
    ]
    url = upload(client, "名单.xlsx", workbook(rows)).location
    assert run_jobs(portal) == []
    found = verdicts(client, url)
    assert (found["refused"], found["new"] + found["changed"]) == (1, 1)
    client.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert rows_of(portal.there) == before


SOME_ONLY = {
    "audit_event": "INSERT,SELECT",
    "audit_seal": "INSERT,SELECT",
    "import_batch": "INSERT,SELECT,UPDATE",  # members say by its id alone where they come from
}
"""Tables of which not everything may be done."""


def test_every_tenant_table_is_under_row_security(portal: Portal) -> None:
    """All four policies, forced; the portal's role neither owns anything nor passes by; there are no views."""
    if portal.engine == "sqlite":
        tables = {
            row[0] for row in db.session.execute(text("SELECT tbl_name FROM sqlite_master WHERE name LIKE '%_stays'"))
        }
        assert tables == {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, TenantOwned)}
        return
    rows = db.session.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
            "(SELECT string_agg(p.cmd::text, ',' ORDER BY p.cmd::text) FROM pg_policies p "
            "WHERE p.tablename = c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind = 'r'"
        )
    )
    found = {name: (forced, commands) for name, forced, commands in rows}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, TenantOwned):
            name = mapper.class_.__tablename__
            assert found[name] == (True, SOME_ONLY.get(name, "DELETE,INSERT,SELECT,UPDATE")), name
    role = db.session.execute(text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")).one()
    owned = db.session.execute(text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")).scalar()
    views = db.session.execute(text("SELECT count(*) FROM pg_views WHERE schemaname = 'public'")).scalar()
    assert (tuple(role), owned, views) == ((False, False), 0, 0)


def test_the_list_of_routes_changes_on_purpose_only(portal: Portal) -> None:
    """Each route with its guard. A route that loses or changes its guard, or goes, shows here."""
    lines = [
        f"{route.method} {route.rule.rule} {guard_of(portal.app.view_functions[route.endpoint])}"
        for route in routes(portal.app)
    ]
    assert ROUTE_LIST.read_text(encoding="utf-8").splitlines() == sorted(lines)
