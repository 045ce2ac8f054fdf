"""Rules of organizations and members, by tables; no application, no database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.names import name_initials
from portal.desk.rules import text_of
from portal.registers import rules, standards
from portal.registers.rules import MemberDates, MemberType, OrganizationKind, PartyDate

K = OrganizationKind
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "parent", "broken"),
    [
        pytest.param(K.GROUP, K.BRANCH, None, id="group in branch"),
        pytest.param(K.GROUP, K.JOINT_BRANCH, None, id="group in joint branch"),
        pytest.param(K.BRANCH, K.GENERAL_BRANCH, None, id="branch in general branch"),
        pytest.param(K.BRANCH, K.PARTY_COMMITTEE, None, id="branch in committee"),
        pytest.param(K.GENERAL_BRANCH, K.PARTY_COMMITTEE, None, id="general branch in committee"),
        pytest.param(K.PARTY_COMMITTEE, K.WORKING_COMMITTEE, None, id="committee in working committee"),
        pytest.param(K.PARTY_COMMITTEE, None, None, id="committee on top of a community"),
        pytest.param(K.BRANCH, None, None, id="a small community has only a branch"),
        pytest.param(K.GROUP, None, "registers.group_needs_branch", id="group alone"),
        pytest.param(K.GROUP, K.PARTY_COMMITTEE, "registers.wrong_parent", id="group in committee"),
        pytest.param(K.BRANCH, K.BRANCH, "registers.wrong_parent", id="branch in branch"),
        pytest.param(K.BRANCH, K.GROUP, "registers.wrong_parent", id="branch in group"),
        pytest.param(K.PARTY_COMMITTEE, K.BRANCH, "registers.wrong_parent", id="committee in branch"),
        pytest.param(K.WORKING_COMMITTEE, K.PARTY_COMMITTEE, "registers.wrong_parent", id="nothing above it"),
    ],
)
def test_the_tree_has_its_order(kind: K, parent: K | None, broken: str | None) -> None:
    if broken is None:
        rules.check_parent(kind, parent)
        return
    with pytest.raises(RuleBroken) as caught:
        rules.check_parent(kind, parent)
    assert caught.value.code == broken


def test_every_kind_has_a_level_and_parents_are_above() -> None:
    assert set(rules.LEVELS) == set(rules.ALLOWED_PARENTS) == set(K)
    for kind, parents in rules.ALLOWED_PARENTS.items():
        assert all(rules.LEVELS[parent] <= rules.LEVELS[kind] for parent in parents)


@pytest.mark.parametrize("kind", [K.WORKING_COMMITTEE, K.PARTY_COMMITTEE, K.GENERAL_BRANCH])
def test_members_are_in_branches_or_groups(kind: K) -> None:
    rules.check_holds_members(K.BRANCH)
    rules.check_holds_members(K.GROUP)
    with pytest.raises(RuleBroken, match=r"registers\.not_a_branch"):
        rules.check_holds_members(kind)


@pytest.mark.parametrize(
    ("written", "stored", "sound"),
    [
        ("张三", "张三", True),
        ("张 三", "张三", True),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提", True),
        ("Anna Zhang", "Anna Zhang", True),
        ("𠮷田", "𠮷田", True),
        ("张", "张", False),
        ("张3", "张3", False),
        ("张三（书记）", "张三（书记）", False),
        ("·张三", "·张三", False),
        ("张" * 51, "张" * 51, False),
    ],
)
def test_names(written: str, stored: str, sound: bool) -> None:
    assert rules.clean_name(written) == stored
    if sound:
        rules.check_name(stored)
    else:
        with pytest.raises(RuleBroken, match=r"registers\.name"):
            rules.check_name(stored)


BORN = date(1990, 3, 7)


@pytest.mark.parametrize(
    ("joined", "full", "kind", "broken"),
    [
        pytest.param(PartyDate(date(2008, 3, 7)), None, "FULL", None, id="on the eighteenth birthday"),
        pytest.param(PartyDate(date(2008, 3, 6)), None, "FULL", "registers.joined_too_young", id="a day too young"),
        pytest.param(PartyDate(date(2008, 3, 1), True), None, "FULL", None, id="month of the birthday"),
        pytest.param(PartyDate(date(2008, 2, 1), True), None, "FULL", "registers.joined_too_young", id="month before"),
        pytest.param(PartyDate(TODAY), None, "PROBATIONARY", None, id="joined today"),
        pytest.param(PartyDate(date(2026, 11, 23)), None, "FULL", "registers.joined_future", id="joined tomorrow"),
        pytest.param(PartyDate(date(2015, 7, 1)), PartyDate(date(2016, 7, 1)), "FULL", None, id="a year's probation"),
        pytest.param(
            PartyDate(date(2015, 7, 1)), PartyDate(date(2015, 6, 30)), "FULL", "registers.full_before_joined",
            id="full before joining",
        ),
        pytest.param(
            PartyDate(date(2015, 7, 15)), PartyDate(date(2015, 7, 1), True), "FULL", None, id="same month is allowed",
        ),
        pytest.param(
            PartyDate(date(2015, 7, 1)), PartyDate(date(2027, 1, 1)), "FULL", "registers.full_future", id="full later",
        ),
        pytest.param(
            PartyDate(date(2015, 7, 1)), PartyDate(date(2016, 7, 1)), "PROBATIONARY",
            "registers.probationary_has_full_date", id="probation that is over",
        ),
        pytest.param(
            PartyDate(date(2026, 7, 1)), PartyDate(date(2027, 7, 1)), "PROBATIONARY", None, id="planned day",
        ),
    ],
)  # fmt: skip
def test_dates_of_party_life(joined: PartyDate, full: PartyDate | None, kind: str, broken: str | None) -> None:
    dates = MemberDates(BORN, joined, full)
    if broken is None:
        rules.check_member_dates(dates, member_type=MemberType(kind), today=TODAY)
        return
    with pytest.raises(RuleBroken) as caught:
        rules.check_member_dates(dates, member_type=MemberType(kind), today=TODAY)
    assert caught.value.code == broken


def test_initials_know_more_than_one_reading() -> None:
    assert name_initials("张三", [["zhang"], ["san"]]) == " zs "
    assert name_initials("曾一", [["zeng", "ceng"], ["yi"]]) == " zy cy "
    assert name_initials("买·买", [["mai"], ["·"], ["mai"]]) == " mm "


def test_codes_of_the_standards() -> None:
    assert len([code for code in standards.ETHNIC_GROUPS if code <= "56"]) == 56
    assert standards.find_ethnic_group("汉") == standards.find_ethnic_group("汉族") == "01"
    assert standards.find_ethnic_group("仡佬族") == standards.find_ethnic_group("37") == "37"
    assert standards.find_ethnic_group("毛难族") == standards.find_ethnic_group("毛难") == "36"
    assert standards.find_ethnic_group("火星") is None
    assert [standards.find_sex(w) for w in ("男", "女性", "1", "f", "中")] == [
        "1",
        "2",
        "1",
        "2",
        None,
    ]
    assert [standards.find_education(w) for w in ("大专", "本科", "硕士", "初中", "大学本科毕业", "武术")] == [
        "31", "21", "14", "71", "21", None,
    ]  # fmt: skip


PARTY_DATES = st.builds(
    lambda on, by_month: PartyDate(on.replace(day=1) if by_month else on, by_month),
    st.dates(date(1990, 1, 1), date(2028, 12, 31)),
    st.booleans(),
)


@given(st.dates(date(1972, 1, 1), date(2012, 1, 1)), PARTY_DATES, st.none() | PARTY_DATES, st.sampled_from(MemberType))
def test_what_surely_agrees_is_never_refused(
    born: date, joined: PartyDate, full: PartyDate | None, kind: MemberType
) -> None:
    if rules.dates_surely_agree([born], [joined], [full], [kind], today=TODAY) == [True]:
        rules.check_member_dates(rules.MemberDates(born, joined, full), member_type=kind, today=TODAY)


def test_the_usual_dates_surely_agree() -> None:
    full = PartyDate(date(2016, 7, 1))
    assert rules.dates_surely_agree(
        [date(1990, 3, 7)], [PartyDate(date(2015, 7, 1))], [full], [MemberType.FULL], today=TODAY
    ) == [True]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6))
def test_a_plain_name_is_stored_as_it_stands(text: str) -> None:
    if rules.is_plain_name(text):
        assert rules.clean_name(text_of(text)) == text
        rules.check_name(text)
    assert rules.is_plain_name(text) == (2 <= len(text) <= 4)
    assert not rules.is_plain_name(f"{text} 三")
