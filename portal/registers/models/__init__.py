"""Tables of the registers: the tree of party organizations and the members in it."""

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, Numeric, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.registers.models.lifecycle import (
    DistinctPair,
    MemberLink,
    MemberLinkPast,
    MemberMerge,
    MemberStanding,
    MemberTransfer,
    TransferLine,
)
from portal.registers.models.lists import ListColumns as ListColumns
from portal.registers.models.structure import (
    CheckSheet,
    OrganizationEnd,
    OrganizationUnit,
    PartyPost,
    PartyTerm,
    SheetReview,
    TermReminder,
    WorkUnit,
)
from portal.registers.rules import (
    ManagementClass,
    MemberStatus,
    MemberType,
    OrganizationKind,
    PartyDate,
)
from portal.registers.rules.extras import INTENTS_LENGTH, SKILLS_MAX, HardshipLevel
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason
from portal.registers.rules.terms import OrganizationCategory
from portal.registers.rules.units import UnitSituation
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique
from portal.tenancy.past import Kept, KeptColumns, Past, past_of

__all__ = [
    "CheckSheet",
    "DistinctPair",
    "MemberLink",
    "MemberLinkPast",
    "MemberMerge",
    "MemberStanding",
    "MemberTransfer",
    "OrganizationEnd",
    "OrganizationUnit",
    "PartyMember",
    "PartyMemberPast",
    "PartyOrganization",
    "PartyOrganizationPast",
    "PartyPost",
    "PartyTerm",
    "SheetReview",
    "TermReminder",
    "TransferLine",
    "WorkUnit",
]


BY_LETTER = String(200).with_variant(String(200, collation="C"), "postgresql")
"""Pinyin in the order of its letters; comparing it by language would be half the work of entering a member."""


class OrganizationColumns(TenantOwned):
    """What is recorded of an organization."""

    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OrganizationKind]
    is_greater_committee: Mapped[bool] = mapped_column(Boolean, default=False)
    parent_id: Mapped[uuid.UUID | None]
    founded_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    category: Mapped[OrganizationCategory | None]
    unit_situation: Mapped[UnitSituation | None]
    contact_name: Mapped[str | None] = mapped_column(String(50))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    applied_on: Mapped[date | None]  # the day of the application to set it up, and of the upper committee's reply
    replied_on: Mapped[date | None]
    founding_doc: Mapped[str | None] = mapped_column(String(80))
    size_doc: Mapped[str | None] = mapped_column(String(80))  # approval of a committee with fewer members than usual
    estate: Mapped[str | None] = mapped_column(String(40))  # which it serves
    buildings: Mapped[str | None] = mapped_column(String(120))  # of that estate


class PartyOrganization(OrganizationColumns, Kept, Base):
    """A party committee, branch or group (党组织)."""

    __tablename__ = "party_organization"

    __table_args__ = (
        tenant_fk("parent_id", "party_organization", ondelete="RESTRICT"),
        tenant_unique("name"),
        tenant_index("parent_id"),
        tenant_index("source_batch_id"),
    )


@past_of(PartyOrganization)
class PartyOrganizationPast(OrganizationColumns, KeptColumns, Past, Base):
    """States of organizations that are over."""

    __tablename__ = "party_organization_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class MemberColumns(TenantOwned):
    """What is recorded of a member.

    ID number, mobile and address are sealed; the first two are found by blind index. `search_key`
    holds the pinyin initials, `sort_key` the whole pinyin.
    """

    organization_id: Mapped[uuid.UUID]
    full_name: Mapped[str] = mapped_column(String(50))
    search_key: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(BY_LETTER)
    id_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    id_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sex_code: Mapped[str] = mapped_column(String(1))
    born_on: Mapped[date]
    ethnic_code: Mapped[str | None] = mapped_column(String(2))
    education_code: Mapped[str | None] = mapped_column(String(2))
    member_type: Mapped[MemberType]
    joined_on: Mapped[date]
    joined_by_month: Mapped[bool] = mapped_column(Boolean, default=False)
    full_on: Mapped[date | None]
    full_by_month: Mapped[bool] = mapped_column(Boolean, default=False)
    management_class: Mapped[ManagementClass | None]
    status: Mapped[MemberStatus] = mapped_column(default=MemberStatus.NORMAL)
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    work_unit: Mapped[str | None] = mapped_column(String(80))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    estate: Mapped[str | None] = mapped_column(String(40))
    building: Mapped[str | None] = mapped_column(String(40))
    job_category: Mapped[JobCategory | None]
    status_on: Mapped[date | None]  # since when `status` is what it is; None: from the beginning or not known
    probation_until: Mapped[date | None]  # the end of an extended probation; None: a year after joining
    watched_since: Mapped[date | None]  # 留党察看: no vote, no office, until rights are restored by a decision
    watched_until: Mapped[date | None]
    detained_since: Mapped[date | None]  # rights rest
    lost_since: Mapped[date | None]
    lost_reason: Mapped[LostReason | None]
    vulnerable_since: Mapped[date | None]  # in need besides the class: retired and also vulnerable
    dues_monthly: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    hardship_level: Mapped[HardshipLevel | None]
    on_owners_committee: Mapped[bool | None]  # None: not recorded
    skills: Mapped[str | None] = mapped_column(String(SKILLS_MAX))  # with 、 between them
    service_intents: Mapped[str | None] = mapped_column(String(INTENTS_LENGTH))  # codes with commas between them
    flow_direction: Mapped[FlowDirection | None]
    flow_place: Mapped[str | None] = mapped_column(String(60))

    @property
    def joined(self) -> PartyDate:
        """The date of joining with what is known of it."""
        return PartyDate(self.joined_on, self.joined_by_month)

    @property
    def full(self) -> PartyDate | None:
        """The date of becoming a full member, if known."""
        return PartyDate(self.full_on, self.full_by_month) if self.full_on else None


class PartyMember(MemberColumns, Kept, Base):
    """A party member in one branch or group (党员)."""

    __tablename__ = "party_member"

    # Whose it is the branch's key says already, and imports are never removed: the database has to look up one row for
    # each member that comes in, not three.
    tenant_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, sort_order=-2)

    __table_args__ = (
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_unique("id_index"),
        tenant_index("mobile_index"),
        tenant_index("sort_key", "id"),
        tenant_index("source_batch_id"),
        # The few for whom something is due.
        Index(
            "ix_party_member_lost",
            "tenant_id",
            "lost_since",
            sqlite_where=column("lost_since").is_not(None),
            postgresql_where=column("lost_since").is_not(None),
        ),
        Index(
            "ix_party_member_probation",
            "tenant_id",
            "joined_on",
            sqlite_where=column("member_type") == "PROBATIONARY",
            postgresql_where=column("member_type") == "PROBATIONARY",
        ),
        Index(
            "ix_party_member_watched",
            "tenant_id",
            "watched_until",
            sqlite_where=column("watched_until").is_not(None),
            postgresql_where=column("watched_until").is_not(None),
        ),
        # Whatever the list counts by: the counts above it are read from the index alone.
        Index(
            "ix_party_member_counts",
            "tenant_id",
            "organization_id",
            "management_class",
            "member_type",
            "status",
            "flow_direction",
        ),
    )


@past_of(PartyMember)
class PartyMemberPast(MemberColumns, KeptColumns, Past, Base):
    """States of members that are over."""

    __tablename__ = "party_member_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))
