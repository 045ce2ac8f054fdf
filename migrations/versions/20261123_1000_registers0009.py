"""A line of a member's standing may be the correction of a mistake of entry."""

import re

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows

revision = "registers0009"
down_revision = "registers0008"
branch_labels = None
depends_on = None

ACTS = (
    "LOSE", "FIND", "SUSPEND", "RESTORE", "STRIKE_OFF", "EXPEL", "RESIGN", "DIE", "BECOME_FULL", "EXTEND",
    "CANCEL_PROBATION", "WATCH", "EXTEND_WATCH", "RESTORE_RIGHTS", "DETAIN", "RELEASE",
)  # fmt: skip
WITH_CORRECTION = (*ACTS, "CORRECT")
NAME = "ck_member_standing_standingact"


def upgrade() -> None:
    allow(ACTS, WITH_CORRECTION)


def downgrade() -> None:
    with all_rows("member_standing"):
        op.execute("DELETE FROM member_standing WHERE act = 'CORRECT'")
    allow(WITH_CORRECTION, ACTS)


def quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the column hold other words than before."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "member_standing", type_="check")
        op.create_check_constraint(op.f(NAME), "member_standing", sa.text(f"act IN ({quoted(after)})"))
        return
    run = op.get_bind().exec_driver_sql
    sql = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'member_standing'").scalar_one()
    pattern = r"(\bact IN \()" + r",\s*".join(f"'{value}'" for value in before) + r"(\))"
    words, number = re.subn(pattern, rf"\g<1>{quoted(after)}\2", sql)
    if number != 1:
        raise RuntimeError("member_standing.act does not hold what it should")
    # What a column may hold says nothing about how rows are stored: SQLite's own page on ALTER TABLE gives this way.
    run("PRAGMA writable_schema = ON")
    run("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'member_standing'", (words,))
    run("PRAGMA writable_schema = RESET")
