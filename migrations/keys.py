"""Keys that are added to tables later, and columns that may be empty from some day on. Change it by adding only.

SQLite can neither add a key of two columns nor let a column be empty; its own page on ALTER TABLE gives the way:
neither says anything about how rows are stored, so the words of the table are changed.
"""

import re

import sqlalchemy as sa
from alembic import op


def add_key(table: str, column: str, target: str) -> None:
    """Add an empty column that points at a row of the same tenant."""
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    name = op.f(f"fk_{table}_tenant_id_{column}")
    if _is_postgresql():
        columns = ["tenant_id", column], ["tenant_id", "id"]
        op.create_foreign_key(name, table, target, *columns, ondelete="RESTRICT")
        return
    key = f"CONSTRAINT {name} FOREIGN KEY(tenant_id, {column}) REFERENCES {target} (tenant_id, id) ON DELETE RESTRICT"
    reword(table, r"\)\s*$", f", {key})")


def drop_key(table: str, column: str) -> None:
    """Take such a column away again."""
    name = op.f(f"fk_{table}_tenant_id_{column}")
    if _is_postgresql():
        op.drop_constraint(name, table, type_="foreignkey")
    else:
        reword(table, rf",\s*CONSTRAINT {name} FOREIGN KEY\s*\([^)]*\) REFERENCES \w+ \([^)]*\) ON DELETE RESTRICT", "")
    op.drop_column(table, column)


def drop_reference(table: str, name: str) -> None:
    """Let columns stay that a key pointed from."""
    if _is_postgresql():
        op.drop_constraint(op.f(name), table, type_="foreignkey")
    else:
        reword(table, rf",\s*CONSTRAINT {name} FOREIGN KEY\s*\([^)]*\) REFERENCES \w+ \([^)]*\) ON DELETE RESTRICT", "")


def add_reference(table: str, name: str, columns: list[str], target: str, keys: list[str]) -> None:
    """Let columns that are there already point at rows of another table."""
    if _is_postgresql():
        op.create_foreign_key(op.f(name), table, target, columns, keys, ondelete="RESTRICT")
        return
    key = f"CONSTRAINT {name} FOREIGN KEY({', '.join(columns)}) REFERENCES {target} ({', '.join(keys)})"
    reword(table, r"\)\s*$", f", {key} ON DELETE RESTRICT)")


def let_be_empty(table: str, column: str, kind: str) -> None:
    """Let a column be empty; `kind` is its type as SQLite has it."""
    if _is_postgresql():
        op.alter_column(table, column, nullable=True)
    else:
        reword(table, rf"(\b{column} {re.escape(kind)}) NOT NULL", r"\1")


def forbid_empty(table: str, column: str, kind: str) -> None:
    """Let a column be empty no more."""
    if _is_postgresql():
        op.alter_column(table, column, nullable=False)
    else:
        reword(table, rf"(\b{column} {re.escape(kind)})(?=\s*,)", r"\1 NOT NULL")


def add_check(table: str, name: str, condition: str) -> None:
    """Add a check to a table."""
    full = op.f(f"ck_{table}_{name}")
    if _is_postgresql():
        op.create_check_constraint(full, table, sa.text(condition))
    else:
        reword(table, r"\)\s*$", f", CONSTRAINT {full} CHECK ({condition}))")


def drop_check(table: str, name: str, condition: str) -> None:
    """Take a check of a table away again."""
    full = op.f(f"ck_{table}_{name}")
    if _is_postgresql():
        op.drop_constraint(full, table, type_="check")
    else:
        reword(table, re.escape(f", CONSTRAINT {full} CHECK ({condition})"), "")


def reword(table: str, pattern: str, words: str) -> None:
    """Change the words of one of SQLite's tables in exactly one place."""
    run = op.get_bind().exec_driver_sql
    sql = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    changed, number = re.subn(pattern, words, sql)
    if number != 1:
        raise RuntimeError(f"{table} does not hold {pattern} just once")
    run("PRAGMA writable_schema = ON")
    run("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (changed, table))
    run("PRAGMA writable_schema = RESET")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
