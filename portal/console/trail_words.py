"""What an event of the trail changed, in words: its fields, codes of states and kinds, days, moments, amounts.

Names of fields are one table, since people call the same thing the same everywhere; the words of a code depend on
whose it is, so they are looked up under the first two parts of the event's tag. Keys of rows say nothing to people
and are left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.accounts.roles import Role
from portal.care import messages as care
from portal.console.field_texts import FIELD_TEXTS
from portal.console.labels import role_label
from portal.desk import messages as desk
from portal.desk.kinds import list_kinds
from portal.elections import messages as elections
from portal.estates import messages as estates
from portal.registers import messages as registers
from portal.registers.messages import lifecycle, structure
from portal.reporting import messages as reporting
from portal.scoring import messages as scoring
from portal.web.templating import day, moment

_Words = Mapping[Any, Any]
CODES: dict[str, dict[str, _Words]] = {
    "registers:organization": {
        "kind": registers.KIND_WORDS,
        "category": structure.CATEGORY_WORDS,
        "unit_situation": structure.SITUATION_WORDS,
    },
    "registers:party-post": {"kind": structure.POST_WORDS},
    "registers:term": {"manner": structure.MANNER_WORDS},
    "registers:check-sheet": {"kind": structure.SHEET_WORDS, "state": structure.SHEET_STATE_WORDS},
    "registers:work-unit": {"nature": structure.NATURE_WORDS},
    "registers:link": {"kind": lifecycle.LINK_WORDS},
    "registers:standing": {
        "act": lifecycle.ACT_WORDS,
        "ground": lifecycle.GROUND_WORDS,
        "lost_reason": registers.LOST_WORDS,
        "status": registers.STATUS_WORDS,
        "member_type": registers.TYPE_WORDS,
    },
    "registers:transfer": {"state": lifecycle.TRANSFER_WORDS},
    "registers:contact": {"field": registers.FIELD_WORDS | {"phone": FIELD_TEXTS["phone"]}},
    "registers:member": {
        "member_type": registers.TYPE_WORDS,
        "management_class": registers.CLASS_WORDS,
        "status": registers.STATUS_WORDS,
        "job_category": registers.JOB_WORDS,
        "flow": registers.FLOW_WORDS,
        "flow_direction": registers.FLOW_WORDS,
        "lost_reason": registers.LOST_WORDS,
        "sex": registers.SEX_WORDS,
        "field": registers.FIELD_WORDS,
        "service_intents": registers.SERVICE_WORDS,
    },
    "desk:batch": {"state": desk.STATE_WORDS},
    "estates:contact": {"kind": estates.CONTACT_WORDS},
    "estates:head": {"verdict": estates.VERDICT_WORDS},
    "estates:owner": {"kind": estates.OWNER_WORDS, "field": estates.FIELD_WORDS},
    "estates:ownership": {"basis": estates.TITLE_WORDS},
    "estates:unit": {"area_basis": estates.AREA_WORDS, "usage": estates.USAGE_WORDS, "status": estates.STATUS_WORDS},
    "reporting:report": {"state": reporting.REPORT_STATES},
    "reporting:post": {"state": reporting.POST_STATES, "category": reporting.CATEGORIES},
    "reporting:service": {"state": reporting.SERVICE_STATES, "grade": reporting.GRADES},
    "scoring:round": {"state": scoring.STATE_WORDS},
    "elections:case": {"kind": elections.KINDS, "state": elections.STATES},
    "elections:candidate": {"source": elections.SOURCES, "state": elections.CANDIDATE_STATES},
    "elections:check": {"outcome": elections.OUTCOMES},
    "care:duty-post": {"state": care.DUTY_STATES, "grade": care.GRADES, "kind": care.DUTY_KINDS},
    "care:duty-posts": {"kind": care.DUTY_KINDS},
    "care:visit": {"state": care.VISIT_STATES, "reason": care.VISIT_REASONS, "field": care.SEALED_WORDS},
    "care:sensitive": {"field": care.SEALED_WORDS | {"contact": FIELD_TEXTS["contact_phone"]}},
    "care:floating": {"direction": care.DIRECTIONS, "state": care.FLOATING_STATES, "way": care.WAYS},
    "care:public-card": {"state": care.CARD_STATES, "way": care.CONSENT_WAYS},
    "care:contact-link": {"level": care.LINK_LEVELS, "period": care.PERIODS, "state": care.LINK_STATES},
    "care:delegate": {"level": care.CONGRESS_LEVELS, "state": care.DELEGATE_STATES},
    "care:opinion": {"state": care.OPINION_STATES},
}
_KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SEAL = re.compile(r"[0-9a-f]{40,64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE_IN_TEXT = re.compile(r"\b[A-Z][A-Z_]{3,}\b")
SHOWN_OF_A_SEAL = 12


def told(tag: str, changes: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Give one line for each thing that an event changed; none for the keys of rows and for what stayed empty."""
    for field, (before, after) in changes.items():
        if not (_says_nothing(before) and _says_nothing(after)):
            words = str(FIELD_TEXTS.get(field, field))
            old, new = value_text(tag, field, before), value_text(tag, field, after)
            if _says_nothing(before):
                yield _("%(field)s: %(after)s", field=words, after=new)
            else:
                yield _("%(field)s: %(before)s → %(after)s", field=words, before=old, after=new)


def _says_nothing(value: Any) -> bool:
    """Say whether people learn nothing from a value: it is empty, or the key of a row, or a list of such."""
    if isinstance(value, list | tuple):
        return all(_says_nothing(each) for each in value)
    return value in (None, "", {}) or (isinstance(value, str) and bool(_KEY.fullmatch(value)))


def value_text(tag: str, field: str, value: Any) -> str:
    """Give a value as people read it: words for a code, days and moments as everywhere, a word for nothing."""
    if _says_nothing(value):
        return _("nothing")
    if isinstance(value, list | tuple):
        return "、".join(value_text(tag, field, each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    words = _code_text(tag, field, text)
    return words if words is not None else _measure_text(field, text)


def _code_text(tag: str, field: str, text: str) -> str | None:
    """Give the words of a role, a state or a kind; None where the text is no code."""
    if field == "role" and text in set(Role):
        return role_label(Role(text))
    if field == "kind" and tag.startswith("desk:"):
        return next((str(kind.title) for kind in list_kinds() if kind.code == text), text)
    if field == "posts":
        return _CODE_IN_TEXT.sub(lambda found: _post_text(found.group()), text)
    for code, words in CODES.get(tag.rpartition(":")[0], {}).get(field, {}).items():
        if str(getattr(code, "value", code)) == text:
            return str(words[0] if isinstance(words, tuple) else words)
    return None


def _post_text(code: str) -> str:
    return next((str(words) for post, words in structure.POST_WORDS.items() if post.value == code), code)


def _measure_text(field: str, text: str) -> str:
    """Give days, moments, hours, shares and seals as people write them."""
    if field.endswith("_at"):
        return _moment_text(text)
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    if _SEAL.fullmatch(text):
        return f"{text[:SHOWN_OF_A_SEAL]}…"
    if field == "half_hours" and text.isdecimal():
        return _("%(hours)s hours", hours=f"{int(text) / 2:g}")
    if field == "share" and text.isdecimal():
        return f"{int(text) / 100:g} %"
    return text


def _moment_text(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text
