"""What points at a row that can be removed has an index, so that asking what hangs on it costs nothing."""

from alembic import op

revision = "registers0011"
down_revision = "desk0003"
branch_labels = None
depends_on = None

KEYS = (
    ("party_delegate", "member_id"),
    ("delegate_opinion", "duty_day_id"),
    ("contact_link", "to_organization_id"),
    ("contact_link", "to_delegate_id"),
    ("card_version", "consent_file_id"),
    ("floating_member", "link_id"),
    ("member_transfer", "from_organization_id"),
    ("member_transfer", "to_organization_id"),
    ("member_link", "work_unit_id"),
    ("member_link", "organization_id"),
    ("post_claim", "post_id"),
    ("service_record", "post_id"),
    ("service_contract", "company_id"),
    ("ballot", "unit_id"),
)


def upgrade() -> None:
    for table, column in KEYS:
        op.create_index(op.f(f"ix_{table}_tenant_id_{column}"), table, ["tenant_id", column])


def downgrade() -> None:
    for table, column in reversed(KEYS):
        op.drop_index(op.f(f"ix_{table}_tenant_id_{column}"), table_name=table)
