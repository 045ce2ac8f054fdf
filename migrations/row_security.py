"""Row security, frozen: migrations of years ago must still do what they did. Change it by adding, never by editing.

On PostgreSQL a table's rows are seen by the tenants in portal.read_tenants and changed by portal.write_tenant,
whatever statement asks, the owner included. On SQLite there is no such thing; there a trigger keeps a row from
being moved to another tenant.

READ is what core0002 made of every table: the list of tenants is read once for a statement, and coalesce keeps the
planner from taking a tenant's rows, which the statement names already, for a share of a share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op

TENANTS = "string_to_array(nullif(current_setting('portal.read_tenants', true), ''), ',')::bigint[]"
READ = f"coalesce(tenant_id = ANY ((SELECT {TENANTS})::bigint[]), false)"
WRITE = "tenant_id = nullif(current_setting('portal.write_tenant', true), '')::bigint"


def protect(table: str) -> None:
    """Put a tenant's table under row security."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({READ})",
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({WRITE})",
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({WRITE}) WITH CHECK ({WRITE})",
            f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({WRITE})",
        ):
            op.execute(statement)
    else:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF tenant_id ON {table} "
            f"WHEN NEW.tenant_id <> OLD.tenant_id BEGIN SELECT RAISE(ABORT, 'a row never changes its tenant'); END"
        )


def unprotect(table: str) -> None:
    """Take a table out of row security; dropping a table does this by itself."""
    if op.get_bind().dialect.name == "postgresql":
        for kind in ("read", "insert", "update", "delete"):
            op.execute(f"DROP POLICY {table}_{kind} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    else:
        op.execute(f"DROP TRIGGER {table}_stays")


def append_only(table: str) -> None:
    """Let nobody change or remove rows of this table: the trail."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP POLICY {table}_update ON {table}")
        op.execute(f"DROP POLICY {table}_delete ON {table}")
        op.execute(
            f"DO $$ DECLARE grantee text; BEGIN FOR grantee IN SELECT DISTINCT g.grantee FROM "
            f"information_schema.role_table_grants g WHERE g.table_name = '{table}' AND g.grantee <> current_user LOOP "
            f"EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', grantee); END LOOP; END $$"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the trail is append only'); END"
            )


@contextmanager
def all_rows(table: str) -> Iterator[None]:
    """Let the migration itself change the rows of every tenant, as the table's owner."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    if is_postgresql:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
