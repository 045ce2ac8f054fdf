"""Where the registers stand in the navigation."""

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.registers import known_contacts as _known  # noqa: F401  gives whom the community knows
from portal.tenancy.levels import Level
from portal.web.navigation import Place

PLACES = (
    Place(_("Party registers"), "registers.show_tree", Permission.ORGANIZATION_LIST, "registers", order=10),
    Place(
        _("Members"),
        "registers.list_members",
        Permission.MEMBER_LIST,
        "registers",
        order=11,
        on_phone=True,
        is_main=False,
    ),
    Place(
        _("Committees of the communities"),
        "registers.list_below",
        Permission.ORGANIZATION_BELOW,
        "registers",
        order=12,
        levels=frozenset({Level.STREET}),
    ),
)
