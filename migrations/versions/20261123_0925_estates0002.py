"""Phases, special spaces, representatives and merged owners of estates."""

revision = "estates0002"
down_revision = "registers0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
