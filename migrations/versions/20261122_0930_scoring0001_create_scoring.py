"""Create the tables of scoring."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "scoring0001"
down_revision = "reporting0001"
branch_labels = None
depends_on = None


FROZEN = ("template", "opens_at", "closes_at", "estate_id", "company_id", "contract_id")


def freeze_open_rounds() -> None:
    """Keep template, window, estate and firm of a round as they were once owners could score."""
    if op.get_bind().dialect.name == "postgresql":
        changed = " OR ".join(f"NEW.{column}::text <> OLD.{column}::text" for column in FROZEN)
        op.execute(
            f"CREATE FUNCTION keep_open_round() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF OLD.state <> 'DRAFT' AND ({changed}) THEN RAISE EXCEPTION 'an open round keeps its terms'; END IF; "
            f"RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER rating_round_kept BEFORE UPDATE ON rating_round "
            "FOR EACH ROW EXECUTE FUNCTION keep_open_round()"
        )
    else:
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FROZEN)
        op.execute(
            f"CREATE TRIGGER rating_round_kept BEFORE UPDATE ON rating_round WHEN OLD.state <> 'DRAFT' AND ({changed}) "
            f"BEGIN SELECT RAISE(ABORT, 'an open round keeps its terms'); END"
        )


def upgrade() -> None:
    op.create_table(
        "rating_round",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "OPEN",
                "CLOSED",
                "PUBLISHED",
                name="roundstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roll", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'OPEN') OR closed_at IS NOT NULL", name=op.f("ck_rating_round_closed_has_a_moment")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_rating_round_closes_after_it_opens")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "company_id"],
            ["property_company.tenant_id", "property_company.id"],
            name=op.f("fk_rating_round_tenant_id_company_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract_id"],
            ["service_contract.tenant_id", "service_contract.id"],
            name=op.f("fk_rating_round_tenant_id_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "estate_id"],
            ["estate.tenant_id", "estate.id"],
            name=op.f("fk_rating_round_tenant_id_estate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_rating_round_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating_round")),
    )
    op.create_index(
        op.f("ix_rating_round_tenant_id_estate_id_state"),
        "rating_round",
        ["tenant_id", "estate_id", "state"],
        unique=False,
    )
    op.create_table(
        "ballot",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("WEB", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("s1", sa.SmallInteger(), nullable=True),
        sa.Column("s2", sa.SmallInteger(), nullable=True),
        sa.Column("s3", sa.SmallInteger(), nullable=True),
        sa.Column("s4", sa.SmallInteger(), nullable=True),
        sa.Column("s5", sa.SmallInteger(), nullable=True),
        sa.Column("s6", sa.SmallInteger(), nullable=True),
        sa.Column("s7", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "s1 BETWEEN 0 AND 5 AND s2 BETWEEN 0 AND 5 AND s3 BETWEEN 0 AND 5 AND s4 BETWEEN 0 AND 5 AND s5 BETWEEN 0 AND 5 AND s6 BETWEEN 0 AND 5 AND s7 BETWEEN 0 AND 5",
            name=op.f("ck_ballot_on_the_scale"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "building_id"],
            ["building.tenant_id", "building.id"],
            name=op.f("fk_ballot_tenant_id_building_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_round.tenant_id", "rating_round.id"],
            name=op.f("fk_ballot_tenant_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_ballot_tenant_id_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ballot_tenant_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_ballot_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("tenant_id", "round_id", "unit_id", name=op.f("uq_ballot_tenant_id_round_id_unit_id")),
    )
    op.create_table(
        "ballot_draft",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("s1", sa.SmallInteger(), nullable=True),
        sa.Column("s2", sa.SmallInteger(), nullable=True),
        sa.Column("s3", sa.SmallInteger(), nullable=True),
        sa.Column("s4", sa.SmallInteger(), nullable=True),
        sa.Column("s5", sa.SmallInteger(), nullable=True),
        sa.Column("s6", sa.SmallInteger(), nullable=True),
        sa.Column("s7", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "s1 BETWEEN -1 AND 5 AND s2 BETWEEN -1 AND 5 AND s3 BETWEEN -1 AND 5 AND s4 BETWEEN -1 AND 5 AND s5 BETWEEN -1 AND 5 AND s6 BETWEEN -1 AND 5 AND s7 BETWEEN -1 AND 5",
            name=op.f("ck_ballot_draft_on_the_scale"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["rating_round.tenant_id", "rating_round.id"],
            name=op.f("fk_ballot_draft_tenant_id_round_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_ballot_draft_tenant_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_ballot_draft_tenant_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ballot_draft_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ballot_draft")),
        sa.UniqueConstraint(
            "tenant_id",
            "round_id",
            "unit_id",
            "user_id",
            name=op.f("uq_ballot_draft_tenant_id_round_id_unit_id_user_id"),
        ),
    )
    for table in ("rating_round", "ballot", "ballot_draft"):
        protect(table)
    freeze_open_rounds()


def downgrade() -> None:
    op.drop_table("ballot_draft")
    op.drop_table("ballot")
    op.drop_index(op.f("ix_rating_round_tenant_id_estate_id_state"), table_name="rating_round")
    op.drop_table("rating_round")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_open_round()")
