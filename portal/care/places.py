"""Where care stands in the navigation."""

from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.tenancy.levels import Level
from portal.web.navigation import Place

PLACES = (
    Place(
        label=_l("Care"),
        endpoint="care.show_overview",
        permission=Permission.CARE_LIST,
        module="registers",
        order=15,
        levels=frozenset({Level.COMMUNITY}),
    ),
)
