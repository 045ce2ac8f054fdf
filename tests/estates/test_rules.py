"""Areas, heads and days of an estate's register."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.estates.rules import (
    AreaBasis,
    RollUnit,
    UnitStatus,
    check_area,
    check_ownership_days,
    check_share,
    decisive_area,
    is_owner_on,
    read_unit_lines,
    roll_totals,
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
