"""Entering estates, units, owners and firms, on both engines."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.queries import find_signed_in
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.models import Owner, Unit
from tests.estates.makers import (
    CREDIT_CODE,
    SINCE,
    make_building,
    make_clerk,
    make_contract,
    make_estate,
    make_known_owner,
    make_owner,
    make_units,
    units_of,
)
from tests.makers import NOW, make_user

TODAY = NOW.date()


def events(tag: AuditTag) -> int:
    return db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.tag == tag.value)) or 0


def code_of(caught: Any) -> str:
    return str(caught.value.code)


def test_two_communities_have_estates_of_the_same_name(portal: Any) -> None:
    for tenant_id, units in ((portal.here, 3), (portal.there, 5)):
        with portal.inside(tenant_id):
            make_building(make_estate("演示小区"), units=units)
    with portal.inside():
        assert [(line.name, line.units, line.delivered) for line in queries.list_estates()] == [("演示小区", 3, 3)]
        assert events(AuditTag.ESTATE_CREATE) == 1


def test_an_estate_of_the_same_name_is_refused_and_nothing_is_left_hanging(portal: Any) -> None:
    with portal.inside():
        make_estate("演示小区")
    with portal.inside():
        with pytest.raises(RuleBroken) as caught:
            make_estate("演示小区")
        assert code_of(caught) == "estates.name_taken"
        make_estate("别的小区")  # the transaction still works
    with portal.inside():
        assert len(queries.list_estates()) == 2


def test_the_same_building_twice_is_refused(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        make_building(estate, "1栋")
        with pytest.raises(RuleBroken) as caught:
            make_building(estate, "1栋")
    assert code_of(caught) == "estates.building_taken"


def test_units_keep_their_order_and_area(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        building = make_building(estate)
        make_units(building, rooms=["10-2", "1-1"], area="89.55")
        make_units(building, rooms=["2-1"], status=rules.UnitStatus.UNSOLD)
    with portal.inside():
        lines = queries.list_units(estate.id, on=TODAY)
        assert [(line.room, line.area_m2) for line in lines] == [
            ("10-2", Decimal("89.55")),
            ("1-1", Decimal("89.55")),
            ("2-1", Decimal("100.00")),
        ]
        assert events(AuditTag.UNITS_CREATE) == 2


def test_a_room_that_is_there_refuses_the_whole_list(portal: Any) -> None:
    with portal.inside():
        building = make_building(make_estate(), units=2)
        with pytest.raises(RuleBroken) as caught:
            make_units(building, rooms=["0003", "0002"])
        assert (code_of(caught), caught.value.values["room"]) == ("estates.room_taken", "0002")
        assert db.session.scalar(select(func.count(Unit.id))) == 2


def test_heads_and_area_of_the_rule_sheet_come_out_of_the_register(portal: Any) -> None:
    """10 units: 3 unsold, 1 sold and not handed over, Zhang 2, Li and Wang 1, three single owners: 6 heads."""
    with portal.inside():
        estate = make_estate()
        building = make_building(estate, units=6)
        make_units(building, rooms=["a", "b", "c"], status=rules.UnitStatus.UNSOLD)
        make_units(building, rooms=["d"], status=rules.UnitStatus.SOLD_UNDELIVERED)
        first, second, third, *singles = units_of(estate)[:6]
        zhang = {"name": "张三", "id_number": "110101200002290018"}
        for unit in (first, second):
            _add(unit, **zhang)
        _add(third, name="李四", share=5000)
        _add(third, name="王五", share=5000, votes=False)
        for unit, name in zip(singles, ("甲", "乙", "丙"), strict=True):
            _add(unit, name=name)
        _add(units_of(estate)[9], name="等房的人")
    with portal.inside():
        totals = queries.get_roll_totals(estate.id, on=TODAY)
        assert (totals.heads, totals.area_m2, totals.units) == (6, Decimal("1000.00"), 10)


def _add(unit: Unit, *, name: str, id_number: str = "", share: int = 10_000, votes: bool = True) -> None:
    commands.add_owner(
        unit,
        owner=commands.NewOwner(name=name, id_number=id_number),
        title=commands.Title(valid_from=SINCE, share=share, is_voting_representative=votes),
        actor=make_clerk(),
        now=NOW,
    )


def test_an_identity_number_is_sealed_and_finds_the_same_owner_here_only(portal: Any) -> None:
    number = "110101200002290018"
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            for unit in units_of(_estate_with_units(2)):
                _add(unit, name="张三", id_number=number)
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            owners = db.session.scalars(select(Owner)).all()
            assert len(owners) == 1
            assert number.encode() not in (owners[0].id_number_sealed or b"")


def _estate_with_units(count: int) -> Any:
    estate = make_estate()
    make_building(estate, units=count)
    return estate


@pytest.mark.parametrize("number", ["110101200002290019", "12345", "91350100M000100Y43"])
def test_a_wrong_identity_number_is_refused_beside_its_field(portal: Any, number: str) -> None:
    with portal.inside():
        unit = units_of(_estate_with_units(1))[0]
        with pytest.raises(RuleBroken) as caught:
            _add(unit, name="张三", id_number=number)
        assert caught.value.field == "id_number"


def test_shares_and_representatives_of_co_owners(portal: Any) -> None:
    with portal.inside():
        unit = units_of(_estate_with_units(1))[0]
        _add(unit, name="李四", share=6000)
        with pytest.raises(RuleBroken) as too_much:
            _add(unit, name="王五", share=4001, votes=False)
        with pytest.raises(RuleBroken) as two_voters:
            _add(unit, name="王五", share=4000)
        _add(unit, name="王五", share=4000, votes=False)
    assert (code_of(too_much), code_of(two_voters)) == ("estates.share_wrong", "estates.representative_taken")


def test_verifying_links_the_account_and_gives_the_role(portal: Any) -> None:
    user, clerk = make_user("李四"), make_user("经办人")
    with portal.inside():
        estate = _estate_with_units(2)
        make_owner(units_of(estate)[0], user, clerk=clerk)
    with portal.inside():
        mine = queries.units_of_verified_owner(user.id, on=TODAY)
        assert [(unit.building_name, unit.room) for unit in mine] == [("1栋", "0001")]
        assert events(AuditTag.OWNERSHIP_VERIFY) == 1
        person = find_signed_in(user.id, tenant_id=portal.here, now=NOW)
        assert person is not None
        assert Role.OWNER in person.roles
    with portal.inside(portal.there):
        assert queries.units_of_verified_owner(user.id, on=TODAY) == []


def test_a_further_unit_counts_only_once_it_is_verified(portal: Any) -> None:
    user, clerk = make_user("张三"), make_user("经办人")
    with portal.inside():
        first, second = units_of(_estate_with_units(2))
        make_known_owner(first, user, words="", clerk=clerk)
        _add(second, name="业主", id_number="110101200002290018")
    with portal.inside():
        assert [unit.unit_id for unit in queries.units_of_verified_owner(user.id, on=TODAY)] == [first.id]
        with pytest.raises(NotFound):
            queries.get_unit_of_verified_owner(second.id, user_id=user.id, on=TODAY)


def test_a_handover_is_entered_and_recorded(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        make_units(make_building(estate), rooms=["0101"], status=rules.UnitStatus.UNSOLD)
        assert queries.count_delivered_units(estate.id) == 0
        terms = {"basis": rules.AreaBasis.SURVEYED, "status": rules.UnitStatus.DELIVERED}
        unit = units_of(estate)[0]
        with pytest.raises(RuleBroken):
            commands.change_unit(unit, facts=commands.UnitFacts(Decimal(0), **terms), actor=make_clerk(), now=NOW)
        facts = commands.UnitFacts(Decimal("99.50"), **terms)
        commands.change_unit(unit, facts=facts, actor=make_clerk(), now=NOW)
    with portal.inside():
        assert queries.count_delivered_units(estate.id) == 1
        assert queries.get_roll_totals(estate.id, on=TODAY).area_m2 == Decimal("99.50")
        assert events(AuditTag.UNIT_CHANGE) == 1


def test_nobody_verifies_a_unit_of_their_own(portal: Any) -> None:
    clerk = make_user("经办人")
    with portal.inside():
        unit = units_of(_estate_with_units(1))[0]
        ownership_id = make_owner(unit)
        with pytest.raises(RuleBroken) as caught:
            commands.verify_ownership(
                queries.get_ownership(ownership_id), user_id=clerk.id, actor=make_clerk(clerk), now=NOW
            )
    assert code_of(caught) == "estates.own_claim"


def test_an_account_is_one_owner_and_an_owner_one_account(portal: Any) -> None:
    user, other, clerk = make_user("李四"), make_user("王五"), make_user("经办人")
    with portal.inside():
        first, second = units_of(_estate_with_units(2))
        mine = make_owner(first, user, clerk=clerk)
        theirs = make_owner(second, name="王五")
        with pytest.raises(RuleBroken) as twice:
            commands.verify_ownership(queries.get_ownership(theirs), user_id=user.id, actor=make_clerk(clerk), now=NOW)
        with pytest.raises(RuleBroken) as again:
            commands.verify_ownership(queries.get_ownership(mine), user_id=other.id, actor=make_clerk(clerk), now=NOW)
    assert (code_of(twice), code_of(again)) == ("estates.account_has_owner", "estates.owner_has_account")


def test_an_ended_ownership_holds_until_the_day_before(portal: Any) -> None:
    user, clerk = make_user("李四"), make_user("经办人")
    with portal.inside():
        unit = units_of(_estate_with_units(1))[0]
        ownership = queries.get_ownership(make_owner(unit, user, clerk=clerk))
        commands.end_ownership(ownership, valid_until=TODAY, actor=make_clerk(), now=NOW)
        assert queries.units_of_verified_owner(user.id, on=TODAY) == []
        assert len(queries.units_of_verified_owner(user.id, on=TODAY - timedelta(days=1))) == 1
        with pytest.raises(RuleBroken):
            commands.end_ownership(ownership, valid_until=TODAY, actor=make_clerk(), now=NOW)


def test_a_firm_is_entered_once_and_its_contracts_do_not_overlap(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        make_contract(estate)
        make_contract(make_estate("别的小区"))
        assert [company.credit_code for company in queries.list_companies()] == [CREDIT_CODE]
        with pytest.raises(RuleBroken) as caught:
            commands.create_contract(
                estate,
                company=queries.list_companies()[0],
                valid_from=date(2030, 1, 1),
                valid_until=None,
                actor=make_clerk(),
                now=NOW,
            )
    assert code_of(caught) == "estates.contract_overlaps"


def test_ids_of_another_community_are_unknown(portal: Any) -> None:
    with portal.inside():
        estate = _estate_with_units(1)
        unit = units_of(estate)[0]
    with portal.inside(portal.there):
        for ask in (
            lambda: queries.get_estate(estate.id),
            lambda: queries.get_unit(unit.id),
            lambda: queries.get_unit_line(unit.id, on=TODAY),
        ):
            with pytest.raises(NotFound):
                ask()
