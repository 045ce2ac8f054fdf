"""Reads of tenants. What each request needs is kept in memory for half a minute."""

import time
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.core.errors import NotFound
from portal.tenancy.levels import Level
from portal.tenancy.models import Tenant, TenantAlias

KEEP_SECONDS = 30.0
KEEP_MOST = 20_000


@dataclass(frozen=True)
class TenantRef:
    """What a request knows of its tenant. `below` holds the ids of the communities of a street, else nothing."""

    id: int
    code: str
    name: str
    level: Level
    parent_id: int | None
    parent_name: str | None
    below: frozenset[int]
    has_ended: bool


_kept: dict[str, tuple[float, TenantRef | None]] = {}


def find_tenant(code: str) -> TenantRef | None:
    """Give the tenant that has this code now, or None."""
    moment = time.monotonic()
    kept = _kept.get(code)
    if kept and kept[0] > moment:
        return kept[1]
    found = _load(code)
    if len(_kept) > KEEP_MOST:
        _kept.clear()
    _kept[code] = (moment + KEEP_SECONDS, found)
    return found


def get_tenant(code: str) -> TenantRef:
    """Give the tenant that has this code now; raises NotFound."""
    found = find_tenant(code)
    if found is None:
        raise NotFound
    return found


def find_new_code(code: str) -> str | None:
    """Give the present code of the tenant that once had this one, or None."""
    return db.session.scalars(
        select(Tenant.code).join(TenantAlias, TenantAlias.tenant_id == Tenant.id).where(TenantAlias.code == code)
    ).one_or_none()


def forget_tenants() -> None:
    """Drop what is kept in memory, after divisions were changed."""
    _kept.clear()


def _load(code: str) -> TenantRef | None:
    parent = aliased(Tenant)
    row = db.session.execute(
        select(Tenant, parent.name).outerjoin(parent, parent.id == Tenant.parent_id).where(Tenant.code == code)
    ).one_or_none()
    if row is None:
        return None
    tenant, parent_name = row
    below: frozenset[int] = frozenset()
    if tenant.level is Level.STREET:
        below = frozenset(db.session.scalars(select(Tenant.id).where(Tenant.parent_id == tenant.id)))
    return TenantRef(
        tenant.id,
        tenant.code,
        tenant.name,
        tenant.level,
        tenant.parent_id,
        parent_name,
        below,
        tenant.ended_at is not None,
    )
