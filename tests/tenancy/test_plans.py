"""What the planner of PostgreSQL makes of a tenant's statements when there are many tenants of many sizes."""

import json

from sqlalchemy import text

from portal.core.db import Base, db
from portal.core.ids import new_id
from portal.files.models import StoredFile
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import bulk_insert, reading, scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW
from tests.support.postgres import PostgresServer

OTHERS = 400
OWN = 1_000


def files(count: int) -> list[dict[str, object]]:
    return [
        {"id": new_id(), "name": "x", "media_type": "x", "size": 0, "sealed": b"", "stored_at": NOW}
        for _each in range(count)
    ]


def test_each_table_is_read_by_the_same_condition(portal: Portal) -> None:
    if portal.engine == "sqlite":
        return
    found = db.session.execute(text("SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT'")).all()
    owned = {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, TenantOwned)}
    assert {table for table, _qual in found} == owned
    quals = {qual for _table, qual in found}
    assert len(quals) == 1, quals
    assert quals.pop().startswith("COALESCE((tenant_id = ANY (( SELECT ")


def test_a_large_tenant_among_many_is_planned_for_as_large(portal: Portal, postgres: PostgresServer) -> None:
    if portal.engine == "sqlite":
        return
    with postgres.connect("linli_live") as admin:
        admin.execute(
            "INSERT INTO tenant (id, code, name, level, parent_id)"
            " SELECT n, 'x' || n, 'x', 'community', 0 FROM generate_series(1, %s) n",
            [OTHERS],
        )
        admin.execute(
            "INSERT INTO stored_file (tenant_id, id, name, media_type, size, sealed, stored_at)"
            " SELECT n, gen_random_uuid(), 'x', 'x', 0, '', now() FROM generate_series(1, %s) n",
            [OTHERS],
        )
    with transaction(scope_of(portal.here)):
        bulk_insert(StoredFile, files(OWN))
    with postgres.connect("linli_live") as admin:
        admin.execute("ANALYZE stored_file")
    with reading(scope_of(portal.here)):
        own = text("EXPLAIN (FORMAT JSON) SELECT id FROM stored_file WHERE tenant_id = :tenant_id")
        plan = db.session.execute(own, {"tenant_id": portal.here}).scalar_one()
    rows = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]
    assert OWN / 3 < rows <= OWN * 1.1


def test_no_plan_is_shared_by_tenants_of_different_sizes(portal: Portal) -> None:
    if portal.engine == "sqlite":
        return
    assert db.session.execute(text("SHOW plan_cache_mode")).scalar() == "force_custom_plan"
