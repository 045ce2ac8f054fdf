"""Figures for the page of pictures, from grouped SQL: three statements whatever the size of the register."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.registers.queries.filters import MemberFilter, count_cells
from portal.registers.queries.organizations import OrganizationState
from portal.registers.rules import BRANCH_KINDS
from portal.registers.rules.terms import TermStatus, term_years

QUARTERS = 8
MONTHS = 3


@dataclass(slots=True)
class People:
    """Present members by sex and band of age, and by the decade in which they joined; codes as in FACETS."""

    by_age: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_decade: Counter[str] = field(default_factory=Counter)

    def of_age(self, band: str) -> int:
        """Give how many are in a band of age, of either sex."""
        return sum(number for (_sex, each), number in self.by_age.items() if each == band)


def people(*, tenant_id: int, on: date) -> People:
    """Count the present members by sex, age on a day, and decade of joining; one statement."""
    found = People()
    for sex, age, decade, number in count_cells(MemberFilter(), ("sex", "age", "decade"), tenant_id=tenant_id, on=on):
        found.by_age[sex, age] += number
        found.by_decade[decade] += number
    return found


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    def next(self) -> "Quarter":
        """Give the quarter after."""
        years, number = divmod(self.number, 4)
        return Quarter(self.year + years, number + 1)


def quarter_of(day: date) -> Quarter:
    """Give the quarter in which a day lies."""
    return Quarter(day.year, (day.month - 1) // MONTHS + 1)


@dataclass(slots=True)
class Terms:
    """How many terms end in each of the coming quarters, the present one first; those that are over, those later."""

    overdue: int = 0
    by_quarter: dict[Quarter, int] = field(default_factory=dict)
    later: int = 0
    unknown: int = 0


def terms_by_quarter(states: Sequence[OrganizationState], *, today: date) -> Terms:
    """Sort the terms of organizations by the quarter in which they end; without a known term: `unknown`.

    Organizations that are not elected for a term are left out.
    """
    quarter = quarter_of(today)
    terms = Terms()
    for _each in range(QUARTERS):
        terms.by_quarter[quarter] = 0
        quarter = quarter.next()
    for state in states:
        if state.term is None:
            terms.unknown += term_years(state.kind) is not None
        elif state.status is TermStatus.OVERDUE:
            terms.overdue += 1
        elif (ends := quarter_of(state.term.ends_on)) in terms.by_quarter:
            terms.by_quarter[ends] += 1
        else:
            terms.later += 1
    return terms


def branches(states: Sequence[OrganizationState]) -> list[OrganizationState]:
    """Give the branches of a register in the order of the tree."""
    return [state for state in states if state.kind in BRANCH_KINDS]
