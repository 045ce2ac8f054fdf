"""Divisions and tenants, and what every table of a tenant has in common."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id
from portal.tenancy.levels import Level


class Tenant(Base):
    """A division of the country. Streets and communities work here; the levels above hold roll-ups.

    Its id never changes; its code, name and parent may, when divisions are renamed, merged or moved.
    """

    __tablename__ = "tenant"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="RESTRICT"), index=True)
    ended_at: Mapped[datetime | None]  # no longer a division; its rows stay readable
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id", ondelete="RESTRICT"))


class TenantAlias(Base):
    """An address that a tenant once had; it leads to the present one."""

    __tablename__ = "tenant_alias"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]


class TenantName(Base):
    """A name, code and parent that a tenant had until a moment."""

    __tablename__ = "tenant_name"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[datetime]


class TenantStatistic(Base):
    """A number about one tenant that the levels above may see: totals, never people."""

    __tablename__ = "tenant_statistic"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime]


class TenantOwned:
    """Mixin of every table that belongs to tenants: key (tenant_id, id), so it can be sharded and merged."""

    tenant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False, sort_order=-2
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id, sort_order=-1)


class TenantKey(TenantOwned, Base):
    """The key that seals one tenant's personal data, itself sealed by the master key. Destroy it and they are gone."""

    __tablename__ = "tenant_key"

    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("tenant_id", name="uq_tenant_key_tenant_id"),)


def tenant_fk(column: str, table: str, *, ondelete: str) -> ForeignKeyConstraint:
    """Give a foreign key that cannot leave the tenant: (tenant_id, column) → table (tenant_id, id)."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def tenant_unique(*columns: str) -> UniqueConstraint:
    """Give a unique constraint within each tenant."""
    return UniqueConstraint("tenant_id", *columns)


def tenant_index(*columns: str) -> Index:
    """Give an index that begins with the tenant."""
    return Index(None, "tenant_id", *columns)
