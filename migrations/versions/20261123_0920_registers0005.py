"""Saved lists of the registers."""

revision = "registers0005"
down_revision = "registers0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
