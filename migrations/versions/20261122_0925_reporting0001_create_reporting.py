"""Create the tables of reporting."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "reporting0001"
down_revision = "registers0001"
branch_labels = None
depends_on = None

TABLES = ("member_report", "service_post", "post_claim", "service_record")


def upgrade() -> None:
    op.create_table(
        "member_report",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("work_unit", sa.String(length=100), nullable=False),
        sa.Column("residence", sa.String(length=100), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("skills", sa.String(length=100), nullable=False),
        sa.Column("intents", sa.JSON(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "accepted",
                "returned",
                "withdrawn",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_member_report_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_member_report_tenant_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_member_report_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_member_report")),
    )
    op.create_index(
        op.f("ix_member_report_tenant_id_state_reported_at"),
        "member_report",
        ["tenant_id", "state", "reported_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_member_report_tenant_id_user_id_reported_at"),
        "member_report",
        ["tenant_id", "user_id", "reported_at"],
        unique=False,
    )
    op.create_index(
        "uq_member_report_active",
        "member_report",
        ["tenant_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('reported', 'accepted')"),
        postgresql_where=sa.text("state IN ('reported', 'accepted')"),
    )
    op.create_table(
        "service_post",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "organization",
                "legal_aid",
                "help_and_jobs",
                "governance",
                "health",
                "culture_and_sport",
                "safety",
                "policy",
                "patrol",
                "greening",
                "mediation",
                "other",
                name="postcategory",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="poststate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_service_post_capacity")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_service_post_dates")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_service_post_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service_post")),
    )
    op.create_index(
        op.f("ix_service_post_tenant_id_state_ends_on"), "service_post", ["tenant_id", "state", "ends_on"], unique=False
    )
    op.create_table(
        "post_claim",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=4), nullable=False),
        sa.Column("seat", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("held", "released", name="claimstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_post_claim_seat")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "post_id"],
            ["service_post.tenant_id", "service_post.id"],
            name=op.f("fk_post_claim_tenant_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["member_report.tenant_id", "member_report.id"],
            name=op.f("fk_post_claim_tenant_id_report_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_post_claim_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_post_claim")),
        sa.UniqueConstraint(
            "tenant_id", "report_id", "post_id", "period", name=op.f("uq_post_claim_tenant_id_report_id_post_id_period")
        ),
    )
    op.create_index(
        "uq_post_claim_seat",
        "post_claim",
        ["tenant_id", "post_id", "period", "seat"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "service_record",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("half_hours", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "confirmed",
                "returned",
                name="servicestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "grade",
            sa.Enum(
                "self_reported",
                "confirmed",
                "checked_in",
                name="proofgrade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=200), nullable=False),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contest_reason", sa.String(length=200), nullable=False),
        sa.Column("contest_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contest_answer", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_service_record_span")),
        sa.CheckConstraint("half_hours > 0 OR corrects_id IS NOT NULL", name=op.f("ck_service_record_half_hours")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_service_record_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "corrects_id"],
            ["service_record.tenant_id", "service_record.id"],
            name=op.f("fk_service_record_tenant_id_corrects_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "post_id"],
            ["service_post.tenant_id", "service_post.id"],
            name=op.f("fk_service_record_tenant_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["member_report.tenant_id", "member_report.id"],
            name=op.f("fk_service_record_tenant_id_report_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_service_record_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service_record")),
    )
    op.create_index(
        op.f("ix_service_record_tenant_id_corrects_id"), "service_record", ["tenant_id", "corrects_id"], unique=False
    )
    op.create_index(
        op.f("ix_service_record_tenant_id_report_id_served_on"),
        "service_record",
        ["tenant_id", "report_id", "served_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_service_record_tenant_id_state_submitted_at"),
        "service_record",
        ["tenant_id", "state", "submitted_at"],
        unique=False,
    )
    op.create_index(
        "uq_service_record_start",
        "service_record",
        ["tenant_id", "report_id", "started_at"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL AND state <> 'returned'"),
        postgresql_where=sa.text("corrects_id IS NULL AND state <> 'returned'"),
    )
    for table in TABLES:
        protect(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # drops row by row there, and a counter-entry holds its entry
        op.execute("DELETE FROM service_record WHERE corrects_id IS NOT NULL")
    for table in reversed(TABLES):
        op.drop_table(table)
