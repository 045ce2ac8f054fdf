"""Tables of double reporting: the report card, posts, claims on them, and the service record."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, SmallInteger, String, and_, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.reporting.rules import (
    ACTIVE_REPORT_STATES,
    ClaimState,
    PostCategory,
    PostState,
    ProofGrade,
    ReportState,
    ServiceState,
)
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique

state_column: ColumnElement[str] = column("state")


def unique_where(name: str, *columns: str, condition: ColumnElement[bool]) -> Index:
    """Give a unique index within each tenant over the rows that meet a condition."""
    return Index(name, "tenant_id", *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class MemberReport(TenantOwned, Base):
    """One report of one person to this community: the report card 报到卡 and its answer.

    `member_id`: the person is a member in this community's register. `link_id`: the relation is elsewhere, and this
    is the second belonging here.
    """

    __tablename__ = "member_report"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    member_id: Mapped[uuid.UUID | None]
    link_id: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(50))
    work_unit: Mapped[str] = mapped_column(String(100))
    residence: Mapped[str] = mapped_column(String(100))  # estate and building in the member's words
    mobile_sealed: Mapped[bytes]
    skills: Mapped[str] = mapped_column(String(100), default="")
    intents: Mapped[list[str]] = mapped_column(JSON)  # up to three PostCategory values
    consent_version: Mapped[str] = mapped_column(String(20))
    consented_at: Mapped[datetime]
    state: Mapped[ReportState]
    reported_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        # One active report per person and community; returned and withdrawn ones stay as history.
        unique_where(
            "uq_member_report_active",
            "user_id",
            condition=state_column.in_([state.value for state in ACTIVE_REPORT_STATES]),
        ),
        tenant_fk("member_id", "party_member", ondelete="RESTRICT"),
        tenant_fk("link_id", "member_link", ondelete="RESTRICT"),
        CheckConstraint("member_id IS NULL OR link_id IS NULL", name="one_person"),
        tenant_index("member_id"),
        tenant_index("link_id"),
        tenant_index("user_id", "reported_at"),
        tenant_index("state", "reported_at"),
    )


class ServicePost(TenantOwned, Base):
    """A post 岗位 that members may claim: what is to be done, by how many, from when until when (both days in)."""

    __tablename__ = "service_post"

    name: Mapped[str] = mapped_column(String(60))
    category: Mapped[PostCategory]
    capacity: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    description: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[PostState]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        tenant_index("state", "ends_on"),
    )


class PostClaim(TenantOwned, Base):
    """A member's place on a post in one period. Released and claimed again, it is the same row."""

    __tablename__ = "post_claim"

    report_id: Mapped[uuid.UUID]
    post_id: Mapped[uuid.UUID]
    period: Mapped[str] = mapped_column(String(4))
    seat: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[ClaimState]
    claimed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_fk("report_id", "member_report", ondelete="RESTRICT"),
        tenant_fk("post_id", "service_post", ondelete="RESTRICT"),
        tenant_unique("report_id", "post_id", "period"),
        # No place is held twice, so a post cannot hold more people than places.
        unique_where(
            "uq_post_claim_seat", "post_id", "period", "seat", condition=state_column == ClaimState.HELD.value
        ),
        CheckConstraint("seat >= 1", name="seat"),
        tenant_index("post_id"),
    )


class ServiceRecord(TenantOwned, Base):
    """One entry of the service record card 服务记录卡, or a counter-entry that corrects one."""

    __tablename__ = "service_record"

    report_id: Mapped[uuid.UUID]
    post_id: Mapped[uuid.UUID | None]
    corrects_id: Mapped[uuid.UUID | None]  # set: this is a counter-entry
    served_on: Mapped[date]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    half_hours: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[str] = mapped_column(String(300))
    state: Mapped[ServiceState]
    grade: Mapped[ProofGrade]
    submitted_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(String(200), default="")
    contested_at: Mapped[datetime | None]
    contest_reason: Mapped[str] = mapped_column(String(200), default="")
    contest_answered_at: Mapped[datetime | None]
    contest_answer: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        tenant_fk("report_id", "member_report", ondelete="RESTRICT"),
        tenant_fk("post_id", "service_post", ondelete="RESTRICT"),
        tenant_fk("corrects_id", "service_record", ondelete="RESTRICT"),
        # The same service cannot be entered twice, whatever two taps do at once.
        unique_where(
            "uq_service_record_start",
            "report_id",
            "started_at",
            condition=and_(column("corrects_id").is_(None), state_column != ServiceState.RETURNED.value),
        ),
        CheckConstraint("half_hours > 0 OR corrects_id IS NOT NULL", name="half_hours"),
        CheckConstraint("ended_at > started_at", name="span"),
        tenant_index("report_id", "served_on"),
        tenant_index("corrects_id"),
        tenant_index("post_id"),
        tenant_index("state", "submitted_at"),
    )

    @property
    def has_open_contest(self) -> bool:
        """Say whether the member's objection still waits for an answer."""
        return self.contested_at is not None and self.contest_answered_at is None
