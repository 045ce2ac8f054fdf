"""The ledger of floating members and the contacts with them."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, SmallInteger, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import account, member_fk, unique_where
from portal.care.rules.floating import ContactWay, FloatingState, FlowDirection
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index


class FloatingMember(TenantOwned, Base):
    """One entry of the ledger: where to or from, and the three fixes. `due_on` is the day of the next contact."""

    __tablename__ = "floating_member"

    member_id: Mapped[uuid.UUID]
    direction: Mapped[FlowDirection]
    place: Mapped[str] = mapped_column(String(100))
    place_code: Mapped[str] = mapped_column(String(12), default="")
    since: Mapped[date]
    home_organization: Mapped[str] = mapped_column(String(100))
    contact_person: Mapped[str] = mapped_column(String(50))
    interval_days: Mapped[int] = mapped_column(SmallInteger)
    rule: Mapped[str] = mapped_column(String(200))
    last_contact_on: Mapped[date | None]
    due_on: Mapped[date]
    state: Mapped[FloatingState]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        member_fk(),
        unique_where("uq_floating_member_active", "member_id", condition=column("state") == FloatingState.ACTIVE.value),
        CheckConstraint("(ended_on IS NULL) = (state = 'active')", name="ended"),
        CheckConstraint("interval_days > 0", name="interval"),
        tenant_index("state", "due_on"),
        tenant_index("member_id"),
    )


class FloatingContact(TenantOwned, Base):
    """One contact with a floating member."""

    __tablename__ = "floating_contact"

    floating_id: Mapped[uuid.UUID]
    contacted_on: Mapped[date]
    way: Mapped[ContactWay]
    person: Mapped[str] = mapped_column(String(50))
    note: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[uuid.UUID] = account()
    entered_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("floating_id", "floating_member", ondelete="RESTRICT"),
        tenant_index("floating_id", "contacted_on"),
    )
