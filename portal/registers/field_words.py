"""A member's fields as people see them where two records stand side by side."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.registers import merging, standards
from portal.registers.member_facts import party_day
from portal.registers.messages import (
    CLASS_WORDS,
    FLOW_WORDS,
    HARDSHIP_WORDS,
    JOB_WORDS,
    LOST_WORDS,
    SERVICE_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
    YES_NO_WORDS,
)
from portal.registers.models import PartyMember
from portal.registers.rules import PartyDate
from portal.registers.rules.extras import split_intents
from portal.web.templating import plain_day

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
    "hardship_level": _("Level of hardship"),
    "on_owners_committee": _("On the owners' committee"),
    "skills": _("Good at"),
    "service_intents": _("Wants to help with"),
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
    "hardship_level": HARDSHIP_WORDS,
    "on_owners_committee": YES_NO_WORDS,
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
    if unit in _TELLERS:
        return _TELLERS[unit](value)
    return plain_day(value) if isinstance(value, date) else str(value)


def _party_date(value: Any) -> str:
    return party_day(PartyDate(*value))


def _watch(value: Any) -> str:
    return " – ".join(plain_day(each) for each in value if each)


def _flow(value: Any) -> str:
    direction, place = value
    return " · ".join(part for part in (str(FLOW_WORDS[direction]) if direction else "", place or "") if part)


def _lost(value: Any) -> str:
    since, reason = value
    return " · ".join(part for part in (plain_day(since), str(LOST_WORDS[reason]) if reason else "") if part)


def _services(value: Any) -> str:
    return str(_("、")).join(str(SERVICE_WORDS[each]) for each in split_intents(value))


_TELLERS: dict[str, Callable[[Any], str]] = {
    "joined": _party_date,
    "full": _party_date,
    "watch": _watch,
    "flow": _flow,
    "lost": _lost,
    "service_intents": _services,
}
