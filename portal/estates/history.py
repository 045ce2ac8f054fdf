"""The columns of units and owners as their histories tell them; numbers and phones masked."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.personal_data import mask_id_number, mask_phone
from portal.desk.history import Fields, FieldText, row_id
from portal.estates.messages import AREA_WORDS, OWNER_WORDS, STATUS_WORDS, USAGE_WORDS
from portal.tenancy import vault


def _text(value: Any, _state: Any) -> str:
    text: str = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text


def _words(words: Any, table: Mapping[Any, Any]) -> FieldText:
    return FieldText(words, lambda value, _state: str(table.get(value, value)))


def _sealed(words: Any, field: str, mask: Callable[[str], str]) -> FieldText:
    def clear(value: Any, state: Any) -> str:
        return vault.unseal(f"owner.{field}", state.tenant_id, row_id(state), value)

    return FieldText(words, lambda value, state: mask(clear(value, state)), clear)


def unit_fields() -> Fields:
    """Give the columns of a unit in words."""
    return {
        "room": FieldText(_l("Room"), _text),
        "exclusive_area_m2": FieldText(_l("Area"), _text),
        "area_basis": _words(_l("Basis of the area"), AREA_WORDS),
        "area_document": FieldText(_l("Paper of the area"), _text),
        "status": _words(_l("State"), STATUS_WORDS),
        "sold_on": FieldText(_l("Sold on"), _text),
        "delivered_on": FieldText(_l("Handed over on"), _text),
        "usage": _words(_l("Usage"), USAGE_WORDS),
    }


def owner_fields(names: Mapping[uuid.UUID, str]) -> Fields:
    """Give the columns of an owner in words; `names` are those of the entries that count with this one."""
    return {
        "kind": _words(_l("Kind"), OWNER_WORDS),
        "name": FieldText(_l("Name"), _text),
        "id_number_sealed": _sealed(_l("ID number or credit code"), "id_number", mask_id_number),
        "phone_sealed": _sealed(_l("Telephone"), "phone", mask_phone),
        "guardian_name": FieldText(_l("Guardian who votes"), _text),
        "guardian_phone_sealed": _sealed(_l("Phone of the guardian"), "guardian_phone", mask_phone),
        "head_id": FieldText(_l("Counts with"), lambda value, _state: names.get(value) or _("another entry")),
        "user_id": FieldText(_l("Account"), lambda _value, _state: _("linked")),
    }
