"""Create the tables of care."""

import sqlalchemy as sa
from alembic import op

from migrations.row_security import protect

revision = "care0001"
down_revision = "estates0002"
branch_labels = None
depends_on = None

TABLES = (
    "visit_round",
    "care_visit",
    "duty_post",
    "floating_member",
    "party_delegate",
    "public_card",
    "card_version",
    "contact_link",
    "delegate_opinion",
    "duty_day",
    "duty_entry",
    "floating_contact",
    "contact_entry",
)


def upgrade() -> None:
    op.create_table(
        "visit_round",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["user_account.id"], name=op.f("fk_visit_round_planned_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_visit_round_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_round")),
        sa.UniqueConstraint("tenant_id", "occasion", "due_on", name=op.f("uq_visit_round_tenant_id_occasion_due_on")),
    )
    op.create_index(
        op.f("ix_visit_round_tenant_id_planned_at"), "visit_round", ["tenant_id", "planned_at"], unique=False
    )
    op.create_table(
        "care_visit",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "festival",
                "illness",
                "hardship",
                name="visitreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("visitor", sa.String(length=50), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "visited",
                "follow_up",
                "closed",
                name="visitstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("need_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("help_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("health_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("follow_up_due", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(closed_on IS NULL) = (state <> 'closed')", name=op.f("ck_care_visit_closed")),
        sa.CheckConstraint("state <> 'follow_up' OR follow_up_due IS NOT NULL", name=op.f("ck_care_visit_follow_up")),
        sa.CheckConstraint(
            "state NOT IN ('visited', 'follow_up') OR visited_on IS NOT NULL", name=op.f("ck_care_visit_visited")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_care_visit_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["visit_round.tenant_id", "visit_round.id"],
            name=op.f("fk_care_visit_tenant_id_round_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_care_visit_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_care_visit")),
    )
    op.create_index(
        op.f("ix_care_visit_tenant_id_member_id_due_on"),
        "care_visit",
        ["tenant_id", "member_id", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_care_visit_tenant_id_round_id_due_on"), "care_visit", ["tenant_id", "round_id", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_care_visit_tenant_id_state_due_on"), "care_visit", ["tenant_id", "state", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_care_visit_tenant_id_state_follow_up_due"),
        "care_visit",
        ["tenant_id", "state", "follow_up_due"],
        unique=False,
    )
    op.create_table(
        "duty_post",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "policy",
                "patrol",
                "environment",
                "mediation",
                "other",
                name="dutykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("duties", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "set",
                "claimed",
                "serving",
                "reviewed",
                name="dutystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("health_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column(
            "grade",
            sa.Enum("good", "fair", "little", name="reviewgrade", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("review", sa.String(length=300), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(member_id IS NULL) = (state = 'set')", name=op.f("ck_duty_post_holder")),
        sa.CheckConstraint("(reviewed_on IS NULL) = (state <> 'reviewed')", name=op.f("ck_duty_post_review")),
        sa.CheckConstraint("state = 'set' OR begins_on IS NOT NULL", name=op.f("ck_duty_post_begins")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_duty_post_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_duty_post_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duty_post")),
    )
    op.create_index(op.f("ix_duty_post_tenant_id_member_id"), "duty_post", ["tenant_id", "member_id"], unique=False)
    op.create_index(
        op.f("ix_duty_post_tenant_id_state_review_on"), "duty_post", ["tenant_id", "state", "review_on"], unique=False
    )
    op.create_index(
        "uq_duty_post_holder",
        "duty_post",
        ["tenant_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('claimed', 'serving')"),
        postgresql_where=sa.text("state IN ('claimed', 'serving')"),
    )
    op.create_table(
        "floating_member",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("inflow", "outflow", name="flowdirection", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("home_organization", sa.String(length=100), nullable=False),
        sa.Column("contact_person", sa.String(length=50), nullable=False),
        sa.Column("interval_days", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "ended", name="floatingstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (state = 'active')", name=op.f("ck_floating_member_ended")),
        sa.CheckConstraint("interval_days > 0", name=op.f("ck_floating_member_interval")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_floating_member_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_floating_member_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_floating_member")),
    )
    op.create_index(
        op.f("ix_floating_member_tenant_id_member_id"), "floating_member", ["tenant_id", "member_id"], unique=False
    )
    op.create_index(
        op.f("ix_floating_member_tenant_id_state_due_on"),
        "floating_member",
        ["tenant_id", "state", "due_on"],
        unique=False,
    )
    op.create_index(
        "uq_floating_member_active",
        "floating_member",
        ["tenant_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "party_delegate",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "town",
                "district",
                "city",
                "province",
                name="delegatelevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("congress", sa.String(length=60), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("serving", "ended", name="delegatestate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (state = 'serving')", name=op.f("ck_party_delegate_ended")),
        sa.CheckConstraint("term_until >= term_from", name=op.f("ck_party_delegate_term")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_party_delegate_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_party_delegate_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_party_delegate")),
    )
    op.create_index(
        op.f("ix_party_delegate_tenant_id_state_term_until"),
        "party_delegate",
        ["tenant_id", "state", "term_until"],
        unique=False,
    )
    op.create_index(
        "uq_party_delegate_serving",
        "party_delegate",
        ["tenant_id", "member_id", "level"],
        unique=True,
        sqlite_where=sa.text("state = 'serving'"),
        postgresql_where=sa.text("state = 'serving'"),
    )
    op.create_table(
        "public_card",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_public_card_tenant_id_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_public_card_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_public_card")),
    )
    op.create_index(
        op.f("ix_public_card_tenant_id_member_id_created_at"),
        "public_card",
        ["tenant_id", "member_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "card_version",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "consented",
                "published",
                "withdrawn",
                name="cardstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("full_name", sa.String(length=50), nullable=False),
        sa.Column("identity", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("promise", sa.String(length=200), nullable=False),
        sa.Column("contribution", sa.String(length=300), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_fingerprint", sa.String(length=64), nullable=True),
        sa.Column(
            "consent_way",
            sa.Enum(
                "signed_paper",
                "in_person",
                "message",
                name="consentway",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("consent_file_id", sa.Uuid(), nullable=True),
        sa.Column("consent_by", sa.Uuid(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (state <> 'withdrawn')", name=op.f("ck_card_version_withdrawn")),
        sa.CheckConstraint(
            "state NOT IN ('consented', 'published') OR consent_fingerprint IS NOT NULL",
            name=op.f("ck_card_version_consented"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_by"], ["user_account.id"], name=op.f("fk_card_version_consent_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "card_id"],
            ["public_card.tenant_id", "public_card.id"],
            name=op.f("fk_card_version_tenant_id_card_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consent_file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_card_version_tenant_id_consent_file_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_card_version_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_card_version")),
        sa.UniqueConstraint("tenant_id", "card_id", "number", name=op.f("uq_card_version_tenant_id_card_id_number")),
    )
    op.create_index(
        op.f("ix_card_version_tenant_id_state_drafted_at"),
        "card_version",
        ["tenant_id", "state", "drafted_at"],
        unique=False,
    )
    op.create_index(
        "uq_card_version_open",
        "card_version",
        ["tenant_id", "card_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'consented')"),
        postgresql_where=sa.text("state IN ('draft', 'consented')"),
    )
    op.create_index(
        "uq_card_version_published",
        "card_version",
        ["tenant_id", "card_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "contact_link",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "leader",
                "street_team",
                "committee_member",
                "member",
                name="linklevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_member_id", sa.Uuid(), nullable=True),
        sa.Column("from_text", sa.String(length=60), nullable=False),
        sa.Column("to_organization_id", sa.Uuid(), nullable=True),
        sa.Column("to_delegate_id", sa.Uuid(), nullable=True),
        sa.Column("to_text", sa.String(length=100), nullable=False),
        sa.Column("households", sa.SmallInteger(), nullable=True),
        sa.Column(
            "period",
            sa.Enum(
                "month",
                "quarter",
                "half_year",
                "year",
                name="linkperiod",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "ended", name="linkstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (state = 'active')", name=op.f("ck_contact_link_ended")),
        sa.CheckConstraint("(level = 'member') = (households IS NOT NULL)", name=op.f("ck_contact_link_households")),
        sa.CheckConstraint(
            "(level IN ('committee_member', 'member')) = (from_member_id IS NOT NULL)",
            name=op.f("ck_contact_link_near_end"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_member_id"],
            ["party_member.tenant_id", "party_member.id"],
            name=op.f("fk_contact_link_tenant_id_from_member_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_delegate_id"],
            ["party_delegate.tenant_id", "party_delegate.id"],
            name=op.f("fk_contact_link_tenant_id_to_delegate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_organization_id"],
            ["party_organization.tenant_id", "party_organization.id"],
            name=op.f("fk_contact_link_tenant_id_to_organization_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_contact_link_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_link")),
    )
    op.create_index(
        op.f("ix_contact_link_tenant_id_from_member_id"), "contact_link", ["tenant_id", "from_member_id"], unique=False
    )
    op.create_index(
        op.f("ix_contact_link_tenant_id_level_state"), "contact_link", ["tenant_id", "level", "state"], unique=False
    )
    op.create_index(
        op.f("ix_contact_link_tenant_id_state_due_on"), "contact_link", ["tenant_id", "state", "due_on"], unique=False
    )
    op.create_table(
        "delegate_opinion",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("caller", sa.String(length=12), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "reported",
                "answered",
                name="opinionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reported_to", sa.String(length=60), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(answered_on IS NULL) = (state <> 'answered')", name=op.f("ck_delegate_opinion_answered")),
        sa.CheckConstraint("(due_on IS NULL) = (state = 'answered')", name=op.f("ck_delegate_opinion_due")),
        sa.CheckConstraint("state <> 'reported' OR reported_on IS NOT NULL", name=op.f("ck_delegate_opinion_reported")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_delegate_opinion_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delegate_id"],
            ["party_delegate.tenant_id", "party_delegate.id"],
            name=op.f("fk_delegate_opinion_tenant_id_delegate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_delegate_opinion_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delegate_opinion")),
    )
    op.create_index(
        op.f("ix_delegate_opinion_tenant_id_delegate_id_received_on"),
        "delegate_opinion",
        ["tenant_id", "delegate_id", "received_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_delegate_opinion_tenant_id_state_due_on"),
        "delegate_opinion",
        ["tenant_id", "state", "due_on"],
        unique=False,
    )
    op.create_table(
        "duty_day",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_day_hours")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delegate_id"],
            ["party_delegate.tenant_id", "party_delegate.id"],
            name=op.f("fk_duty_day_tenant_id_delegate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_duty_day_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duty_day")),
        sa.UniqueConstraint(
            "tenant_id", "delegate_id", "starts_at", name=op.f("uq_duty_day_tenant_id_delegate_id_starts_at")
        ),
    )
    op.create_index(op.f("ix_duty_day_tenant_id_starts_at"), "duty_day", ["tenant_id", "starts_at"], unique=False)
    op.create_table(
        "duty_entry",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_post_id", sa.Uuid(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_duty_entry_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "duty_post_id"],
            ["duty_post.tenant_id", "duty_post.id"],
            name=op.f("fk_duty_entry_tenant_id_duty_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_duty_entry_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_duty_entry")),
    )
    op.create_index(
        op.f("ix_duty_entry_tenant_id_duty_post_id_done_on"),
        "duty_entry",
        ["tenant_id", "duty_post_id", "done_on"],
        unique=False,
    )
    op.create_table(
        "floating_contact",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("floating_id", sa.Uuid(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "phone",
                "message",
                "in_person",
                "letter",
                name="contactway",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_floating_contact_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "floating_id"],
            ["floating_member.tenant_id", "floating_member.id"],
            name=op.f("fk_floating_contact_tenant_id_floating_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_floating_contact_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_floating_contact")),
    )
    op.create_index(
        op.f("ix_floating_contact_tenant_id_floating_id_contacted_on"),
        "floating_contact",
        ["tenant_id", "floating_id", "contacted_on"],
        unique=False,
    )
    op.create_table(
        "contact_entry",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("households", sa.SmallInteger(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_contact_entry_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["contact_link.tenant_id", "contact_link.id"],
            name=op.f("fk_contact_entry_tenant_id_link_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_contact_entry_tenant_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_entry")),
    )
    op.create_index(
        op.f("ix_contact_entry_tenant_id_link_id_contacted_on"),
        "contact_entry",
        ["tenant_id", "link_id", "contacted_on"],
        unique=False,
    )
    for table in TABLES:
        protect(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
