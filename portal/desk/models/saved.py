"""The table of lists that people keep under a name."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_unique


class SavedList(TenantOwned, Base):
    """A list under a name: filter, columns and order as they stand in its address, never a number."""

    __tablename__ = "saved_list"

    kind: Mapped[str] = mapped_column(String(30))  # which list, such as `members`
    name: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, str]] = mapped_column(JSON)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    owner_name: Mapped[str] = mapped_column(String(50))
    is_shared: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]

    __table_args__ = (tenant_unique("kind", "owner_id", "name"),)
