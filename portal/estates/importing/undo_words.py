"""What the columns behind a file of units and owners are called where an undo has to speak of them."""

from flask_babel import lazy_gettext as _l

from portal.desk.row_words import register_code_words, register_row_words
from portal.estates.messages import AREA_WORDS, OWNER_WORDS, STATUS_WORDS, TITLE_WORDS, USAGE_WORDS

register_code_words(AREA_WORDS, OWNER_WORDS, STATUS_WORDS, TITLE_WORDS, USAGE_WORDS)
register_row_words(
    "estate",
    {
        "name": _l("Estate"),
        "address": _l("Address"),
        "counts_special": _l("Parking and storage count"),
        "counts_special_source": _l("Clause for it"),
    },
)
register_row_words(
    "building",
    {
        "name": _l("Building"),
        "position": _l("Place in the list"),
        "households": _l("Households"),
        "persons": _l("Residents counted"),
        "counted": _l("Counted on"),
    },
)
register_row_words(
    "unit",
    {
        "position": _l("Place in the list"),
        "exclusive_area_m2": _l("Area"),
        "area_basis": _l("Area comes from"),
        "area_document": _l("Paper of the area"),
        "sold": _l("Sold on"),
    },
)
register_row_words(
    "owner",
    {
        "user_id": _l("Account"),
        "kind": _l("Kind of owner"),
        "name": _l("Name"),
        "name_key": _l("Name"),
        "sound_key": _l("Name"),
        "id_number": _l("Identity number or credit code"),
        "guardian_name": _l("Guardian"),
        "guardian_phone": _l("Guardian's phone"),
        "head_id": _l("Counted as one owner with"),
    },
)
register_row_words(
    "ownership",
    {
        "verified_by": _l("Checked by"),
        "verified_at": _l("Checked at"),
        "unit_id": _l("Unit"),
        "valid_from": _l("Owner since"),
        "valid_until": _l("Owner until"),
        "title_basis": _l("Basis of the title"),
        "votes_from": _l("Votes from"),
        "votes_until": _l("Votes until"),
    },
)
