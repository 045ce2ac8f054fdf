"""Row security that the planner can judge: as it was, the tenant's share of a table was counted twice.

Whatever names its tenant and is under `tenant_id = ANY (…)` too was taken for a share of a share: one row where there
are thousands, and a plan for one row. Inside coalesce the second condition says nothing about how many rows there
are. Its list of tenants is read once for a statement, not for each row.
"""

from alembic import op

revision = "core0002"
down_revision = "registers0006"
branch_labels = None
depends_on = None

TENANTS = "string_to_array(nullif(current_setting('portal.read_tenants', true), ''), ',')::bigint[]"
BEFORE = f"tenant_id = ANY ({TENANTS})"
AFTER = f"coalesce(tenant_id = ANY ((SELECT {TENANTS})::bigint[]), false)"


def upgrade() -> None:
    read_by(AFTER)


def downgrade() -> None:
    read_by(BEFORE)


def read_by(condition: str) -> None:
    """Let rows be read by a condition, in every table that is under row security."""
    if op.get_bind().dialect.name == "postgresql":
        found = "SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = tablename || '_read'"
        for (table,) in op.get_bind().exec_driver_sql(found).all():
            op.execute(f"ALTER POLICY {table}_read ON {table} USING ({condition})")
