"""Several acts of one moment: each unit and each owner tells the one that made it what it is, and no other."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.tags import AuditTag
from portal.desk.history import Entry, history_of
from portal.estates import commands, queries
from portal.estates.history import owner_fields, ownership_fields, unit_fields
from portal.estates.models import Owner, Ownership, Unit
from portal.estates.rules import AreaBasis, UnitStatus
from tests.conftest import Portal
from tests.estates.makers import SINCE, make_building, make_estate, units_of
from tests.makers import NOW, make_actor

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_a_request(portal: Portal) -> Iterator[None]:
    """Words are those of a reader's language, and a reader comes with a request."""
    with portal.app.test_request_context("/"):
        yield


def enter(unit: Unit, name: str, actor: Actor, now: datetime) -> Ownership:
    owner, title = commands.NewOwner(name=name), commands.Title(SINCE)
    return commands.add_owner(unit, owner=owner, title=title, actor=actor, now=now)


def told(entry: Entry) -> tuple[str, str]:
    return entry.tag, entry.who


def test_a_unit_names_who_entered_its_own_building_not_another_of_that_moment(portal: Portal) -> None:
    first, second = (make_actor(portal.here, Role.COMMUNITY_CLERK, name) for name in ("甲一", "乙二"))
    with portal.inside():
        estate = make_estate(actor=first)
        make_building(estate, "1栋", units=1, actor=first)
        make_building(estate, "2栋", units=1, actor=second)
        names = {queries.get_building(unit.building_id).name: unit for unit in units_of(estate)}
        for name, who in (("1栋", "甲一"), ("2栋", "乙二")):
            (entry,) = history_of(names[name], tenant_id=portal.here, fields=unit_fields())
            assert told(entry) == (AuditTag.UNITS_CREATE, who)


def test_an_act_on_another_unit_of_that_moment_is_not_told(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK, "甲一")
    with portal.inside():
        estate = make_estate(actor=actor)
        make_building(estate, units=2, actor=actor)
        first, second = (unit.id for unit in units_of(estate))
    with portal.inside():
        unit: Unit = queries.get_unit(second)
        unit.room, unit.updated_at = "9999", NOW + DAY
        facts = commands.UnitFacts(unit.exclusive_area_m2, AreaBasis.REGISTERED, UnitStatus.DELIVERED, "产权证9号")
        commands.change_unit(queries.get_unit(first), facts=facts, actor=actor, now=NOW + DAY)
    with portal.inside():
        newest, _oldest = history_of(queries.get_unit(first), tenant_id=portal.here, fields=unit_fields())
        assert told(newest) == (AuditTag.UNIT_CHANGE, "甲一")
        newest, _oldest = history_of(queries.get_unit(second), tenant_id=portal.here, fields=unit_fields())
        assert told(newest) == ("", "")
        assert [change.after for change in newest.changes] == ["9999"]


def test_two_owners_entered_at_one_moment_name_each_their_own_clerk(portal: Portal) -> None:
    clerks = [make_actor(portal.here, Role.COMMUNITY_CLERK, name) for name in ("甲一", "乙二")]
    with portal.inside():
        estate = make_estate(actor=clerks[0])
        make_building(estate, units=2, actor=clerks[0])
        held = [
            enter(unit, f"业主{clerk.name}", clerk, NOW + DAY)
            for unit, clerk in zip(units_of(estate), clerks, strict=True)
        ]
        for ownership, clerk in zip(held, clerks, strict=True):
            owner: Owner = queries.get_owner(ownership.owner_id)
            (entry,) = history_of(owner, tenant_id=portal.here, fields=owner_fields({}))
            assert told(entry) == (AuditTag.OWNERSHIP_CREATE, clerk.name)


def test_a_unit_handed_over_at_one_moment_is_told_on_both_ownerships(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK, "甲一")
    with portal.inside():
        estate = make_estate(actor=actor)
        make_building(estate, units=2, actor=actor)
        unit, other = units_of(estate)
        before = enter(unit, "张三", actor, NOW)
        enter(other, "王五", actor, NOW + DAY)
        title = commands.Title(NOW.date())
        commands.hand_over_unit(unit, buyer=commands.NewOwner(name="李四"), title=title, actor=actor, now=NOW + DAY)
    with portal.inside():
        newest, oldest = history_of(
            next(row for row in queries.ownerships_of(unit.id) if row.id == before.id),
            tenant_id=portal.here,
            fields=ownership_fields(),
        )
        assert told(newest) == (AuditTag.UNIT_HAND_OVER, "甲一")
        assert told(oldest) == (AuditTag.OWNERSHIP_CREATE, "甲一")
