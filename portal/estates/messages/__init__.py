"""The sentence of each rule of the estates register, and its words for choices."""

from flask_babel import lazy_gettext as _

from portal.estates.rules import AreaBasis, OwnerKind, TitleBasis, UnitStatus

MESSAGES = {
    "estates.area_wrong": _("The area must be above 0 and at most %(limit)s m², to 0.01 m²."),
    "estates.days_wrong": _("The last day must lie after the first."),
    "estates.share_wrong": _("The shares of all owners make more than the whole unit."),
    "estates.line_unreadable": _("Line %(line)s cannot be read: “%(text)s”. Write the room, a blank and the area."),
    "estates.line_area_wrong": _("Line %(line)s: the area must be above 0, to 0.01 m²."),
    "estates.line_twice": _("Line %(line)s: room %(room)s is there twice."),
    "estates.lines_count": _("Write one unit a line, at least one and at most %(limit)s."),
    "estates.name_taken": _("This community has an estate called %(name)s already."),
    "estates.building_taken": _("This estate has a building called %(name)s already."),
    "estates.room_taken": _("Room %(room)s is in the register already. Nothing was added."),
    "estates.representative_taken": _("Another co-owner votes for this unit already."),
    "estates.owner_there": _("%(name)s is entered as an owner of this unit already."),
    "estates.own_claim": _("Nobody verifies a unit of their own. Please ask a colleague."),
    "estates.owner_has_account": _("This owner is linked to another account already."),
    "estates.account_has_owner": _("This account is linked to another owner here already."),
    "estates.account_unknown": _("There is no account with this user name or mobile number."),
    "estates.ownership_ended": _("This ownership has an end already."),
    "estates.contract_overlaps": _("Another contract of this estate runs on these days."),
}

STATUS_WORDS = {
    UnitStatus.UNSOLD: _("not sold"),
    UnitStatus.SOLD_UNDELIVERED: _("sold, not handed over"),
    UnitStatus.DELIVERED: _("handed over"),
}

AREA_WORDS = {
    AreaBasis.REGISTERED: _("area in the property register"),
    AreaBasis.SURVEYED: _("surveyed area"),
    AreaBasis.CONTRACT: _("area in the purchase contract"),
}

TITLE_WORDS = {
    TitleBasis.REGISTERED: _("entry in the property register"),
    TitleBasis.POSSESSION: _("lives there under a purchase contract, not yet entered"),
    TitleBasis.INHERITANCE: _("inheritance"),
    TitleBasis.COURT: _("judgment or arbitral award"),
    TitleBasis.BUILT: _("built lawfully by the owner"),
}

OWNER_WORDS = {OwnerKind.PERSON: _("person"), OwnerKind.ORGANIZATION: _("organization")}
