"""Is this one owner? What is asked, what is not, what an answer does, and how it is taken back."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.history import owner_fields, unit_fields
from portal.estates.models import Owner, Unit
from portal.estates.rules import HeadVerdict, Likeness, OwnerKind, PairReason
from portal.tenancy.past import kept_columns
from tests.estates.makers import SINCE, make_building, make_clerk, make_estate, units_of
from tests.makers import HERE_CODE, NOW, make_user
from tests.statements import count_statements

TODAY = NOW.date()
NUMBER, OTHER_NUMBER = "110101200002290018", "110101199003072316"
ONE, NOT_ONE, LATER = HeadVerdict.ONE, HeadVerdict.NOT_ONE, HeadVerdict.LATER
BASE = f"/t/{HERE_CODE}/estates"


def like(name: str, *, number: str = "", phone: str = "", kind: OwnerKind = OwnerKind.PERSON) -> Likeness:
    return Likeness(kind, rules.name_key(name), rules.sound_key(name), number.encode() or None, phone.encode() or None)


PAIRS = [
    pytest.param(like("张三", number="1"), like("章三", number="1"), False, PairReason.SAME_NUMBER, id="one number"),
    pytest.param(like("张三", number="1"), like("张三", number="2"), False, None, id="two numbers are two people"),
    pytest.param(like("张 三"), like("张三"), False, PairReason.SAME_NAME, id="a blank in the name"),
    pytest.param(like("甲（乙）公司"), like("甲(乙)公司"), False, PairReason.SAME_NAME, id="wide brackets"),
    pytest.param(like("ＡＢ店"), like("ab店"), False, PairReason.SAME_NAME, id="wide letters"),
    pytest.param(
        like("张三", phone="9"), like("张三", phone="9"), False, PairReason.SAME_NAME_AND_PHONE, id="name and phone"
    ),
    pytest.param(like("张三"), like("章三"), False, PairReason.SAME_SOUND, id="the same sound"),
    pytest.param(like("张三"), like("Zhang San"), False, PairReason.SAME_SOUND, id="in Latin letters"),
    pytest.param(
        like("张三", phone="9"), like("章三", phone="9"), False, PairReason.SAME_SOUND_AND_PHONE, id="sound and phone"
    ),
    pytest.param(like("张三", phone="8"), like("章三", phone="9"), False, None, id="the same sound, two phones"),
    pytest.param(like("张三", phone="9"), like("李四", phone="9"), False, PairReason.SAME_PHONE, id="the same phone"),
    pytest.param(like("张三", phone="9"), like("李四", phone="9"), True, None, id="spouses with one phone"),
    pytest.param(like("张三"), like("章三"), True, None, id="co-owners who sound alike"),
    pytest.param(like("张三"), like("张三"), True, PairReason.SAME_NAME, id="one name twice on a unit"),
    pytest.param(like("张三"), like("李四"), False, None, id="nothing alike"),
    pytest.param(like("和平"), like("和平", kind=OwnerKind.ORGANIZATION), False, None, id="a person and a firm"),
]


@pytest.mark.parametrize(("one", "other", "co_owners", "reason"), PAIRS)
def test_what_is_asked_about(one: Likeness, other: Likeness, co_owners: bool, reason: PairReason | None) -> None:
    assert rules.pair_reason(one, other, are_co_owners=co_owners) is reason
    assert rules.pair_reason(other, one, are_co_owners=co_owners) is reason


ids = [uuid.UUID(int=number) for number in range(1, 9)]


@given(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=8))
def test_heads_are_the_groups_of_the_pairs(pairs: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    heads = rules.heads_of(pairs)
    faces = {each: each for each in ids}
    for one, other in pairs:
        old, new = faces[one], faces[other]
        faces = {each: new if face == old else face for each, face in faces.items()}
    for one in ids:
        for other in ids:
            same = heads.get(one, one) == heads.get(other, other)
            assert same == (faces[one] == faces[other])
    assert all(heads[each] == min(e for e in ids if heads.get(e, e) == heads[each]) for each in heads)


def own(unit: Any, name: str, **facts: str) -> uuid.UUID:
    title = commands.Title(valid_from=SINCE, share=None, is_voting_representative=False)
    held = commands.add_owner(
        unit, owner=commands.NewOwner(name=name, **facts), title=title, actor=make_clerk(), now=NOW
    )
    return held.owner_id


def estate_of(units: int, name: str = "演示小区") -> tuple[Any, list[Any]]:
    estate = make_estate(name)
    make_building(estate, units=units)
    return estate, units_of(estate)


def clerk_of(portal: Any) -> Actor:
    return make_clerk(portal.person(Role.COMMUNITY_CLERK))


def heads(estate: Any) -> int:
    return queries.get_roll_totals(estate.id, on=TODAY).heads


@pytest.mark.parametrize("place", range(len(PAIRS)))
def test_the_statement_asks_what_the_rule_asks(portal: Any, place: int) -> None:
    one, other, co_owners, reason = PAIRS[place].values
    with portal.inside():
        _estate, (first, second) = estate_of(2)
        for likeness, unit in ((one, first), (other, first if co_owners else second)):
            owner = db.session.get_one(Owner, (portal.here, own(unit, "某")))
            owner.kind, owner.name_key, owner.sound_key = likeness.kind, likeness.name_key, likeness.sound_key
            owner.id_number_index, owner.phone_index = likeness.number, likeness.phone
            owner.updated_at = NOW
        db.session.flush()
        assert [pair.reason for pair in queries.list_pairs(on=TODAY, limit=9)] == ([reason] if reason else [])
        assert queries.count_pairs() == (1 if reason else 0)


def test_the_effect_is_told_before_and_true_after(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        estate, units = estate_of(3)
        elsewhere, (far,) = estate_of(1, "别的小区")
        own(units[0], "张三", id_number=NUMBER)
        own(units[1], "张 三")
        own(units[2], "李四")
        own(far, "李四")
        pairs = queries.list_pairs(on=TODAY, limit=9)
        told = {
            pair.first.name[0]: [(e.estate_name, e.heads_now, e.heads_after) for e in pair.effects] for pair in pairs
        }
        assert told == {
            "张": [("演示小区", 3, 2)],
            "李": [("别的小区", 1, 1), ("演示小区", 3, 3)],
        }
        for pair in pairs:
            commands.decide_heads(pair.first.id, pair.second.id, verdict=ONE, reason="看过证件", actor=actor, now=NOW)
        assert (heads(estate), heads(elsewhere)) == (2, 1)
        assert queries.count_pairs() == 0


def test_a_decision_is_taken_back_and_asked_again(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        estate, units = estate_of(3)
        people = [own(unit, "张三") for unit in units]
        first = commands.decide_heads(people[0], people[1], verdict=ONE, reason="", actor=actor, now=NOW)
        commands.decide_heads(people[1], people[2], verdict=ONE, reason="", actor=actor, now=NOW)
        assert heads(estate) == 1
        commands.undo_decision(first, actor=actor, now=NOW)
        assert heads(estate) == 2
        with pytest.raises(RuleBroken) as caught:
            commands.undo_decision(first, actor=actor, now=NOW)
        assert caught.value.code == "estates.decision_undone"
        assert queries.count_pairs() == 2  # the first with either of the other two


def test_a_later_answer_takes_the_place_of_an_earlier_one(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        estate, units = estate_of(2)
        pair = [own(unit, "张三") for unit in units]
        for verdict, waiting, put_off, counted in (
            (LATER, 0, 1, 2),
            (NOT_ONE, 0, 0, 2),
            (ONE, 0, 0, 1),
            (LATER, 0, 1, 2),
        ):
            commands.decide_heads(*pair, verdict=verdict, reason="", actor=actor, now=NOW)
            assert (queries.count_pairs(), queries.count_pairs(put_off=True), heads(estate)) == (
                waiting,
                put_off,
                counted,
            )


def test_two_numbers_are_never_one_owner_not_even_through_a_third(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        _estate, units = estate_of(3)
        known = own(units[0], "张三", id_number=NUMBER)
        other = own(units[1], "张三", id_number=OTHER_NUMBER)
        nameless = own(units[2], "张三")
        commands.decide_heads(known, nameless, verdict=ONE, reason="", actor=actor, now=NOW)
        for first in (known, nameless):
            with pytest.raises(RuleBroken) as caught, db.session.begin_nested():
                commands.decide_heads(first, other, verdict=ONE, reason="", actor=actor, now=NOW)
            assert caught.value.code == "estates.two_numbers"


def test_entries_of_the_other_community_are_not_here(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside(portal.there):
        _estate, (unit,) = estate_of(1)
        theirs = own(unit, "张三")
    with portal.inside():
        _estate, (unit,) = estate_of(1)
        mine = own(unit, "张三")
        assert queries.count_pairs() == 0
        with pytest.raises(NotFound):
            commands.decide_heads(mine, theirs, verdict=ONE, reason="", actor=actor, now=NOW)


def test_heads_are_known_as_they_stood(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        estate, units = estate_of(2)
        pair = [own(unit, "张三") for unit in units]
    with portal.inside():
        commands.decide_heads(*pair, verdict=ONE, reason="", actor=actor, now=NOW + timedelta(days=3))
    with portal.inside():
        then = [
            queries.get_roll_totals(estate.id, on=TODAY, known_at=NOW + timedelta(days=days)).heads
            for days in (0, 1, 4)
        ]
        assert then == [0, 2, 1]


def test_the_queue_is_answered_on_its_page_and_taken_back_there(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    with portal.inside():
        estate, units = estate_of(2)
        for unit in units:
            own(unit, "张三")
    page = client.get(f"{BASE}/heads")
    assert "2 → 1" in page.text
    form = page.one("form[action$='/heads']:not([role])")
    data = {
        str(field["name"]): str(field["value"])
        for field in form.select("input[type=hidden]")
        if field["name"] != "csrf_token"
    }
    client.post(f"{BASE}/heads", {**data, "verdict": "ONE", "reason": "同一人，看过房产证"})
    with portal.inside():
        assert heads(estate) == 1
        owner = db.session.scalars(select(Owner)).first()
        assert owner is not None
    assert client.get(f"{BASE}/owners/{owner.id}").page.select("#head-title")
    decided = client.get(f"{BASE}/heads?show=decided")
    assert "同一人，看过房产证" in decided.text
    client.post(str(decided.one("form[action$='/undo']")["action"]))
    with portal.inside():
        assert heads(estate) == 2


def test_the_queue_costs_the_same_for_few_and_for_many_pairs(portal: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    costs = []
    with portal.inside():
        _estate, units = estate_of(60)
    for part in (slice(0, 3), slice(3, 60)):
        with portal.inside():
            for unit in units[part]:
                own(unit, f"业主{unit.position // 2}")
        client.get(f"{BASE}/heads")
        with count_statements(db.engine) as seen:
            client.get(f"{BASE}/heads")
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[1] <= 8


@pytest.mark.parametrize(
    ("role", "status"), [(Role.COMMUNITY_SECRETARY, 200), (Role.REVIEWER, 403), (Role.AUDITOR, 403), (Role.OWNER, 403)]
)
def test_who_may_decide(portal: Any, role: Role, status: int) -> None:
    portal.as_role(role).get(f"{BASE}/heads", status=status)
    make_user("某人")


def same_number(people: list[uuid.UUID], mark: bytes, kind: OwnerKind = OwnerKind.PERSON) -> None:
    for owner_id in people:
        owner = db.session.scalars(select(Owner).where(Owner.id == owner_id)).one()
        owner.id_number_index, owner.kind, owner.updated_at = mark, kind, NOW
    db.session.flush()


def some_alike(portal: Any, tenant_id: int) -> Any:
    """Enter three of one number, two of another, two firms of one code and two of one name; gives the estate."""
    with portal.inside(tenant_id):
        estate, units = estate_of(9)
        people = [own(unit, f"业主{place}号") for place, unit in enumerate(units[:7])] + [
            own(unit, "同名人") for unit in units[7:]
        ]
        same_number(people[:3], b"1" * 32)
        same_number(people[3:5], b"2" * 32)
        same_number(people[5:7], b"3" * 32, OwnerKind.ORGANIZATION)
        return estate


def test_all_of_one_number_are_answered_at_once_with_the_effect_told_before(portal: Any) -> None:
    actor = clerk_of(portal)
    make_clerk(portal.person(Role.COMMUNITY_CLERK, portal.there))
    estate, other = some_alike(portal, portal.here), some_alike(portal, portal.there)
    with portal.inside():
        pairs = queries.certain_pairs(OwnerKind.PERSON)
        assert len(pairs) == 3, "three entries of one number are joined by two pairs"
        assert [(e.heads_now, e.heads_after) for e in queries.effect_of_all(pairs, on=TODAY)] == [(9, 6)]
        with pytest.raises(RuleBroken) as changed:
            commands.decide_certain(OwnerKind.PERSON, expected=4, reason="", actor=actor, now=NOW)
        assert changed.value.code == "estates.pairs_changed"
        decisions = commands.decide_certain(OwnerKind.PERSON, expected=3, reason="证号相同", actor=actor, now=NOW)
        assert (len(decisions), heads(estate)) == (3, 6)
        assert queries.certain_pairs(OwnerKind.PERSON) == []
        assert len(queries.certain_pairs(OwnerKind.ORGANIZATION)) == 1
        commands.undo_decision(decisions[0], actor=actor, now=NOW)
        assert heads(estate) == 7, "each decision counts by itself"
        with pytest.raises(RuleBroken):
            commands.decide_certain(OwnerKind.PERSON, expected=0, reason="", actor=actor, now=NOW)
    with portal.inside(portal.there):
        assert heads(other) == 9, "the other community's entries of the same numbers stay as they are"


def test_an_answer_for_all_keeps_off_what_was_answered_otherwise(portal: Any) -> None:
    actor = clerk_of(portal)
    some_alike(portal, portal.here)
    with portal.inside():
        first, second = queries.certain_pairs(OwnerKind.ORGANIZATION)[0]
        commands.decide_heads(first, second, verdict=NOT_ONE, reason="", actor=actor, now=NOW)
        assert queries.certain_pairs(OwnerKind.ORGANIZATION) == []
        assert len(queries.certain_pairs(OwnerKind.PERSON)) == 3


def test_the_page_of_the_answer_for_all(portal: Any) -> None:
    some_alike(portal, portal.here)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    link = str(client.get(f"{BASE}/heads").one('a[href*="/heads/certain/"]')["href"])
    assert link.endswith("/person"), "a single pair is answered where it stands"
    page = client.get(link)
    assert [cell.get_text() for cell in page.page.select("tbody td")] == ["9", "6"]
    assert client.post(link, {"expected": "2"}, status=422).errors()
    client.post(link, {"expected": str(page.one("input[name=expected]")["value"]), "reason": "证号相同"}, status=303)
    assert not client.get(f"{BASE}/heads").page.select('a[href*="/heads/certain/"]')
    assert len(client.get(f"{BASE}/heads?show=decided").page.select("tbody tr")) == 3
    assert not client.get(link).page.select("form.sheet"), "nothing is left to be answered"
    portal.as_role(Role.AUDITOR).get(link, status=403)


def test_the_pages_of_unit_and_owner_tell_what_changed_and_who_did_it(portal: Any) -> None:
    actor = clerk_of(portal)
    with portal.inside():
        _estate, units = estate_of(1)
        owner_id = own(units[0], "张三", id_number=NUMBER)
        unit_id = units[0].id
    later = NOW + timedelta(days=1)
    with portal.inside():
        unit = queries.get_unit(unit_id)
        facts = commands.UnitFacts(
            area_m2=unit.exclusive_area_m2 + 1, basis=unit.area_basis, status=unit.status, document="产权证9号",
            usage=unit.usage, sold_on=None, delivered_on=unit.delivered_on,
        )  # fmt: skip
        commands.change_unit(unit, facts=facts, actor=actor, now=later)
        changed = commands.NewOwner(name="张叁", id_number=OTHER_NUMBER, phone="13800000000")
        commands.change_owner(queries.get_owner(owner_id), facts=changed, actor=actor, now=later)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    unit_page = client.get(f"{BASE}/units/{unit_id}").one(".history").get_text()
    assert "产权证9号" in unit_page
    assert portal.person(Role.COMMUNITY_CLERK).name in unit_page
    owner_page = client.get(f"{BASE}/owners/{owner_id}").one(".history").get_text()
    assert "张叁" in owner_page
    assert NUMBER not in owner_page
    assert OTHER_NUMBER not in owner_page
    assert "13800000000" not in owner_page


def test_no_column_of_units_and_owners_is_forgotten_in_a_history() -> None:
    own_business = {"created_at", "updated_at", "source_batch_id", "source_row"}
    derived = {"name_key", "sound_key", "search_key", "sort_key", "id_number_index", "phone_index"}
    placed = {"building_id", "position"}
    assert set(kept_columns(Unit)) - own_business - placed == set(unit_fields())
    assert set(kept_columns(Owner)) - own_business - derived == set(owner_fields({}))
