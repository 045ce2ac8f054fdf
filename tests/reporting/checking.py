"""What tests of the commands of double reporting look at: events, refusals, rows afresh."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from tests.conftest import Portal


def events(portal: Portal, tag: str) -> list[AuditEvent]:
    """Give the events of one tag here."""
    with portal.inside():
        return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag)))


def all_events(portal: Portal) -> int:
    with portal.inside():
        return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def refused(portal: Portal, code: str, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Run a command that must refuse with `code` and write no event."""
    before = all_events(portal)
    with pytest.raises(RuleBroken) as caught, portal.inside():
        call(*args, **kwargs)
    assert caught.value.code == code
    assert all_events(portal) == before


def reload(portal: Portal, row: Any) -> Any:
    """Give the row as the database has it."""
    model = type(row)
    with portal.inside():
        return db.session.scalars(
            select(model).where(model.id == row.id).execution_options(populate_existing=True)
        ).one()


# --- reports -----------------------------------------------------------------
