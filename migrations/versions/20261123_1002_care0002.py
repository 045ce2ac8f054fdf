"""The floating ledger takes way and place from the register, and holds people whose home is elsewhere.

An opinion can be tied to the duty day on which it was heard.
"""

import sqlalchemy as sa
from alembic import op

from migrations.keys import add_check, add_key, drop_check, drop_key, forbid_empty, let_be_empty
from migrations.row_security import all_rows

revision = "care0002"
down_revision = "registers0009"
branch_labels = None
depends_on = None

LEDGER, GUEST = "floating_member", "uq_floating_member_guest"
ONE_PERSON = "(member_id IS NULL) <> (link_id IS NULL)"
ONE_TRUTH = "direction IS NULL OR state = 'ended' OR link_id IS NOT NULL"
LOOSE = (("member_id", "CHAR(32)"), ("direction", "VARCHAR(32)"), ("place", "VARCHAR(100)"))
WAYS = (("inflow", "IN"), ("outflow", "OUT"))
OF_MEMBER = f"tenant_id = party_member.tenant_id AND member_id = party_member.id AND {LEDGER}.state = 'active'"
OF_ENTRY = f"party_member.tenant_id = {LEDGER}.tenant_id AND party_member.id = {LEDGER}.member_id"


def upgrade() -> None:
    add_key("delegate_opinion", "duty_day_id", "duty_day")
    for column, kind in LOOSE:
        let_be_empty(LEDGER, column, kind)
    add_key(LEDGER, "link_id", "member_link")
    with all_rows(LEDGER), all_rows("party_member"):
        into_the_register()
        op.execute(f"UPDATE {LEDGER} SET direction = NULL, place = NULL WHERE state = 'active'")
    add_check(LEDGER, "one_person", ONE_PERSON)
    add_check(LEDGER, "one_truth", ONE_TRUTH)
    active = sa.text("state = 'active'")
    op.create_index(GUEST, LEDGER, ["tenant_id", "link_id"], unique=True, sqlite_where=active, postgresql_where=active)


def into_the_register() -> None:
    """Let the register say what only the ledger said; where both said something, the register's word stands."""
    for way, known in WAYS:
        entry = f"SELECT substr(place, 1, 60) FROM {LEDGER} WHERE {OF_MEMBER} AND direction = '{way}'"
        op.execute(
            f"UPDATE party_member SET flow_direction = '{known}', flow_place = coalesce(flow_place, ({entry})) "
            f"WHERE flow_direction IS NULL AND EXISTS ({entry})"
        )


def downgrade() -> None:
    op.drop_index(GUEST, LEDGER)
    drop_check(LEDGER, "one_truth", ONE_TRUTH)
    drop_check(LEDGER, "one_person", ONE_PERSON)
    with all_rows(LEDGER), all_rows("party_member"), all_rows("floating_contact"):
        guests = f"SELECT id FROM {LEDGER} WHERE link_id IS NOT NULL"
        op.execute(f"DELETE FROM floating_contact WHERE floating_id IN ({guests})")
        op.execute(f"DELETE FROM {LEDGER} WHERE link_id IS NOT NULL")
        known = (
            f"SELECT CASE flow_direction WHEN 'IN' THEN 'inflow' ELSE 'outflow' END FROM party_member WHERE {OF_ENTRY}"
        )
        place = f"SELECT flow_place FROM party_member WHERE {OF_ENTRY}"
        op.execute(
            f"UPDATE {LEDGER} SET direction = coalesce(direction, ({known})), place = coalesce(place, ({place}), '')"
        )
    drop_key(LEDGER, "link_id")
    for column, kind in LOOSE:
        forbid_empty(LEDGER, column, kind)
    drop_key("delegate_opinion", "duty_day_id")
