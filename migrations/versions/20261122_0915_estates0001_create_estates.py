"""Create the tables of estates."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "estates0001"
down_revision = "desk0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "estate",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_estate_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_estate")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_estate_tenant_id_name")),
    )
    op.create_table(
        "owner",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("PERSON", "ORGANIZATION", name="ownerkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_owner_tenant_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_owner_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_owner")),
        sa.UniqueConstraint("tenant_id", "id_number_index", name=op.f("uq_owner_tenant_id_id_number_index")),
        sa.UniqueConstraint("tenant_id", "user_id", name=op.f("uq_owner_tenant_id_user_id")),
    )
    op.create_index(op.f("ix_owner_tenant_id_name"), "owner", ["tenant_id", "name"], unique=False)
    op.create_table(
        "property_company",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_property_company_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_property_company")),
        sa.UniqueConstraint("tenant_id", "credit_code", name=op.f("uq_property_company_tenant_id_credit_code")),
    )
    op.create_table(
        "building",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "estate_id"],
            ["estate.tenant_id", "estate.id"],
            name=op.f("fk_building_tenant_id_estate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_building_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_building")),
        sa.UniqueConstraint("tenant_id", "estate_id", "name", name=op.f("uq_building_tenant_id_estate_id_name")),
    )
    op.create_table(
        "service_contract",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_service_contract_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "company_id"],
            ["property_company.tenant_id", "property_company.id"],
            name=op.f("fk_service_contract_tenant_id_company_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "estate_id"],
            ["estate.tenant_id", "estate.id"],
            name=op.f("fk_service_contract_tenant_id_estate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_service_contract_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service_contract")),
        sa.UniqueConstraint(
            "tenant_id",
            "estate_id",
            "company_id",
            "valid_from",
            name=op.f("uq_service_contract_tenant_id_estate_id_company_id_valid_from"),
        ),
    )
    op.create_table(
        "unit",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exclusive_area_m2", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column(
            "area_basis",
            sa.Enum(
                "REGISTERED",
                "SURVEYED",
                "CONTRACT",
                name="areabasis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "UNSOLD",
                "SOLD_UNDELIVERED",
                "DELIVERED",
                name="unitstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("exclusive_area_m2 > 0", name=op.f("ck_unit_area_above_zero")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "building_id"],
            ["building.tenant_id", "building.id"],
            name=op.f("fk_unit_tenant_id_building_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_unit_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("tenant_id", "building_id", "room", name=op.f("uq_unit_tenant_id_building_id_room")),
    )
    op.create_table(
        "ownership",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "title_basis",
            sa.Enum(
                "REGISTERED",
                "POSSESSION",
                "INHERITANCE",
                "COURT",
                "BUILT",
                name="titlebasis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.Column("is_voting_representative", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by IS NULL)", name=op.f("ck_ownership_verified_by_somebody")
        ),
        sa.CheckConstraint("share BETWEEN 1 AND 10000", name=op.f("ck_ownership_share_of_the_whole")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_ownership_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["owner.tenant_id", "owner.id"],
            name=op.f("fk_ownership_tenant_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_ownership_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ownership_tenant_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["user_account.id"], name=op.f("fk_ownership_verified_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ownership")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "owner_id",
            "valid_from",
            name=op.f("uq_ownership_tenant_id_unit_id_owner_id_valid_from"),
        ),
    )
    op.create_index(op.f("ix_ownership_tenant_id_owner_id"), "ownership", ["tenant_id", "owner_id"], unique=False)
    for table in ("estate", "owner", "property_company", "building", "service_contract", "unit", "ownership"):
        protect(table)


def downgrade() -> None:
    op.drop_index(op.f("ix_ownership_tenant_id_owner_id"), table_name="ownership")
    op.drop_table("ownership")
    op.drop_table("unit")
    op.drop_table("service_contract")
    op.drop_table("building")
    op.drop_table("property_company")
    op.drop_index(op.f("ix_owner_tenant_id_name"), table_name="owner")
    op.drop_table("owner")
    op.drop_table("estate")
