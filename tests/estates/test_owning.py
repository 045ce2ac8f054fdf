"""Sales, ends, representatives, corrections and what takes them back; the roll as it stood."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.models import Ownership, Unit
from tests.estates.makers import (
    SINCE,
    make_building,
    make_clerk,
    make_contact,
    make_contract,
    make_estate,
    make_units,
    units_of,
)
from tests.makers import NOW, make_user

TODAY = NOW.date()
NUMBER = "110101200002290018"


def estate_of(units: int = 1, name: str = "演示小区") -> tuple[Any, list[Unit]]:
    estate = make_estate(name)
    make_building(estate, units=units)
    return estate, units_of(estate)


def own(
    unit: Unit, name: str, *, now: Any = NOW, share: int | None = None, votes: bool = False, **facts: Any
) -> Ownership:
    title = commands.Title(valid_from=facts.pop("since", SINCE), share=share, is_voting_representative=votes)
    return commands.add_owner(
        unit, owner=commands.NewOwner(name=name, **facts), title=title, actor=make_clerk(), now=now
    )


def sell(unit: Unit, name: str, day: date, *, now: Any = NOW) -> Ownership:
    buyer, title = commands.NewOwner(name=name), commands.Title(valid_from=day)
    return commands.hand_over_unit(unit, buyer=buyer, title=title, actor=make_clerk(), now=now)


def owners_on(unit: Unit, day: date) -> list[str]:
    return [held.owner_name for held in queries.get_unit_line(unit.id, on=day).holdings]


def voter_on(unit: Unit, day: date) -> list[str]:
    held = queries.get_unit_line(unit.id, on=day).holdings
    return [one.owner_name for one in held if one.is_voting_representative]


def code_of(caught: Any) -> str:
    return str(caught.value.code)


def test_a_sale_ends_all_former_owners_and_begins_the_buyer(portal: Any) -> None:
    day = date(2026, 3, 1)
    with portal.inside():
        _estate, (unit,) = estate_of()
        own(unit, "李四", votes=True)
        own(unit, "王五")
        sell(unit, "张三", day)
        assert owners_on(unit, day - timedelta(days=1)) == ["李四", "王五"]
        assert owners_on(unit, day) == ["张三"]
        assert voter_on(unit, day - timedelta(days=1)) == ["李四"]
        assert voter_on(unit, day) == ["张三"]
        with pytest.raises(RuleBroken) as caught:
            sell(unit, "赵六", day)
        assert code_of(caught) == "estates.sold_before_owned"


def test_a_sale_is_taken_back_within_seven_days_and_once(portal: Any) -> None:
    with portal.inside():
        _estate, (unit,) = estate_of()
        own(unit, "李四")
    with portal.inside():
        sell(unit, "张三", TODAY, now=NOW + timedelta(hours=1))
    with portal.inside():
        commands.undo_last_change(unit, actor=make_clerk(), now=NOW + timedelta(hours=2))
        assert owners_on(unit, TODAY) == ["李四"]
        assert db.session.scalar(select(func.count(Ownership.id))) == 1
    with portal.inside(), pytest.raises(RuleBroken) as caught:
        commands.undo_last_change(unit, actor=make_clerk(), now=NOW + timedelta(hours=3))
    assert code_of(caught) == "estates.nothing_to_undo"


def test_after_seven_days_and_after_a_verification_nothing_is_taken_back(portal: Any) -> None:
    user, clerk = make_user("李四"), make_user("经办人")
    with portal.inside():
        _estate, (first, second) = estate_of(2)
        own(first, "李四")
        held = own(second, "王五")
        commands.verify_ownership(held, user_id=user.id, actor=make_clerk(clerk), now=NOW + timedelta(hours=1))
        for unit, later in ((first, timedelta(days=7, seconds=1)), (second, timedelta(hours=2))):
            with pytest.raises(RuleBroken):
                commands.undo_last_change(unit, actor=make_clerk(), now=NOW + later)
        commands.undo_last_change(first, actor=make_clerk(), now=NOW + timedelta(days=7))
        assert owners_on(first, TODAY) == []


def test_the_representative_changes_on_a_day(portal: Any) -> None:
    day = date(2026, 5, 1)
    with portal.inside():
        _estate, (unit,) = estate_of()
        own(unit, "李四", votes=True)
        second = own(unit, "王五")
        commands.set_representative(second, from_day=day, actor=make_clerk(), now=NOW)
        assert (voter_on(unit, day - timedelta(days=1)), voter_on(unit, day)) == (["李四"], ["王五"])
        with pytest.raises(RuleBroken) as caught:
            commands.set_representative(second, from_day=day, actor=make_clerk(), now=NOW)
        assert code_of(caught) == "estates.represents_already"
        with pytest.raises(RuleBroken) as caught:
            commands.set_representative(
                own(unit, "赵六"), from_day=SINCE - timedelta(days=1), actor=make_clerk(), now=NOW
            )
        assert code_of(caught) == "estates.not_owner_then"


def test_an_ownership_is_corrected_and_the_past_is_kept(portal: Any) -> None:
    with portal.inside():
        estate, (unit,) = estate_of()
        held = own(unit, "李四", share=4000)
        title = commands.Title(
            valid_from=date(2019, 1, 1), share=10_000, basis=rules.TitleBasis.COURT, document="判决书1号"
        )
        later = NOW + timedelta(days=2)
        commands.correct_ownership(held, title=title, actor=make_clerk(), now=later)
        assert (held.share, held.document) == (10_000, "判决书1号")
    with portal.inside():
        for moment, heads in ((NOW + timedelta(days=1), 1), (NOW + timedelta(days=3), 1)):
            assert queries.get_roll_totals(estate.id, on=TODAY, known_at=moment).heads == heads


def test_possession_counts_once_the_unit_was_handed_over(portal: Any) -> None:
    with portal.inside():
        estate = make_estate()
        make_units(make_building(estate), rooms=["1"], status=rules.UnitStatus.SOLD_UNDELIVERED)
        (unit,) = units_of(estate)
        title = commands.Title(valid_from=SINCE, basis=rules.TitleBasis.POSSESSION)
        with pytest.raises(RuleBroken) as caught:
            commands.add_owner(unit, owner=commands.NewOwner("李四"), title=title, actor=make_clerk(), now=NOW)
        assert code_of(caught) == "estates.possession_needs_handover"


def test_a_handover_counts_from_its_day(portal: Any) -> None:
    day = date(2026, 6, 1)
    with portal.inside():
        estate = make_estate()
        make_units(make_building(estate), rooms=["1", "2"], status=rules.UnitStatus.UNSOLD)
        for unit in units_of(estate):
            facts = commands.UnitFacts(
                unit.exclusive_area_m2, unit.area_basis, rules.UnitStatus.DELIVERED, sold_on=day, delivered_on=day
            )
            commands.change_unit(unit, facts=facts, actor=make_clerk(), now=NOW)
            own(unit, f"买{unit.room}", since=day)
        counted = [queries.get_roll_totals(estate.id, on=on).heads for on in (day - timedelta(days=1), day)]
        assert counted == [1, 2]


def test_special_spaces_count_where_a_clause_says_so(portal: Any) -> None:
    with portal.inside():
        estate, (flat,) = estate_of()
        building = queries.buildings_of(estate.id)[0]
        commands.create_units(
            building,
            lines=[rules.UnitLine("车位1", Decimal("12.50"))],
            basis=rules.AreaBasis.REGISTERED,
            status=rules.UnitStatus.DELIVERED,
            usage=rules.UnitUsage.PARKING,
            actor=make_clerk(),
            now=NOW,
        )
        own(flat, "李四")
        own(units_of(estate)[1], "王五")
        assert queries.get_roll_totals(estate.id, on=TODAY).heads == 1
        change = {"name": estate.name, "address": "", "counts_special": True}
        with pytest.raises(RuleBroken):
            commands.change_estate(estate, **change, counts_special_source="", actor=make_clerk(), now=NOW)
        commands.change_estate(estate, **change, counts_special_source="议事规则第十二条", actor=make_clerk(), now=NOW)
        totals = queries.get_roll_totals(estate.id, on=TODAY)
        assert (totals.heads, str(totals.area_m2)) == (2, "112.50")


def test_the_roll_as_it_stood(portal: Any) -> None:
    with portal.inside():
        estate, units = estate_of(2)
        own(units[0], "李四", guardian_name="李父")
    with portal.inside():
        sell(units[0], "张三", TODAY, now=NOW + timedelta(days=5))
    with portal.inside():
        for known_at, owners, voter in ((NOW + timedelta(days=1), ("李四",), "李父"), (None, ("张三",), "张三")):
            roll = queries.rolls([estate.id], on=TODAY, known_at=known_at)[estate.id]
            first, second = queries.roll_lines(
                estate.id, roll.units, on=TODAY, known_at=known_at, counts_special=False, masked=False
            )
            assert (first.owners, first.representative, first.head, second.head) == (owners, voter, 1, 2)
        assert queries.rolls([estate.id], on=TODAY, known_at=NOW) == {}


def test_an_owners_number_and_phone_are_sealed_found_and_revealed_on_record(portal: Any) -> None:
    with portal.inside():
        _estate, (unit,) = estate_of()
        owner = queries.get_owner(own(unit, "李四", id_number=NUMBER, phone="138 0000 0000").owner_id)
        assert NUMBER.encode() not in (owner.id_number_sealed or b"")
        facts = commands.NewOwner("李四", id_number=None, phone="0851-28620000", guardian_name="")
        commands.change_owner(owner, facts=facts, actor=make_clerk(), now=NOW)
        for search, number in ((NUMBER, 1), ("ls", 1), ("lisi", 1), ("李", 1), ("四", 1), ("wang", 0), ("110101", 0)):
            found = queries.OwnerFilter(search=search)
            rows = queries.list_owner_rows(found, on=TODAY, tenant_id=portal.here, limit=9)
            total = queries.count_owner_rows(found, on=TODAY, tenant_id=portal.here)
            assert (len(rows), total) == (number, number), search
        with pytest.raises(RuleBroken):
            commands.reveal_owner(owner, field="id_number", reason="看", actor=make_clerk(), now=NOW)
        with pytest.raises(NotFound):
            commands.reveal_owner(owner, field="guardian_phone", reason="核对身份", actor=make_clerk(), now=NOW)
        assert commands.reveal_owner(owner, field="id_number", reason="核对身份", actor=make_clerk(), now=NOW) == NUMBER
        tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == AuditTag.OWNER_REVEAL.value)).all()
        assert len(tags) == 1
        trail = str(db.session.scalars(select(AuditEvent.changes)).all())
        assert NUMBER not in trail
        assert "28620000" not in trail


def test_contacts_change_hands_and_an_owners_representative_owns_something(portal: Any) -> None:
    with portal.inside():
        estate, (unit,) = estate_of()
        (building,) = queries.buildings_of(estate.id)
        own(unit, "李四")
        make_contact(building, name="王社工")
        worker = rules.ContactKind.COMMUNITY_WORKER
        new = commands.NewContact(worker, "赵社工", TODAY)
        commands.set_contact([building], new=new, actor=make_clerk(), now=NOW)
        for day, name in ((TODAY - timedelta(days=1), "王社工"), (TODAY, "赵社工")):
            lines = queries.contacts_of([building.id], on=day, tenant_id=portal.here)[building.id]
            assert [line.name for line in lines] == [name]
        for name, refused in (("李四", False), ("王五", True)):
            new = commands.NewContact(rules.ContactKind.OWNERS_REPRESENTATIVE, name, TODAY)
            if refused:
                with pytest.raises(RuleBroken):
                    commands.set_contact([building], new=new, actor=make_clerk(), now=NOW)
            else:
                commands.set_contact([building], new=new, actor=make_clerk(), now=NOW)


def test_a_contract_has_a_fee_and_can_be_made_shorter(portal: Any) -> None:
    with portal.inside():
        estate, _units = estate_of()
        line = make_contract(estate)
        contract = queries.get_service_contract(line.id)
        commands.end_contract(contract, valid_until=date(2027, 1, 1), actor=make_clerk(), now=NOW)
        with pytest.raises(RuleBroken) as caught:
            commands.end_contract(contract, valid_until=date(2028, 1, 1), actor=make_clerk(), now=NOW)
        assert code_of(caught) == "estates.contract_longer"
        waiting = queries.what_waits(on=TODAY, contracts_until=date(2027, 2, 23))
        assert (waiting.contracts_ending, waiting.first_end, waiting.without_owner) == (1, date(2027, 1, 1), 1)


def test_a_building_knows_how_many_live_there_and_never_who(portal: Any) -> None:
    with portal.inside():
        estate, _units = estate_of()
        (building,) = queries.buildings_of(estate.id)
        facts: dict[str, Any] = {"name": "1栋", "phase": "一期", "counted_on": TODAY}
        commands.change_building(building, **facts, households=30, persons=75, actor=make_clerk(), now=NOW)
        with pytest.raises(RuleBroken):
            commands.change_building(building, **facts, households=30, persons=29, actor=make_clerk(), now=NOW)
        line = queries.list_buildings(estate.id)[0]
        assert (line.phase, line.households, line.persons) == ("一期", 30, 75)
