"""Totals of one tenant for the levels above: numbers, never people. Counted anew when something happened there."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete

from portal.core.db import db
from portal.registers.queries import MemberFilter, count_members
from portal.reporting.queries.reports import count_reports
from portal.reporting.rules import ReportState
from portal.tenancy.models import TenantStatistic
from portal.tenancy.scope import scope_of, transaction

MEASURES: dict[str, Callable[[int], int]] = {
    "members": lambda tenant_id: count_members(MemberFilter(), tenant_id=tenant_id),
    "reports": lambda _tenant_id: count_reports().get(ReportState.ACCEPTED, 0),
}


def refresh_statistics(tenant_id: int, *, now: datetime) -> None:
    """Count one tenant's totals anew, in a transaction of its own."""
    with transaction(scope_of(tenant_id)):
        values = {measure: count(tenant_id) for measure, count in MEASURES.items()}
        db.session.execute(delete(TenantStatistic).where(TenantStatistic.tenant_id == tenant_id))
        db.session.add_all(
            TenantStatistic(tenant_id=tenant_id, measure=measure, value=value, counted_at=now)
            for measure, value in values.items()
        )
