"""Create the tables of the registers."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "registers0001"
down_revision = "estates0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "party_organization",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "WORKING_COMMITTEE",
                "PARTY_COMMITTEE",
                "GENERAL_BRANCH",
                "BRANCH",
                "JOINT_BRANCH",
                "TEMP_BRANCH",
                "FUNCTIONAL_BRANCH",
                "GROUP",
                name="organizationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_greater_committee", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("elected_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["party_organization.tenant_id", "party_organization.id"],
            name=op.f("fk_party_organization_tenant_id_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_party_organization_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_party_organization")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_party_organization_tenant_id_name")),
    )
    op.create_index(
        op.f("ix_party_organization_tenant_id_parent_id"),
        "party_organization",
        ["tenant_id", "parent_id"],
        unique=False,
    )
    op.create_table(
        "party_member",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column(
            "member_type",
            sa.Enum("FULL", "PROBATIONARY", name="membertype", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("joined_by_month", sa.Boolean(), nullable=False),
        sa.Column("full_on", sa.Date(), nullable=True),
        sa.Column("full_by_month", sa.Boolean(), nullable=False),
        sa.Column(
            "management_class",
            sa.Enum(
                "IN_SERVICE",
                "RETIRED",
                "VULNERABLE",
                "FLOATING",
                name="managementclass",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "NORMAL",
                "SUSPENDED",
                "EXPELLED",
                "RESIGNED",
                "TRANSFERRED",
                "DECEASED",
                name="memberstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("work_unit", sa.String(length=80), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source_batch_id", sa.Uuid(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["party_organization.tenant_id", "party_organization.id"],
            name=op.f("fk_party_member_tenant_id_organization_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_party_member_tenant_id_source_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_party_member_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_party_member")),
        sa.UniqueConstraint("tenant_id", "id_index", name=op.f("uq_party_member_tenant_id_id_index")),
    )
    op.create_index(
        op.f("ix_party_member_tenant_id_mobile_index"), "party_member", ["tenant_id", "mobile_index"], unique=False
    )
    op.create_index(
        "ix_party_member_counts",
        "party_member",
        ["tenant_id", "organization_id", "management_class", "member_type", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_party_member_tenant_id_sort_key_id"),
        "party_member",
        ["tenant_id", "sort_key", "id"],
        unique=False,
    )
    for table in ("party_organization", "party_member"):
        protect(table)


def downgrade() -> None:
    op.drop_index(op.f("ix_party_member_tenant_id_sort_key_id"), table_name="party_member")
    op.drop_index("ix_party_member_counts", table_name="party_member")
    op.drop_index(op.f("ix_party_member_tenant_id_mobile_index"), table_name="party_member")
    op.drop_table("party_member")
    op.drop_index(op.f("ix_party_organization_tenant_id_parent_id"), table_name="party_organization")
    if op.get_bind().dialect.name == "sqlite":  # drops row by row there, and a child holds its parent
        op.execute("UPDATE party_organization SET parent_id = NULL")
    op.drop_table("party_organization")
