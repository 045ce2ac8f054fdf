"""Create the tables of elections."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "elections0001"
down_revision = "scoring0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "election_case",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("running_estate_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "renewal",
                "by_election",
                "recall",
                name="casekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "prep_formed",
                "prep_published",
                "register_published",
                "nomination",
                "party_review",
                "joint_review",
                "candidates_published",
                "objection_handling",
                "notice",
                "voting",
                "counting",
                "result_published",
                "challenged",
                "recount",
                "elected",
                "partial",
                "failed",
                "first_meeting",
                "filed",
                "in_term",
                "renewal_due",
                "handover",
                "closed",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("pack_id", sa.String(length=60), nullable=False),
        sa.Column("pack_version", sa.Integer(), nullable=False),
        sa.Column("pack_hash", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.JSON(), nullable=False),
        sa.Column("prep_formed_on", sa.Date(), nullable=False),
        sa.Column("register_published_on", sa.Date(), nullable=False),
        sa.Column("roll_area_m2", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("roll_heads", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_election_case_seats_above_zero")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_election_case_opened_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "estate_id"],
            ["estate.tenant_id", "estate.id"],
            name=op.f("fk_election_case_tenant_id_estate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "running_estate_id"],
            ["estate.tenant_id", "estate.id"],
            name=op.f("fk_election_case_tenant_id_running_estate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_election_case_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_election_case")),
        sa.UniqueConstraint(
            "tenant_id", "running_estate_id", name=op.f("uq_election_case_tenant_id_running_estate_id")
        ),
    )
    op.create_index(
        op.f("ix_election_case_tenant_id_opened_at"), "election_case", ["tenant_id", "opened_at"], unique=False
    )
    op.create_index(op.f("ix_election_case_tenant_id_state"), "election_case", ["tenant_id", "state"], unique=False)
    op.create_table(
        "candidate",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("unit_text", sa.String(length=60), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "party_org",
                "residents_committee",
                "self",
                "joint_owners",
                "street",
                name="nominationsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "nominated",
                "need_info",
                "conditional",
                "passed",
                "failed",
                "withdrawn",
                name="candidatestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("nominated_by", sa.Uuid(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nominated_by"], ["user_account.id"], name=op.f("fk_candidate_nominated_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["election_case.tenant_id", "election_case.id"],
            name=op.f("fk_candidate_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["owner.tenant_id", "owner.id"],
            name=op.f("fk_candidate_tenant_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_candidate_tenant_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_candidate_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "tenant_id", "case_id", "name", "unit_text", name=op.f("uq_candidate_tenant_id_case_id_name_unit_text")
        ),
    )
    op.create_table(
        "candidate_decision",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "nominated",
                "need_info",
                "conditional",
                "passed",
                "failed",
                "withdrawn",
                name="candidatestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("cited", sa.JSON(), nullable=False),
        sa.Column("fix_by", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_candidate_decision_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "candidate_id"],
            ["candidate.tenant_id", "candidate.id"],
            name=op.f("fk_candidate_decision_tenant_id_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_candidate_decision_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_candidate_decision")),
    )
    op.create_index(
        op.f("ix_candidate_decision_tenant_id_candidate_id_decided_at"),
        "candidate_decision",
        ["tenant_id", "candidate_id", "decided_at"],
        unique=False,
    )
    op.create_table(
        "eligibility_check",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("rule_code", sa.String(length=12), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pass", "fail", "cannot_tell", name="checkoutcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_eligibility_check_checked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "candidate_id"],
            ["candidate.tenant_id", "candidate.id"],
            name=op.f("fk_eligibility_check_tenant_id_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_eligibility_check_tenant_id_file_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_eligibility_check_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_eligibility_check")),
        sa.UniqueConstraint(
            "tenant_id", "candidate_id", "rule_code", name=op.f("uq_eligibility_check_tenant_id_candidate_id_rule_code")
        ),
    )
    for table in ("election_case", "candidate", "candidate_decision", "eligibility_check"):
        protect(table)


def downgrade() -> None:
    op.drop_table("eligibility_check")
    op.drop_index(op.f("ix_candidate_decision_tenant_id_candidate_id_decided_at"), table_name="candidate_decision")
    op.drop_table("candidate_decision")
    op.drop_table("candidate")
    op.drop_index(op.f("ix_election_case_tenant_id_state"), table_name="election_case")
    op.drop_index(op.f("ix_election_case_tenant_id_opened_at"), table_name="election_case")
    op.drop_table("election_case")
