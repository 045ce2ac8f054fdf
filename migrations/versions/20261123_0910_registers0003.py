"""Relations of members: transfers, standing, belonging, merges."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

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
ACTS = ("LOSE", "FIND", "SUSPEND", "RESTORE", "STRIKE_OFF", "EXPEL", "RESIGN", "DIE", "BECOME_FULL", "EXTEND")
STATES = ("APPLIED", "OUT_APPROVED", "DECLINED", "IN_TRANSIT", "IN_ACCEPTED", "RETURNED", "EXPIRED")
OPEN = "state IN ('APPLIED', 'IN_TRANSIT', 'OUT_APPROVED') AND direction = 'OUT'"
TABLES = ("member_standing", "transfer_line", "member_transfer", "member_link", "distinct_pair", "member_merge")
MEMBER_TABLES = ("party_member", "party_member_past")


def upgrade() -> None:
    for table in MEMBER_TABLES:
        for name, kind in PLAIN.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
        for name, values in CHOICES.items():
            add_choice(table, name, CHECKS[name], values)
    add_partial_index("ix_party_member_lost", "lost_since", "lost_since IS NOT NULL")
    add_partial_index("ix_party_member_probation", "joined_on", "member_type = 'PROBATIONARY'")
    for make in (make_standing, make_transfer, make_line, make_link, make_pair, make_merge):
        make()
    for table in TABLES:
        protect(table)


def add_choice(table: str, name: str, check: str, values: tuple[str, ...]) -> None:
    """Add a column of fixed words with its check in one statement, which SQLite can do without a new table."""
    words = ", ".join(f"'{value}'" for value in values)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR(32) CONSTRAINT ck_{table}_{check} CHECK ({name} IN ({words}))"
    )


def add_partial_index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "party_member", ["tenant_id", column], sqlite_where=where, postgresql_where=where)


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def create(table: str, *columns: sa.Column | sa.Constraint, indexes: tuple[tuple[str, ...], ...] = ()) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    for names in indexes:
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(names)}"), table, ["tenant_id", *names])


def inside(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A key that stays in the tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="RESTRICT",
    )


def to_global(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def make_standing() -> None:
    create(
        "member_standing",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("act", words("standingact", *ACTS), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("ground", words("suspensionground", "LOST", "SETTLED_ABROAD", "STUDYING_ABROAD"), nullable=True),
        sa.Column("lost_reason", words("lostreason", *CHOICES["lost_reason"]), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        inside("member_standing", "member_id", "party_member"),
        to_global("member_standing", "recorded_by", "user_account"),
        indexes=(("member_id", "happened_on"),),
    )


def make_transfer() -> None:
    table = "member_transfer"
    create(
        table,
        sa.Column("direction", words("direction", "OUT", "IN", "WITHIN"), nullable=False),
        sa.Column("channel", words("channel", "PORTAL", "PAPER"), nullable=False),
        sa.Column("state", words("transferstate", *STATES), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("full_name", sa.String(length=50), nullable=False),
        sa.Column("other_tenant_id", sa.BigInteger(), nullable=True),
        sa.Column("other_name", sa.String(length=100), nullable=False),
        sa.Column("from_organization_id", sa.Uuid(), nullable=True),
        sa.Column("to_organization_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("letter_no", sa.String(length=40), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("dues_until", sa.String(length=7), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("receipt_no", sa.String(length=40), nullable=True),
        sa.Column("parcel_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        inside(table, "member_id", "party_member"),
        inside(table, "from_organization_id", "party_organization"),
        inside(table, "to_organization_id", "party_organization"),
        to_global(table, "other_tenant_id", "tenant"),
        sa.CheckConstraint("(letter_no IS NULL) = (valid_to IS NULL)", name=op.f(f"ck_{table}_letter_has_an_end")),
        indexes=(("state", "valid_to"), ("applied_on", "id"), ("member_id",)),
    )
    where = sa.text(OPEN)
    op.create_index(
        "uq_member_transfer_open", table, ["tenant_id", "member_id"], unique=True,
        sqlite_where=where, postgresql_where=where,
    )


def make_line() -> None:
    create(
        "transfer_line",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("state", words("transferstate", *STATES), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        inside("transfer_line", "transfer_id", "member_transfer"),
        indexes=(("transfer_id", "at"),),
    )


def make_link() -> None:
    create(
        "member_link",
        sa.Column("kind", words("linkkind", "HOME", "RESIDENCE"), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("full_name", sa.String(length=50), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("other_name", sa.String(length=100), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        inside("member_link", "member_id", "party_member"),
        sa.CheckConstraint("(kind = 'RESIDENCE') = (member_id IS NOT NULL)", name=op.f("ck_member_link_own_member")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_member_link_dates")),
        indexes=(("kind", "sort_key", "id"), ("member_id",), ("mobile_index",)),
    )


def make_pair() -> None:
    create(
        "distinct_pair",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("said_by_name", sa.String(length=50), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_pair_ordered")),
        sa.UniqueConstraint(
            "tenant_id", "first_id", "second_id", name=op.f("uq_distinct_pair_tenant_id_first_id_second_id")
        ),
    )


def make_merge() -> None:
    create(
        "member_merge",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("kept_name", sa.String(length=50), nullable=False),
        sa.Column("gone_name", sa.String(length=50), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=True),
        sa.Column("merged_by_name", sa.String(length=50), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_name", sa.String(length=50), nullable=True),
        to_global("member_merge", "merged_by", "user_account"),
        indexes=(("merged_at", "id"), ("kept_id",)),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name in ("ix_party_member_probation", "ix_party_member_lost"):
        op.drop_index(name, table_name="party_member")
    for table in MEMBER_TABLES:
        for name in (*CHOICES, *PLAIN):
            op.drop_column(table, name)
