"""The three nets. What passes by the ORM is held by row security, on PostgreSQL."""

import pytest
from sqlalchemy import delete, func, insert, literal, select, text, union_all, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import aliased

from portal.audit.models import AuditSeal
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import CrossTenant, NoTenant
from portal.core.ids import new_id
from portal.files.commands import store_file
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, Scope, bulk_insert, read_rows, reading, scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW


@pytest.fixture
def two_files(portal: Portal) -> Portal:
    """A file of the same name in each of the two communities of the same name."""
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            store_file("花名册.xlsx", f"{tenant_id}".encode(), "text/plain", actor=None, now=NOW)
    return portal


def test_a_query_sees_the_tenants_in_scope_only(two_files: Portal) -> None:
    count = select(func.count()).select_from(StoredFile)
    twice = aliased(StoredFile)
    with reading(scope_of(two_files.here)):
        assert db.session.scalar(count) == 1
        assert db.session.scalar(select(func.count(twice.id))) == 1
        assert list(db.session.scalars(select(StoredFile.tenant_id))) == [two_files.here]
        assert db.session.scalar(select(func.count(Tenant.id)).join(StoredFile, StoredFile.tenant_id == Tenant.id)) == 1
    with reading(Scope(read=frozenset({two_files.here, two_files.there}))):
        assert db.session.scalar(count) == 2
    with reading(NOTHING):
        assert db.session.scalar(count) == 0


def test_a_query_outside_any_scope_raises(two_files: Portal) -> None:
    with pytest.raises(NoTenant):
        db.session.scalars(select(StoredFile)).all()
    with pytest.raises(NoTenant):
        db.session.scalar(select(func.count()).select_from(StoredFile))
    db.session.rollback()


def test_a_statement_that_is_built_once_follows_the_scope(two_files: Portal) -> None:
    count = select(func.count()).select_from(StoredFile)
    parts = select(StoredFile.name).cte("parts")
    below = union_all(select(parts.c.name), select(parts.c.name))
    for scope, seen in ((scope_of(two_files.here), 1), (NOTHING, 0), (scope_of(two_files.there), 1)):
        with reading(scope):
            assert db.session.scalar(count) == seen
            assert len(db.session.execute(below).all()) == 2 * seen
    with transaction(NOTHING):
        assert db.session.execute(delete(StoredFile)).rowcount == 0  # type: ignore[attr-defined]


def test_a_new_row_gets_the_written_tenant_and_no_other(two_files: Portal) -> None:
    with pytest.raises(CrossTenant), transaction(scope_of(two_files.here)):
        db.session.add(
            StoredFile(tenant_id=two_files.there, name="x", media_type="x", size=0, sealed=b"", stored_at=NOW)
        )
        db.session.flush()
    with pytest.raises(CrossTenant), transaction(scope_of(two_files.here)):
        bulk_insert(StoredFile, [{"tenant_id": two_files.there, "name": "x"}])
    with pytest.raises(NoTenant), transaction(Scope(read=frozenset({two_files.here}))):
        db.session.add(StoredFile(name="x", media_type="x", size=0, sealed=b"", stored_at=NOW))
        db.session.flush()


def test_columns_are_read_of_the_tenants_in_scope_only(two_files: Portal) -> None:
    names = select(StoredFile.tenant_id, StoredFile.name)
    for where in (two_files.here, two_files.there):
        with reading(scope_of(where)):
            assert [row.tenant_id for row in read_rows(names)] == [where]
    with reading(NOTHING):
        assert read_rows(names) == []
    with pytest.raises(NoTenant):
        read_rows(names)
    db.session.rollback()


@pytest.mark.parametrize("how", ["parameters", "rows", "values", "values of rows", "from a list"])
def test_a_statement_inserts_into_the_written_tenant_only(two_files: Portal, how: str) -> None:
    row = {"id": new_id(), "name": "x", "media_type": "x", "size": 0, "sealed": b"", "stored_at": NOW}
    foreign = {**row, "tenant_id": two_files.there}
    listed = select(*(literal(value, getattr(StoredFile, key).type) for key, value in foreign.items()))
    statement, parameters = {
        "parameters": (insert(StoredFile), foreign),
        "rows": (insert(StoredFile), [{**row, "tenant_id": two_files.here}, {**foreign, "id": new_id()}]),
        "values": (insert(StoredFile).values(**foreign), None),
        "values of rows": (insert(StoredFile).values([foreign]), None),
        "from a list": (insert(StoredFile).from_select(list(foreign), listed), None),
    }[how]
    with pytest.raises(CrossTenant), transaction(scope_of(two_files.here)):
        db.session.execute(statement, parameters)
    with reading(scope_of(two_files.there)):
        assert db.session.scalars(select(StoredFile.name)).all() == ["花名册.xlsx"]


def test_a_row_read_below_cannot_be_changed_from_above(two_files: Portal) -> None:
    street = Scope(read=frozenset({two_files.here, two_files.there}), write=two_files.here)
    with pytest.raises(CrossTenant), transaction(street):
        row = db.session.scalars(select(StoredFile).where(StoredFile.tenant_id == two_files.there)).one()
        row.name = "changed from above"
        db.session.flush()
    with pytest.raises(CrossTenant), transaction(street):
        db.session.delete(db.session.scalars(select(StoredFile).where(StoredFile.tenant_id == two_files.there)).one())
        db.session.flush()
    with transaction(street):
        db.session.execute(update(StoredFile).values(name="changed"))
    with reading(scope_of(two_files.there)):
        assert db.session.scalars(select(StoredFile.name)).one() == "花名册.xlsx"


def test_row_security_holds_what_passes_by_the_orm(two_files: Portal) -> None:
    """On PostgreSQL raw SQL sees one tenant; SQLite has no such wall, so features may not use raw SQL at all."""
    with reading(scope_of(two_files.here)):
        seen = db.session.execute(text("SELECT count(*) FROM stored_file")).scalar()
        core = db.session.execute(select(func.count()).select_from(StoredFile.__table__)).scalar()
    assert (seen, core) == ((1, 1) if two_files.engine == "postgresql" else (2, 2))


def test_row_security_refuses_raw_writes_into_another_tenant(two_files: Portal) -> None:
    if two_files.engine == "sqlite":
        with pytest.raises(IntegrityError, match="never changes its tenant"), transaction(scope_of(two_files.here)):
            db.session.execute(text("UPDATE stored_file SET tenant_id = 0"))
        return
    with transaction(scope_of(two_files.here)):
        changed = db.session.execute(
            text("UPDATE stored_file SET name = 'x' WHERE tenant_id = :there"), {"there": two_files.there}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="row-level security"), transaction(scope_of(two_files.here)):
        db.session.execute(
            insert(StoredFile.__table__),  # type: ignore[arg-type]
            [
                {
                    "tenant_id": two_files.there,
                    "id": new_id(),
                    "name": "x",
                    "media_type": "x",
                    "size": 0,
                    "sealed": b"",
                    "stored_at": NOW,
                }
            ],
        )


def test_a_pooled_connection_carries_no_tenant_over(two_files: Portal) -> None:
    own, without = (1, 0) if two_files.engine == "postgresql" else (2, 2)
    with reading(scope_of(two_files.here)):
        assert db.session.execute(text("SELECT count(*) FROM stored_file")).scalar() == own
    with reading(NOTHING):
        assert db.session.execute(text("SELECT count(*) FROM stored_file")).scalar() == without


def test_a_scope_set_after_the_transaction_began_holds_at_once(two_files: Portal) -> None:
    with reading(NOTHING):
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
        with transaction(scope_of(two_files.there)):
            assert list(db.session.scalars(select(StoredFile.tenant_id))) == [two_files.there]


def test_a_child_cannot_hang_under_another_tenants_parent(two_files: Portal) -> None:
    with two_files.inside(two_files.there):
        file = store_file("x", b"", "text/plain", actor=None, now=NOW)
        foreign = record(AuditTag.FILE_STORE, subject=file, actor=None, now=NOW)
    with pytest.raises(IntegrityError), transaction(scope_of(two_files.here)):
        bulk_insert(AuditSeal, [{"seq": 1, "event_id": foreign.id, "digest": bytes(32)}])
