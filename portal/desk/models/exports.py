"""Tables of what leaves the house, and of the columns that people have named by hand."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_index, tenant_unique


class ExportOrder(TenantOwned, Base):
    """One workbook that somebody asked for: which form, narrowed how, what for, and until when it can be fetched."""

    __tablename__ = "export_order"

    form: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    in_clear: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))
    row_count: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    file_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # None: not written yet, or removed when it expired
    fetched: Mapped[int] = mapped_column(Integer)
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    asked_by_name: Mapped[str] = mapped_column(String(50))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    __table_args__ = (tenant_index("asked_at"), tenant_index("expires_at"))


class HeadingMemory(TenantOwned, Base):
    """What the columns under some headings mean, as a person here has said once.

    `fingerprint` stands for the headings of one file in their order; `places` says which place holds which column,
    and a place that stands nowhere in it is left out.
    """

    __tablename__ = "heading_memory"

    kind: Mapped[str] = mapped_column(String(30))
    fingerprint: Mapped[str] = mapped_column(String(64))
    places: Mapped[dict[str, int]] = mapped_column(JSON)
    said_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    said_at: Mapped[datetime]

    __table_args__ = (tenant_unique("kind", "fingerprint"),)
