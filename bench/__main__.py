"""`make bench`: the portal's member list against a bare handler, Django's admin and Flask-Admin, on both engines."""

import argparse
import os
import pickle
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from bench import report
from bench.capture import capture, without_token
from bench.data import Database, postgresql_database, sqlite_database
from bench.load import press
from bench.page import PATH, Capture
from bench.report import Measure
from bench.servers import Server, Variant, running
from tests.support.postgres import PostgresServer, running_postgres

ROUNDS, SECONDS, WARM_UP = 3, 4.0, 1.0


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--engine", choices=("postgresql", "sqlite"), help="only this one")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--seconds", type=float, default=SECONDS, help="of load for each in each round")
    chosen = options.parse_args()
    print(report.heading())
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-bench-", ignore_cleanup_errors=True))
        )
        if chosen.engine != "sqlite":
            server = stack.enter_context(running_postgres())
            compare(postgresql_database(folder, server), chosen, backends(server))
        if chosen.engine != "postgresql":
            compare(sqlite_database(folder), chosen, None)


def compare(database: Database, chosen: argparse.Namespace, postmaster: psutil.Process | None) -> None:
    """Run the rounds on one engine and print its table."""
    page = capture(database)
    kept = database.folder / f"{database.engine}.capture"
    kept.write_bytes(pickle.dumps(page))
    environ = {**database.environ(), "BENCH_CAPTURE": str(kept), "WEB_LOG_LEVEL": "error"}
    log = database.folder / f"{database.engine}.log"
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running(variant, environ, log)) for variant in variants(database, page, environ, log)
        ]
        check_bytes(servers)
        for server in servers:
            press(server.port, server.variant.path, server.variant.cookie, WARM_UP)
        measures: dict[str, list[Measure]] = {server.variant.name: [] for server in servers}
        for _ in range(chosen.rounds):
            for server in servers:
                measures[server.variant.name].append(measure(server, chosen.seconds, postmaster))
    sizes = {server.variant.name: len(server.page) for server in servers}
    print(report.table(database.engine, measures, sizes, len(page.statements)), flush=True)


def variants(database: Database, page: Capture, environ: dict[str, str], log: Path) -> list[Variant]:
    """Give the four, each signed in."""
    session = subprocess.run(
        [sys.executable, "-c", "from bench.django_site import prepare; prepare()"],
        env={**os.environ, **environ, "DATABASE_URL": database.owner_url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if session.returncode:
        raise RuntimeError(session.stderr)
    flask_admin = "bench.flask_admin_site:app"
    with running(Variant("sign in", flask_admin, "/enter", ""), environ, log) as server:
        entered = flask_admin_cookie(server)
    return [
        Variant("bare WSGI", "bench.bare:app", PATH, ""),
        Variant("portal", "wsgi:app", PATH, page.cookie),
        Variant("Django admin", "bench.django_site:app", "/admin/bench/member/", session.stdout),
        Variant("Flask-Admin", flask_admin, "/admin/member/", entered),
    ]


def flask_admin_cookie(server: Server) -> str:
    """Sign in at Flask-Admin and give the cookie."""
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/enter") as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0]


def check_bytes(servers: list[Server]) -> None:
    """Make sure that the bare handler sends the portal's bytes, and each of the others a page of fifty."""
    bare, portal, *others = servers
    assert without_token(bare.page) == without_token(portal.page), "the bare handler's page is not the portal's"
    for server in others:
        assert server.page.count(b"138****") == 50, f"{server.variant.name}: no fifty mobiles"


def measure(server: Server, seconds: float, postmaster: psutil.Process | None) -> Measure:
    """Press for some seconds; give the rate and what each request cost."""
    app, database = server.cpu_seconds(), cpu_of(postmaster)
    load = press(server.port, server.variant.path, server.variant.cookie, seconds)
    assert not load.errors, f"{server.variant.name}: {load.errors} errors"
    done = max(load.requests, 1)
    return Measure(
        rate=load.requests / load.seconds,
        app_ms=(server.cpu_seconds() - app) / done * 1000,
        database_ms=(cpu_of(postmaster) - database) / done * 1000,
    )


def backends(server: PostgresServer) -> psutil.Process:
    """Give the process that all of PostgreSQL's are children of."""
    with server.connect("postgres") as admin:
        row = admin.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row is not None
    return psutil.Process(int(row[0].split("\n")[0]))


def cpu_of(postmaster: psutil.Process | None) -> float:
    """Give the processor time of the database's processes; 0 for SQLite, which runs inside the application."""
    if postmaster is None:
        return 0.0
    return sum(sum(child.cpu_times()[:2]) for child in postmaster.children())


if __name__ == "__main__":
    begun = time.monotonic()
    main()
    print(f"took {time.monotonic() - begun:.0f} s")
