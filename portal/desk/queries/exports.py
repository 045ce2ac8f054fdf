"""Reads of what left the house."""

import uuid
from datetime import datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk.models import ExportOrder


def get_order(order_id: uuid.UUID, *, tenant_id: int) -> ExportOrder:
    """Give an export of this very tenant; raises NotFound."""
    statement = select(ExportOrder).where(ExportOrder.id == order_id, ExportOrder.tenant_id == tenant_id)
    order = db.session.scalars(statement).one_or_none()
    if order is None:
        raise NotFound
    return order


def count_orders(*, tenant_id: int) -> int:
    """Count the exports of this tenant."""
    statement = select(func.count()).select_from(ExportOrder).where(ExportOrder.tenant_id == tenant_id)
    return db.session.scalar(statement) or 0


def list_orders(*, tenant_id: int, limit: int = 20, offset: int = 0) -> list[ExportOrder]:
    """Give exports of this tenant, the newest first."""
    statement = select(ExportOrder).where(ExportOrder.tenant_id == tenant_id)
    newest = statement.order_by(ExportOrder.asked_at.desc(), ExportOrder.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(offset)))


def list_expired(now: datetime, *, tenant_id: int) -> list[ExportOrder]:
    """Give the exports whose files are still there although their days are over."""
    statement = select(ExportOrder).where(
        ExportOrder.tenant_id == tenant_id, ExportOrder.expires_at <= now, ExportOrder.file_id.is_not(None)
    )
    return list(db.session.scalars(statement))
