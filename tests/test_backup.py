"""A copy of the database, taken while people write, is the portal as it was: rows, trail, row security; no keys."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.app import create_app
from portal.audit.models import AuditEvent
from portal.audit.seal import seal_events, verify_chain
from portal.audit.tags import AuditTag
from portal.core.crypto import CannotUnseal
from portal.core.db import db
from portal.desk.models import SavedList
from portal.registers.models import PartyMember
from portal.registers.queries import unseal_field
from portal.tenancy import vault
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal, settings_for
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_id_number, make_many_members, make_organization
from tests.support.postgres import PostgresServer, drop, grant_connect, installed_programs

LISTS = f"/t/{HERE_CODE}/registers/members/lists"
MEMBERS, BEFORE, AFTER = 40, 5, 10
RESTORED = "linli_restored"


@contextmanager
def writing_meanwhile(portal: Portal) -> Iterator[None]:
    """Have somebody keep lists all the while."""
    secretary, done = portal.as_role(Role.COMMUNITY_SECRETARY), threading.Event()
    for serial in range(BEFORE):
        secretary.post(LISTS, {"name": f"先{serial}", "class": "RETIRED"}, status=303)

    def write() -> None:
        with portal.app.app_context():
            for serial in range(AFTER):
                secretary.post(LISTS, {"name": f"后{serial}", "class": "RETIRED"}, status=303)
                done.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert done.wait(30)
    yield
    writer.join(60)
    assert not writer.is_alive()


def sqlite_copy(portal: Portal, folder: Path) -> tuple[str, str]:
    """Copy a database of SQLite in use, by SQLite's own means."""
    copy = folder / "restored.sqlite"
    with (
        closing(sqlite3.connect(portal.settings.database_url.removeprefix("sqlite:///"))) as live,
        closing(sqlite3.connect(copy)) as into,
    ):
        live.backup(into)
        assert into.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return f"sqlite:///{copy}", f"sqlite:///{copy}"


def postgresql_copy(server: PostgresServer, folder: Path) -> tuple[str, str]:
    """Dump a database of PostgreSQL in use and bring it back under another name."""
    where = ("-h", server.host, "-p", str(server.port), "-U", server.superuser)
    dump, environ = folder / "dump", {**os.environ, "PGPASSWORD": server.password or ""}
    programs = installed_programs()

    def run(program: str, *words: str) -> None:
        subprocess.run([programs / program, *words], env=environ, check=True, capture_output=True)

    run("pg_dump", *where, "-Fc", "-f", str(dump), "linli_live")
    with server.connect("postgres") as admin:
        drop(admin, RESTORED)
        admin.execute(f"CREATE DATABASE {RESTORED} OWNER linli_owner TEMPLATE template0 ENCODING 'UTF8'")
        grant_connect(admin, RESTORED)
    run("pg_restore", *where, "--exit-on-error", "-d", RESTORED, str(dump))
    return server.url("linli_app", RESTORED), server.url("linli_owner", RESTORED)


def policies(server: PostgresServer, database: str) -> list[tuple[object, ...]]:
    with server.connect(database) as admin:
        said = "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
        forced = "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r' ORDER BY 1"
        return [*admin.execute(said).fetchall(), *admin.execute(forced).fetchall()]


def test_a_copy_taken_while_people_write_is_whole_and_opens_no_number_without_the_keys(
    portal: Portal, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with portal.inside():
        make_many_members(make_organization().id, MEMBERS)
    with writing_meanwhile(portal):
        with portal.inside():
            assert seal_events() >= BEFORE
        server = request.getfixturevalue("postgres") if portal.engine == "postgresql" else None
        url, owner = postgresql_copy(server, tmp_path) if server else sqlite_copy(portal, tmp_path)
    look_at(url, owner, portal, tmp_path)
    if server:
        assert policies(server, RESTORED) == policies(server, "linli_live") != []
        server.drop_database(RESTORED)


def look_at(url: str, owner: str, portal: Portal, folder: Path) -> None:
    """Open the copy as a portal and see that nothing is missing, and that other keys open nothing."""
    db.session.remove()
    restored = create_app(settings_for(url, owner, folder))
    with restored.app_context():
        forget_tenants()
        with reading(scope_of(portal.here)):
            lists = db.session.scalar(select(func.count()).select_from(SavedList)) or 0
            events = db.session.scalar(select(func.count()).where(AuditEvent.tag == AuditTag.LIST_SAVE))
            assert BEFORE < lists <= BEFORE + AFTER
            assert events == lists, "one moment: a list and its event, both or neither"
            chain = verify_chain(portal.here, now=NOW)
            assert (chain.broken_at, chain.sealed >= BEFORE) == (None, True)
            members = list(db.session.scalars(select(PartyMember)))
            assert {unseal_field(member, "id_number") for member in members} == {
                make_id_number(n) for n in range(1, MEMBERS + 1)
            }
            vault.set_master_key(bytes(32))
            with pytest.raises(CannotUnseal):
                unseal_field(members[0], "id_number")
        db.session.remove()
        db.engine.dispose()
    forget_tenants()
