"""A report knows whose it is in the register: a member here, or a second belonging here."""

from alembic import op

from migrations.keys import add_check, add_key, drop_check, drop_key

revision = "reporting0002"
down_revision = "registers0010"
branch_labels = None
depends_on = None

TABLE = "member_report"
KEYS = (("member_id", "party_member"), ("link_id", "member_link"))
ONE_PERSON = "member_id IS NULL OR link_id IS NULL"


def upgrade() -> None:
    for column, target in KEYS:
        add_key(TABLE, column, target)
        op.create_index(op.f(f"ix_{TABLE}_tenant_id_{column}"), TABLE, ["tenant_id", column])
    add_check(TABLE, "one_person", ONE_PERSON)


def downgrade() -> None:
    drop_check(TABLE, "one_person", ONE_PERSON)
    for column, _target in reversed(KEYS):
        op.drop_index(op.f(f"ix_{TABLE}_tenant_id_{column}"), TABLE)
        drop_key(TABLE, column)
