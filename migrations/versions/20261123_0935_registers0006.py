"""Discipline and its rights, probation cancelled, acts taken back, posts that end with a move, applications."""

import re

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows

revision = "registers0006"
down_revision = "care0001"
branch_labels = None
depends_on = None

MEMBERS, ORGANIZATIONS = ("party_member", "party_member_past"), ("party_organization", "party_organization_past")
MEMBER_COLUMNS = ("watched_since", "watched_until", "detained_since")
ORGANIZATION_COLUMNS = ("applied_on", "replied_on")
WATCHED = "ix_party_member_watched"
STATUSES = ("NORMAL", "SUSPENDED", "EXPELLED", "RESIGNED", "TRANSFERRED", "DECEASED")
ACTS = (
    "LOSE",
    "FIND",
    "SUSPEND",
    "RESTORE",
    "STRIKE_OFF",
    "EXPEL",
    "RESIGN",
    "DIE",
    "BECOME_FULL",
    "EXTEND",
)
NEW_STATUS = "DISQUALIFIED"
NEW_ACTS = ("CANCEL_PROBATION", "WATCH", "EXTEND_WATCH", "RESTORE_RIGHTS", "DETAIN", "RELEASE")


def upgrade() -> None:
    for table in MEMBERS:
        for name in MEMBER_COLUMNS:
            op.add_column(table, sa.Column(name, sa.Date(), nullable=True))
        allow(table, "status", "memberstatus", STATUSES, (*STATUSES, NEW_STATUS))
    given = sa.text("watched_until IS NOT NULL")
    op.create_index(WATCHED, "party_member", ["tenant_id", "watched_until"], sqlite_where=given, postgresql_where=given)
    for table in ORGANIZATIONS:
        for name in ORGANIZATION_COLUMNS:
            op.add_column(table, sa.Column(name, sa.Date(), nullable=True))
    for column in standing_columns():
        op.add_column("member_standing", column)
    allow("member_standing", "act", "standingact", ACTS, (*ACTS, *NEW_ACTS))
    op.add_column("member_transfer", sa.Column("ended_posts", sa.JSON(), nullable=True))


def standing_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("changed", sa.JSON(), nullable=True),
        sa.Column("ended_posts", sa.JSON(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=50), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("member_transfer", "ended_posts")
    with all_rows("member_standing"):
        op.execute(f"DELETE FROM member_standing WHERE act IN ({quoted(NEW_ACTS)})")
    allow("member_standing", "act", "standingact", (*ACTS, *NEW_ACTS), ACTS)
    for column in standing_columns():
        op.drop_column("member_standing", column.name)
    for table in ORGANIZATIONS:
        for name in ORGANIZATION_COLUMNS:
            op.drop_column(table, name)
    op.drop_index(WATCHED, "party_member")
    for table in MEMBERS:
        with all_rows(table):
            op.execute(f"UPDATE {table} SET status = 'RESIGNED' WHERE status = '{NEW_STATUS}'")
        allow(table, "status", "memberstatus", (*STATUSES, NEW_STATUS), STATUSES)
        for name in MEMBER_COLUMNS:
            op.drop_column(table, name)


def quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def allow(table: str, column: str, check: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let a column hold other words than before."""
    if op.get_bind().dialect.name == "postgresql":
        name = op.f(f"ck_{table}_{check}")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, sa.text(f"{column} IN ({quoted(after)})"))
        return
    run = op.get_bind().exec_driver_sql
    sql = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    pattern = rf"(\b{column} IN \()" + r",\s*".join(f"'{value}'" for value in before) + r"(\))"
    words, number = re.subn(pattern, rf"\g<1>{quoted(after)}\2", sql)
    if number != 1:
        raise RuntimeError(f"{table}.{column} does not hold what it should")
    # What a column may hold says nothing about how rows are stored: SQLite's own page on ALTER TABLE gives this way.
    run("PRAGMA writable_schema = ON")
    run("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (words, table))
    run("PRAGMA writable_schema = RESET")
