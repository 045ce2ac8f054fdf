"""What was seen in the rows of a file while it was read lies beside them, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "desk0003"
down_revision = "reporting0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_piece", sa.Column("seen", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("import_piece", "seen")
