"""Delegates to party congresses, their duty days, and the opinions they hear."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import account, member_fk, unique_where
from portal.care.rules.delegates import DelegateLevel, DelegateState, OpinionState
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class PartyDelegate(TenantOwned, Base):
    """A member who is a delegate to a congress; both days of the term are included."""

    __tablename__ = "party_delegate"

    member_id: Mapped[uuid.UUID]
    level: Mapped[DelegateLevel]
    congress: Mapped[str] = mapped_column(String(60))
    term_from: Mapped[date]
    term_until: Mapped[date]
    state: Mapped[DelegateState]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        member_fk(),
        unique_where(
            "uq_party_delegate_serving",
            "member_id",
            "level",
            condition=column("state") == DelegateState.SERVING.value,
        ),
        CheckConstraint("term_until >= term_from", name="term"),
        CheckConstraint("(ended_on IS NULL) = (state = 'serving')", name="ended"),
        tenant_index("state", "term_until"),
        tenant_index("member_id"),
    )


class DutyDay(TenantOwned, Base):
    """When and where a delegate receives people (接待日)."""

    __tablename__ = "duty_day"

    delegate_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(60))

    __table_args__ = (
        tenant_fk("delegate_id", "party_delegate", ondelete="RESTRICT"),
        tenant_unique("delegate_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="hours"),
        tenant_index("starts_at"),
    )


class DelegateOpinion(TenantOwned, Base):
    """What somebody said to a delegate, and what became of it. A way to answer is sealed, a name is not kept.

    `duty_day_id`: the duty day on which it was heard; none where it came at another time.
    """

    __tablename__ = "delegate_opinion"

    delegate_id: Mapped[uuid.UUID]
    duty_day_id: Mapped[uuid.UUID | None]
    received_on: Mapped[date]
    caller: Mapped[str] = mapped_column(String(12))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    content: Mapped[str] = mapped_column(String(500))
    state: Mapped[OpinionState]
    reported_to: Mapped[str] = mapped_column(String(60), default="")
    reported_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_on: Mapped[date | None]
    due_on: Mapped[date | None]
    entered_by: Mapped[uuid.UUID] = account()
    entered_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("delegate_id", "party_delegate", ondelete="RESTRICT"),
        tenant_fk("duty_day_id", "duty_day", ondelete="RESTRICT"),
        CheckConstraint("(answered_on IS NULL) = (state <> 'answered')", name="answered"),
        CheckConstraint("(due_on IS NULL) = (state = 'answered')", name="due"),
        CheckConstraint("state <> 'reported' OR reported_on IS NOT NULL", name="reported"),
        tenant_index("state", "due_on"),
        tenant_index("delegate_id", "received_on"),
        tenant_index("duty_day_id"),
    )
