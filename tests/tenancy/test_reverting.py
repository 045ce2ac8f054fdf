"""Many kept rows taken away or set back by statements: their past is kept, and nobody else's row is touched."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import CrossTenant, NoTenant
from portal.core.ids import new_id
from portal.registers.models import PartyMember, PartyMemberPast, PartyOrganization
from portal.tenancy.given import FEW
from portal.tenancy.past import as_it_stood, past_states, past_values, present_values
from portal.tenancy.reverting import SettingBack, lock_rows, remove_rows, set_rows_back
from portal.tenancy.scope import NOTHING, bulk_copy, transaction
from tests.conftest import Portal
from tests.makers import NOW
from tests.registers.makers import make_branches, make_member

DAY = timedelta(days=1)
NOBODY = uuid.UUID(int=0)


def make_people(portal: Portal, tenant_id: int, count: int = 3) -> list[uuid.UUID]:
    """Enter members who get another name and work unit a day later."""
    with portal.inside(tenant_id):
        branch = make_branches()[0]
        ids = [make_member(branch.id, serial, full_name="甲", work_unit="一").id for serial in range(count)]
    with portal.inside(tenant_id):
        for member in db.session.scalars(select(PartyMember)):
            member.full_name, member.work_unit, member.updated_at = "乙", "二", NOW + DAY
    return sorted(ids)


def backs(ids: list[uuid.UUID], *columns: str) -> list[SettingBack]:
    past = past_states(PartyMember, ids)
    return [SettingBack(row_id, past[row_id][0].id, frozenset(columns)) for row_id in ids]


def names(tenant_id: int, portal: Portal) -> list[tuple[str, str | None]]:
    with portal.inside(tenant_id):
        rows = db.session.execute(select(PartyMember.full_name, PartyMember.work_unit).order_by(PartyMember.id))
        return [(name, unit) for name, unit in rows]


@pytest.mark.parametrize("count", [1, 3, FEW + 5])
def test_rows_that_go_are_known_as_they_stood(portal: Portal, count: int) -> None:
    ids = make_people(portal, portal.here, count)
    with portal.inside():
        held = db.session.scalars(select(PartyMember).where(PartyMember.id == ids[0])).one()
        assert lock_rows(PartyMember, [NOBODY, *ids]) == ids
        remove_rows(PartyMember, ids, now=NOW + 2 * DAY)
        assert held not in db.session
        assert lock_rows(PartyMember, ids) == []
        assert present_values(PartyMember, ids) == {}
    with portal.inside():
        then = as_it_stood(PartyMember, NOW + 2 * DAY)
        assert list(db.session.scalars(select(then.full_name))) == ["乙"] * count
        assert list(db.session.scalars(select(as_it_stood(PartyMember, NOW + 3 * DAY).id))) == []
        states = past_values(PartyMember, ids)
        assert [[state["full_name"] for _id, state in states[row_id]] for row_id in ids] == [["甲", "乙"]] * count
        assert len(set(db.session.scalars(select(PartyMemberPast.id)))) == 2 * count


def test_each_row_gets_back_its_own_columns(portal: Portal) -> None:
    ids, batch_id = make_people(portal, portal.here), new_id()
    with portal.inside():
        held = db.session.scalars(select(PartyMember).where(PartyMember.id == ids[0])).one()
        whole, name, unit = backs(ids, "full_name", "work_unit")
        name = SettingBack(name.row_id, name.state_id, frozenset({"full_name"}))
        unit = SettingBack(unit.row_id, unit.state_id, frozenset({"work_unit"}))
        set_rows_back(PartyMember, [whole, name, unit], batch_id=batch_id, now=NOW + 2 * DAY)
        assert (held.full_name, held.updated_at) == ("甲", NOW + 2 * DAY)
    assert names(portal.here, portal) == [("甲", "一"), ("甲", "二"), ("乙", "一")]
    with portal.inside():
        states = past_states(PartyMember, ids)
        assert [[each.full_name for each in states[row_id]] for row_id in ids] == [["甲", "乙"]] * 3
        assert {states[row_id][-1].until_at for row_id in ids} == {NOW + 2 * DAY}


def test_two_changes_of_one_moment_leave_one_state(portal: Portal) -> None:
    ids = make_people(portal, portal.here)
    with portal.inside():
        given = backs(ids, "full_name")
        for _each in range(2):
            set_rows_back(PartyMember, given, batch_id=NOBODY, now=NOW + 2 * DAY)
        assert [len(states) for states in past_states(PartyMember, ids).values()] == [2] * 3


def test_rows_of_another_tenant_stay_as_they_are(portal: Portal) -> None:
    ids = make_people(portal, portal.there)
    with portal.inside(portal.there):
        given = backs(ids, "full_name")
    with portal.inside(portal.here):
        assert lock_rows(PartyMember, ids) == []
        remove_rows(PartyMember, ids, now=NOW + 2 * DAY)
        set_rows_back(PartyMember, given, batch_id=NOBODY, now=NOW + 2 * DAY)
        assert (past_values(PartyMember, ids), present_values(PartyMember, ids)) == ({}, {})
    assert names(portal.there, portal) == [("乙", "二")] * 3
    with portal.inside(portal.there):
        assert [len(states) for states in past_states(PartyMember, ids).values()] == [1] * 3


def test_what_something_hangs_on_does_not_go(portal: Portal) -> None:
    make_people(portal, portal.here)
    with pytest.raises(IntegrityError), portal.inside():
        ids = sorted(db.session.scalars(select(PartyOrganization.id)))
        remove_rows(PartyOrganization, ids, now=NOW + 2 * DAY)
    with portal.inside():
        assert sorted(db.session.scalars(select(PartyOrganization.id))) == ids


def test_nothing_to_do_is_no_statement(portal: Portal) -> None:
    with portal.inside():
        assert lock_rows(PartyMember, []) == []
        remove_rows(PartyMember, [], now=NOW)
        set_rows_back(PartyMember, [], batch_id=NOBODY, now=NOW)


def test_rows_are_copied_within_the_written_tenant_only(portal: Portal) -> None:
    ids = make_people(portal, portal.here, 1)
    with pytest.raises(CrossTenant), portal.inside():
        bulk_copy(PartyMember, PartyMemberPast, {"tenant_id": PartyMember.tenant_id}, PartyMember.id == ids[0])
    with pytest.raises(NoTenant), transaction(NOTHING):
        bulk_copy(PartyMember, PartyMemberPast, {"id": PartyMember.id}, PartyMember.id == ids[0])


def test_the_planner_goes_back_to_its_habits(portal: Portal) -> None:
    if portal.engine == "sqlite":
        return
    ids = make_people(portal, portal.here, 1)
    with portal.inside():
        remove_rows(PartyMember, ids, now=NOW + 2 * DAY)
        connection = db.session.connection()
        told = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("plan_cache_mode", "enable_nestloop")]
        assert told == ["force_custom_plan", "on"]
