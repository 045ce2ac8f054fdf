"""The organization above the highest one here, which is not in this register.

A community reads nothing of its street, so the name follows from the division's: every sub-district and town has one
committee and it bears its name.
"""

from portal.registers.rules.structure import committee_of
from portal.tenancy.levels import Level
from portal.tenancy.queries import TenantRef


def upper_name(tenant: TenantRef) -> str | None:
    """Give the name of the street's committee above a community's highest organization; None for other divisions."""
    if tenant.level is not Level.COMMUNITY or tenant.parent_name is None:
        return None
    return committee_of(tenant.parent_name)[1]
