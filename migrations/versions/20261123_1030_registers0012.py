"""A member's tenant and import are no keys of their own: the tenant follows from the branch, an import always stays."""

from alembic import op

from migrations.keys import add_reference, drop_reference
from migrations.row_security import WRITE

revision = "registers0012"
down_revision = "registers0011"
branch_labels = None
depends_on = None

TENANT, BATCH = "fk_party_member_tenant_id", "fk_party_member_tenant_id_source_batch_id"


def upgrade() -> None:
    drop_reference("party_member", TENANT)
    drop_reference("party_member", BATCH)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY import_batch_delete ON import_batch")
    else:
        op.execute(
            "CREATE TRIGGER import_batch_no_delete BEFORE DELETE ON import_batch "
            "BEGIN SELECT RAISE(ABORT, 'an import stays: rows say where they come from'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY import_batch_delete ON import_batch FOR DELETE USING ({WRITE})")
    else:
        op.execute("DROP TRIGGER import_batch_no_delete")
    add_reference("party_member", BATCH, ["tenant_id", "source_batch_id"], "import_batch", ["tenant_id", "id"])
    add_reference("party_member", TENANT, ["tenant_id"], "tenant", ["id"])
