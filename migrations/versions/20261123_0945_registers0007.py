"""A member's flag beside the class (retired and also in need), and the monthly dues."""

import sqlalchemy as sa
from alembic import op

revision = "registers0007"
down_revision = "core0002"
branch_labels = None
depends_on = None

TABLES = ("party_member", "party_member_past")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("vulnerable_since", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("dues_monthly", sa.Numeric(precision=8, scale=2), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "dues_monthly")
        op.drop_column(table, "vulnerable_since")
