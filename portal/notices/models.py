"""The table of public notices."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.notices.rules import NoticeKind
from portal.tenancy.models import TenantOwned, tenant_index


class PublicNotice(TenantOwned, Base):
    """A notice as it was published. Only a withdrawal may be added to it later.

    `starts_on` is the day of posting (not counted), `last_day` is included, `ends_at` is the first
    moment after it. `working` holds the steps of the computation. `subject_id` is the row of the
    module that published it.
    """

    __tablename__ = "public_notice"

    kind: Mapped[NoticeKind]
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    issuer: Mapped[str] = mapped_column(String(100))
    objection: Mapped[str] = mapped_column(String(400))
    starts_on: Mapped[date]
    last_day: Mapped[date]
    ends_at: Mapped[datetime]
    working: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    period_source: Mapped[str] = mapped_column(String(120))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    issued_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    issued_at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        CheckConstraint("last_day > starts_on", name="lasts_a_day"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        tenant_index("ends_at"),
        tenant_index("subject_id"),
    )
