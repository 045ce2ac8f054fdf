"""The columns of the estates register as its histories tell them; numbers and phones masked."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.personal_data import mask_id_number, mask_phone
from portal.desk.history import Fields, FieldText, plain_text, sealed, worded
from portal.estates.messages import AREA_WORDS, OWNER_WORDS, STATUS_WORDS, TITLE_WORDS, USAGE_WORDS
from portal.web.templating import moment

PERCENT = 100


def estate_fields() -> Fields:
    """Give the columns of an estate in words."""
    return {
        "name": FieldText(_l("Name of the estate"), plain_text),
        "address": FieldText(_l("Address"), plain_text),
        "counts_special": FieldText(_l("Parking, storage and special spaces count in votes"), _yes_or_no),
        "counts_special_source": FieldText(_l("Clause of the rules of procedure"), plain_text),
    }


def building_fields() -> Fields:
    """Give the columns of a building in words."""
    return {
        "name": FieldText(_l("Name of the building"), plain_text),
        "phase": FieldText(_l("Phase"), plain_text),
        "households": FieldText(_l("Households living here"), plain_text),
        "persons": FieldText(_l("Persons living here"), plain_text),
        "counted_on": FieldText(_l("Counted on"), plain_text),
    }


def ownership_fields() -> Fields:
    """Give the columns of an ownership in words."""
    return {
        "valid_from": FieldText(_l("Owner since"), plain_text),
        "valid_until": FieldText(_l("Owner until"), plain_text),
        "title_basis": worded(_l("Ground of ownership"), TITLE_WORDS),
        "document": FieldText(_l("Paper that was seen"), plain_text),
        "share": FieldText(_l("Share"), lambda value, _state: f"{value / PERCENT:g} %"),
        "votes_from": FieldText(_l("Votes from"), plain_text),
        "votes_until": FieldText(_l("Votes until"), plain_text),
        "verified_at": FieldText(_l("Checked at"), lambda value, _state: moment(value)),
    }


def company_fields() -> Fields:
    """Give the columns of a property company in words."""
    return {
        "name": FieldText(_l("Company name"), plain_text),
        "credit_code": FieldText(_l("Unified social credit code"), plain_text),
    }


def contract_fields() -> Fields:
    """Give the columns of a service contract in words."""
    return {
        "valid_from": FieldText(_l("First day of the contract"), plain_text),
        "valid_until": FieldText(_l("First day without it"), plain_text),
        "fee_per_m2_month": FieldText(_l("Fee in ¥ per m² and month"), lambda value, _state: f"{value.normalize():f}"),
    }


def _yes_or_no(value: Any, _state: Any) -> str:
    return str(_("yes") if value else _("no"))


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
