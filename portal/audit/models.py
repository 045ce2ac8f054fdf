"""The trail of what was done, and its seals. Append only: the portal's database role may insert and read."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.roles import Role
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class AuditEvent(TenantOwned, Base):
    """One command that one person carried out."""

    __tablename__ = "audit_event"

    tag: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # None: the system itself
    actor_role: Mapped[Role | None]
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"field": [before, after]}; never an ID number or phone
    request_id: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]

    __table_args__ = (tenant_index("at"), tenant_index("subject_type", "subject_id"), tenant_index("actor_id", "at"))


class AuditSeal(TenantOwned, Base):
    """The place of one event in its tenant's chain: digest over the digest before it and the whole event."""

    __tablename__ = "audit_seal"

    seq: Mapped[int] = mapped_column(Integer)  # 1, 2, 3 … without a gap
    event_id: Mapped[uuid.UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        tenant_fk("event_id", "audit_event", ondelete="RESTRICT"),
        tenant_unique("seq"),
        tenant_unique("event_id"),
    )
