"""What an officer of a street or district sees of the registers below: totals and exceptions, never people.

A street has a register of its own beside those of its communities: a row of its own, and part of every total.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.console.statistics import TERM_END
from portal.console.tenant_queries import tree_below
from portal.core import clock
from portal.core.db import db
from portal.registers.rules import add_months
from portal.registers.rules.terms import REMINDER_MONTHS
from portal.tenancy.levels import KEEPS_REGISTER, Level
from portal.tenancy.models import Tenant, TenantStatistic

FIGURES = ("members", "full_members", "branches", "warnings", "lost", "reports")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """The register of a community, or a street's own, in figures; None where nobody counted them yet."""

    level: Level
    code: str
    name: str
    above: str
    is_open: bool
    members: int | None
    full_members: int | None
    branches: int | None
    warnings: int | None
    lost: int | None
    reports: int | None
    terms_over: int
    terms_due: int
    counted_at: datetime | None

    @property
    def is_street(self) -> bool:
        """Whether this is a street's own register."""
        return self.level is Level.STREET

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count."""
        return not any(getattr(self, figure) for figure in (*FIGURES, "terms_over", "terms_due"))

    @property
    def weight(self) -> int:
        """Give how much this register needs somebody to look: a term that is over weighs most."""
        return 100 * self.terms_over + 10 * (self.warnings or 0) + 3 * self.terms_due + (self.lost or 0)


@dataclass(frozen=True, slots=True)
class Below:
    """The registers of a division and of those below: those that need somebody first, then by code.

    A street's own is among them where anything is in it.
    """

    rows: list[RegisterRow]

    def total(self, figure: str) -> int:
        """Give the sum of a figure over all registers that were counted."""
        return sum(getattr(row, figure) or 0 for row in self.rows)

    @property
    def troubled(self) -> list[RegisterRow]:
        """The registers in which something is not as it should be."""
        return [row for row in self.rows if row.weight]

    @property
    def streets(self) -> "Below":
        """The streets' own registers alone."""
        return Below([row for row in self.rows if row.is_street])

    @property
    def communities(self) -> int:
        """How many communities there are."""
        return sum(not row.is_street for row in self.rows)

    @property
    def opened(self) -> int:
        """How many communities work here."""
        return sum(row.is_open for row in self.rows)

    @property
    def counted_at(self) -> datetime | None:
        """The oldest count among them."""
        return min((row.counted_at for row in self.rows if row.counted_at), default=None)


def registers_below(division_id: int, *, now: datetime) -> Below:
    """Give the registers of a street or district and below with their figures; one statement on global tables."""
    rows = [RegisterRow(*row) for row in db.session.execute(_statement(division_id, now))]
    shown = [row for row in rows if not (row.is_street and row.is_empty)]
    return Below(sorted(shown, key=lambda row: (-row.weight, row.code)))


@dataclass(frozen=True, slots=True)
class Here:
    """How one community stands, as it was counted when something last changed."""

    figures: dict[str, int]
    terms_over: int
    counted_at: datetime


def figures_here(tenant_id: int, *, now: datetime) -> Here | None:
    """Give a community's own figures; None where nobody counted them yet. One statement."""
    columns = (TenantStatistic.measure, TenantStatistic.value, TenantStatistic.counted_at)
    rows = db.session.execute(select(*columns).where(TenantStatistic.tenant_id == tenant_id)).all()
    if not rows:
        return None
    over = sum(row.value for row in rows if TERM_END < row.measure <= f"{TERM_END}{clock.today(now)}")
    figures = {row.measure: row.value for row in rows if row.measure in FIGURES}
    return Here(dict.fromkeys(FIGURES, 0) | figures, over, min(row.counted_at for row in rows))


def _statement(division_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    today, tree, above = clock.today(now), tree_below(division_id), aliased(Tenant)
    divisions = select(tree.c.id).union_all(select(literal(division_id, BigInteger()))).subquery()
    opened = select(RoleGrant.id).where(
        RoleGrant.tenant_id == Tenant.id,
        RoleGrant.role == Role.COMMUNITY_SECRETARY,
        RoleGrant.starts_at <= now,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
    )
    figures = [func.sum(case((TenantStatistic.measure == each, TenantStatistic.value))) for each in FIGURES]
    soon = add_months(today, REMINDER_MONTHS)
    return (
        select(
            Tenant.level,
            Tenant.code,
            Tenant.name,
            above.name,
            opened.exists(),
            *figures,
            _terms(date.min, today),
            _terms(today, soon),
            func.min(TenantStatistic.counted_at),
        )
        .select_from(divisions)
        .join(Tenant, Tenant.id == divisions.c.id)
        .join(above, above.id == Tenant.parent_id)
        .outerjoin(TenantStatistic, TenantStatistic.tenant_id == Tenant.id)
        .where(Tenant.level.in_(KEEPS_REGISTER))
        .group_by(Tenant.id, Tenant.level, Tenant.code, Tenant.name, above.name)
    )


def _terms(after: date, until: date) -> Any:
    """Sum the terms that end after a day and until another: the measure holds the day, so it stays true overnight."""
    ends = and_(TenantStatistic.measure > f"{TERM_END}{after}", TenantStatistic.measure <= f"{TERM_END}{until}")
    return func.coalesce(func.sum(case((ends, TenantStatistic.value), else_=0)), 0)
