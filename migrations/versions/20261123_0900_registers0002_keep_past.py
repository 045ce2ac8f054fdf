"""Keep the earlier states of organizations and members."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows, protect

revision = "registers0002"
down_revision = "elections0001"
branch_labels = None
depends_on = None

PAST = ("party_organization_past", "party_member_past")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    for column in (sa.Column("source_batch_id", sa.Uuid(), nullable=True), sa.Column("source_row", sa.Integer(), nullable=True)):
        op.add_column("party_organization", column)
    op.add_column(
        "party_organization",
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00+00:00"),
    )
    with all_rows("party_organization"):
        op.execute("UPDATE party_organization SET updated_at = created_at")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("party_organization", "updated_at", server_default=None)
    for table in ("party_organization", "party_member"):
        op.create_index(op.f(f"ix_{table}_tenant_id_source_batch_id"), table, ["tenant_id", "source_batch_id"])
    create_past(
        "party_organization_past",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            words(
                "organizationkind", "WORKING_COMMITTEE", "PARTY_COMMITTEE", "GENERAL_BRANCH", "BRANCH", "JOINT_BRANCH",
                "TEMP_BRANCH", "FUNCTIONAL_BRANCH", "GROUP",
            ),
            nullable=False,
        ),
        sa.Column("is_greater_committee", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("elected_on", sa.Date(), nullable=True),
    )
    create_past(
        "party_member_past",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(length=50), nullable=False),
        sa.Column("search_key", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sex_code", sa.String(length=1), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("ethnic_code", sa.String(length=2), nullable=True),
        sa.Column("education_code", sa.String(length=2), nullable=True),
        sa.Column("member_type", words("membertype", "FULL", "PROBATIONARY"), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("joined_by_month", sa.Boolean(), nullable=False),
        sa.Column("full_on", sa.Date(), nullable=True),
        sa.Column("full_by_month", sa.Boolean(), nullable=False),
        sa.Column(
            "management_class",
            words("managementclass", "IN_SERVICE", "RETIRED", "VULNERABLE", "FLOATING"),
            nullable=True,
        ),
        sa.Column(
            "status",
            words("memberstatus", "NORMAL", "SUSPENDED", "EXPELLED", "RESIGNED", "TRANSFERRED", "DECEASED"),
            nullable=False,
        ),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("work_unit", sa.String(length=80), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
    )


def create_past(table: str, *columns: sa.Column) -> None:
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
    for columns_ in (["row_id", "until_at"], ["until_at"], ["source_batch_id"]):
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(columns_)}"), table, ["tenant_id", *columns_])
    protect(table)


def downgrade() -> None:
    for table in PAST:
        op.drop_table(table)
    for table in ("party_organization", "party_member"):
        op.drop_index(op.f(f"ix_{table}_tenant_id_source_batch_id"), table_name=table)
    for column in ("updated_at", "source_row", "source_batch_id"):
        op.drop_column("party_organization", column)
