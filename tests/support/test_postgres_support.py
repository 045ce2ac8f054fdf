"""The tests' own PostgreSQL: who signs in to it, and that it goes away again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import APP, OWNER, PostgresServer, running_postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:

        def migrate(_url: str) -> None:
            with running.connect("support_template", OWNER) as owner:
                owner.execute("CREATE TABLE note (id int PRIMARY KEY, body text)")
                owner.execute("CREATE TABLE log (id serial PRIMARY KEY)")
                owner.execute(f"REVOKE UPDATE, DELETE ON log FROM {APP}")

        running.create_template("support_template", migrate)
        yield running


def test_the_app_role_is_neither_owner_nor_superuser_and_obeys_row_security(
    server: PostgresServer,
) -> None:
    server.fresh_database("support_roles", "support_template")
    with server.connect("support_roles", APP) as app:
        who = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = app.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s", [APP]
        ).fetchone()
        database = app.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert who == (False, False, False, False, False)
    assert owned == (0,)
    assert database == (OWNER,)


def test_the_app_role_works_on_rows_and_cannot_change_the_schema(server: PostgresServer) -> None:
    server.fresh_database("support_rights", "support_template")
    with server.connect("support_rights", APP) as app:
        app.execute("INSERT INTO note VALUES (1, 'one')")
        app.execute("UPDATE note SET body = 'uno'")
        app.execute("INSERT INTO log DEFAULT VALUES")
        for forbidden in (
            "CREATE TABLE mine (id int)",
            "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
            "TRUNCATE note",
            "DELETE FROM log",
            "UPDATE log SET id = 2",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
        app.execute("DELETE FROM note")


def test_a_fresh_database_starts_as_the_template_every_time(server: PostgresServer) -> None:
    for _ in range(2):
        owner_url, app_url = server.fresh_database("support_fresh", "support_template")
        with server.connect("support_fresh", APP) as app:
            assert app.execute("SELECT count(*) FROM note").fetchone() == (0,)
            app.execute("INSERT INTO note VALUES (1, 'left over')")
    assert owner_url.startswith(f"postgresql+psycopg://{OWNER}@")
    assert app_url.startswith(f"postgresql+psycopg://{APP}@")


DIE_WITH_A_SERVER = """
import os, signal
from tests.support.postgres import running_postgres
with running_postgres() as server:
    with server.connect("postgres") as admin:
        print(admin.execute("SHOW data_directory").fetchone()[0], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif("TEST_POSTGRES_URL" in os.environ, reason="no server of our own is started then")
def test_nothing_is_left_when_the_tests_are_killed() -> None:
    killed = subprocess.run(
        [sys.executable, "-c", DIE_WITH_A_SERVER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    folder = Path(killed.stdout.strip()).parent
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not folder.exists()
