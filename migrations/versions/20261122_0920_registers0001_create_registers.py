"""Create the tables of registers."""

revision = "registers0001"
down_revision = "estates0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
