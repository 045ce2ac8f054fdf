"""Create the tables of care."""

revision = "care0001"
down_revision = "estates0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
