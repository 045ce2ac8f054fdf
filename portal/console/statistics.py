"""Totals of one tenant for the levels above: numbers, never people. Counted anew when something happened there."""

from collections import Counter
from datetime import datetime

from sqlalchemy import delete

from portal.core import clock
from portal.core.db import db
from portal.registers.queries import count_by_filter
from portal.registers.queries.filters import MemberFilter, count_lost
from portal.registers.queries.organizations import judge, organization_states
from portal.registers.rules import BRANCH_KINDS
from portal.registers.rules.structure import Weight
from portal.reporting.queries.reports import count_reports
from portal.reporting.rules import ReportState
from portal.tenancy.models import TenantStatistic
from portal.tenancy.scope import scope_of, transaction

TERM_END = "term-end:"
"""A measure for each day on which terms end: what is over is told by the day on which somebody looks, not counts."""


def refresh_statistics(tenant_id: int, *, now: datetime) -> None:
    """Count one tenant's totals anew, in a transaction of its own."""
    with transaction(scope_of(tenant_id)):
        values = count_measures(tenant_id, now=now)
        db.session.execute(delete(TenantStatistic).where(TenantStatistic.tenant_id == tenant_id))
        db.session.add_all(
            TenantStatistic(tenant_id=tenant_id, measure=measure, value=value, counted_at=now)
            for measure, value in values.items()
        )


def count_measures(tenant_id: int, *, now: datetime) -> dict[str, int]:
    """Give every measure of the tenant in scope, in five statements.

    `warnings` counts the organizations of which the national rule warns, `lost` the present members without contact.
    """
    today, counts = clock.today(now), count_by_filter(tenant_id=tenant_id)
    judged = judge(organization_states(tenant_id=tenant_id, today=today), today=today)
    ends = Counter(each.state.term.ends_on for each in judged if each.state.term)
    return {
        "members": counts.total,
        "full_members": counts.full,
        "organizations": len(judged),
        "branches": sum(each.state.kind in BRANCH_KINDS for each in judged),
        "warnings": sum(any(found.weight is Weight.WARNING for found in each.findings) for each in judged),
        "lost": count_lost(MemberFilter(), tenant_id=tenant_id),
        "reports": count_reports().get(ReportState.ACCEPTED, 0),
        **{f"{TERM_END}{day.isoformat()}": number for day, number in ends.items()},
    }
