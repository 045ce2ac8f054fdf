"""Create the tables of desk."""

revision = "desk0001"
down_revision = "notices0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
