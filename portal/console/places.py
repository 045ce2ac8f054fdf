"""The console's entries in the navigation."""

from flask_babel import lazy_gettext as _l

from portal.authz.permissions import Permission
from portal.web.navigation import Place

PLACES = (
    Place(_l("To do"), "console.tenant_home", Permission.HOME_VIEW, "console", order=0, on_phone=True),
    Place(_l("Long work"), "console.list_jobs", Permission.JOB_VIEW, "console", order=80),
)
