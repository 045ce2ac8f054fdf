"""Property companies and service contracts keep their past: they decide on scoring rounds."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows, protect

revision = "estates0003"
down_revision = "care0002"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01 00:00:00+00:00"
ADDED = {"property_company": ("updated_at",), "service_contract": ("created_at", "updated_at")}


def upgrade() -> None:
    for table, moments in ADDED.items():
        add_columns(table, moments)
    fill_times()
    create_past(
        "property_company",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
    )
    create_past(
        "service_contract",
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("fee_per_m2_month", sa.Numeric(precision=6, scale=3), nullable=True),
    )


def add_columns(table: str, moments: tuple[str, ...]) -> None:
    op.add_column(table, sa.Column("source_batch_id", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("source_row", sa.Integer(), nullable=True))
    for name in moments:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=LONG_AGO))
        if op.get_bind().dialect.name == "postgresql":
            op.alter_column(table, name, server_default=None)
    op.create_index(op.f(f"ix_{table}_tenant_id_source_batch_id"), table, ["tenant_id", "source_batch_id"])


def fill_times() -> None:
    """What was there before stands as it stands since it was entered; a contract since its firm was."""
    with all_rows("property_company"), all_rows("service_contract"):
        op.execute("UPDATE property_company SET updated_at = created_at")
        op.execute(
            "UPDATE service_contract SET created_at = (SELECT firm.created_at FROM property_company AS firm "
            "WHERE firm.tenant_id = service_contract.tenant_id AND firm.id = service_contract.company_id)"
        )
        op.execute("UPDATE service_contract SET updated_at = created_at")


def create_past(of: str, *columns: sa.Column) -> None:
    table = f"{of}_past"
    op.create_table(
        table,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_batch_id", sa.Uuid(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    for names in (["row_id", "until_at"], ["until_at"], ["source_batch_id"]):
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(names)}"), table, ["tenant_id", *names])
    protect(table)


def downgrade() -> None:
    for table, moments in reversed(ADDED.items()):
        op.drop_table(f"{table}_past")
        op.drop_index(op.f(f"ix_{table}_tenant_id_source_batch_id"), table_name=table)
        for name in ("source_batch_id", "source_row", *moments):
            op.drop_column(table, name)
