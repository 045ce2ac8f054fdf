"""A web server killed in the middle of work: what it said is kept is kept, and what it did not finish is not there."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import tempfile
import threading
import time
import urllib.error
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.desk.models import SavedList
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, PASSWORD, make_grant, make_user
from tests.scoring.one_voter import Phone
from tests.support.browser import BIN, LiveServer, start, wait_until_healthy
from tests.support.postgres import free_port

pytestmark = pytest.mark.slow

WRITERS, KILLS = 6, 3
LISTS = f"/t/{HERE_CODE}/registers/members/lists"


class Writer(threading.Thread):
    """Somebody who keeps lists until the server is gone, and remembers which of them it said it had kept."""

    def __init__(self, server: LiveServer, user: UserAccount, round_: int) -> None:
        super().__init__(daemon=True)
        self.server, self.user, self.round = server, user, round_
        self.sent: list[str] = []
        self.told: list[str] = []

    def run(self) -> None:
        """Sign in and keep lists."""
        phone = Phone(self.server.url)
        try:
            phone.get("/sign-in")
            phone.post("/sign-in", name=self.user.user_name or "", password=PASSWORD)
            for serial in range(15):
                name = f"{self.user.user_name}-{self.round}-{serial}"
                self.sent.append(name)
                page = phone.post(LISTS, name=name, **{"class": "RETIRED"})
                if phone.status == 200 and name in page:
                    self.told.append(name)
        except (OSError, http.client.HTTPException, urllib.error.URLError):
            return  # the server is gone


def kill_while_they_write(portal: Portal, users: list[UserAccount], round_: int) -> list[Writer]:
    """Start the server, have everybody write, kill all its processes at once."""
    settings = portal.settings
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_database_url,
        "JOBS_DATABASE_URL": settings.jobs_database_url,
        "LINLI_SECRET_KEY": settings.secret_key,
        "LINLI_MASTER_KEY": settings.master_key.hex(),
        "PORT": str(port := free_port()),
        "WEB_PROCESSES": "2",
    }
    with tempfile.TemporaryDirectory(prefix="linli-killed-", ignore_cleanup_errors=True) as folder:
        web = start([str(BIN / "gunicorn"), "wsgi:app"], environ, Path(folder) / "log")
        try:
            server = LiveServer(f"http://127.0.0.1:{port}", Path(folder) / "log", None)
            wait_until_healthy(server, web)
            writers = [Writer(server, user, round_) for user in users]
            for writer in writers:
                writer.start()
            until = time.monotonic() + 90
            while sum(len(writer.told) for writer in writers) < WRITERS * 3 and time.monotonic() < until:
                time.sleep(0.01)
        finally:
            os.killpg(web.pid, signal.SIGKILL)
            web.wait()
        for writer in writers:
            writer.join(30)
            assert not writer.is_alive()
    return writers


def test_what_was_said_to_be_kept_outlives_a_killed_server(portal: Portal) -> None:
    users = [make_user(f"经办人{number}") for number in range(WRITERS)]
    for user in users:
        make_grant(user.id, portal.here, Role.COMMUNITY_SECRETARY)
    sent: set[str] = set()
    told: set[str] = set()
    for round_ in range(KILLS):
        writers = kill_while_they_write(portal, users, round_)
        sent |= {name for writer in writers for name in writer.sent}
        told |= {name for writer in writers for name in writer.told}
    assert len(told) >= KILLS * WRITERS * 3, "they were writing when it was killed"
    assert sent - told, "somebody was in the middle of writing"
    if portal.engine == "sqlite":
        with closing(sqlite3.connect(portal.settings.database_url.removeprefix("sqlite:///"))) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.session.remove()
    with reading(scope_of(portal.here)):
        kept = set(db.session.scalars(select(SavedList.name)))
        events = select(func.count()).where(AuditEvent.tag == AuditTag.LIST_SAVE)
        assert told <= kept <= sent
        assert db.session.scalar(events) == len(kept), "a list and its event are there together or not at all"
    print(f"\n{portal.engine}: {KILLS} kills, {len(told)} lists said to be kept, 0 lost, {len(kept)} there")
