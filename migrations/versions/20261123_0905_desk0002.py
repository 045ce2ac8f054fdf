"""Keep the ways of a community's files, and what can be undone."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "desk0002"
down_revision = "registers0002"
branch_labels = None
depends_on = None

BATCH_COLUMNS = {
    "file_id": sa.Uuid(),
    "sheets": sa.JSON(),
    "heading_row": sa.Integer(),
    "matched": sa.JSON(),
    "samples_sealed": sa.LargeBinary(),
}


def upgrade() -> None:
    for name, kind in BATCH_COLUMNS.items():
        op.add_column("import_batch", sa.Column(name, kind, nullable=True))
    create_export_order()
    create_heading_memory()


def create_export_order() -> None:
    op.create_table(
        "export_order",
        *owned("export_order"),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("in_clear", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=50), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_export_order_asked_by"), ondelete="RESTRICT"
        ),
    )
    for column in ("asked_at", "expires_at"):
        op.create_index(op.f(f"ix_export_order_tenant_id_{column}"), "export_order", ["tenant_id", column])
    protect("export_order")


def create_heading_memory() -> None:
    op.create_table(
        "heading_memory",
        *owned("heading_memory"),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["said_by"], ["user_account.id"], name=op.f("fk_heading_memory_said_by"), ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("tenant_id", "kind", "fingerprint", name=op.f("uq_heading_memory_tenant_id_kind_fingerprint")),
    )
    protect("heading_memory")


def owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Give what every table of a tenant begins with."""
    return (
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.drop_table("heading_memory")
    op.drop_table("export_order")
    for name in BATCH_COLUMNS:
        op.drop_column("import_batch", name)
