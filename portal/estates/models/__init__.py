"""Tables of the estates register.

Areas in m². Days are half-open: `valid_from` counts, `valid_until` does not.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.estates.rules import AreaBasis, OwnerKind, TitleBasis, UnitStatus
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class Estate(TenantOwned, Base):
    """A residential estate (小区)."""

    __tablename__ = "estate"

    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]

    __table_args__ = (tenant_unique("name"),)


class Building(TenantOwned, Base):
    """A building of an estate."""

    __tablename__ = "building"

    estate_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int] = mapped_column(Integer)

    __table_args__ = (tenant_fk("estate_id", "estate", ondelete="RESTRICT"), tenant_unique("estate_id", "name"))


class Unit(TenantOwned, Base):
    """A unit (房屋): one exclusive part with its own area."""

    __tablename__ = "unit"

    building_id: Mapped[uuid.UUID]
    room: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)  # order within the building, as entered
    exclusive_area_m2: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    area_basis: Mapped[AreaBasis]
    status: Mapped[UnitStatus]

    __table_args__ = (
        CheckConstraint("exclusive_area_m2 > 0", name="area_above_zero"),
        tenant_fk("building_id", "building", ondelete="RESTRICT"),
        tenant_unique("building_id", "room"),
    )


class Owner(TenantOwned, Base):
    """A person or organization that owns something here; linked to an account once checked."""

    __tablename__ = "owner"

    kind: Mapped[OwnerKind]
    name: Mapped[str] = mapped_column(String(100))
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]

    __table_args__ = (tenant_unique("id_number_index"), tenant_unique("user_id"), tenant_index("name"))


class Ownership(TenantOwned, Base):
    """That an owner holds a unit, or a share of it, for a time."""

    __tablename__ = "ownership"

    unit_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    title_basis: Mapped[TitleBasis]
    share: Mapped[int] = mapped_column(SmallInteger)  # parts of ten thousand
    is_voting_representative: Mapped[bool]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))

    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 10000", name="share_of_the_whole"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_it_begins"),
        CheckConstraint("(verified_at IS NULL) = (verified_by IS NULL)", name="verified_by_somebody"),
        tenant_fk("unit_id", "unit", ondelete="RESTRICT"),
        tenant_fk("owner_id", "owner", ondelete="RESTRICT"),
        tenant_unique("unit_id", "owner_id", "valid_from"),
        tenant_index("owner_id"),
    )


class PropertyCompany(TenantOwned, Base):
    """A firm that manages estates, known by its unified social credit code."""

    __tablename__ = "property_company"

    name: Mapped[str] = mapped_column(String(100))
    credit_code: Mapped[str] = mapped_column(String(18))
    created_at: Mapped[datetime]

    __table_args__ = (tenant_unique("credit_code"),)


class ServiceContract(TenantOwned, Base):
    """That a firm manages an estate for a time; without an end it runs on (Civil Code art. 948)."""

    __tablename__ = "service_contract"

    estate_id: Mapped[uuid.UUID]
    company_id: Mapped[uuid.UUID]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_it_begins"),
        tenant_fk("estate_id", "estate", ondelete="RESTRICT"),
        tenant_fk("company_id", "property_company", ondelete="RESTRICT"),
        tenant_unique("estate_id", "company_id", "valid_from"),
    )
