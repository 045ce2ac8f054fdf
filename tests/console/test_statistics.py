"""Totals for the levels above, counted per tenant."""

from sqlalchemy import select

from portal.console.statistics import refresh_statistics
from portal.core.db import db
from portal.tenancy.models import TenantStatistic
from portal.tenancy.scope import NOTHING, reading
from tests.conftest import Portal
from tests.makers import NOW
from tests.reporting import makers as reporting


def counted(tenant_id: int) -> dict[str, int]:
    with reading(NOTHING):
        rows = db.session.execute(
            select(TenantStatistic.measure, TenantStatistic.value).where(TenantStatistic.tenant_id == tenant_id)
        )
        return {row.measure: row.value for row in rows}


def test_each_tenant_counts_its_own_and_twice_is_once(portal: Portal) -> None:
    ids = reporting.fill(portal, portal.here, "自家")
    assert ids
    for _ in range(2):
        refresh_statistics(portal.here, now=NOW)
        refresh_statistics(portal.there, now=NOW)
    assert counted(portal.here)["reports"] >= 1
    there = counted(portal.there)
    assert set(there.values()) == {0}
    assert {"members", "full_members", "branches", "warnings", "lost", "reports"} <= set(there)
