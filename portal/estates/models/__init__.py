"""Tables of the estates register.

Areas in m², fees in ¥ per m² and month. Days are half-open: `valid_from` counts, `valid_until` does not.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, LargeBinary, Numeric, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.estates.rules import AreaBasis, ContactKind, HeadVerdict, OwnerKind, TitleBasis, UnitStatus, UnitUsage
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique
from portal.tenancy.past import Kept, KeptColumns, Past, past_of


class EstateColumns(TenantOwned):
    """What is recorded of an estate. `counts_special`: its rules of procedure let parking spaces vote."""

    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    counts_special: Mapped[bool] = mapped_column(Boolean, default=False)
    counts_special_source: Mapped[str] = mapped_column(String(100), default="")


class Estate(EstateColumns, Kept, Base):
    """A residential estate (小区)."""

    __tablename__ = "estate"

    __table_args__ = (tenant_unique("name"), tenant_index("source_batch_id"))


@past_of(Estate)
class EstatePast(EstateColumns, KeptColumns, Past, Base):
    """States of estates that are over."""

    __tablename__ = "estate_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class BuildingColumns(TenantOwned):
    """What is recorded of a building; of its residents only how many there are."""

    estate_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int] = mapped_column(Integer)
    phase: Mapped[str] = mapped_column(String(20), default="")
    households: Mapped[int | None] = mapped_column(Integer)
    persons: Mapped[int | None] = mapped_column(Integer)
    counted_on: Mapped[date | None]


class Building(BuildingColumns, Kept, Base):
    """A building of an estate, in one of its phases where it has any."""

    __tablename__ = "building"

    __table_args__ = (
        tenant_fk("estate_id", "estate", ondelete="RESTRICT"),
        tenant_unique("estate_id", "name"),
        tenant_index("source_batch_id"),
    )


@past_of(Building)
class BuildingPast(BuildingColumns, KeptColumns, Past, Base):
    """States of buildings that are over."""

    __tablename__ = "building_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class UnitColumns(TenantOwned):
    """What is recorded of a unit."""

    building_id: Mapped[uuid.UUID]
    room: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)  # order within the building, as entered
    exclusive_area_m2: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    area_basis: Mapped[AreaBasis]
    area_document: Mapped[str] = mapped_column(String(80), default="")
    status: Mapped[UnitStatus]
    sold_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    usage: Mapped[UnitUsage] = mapped_column(default=UnitUsage.DWELLING)


class Unit(UnitColumns, Kept, Base):
    """A unit (房屋): one exclusive part with its own area."""

    __tablename__ = "unit"

    __table_args__ = (
        CheckConstraint("exclusive_area_m2 > 0", name="area_above_zero"),
        tenant_fk("building_id", "building", ondelete="RESTRICT"),
        tenant_unique("building_id", "room"),
        tenant_index("source_batch_id"),
    )


@past_of(Unit)
class UnitPast(UnitColumns, KeptColumns, Past, Base):
    """States of units that are over."""

    __tablename__ = "unit_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class OwnerColumns(TenantOwned):
    """What is recorded of an owner.

    Number and phones are sealed, number and phone found by blind index. `search_key` holds pinyin initials,
    `sort_key` the order of names, `name_key` and `sound_key` what is compared to find one owner twice.
    `head_id` is the entry that this one counts with, by decisions that can be taken back; no key points there,
    so that an import can be undone.
    """

    kind: Mapped[OwnerKind]
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200))
    sound_key: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200))
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    guardian_name: Mapped[str] = mapped_column(String(50), default="")
    guardian_phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    head_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    user_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class Owner(OwnerColumns, Kept, Base):
    """A person or organization that owns something here; linked to an account once checked."""

    __tablename__ = "owner"

    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))

    __table_args__ = (
        tenant_unique("user_id"),
        tenant_index("name"),
        tenant_index("id_number_index"),
        tenant_index("phone_index"),
        tenant_index("name_key"),
        tenant_index("sound_key"),
        tenant_index("sort_key", "id"),
        tenant_index("head_id"),
        tenant_index("source_batch_id"),
    )


@past_of(Owner)
class OwnerPast(OwnerColumns, KeptColumns, Past, Base):
    """States of owners that are over."""

    __tablename__ = "owner_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class OwnershipColumns(TenantOwned):
    """What is recorded of an ownership. No share: held jointly. It votes for the unit from and until its days."""

    unit_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    title_basis: Mapped[TitleBasis]
    document: Mapped[str] = mapped_column(String(80), default="")
    share: Mapped[int | None] = mapped_column(SmallInteger)  # parts of ten thousand
    votes_from: Mapped[date | None]
    votes_until: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class Ownership(OwnershipColumns, Kept, Base):
    """That an owner holds a unit, or a share of it, for a time."""

    __tablename__ = "ownership"

    verified_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))

    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 10000", name="share_of_the_whole"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_it_begins"),
        CheckConstraint("(verified_at IS NULL) = (verified_by IS NULL)", name="verified_by_somebody"),
        tenant_fk("unit_id", "unit", ondelete="RESTRICT"),
        tenant_fk("owner_id", "owner", ondelete="RESTRICT"),
        tenant_unique("unit_id", "owner_id", "valid_from"),
        tenant_index("owner_id"),
        tenant_index("source_batch_id"),
    )


@past_of(Ownership)
class OwnershipPast(OwnershipColumns, KeptColumns, Past, Base):
    """States of ownerships that are over."""

    __tablename__ = "ownership_past"

    __table_args__ = (
        tenant_index("row_id", "until_at"),
        tenant_index("until_at"),
        tenant_index("unit_id"),
        tenant_index("source_batch_id"),
    )


class CompanyColumns(TenantOwned):
    """What is recorded of a firm that manages estates; it is known by its unified social credit code."""

    name: Mapped[str] = mapped_column(String(100))
    credit_code: Mapped[str] = mapped_column(String(18))


class PropertyCompany(CompanyColumns, Kept, Base):
    """A firm that manages estates."""

    __tablename__ = "property_company"

    __table_args__ = (tenant_unique("credit_code"), tenant_index("source_batch_id"))


@past_of(PropertyCompany)
class PropertyCompanyPast(CompanyColumns, KeptColumns, Past, Base):
    """States of firms that are over."""

    __tablename__ = "property_company_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class ContractColumns(TenantOwned):
    """What is recorded of a service contract; the fee in ¥ per m² and month."""

    estate_id: Mapped[uuid.UUID]
    company_id: Mapped[uuid.UUID]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    fee_per_m2_month: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))


class ServiceContract(ContractColumns, Kept, Base):
    """That a firm manages an estate for a time; without an end it runs on (Civil Code art. 948)."""

    __tablename__ = "service_contract"

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_it_begins"),
        tenant_fk("estate_id", "estate", ondelete="RESTRICT"),
        tenant_fk("company_id", "property_company", ondelete="RESTRICT"),
        tenant_unique("estate_id", "company_id", "valid_from"),
        tenant_index("company_id"),
        tenant_index("source_batch_id"),
    )


@past_of(ServiceContract)
class ServiceContractPast(ContractColumns, KeptColumns, Past, Base):
    """States of contracts that are over."""

    __tablename__ = "service_contract_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class BuildingContact(TenantOwned, Base):
    """Who looks after a building, for a time. The phone is one given to be posted at the door."""

    __tablename__ = "building_contact"

    building_id: Mapped[uuid.UUID]
    kind: Mapped[ContactKind]
    name: Mapped[str] = mapped_column(String(50))
    organization: Mapped[str] = mapped_column(String(60), default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_it_begins"),
        tenant_fk("building_id", "building", ondelete="CASCADE"),
        tenant_index("building_id", "valid_from"),
    )


class HeadDecision(TenantOwned, Base):
    """What was decided about two entries of owners, the one with the lesser id first; once taken back it stays."""

    __tablename__ = "head_decision"

    first_id: Mapped[uuid.UUID]
    second_id: Mapped[uuid.UUID]
    verdict: Mapped[HeadVerdict]
    reason: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    decided_by_name: Mapped[str] = mapped_column(String(50))
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("first_id < second_id", name="lesser_id_first"),
        tenant_fk("first_id", "owner", ondelete="CASCADE"),
        tenant_fk("second_id", "owner", ondelete="CASCADE"),
        tenant_index("first_id", "second_id"),
        tenant_index("second_id"),
        tenant_index("decided_at"),
    )
