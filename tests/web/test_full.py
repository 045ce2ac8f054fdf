"""A database without room: it is said, nothing is kept by half, what is there can still be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event, func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.desk.models import SavedList
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE

LISTS = f"/t/{HERE_CODE}/registers/members/lists"
MOST = 49


@contextmanager
def full(portal: Portal) -> Iterator[None]:
    """Leave the database no room: SQLite's file may not grow, PostgreSQL has none for the next event of the trail."""
    db.session.remove()
    if portal.engine == "sqlite":
        db.engine.dispose()

        def no_more(connection: Any, _record: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(db.engine, "connect", no_more)
        try:
            yield
        finally:
            event.remove(db.engine, "connect", no_more)
            db.session.remove()
            db.engine.dispose()
        return
    url = portal.settings.owner_database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        owner.execute("CREATE TRIGGER no_room BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_room()")
        yield
        owner.execute("DROP TRIGGER no_room ON audit_event")


def kept(portal: Portal) -> tuple[int, int]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        lists = db.session.scalar(select(func.count()).select_from(SavedList)) or 0
        return lists, db.session.scalar(select(func.count()).where(AuditEvent.tag == AuditTag.LIST_SAVE)) or 0


def test_a_full_database_refuses_in_words_keeps_nothing_by_half_and_can_be_read(portal: Portal) -> None:
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    told, refused = 0, 0
    with full(portal):
        for serial in range(MOST):
            answer = secretary.post(
                LISTS, {"name": f"名单{serial}" + "很长" * 10, "class": "RETIRED"}, status=(303, 503)
            )
            told += answer.status == 303
            if answer.status == 503:
                refused += 1
                assert answer.response.headers["Retry-After"] == "10"
                assert secretary.get(LISTS).status == 200, "what is there can be read"
            if refused == 3:
                break
    assert refused == 3, "the database never was full"
    assert kept(portal) == (told, told), "a list and its event, both or neither"
    secretary.post(LISTS, {"name": "有地方了", "class": "RETIRED"}, status=303)
    assert kept(portal) == (told + 1, told + 1)
