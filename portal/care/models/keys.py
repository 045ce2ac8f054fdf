"""What the tables of care share: unique indexes over some of the rows, keys to members and accounts."""

import uuid

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.tenancy.models import tenant_fk


def unique_where(name: str, *columns: str, condition: ColumnElement[bool]) -> Index:
    """Give a unique index within each tenant over the rows that meet a condition."""
    return Index(name, "tenant_id", *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def member_fk(column: str = "member_id") -> ForeignKeyConstraint:
    """Give the key to a member of the register, who cannot go while this row speaks of them."""
    return tenant_fk(column, "party_member", ondelete="RESTRICT")


def account() -> Mapped[uuid.UUID]:
    """Give the column of whoever entered a row."""
    return mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
