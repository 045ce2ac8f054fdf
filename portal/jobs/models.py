"""Long work that a person started and watches."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.roles import Role
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_index


class JobState(StrEnum):
    """WAITING → RUNNING → DONE, or FAILED with everything of the failed piece undone."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(TenantOwned, Base):
    """One piece of long work. `done`, `total` and `cursor` change in the same transaction as the rows they count."""

    __tablename__ = "job"

    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids and choices; never personal data
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    cursor: Mapped[int] = mapped_column(Integer, default=0)
    result_url: Mapped[str | None] = mapped_column(String(300))
    error: Mapped[str | None] = mapped_column(String(200))  # a code of the messages, or a short number to look up
    started_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    started_by_name: Mapped[str] = mapped_column(String(50))
    acting_as: Mapped[Role | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (tenant_index("created_at"),)
