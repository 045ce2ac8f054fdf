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
    """One entry of the ledger: since when, and the three fixes. `due_on` is the day of the next contact.

    It is about a member of the register, or about somebody whose home is elsewhere and who reports here (`link_id`).
    Which way a member floats and where to, the register alone says while the entry is in force; what it said at the
    end is written down here. Of somebody from elsewhere only this table says it.
    """

    __tablename__ = "floating_member"

    member_id: Mapped[uuid.UUID | None]
    link_id: Mapped[uuid.UUID | None]
    direction: Mapped[FlowDirection | None]
    place: Mapped[str | None] = mapped_column(String(100))
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
        tenant_fk("link_id", "member_link", ondelete="RESTRICT"),
        unique_where("uq_floating_member_active", "member_id", condition=column("state") == FloatingState.ACTIVE.value),
        unique_where("uq_floating_member_guest", "link_id", condition=column("state") == FloatingState.ACTIVE.value),
        CheckConstraint("(member_id IS NULL) <> (link_id IS NULL)", name="one_person"),
        CheckConstraint("direction IS NULL OR state = 'ended' OR link_id IS NOT NULL", name="one_truth"),
        CheckConstraint("(ended_on IS NULL) = (state = 'active')", name="ended"),
        CheckConstraint("interval_days > 0", name="interval"),
        tenant_index("state", "due_on"),
        tenant_index("member_id"),
        tenant_index("link_id"),
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
