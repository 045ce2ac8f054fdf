"""Sizes, committees and posts by tables: each rule of the domain sheet with its source; no application, no database."""

from datetime import date
from uuid import NAMESPACE_DNS, uuid5

import pytest

from portal.core.errors import RuleBroken
from portal.registers.rules import OrganizationKind
from portal.registers.rules import structure as rules
from portal.registers.rules.places import Residents, Server, coverage, split_buildings
from portal.registers.rules.sheets import SheetState, check_end, check_review, check_sheet
from portal.registers.rules.structure import PostKind, Shape, Weight

K, P = OrganizationKind, PostKind
TODAY = date(2026, 11, 22)
THREE = (P.SECRETARY, P.ORGANIZATION_MEMBER, P.PUBLICITY_MEMBER)


S3_333 = "双滦区 333制"
CHARTER_30, BRANCH_4, BRANCH_6 = "党章 art. 30", "支部工作条例 art. 4", "支部工作条例 ch. 6"
BY_ANALOGY = "条例 for villages (2018), organs and state firms (2019), by analogy, approved by the upper committee"


@pytest.mark.parametrize(
    ("all_", "has_group", "wanted", "source"),
    [
        (2, False, False, f"{S3_333}: three members in a building"),
        (3, False, True, f"{S3_333}: three members in a building"),
        (4, False, True, f"{S3_333}: three or more"),
        (3, True, False, f"{S3_333}: the group is there"),
        (0, False, False, f"{S3_333}: nobody lives there"),
    ],
)
def test_333_a_building_with_three_members_of_any_type_gets_a_group(
    all_: int, has_group: bool, wanted: bool, source: str
) -> None:
    assert rules.wants_group(members_all=all_, has_group=has_group) is wanted, source


@pytest.mark.parametrize(
    ("groups", "has", "wanted", "source"),
    [
        (2, False, False, f"{S3_333}: three groups in an estate"),
        (3, False, True, f"{S3_333}: three groups in an estate"),
        (3, True, False, f"{S3_333}: the branch is there"),
    ],
)
def test_333_an_estate_with_three_groups_gets_a_branch(groups: int, has: bool, wanted: bool, source: str) -> None:
    assert rules.wants_branch(groups=groups, has_branch=has) is wanted, source


@pytest.mark.parametrize(
    ("branches", "has", "wanted", "source"),
    [
        (2, False, False, f"{S3_333}: three branches in a community"),
        (3, False, True, f"{S3_333}: three branches in a community"),
        (3, True, False, f"{S3_333}: the committee is there"),
    ],
)
def test_333_a_community_with_three_branches_gets_a_committee(
    branches: int, has: bool, wanted: bool, source: str
) -> None:
    assert rules.wants_committee(branches=branches, has_committee=has) is wanted, source


@pytest.mark.parametrize(
    ("full", "must", "source"),
    [(2, False, f"{CHARTER_30}; {BRANCH_4}"), (3, True, f"{CHARTER_30}; {BRANCH_4}")],
)
def test_charter_30_three_full_members_must_have_a_branch(full: int, must: bool, source: str) -> None:
    assert rules.must_have_branch(full) is must, source


def codes(shape: Shape, weight: Weight | None = None) -> list[str]:
    found = rules.national_findings(shape, today=TODAY)
    return [each.code.removeprefix("registers.") for each in found if weight in {None, each.weight}]


def branch(all_: int = 10, full: int = 10, **more: object) -> Shape:
    given: dict[str, object] = {"kind": K.BRANCH, "seats": THREE, "posts_ever": True, **more}
    return Shape(members_all=all_, members_full=full, **given)  # type: ignore[arg-type]


SECRETARY_ONLY = {"seats": (P.SECRETARY,)}


@pytest.mark.parametrize(
    ("shape", "warnings"),
    [
        pytest.param(branch(5, 3, **SECRETARY_ONLY), [], id="three full members are enough: art. 4"),
        pytest.param(
            branch(9, 2, short_since=date(2026, 5, 21), **SECRETARY_ONLY), ["branch_short"],
            id="nine members, two of them full, for six months and a day: art. 4",
        ),
        pytest.param(branch(9, 2, short_since=date(2026, 5, 22), **SECRETARY_ONLY), [], id="six months today: art. 4"),
        pytest.param(branch(2, 2, short_since=None, **SECRETARY_ONLY), [], id="not known since when: art. 4"),
        pytest.param(branch(50, 50), [], id="fifty: art. 4"),
        pytest.param(branch(51, 20), ["branch_too_large"], id="fifty-one of any type: art. 4"),
        pytest.param(
            branch(0, 0, short_since=date(2026, 5, 21), **SECRETARY_ONLY), ["branch_short"],
            id="nobody in it for six months and a day: domain C1",
        ),
        pytest.param(branch(0, 0, short_since=date(2026, 5, 22), **SECRETARY_ONLY), [], id="empty six months: C1"),
        pytest.param(branch(0, 0, seats=(), posts_ever=True), ["no_secretary"], id="empty, secretary gone: C1"),
        pytest.param(
            branch(0, 0, seats=(), posts_ever=False, applied_on=date(2026, 3, 1)), [], id="only applied for, art. 6",
        ),
        pytest.param(branch(5, 5, seats=(), posts_ever=False), ["posts_unknown"], id="never a secretary: domain C1"),
        pytest.param(branch(10, 10, seats=(), posts_ever=False), ["posts_unknown"], id="no committee either: ch. 6"),
        pytest.param(
            Shape(K.PARTY_COMMITTEE, 0, 0, (), posts_ever=False), ["posts_unknown"], id="no post at all: C1",
        ),
        pytest.param(Shape(K.WORKING_COMMITTEE, 0, 0), [], id="a working committee is appointed from above: C2"),
        pytest.param(branch(60, 60, kind=K.JOINT_BRANCH, units=5), ["branch_too_large"], id="joint, 5 units: art. 5"),
        pytest.param(branch(20, 20, kind=K.JOINT_BRANCH, units=6), ["joint_units"], id="joint, six units: art. 5"),
        pytest.param(branch(20, 20, units=6), [], id="only a joint branch counts units: art. 5"),
        pytest.param(branch(7, 7, seats=(P.SECRETARY, P.DEPUTY_SECRETARY)), ["no_committee"], id="seven: ch. 6"),
        pytest.param(branch(6, 6, seats=(P.SECRETARY, P.DEPUTY_SECRETARY)), [], id="six: ch. 6"),
        pytest.param(branch(8, 6, **SECRETARY_ONLY), [], id="seven are counted among the full ones: ch. 6"),
        pytest.param(branch(10, 10, seats=(*THREE, P.COMMITTEE_MEMBER)), ["committee_even"], id="four seats: C1"),
        pytest.param(branch(10, 10, seats=(*THREE, P.COMMITTEE_MEMBER, P.COMMITTEE_MEMBER)), [], id="five: ch. 6"),
        pytest.param(branch(40, 40, seats=(*THREE, *[P.COMMITTEE_MEMBER] * 4)), [], id="seven seats: ch. 6"),
        pytest.param(
            branch(40, 40, seats=(*THREE, *[P.COMMITTEE_MEMBER] * 6)), ["committee_large"], id="nine seats: ch. 6",
        ),
        pytest.param(branch(10, 10, seats=THREE[1:]), ["no_secretary", "no_committee"], id="secretary gone: C1"),
        pytest.param(
            Shape(K.PARTY_COMMITTEE, 300, 280, THREE[1:], posts_ever=True), ["no_secretary"], id="committee too: C1",
        ),
        pytest.param(
            Shape(K.PARTY_COMMITTEE, 300, 280, (*THREE, P.COMMITTEE_MEMBER), posts_ever=True), ["committee_even"],
            id="even committee of a community: C1",
        ),
        pytest.param(branch(10, 10, kind=K.GROUP, seats=()), [], id="a group has no committee: C1"),
        pytest.param(branch(2, 1, kind=K.FUNCTIONAL_BRANCH, short_since=date(2020, 1, 1)), [], id="functional: C1"),
        pytest.param(
            branch(5, 5, kind=K.TEMP_BRANCH, founded_on=date(2026, 5, 22)), ["temp_branch_long"],
            id="temporary for six months: arts. 5, 8",
        ),
        pytest.param(branch(5, 5, kind=K.TEMP_BRANCH, founded_on=date(2026, 5, 23)), [], id="a day less: art. 5"),
    ],
)  # fmt: skip
def test_the_national_rule_warns(shape: Shape, warnings: list[str]) -> None:
    """Articles and chapters are those of 支部工作条例(试行) of 2018; C1 and C2 are tables of the domain sheet."""
    assert codes(shape, Weight.WARNING) == warnings


@pytest.mark.parametrize(
    ("shape", "notes"),
    [
        pytest.param(
            branch(2, 2, short_since=TODAY, **SECRETARY_ONLY), ["branch_too_small"], id="short since today: art. 4"
        ),
        pytest.param(branch(5, 5), ["small_committee"], id="a committee where a secretary is enough: ch. 6"),
        pytest.param(
            branch(0, 0, short_since=TODAY, **SECRETARY_ONLY), ["branch_too_small"], id="empty since today: C1"
        ),
        pytest.param(Shape(K.GENERAL_BRANCH, 49, 49, THREE, True), ["under_size"], id="general branch of 49: C1"),
        pytest.param(Shape(K.GENERAL_BRANCH, 50, 50, THREE, True), [], id="general branch of 50: C1"),
        pytest.param(Shape(K.PARTY_COMMITTEE, 99, 99, THREE, True), ["under_size"], id="committee of 99: C1"),
        pytest.param(Shape(K.PARTY_COMMITTEE, 100, 90, THREE, True), [], id="committee of 100: C1"),
        pytest.param(
            Shape(K.PARTY_COMMITTEE, 99, 99, THREE, True, size_doc="汇组复〔2026〕1号"), [], id="approved: C1"
        ),
    ],
)
def test_notes_are_no_warnings(shape: Shape, notes: list[str]) -> None:
    """Sources as above; what C1 says of sizes is taken over by analogy, see BY_ANALOGY."""
    assert codes(shape, Weight.NOTE) == notes
    assert codes(shape, Weight.WARNING) == []


@pytest.mark.parametrize(
    ("members", "kind", "source"),
    [
        (49, K.BRANCH, f"{BRANCH_4}: as a rule at most 50"),
        (50, K.GENERAL_BRANCH, f"总支 from 50: {BY_ANALOGY}"),
        (99, K.GENERAL_BRANCH, f"总支 from 50: {BY_ANALOGY}"),
        (100, K.PARTY_COMMITTEE, f"党委 from 100: {BY_ANALOGY}"),
    ],
)
def test_the_number_of_members_calls_for_a_kind(members: int, kind: K, source: str) -> None:
    assert rules.size_kind(members) is kind, source


@pytest.mark.parametrize(
    ("full", "sizes", "source"),
    [
        (6, [1, 2], f"{BRANCH_6}: fewer than seven, a secretary and perhaps a deputy"),
        (7, [3, 4, 5], f"{BRANCH_6}: from seven, a committee of three to five"),
    ],
)
def test_sizes_of_a_branch_committee(full: int, sizes: list[int], source: str) -> None:
    assert list(rules.committee_sizes(full)) == sizes, source


@pytest.mark.parametrize(
    ("applied", "due"), [(date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 11, 22), date(2026, 12, 22))]
)
def test_article_6_the_reply_comes_within_a_month(applied: date, due: date) -> None:
    assert rules.reply_due_on(applied) == due


@pytest.mark.parametrize(
    ("kind", "organ", "greater", "member", "full", "broken"),
    [
        pytest.param(P.SECRETARY, K.BRANCH, False, True, True, None, id="secretary of a branch"),
        pytest.param(P.SECRETARY, K.BRANCH, False, True, False, "post_not_full", id="on probation"),
        pytest.param(P.SECRETARY, K.BRANCH, False, False, False, None, id="sent from outside"),
        pytest.param(P.GROUP_HEAD, K.GROUP, False, True, True, None, id="head of a group"),
        pytest.param(P.SECRETARY, K.GROUP, False, True, True, "post_of_group", id="a group has no secretary"),
        pytest.param(P.GROUP_HEAD, K.BRANCH, False, True, True, "post_not_of_group", id="a branch has no head"),
        pytest.param(P.PART_TIME_DEPUTY, K.PARTY_COMMITTEE, True, False, False, None, id="part-time: 双滦区"),
        pytest.param(P.PART_TIME_MEMBER, K.PARTY_COMMITTEE, False, False, False, "post_part_time", id="not enlarged"),
        pytest.param(P.RESIDENTS_DIRECTOR, K.PARTY_COMMITTEE, False, True, True, None, id="residents' committee"),
        pytest.param(P.RESIDENTS_MEMBER, K.JOINT_BRANCH, False, True, True, "post_residents", id="beside a community"),
    ],
)
def test_who_can_hold_which_post(
    kind: P, organ: K, greater: bool, member: bool, full: bool, broken: str | None
) -> None:
    def check() -> None:
        rules.check_post(kind, organ=organ, is_greater=greater, is_member=member, is_full=full)

    if broken is None:
        check()
        return
    with pytest.raises(RuleBroken) as caught:
        check()
    assert caught.value.code == f"registers.{broken}"


@pytest.mark.parametrize(
    ("residents", "found"),
    [
        (["a", "b", "c", "d"], ["residents_size"]),
        (["a", "b", "c", "d", "e"], []),
        (list("abcdefghi"), []),
        (list("abcdefghij"), ["residents_size"]),
        (["x", "y", "z", "v", "w"], ["one_shoulder", "no_cross_posts"]),
        ([], []),
    ],
    ids=["four: art. 7", "five", "nine", "ten", "nobody sits on both", "not recorded"],
)
def test_two_committees(residents: list[str], found: list[str]) -> None:
    directors = residents[:1]
    findings = rules.two_committee_findings(
        secretaries=["a"], directors=directors, party=["a", "p"], residents=residents
    )
    assert [each.code.removeprefix("registers.") for each in findings] == found
    assert {each.weight for each in findings} <= {Weight.SUGGESTION}


ORGANIC_8, SIX_MONTHS = "居委会组织法 art. 8", "practice: six months ahead, as for party committees"


@pytest.mark.parametrize(
    ("elected_on", "found", "source"),
    [
        (date(2021, 11, 22), "residents_term_over", ORGANIC_8),
        (date(2021, 11, 23), "residents_term_due", ORGANIC_8),
        (date(2022, 5, 22), "residents_term_due", SIX_MONTHS),
        (date(2022, 5, 23), None, SIX_MONTHS),
        (None, None, "no committee is recorded"),
    ],
)
def test_a_residents_committee_is_elected_for_five_years(
    elected_on: date | None, found: str | None, source: str
) -> None:
    codes = [each.code for each in rules.residents_term_findings(elected_on, today=TODAY)]
    assert codes == ([f"registers.{found}"] if found else []), source


def server(name: str, kind: K, estate: str, *buildings: str) -> Server:
    return Server(uuid5(NAMESPACE_DNS, name), name, kind, estate, buildings)


def test_coverage_sets_buildings_against_groups_and_estates_against_branches() -> None:
    lived = [Residents("花园", f"{n}号楼", n, n - 1) for n in (1, 2, 3, 10)] + [Residents("花园", "", 5, 5)]
    groups = [server("一组", K.GROUP, "花园", "2号楼", "3号楼"), server("二组", K.GROUP, "花园", "9号楼")]
    found = coverage(lived, [*groups, server("新村支部", K.BRANCH, "新村")])
    garden = next(each for each in found.estates if each.estate == "花园")
    assert [each.building for each in garden.buildings] == ["1号楼", "2号楼", "3号楼", "9号楼", "10号楼"]
    assert [each.building for each in garden.buildings if each.wants] == ["10号楼"]
    assert (garden.members_all, garden.members_full, garden.groups, garden.wants) == (21, 17, 2, False)
    assert (found.buildings, found.covered_buildings, found.covered_estates, found.suggestions) == (5, 3, 1, 1)


def test_coverage_suggests_branch_and_committee() -> None:
    groups = [server(f"{n}组", K.GROUP, "花园", f"{n}号楼") for n in (1, 2, 3)]
    branches = [server(f"{n}支部", K.BRANCH, f"{n}苑") for n in (1, 2, 3)]
    found = coverage([], [*groups, *branches])
    assert [each.estate for each in found.estates if each.wants] == ["花园"]
    assert found.wants_committee
    assert not coverage([], [*branches, server("党委", K.PARTY_COMMITTEE, "")]).wants_committee
    assert split_buildings(" 1 号楼、2号楼,2号楼； 3号楼") == ("1号楼", "2号楼", "3号楼")


@pytest.mark.parametrize(
    ("findings", "measures", "due", "state", "broken"),
    [
        ("", "", None, SheetState.CLOSED, None),
        ("组织生活不正常", "补课", date(2026, 12, 22), SheetState.OPEN, None),
        ("组织生活不正常", " ", date(2026, 12, 22), None, "sheet_measures"),
        ("组织生活不正常", "补课", None, None, "sheet_due"),
        ("组织生活不正常", "补课", date(2026, 11, 21), None, "sheet_due_early"),
    ],
)
def test_check_sheets(
    findings: str, measures: str, due: date | None, state: SheetState | None, broken: str | None
) -> None:
    given = {"checked_on": TODAY, "findings": findings, "measures": measures, "due_on": due, "today": TODAY}
    if broken is None:
        assert check_sheet(**given) is state  # type: ignore[arg-type]
        return
    with pytest.raises(RuleBroken, match=broken):
        check_sheet(**given)  # type: ignore[arg-type]


def test_a_re_check_closes_or_goes_on() -> None:
    days = {"checked_on": date(2026, 10, 1), "reviewed_on": TODAY, "today": TODAY}
    assert check_review(SheetState.OPEN, is_passed=True, due_on=None, **days) is SheetState.CLOSED
    assert check_review(SheetState.OPEN, is_passed=False, due_on=date(2026, 12, 1), **days) is SheetState.OPEN
    with pytest.raises(RuleBroken, match="sheet_due"):
        check_review(SheetState.OPEN, is_passed=False, due_on=None, **days)
    with pytest.raises(RuleBroken, match="sheet_closed"):
        check_review(SheetState.CLOSED, is_passed=True, due_on=None, **days)
    with pytest.raises(RuleBroken, match="review_day"):
        check_review(SheetState.OPEN, is_passed=True, due_on=None, **{**days, "reviewed_on": date(2026, 9, 30)})


@pytest.mark.parametrize(
    ("kind", "into", "members", "children", "broken"),
    [
        (K.BRANCH, K.BRANCH, 5, 2, None),
        (K.BRANCH, None, 0, 0, None),
        (K.GROUP, K.BRANCH, 4, 0, None),
        (K.BRANCH, None, 1, 0, "end_members"),
        (K.BRANCH, None, 0, 1, "end_children"),
        (K.BRANCH, K.PARTY_COMMITTEE, 1, 0, "end_into"),
        (K.BRANCH, K.GROUP, 0, 1, "end_into"),
        (K.GENERAL_BRANCH, K.PARTY_COMMITTEE, 0, 3, None),
        (K.GENERAL_BRANCH, K.BRANCH, 0, 3, "end_into"),
    ],
)
def test_nobody_is_left_nowhere(kind: K, into: K | None, members: int, children: int, broken: str | None) -> None:
    def check() -> None:
        check_end(kind, into=into, members=members, children=children, ended_on=TODAY, today=TODAY)

    if broken is None:
        check()
        return
    with pytest.raises(RuleBroken, match=broken):
        check()
