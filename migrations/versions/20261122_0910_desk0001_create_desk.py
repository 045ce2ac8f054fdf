"""Create the tables of the desk."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "desk0001"
down_revision = "notices0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sheet_name", sa.String(length=100), nullable=False),
        sa.Column("other_sheets", sa.Integer(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("unused", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "STAGING",
                "READY",
                "APPLYING",
                "DONE",
                "WITHDRAWN",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by_name", sa.String(length=50), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_import_batch_tenant_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["user_account.id"], name=op.f("fk_import_batch_uploaded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_tenant_id_state"), "import_batch", ["tenant_id", "state"], unique=False)
    op.create_index(
        op.f("ix_import_batch_tenant_id_uploaded_at"), "import_batch", ["tenant_id", "uploaded_at"], unique=False
    )
    op.create_table(
        "import_piece",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_import_piece_tenant_id_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_import_piece_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_piece")),
        sa.UniqueConstraint("tenant_id", "batch_id", "number", name=op.f("uq_import_piece_tenant_id_batch_id_number")),
    )
    op.create_table(
        "import_row",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "WAITING",
                "NEW",
                "CHANGED",
                "SAME",
                "REFUSED",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=True),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_import_row_tenant_id_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_import_row_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_row")),
        sa.UniqueConstraint(
            "tenant_id", "batch_id", "row_number", name=op.f("uq_import_row_tenant_id_batch_id_row_number")
        ),
    )
    op.create_index(
        op.f("ix_import_row_tenant_id_batch_id_identity"),
        "import_row",
        ["tenant_id", "batch_id", "identity"],
        unique=False,
    )
    op.create_index(
        op.f("ix_import_row_tenant_id_batch_id_verdict_row_number"),
        "import_row",
        ["tenant_id", "batch_id", "verdict", "row_number"],
        unique=False,
    )
    for table in ("import_batch", "import_piece", "import_row"):
        protect(table)


def downgrade() -> None:
    op.drop_index(op.f("ix_import_row_tenant_id_batch_id_verdict_row_number"), table_name="import_row")
    op.drop_index(op.f("ix_import_row_tenant_id_batch_id_identity"), table_name="import_row")
    op.drop_table("import_row")
    op.drop_table("import_piece")
    op.drop_index(op.f("ix_import_batch_tenant_id_uploaded_at"), table_name="import_batch")
    op.drop_index(op.f("ix_import_batch_tenant_id_state"), table_name="import_batch")
    op.drop_table("import_batch")
