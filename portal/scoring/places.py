"""Where scoring stands in the navigation."""

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.tenancy.levels import Level
from portal.web.navigation import Place

COMMUNITY = frozenset({Level.COMMUNITY})

PLACES = (
    Place(
        label=_("Rounds of scoring"),
        endpoint="scoring.list_rounds",
        permission=Permission.ROUND_LIST,
        module="scoring",
        order=40,
        on_phone=True,
        levels=COMMUNITY,
    ),
    Place(
        label=_("Score the property company"),
        endpoint="scoring.list_ballots",
        permission=Permission.BALLOT_SUBMIT,
        module="scoring",
        order=41,
        on_phone=True,
        levels=COMMUNITY,
    ),
    Place(
        label=_("Results of scoring"),
        endpoint="scoring.list_results",
        permission=Permission.RESULT_READ,
        module="scoring",
        order=42,
        levels=COMMUNITY,
    ),
)
