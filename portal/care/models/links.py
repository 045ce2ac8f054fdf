"""The four-level contact and its log."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import account, member_fk
from portal.care.rules.links import LinkLevel, LinkPeriod, LinkState
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index


class ContactLink(TenantOwned, Base):
    """Who keeps in touch with whom. The near end is a member or named in words; residents are a count only."""

    __tablename__ = "contact_link"

    level: Mapped[LinkLevel]
    from_member_id: Mapped[uuid.UUID | None]
    from_text: Mapped[str] = mapped_column(String(60))
    to_organization_id: Mapped[uuid.UUID | None]
    to_delegate_id: Mapped[uuid.UUID | None]
    to_text: Mapped[str] = mapped_column(String(100))
    households: Mapped[int | None] = mapped_column(SmallInteger)
    period: Mapped[LinkPeriod]
    starts_on: Mapped[date]
    last_contact_on: Mapped[date | None]
    due_on: Mapped[date]
    state: Mapped[LinkState]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        member_fk("from_member_id"),
        tenant_fk("to_organization_id", "party_organization", ondelete="RESTRICT"),
        tenant_fk("to_delegate_id", "party_delegate", ondelete="RESTRICT"),
        CheckConstraint("(ended_on IS NULL) = (state = 'active')", name="ended"),
        CheckConstraint("(level IN ('committee_member', 'member')) = (from_member_id IS NOT NULL)", name="near_end"),
        CheckConstraint("(level = 'member') = (households IS NOT NULL)", name="households"),
        tenant_index("state", "due_on"),
        tenant_index("level", "state"),
        tenant_index("from_member_id"),
        tenant_index("to_organization_id"),
        tenant_index("to_delegate_id"),
    )


class ContactEntry(TenantOwned, Base):
    """One contact along a link."""

    __tablename__ = "contact_entry"

    link_id: Mapped[uuid.UUID]
    contacted_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(300))
    households: Mapped[int | None] = mapped_column(SmallInteger)
    entered_by: Mapped[uuid.UUID] = account()
    entered_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("link_id", "contact_link", ondelete="RESTRICT"),
        tenant_index("link_id", "contacted_on"),
    )
