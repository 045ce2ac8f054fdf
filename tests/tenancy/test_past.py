"""Earlier states of kept rows: nobody has to remember them, and nobody can change a row without saying when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from portal.core.db import db
from portal.registers.models import PartyMember, PartyMemberPast
from portal.tenancy.past import PastNotDated, as_it_stood, past_states
from portal.tenancy.scope import scope_of, transaction
from tests.conftest import Portal
from tests.makers import NOW
from tests.registers.makers import make_branches, make_member

DAY = timedelta(days=1)


def rename(name: str, after: timedelta) -> None:
    member = db.session.scalars(select(PartyMember)).one()
    member.full_name, member.updated_at = name, NOW + after


def stood(after: timedelta) -> list[str]:
    then = as_it_stood(PartyMember, NOW + after)
    return list(db.session.scalars(select(then.full_name)))


def test_a_register_can_be_seen_as_it_stood(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, full_name="甲")
    for name, after in (("乙", DAY), ("丙", 3 * DAY)):
        with portal.inside():
            rename(name, after)
    with portal.inside():
        after = (timedelta(), timedelta(seconds=1), DAY, DAY + timedelta(seconds=1), 3 * DAY, 4 * DAY)
        assert [stood(each) for each in after] == [[], ["甲"], ["甲"], ["乙"], ["乙"], ["丙"]]
        member = db.session.scalars(select(PartyMember)).one()
        assert [each.full_name for each in past_states(PartyMember, [member.id])[member.id]] == ["甲", "乙"]


def test_a_row_that_is_gone_is_known_as_it_stood(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, full_name="甲")
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        member.updated_at = NOW + DAY
        db.session.delete(member)
    with portal.inside():
        assert [stood(each) for each in (DAY, 2 * DAY)] == [["甲"], []]


def test_a_change_without_a_date_is_refused(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, full_name="甲")
    with pytest.raises(PastNotDated), transaction(scope_of(portal.here)):
        db.session.scalars(select(PartyMember)).one().full_name = "乙"


def test_a_change_past_the_session_is_refused(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, full_name="甲")
    for statement in (update(PartyMember).values(full_name="乙", updated_at=NOW + DAY), delete(PartyMember)):
        with pytest.raises(PastNotDated), transaction(scope_of(portal.here)):
            db.session.execute(statement)
    with portal.inside():
        assert stood(DAY) == ["甲"]


def test_two_flushes_of_one_command_leave_one_state(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id, full_name="甲")
    with portal.inside():
        rename("乙", DAY)
        db.session.flush()
        rename("丙", DAY)
    with portal.inside():
        assert [row.full_name for row in db.session.scalars(select(PartyMemberPast))] == ["甲"]


def test_the_past_of_another_tenant_stays_there(portal: Portal) -> None:
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            make_member(make_branches()[0].id, full_name=f"甲{tenant_id}")
        with portal.inside(tenant_id):
            rename("乙", DAY)
    with portal.inside(portal.here):
        assert stood(DAY) == [f"甲{portal.here}"]
