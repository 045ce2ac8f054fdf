"""Extras of a member: hardship, a seat on an owners' committee, skills, kinds of service offered."""

import sqlalchemy as sa
from alembic import op

revision = "registers0008"
down_revision = "registers0007"
branch_labels = None
depends_on = None

TABLES = ("party_member", "party_member_past")
LEVELS = "'NONE', 'GENERAL', 'SERIOUS', 'SEVERE'"


def upgrade() -> None:
    for table in TABLES:
        # With its check in one statement, which SQLite can do without a new table.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN hardship_level VARCHAR(32) "
            f"CONSTRAINT ck_{table}_hardshiplevel CHECK (hardship_level IN ({LEVELS}))"
        )
        op.add_column(table, sa.Column("on_owners_committee", sa.Boolean(), nullable=True))
        op.add_column(table, sa.Column("skills", sa.String(length=100), nullable=True))
        op.add_column(table, sa.Column("service_intents", sa.String(length=60), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        for column in ("service_intents", "skills", "on_owners_committee", "hardship_level"):
            op.drop_column(table, column)
