"""The table of which columns people want to see in a list."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_unique


class ListColumns(TenantOwned, Base):
    """The columns in which one person sees a list that says nothing of its columns."""

    __tablename__ = "list_columns"

    kind: Mapped[str] = mapped_column(String(30))
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    columns: Mapped[list[str]] = mapped_column(JSON)
    updated_at: Mapped[datetime]

    __table_args__ = (tenant_unique("kind", "owner_id"),)
