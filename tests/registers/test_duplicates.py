"""Duplicates: found, told apart, merged field by field, and taken back exactly."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.identity_numbers import citizen_check_character
from portal.registers import commands, merging, queries
from portal.registers.commands.merges import merge_members, say_distinct, undo_merge
from portal.registers.commands.standing import record_act
from portal.registers.models import MemberLink, MemberMerge, MemberStanding, PartyMember
from portal.registers.queries.duplicates import possible_duplicates
from portal.registers.rules import MemberType, duplicates
from portal.registers.rules.belonging import LinkKind
from portal.registers.rules.duplicates import Likeness, Match, Side
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import Act, StandingAct
from portal.registers.unmerging import undo_obstacles
from portal.tenancy.past import kept_columns
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import NOW, make_actor
from tests.registers.makers import make_facts, make_id_number, make_member, make_organization

HOUR = timedelta(hours=1)
REASON = "以入党志愿书为准"


def slip(number: str, place: int = 16) -> str:
    """Give the number with one digit wrong and the check character that follows from it."""
    digit = str((int(number[place]) + 2) % 10)
    first = number[:place] + digit + number[place + 1 : 17]
    return first + citizen_check_character(first)


@pytest.mark.parametrize(
    ("first", "second", "is_slip"),
    [
        pytest.param("520303199003070011", slip("520303199003070011"), True, id="one digit"),
        pytest.param("520303199003070011", "520303199003071013", True, id="two neighbours swapped"),
        pytest.param("520303199003070011", "520303199003070011", False, id="the same number"),
        pytest.param("520303199003070011", make_id_number(7), False, id="another person"),
        pytest.param("520303900307001", "520303199003070011", False, id="15 digits are no number"),
    ],
)
def test_a_slip_of_the_pen(first: str, second: str, is_slip: bool) -> None:
    assert duplicates.is_slip(first, second) is is_slip


@pytest.mark.parametrize(
    ("kept", "gone", "found"),
    [
        ("a", "a", Match.SAME),
        (None, None, Match.SAME),
        ("a", None, Match.ONLY_KEPT),
        (None, "b", Match.ONLY_GONE),
        ("a", "b", Match.CONFLICT),
    ],
)
def test_a_field_is_the_same_a_gap_or_a_conflict(kept: object, gone: object, found: Match) -> None:
    assert duplicates.match(kept, gone) is found


def test_only_what_differs_of_a_number_is_shown() -> None:
    first, second = "520303199003070011", "520303199003070030"
    places = duplicates.differing_places(first, second)
    assert duplicates.only_differing(first, places) == "················11"


def test_every_column_of_a_member_is_in_one_field_of_a_merge() -> None:
    """A new column has to be thought of: nothing is lost silently."""
    placed = [column for columns in merging.UNITS.values() for column in columns]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(kept_columns(PartyMember)) - merging.NOT_A_FACT


class Two:
    """Two records of one person in one community, and somebody of the same name in the other."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.actor: Actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
        for tenant_id in (portal.there, portal.here):
            with portal.inside(tenant_id):
                branch = make_organization()
                second = make_organization("演示第二党支部")
                kept = make_member(branch.id, 1, address=None, mobile="19900000001")
                if tenant_id == portal.here:
                    number = slip(make_id_number(1))
                    gone = make_member(
                        second.id, 2, id_number=number, mobile="19900000002", work_unit="老单位", ethnic_code=None
                    )
                    self.kept, self.gone = kept.id, gone.id

    def columns(self, member_id: uuid.UUID) -> dict[str, Any] | None:
        """Give everything that a record says, its date of change apart."""
        with reading(scope_of(self.portal.here)):
            member = db.session.scalars(select(PartyMember).where(PartyMember.id == member_id)).one_or_none()
            if member is None:
                return None
            shown = {key: getattr(member, key) for key in kept_columns(PartyMember) if key != "updated_at"}
            return {**shown, "number": queries.unseal_field(member, "id_number")}

    def merge(self, now: datetime = NOW + HOUR, **choices: Side) -> uuid.UUID:
        """Merge them; what is not named stays as in the one that stays."""
        with self.portal.inside():
            kept = queries.get_member(self.kept, tenant_id=self.portal.here)
            gone = queries.get_member(self.gone, tenant_id=self.portal.here)
            conflicts = [unit for unit, found in merging.compare(kept, gone).items() if found is Match.CONFLICT]
            every = {unit: choices.get(unit, Side.KEPT) for unit in conflicts}
            merge = merge_members(self.kept, self.gone, every, reason=REASON, actor=self.actor, now=now)
            return merge.id

    def undo(self, merge_id: uuid.UUID, now: datetime = NOW + 2 * HOUR) -> None:
        with self.portal.inside():
            undo_merge(merge_id, actor=self.actor, now=now)

    def obstacles(self) -> list[tuple[str, str]]:
        with reading(scope_of(self.portal.here)):
            merge = db.session.scalars(select(MemberMerge)).one()
            return [(each.code, each.about) for each in undo_obstacles(merge, tenant_id=self.portal.here)]


@pytest.fixture
def two(portal: Portal) -> Two:
    return Two(portal)


def lose(two: Two, member_id: uuid.UUID) -> None:
    with two.portal.inside():
        act = Act(StandingAct.LOSE, date(2026, 5, 1), lost_reason=LostReason.ABROAD)
        record_act(member_id, act, actor=two.actor, now=NOW + timedelta(minutes=5))


def link(two: Two, member_id: uuid.UUID) -> uuid.UUID:
    with two.portal.inside():
        row = MemberLink(kind=LinkKind.RESIDENCE, member_id=member_id, full_name="张示例", sort_key="zhang",
                         other_name="某社区", from_on=date(2026, 1, 1), created_at=NOW, updated_at=NOW)  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def test_pairs_are_found_by_name_and_birth_by_slips_and_by_mobile(portal: Portal) -> None:
    born = date(1970, 1, 1)
    with portal.inside():
        branch = make_organization()
        make_member(branch.id, 1, full_name="张一")
        make_member(branch.id, 2, full_name="张一", id_number=make_id_number(30))
        make_member(branch.id, 3, full_name="李二", mobile=None)
        other_day = make_id_number(3)[:13] + "3" + make_id_number(3)[14:17]
        number = other_day + citizen_check_character(other_day)
        make_member(branch.id, 4, full_name="李二", id_number=number, mobile=None)
        make_member(branch.id, 5, full_name="王三", mobile="13800000000")
        make_member(branch.id, 6, full_name="赵四", mobile="13800000000")
        make_member(branch.id, 7, full_name="钱五", id_number=make_id_number(9, born + timedelta(days=900)))
        make_member(branch.id, 8, full_name="钱五", id_number=make_id_number(700, born + timedelta(days=9000)))
    with reading(scope_of(portal.here)):
        pairs = possible_duplicates(tenant_id=portal.here)
    assert [(pair.first.full_name, pair.why) for pair in pairs] == [
        ("张一", Likeness.NAME_AND_BIRTH),
        ("李二", Likeness.NAME_AND_NUMBER),
        ("王三", Likeness.MOBILE),
    ]


def test_the_neighbours_namesake_is_no_duplicate(two: Two) -> None:
    with reading(scope_of(two.portal.there)):
        assert possible_duplicates(tenant_id=two.portal.there) == []
    with reading(scope_of(two.portal.here)):
        (pair,) = possible_duplicates(tenant_id=two.portal.here)
        assert {pair.first.id, pair.second.id} == {two.kept, two.gone}


def test_two_people_are_remembered_as_two(two: Two) -> None:
    for _ in range(2):
        with two.portal.inside():
            say_distinct(two.gone, two.kept, reason="双胞胎", actor=two.actor, now=NOW)
    with reading(scope_of(two.portal.here)):
        assert possible_duplicates(tenant_id=two.portal.here) == []


def test_a_conflict_without_a_choice_is_refused_and_named(two: Two) -> None:
    before = two.columns(two.kept), two.columns(two.gone)
    with pytest.raises(RuleBroken) as caught, two.portal.inside():
        merge_members(two.kept, two.gone, {}, actor=two.actor, now=NOW + HOUR)
    assert (caught.value.code, caught.value.field) == ("registers.merge_choice", "choice-id_number")
    assert (two.columns(two.kept), two.columns(two.gone)) == before


def test_gaps_are_filled_and_choices_followed(two: Two) -> None:
    gone = two.columns(two.gone)
    two.merge(id_number=Side.GONE, work_unit=Side.GONE)
    kept = two.columns(two.kept)
    assert two.columns(two.gone) is None
    assert kept is not None
    assert gone is not None
    assert kept["number"] == gone["number"], "sealed anew for the record that stays"
    assert (kept["work_unit"], kept["ethnic_code"]) == ("老单位", "01")
    with reading(scope_of(two.portal.here)):
        member = queries.get_member(two.kept, tenant_id=two.portal.here)
        assert queries.unseal_field(member, "address") == "演示路1号2栋", "a gap is filled"
        assert queries.unseal_field(member, "mobile") == "19900000001"
        events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.MEMBERS_MERGE)))
        assert len(events) == 1
        assert make_id_number(1) not in str(events[0].changes)


def test_what_hangs_on_the_record_moves_and_comes_back(two: Two) -> None:
    lose(two, two.gone)
    row_id = link(two, two.gone)
    own_id = link(two, two.kept)
    before = two.columns(two.kept), two.columns(two.gone)
    merge_id = two.merge(lost=Side.KEPT)
    with reading(scope_of(two.portal.here)):
        assert set(db.session.scalars(select(MemberStanding.member_id))) == {two.kept}
        assert set(db.session.scalars(select(MemberLink.member_id))) == {two.kept}
    two.undo(merge_id)
    assert (two.columns(two.kept), two.columns(two.gone)) == before
    with reading(scope_of(two.portal.here)):
        assert set(db.session.scalars(select(MemberStanding.member_id))) == {two.gone}
        owners = dict(db.session.execute(select(MemberLink.id, MemberLink.member_id)).all())
        assert owners == {row_id: two.gone, own_id: two.kept}


@pytest.mark.parametrize("side", list(Side))
def test_undoing_gives_both_records_back_exactly(two: Two, side: Side) -> None:
    lose(two, two.gone)
    before = two.columns(two.kept), two.columns(two.gone)
    every = dict.fromkeys(merging.units(), side)
    merge_id = two.merge(**every)
    assert two.columns(two.kept) != before[0]
    two.undo(merge_id)
    assert (two.columns(two.kept), two.columns(two.gone)) == before
    with pytest.raises(RuleBroken, match=r"registers\.merge_undone"):
        two.undo(merge_id, NOW + 3 * HOUR)


def test_a_merge_in_the_very_moment_of_entering_can_be_undone(two: Two) -> None:
    before = two.columns(two.kept), two.columns(two.gone)
    merge_id = two.merge(now=NOW, work_unit=Side.GONE)
    two.undo(merge_id, NOW)
    assert (two.columns(two.kept), two.columns(two.gone)) == before


def test_a_week_and_no_longer(two: Two) -> None:
    merge_id = two.merge()
    with pytest.raises(RuleBroken, match=r"registers\.merge_too_old"):
        two.undo(merge_id, NOW + HOUR + timedelta(days=7, microseconds=1))
    two.undo(merge_id, NOW + HOUR + timedelta(days=7))


def test_obstacles_are_listed_and_nothing_is_undone_by_half(two: Two) -> None:
    row_id = link(two, two.gone)
    merge_id = two.merge(work_unit=Side.GONE)
    assert two.obstacles() == []
    with two.portal.inside():
        member = queries.get_member(two.kept, tenant_id=two.portal.here)
        member.work_unit, member.updated_at = "新单位", NOW + 2 * HOUR
        hung = db.session.scalars(select(MemberLink).where(MemberLink.id == row_id)).one()
        hung.updated_at = NOW + 2 * HOUR
        db.session.delete(hung)
        make_member(member.organization_id, 3, id_number=slip(make_id_number(1)))
    assert two.obstacles() == [
        ("number_taken", ""),
        ("field_changed", "work_unit"),
        ("moved_on", "member_link.member_id"),
    ]
    before = two.columns(two.kept)
    with pytest.raises(RuleBroken, match=r"registers\.merge_obstacles"):
        two.undo(merge_id, NOW + 3 * HOUR)
    assert two.columns(two.kept) == before
    assert two.columns(two.gone) is None


def test_fields_that_the_merge_left_alone_keep_later_changes(two: Two) -> None:
    merge_id = two.merge(work_unit=Side.KEPT)
    with two.portal.inside():
        facts = make_facts(queries.get_member(two.kept, tenant_id=two.portal.here).organization_id, 1,
                           work_unit="新单位")  # fmt: skip
        commands.update_member(two.kept, facts, actor=two.actor, now=NOW + 2 * HOUR)
    two.undo(merge_id, NOW + 3 * HOUR)
    kept = two.columns(two.kept)
    assert kept is not None
    assert kept["work_unit"] == "新单位"


def test_a_second_merge_stands_in_the_way_of_undoing_the_first(two: Two) -> None:
    first = two.merge()
    with two.portal.inside():
        branch = queries.get_member(two.kept, tenant_id=two.portal.here).organization_id
        third = make_member(branch, 9, full_name="张示例")
        third_id = third.id
        every = dict.fromkeys(merging.units(), Side.KEPT)
        merge_members(third_id, two.kept, every, actor=two.actor, now=NOW + 2 * HOUR)
    with reading(scope_of(two.portal.here)):
        merge = db.session.scalars(select(MemberMerge).where(MemberMerge.id == first)).one()
        assert [each.code for each in undo_obstacles(merge, tenant_id=two.portal.here)] == ["kept_gone"]


def test_a_type_that_differs_is_a_conflict_too(two: Two) -> None:
    with two.portal.inside():
        member = queries.get_member(two.gone, tenant_id=two.portal.here)
        member.member_type, member.updated_at = MemberType.PROBATIONARY, NOW + timedelta(minutes=1)
    with two.portal.inside():
        kept = queries.get_member(two.kept, tenant_id=two.portal.here)
        gone = queries.get_member(two.gone, tenant_id=two.portal.here)
        assert merging.compare(kept, gone)["member_type"] is Match.CONFLICT
