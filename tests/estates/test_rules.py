"""Areas, heads and days of an estate's register."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.names import search_key
from portal.estates.rules import (
    AreaBasis,
    RollUnit,
    StatusDays,
    TitleBasis,
    UnitStatus,
    UnitUsage,
    check_area,
    check_fee,
    check_ownership_days,
    check_represents,
    check_share,
    check_status_days,
    check_title_basis,
    decisive_area,
    is_owner_on,
    last_day_to_post,
    number_heads,
    read_phone,
    read_unit_lines,
    roll_may_be_locked,
    roll_totals,
    sound_key,
    status_on,
    who_votes,
    with_heads,
)

DELIVERED, UNSOLD, SOLD = UnitStatus.DELIVERED, UnitStatus.UNSOLD, UnitStatus.SOLD_UNDELIVERED


def unit(key: str, status: UnitStatus, *owners: str, area: str = "100.00") -> RollUnit:
    return RollUnit(key=key, area_m2=Decimal(area), status=status, owner_keys=frozenset(owners))


TEN_UNITS = [
    unit("1", UNSOLD),
    unit("2", UNSOLD),
    unit("3", UNSOLD),
    unit("4", SOLD, "buyer who waits"),
    unit("5", DELIVERED, "Zhang", area="80.50"),
    unit("6", DELIVERED, "Zhang", area="89.51"),
    unit("7", DELIVERED, "Li", "Wang"),
    unit("8", DELIVERED, "A"),
    unit("9", DELIVERED, "B"),
    unit("10", DELIVERED, "C"),
]


def test_headcount_vector_of_the_rule_sheet() -> None:
    totals = roll_totals(TEN_UNITS)
    assert (totals.heads, totals.area_m2, totals.units) == (6, Decimal("970.01"), 10)


@pytest.mark.parametrize(
    ("units", "heads"),
    [
        pytest.param([], 0, id="no unit, nobody"),
        pytest.param([unit("1", UNSOLD), unit("2", SOLD, "A")], 1, id="the developer's block is one head"),
        pytest.param(
            [unit("1", SOLD, "A"), unit("2", DELIVERED, "A")], 2, id="until the handover a sold unit stays in the block"
        ),
        pytest.param([unit("1", DELIVERED), unit("2", DELIVERED)], 2, id="unknown owners are not one person"),
        pytest.param(
            [unit("1", DELIVERED, "A", "B"), unit("2", DELIVERED, "B", "A")],
            1,
            id="the same couple with two units is one buyer",
        ),
        pytest.param(
            [unit("1", DELIVERED, "A", "B"), unit("2", DELIVERED, "A")],
            2,
            id="a couple and one of them alone are two buyers",
        ),
    ],
)
def test_heads(units: list[RollUnit], heads: int) -> None:
    assert roll_totals(units).heads == heads


unit_lists = st.lists(
    st.builds(
        RollUnit,
        key=st.integers(0, 10**9).map(str),
        area_m2=st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100),
        status=st.sampled_from(UnitStatus),
        owner_keys=st.frozensets(st.sampled_from("abcd"), max_size=2),
    ),
    unique_by=lambda one: one.key,
    max_size=20,
)


@given(unit_lists)
def test_totals_agree_with_counting_by_hand(units: list[RollUnit]) -> None:
    heads, buyers_met, block_met, cents = 0, [], False, 0
    for one in units:
        cents += int(one.area_m2 * 100)
        if one.status in (UNSOLD, SOLD):
            heads += 0 if block_met else 1
            block_met = True
        elif not one.owner_keys:
            heads += 1
        elif sorted(one.owner_keys) not in buyers_met:
            buyers_met.append(sorted(one.owner_keys))
            heads += 1
    totals = roll_totals(units)
    assert (totals.heads, totals.area_m2 * 100) == (heads, cents)


@given(unit_lists)
def test_order_does_not_matter(units: list[RollUnit]) -> None:
    assert roll_totals(units) == roll_totals(list(reversed(units)))


@pytest.mark.parametrize(
    ("registered", "surveyed", "contract", "expected"),
    [
        pytest.param("90", "91", "92", ("90", AreaBasis.REGISTERED), id="the register comes first"),
        pytest.param(None, "91", "92", ("91", AreaBasis.SURVEYED), id="then the survey"),
        pytest.param(None, None, "92", ("92", AreaBasis.CONTRACT), id="then the contract"),
        pytest.param(None, None, None, None, id="nothing known"),
    ],
)
def test_decisive_area(
    registered: str | None, surveyed: str | None, contract: str | None, expected: tuple[str, AreaBasis] | None
) -> None:
    def area(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    found = decisive_area(registered=area(registered), surveyed=area(surveyed), contract=area(contract))
    assert found == (None if expected is None else (Decimal(expected[0]), expected[1]))


@pytest.mark.parametrize("area", ["0.01", "89.5", "99999.99"])
def test_areas_that_are_taken(area: str) -> None:
    check_area(Decimal(area))


@pytest.mark.parametrize("area", ["0", "-1", "89.505", "100000", "NaN", "Infinity"])
def test_areas_that_are_refused(area: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        check_area(Decimal(area))
    assert caught.value.code == "estates.area_wrong"


@pytest.mark.parametrize(
    ("until", "day", "expected"),
    [
        pytest.param(None, date(2026, 3, 1), True, id="the first day counts"),
        pytest.param(None, date(2026, 2, 28), False, id="the day before does not"),
        pytest.param(date(2026, 4, 1), date(2026, 3, 31), True, id="the day before the end counts"),
        pytest.param(date(2026, 4, 1), date(2026, 4, 1), False, id="the end does not"),
    ],
)
def test_days_of_an_ownership(until: date | None, day: date, expected: bool) -> None:
    assert is_owner_on(valid_from=date(2026, 3, 1), valid_until=until, day=day) is expected


def test_an_ownership_ends_after_it_begins() -> None:
    check_ownership_days(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 2))
    with pytest.raises(RuleBroken):
        check_ownership_days(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("share", "taken", "good"), [(1, 0, True), (5000, 5000, True), (5001, 5000, False), (0, 0, False)]
)
def test_shares_never_exceed_the_whole(share: int, taken: int, good: bool) -> None:
    if good:
        check_share(share, taken=taken)
    else:
        with pytest.raises(RuleBroken):
            check_share(share, taken=taken)


def test_unit_lines_as_people_paste_them() -> None:
    lines = read_unit_lines("1-101 89.50\n\n1-102，102.3㎡\n  1-201\t77 平方米\n")
    assert [(line.room, str(line.area_m2)) for line in lines] == [
        ("1-101", "89.50"),
        ("1-102", "102.3"),
        ("1-201", "77"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("101 89\n102", "estates.line_unreadable", 2),
        ("101 89\n\n101 90", "estates.line_twice", 3),
        ("101 0", "estates.line_area_wrong", 1),
        ("101 89.505", "estates.line_area_wrong", 1),
        (" \n", "estates.lines_count", None),
        ("\n".join(f"{n} 80" for n in range(2001)), "estates.lines_count", None),
    ],
)
def test_unit_lines_that_are_refused(text: str, code: str, line: int | None) -> None:
    with pytest.raises(RuleBroken) as caught:
        read_unit_lines(text)
    assert (caught.value.code, caught.value.values.get("line")) == (code, line)


D = date
STEPS = [
    pytest.param(StatusDays(DELIVERED), D(2020, 1, 1), DELIVERED, id="A2.3 no day known: always so"),
    pytest.param(
        StatusDays(DELIVERED, None, D(2020, 6, 1)), D(2020, 6, 1), DELIVERED, id="A2.3 the day of the handover"
    ),
    pytest.param(StatusDays(DELIVERED, None, D(2020, 6, 1)), D(2020, 5, 31), SOLD, id="A2.3 the day before"),
    pytest.param(
        StatusDays(DELIVERED, D(2020, 1, 1), D(2020, 6, 1)), D(2019, 12, 31), UNSOLD, id="A2.3 before it was sold"
    ),
    pytest.param(StatusDays(SOLD, D(2020, 1, 1)), D(2020, 1, 1), SOLD, id="A2.3 sold, waits for the handover"),
    pytest.param(StatusDays(UNSOLD), D(2030, 1, 1), UNSOLD, id="A2.3 not sold"),
]


@pytest.mark.parametrize(("days", "day", "status"), STEPS)
def test_status_on_a_day(days: StatusDays, day: date, status: UnitStatus) -> None:
    assert status_on(days, day) is status


@pytest.mark.parametrize(
    ("usage", "by_rule", "without"),
    [(UnitUsage.DWELLING, True, True), (UnitUsage.SHOP, True, True), (UnitUsage.PARKING, True, False),
     (UnitUsage.STORAGE, True, False), (UnitUsage.SPECIAL, True, False)],
)  # fmt: skip
def test_special_spaces_count_by_the_rules_of_procedure_only(usage: UnitUsage, by_rule: bool, without: bool) -> None:
    """A2.6: interpretation on building ownership (2020), art. 2; Guiding Rules, art. 25."""
    one = [RollUnit("1", Decimal("12.50"), DELIVERED, frozenset("a"), usage)]
    assert (roll_totals(one, counts_special=True).units == 1) is by_rule
    assert (roll_totals(one, counts_special=False).units == 1) is without


@pytest.mark.parametrize(
    ("representative", "owners", "guardians", "voter"),
    [
        pytest.param(None, ["甲"], {}, "甲", id="A2.2 a sole owner"),
        pytest.param("乙", ["甲", "乙"], {}, "乙", id="A2.5 whom the co-owners named"),
        pytest.param(None, ["甲", "乙"], {}, None, id="A2.5 nobody named yet"),
        pytest.param(None, ["甲"], {"甲": "丙"}, "丙", id="A2.8 the guardian of a sole owner"),
        pytest.param("乙", ["甲", "乙"], {"甲": "丙"}, "乙", id="A2.8 the guardian of another co-owner does not"),
        pytest.param(None, [], {}, None, id="nobody known"),
    ],
)
def test_who_votes(representative: str | None, owners: list[str], guardians: dict[str, str], voter: str | None) -> None:
    assert who_votes(representative=representative, owners=owners, guardians=guardians) == voter


def test_one_buyer_with_three_flats_is_one_head_and_all_their_area() -> None:
    """A2.4, and the mistake of counting ballots instead of people: whoever agrees is counted like the roll itself."""
    roll = [unit(str(n), DELIVERED, "Zhang", area="80.01") for n in range(3)] + [unit("9", DELIVERED, "Li")]
    agreeing = [one for one in roll if "Zhang" in one.owner_keys]
    assert (roll_totals(agreeing).heads, roll_totals(agreeing).area_m2) == (1, Decimal("240.03"))
    assert number_heads(roll) == {"0": 1, "1": 1, "2": 1, "9": 2}
    assert roll_totals(with_heads(roll, {"Li": "Zhang"})).heads == 1


@pytest.mark.parametrize(("basis", "status", "good"), [
    (TitleBasis.REGISTERED, SOLD, True), (TitleBasis.INHERITANCE, SOLD, True), (TitleBasis.COURT, UNSOLD, True),
    (TitleBasis.BUILT, UNSOLD, True), (TitleBasis.POSSESSION, DELIVERED, True), (TitleBasis.POSSESSION, SOLD, False),
    (TitleBasis.POSSESSION, UNSOLD, False),
])  # fmt: skip
def test_grounds_of_ownership(basis: TitleBasis, status: UnitStatus, good: bool) -> None:
    """A2.7: interpretation on building ownership (2020), art. 1."""
    if good:
        check_title_basis(basis, status=status)
    else:
        with pytest.raises(RuleBroken):
            check_title_basis(basis, status=status)


def test_representatives_of_a_building_own_something_there() -> None:
    """A2.14: Guiding Rules, art. 27."""
    check_represents("甲", {"甲", "乙"})
    with pytest.raises(RuleBroken) as caught:
        check_represents("丙", {"甲", "乙"})
    assert caught.value.code == "estates.representative_no_owner"


@pytest.mark.parametrize(
    ("posted", "objections", "today", "final"),
    [
        pytest.param(D(2026, 12, 15), 0, D(2026, 12, 29), True, id="15 days, the day of posting not counted"),
        pytest.param(D(2026, 12, 16), 0, D(2026, 12, 29), False, id="a day too late"),
        pytest.param(D(2026, 12, 15), 1, D(2026, 12, 29), False, id="an objection is open"),
        pytest.param(D(2026, 12, 15), 0, D(2026, 12, 28), False, id="its time is not over"),
        pytest.param(None, 0, D(2026, 12, 29), False, id="never posted"),
    ],
)
def test_when_the_roll_is_final(posted: date | None, objections: int, today: date, final: bool) -> None:
    """A2.16: Beijing (2024), art. 32."""
    meeting = D(2026, 12, 30)
    assert last_day_to_post(meeting) == D(2026, 12, 15)
    found = roll_may_be_locked(posted_on=posted, meeting_on=meeting, open_objections=objections, today=today)
    assert found is final


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (StatusDays(DELIVERED, D(2020, 1, 1), D(2020, 1, 1)), None),
        (StatusDays(DELIVERED, D(2020, 1, 2), D(2020, 1, 1)), "estates.delivered_before_sold"),
        (StatusDays(SOLD, None, D(2020, 1, 1)), "estates.day_without_step"),
        (StatusDays(UNSOLD, D(2020, 1, 1)), "estates.day_without_step"),
        (StatusDays(DELIVERED, None, D(2027, 1, 1)), "estates.day_ahead"),
    ],
)
def test_days_that_fit_the_status(days: StatusDays, code: str | None) -> None:
    if code is None:
        check_status_days(days, today=D(2026, 11, 23))
        return
    with pytest.raises(RuleBroken) as caught:
        check_status_days(days, today=D(2026, 11, 23))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("fee", "good"),
    [
        ("0", True),
        ("1.2", True),
        ("1.235", True),
        ("99.999", True),
        ("-1", False),
        ("1.2345", False),
        ("100", False),
        ("NaN", False),
    ],
)
def test_fees(fee: str, good: bool) -> None:
    if good:
        check_fee(Decimal(fee))
    else:
        with pytest.raises(RuleBroken):
            check_fee(Decimal(fee))


@pytest.mark.parametrize(("share", "taken", "good"), [(None, 0, True), (None, 9999, True), (None, 10_000, False)])
def test_joint_owners_fit_where_nobody_holds_it_all(share: int | None, taken: int, good: bool) -> None:
    if good:
        check_share(share, taken=taken)
    else:
        with pytest.raises(RuleBroken):
            check_share(share, taken=taken)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("", ""),
        ("138 0000 0000", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("（0851）2862 0000", "085128620000"),
        ("28620000", "28620000"),
    ],
)
def test_phones_as_people_write_them(text: str, phone: str) -> None:
    assert read_phone(text) == phone


@pytest.mark.parametrize(
    ("name", "search", "sound"),
    [
        ("张三", " zs ", "zhangsan"),
        ("单一", " sy dy cy ", "danyi"),
        ("曾一", None, None),
        ("Zhang San", " zhangsan ", "zhangsan"),
    ],
)
def test_names_are_found_by_initials_and_sound(name: str, search: str | None, sound: str | None) -> None:
    if search is not None:
        assert (search_key(name), sound_key(name)) == (search, sound)
    else:
        assert {" cy", " zy"} <= {f" {key}" for key in search_key(name).split()}
