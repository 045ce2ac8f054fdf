"""People and what they are in which tenant. Global: one person, many tenants."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.roles import Role
from portal.core.db import Base
from portal.core.ids import new_id


class UserAccount(Base):
    """A person who signs in."""

    __tablename__ = "user_account"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_name: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    mobile_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_hash: Mapped[str] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(32))  # changes with the password: other sessions end
    must_change_password: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoleGrant(Base):
    """One role of one person in one tenant, from a moment (included) until a moment (not included)."""

    __tablename__ = "role_grant"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="RESTRICT"))
    role: Mapped[Role]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    granted_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        Index(None, "user_id", "tenant_id"),
        Index(None, "tenant_id", "role"),
    )


class SignInAttempt(Base):
    """One try to sign in. Counted across processes and restarts, so that guessing is slow everywhere."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_index: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the name as typed; not readable
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]
    has_succeeded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "account_index", "at"), Index(None, "address", "at"))
