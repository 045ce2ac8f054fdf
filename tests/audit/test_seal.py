"""The chain of the trail: whole under concurrency, broken by any tampering."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from portal.audit.models import AuditEvent, AuditSeal
from portal.audit.record import record
from portal.audit.seal import Verdict, seal_events, verify_chain
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.files.commands import store_file
from portal.tenancy.scope import reading, scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW


def write_events(portal: Portal, tenant_id: int, count: int) -> None:
    with portal.inside(tenant_id):
        for number in range(count):
            file = store_file(f"{number}", b"x", "text/plain", actor=None, now=NOW)
            record(AuditTag.FILE_STORE, subject=file, actor=None, now=NOW, changes={"name": [None, f"{number}"]})


def seal(portal: Portal, tenant_id: int) -> int:
    with portal.inside(tenant_id):
        return seal_events()


def verdict(tenant_id: int, *, later: timedelta = timedelta()) -> Verdict:
    with reading(scope_of(tenant_id)):
        return verify_chain(tenant_id, now=NOW + later)


def test_sealed_events_verify_and_each_tenant_has_its_own_chain(portal: Portal) -> None:
    write_events(portal, portal.here, 5)
    write_events(portal, portal.there, 2)
    assert (seal(portal, portal.here), seal(portal, portal.there), seal(portal, portal.here)) == (5, 2, 0)
    write_events(portal, portal.here, 1)
    assert seal(portal, portal.here) == 1
    here, there = verdict(portal.here), verdict(portal.there)
    assert (here.broken_at, here.sealed, there.broken_at, there.sealed) == (None, 6, None, 2)
    assert here.head.startswith("6:")
    assert here.head != there.head


def test_an_event_without_a_seal_is_patience_for_an_hour_and_a_break_after(portal: Portal) -> None:
    write_events(portal, portal.here, 1)
    assert verdict(portal.here).broken_at is None
    assert verdict(portal.here, later=timedelta(minutes=61)).broken_at == 1


TAMPERINGS = {
    "an event's words are changed": "UPDATE audit_event SET tag = 'registers:member:reveal' WHERE id = :third",
    "an event's changes are changed": "UPDATE audit_event SET changes = '{}' WHERE id = :third",
    "an event's time is moved": "UPDATE audit_event SET at = '2026-01-01 00:00:00+00:00' WHERE id = :third",
    "another person did it": "UPDATE audit_event SET actor_id = :third WHERE id = :third",
    "a seal is taken out": "DELETE FROM audit_seal WHERE seq = 3",
    "an event and its seal are taken out": "DELETE FROM audit_seal WHERE event_id = :third",
    "a seal's digest is changed": "UPDATE audit_seal SET digest = :zeros WHERE seq = 3",
    "a seal is put at the end": "UPDATE audit_seal SET seq = 6 WHERE seq = 2",
    "the first seal is taken out": "DELETE FROM audit_seal WHERE seq = 1",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=list(TAMPERINGS))
def test_tampering_is_found(
    portal: Portal, statement: str, postgres_as_superuser: Callable[[str, dict[str, object]], None]
) -> None:
    write_events(portal, portal.here, 5)
    seal(portal, portal.here)
    with reading(scope_of(portal.here)):
        third = db.session.scalars(select(AuditSeal.event_id).where(AuditSeal.seq == 3)).one()
    db.session.remove()
    values: dict[str, object] = {"third": third.hex if portal.engine == "sqlite" else third, "zeros": bytes(32)}
    postgres_as_superuser(statement, {name: value for name, value in values.items() if f":{name}" in statement})
    assert verdict(portal.here).broken_at is not None


@pytest.fixture
def postgres_as_superuser(portal: Portal, request: pytest.FixtureRequest) -> Callable[[str, dict[str, object]], None]:
    """Give what somebody with all power over the database could run; the portal's own role could not."""

    def run(statement: str, values: dict[str, object]) -> None:
        if portal.engine == "sqlite":
            engine = create_engine(portal.settings.database_url)
            drops = ["audit_event_no_update", "audit_event_no_delete", "audit_seal_no_update", "audit_seal_no_delete"]
        else:
            server = request.getfixturevalue("postgres")
            engine, drops = create_engine(server.url(server.superuser, "linli_live")), []
        with engine.begin() as connection:
            for name in drops:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            if drops:
                connection.exec_driver_sql("DROP TRIGGER audit_event_stays")
            changed = connection.execute(text(statement), values)
            assert changed.rowcount > 0
        engine.dispose()

    return run


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_the_portals_own_role_cannot_change_the_trail(portal: Portal, table: str, verb: str) -> None:
    write_events(portal, portal.here, 1)
    seal(portal, portal.here)
    with pytest.raises(DBAPIError), transaction(scope_of(portal.here)):
        db.session.execute(text(verb.format(table)))


def test_an_event_and_its_command_are_kept_or_lost_together(portal: Portal) -> None:
    with pytest.raises(RuntimeError), transaction(scope_of(portal.here)):
        file = store_file("x", b"x", "text/plain", actor=None, now=NOW)
        record(AuditTag.FILE_STORE, subject=file, actor=None, now=NOW)
        raise RuntimeError
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(AuditEvent)).all() == []
