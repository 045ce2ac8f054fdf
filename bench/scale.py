"""`make bench-scale`: how much slower a community's own pages get by everybody else's rows.

One PostgreSQL, one run: the same two communities, with the same rows, once alone in a database and once among
160,000 with a million members. Each page is asked for in turn here and there; the medians are compared.
"""

import argparse
import gc
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient

from bench.crowd import crowd, only
from portal.app import create_app
from portal.core.db import db
from portal.demo.district.fill import add_secretaries, fill_district
from portal.demo.people import PASSWORD
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import NOTHING, transaction
from tests.conftest import migrate, settings_for
from tests.statements import count_statements
from tests.support.postgres import PostgresServer, running_postgres

COMMUNITIES, MEMBERS = 160_000, 1_000_000
HOT = {"520303003001": 5_000, "520303003002": 500}  # the largest community that there is, and a usual one
ROUNDS, WARM_UP = 40, 5
LIMIT = 1.5
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LAST_YEAR = (NOW - timedelta(days=365)).date().isoformat()
PAGES = {
    "member list": ("registers/members", {}),
    "last page of it": ("registers/members", {"page": "last"}),
    "search by initials": ("registers/members", {"q": "zs"}),
    "filter": ("registers/members", {"class": "RETIRED", "type": "FULL"}),
    "as it stood": ("registers/members/then", {"on": LAST_YEAR}),
    "organizations then": ("registers/organizations/then", {"on": LAST_YEAR}),
    "organizations": ("registers", {}),
    "duplicates": ("registers/duplicates", {}),
    "pictures": ("registers/pictures", {}),
    "what waits": ("", {}),
}
ASKED_FOR = frozenset({"member list", "search by initials", "filter", "as it stood"})
"""The pages that must keep to LIMIT; the others are shown."""


@dataclass
class Site:
    """A portal over one database, with a signed-in secretary for each community that it is asked about."""

    name: str
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def ask(self, code: str, path: str) -> float:
        """Get a page; gives the milliseconds that it took from request to last byte."""
        begun = time.perf_counter()
        answer = self.clients[code].get(f"/t/{code}/{path}")
        taken = time.perf_counter() - begun
        assert answer.status_code == 200, f"{self.name} {path}: {answer.status}"
        return taken * 1000

    def statements(self, code: str, path: str) -> int:
        """Give the number of SQL statements of a page, once what is kept in memory is there."""
        self.ask(code, path)
        with self.app.app_context(), count_statements(db.engine) as seen:
            self.ask(code, path)
        return len(seen)


@dataclass(frozen=True)
class Line:
    """One page of one community, alone and among all."""

    members: int
    page: str
    statements: tuple[int, int]
    alone_ms: float
    among_ms: float
    ratio: float


def main() -> None:
    """Measure and print; ends with 1 when a page that is asked for is over the limit or needs more statements."""
    options = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    options.add_argument("--communities", type=int, default=COMMUNITIES)
    options.add_argument("--members", type=int, default=MEMBERS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="linli-scale-", ignore_cleanup_errors=True) as name,
        running_postgres() as server,
    ):
        begun, folder = time.monotonic(), Path(name)
        _prepare(server, folder, chosen.communities, chosen.members)
        print(f"filled in {time.monotonic() - begun:.0f} s: {_filled(server)}")
        among = _site(server, folder, "among all", "scale_among")
        lines = []
        for code, size in HOT.items():
            alone = _site(server, folder, "alone", f"scale_alone_{size}")
            lines += [_compare(page, size, code, alone, among, chosen.rounds) for page in PAGES]
    print(_table(lines, chosen.rounds))
    over = [line for line in lines if line.page in ASKED_FOR and (line.ratio > LIMIT or len(set(line.statements)) > 1)]
    raise SystemExit(1 if over else 0)


def _prepare(server: PostgresServer, folder: Path, communities: int, members: int) -> None:
    """Fill the communities once, copy that database for each comparison, crowd one of the copies."""
    server.create_template("scale_model", lambda url: migrate(settings_for(url, url, folder)))
    app = create_app(settings_for(server.url("linli_app", "scale_model"), "", folder))
    with app.app_context():
        _make_divisions()
        for code, size in HOT.items():
            fill_district(code, seed=1, fewest=size, most=size, now=NOW)
            add_secretaries(code, now=NOW - timedelta(days=30))
        db.session.remove()
        db.engine.dispose()
    for code, size in HOT.items():
        server.fresh_database(f"scale_alone_{size}", "scale_model")
        with server.connect(f"scale_alone_{size}") as connection:
            only(connection, tenant_id_for(code, Level.COMMUNITY))
    server.fresh_database("scale_among", "scale_model")
    with server.connect("scale_among") as connection:
        source = tenant_id_for(next(iter(HOT)), Level.COMMUNITY)
        crowd(connection, source, communities=communities - len(HOT), members=members - sum(HOT.values()))
    for name in ("scale_among", *(f"scale_alone_{size}" for size in HOT.values())):
        with server.connect(name) as connection:
            connection.execute("SET synchronous_commit = on")
            # As autovacuum leaves a register: without cleaning its indices, which VACUUM spares itself for so few rows,
            # the places that the hot communities' rows had before they were mixed in would be looked up each time.
            connection.execute("VACUUM (ANALYZE, INDEX_CLEANUP ON)")


def _make_divisions() -> None:
    with transaction(NOTHING):
        for code in HOT:
            tenant = Tenant(id=tenant_id_for(code, Level.COMMUNITY), code=code, name="演示社区居民委员会")
            tenant.level, tenant.parent_id = Level.COMMUNITY, PLATFORM_ID
            db.session.add(tenant)


def _filled(server: PostgresServer) -> str:
    tables = ("tenant", "party_organization", "party_member", "party_member_past")
    with server.connect("scale_among") as connection:
        counts = [(table, connection.execute(f"SELECT count(*) FROM {table}").fetchone()) for table in tables]
        counts.append(("bytes", connection.execute("SELECT pg_database_size('scale_among')").fetchone()))
    return ", ".join(f"{name} {found[0]:,}" for name, found in counts if found)


def _site(server: PostgresServer, folder: Path, name: str, database: str) -> Site:
    """Start a portal and sign its secretaries in by the page for it."""
    app = create_app(settings_for(server.url("linli_app", database), "", folder))
    site = Site(name, app)
    for code in HOT:
        client = app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"name": f"shuji{code[6:]}", "password": PASSWORD, "csrf_token": token}
        if client.post("/sign-in", data=form).status_code == 303:
            site.clients[code] = client
    return site


def _compare(page: str, size: int, code: str, alone: Site, among: Site, rounds: int) -> Line:
    """Ask for a page in turn here and there, what comes first changing each time."""
    path = _path(page, size)
    forget_tenants()
    times: dict[str, list[float]] = {alone.name: [], among.name: []}
    counts = (alone.statements(code, path), among.statements(code, path))
    gc.collect()
    for number in range(WARM_UP + rounds):
        for site in (alone, among) if number % 2 else (among, alone):
            taken = site.ask(code, path)
            if number >= WARM_UP:
                times[site.name].append(taken)
    medians = [statistics.median(times[site.name]) for site in (alone, among)]
    return Line(size, page, counts, medians[0], medians[1], medians[1] / medians[0])


def _path(page: str, size: int) -> str:
    path, query = PAGES[page]
    values = {**query, "page": str((size * 9 // 10) // 50)} if query.get("page") == "last" else query
    return f"{path}?{urlencode(values)}" if values else path


def _table(lines: list[Line], rounds: int) -> str:
    head = f"medians of {rounds} requests each, in turn, through WSGI with cookies; limit {LIMIT} where marked *\n\n"
    head += f"{'members':>8}  {'page':<22}{'statements':>12}{'alone ms':>10}{'among ms':>10}{'ratio':>8}\n"
    rows = []
    for line in lines:
        page = f"{line.page} *" if line.page in ASKED_FOR else line.page
        statements = f"{line.statements[0]} / {line.statements[1]}"
        rows.append(
            f"{line.members:>8,}  {page:<22}{statements:>12}{line.alone_ms:>10.1f}{line.among_ms:>10.1f}"
            f"{line.ratio:>8.2f}"
        )
    return head + "\n".join(rows)


if __name__ == "__main__":
    main()
