"""Where double reporting stands in the navigation."""

from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.tenancy.levels import Level
from portal.web.navigation import Place

COMMUNITY = frozenset({Level.COMMUNITY})

PLACES = (
    Place(
        label=_l("Double reporting"),
        endpoint="reporting.list_reports",
        permission=Permission.REPORT_DECIDE,
        module="reporting",
        order=40,
        on_phone=True,
        levels=COMMUNITY,
    ),
    Place(
        label=_l("My report"),
        endpoint="reporting.show_my_report",
        permission=Permission.SERVICE_LOG,
        module="reporting",
        order=41,
        on_phone=True,
        levels=COMMUNITY,
    ),
    Place(
        label=_l("Claim posts"),
        endpoint="reporting.list_open_posts",
        permission=Permission.POST_CLAIM,
        module="reporting",
        order=42,
        on_phone=True,
        levels=COMMUNITY,
    ),
    Place(
        label=_l("My card"),
        endpoint="reporting.show_my_card",
        permission=Permission.SERVICE_LOG,
        module="reporting",
        order=43,
        on_phone=True,
        levels=COMMUNITY,
    ),
)
