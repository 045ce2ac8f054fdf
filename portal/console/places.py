"""The console's entries in the navigation."""

from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.tenancy.levels import Level
from portal.web.navigation import Place

PLACES = (
    Place(
        _l("To do"),
        "console.tenant_home",
        Permission.HOME_VIEW,
        "console",
        order=0,
        on_phone=True,
        levels=frozenset(Level),
    ),
    Place(
        _l("Divisions"),
        "console.list_tenants",
        Permission.TENANT_TOTALS,
        "console",
        order=10,
        on_phone=True,
        levels=frozenset(Level) - {Level.COMMUNITY},
    ),
    Place(
        _l("People and roles"),
        "console.list_people",
        Permission.USER_LIST,
        "console",
        order=70,
        is_main=False,
        levels=frozenset(Level),
    ),
    Place(
        _l("Trail"),
        "console.list_audit_events",
        Permission.AUDIT_LIST,
        "console",
        order=75,
        is_main=False,
        levels=frozenset(Level),
    ),
    Place(_l("Long work"), "console.list_jobs", Permission.JOB_VIEW, "console", order=80, is_main=False),
)
