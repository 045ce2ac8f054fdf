"""Divisions as the console shows them: the parts of one with their totals, and the search for one. Global tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.authz.granting import FIRST_ROLE
from portal.core.db import db
from portal.tenancy.levels import CODE_LENGTHS, Level
from portal.tenancy.models import Tenant, TenantStatistic

MANAGERS = frozenset(FIRST_ROLE.values())
SEARCH_LIMIT = 50


@dataclass(frozen=True)
class PartRow:
    """A division right below, with totals of everything under it. A statistic is None when nobody counted it."""

    code: str
    name: str
    communities: int
    opened: int  # communities where somebody answers for the workspace
    people: int
    members: int | None
    reports: int | None
    counted_at: datetime | None


@dataclass(frozen=True)
class FoundTenant:
    """A division found by the operator's search."""

    code: str
    name: str
    level: Level
    parent_name: str | None
    is_open: bool


def list_parts(parent_id: int) -> list[Tenant]:
    """Give the divisions right below one, ended ones too, by code."""
    return list(db.session.scalars(select(Tenant).where(Tenant.parent_id == parent_id).order_by(Tenant.code)))


def count_parts(parent_id: int) -> int:
    """Give how many divisions lie right below one and have not ended."""
    query = select(func.count(Tenant.id)).where(Tenant.parent_id == parent_id, Tenant.ended_at.is_(None))
    return db.session.scalars(query).one()


def parts_report(parent_id: int, *, offset: int, limit: int, now: datetime) -> list[PartRow]:
    """Give one row for each division right below, those that nobody opened first, then by code; one statement.

    The row of a street also counts the street's own register.
    """
    page = _report(tree_below(parent_id), now).offset(offset).limit(limit)
    return [PartRow(*row) for row in db.session.execute(page)]


def own_report(tenant_id: int, *, now: datetime) -> PartRow | None:
    """Give the row of a division's own register, without what is below it; None where nobody counted it."""
    alone = select(Tenant.id.label("root"), Tenant.id, Tenant.level).where(Tenant.id == tenant_id).cte("tree")
    row = PartRow(*db.session.execute(_report(alone, now)).one())
    return row if row.counted_at else None


def find_tenants(text: str, *, now: datetime) -> list[FoundTenant]:
    """Give living divisions whose name holds a text or whose code begins with it, the highest levels first.

    At most SEARCH_LIMIT of them; an empty text finds the provinces.
    """
    parent = aliased(Tenant)
    manager = select(RoleGrant.id).where(
        RoleGrant.tenant_id == Tenant.id,
        RoleGrant.role.in_(MANAGERS),
        RoleGrant.starts_at <= now,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
    )
    query = (
        select(Tenant.code, Tenant.name, Tenant.level, parent.name, manager.exists())
        .join(parent, parent.id == Tenant.parent_id)
        .where(Tenant.ended_at.is_(None))
        .order_by(func.length(Tenant.code), Tenant.code)
        .limit(SEARCH_LIMIT)
    )
    if text.isdigit():
        query = query.where(Tenant.code.startswith(text, autoescape=True))
    elif text:
        query = query.where(Tenant.name.contains(text, autoescape=True))
    else:
        query = query.where(func.length(Tenant.code) == CODE_LENGTHS[Level.PROVINCE])
    return [FoundTenant(*row) for row in db.session.execute(query)]


def has_manager(tenant_id: int, *, now: datetime) -> bool:
    """Say whether somebody answers for a workspace now or will."""
    query = select(RoleGrant.id).where(
        RoleGrant.tenant_id == tenant_id,
        RoleGrant.role.in_(MANAGERS),
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
    )
    return db.session.scalars(query.limit(1)).first() is not None


def tree_below(parent_id: int) -> CTE:
    """Give (root, id, level) for each division right below and everything under it."""
    first = select(Tenant.id.label("root"), Tenant.id, Tenant.level).where(
        Tenant.parent_id == parent_id, Tenant.ended_at.is_(None)
    )
    tree = first.cte("tree", recursive=True)
    below = (
        select(tree.c.root, Tenant.id, Tenant.level)
        .join(tree, tree.c.id == Tenant.parent_id)
        .where(Tenant.ended_at.is_(None))
    )
    return tree.union_all(below)


def _report(tree: CTE, now: datetime) -> Select[*tuple[Any, ...]]:
    size, held, counted = _sizes(tree), _holders(tree, now), _statistics(tree)
    opened = func.coalesce(held.c.opened, 0)
    return (
        select(
            Tenant.code,
            Tenant.name,
            size.c.communities,
            opened,
            func.coalesce(held.c.people, 0),
            counted.c.members,
            counted.c.reports,
            counted.c.counted_at,
        )
        .join(size, size.c.root == Tenant.id)
        .outerjoin(held, held.c.root == Tenant.id)
        .outerjoin(counted, counted.c.root == Tenant.id)
        .order_by(case((opened == 0, 0), else_=1), Tenant.code)
    )


def _sizes(tree: CTE) -> CTE:
    communities = func.sum(case((tree.c.level == Level.COMMUNITY, 1), else_=0))
    return select(tree.c.root, communities.label("communities")).group_by(tree.c.root).cte("size")


def _holders(tree: CTE, now: datetime) -> CTE:
    leads = case((RoleGrant.role == Role.COMMUNITY_SECRETARY, RoleGrant.tenant_id))
    return (
        select(
            tree.c.root,
            func.count(RoleGrant.user_id.distinct()).label("people"),
            func.count(leads.distinct()).label("opened"),
        )
        .join(RoleGrant, RoleGrant.tenant_id == tree.c.id)
        .where(RoleGrant.starts_at <= now, or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .group_by(tree.c.root)
        .cte("held")
    )


def _statistics(tree: CTE) -> CTE:
    def total(measure: str) -> ColumnElement[int]:
        return func.sum(case((TenantStatistic.measure == measure, TenantStatistic.value)))

    return (
        select(
            tree.c.root,
            total("members").label("members"),
            total("reports").label("reports"),
            func.min(TenantStatistic.counted_at).label("counted_at"),
        )
        .join(TenantStatistic, TenantStatistic.tenant_id == tree.c.id)
        .group_by(tree.c.root)
        .cte("counted")
    )
