"""The last that is allowed and the first that is not, for each limit of the registers' rules."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_DNS, uuid5

import pytest

from portal.core.errors import RuleBroken
from portal.registers import rules
from portal.registers.rules import MemberDates, MemberStatus, MemberType, OrganizationKind, PartyDate
from portal.registers.rules.belonging import check_link_dates
from portal.registers.rules.duplicates import Facts, Likeness, is_slip, likeness, may_undo
from portal.registers.rules.extras import INTENTS_LENGTH, PostCategory, clean_skills, join_intents
from portal.registers.rules.places import Residents, Server, coverage, plain_place
from portal.registers.rules.relations import PROBATION_REMINDER_DAYS, check_letter
from portal.registers.rules.sheets import SheetState, check_review, check_sheet
from portal.registers.rules.standing import DOCUMENT_MAX, Act, Standing, StandingAct, check_act, possible_acts
from portal.registers.rules.structure import PostKind, Shape, Weight, national_findings
from portal.registers.rules.terms import Meeting, TermDates, TermStatus, check_meeting, least_candidates, term_status
from portal.registers.rules.transfers import TransferStep, check_reason
from portal.registers.rules.units import clean_unit_name

K, P = OrganizationKind, PostKind
TODAY = date(2026, 11, 22)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def refused(call: Callable[[], object]) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code.removeprefix("registers.")
    return None


# --- organizations: 支部工作条例 (2018) -------------------------------------------------------


def national(shape: Shape, weight: Weight) -> list[str]:
    found = national_findings(shape, today=TODAY)
    return [each.code.removeprefix("registers.") for each in found if each.weight is weight]


@pytest.mark.parametrize(
    ("shape", "warnings", "notes"),
    [
        pytest.param(
            Shape(K.BRANCH, 40, 40, (P.SECRETARY, *[P.COMMITTEE_MEMBER] * 7), posts_ever=True),
            ["committee_even", "committee_large"], [], id="eight seats: normally at most seven, ch. 6",
        ),
        pytest.param(
            Shape(K.BRANCH, 7, 7, (P.SECRETARY, *[P.COMMITTEE_MEMBER] * 2), posts_ever=True), [], [],
            id="seven full members have a committee of three, ch. 6",
        ),
        pytest.param(
            Shape(K.BRANCH, 6, 6, (P.SECRETARY, P.COMMITTEE_MEMBER), posts_ever=True), [], [],
            id="two seats are no committee yet",
        ),
        pytest.param(
            Shape(K.BRANCH, 4, 3, (P.SECRETARY,), posts_ever=True, short_since=date(2020, 1, 1)), [], [],
            id="three full members are never short, art. 4",
        ),
    ],
)  # fmt: skip
def test_sizes_of_a_branch_and_its_committee(shape: Shape, warnings: list[str], notes: list[str]) -> None:
    assert national(shape, Weight.WARNING) == warnings
    assert national(shape, Weight.NOTE) == notes


@pytest.mark.parametrize(("seats", "least"), [(5, 6), (6, 8), (10, 12), (11, 14), (25, 30)])
def test_a_fifth_more_candidates_than_seats(seats: int, least: int) -> None:
    """选举工作条例 (2020): at least twenty per cent more, and nobody stands in part."""
    assert least_candidates(seats) == least
    meeting = Meeting(50, 50, least - 1, seats)
    assert refused(lambda: check_meeting(meeting)) == "too_few_candidates"


def test_a_day_that_is_the_usual_one_is_neither_delay_nor_advance() -> None:
    """What is moved to its own day cannot be recorded; read from elsewhere it counts as brought forward, not late."""
    dates = TermDates(date(2022, 5, 31), date(2027, 5, 31), date(2027, 5, 31))
    assert term_status(K.BRANCH, dates, today=TODAY) is TermStatus.ADVANCED


def test_the_four_levels_are_numbered_from_the_top() -> None:
    levels = {K.WORKING_COMMITTEE: 1, K.PARTY_COMMITTEE: 2, K.GENERAL_BRANCH: 2, K.BRANCH: 3, K.GROUP: 4}
    assert {kind: rules.LEVELS[kind] for kind in levels} == levels
    assert {rules.LEVELS[kind] for kind in rules.BRANCH_KINDS} == {3}


# --- members ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "kind", "broken"),
    [
        pytest.param(PartyDate(date(2015, 7, 1)), "FULL", None, id="full from the day of joining"),
        pytest.param(PartyDate(TODAY), "FULL", None, id="full from today"),
        pytest.param(PartyDate(TOMORROW), "FULL", "full_future", id="full from tomorrow"),
        pytest.param(PartyDate(TODAY), "PROBATIONARY", "probationary_has_full_date", id="over today"),
        pytest.param(PartyDate(TOMORROW), "PROBATIONARY", None, id="over tomorrow"),
    ],
)
def test_the_day_of_full_membership(full: PartyDate, kind: str, broken: str | None) -> None:
    dates = MemberDates(date(1990, 3, 7), PartyDate(date(2015, 7, 1)), full)
    assert refused(lambda: rules.check_member_dates(dates, member_type=MemberType(kind), today=TODAY)) == broken


def test_a_name_has_2_to_50_letters() -> None:
    assert [refused(lambda n=n: rules.check_name("张" * n)) for n in (1, 2, 50, 51)] == ["name", None, None, "name"]
    assert (rules.ADDRESS_MAX, rules.ORGANIZATION_NAME_MAX) == (120, 60)  # as long as their columns


@pytest.mark.parametrize(
    ("begins", "ends", "broken"),
    [
        (TODAY, None, None),
        (TOMORROW, None, "link_future"),
        (TODAY, TODAY, None),
        (TODAY, YESTERDAY, "link_ends_early"),
    ],
    ids=["from today", "from tomorrow", "taken back on its first day", "ends before it begins"],
)
def test_a_second_belonging(begins: date, ends: date | None, broken: str | None) -> None:
    assert refused(lambda: check_link_dates(from_on=begins, until_on=ends, today=TODAY)) == broken


def test_a_letter_is_dated_today_at_the_latest() -> None:
    assert refused(lambda: check_letter(issued_on=TODAY, valid_to=TOMORROW, today=TODAY)) is None
    assert refused(lambda: check_letter(issued_on=TOMORROW, valid_to=TOMORROW, today=TODAY)) == "letter_future"


@pytest.mark.parametrize(("letters", "sound"), [(3, False), (4, True), (200, True), (201, False)])
def test_a_reason_has_4_to_200_letters(letters: int, sound: bool) -> None:
    reason = "因" * letters
    assert refused(lambda: check_reason(TransferStep.DECLINE, reason)) == (None if sound else "reason_needed")
    standing = Standing(MemberStatus.NORMAL, None, MemberType.FULL, date(2015, 7, 1), None, None)
    act = Act(StandingAct.RESIGN, TODAY, reason, "汇组〔2026〕1号")
    assert refused(lambda: check_act(act, standing, today=TODAY)) == (None if sound else "reason_needed")


@pytest.mark.parametrize(("letters", "sound"), [(1, False), (2, True), (80, True), (81, False)])
def test_a_unit_has_a_name_of_2_to_80_letters(letters: int, sound: bool) -> None:
    assert refused(lambda: clean_unit_name("厂" * letters)) == (None if sound else "unit_name")


# --- standing ---------------------------------------------------------------------------------


def test_an_act_is_not_older_than_what_it_follows() -> None:
    joined, lost = date(2015, 7, 1), date(2026, 3, 1)
    plain = Standing(MemberStatus.NORMAL, None, MemberType.FULL, joined, None, None)
    missing = Standing(MemberStatus.NORMAL, None, MemberType.FULL, joined, None, lost)
    day_before = timedelta(days=1)
    for kind, standing, earliest in (
        (StandingAct.DIE, plain, joined),
        (StandingAct.FIND, missing, lost),
        (StandingAct.DIE, missing, joined),  # found dead: on a day before anybody missed them
    ):
        on_time, early = Act(kind, earliest), Act(kind, earliest - day_before)
        assert refused(lambda act=on_time, before=standing: check_act(act, before, today=TODAY)) is None
        assert refused(lambda act=early, before=standing: check_act(act, before, today=TODAY)) == "act_too_early"


def test_numbers_that_are_no_law_but_stand_in_columns_and_tasks() -> None:
    assert (DOCUMENT_MAX, PROBATION_REMINDER_DAYS) == (60, 30)


def test_probation_is_extended_by_those_on_probation_and_once() -> None:
    """Charter, art. 7: once."""
    first = Standing(MemberStatus.NORMAL, None, MemberType.PROBATIONARY, date(2026, 1, 1), None, None)
    again = Standing(MemberStatus.NORMAL, None, MemberType.PROBATIONARY, date(2026, 1, 1), date(2027, 7, 1), None)
    full = Standing(MemberStatus.NORMAL, None, MemberType.FULL, date(2015, 1, 1), None, None)
    can = [StandingAct.EXTEND in possible_acts(each) for each in (first, again, full)]
    assert can == [True, False, False]


# --- check sheets -----------------------------------------------------------------------------


def test_measures_may_be_due_on_the_very_day() -> None:
    assert check_sheet(checked_on=TODAY, findings="缺", measures="补", due_on=TODAY, today=TODAY) is SheetState.OPEN

    def review(on: date, due: date | None = None, *, checked: date = TODAY) -> SheetState:
        return check_review(
            SheetState.OPEN, checked_on=checked, reviewed_on=on, is_passed=due is None, due_on=due, today=TODAY
        )

    assert review(TODAY) is SheetState.CLOSED  # looked at again on the same day
    assert review(TODAY, TODAY) is SheetState.OPEN
    assert refused(lambda: review(TODAY, YESTERDAY)) == "sheet_due_early"
    assert refused(lambda: review(YESTERDAY)) == "review_day"
    assert refused(lambda: review(TOMORROW)) == "review_day"


# --- two records, one person ------------------------------------------------------------------

NUMBER = "520303199003070011"  # invented


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (NUMBER, False),
        ("520303199003070029", True),
        ("520303199003710011", True),
        ("520303199114070011", False),
        ("52030319900307001X", False),
        ("520303199003", False),
    ],
    ids=["no slip at all", "one digit", "two neighbours swapped", "three digits", "check character alone", "too short"],
)
def test_a_slip_is_at_most_two_characters_and_what_follows_from_them(other: str, is_one: bool) -> None:
    assert is_slip(NUMBER, other) is is_one


BORN, LATER = date(1990, 3, 7), date(1990, 3, 17)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("张三", BORN, None, None), ("张三", BORN, None, None), Likeness.NAME_AND_BIRTH),
        (("张三", BORN, NUMBER, None), ("张三", LATER, "520303199003170011", None), Likeness.NAME_AND_NUMBER),
        (("张三", BORN, NUMBER, None), ("张三", LATER, None, None), None),
        (("张三", BORN, None, b"1"), ("张三", LATER, None, b"1"), Likeness.NAME_AND_MOBILE),
        (("张三", BORN, None, b"1"), ("李四", BORN, None, b"1"), Likeness.MOBILE),
        (("张三", BORN, None, b"1"), ("李四", BORN, None, b"2"), None),
        (("张三", BORN, None, None), ("李四", BORN, None, None), None),
        (("张三", BORN, None, None), ("李四", BORN, None, b"1"), None),
    ],
    ids=[
        "name and birth", "a slip in the number", "one number not known", "name and mobile", "a couple's mobile",
        "nothing", "no mobiles are not the same", "one mobile not known",
    ],
)  # fmt: skip
def test_why_two_records_may_be_one(first: tuple, second: tuple, why: Likeness | None) -> None:  # type: ignore[type-arg]
    assert likeness(Facts(*first), Facts(*second)) is why


def test_a_merge_is_undone_within_seven_days_to_the_moment() -> None:
    week = timedelta(days=7)
    assert may_undo(merged_at=NOW - week, now=NOW)
    assert not may_undo(merged_at=NOW - week - timedelta(microseconds=1), now=NOW)


# --- extras -----------------------------------------------------------------------------------


def test_three_kinds_of_service_and_a_hundred_letters_of_skills() -> None:
    """Three on one card is practice (三水); the length is our own."""
    kinds = list(PostCategory)
    assert refused(lambda: join_intents(kinds[:3])) is None
    assert refused(lambda: join_intents(kinds[:4])) == "too_many_intents"
    assert refused(lambda: clean_skills("长" * 100)) is None
    assert refused(lambda: clean_skills("长" * 101)) == "skills_length"
    longest = sorted(kinds, key=lambda each: len(each.value))[-3:]
    assert len(join_intents(longest) or "") <= INTENTS_LENGTH


# --- coverage ---------------------------------------------------------------------------------


def test_only_groups_with_a_place_and_branches_are_counted() -> None:
    def server(name: str, kind: K, estate: str, *buildings: str) -> Server:
        return Server(uuid5(NAMESPACE_DNS, name), name, kind, estate, buildings)

    found = coverage(
        [Residents("花园", "2号楼", 3, 3), Residents("花园", "甲座", 1, 1), Residents("", "9号楼", 5, 5)],
        [
            server("支部", K.BRANCH, "花园", "2号楼"),
            server("无处组", K.GROUP, "", "2号楼"),
            server("别处组", K.GROUP, "新村", "1号楼"),
            server("党委", K.PARTY_COMMITTEE, "花园"),
        ],
    )
    garden, village = sorted(found.estates, key=lambda each: each.estate, reverse=True)
    assert (garden.estate, garden.groups, village.groups) == ("花园", 0, 1)
    assert [(each.building, each.wants, each.group) for each in garden.buildings] == [
        ("2号楼", True, None),
        ("甲座", False, None),
    ]
    assert (found.branches, found.covered_estates) == (1, 1)
    empty = coverage([Residents("花园", "2号楼", 2, 2)], [server("组", K.GROUP, "花园", "3号楼")])
    second, third = empty.estates[0].buildings
    assert (third.members_all, third.members_full) == (0, 0)  # nobody lives there as far as is known
    assert (second.members_all, empty.branches) == (2, 0)
    assert (plain_place(None), plain_place(" 1 号楼 ")) == ("", "1号楼")
