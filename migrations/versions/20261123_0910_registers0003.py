"""Relations of members: transfers, standing, belonging, merges."""

revision = "registers0003"
down_revision = "desk0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
