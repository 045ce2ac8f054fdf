"""ID numbers and phones are readable nowhere: not in the database file, a dump, a log, an address or a page.

Numbers come in by the real ways: forms, a file, edits, a refusal. Then everything that the portal left behind is
searched for them. Each look at one is one event of the trail.
"""

import logging
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text
from werkzeug.test import TestResponse

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.rules import LOOKS_AN_HOUR
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.tenancy.scope import reading, scope_of
from portal.web.guard import guard_of
from tests.client import PortalClient
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, import_file, workbook
from tests.makers import HERE_CODE, make_user
from tests.matrix import ROLES, Route, address, everything, fill_tenant, routes
from tests.registers.makers import make_id_number
from tests.support.greps import Grep, every_table
from tests.support.postgres import PostgresServer, installed_programs

BASE = f"/t/{HERE_CODE}"
NUMBERS = ("id_number", "mobile")  # an address of the makers is a word that stands on every page
QUIET = ("sqlalchemy", "sqlalchemy.engine", "psycopg")  # they set a level of their own
REVEAL = re.compile(r"reveals?(/|$)|/reports/<uuid:report_id>/mobile$")
KNOWN = {
    "typed ID number": make_id_number(401),
    "typed mobile": "19912340401",
    "mobile after an edit": "19912340499",
    "ID number from a file": make_id_number(402),
    "mobile from a file": "19912340402",
    "ID number of a refused row": make_id_number(403),
    "mobile of a refused row": "19912340403",
    "ID number searched for": make_id_number(404),
    "mobile searched for": "19912340404",
    "mobile of a report": "19912340405",
    "mobile of an account": "19912340406",
    "phone of an organization": "19912340407",
    "phone of a work unit": "19912340408",
    "phone of an owner": "19912340409",
    "ID number of an owner": make_id_number(409),
    "ID number of the makers' owner": "110101200002290018",
    "phone of the makers' care": "13900001111",
    "ID number of the makers' member": make_id_number(1),
    "mobile of the makers' member": "19900000001",
    "mobile of the makers' report": "13812345678",
    "address typed": "密巷四百零一号",
    "address from a file": "密巷四百零二号",
}


class Watched(PortalClient):
    """A client that keeps every address that it asks for or is sent to, and what came back."""

    def __init__(self, portal: Portal, grep: Grep) -> None:
        super().__init__(portal.app, FlaskClient(portal.app, use_cookies=True))
        self.grep = grep

    def _ask(self, method: str, url: str, **options: Any) -> TestResponse:
        answer = super()._ask(method, url, **options)
        self.grep.look("address asked for", url)
        self.grep.look("header", "\n".join(f"{name}: {value}" for name, value in answer.headers), url)
        if method == "get":
            self.grep.look("page or file", answer.get_data(), url)
        return answer


@dataclass
class Log(logging.Handler):
    """Keeps everything that anybody logs, at any level."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    __hash__ = logging.Handler.__hash__


@contextmanager
def everything_logged() -> Iterator[Log]:
    """Log all, the statements of the database with their parameters included."""
    log, loggers = Log(), [logging.getLogger(), *(logging.getLogger(name) for name in QUIET)]
    before = [each.level for each in loggers]
    loggers[0].addHandler(log)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        loggers[0].removeHandler(log)
        for each, level in zip(loggers, before, strict=True):
            each.setLevel(level)


def watched(portal: Portal, grep: Grep, role: Role | None) -> Watched:
    client = Watched(portal, grep)
    if role is not None:
        client.become(portal.person(role))
    return client


def enter(portal: Portal, client: PortalClient, ids: dict[str, Any]) -> None:
    """Bring the known numbers in as people do: typed, edited, searched for, from a file, refused."""
    typed = {
        "full_name": "李示例",
        "id_number": KNOWN["typed ID number"],
        "member_type": "FULL",
        "joined": "2010.7",
        "organization": "自家党支部",
        "mobile": KNOWN["typed mobile"],
        "address": KNOWN["address typed"],
    }
    url = client.post(f"{BASE}/registers/members/new", typed, status=303).location
    client.post(f"{BASE}/registers/members/new", typed, status=422)
    changed = {**typed, "id_number": "", "mobile": KNOWN["mobile after an edit"], "address": ""}
    client.post(f"{url}/facts", changed, status=303)
    for name in ("ID number searched for", "mobile searched for", "typed ID number"):
        client.post(f"{BASE}/registers/members/search", {"q": KNOWN[name]}, status=200)
    enter_phones(client, ids)
    owner = {"id_number": KNOWN["ID number of an owner"], "phone": KNOWN["phone of an owner"]}
    submit(client, f"{BASE}/estates/owners/{ids['owner_id']}/change", **owner)
    client.post("/sign-in", {"name": KNOWN["mobile of an account"], "password": "wrong"}, status=(200, 401, 422))
    import_file(portal, client, "花名册.xlsx", roster())
    client.post(f"{BASE}/desk/batches/{ids['batch_id']}/refused-rows", {"reason": "退回修改"}, status=(200, 303, 422))


def enter_phones(client: PortalClient, ids: dict[str, Any]) -> None:
    """Give the organization and the work unit of the makers a contact's phone."""
    place = f"{BASE}/registers/organizations/{ids['organization_id']}/facts"
    submit(client, place, contact_name="李示例", contact_phone=KNOWN["phone of an organization"])
    unit = f"{BASE}/registers/work-units/{ids['work_unit_id']}/facts"
    submit(client, unit, contact_name="李示例", phone=KNOWN["phone of a work unit"])


def submit(client: PortalClient, url: str, *, action: str = "", **typed: str) -> None:
    """Send a page's form as it stands, with some fields typed; it must be taken."""
    forms = [form for form in client.get(url).page.select("main form") if str(form.get("action", "")).endswith(action)]
    form = next(form for form in forms if all(form.select_one(f"[name$={name}]") for name in typed))
    values = dict(filled_in(form))
    values |= {str(form.select(f"[name$={name}]")[0]["name"]): text for name, text in typed.items()}
    client.post(str(form.get("action") or url), values, status=303)


def filled_in(form: Tag) -> Iterator[tuple[str, str]]:
    """Give what a form holds as it stands."""
    for control in form.select("input[name], select[name], textarea[name]"):
        if control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            yield str(control["name"]), str(chosen.get("value", "")) if chosen else ""
        elif control.get("type") not in {"checkbox", "radio", "submit", "file"} or control.has_attr("checked"):
            yield str(control["name"]), str(control.get("value", "")) or control.get_text()


def roster() -> bytes:
    """A good row, and one that is refused with its numbers in it."""
    return workbook(
        [
            [*HEADINGS, "家庭住址"],
            ["王示例", KNOWN["ID number from a file"], "正式党员", "2015-07-01", "自家党支部",
             KNOWN["mobile from a file"], KNOWN["address from a file"]],
            ["赵示例", KNOWN["ID number of a refused row"], "正式党员", "2015-07-01", "没有的党支部",
             KNOWN["mobile of a refused row"], ""],
        ]
    )  # fmt: skip


def look_at_every_page(portal: Portal, grep: Grep, ids: dict[str, Any]) -> int:
    """Get each page as each role, as a visitor and as nobody; gives how many."""
    cells = 0
    for role in (*ROLES, Role.VISITOR, None):
        client = watched(portal, grep, role)
        for route in routes(portal.app):
            if route.method == "GET":
                client.raw("GET", address(route, HERE_CODE, ids))
                cells += 1
    return cells


def look_at_files(portal: Portal, grep: Grep, server: PostgresServer | None) -> None:
    """Search what is on the disk: SQLite's files; or a dump, each table, and the cluster's own files."""
    db.session.remove()
    if server is None:
        path = Path(portal.settings.database_url.removeprefix("sqlite:///"))
        for file in sorted(path.parent.glob(f"{path.name}*")):
            grep.look("SQLite file", file.read_bytes(), file.name)
        return
    dump = subprocess.run(
        [installed_programs() / "pg_dump", f"--host={server.host}", f"--port={server.port}",
         f"--username={server.superuser}", "--dbname=linli_live"],
        capture_output=True, check=True, env={"PGPASSWORD": server.password or ""},
    ).stdout  # fmt: skip
    grep.look("pg_dump", dump)
    with server.connect("linli_live") as admin:
        for table, content in every_table(admin):
            grep.look("table as COPY", content, table)
        admin.execute("CHECKPOINT")
        row = admin.execute(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = 'linli_live'"
        ).fetchone()
    for file in sorted(Path(row[0]).iterdir()) if row else []:
        grep.look("file of the cluster", file.read_bytes(), file.name)


@pytest.fixture
def server(machine: Any, request: pytest.FixtureRequest) -> PostgresServer | None:
    return request.getfixturevalue("postgres") if machine.engine == "postgresql" else None


def test_no_number_is_readable_anywhere(
    portal: Portal, server: PostgresServer | None, capfd: pytest.CaptureFixture[str]
) -> None:
    grep = Grep(KNOWN)
    make_user("有手机的人", mobile=KNOWN["mobile of an account"])
    with everything_logged() as log:
        ids = fill_tenant(portal, portal.here)
        client = Watched(portal, grep)
        client.become(everything_here(portal))
        enter(portal, client, ids)
        cells = look_at_every_page(portal, grep, ids)
    look_at_files(portal, grep, server)
    grep.look("log at DEBUG", "\n".join(log.lines))
    written = capfd.readouterr()
    grep.look("standard output and error", written.out + written.err)
    print(f"\n{portal.engine}: {cells} pages by role, {len(log.lines)} lines of log\n{grep.table()}")
    assert grep.hits == []
    assert len(log.lines) > 1000, "the log is deaf"


def everything_here(portal: Portal) -> Any:
    """Give somebody who holds every role here."""
    everything(portal, portal.here)
    return portal.person(Role.COMMUNITY_SECRETARY)


def test_the_greps_would_find_it(portal: Portal, server: PostgresServer | None) -> None:
    """Plain text put on purpose where it must not be: a scratch table, the log, a page, an address, a workbook."""
    number = KNOWN["typed ID number"]
    owner = create_engine(server.url(server.superuser, "linli_live") if server else portal.settings.database_url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE scratch (body text)"))
        for row in (number, number.encode().hex()):
            connection.execute(text("INSERT INTO scratch VALUES (:body)"), {"body": row})
    owner.dispose()
    grep = Grep({"the number": number})
    look_at_files(portal, grep, server)
    with everything_logged() as log:
        logging.getLogger("anything").debug("saved %s", number)
    grep.look("log at DEBUG", "\n".join(log.lines))
    grep.look("page or file", workbook([["身份证号"], [number]]))
    places = {hit.split(" ")[0] for hit in grep.hits}
    expected = {"pg_dump", "table", "file"} if server else {"SQLite"}
    print(f"\n{grep.table()}")
    assert places == expected | {"log", "page"}
    assert {"plain", "hex"} <= {hit.rpartition("(")[2].rstrip(")") for hit in grep.hits}


@pytest.mark.parametrize("way", list(Grep({"": "1"}).needles), ids=lambda needle: needle[1])
def test_each_encoding_is_found(way: tuple[str, str, bytes]) -> None:
    import base64

    number = "520303199003070011"
    wrapped = {
        "plain": number.encode(),
        "UTF-16 LE": number.encode("utf-16-le"),
        "UTF-16 BE": number.encode("utf-16-be"),
        "hex": number.encode().hex().encode(),
        "HEX": number.encode().hex().upper().encode(),
        "hex of UTF-16": number.encode("utf-16-le").hex().encode(),
        **{f"Base64 +{n}": base64.b64encode(b"abc"[:n] + number.encode() + b"xyz") for n in range(3)},
    }
    assert [hit for hit in Grep({"number": number}).look("x", b"..." + wrapped[way[1]] + b"...") if way[1] in hit]


def reveals(portal: Portal) -> int:
    with reading(scope_of(portal.here)):
        return int(db.session.scalar(select(func.count()).where(AuditEvent.tag.endswith(":reveal"))) or 0)


def test_each_look_at_a_number_is_one_event(portal: Portal) -> None:
    """Every route that reveals: nothing without a reason and nothing for who may not, else one number, one event."""
    ids = fill_tenant(portal, portal.here)
    client, looked = everything(portal, portal.here), []
    enter_phones(client, ids)
    for route in routes(portal.app):
        if route.method != "POST" or not REVEAL.search(route.rule.rule):
            continue
        for name in fields_of(route):
            url, before = address(route, HERE_CODE, {**ids, "field": name}), reveals(portal)
            assert portal.as_role(Role.AUDITOR).status("POST", url, {"reason": "核对信息"}) == 403
            refused = client.raw("POST", url, {})
            assert (refused.status_code, shown(refused)) == (422, []), url
            assert reveals(portal) == before, f"{url}: an event for nothing"
            seen = client.raw("POST", url, reason(refused, url))
            assert seen.status_code == 200, url
            assert len(shown(seen)) == 1 if name in NUMBERS else len(shown(seen)) <= 1, url
            assert reveals(portal) == before + 1, url
            looked.append(f"{guard_of(portal.app.view_functions[route.endpoint])} {name}".strip())
    print(f"\n{portal.engine}: {len(looked)} looks, {len(looked)} events: {', '.join(looked)}")
    assert len(looked) >= 4


def test_whoever_looked_too_often_sees_nothing_more_on_any_page(portal: Portal) -> None:
    """Every route that reveals, after as many looks as one person may have in an hour: refused, said, recorded."""
    ids = fill_tenant(portal, portal.here)
    client, number = everything(portal, portal.here), 0
    enter_phones(client, ids)
    member = f"{BASE}/registers/members/{ids['member_id']}/reveals/mobile"
    for _ in range(LOOKS_AN_HOUR):
        assert client.status("POST", member, {"reason": "核对信息"}) == 200
    for route in routes(portal.app):
        if route.method != "POST" or not REVEAL.search(route.rule.rule):
            continue
        url = address(route, HERE_CODE, {**ids, "field": fields_of(route)[0]})
        refused = client.raw("POST", url, reason(client.raw("POST", url, {}), url))
        assert (refused.status_code, shown(refused)) == (422, []), url
        assert "2026-11-23 11:00" in refused.get_data(as_text=True), url
        number += 1
    assert number >= 7
    assert reveals(portal) == LOOKS_AN_HOUR
    with reading(scope_of(portal.here)):
        told = db.session.scalar(select(func.count()).where(AuditEvent.tag == AuditTag.LOOK_REFUSE.value))
    assert told == number


def fields_of(route: Route) -> tuple[str, ...]:
    """Give the fields that a route can show; the makers leave some of an owner's empty."""
    if "field" not in route.rule.arguments:
        return ("mobile" if route.rule.rule.endswith("/mobile") else "",)
    return ("id_number",) if "owner_id" in route.rule.arguments else ("id_number", "mobile", "address")


def reason(refused: TestResponse, url: str) -> dict[str, str]:
    """Fill the form that came back, whatever its field is called."""
    page = BeautifulSoup(refused.get_data(as_text=True), "lxml")
    fields = page.select(f'form[action="{url}"] :is(input, textarea)[name]')
    return {str(each["name"]): "核对信息" for each in fields if each.get("type") != "hidden"}


def shown(answer: TestResponse) -> list[str]:
    """Give the known texts that a page shows."""
    page = answer.get_data(as_text=True)
    return [name for name, value in KNOWN.items() if value in page]
