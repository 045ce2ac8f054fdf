"""Keep the ways of a community's files, and what can be undone."""

revision = "desk0002"
down_revision = "registers0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
