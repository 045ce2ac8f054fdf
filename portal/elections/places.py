"""Where elections stand in the navigation."""

from flask_babel import lazy_gettext

from portal.authz.permissions import Permission
from portal.tenancy.levels import Level
from portal.web.navigation import Place

PLACES = (
    Place(
        label=lazy_gettext("Owners' committee elections"),
        endpoint="elections.list_cases",
        permission=Permission.CASE_LIST,
        module="elections",
        order=60,
        on_phone=True,
        levels=frozenset({Level.COMMUNITY}),
    ),
)
