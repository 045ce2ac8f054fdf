"""The columns of members, organizations, terms and posts as their histories tell them; personal ones masked."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.personal_data import mask_phone
from portal.desk.history import Fields, FieldText, plain_text, sealed, worded
from portal.registers import standards
from portal.registers.list_columns import SCREEN
from portal.registers.messages import HARDSHIP_WORDS, KIND_WORDS, LOST_WORDS, SERVICE_WORDS
from portal.registers.messages.structure import (
    CATEGORY_WORDS,
    MANNER_WORDS,
    NATURE_WORDS,
    POST_WORDS,
    SITUATION_WORDS,
)
from portal.registers.organs import CONTACT_SEAL, UNIT_SEAL
from portal.registers.queries import MASKS, SEALED
from portal.registers.queries.links import LINK_MOBILE
from portal.registers.rules.extras import SENSITIVE, split_intents
from portal.web.templating import plain_day, plain_month

Names = Mapping[uuid.UUID, str]


def _yes_or_no(value: Any, _state: Any) -> str:
    return str(_("yes") if value else _("no"))


def _services(value: Any, _state: Any) -> str:
    return str(_("、")).join(str(SERVICE_WORDS[each]) for each in split_intents(value))


def _coded(words: Any, table: dict[str, standards.Coded]) -> FieldText:
    return FieldText(words, lambda value, _state: table[value].zh if value in table else value)


def _named(words: Any, names: Names) -> FieldText:
    return FieldText(words, lambda value, _state: names.get(value) or _("an organization that is no longer there"))


def _party_date(words: Any, by_month: str) -> FieldText:
    def text(value: Any, state: Any) -> str:
        return plain_month(value) if getattr(state, by_month) else plain_day(value)

    return FieldText(words, text, text)


def member_fields(names: Names, *, sees: bool) -> Fields:
    """Give the columns of a member in words; `names` are those of the organizations.

    `sees`: need, hardship and dues, too; whoever may not see them does not learn that they changed.
    """
    fields = _member_fields(names)
    return fields if sees else {column: each for column, each in fields.items() if column not in SENSITIVE}


def _member_fields(names: Names) -> dict[str, FieldText]:
    return {
        "full_name": FieldText(_l("Name"), plain_text),
        "id_sealed": sealed(_l("ID number"), SEALED["id_number"][0], MASKS["id_number"]),
        "organization_id": _named(_l("Branch or group"), names),
        "member_type": worded(_l("Type"), SCREEN["type"]),
        "joined_on": _party_date(_l("Joined the Party"), "joined_by_month"),
        "full_on": _party_date(_l("Full member since"), "full_by_month"),
        "management_class": worded(_l("Class of care"), SCREEN["class"]),
        "status": worded(_l("Standing"), SCREEN["standing"]),
        "status_on": FieldText(_l("Standing since"), plain_text),
        "probation_until": FieldText(_l("Probation until"), plain_text),
        "watched_since": FieldText(_l("Under observation since"), plain_text),
        "watched_until": FieldText(_l("Under observation until"), plain_text),
        "detained_since": FieldText(_l("Detained since"), plain_text),
        "mobile_sealed": sealed(_l("Mobile"), SEALED["mobile"][0], MASKS["mobile"]),
        "address_sealed": sealed(_l("Family address"), SEALED["address"][0], MASKS["address"]),
        "work_unit": FieldText(_l("Work unit"), plain_text),
        "ethnic_code": _coded(_l("Ethnic group"), standards.ETHNIC_GROUPS),
        "education_code": _coded(_l("Education"), standards.EDUCATIONS),
        "job_category": worded(_l("Occupation"), SCREEN["job"]),
        "vulnerable_since": FieldText(_l("Also in need since"), plain_text),
        "dues_monthly": FieldText(_l("Dues a month"), plain_text),
        "hardship_level": worded(_l("Level of hardship"), HARDSHIP_WORDS),
        "on_owners_committee": FieldText(_l("On the owners' committee"), _yes_or_no),
        "skills": FieldText(_l("Good at"), plain_text),
        "service_intents": FieldText(_l("Wants to help with"), _services),
        "flow_direction": worded(_l("Floating"), SCREEN["flow"]),
        "flow_place": FieldText(_l("Place of floating"), plain_text),
        "lost_since": FieldText(_l("Contact lost since"), plain_text),
        "lost_reason": worded(_l("Reason of losing contact"), LOST_WORDS),
        "estate": FieldText(_l("Estate"), plain_text),
        "building": FieldText(_l("Building"), plain_text),
    }


def organization_fields(names: Names) -> Fields:
    """Give the columns of an organization in words; `names` are those of the organizations above it."""
    return {
        "name": FieldText(_l("Full name"), plain_text),
        "kind": worded(_l("Kind"), KIND_WORDS),
        "parent_id": _named(_l("Directly below"), names),
        "is_greater_committee": FieldText(_l("Enlarged committee"), _yes_or_no),
        "founded_on": FieldText(_l("Set up on"), plain_text),
        "ended_on": FieldText(_l("Ended on"), plain_text),
        "category": worded(_l("Category"), CATEGORY_WORDS),
        "unit_situation": worded(_l("Unit it stands in"), SITUATION_WORDS),
        "contact_name": FieldText(_l("Contact person"), plain_text),
        "contact_sealed": sealed(_l("Phone of the contact person"), CONTACT_SEAL, mask_phone),
        "applied_on": FieldText(_l("Applied for on"), plain_text),
        "replied_on": FieldText(_l("Replied to on"), plain_text),
        "founding_doc": FieldText(_l("Founding reply, number"), plain_text),
        "size_doc": FieldText(_l("Approval for fewer members than usual"), plain_text),
        "estate": FieldText(_l("Estate that it serves"), plain_text),
        "buildings": FieldText(_l("Buildings of that estate"), plain_text),
    }


def link_fields(names: Names) -> Fields:
    """Give the columns of a second belonging in words; `names` are those of the organizations."""
    return {
        "full_name": FieldText(_l("Name"), plain_text),
        "other_name": FieldText(_l("The other end"), plain_text),
        "organization_id": _named(_l("Organization of this register"), names),
        "mobile_sealed": sealed(_l("Mobile"), LINK_MOBILE, mask_phone),
        "from_on": FieldText(_l("From"), plain_text),
        "until_on": FieldText(_l("First day on which it no longer holds"), plain_text),
    }


def term_fields() -> Fields:
    """Give the columns of a term in words."""
    return {
        "session_no": FieldText(_l("Session number"), plain_text),
        "starts_on": FieldText(_l("Elected on"), plain_text),
        "due_on": FieldText(_l("Election due on"), plain_text),
        "ended_on": FieldText(_l("Day it ended"), plain_text),
        "manner": worded(_l("Who elected"), MANNER_WORDS),
        "approved_doc": FieldText(_l("Reply of the upper organization, number"), plain_text),
        "seats": FieldText(_l("Seats"), plain_text),
        "candidates": FieldText(_l("Candidates"), plain_text),
        "entitled": FieldText(_l("Entitled to attend"), plain_text),
        "attended": FieldText(_l("Attended"), plain_text),
        "moved_to": FieldText(_l("New day of the election"), plain_text),
        "moved_approved_on": FieldText(_l("New day approved on"), plain_text),
        "moved_doc": FieldText(_l("Document of the new day"), plain_text),
        "moved_reason": FieldText(_l("Reason for the new day"), plain_text),
    }


def post_fields(units: Names) -> Fields:
    """Give the columns of a post in words; `units` are the names of work units."""
    return {
        "kind": worded(_l("Post"), POST_WORDS),
        "person_name": FieldText(_l("Name"), plain_text),
        "member_id": FieldText(_l("Member of this register"), lambda _value, _state: _("linked")),
        "work_unit_id": FieldText(_l("Work unit"), lambda value, _state: units.get(value) or _("another record")),
        "duty": FieldText(_l("In charge of"), plain_text),
        "from_on": FieldText(_l("In the post since"), plain_text),
        "until_on": FieldText(_l("First day without the post"), plain_text),
        "end_reason": FieldText(_l("Reason for its end"), plain_text),
        "votes": FieldText(_l("Votes"), plain_text),
        "doc": FieldText(_l("Appointment, number"), plain_text),
    }


def work_unit_fields() -> Fields:
    """Give the columns of a work unit in words; the telephone masked."""
    return {
        "name": FieldText(_l("Name of the unit"), plain_text),
        "short_name": FieldText(_l("Short name that members write"), plain_text),
        "credit_code": FieldText(_l("Unified social credit code"), plain_text),
        "nature": worded(_l("Nature"), NATURE_WORDS),
        "is_resident": FieldText(_l("Resident unit"), _yes_or_no),
        "address": FieldText(_l("Address"), plain_text),
        "head_name": FieldText(_l("Head"), plain_text),
        "contact_name": FieldText(_l("Contact person"), plain_text),
        "phone_sealed": sealed(_l("Telephone"), UNIT_SEAL, mask_phone),
    }
