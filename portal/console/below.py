"""What an officer of a street or district sees of the communities below: totals and exceptions, never people."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.console.statistics import TERM_END
from portal.console.tenant_queries import tree_below
from portal.core import clock
from portal.core.db import db
from portal.registers.rules import add_months
from portal.registers.rules.terms import REMINDER_MONTHS
from portal.tenancy.levels import Level
from portal.tenancy.models import Tenant, TenantStatistic

FIGURES = ("members", "full_members", "branches", "warnings", "lost", "reports")


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community in figures; None where nobody counted them yet."""

    code: str
    name: str
    street: str
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
    def weight(self) -> int:
        """Give how much this community needs somebody to look: a term that is over weighs most."""
        return 100 * self.terms_over + 10 * (self.warnings or 0) + 3 * self.terms_due + (self.lost or 0)


@dataclass(frozen=True, slots=True)
class Below:
    """The communities below a division: those that need somebody first, then by code."""

    rows: list[CommunityRow]

    def total(self, figure: str) -> int:
        """Give the sum of a figure over all communities that were counted."""
        return sum(getattr(row, figure) or 0 for row in self.rows)

    @property
    def troubled(self) -> list[CommunityRow]:
        """The communities in which something is not as it should be."""
        return [row for row in self.rows if row.weight]

    @property
    def opened(self) -> int:
        """How many communities work here."""
        return sum(row.is_open for row in self.rows)

    @property
    def counted_at(self) -> datetime | None:
        """The oldest count among them."""
        return min((row.counted_at for row in self.rows if row.counted_at), default=None)


def communities_below(parent_id: int, *, now: datetime) -> Below:
    """Give the communities below a street or district with their figures; one statement on global tables."""
    rows = [CommunityRow(*row) for row in db.session.execute(_statement(parent_id, now))]
    return Below(sorted(rows, key=lambda row: (-row.weight, row.code)))


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


def _statement(parent_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    today, tree, street = clock.today(now), tree_below(parent_id), aliased(Tenant)
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
            Tenant.code,
            Tenant.name,
            street.name,
            opened.exists(),
            *figures,
            _terms(date.min, today),
            _terms(today, soon),
            func.min(TenantStatistic.counted_at),
        )
        .select_from(tree)
        .join(Tenant, Tenant.id == tree.c.id)
        .join(street, street.id == Tenant.parent_id)
        .outerjoin(TenantStatistic, TenantStatistic.tenant_id == Tenant.id)
        .where(tree.c.level == Level.COMMUNITY)
        .group_by(Tenant.id, Tenant.code, Tenant.name, street.name)
    )


def _terms(after: date, until: date) -> Any:
    """Sum the terms that end after a day and until another: the measure holds the day, so it stays true overnight."""
    ends = and_(TenantStatistic.measure > f"{TERM_END}{after}", TenantStatistic.measure <= f"{TERM_END}{until}")
    return func.coalesce(func.sum(case((ends, TenantStatistic.value), else_=0)), 0)
