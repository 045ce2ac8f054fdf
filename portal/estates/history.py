"""The columns of units and owners as their histories tell them; numbers and phones masked."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.personal_data import mask_id_number, mask_phone
from portal.desk.history import Fields, FieldText, plain_text, sealed, worded
from portal.estates.messages import AREA_WORDS, OWNER_WORDS, STATUS_WORDS, USAGE_WORDS


def unit_fields() -> Fields:
    """Give the columns of a unit in words."""
    return {
        "room": FieldText(_l("Room"), plain_text),
        "exclusive_area_m2": FieldText(_l("Area"), plain_text),
        "area_basis": worded(_l("Basis of the area"), AREA_WORDS),
        "area_document": FieldText(_l("Paper of the area"), plain_text),
        "status": worded(_l("State"), STATUS_WORDS),
        "sold_on": FieldText(_l("Sold on"), plain_text),
        "delivered_on": FieldText(_l("Handed over on"), plain_text),
        "usage": worded(_l("Usage"), USAGE_WORDS),
    }


def owner_fields(names: Mapping[uuid.UUID, str]) -> Fields:
    """Give the columns of an owner in words; `names` are those of the entries that count with this one."""
    return {
        "kind": worded(_l("Kind"), OWNER_WORDS),
        "name": FieldText(_l("Name"), plain_text),
        "id_number_sealed": sealed(_l("ID number or credit code"), "owner.id_number", mask_id_number),
        "phone_sealed": sealed(_l("Telephone"), "owner.phone", mask_phone),
        "guardian_name": FieldText(_l("Guardian who votes"), plain_text),
        "guardian_phone_sealed": sealed(_l("Phone of the guardian"), "owner.guardian_phone", mask_phone),
        "head_id": FieldText(_l("Counts with"), lambda value, _state: names.get(value) or _("another entry")),
        "user_id": FieldText(_l("Account"), lambda _value, _state: _("linked")),
    }
