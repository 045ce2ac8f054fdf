"""The one file store: uploads, evidence and finished workbooks, sealed like any personal data."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.core.db import Base
from portal.tenancy.models import TenantOwned


class StoredFile(TenantOwned, Base):
    """One file of one tenant. In the database, so that it is there exactly when what speaks of it is there."""

    __tablename__ = "stored_file"

    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)  # bytes, unsealed
    sealed: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    stored_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    stored_at: Mapped[datetime]
