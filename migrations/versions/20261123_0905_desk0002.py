"""Keep the ways of a community's files, and what can be undone."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows, protect

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
    "undo_job_id": sa.Uuid(),
    "undone_at": sa.DateTime(timezone=True),
    "undone_by_name": sa.String(length=50),
    "removed": sa.Integer(),
    "restored": sa.Integer(),
}


def upgrade() -> None:
    for name, kind in BATCH_COLUMNS.items():
        op.add_column("import_batch", sa.Column(name, kind, nullable=True))
    create_export_order()
    create_heading_memory()
    forget_staged_rows()
    op.drop_table("import_row")
    op.drop_table("import_piece")
    create_import_piece()
    create_undo_rest()
    order_names_by_letter("C")


def forget_staged_rows() -> None:
    """Files not written yet must be uploaded again: their rows are sealed in another shape from here on."""
    with all_rows("import_batch"):
        op.execute("UPDATE import_batch SET state = 'WITHDRAWN' WHERE state IN ('STAGING', 'READY', 'APPLYING')")


def order_names_by_letter(collation: str | None) -> None:
    """Keep the index of names in the order of letters: comparing by language is half the work of entering a member."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("party_member", "party_member_past"):
            op.alter_column(table, "sort_key", type_=sa.String(length=200, collation=collation))


def create_import_piece() -> None:
    op.create_table(
        "import_piece",
        *owned("import_piece"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("identities", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        batch_key("import_piece"),
        sa.UniqueConstraint("tenant_id", "batch_id", "number", name=op.f("uq_import_piece_tenant_id_batch_id_number")),
    )
    protect("import_piece")


def create_undo_rest() -> None:
    op.create_table(
        "undo_rest",
        *owned("undo_rest"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("after", sa.String(length=200), nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        batch_key("undo_rest"),
    )
    op.create_index(
        op.f("ix_undo_rest_tenant_id_batch_id_row_number"), "undo_rest", ["tenant_id", "batch_id", "row_number"]
    )
    protect("undo_rest")


def batch_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "batch_id"],
        ["import_batch.tenant_id", "import_batch.id"],
        name=op.f(f"fk_{table}_tenant_id_batch_id"),
        ondelete="CASCADE",
    )


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
        sa.Column("asked_by", sa.Uuid(), nullable=True),
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
        sa.UniqueConstraint(
            "tenant_id", "kind", "fingerprint", name=op.f("uq_heading_memory_tenant_id_kind_fingerprint")
        ),
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
    order_names_by_letter(None)
    forget_staged_rows()
    op.drop_table("undo_rest")
    op.drop_table("import_piece")
    create_pieces_of_0001()
    op.drop_table("heading_memory")
    op.drop_table("export_order")
    for name in BATCH_COLUMNS:
        op.drop_column("import_batch", name)


def create_pieces_of_0001() -> None:
    op.create_table(
        "import_piece",
        *owned("import_piece"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        batch_key("import_piece"),
        sa.UniqueConstraint("tenant_id", "batch_id", "number", name=op.f("uq_import_piece_tenant_id_batch_id_number")),
    )
    verdicts = ("WAITING", "NEW", "CHANGED", "SAME", "REFUSED")
    op.create_table(
        "import_row",
        *owned("import_row"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(*verdicts, name="verdict", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=True),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        batch_key("import_row"),
        sa.UniqueConstraint(
            "tenant_id", "batch_id", "row_number", name=op.f("uq_import_row_tenant_id_batch_id_row_number")
        ),
    )
    for columns in (["batch_id", "identity"], ["batch_id", "verdict", "row_number"]):
        op.create_index(op.f(f"ix_import_row_tenant_id_{'_'.join(columns)}"), "import_row", ["tenant_id", *columns])
    for table in ("import_piece", "import_row"):
        protect(table)
