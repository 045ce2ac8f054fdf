"""Where the desk stands in the navigation."""

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.web.navigation import Place

PLACES = (
    Place(_("Imports"), "desk.list_batches", Permission.DESK_USE, "registers", order=70, is_main=False),
    Place(_("Forms"), "desk.list_forms", Permission.DESK_USE, "registers", order=71, is_main=False),
)
