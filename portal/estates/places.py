"""Where the estates register stands in the navigation."""

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.estates.queries import known as _known  # noqa: F401  gives the places by name
from portal.tenancy.levels import Level
from portal.web.navigation import Place

PLACES = (
    Place(
        label=_("Estates"),
        endpoint="estates.list_estates",
        permission=Permission.ESTATE_LIST,
        module="estates",
        order=50,
        levels=frozenset({Level.COMMUNITY}),
    ),
)
