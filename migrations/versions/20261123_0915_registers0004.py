"""Committees, posts, terms, checks and units of party organizations."""

revision = "registers0004"
down_revision = "registers0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
