"""The columns of members, organizations, terms and posts as their histories tell them; personal ones masked."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.personal_data import mask_phone
from portal.desk.history import Fields, FieldText, row_id
from portal.registers import standards
from portal.registers.list_columns import SCREEN
from portal.registers.messages import KIND_WORDS, LOST_WORDS
from portal.registers.messages.structure import CATEGORY_WORDS, SITUATION_WORDS
from portal.registers.organs import CONTACT_SEAL
from portal.registers.queries import MASKS, SEALED
from portal.tenancy import vault

Names = Mapping[uuid.UUID, str]


def _text(value: Any, _state: Any) -> str:
    text: str = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text


def _yes_or_no(value: Any, _state: Any) -> str:
    return str(_("yes") if value else _("no"))


def _words(words: Any, table: Mapping[Any, Any]) -> FieldText:
    return FieldText(words, lambda value, _state: str(table.get(value, value)))


def _coded(words: Any, table: dict[str, standards.Coded]) -> FieldText:
    return FieldText(words, lambda value, _state: table[value].zh if value in table else value)


def _named(words: Any, names: Names) -> FieldText:
    return FieldText(words, lambda value, _state: names.get(value) or _("an organization that is no longer there"))


def _sealed(words: Any, name: str) -> FieldText:
    column = SEALED[name][0]

    def clear(value: Any, state: Any) -> str:
        return vault.unseal(column, state.tenant_id, row_id(state), value)

    return FieldText(words, lambda value, state: MASKS[name](clear(value, state)), clear)


def _phone(words: Any) -> FieldText:
    def clear(value: Any, state: Any) -> str:
        return vault.unseal(CONTACT_SEAL, state.tenant_id, row_id(state), value)

    return FieldText(words, lambda value, state: mask_phone(clear(value, state)), clear)


def _party_date(words: Any, by_month: str) -> FieldText:
    def text(value: Any, state: Any) -> str:
        day: str = value.isoformat()
        return day[:7] if getattr(state, by_month) else day

    return FieldText(words, text, text)


def member_fields(names: Names) -> Fields:
    """Give the columns of a member in words; `names` are those of the organizations."""
    return {
        "full_name": FieldText(_l("Name"), _text),
        "id_sealed": _sealed(_l("ID number"), "id_number"),
        "organization_id": _named(_l("Branch or group"), names),
        "member_type": _words(_l("Type"), SCREEN["type"]),
        "joined_on": _party_date(_l("Joined the Party"), "joined_by_month"),
        "full_on": _party_date(_l("Full member since"), "full_by_month"),
        "management_class": _words(_l("Class of care"), SCREEN["class"]),
        "status": _words(_l("Standing"), SCREEN["standing"]),
        "status_on": FieldText(_l("Standing since"), _text),
        "probation_until": FieldText(_l("Probation until"), _text),
        "watched_since": FieldText(_l("Under observation since"), _text),
        "watched_until": FieldText(_l("Under observation until"), _text),
        "detained_since": FieldText(_l("Detained since"), _text),
        "mobile_sealed": _sealed(_l("Mobile"), "mobile"),
        "address_sealed": _sealed(_l("Family address"), "address"),
        "work_unit": FieldText(_l("Work unit"), _text),
        "ethnic_code": _coded(_l("Ethnic group"), standards.ETHNIC_GROUPS),
        "education_code": _coded(_l("Education"), standards.EDUCATIONS),
        "job_category": _words(_l("Occupation"), SCREEN["job"]),
        "vulnerable_since": FieldText(_l("Also in need since"), _text),
        "dues_monthly": FieldText(_l("Dues a month"), _text),
        "flow_direction": _words(_l("Floating"), SCREEN["flow"]),
        "flow_place": FieldText(_l("Place of floating"), _text),
        "lost_since": FieldText(_l("Contact lost since"), _text),
        "lost_reason": _words(_l("Reason of losing contact"), LOST_WORDS),
        "estate": FieldText(_l("Estate"), _text),
        "building": FieldText(_l("Building"), _text),
    }


def organization_fields(names: Names) -> Fields:
    """Give the columns of an organization in words; `names` are those of the organizations above it."""
    return {
        "name": FieldText(_l("Full name"), _text),
        "kind": _words(_l("Kind"), KIND_WORDS),
        "parent_id": _named(_l("Directly below"), names),
        "is_greater_committee": FieldText(_l("Enlarged committee"), _yes_or_no),
        "founded_on": FieldText(_l("Set up on"), _text),
        "ended_on": FieldText(_l("Ended on"), _text),
        "category": _words(_l("Category"), CATEGORY_WORDS),
        "unit_situation": _words(_l("Unit it stands in"), SITUATION_WORDS),
        "contact_name": FieldText(_l("Contact person"), _text),
        "contact_sealed": _phone(_l("Phone of the contact person")),
        "applied_on": FieldText(_l("Applied for on"), _text),
        "replied_on": FieldText(_l("Replied to on"), _text),
        "founding_doc": FieldText(_l("Founding reply, number"), _text),
        "size_doc": FieldText(_l("Approval for fewer members than usual"), _text),
        "estate": FieldText(_l("Estate that it serves"), _text),
        "buildings": FieldText(_l("Buildings of that estate"), _text),
    }
