"""A second belonging points at a unit or an organization and keeps its past; who flowed in is told apart by the index.

The index of the counts holds which way members float, so that counting without those from elsewhere reads it alone.
"""

import sqlalchemy as sa
from alembic import op

from migrations.keys import add_check, add_key, drop_check, drop_key
from migrations.row_security import all_rows, protect

revision = "registers0010"
down_revision = "estates0003"
branch_labels = None
depends_on = None

LINK, PAST, COUNTS = "member_link", "member_link_past", "ix_party_member_counts"
COUNTED = ["tenant_id", "organization_id", "management_class", "member_type", "status"]
KEYS = (("work_unit_id", "work_unit"), ("organization_id", "party_organization"))
ONE_END = "work_unit_id IS NULL OR organization_id IS NULL"
LONG_AGO = "1970-01-01 00:00:00+00:00"


def upgrade() -> None:
    op.drop_index(COUNTS, "party_member")
    op.create_index(COUNTS, "party_member", [*COUNTED, "flow_direction"])
    for column, target in KEYS:
        add_key(LINK, column, target)
    add_check(LINK, "one_end", ONE_END)
    op.add_column(LINK, sa.Column("source_batch_id", sa.Uuid(), nullable=True))
    op.add_column(LINK, sa.Column("source_row", sa.Integer(), nullable=True))
    moment = sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=LONG_AGO)
    op.add_column(LINK, moment)
    with all_rows(LINK):
        op.execute(f"UPDATE {LINK} SET updated_at = created_at")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(LINK, "updated_at", server_default=None)
    op.create_index(op.f(f"ix_{LINK}_tenant_id_source_batch_id"), LINK, ["tenant_id", "source_batch_id"])
    create_past()


def create_past() -> None:
    kind = sa.Enum("HOME", "RESIDENCE", name="linkkind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        PAST,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("full_name", sa.String(length=50), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("other_name", sa.String(length=100), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_batch_id", sa.Uuid(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{PAST}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{PAST}")),
    )
    for names in (["row_id", "until_at"], ["until_at"], ["source_batch_id"]):
        op.create_index(op.f(f"ix_{PAST}_tenant_id_{'_'.join(names)}"), PAST, ["tenant_id", *names])
    protect(PAST)


def downgrade() -> None:
    op.drop_table(PAST)
    op.drop_index(op.f(f"ix_{LINK}_tenant_id_source_batch_id"), LINK)
    for column in ("updated_at", "source_row", "source_batch_id"):
        op.drop_column(LINK, column)
    drop_check(LINK, "one_end", ONE_END)
    for column, _target in reversed(KEYS):
        drop_key(LINK, column)
    op.drop_index(COUNTS, "party_member")
    op.create_index(COUNTS, "party_member", COUNTED)
