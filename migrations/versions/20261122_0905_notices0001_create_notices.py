"""Create the table of public notices."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "notices0001"
down_revision = "core0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_notice",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "general",
                "candidates",
                "scoring_result",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("objection", sa.String(length=400), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("period_source", sa.String(length=120), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_public_notice_withdrawn_with_reason")
        ),
        sa.CheckConstraint("last_day > starts_on", name=op.f("ck_public_notice_lasts_a_day")),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user_account.id"], name=op.f("fk_public_notice_issued_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_public_notice_tenant_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["user_account.id"], name=op.f("fk_public_notice_withdrawn_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_public_notice")),
    )
    op.create_index(op.f("ix_public_notice_tenant_id_ends_at"), "public_notice", ["tenant_id", "ends_at"], unique=False)
    op.create_index(
        op.f("ix_public_notice_tenant_id_subject_id"), "public_notice", ["tenant_id", "subject_id"], unique=False
    )
    protect("public_notice")


def downgrade() -> None:
    op.drop_index(op.f("ix_public_notice_tenant_id_subject_id"), table_name="public_notice")
    op.drop_index(op.f("ix_public_notice_tenant_id_ends_at"), table_name="public_notice")
    op.drop_table("public_notice")
