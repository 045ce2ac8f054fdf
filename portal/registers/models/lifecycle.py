"""Tables of a member's life in the registers: standing, transfers, second belonging, duplicates and merges."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.registers.rules.belonging import LinkKind
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import StandingAct, SuspensionGround
from portal.registers.rules.transfers import OPEN_STATES, Channel, Direction, TransferState
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique
from portal.tenancy.past import Kept, KeptColumns, Past, past_of

_state: ColumnElement[str] = column("state")
_direction: ColumnElement[str] = column("direction")


class MemberStanding(TenantOwned, Base):
    """One act that changed a member's standing: when, why, by which paper. Never edited, but taken back as a whole.

    `changed` holds {column: [before, after]} of the member, `ended_posts` the ids of the posts that ended with it.
    """

    __tablename__ = "member_standing"

    member_id: Mapped[uuid.UUID]
    act: Mapped[StandingAct]
    happened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[str] = mapped_column(String(60), default="")
    ground: Mapped[SuspensionGround | None]
    lost_reason: Mapped[LostReason | None]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    recorded_at: Mapped[datetime]
    changed: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    ended_posts: Mapped[list[str] | None] = mapped_column(JSON)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(50))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        tenant_fk("member_id", "party_member", ondelete="RESTRICT"),
        tenant_index("member_id", "happened_on"),
    )


class MemberTransfer(TenantOwned, Base):
    """A move of a relation as one community sees it.

    Between two communities of the portal each has a row of its own with the same id; the receiving one's holds the
    member's facts sealed with its own key until it has decided, and `member_id` once the member is here.
    """

    __tablename__ = "member_transfer"

    direction: Mapped[Direction]
    channel: Mapped[Channel]
    state: Mapped[TransferState]
    member_id: Mapped[uuid.UUID | None]
    full_name: Mapped[str] = mapped_column(String(50))
    other_tenant_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("tenant.id", ondelete="RESTRICT"))
    other_name: Mapped[str] = mapped_column(String(100))
    from_organization_id: Mapped[uuid.UUID | None]
    to_organization_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(200))
    applied_on: Mapped[date]
    letter_no: Mapped[str | None] = mapped_column(String(40))
    letter_on: Mapped[date | None]
    valid_to: Mapped[date | None]  # the last day on which the letter is good
    dues_until: Mapped[str | None] = mapped_column(String(7))  # the month up to which dues are paid: 2026-11
    accepted_at: Mapped[datetime | None]  # the receiving side has said yes; the member comes with the hand-over
    ended_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(String(200))  # why it was declined or returned
    receipt_no: Mapped[str | None] = mapped_column(String(40))
    parcel_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ended_posts: Mapped[list[str] | None] = mapped_column(JSON)  # ids of the posts that ended with the move
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("member_id", "party_member", ondelete="RESTRICT"),
        tenant_fk("from_organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_fk("to_organization_id", "party_organization", ondelete="RESTRICT"),
        CheckConstraint("(letter_no IS NULL) = (valid_to IS NULL)", name="letter_has_an_end"),
        # A member is on one way at a time.
        Index(
            "uq_member_transfer_open",
            "tenant_id",
            "member_id",
            unique=True,
            sqlite_where=_state.in_([state.value for state in sorted(OPEN_STATES)]) & (_direction == "OUT"),
            postgresql_where=_state.in_([state.value for state in sorted(OPEN_STATES)]) & (_direction == "OUT"),
        ),
        tenant_index("state", "valid_to"),
        tenant_index("applied_on", "id"),
        tenant_index("member_id"),
        tenant_index("from_organization_id"),
        tenant_index("to_organization_id"),
    )


class TransferLine(TenantOwned, Base):
    """One line of a transfer's story: each change of its state leaves one."""

    __tablename__ = "transfer_line"

    transfer_id: Mapped[uuid.UUID]
    state: Mapped[TransferState]
    words: Mapped[str] = mapped_column(String(200), default="")
    who: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("transfer_id", "member_transfer", ondelete="RESTRICT"),
        tenant_index("transfer_id", "at"),
    )


class LinkColumns(TenantOwned):
    """What is recorded of a second belonging.

    RESIDENCE: our own member (`member_id`) reports where he or she lives. HOME: somebody of another organization who
    reports here; known by name and, sealed, by mobile. Half-open: [from_on, until_on). The other end is a unit of
    this register, one of its organizations, or neither and named in words; `other_name` says it in any case.
    """

    kind: Mapped[LinkKind]
    member_id: Mapped[uuid.UUID | None]
    full_name: Mapped[str] = mapped_column(String(50))
    sort_key: Mapped[str] = mapped_column(String(200))
    other_name: Mapped[str] = mapped_column(String(100))
    work_unit_id: Mapped[uuid.UUID | None]
    organization_id: Mapped[uuid.UUID | None]
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class MemberLink(LinkColumns, Kept, Base):
    """A second belonging. Whoever has a HOME elsewhere reports here and is counted there, never here."""

    __tablename__ = "member_link"

    __table_args__ = (
        tenant_fk("member_id", "party_member", ondelete="RESTRICT"),
        tenant_fk("work_unit_id", "work_unit", ondelete="RESTRICT"),
        tenant_fk("organization_id", "party_organization", ondelete="RESTRICT"),
        CheckConstraint("(kind = 'RESIDENCE') = (member_id IS NOT NULL)", name="own_member"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),
        CheckConstraint("work_unit_id IS NULL OR organization_id IS NULL", name="one_end"),
        tenant_index("kind", "sort_key", "id"),
        tenant_index("member_id"),
        tenant_index("work_unit_id"),
        tenant_index("organization_id"),
        tenant_index("mobile_index"),
        tenant_index("source_batch_id"),
    )


@past_of(MemberLink)
class MemberLinkPast(LinkColumns, KeptColumns, Past, Base):
    """States of second belongings that are over."""

    __tablename__ = "member_link_past"

    __table_args__ = (tenant_index("row_id", "until_at"), tenant_index("until_at"), tenant_index("source_batch_id"))


class DistinctPair(TenantOwned, Base):
    """Two records of which somebody said that they are two people. No keys: one of them may go one day."""

    __tablename__ = "distinct_pair"

    first_id: Mapped[uuid.UUID]
    second_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(String(200), default="")
    said_by_name: Mapped[str] = mapped_column(String(50))
    said_at: Mapped[datetime]

    __table_args__ = (tenant_unique("first_id", "second_id"), CheckConstraint("first_id < second_id", name="ordered"))


class MemberMerge(TenantOwned, Base):
    """Two records that became one. Both stand in the past until this moment, which is what undoing goes back to.

    `taken` names the fields that came from the record that went; `moved` holds {table: [row ids]} of what hung on it.
    """

    __tablename__ = "member_merge"

    kept_id: Mapped[uuid.UUID]
    gone_id: Mapped[uuid.UUID]
    kept_name: Mapped[str] = mapped_column(String(50))
    gone_name: Mapped[str] = mapped_column(String(50))
    taken: Mapped[list[str]] = mapped_column(JSON)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    merged_by_name: Mapped[str] = mapped_column(String(50))
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[str | None] = mapped_column(String(50))

    __table_args__ = (tenant_index("merged_at", "id"), tenant_index("kept_id"))
