"""Lists that people keep under a name, and the columns they want to see."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "registers0005"
down_revision = "registers0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "saved_list",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("owner_name", sa.String(length=50), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        unique=("kind", "owner_id", "name"),
    )
    create(
        "list_columns",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        unique=("kind", "owner_id"),
    )


def create(table: str, *columns: sa.Column, unique: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f(f"fk_{table}_owner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("tenant_id", *unique, name=op.f(f"uq_{table}_tenant_id_{'_'.join(unique)}")),
    )
    protect(table)


def downgrade() -> None:
    op.drop_table("list_columns")
    op.drop_table("saved_list")
