"""The sentence of each rule of the estates register, and its words for choices."""

from flask_babel import lazy_gettext as _

from portal.estates.rules import AreaBasis, ContactKind, HeadVerdict, OwnerKind, PairReason, TitleBasis, UnitStatus
from portal.estates.rules import UnitUsage as Usage

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
    "estates.room_there": _("Another unit of this building is called %(room)s already."),
    "estates.code_taken": _("%(name)s is in the register under this code."),
    "estates.representative_taken": _("Another co-owner votes for this unit already."),
    "estates.owner_there": _("%(name)s is entered as an owner of this unit already."),
    "estates.own_claim": _("Nobody verifies a unit of their own. Please ask a colleague."),
    "estates.owner_has_account": _("This owner is linked to another account already."),
    "estates.account_has_owner": _("This account is linked to another owner here already."),
    "estates.account_unknown": _("There is no account with this user name or mobile number."),
    "estates.ownership_ended": _("This ownership has an end already."),
    "estates.contract_overlaps": _("Another contract of this estate runs on these days."),
    "estates.contract_longer": _("A contract can be made shorter here. For a longer one enter the next contract."),
    "estates.fee_wrong": _("The fee must be between ¥0 and ¥%(limit)s per m² and month, to ¥0.001."),
    "estates.counts_wrong": _("Write whole numbers; there are at least as many persons as households."),
    "estates.day_ahead": _("This day lies ahead. Enter it once it has come."),
    "estates.day_without_step": _("This day does not go with the state chosen above."),
    "estates.delivered_before_sold": _("The unit cannot be handed over before it is sold."),
    "estates.possession_needs_handover": _(
        "Who is not entered in the register yet counts as the owner once the unit was handed over. "
        "Interpretation on building ownership (2020), art. 1."
    ),
    "estates.clause_needed": _("Write which clause of the rules of procedure lets these spaces vote."),
    "estates.sold_before_owned": _("An owner of this unit begins on that day or later. Look at the days again."),
    "estates.not_owner_then": _("On that day this person does not own the unit."),
    "estates.represents_already": _("This owner votes for the unit already."),
    "estates.representative_no_owner": _("%(name)s owns nothing in this building, so cannot represent its owners."),
    "estates.contact_missing": _("Choose somebody from the register, or write the name."),
    "estates.contact_both": _("Choose from the register or write a name, not both."),
    "estates.contact_no_unit": _("A partner unit is a unit, not a person."),
    "estates.contact_no_person": _("Only a partner unit is a unit; the others are people."),
    "estates.contact_later": _("%(name)s is entered from that day or later. End that first."),
    "estates.reason_needed": _("Write a reason of %(least)s to %(most)s characters."),
    "estates.nothing_to_undo": _("There is no change of the last %(days)s days that could be taken back."),
    "estates.same_entry": _("Choose two different entries."),
    "estates.pairs_changed": _("There are %(number)s such pairs by now. Look again before you answer them all."),
    "estates.two_numbers": _("These entries have two different ID numbers, so they are two owners."),
    "estates.decision_undone": _("This decision was taken back already."),
    "estates.import_place": _("Write the estate: this community has several."),
    "estates.import_choice": _("“%(found)s” is not known. Known are: %(known)s."),
    "estates.import_area": _("“%(found)s” is not an area in m². Write a number such as 89.50."),
    "estates.import_area_missing": _("This unit is new, so its area is needed."),
    "estates.import_share": _("“%(found)s” is not a share. Write 50%% or 1/2."),
    "estates.import_counts": _("There are %(names)s names and %(others)s numbers or phones. Write one for each name."),
    "estates.import_other_owner": _(
        "%(owner)s owns this unit. If it was sold, write since when the new owner holds it; "
        "if they own it together, write both names in one row or in rows one below the other."
    ),
    "estates.import_long": _("Too long; at most %(longest)s characters."),
    "estates.import_number_of_other": _("This number belongs to %(owner)s in the register."),
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

USAGE_WORDS = {
    Usage.DWELLING: _("dwelling"),
    Usage.SHOP: _("shop or office"),
    Usage.PARKING: _("parking space"),
    Usage.STORAGE: _("storage room"),
    Usage.SPECIAL: _("other special space"),
}

CONTACT_WORDS = {
    ContactKind.COMMUNITY_WORKER: _("Community worker"),
    ContactKind.POLICE_OFFICER: _("Police officer"),
    ContactKind.GRID_HEAD: _("Grid head"),
    ContactKind.BUILDING_HEAD: _("Building head"),
    ContactKind.PARTNER_UNIT: _("Partner unit"),
    ContactKind.OWNERS_REPRESENTATIVE: _("Owners' representative"),
}

VERDICT_WORDS = {
    HeadVerdict.ONE: _("one owner"),
    HeadVerdict.NOT_ONE: _("two owners"),
    HeadVerdict.LATER: _("put off"),
}

REASON_WORDS = {
    PairReason.SAME_NUMBER: _("the same ID number or credit code"),
    PairReason.SAME_NAME_AND_PHONE: _("the same name and the same phone"),
    PairReason.SAME_NAME: _("the same name, spelling apart"),
    PairReason.SAME_SOUND_AND_PHONE: _("names that sound the same, and the same phone"),
    PairReason.SAME_PHONE: _("the same phone under two names"),
    PairReason.SAME_SOUND: _("names that sound the same"),
}

FIELD_WORDS = {
    "id_number": _("Identity number or credit code"),
    "phone": _("Phone"),
    "guardian_phone": _("Guardian's phone"),
}
