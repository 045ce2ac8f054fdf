"""Visits to members in need, and the rounds in which they are planned."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import account, member_fk
from portal.care.rules.visits import VisitReason, VisitState
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class VisitRound(TenantOwned, Base):
    """Visits planned together for one festival, to be paid until a day (included)."""

    __tablename__ = "visit_round"

    occasion: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date]
    planned_by: Mapped[uuid.UUID] = account()
    planned_at: Mapped[datetime]

    __table_args__ = (tenant_unique("occasion", "due_on"), tenant_index("planned_at"))


class CareVisit(TenantOwned, Base):
    """One visit: why, until when, by whom, what was found. Need, help, health and result are sealed.

    Its id is made of whom, why and until when, so that the same visit is not planned twice; where two records of one
    person become one, both keep theirs.
    """

    __tablename__ = "care_visit"

    member_id: Mapped[uuid.UUID]
    round_id: Mapped[uuid.UUID | None]
    reason: Mapped[VisitReason]
    occasion: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date]
    visitor: Mapped[str] = mapped_column(String(50), default="")
    state: Mapped[VisitState]
    visited_on: Mapped[date | None]
    need_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    help_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    health_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    result_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    follow_up_due: Mapped[date | None]
    closed_on: Mapped[date | None]
    planned_at: Mapped[datetime]

    __table_args__ = (
        member_fk(),
        tenant_fk("round_id", "visit_round", ondelete="RESTRICT"),
        CheckConstraint("state NOT IN ('visited', 'follow_up') OR visited_on IS NOT NULL", name="visited"),
        CheckConstraint("state <> 'follow_up' OR follow_up_due IS NOT NULL", name="follow_up"),
        CheckConstraint("(closed_on IS NULL) = (state <> 'closed')", name="closed"),
        tenant_index("member_id", "due_on"),
        tenant_index("state", "due_on"),
        tenant_index("state", "follow_up_due"),
        tenant_index("round_id", "due_on"),
    )
