"""A member's fields as people see them where two records stand side by side."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from portal.registers import merging, standards
from portal.registers.messages import (
    CLASS_WORDS,
    FLOW_WORDS,
    JOB_WORDS,
    LOST_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
)
from portal.registers.models import PartyMember
from portal.registers.rules import PartyDate

UNIT_WORDS: dict[str, Any] = {
    "full_name": _("Name"),
    "id_number": _("ID number"),
    "organization": _("Branch or group"),
    "member_type": _("Type"),
    "status": _("Standing"),
    "joined": _("Joined the Party"),
    "full": _("Full member since"),
    "probation_until": _("Probation extended until"),
    "management_class": _("Class of care"),
    "mobile": _("Mobile"),
    "address": _("Family address"),
    "estate": _("Estate"),
    "building": _("Building"),
    "work_unit": _("Work unit"),
    "job_category": _("Occupation"),
    "ethnic_code": _("Ethnic group"),
    "education_code": _("Education"),
    "vulnerable_since": _("Also in need since"),
    "dues_monthly": _("Dues a month"),
    "flow": _("Floating"),
    "lost": _("Lost contact"),
    "watch": _("Under observation"),
    "detained": _("Detained"),
}
_CHOICES: dict[str, Mapping[Any, Any]] = {
    "member_type": TYPE_WORDS,
    "status": STATUS_WORDS,
    "management_class": CLASS_WORDS,
    "job_category": JOB_WORDS,
}
_CODES = {"ethnic_code": standards.ETHNIC_GROUPS, "education_code": standards.EDUCATIONS}


def words_of(member: PartyMember, unit: str, organizations: Mapping[uuid.UUID, str]) -> str:
    """Give one field of a member in words, sealed ones masked; nothing where nothing is recorded."""
    value = merging.value_of(member, unit)
    if value is None:
        return ""
    if unit in merging.SEALS:
        return merging.shown_masked(member, unit)
    if unit in _CHOICES:
        return str(_CHOICES[unit][value])
    if unit in _CODES:
        return _CODES[unit][value].zh
    return _special(unit, value, organizations)


def _special(unit: str, value: Any, organizations: Mapping[uuid.UUID, str]) -> str:
    if unit == "organization":
        return organizations.get(value, "")
    if unit in {"joined", "full"}:
        date = PartyDate(*value)
        return date.on.isoformat()[: 7 if date.by_month else 10]
    if unit == "watch":
        return " – ".join(each.isoformat() for each in value if each)
    if unit == "flow":
        direction, place = value
        return " · ".join(part for part in (str(FLOW_WORDS[direction]) if direction else "", place or "") if part)
    if unit == "lost":
        since, reason = value
        return " · ".join(part for part in (since.isoformat(), str(LOST_WORDS[reason]) if reason else "") if part)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
