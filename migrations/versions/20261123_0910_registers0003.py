"""Relations of members: transfers, standing, belonging, merges."""

import sqlalchemy as sa
from alembic import op

revision = "registers0003"
down_revision = "desk0002"
branch_labels = None
depends_on = None

CHOICES = {
    "job_category": ("WORKER", "FARMER", "SPECIALIST", "MANAGER", "OFFICIAL", "STUDENT", "OTHER", "RETIRED"),
    "lost_reason": (
        "MIGRANT_WORK", "UNIT_CLOSED", "AFTER_GRADUATION", "JOB_CHANGED", "ABROAD", "HOME_CHANGED", "OTHER",
    ),
    "flow_direction": ("OUT", "IN"),
}
CHECKS = {"job_category": "jobcategory", "lost_reason": "lostreason", "flow_direction": "flowdirection"}
PLAIN = {
    "status_on": sa.Date(),
    "probation_until": sa.Date(),
    "lost_since": sa.Date(),
    "flow_place": sa.String(length=60),
}
MEMBER_TABLES = ("party_member", "party_member_past")


def upgrade() -> None:
    for table in MEMBER_TABLES:
        for name, kind in PLAIN.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
        for name, values in CHOICES.items():
            add_choice(table, name, CHECKS[name], values)
    add_partial_index("ix_party_member_lost", "lost_since", "lost_since IS NOT NULL")
    add_partial_index("ix_party_member_probation", "joined_on", "member_type = 'PROBATIONARY'")


def add_choice(table: str, name: str, check: str, values: tuple[str, ...]) -> None:
    """Add a column of fixed words with its check in one statement, which SQLite can do without a new table."""
    words = ", ".join(f"'{value}'" for value in values)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR(32) CONSTRAINT ck_{table}_{check} CHECK ({name} IN ({words}))"
    )


def add_partial_index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "party_member", ["tenant_id", column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in ("ix_party_member_probation", "ix_party_member_lost"):
        op.drop_index(name, table_name="party_member")
    for table in MEMBER_TABLES:
        for name in (*CHOICES, *PLAIN):
            op.drop_column(table, name)
