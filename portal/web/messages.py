"""The sentence of each rule's code. Modules hand theirs in at start; a code without one stops the start of a test."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from portal.core.errors import RuleBroken
from portal.web.templating import FULL_DAY, written_day

_sentences: dict[str, Any] = {
    "web.token_old": lazy_gettext("This page was open for too long. Go back, reload it, and send it again."),
    "web.too_large": lazy_gettext(
        "This is too large to send. A file may have at most 20 MB: take out pictures, or send it in parts."
    ),
    "web.bad_request": lazy_gettext("This request could not be understood. Go back and try again."),
    "web.other_host": lazy_gettext("The portal does not answer under this address. Use the one that you were given."),
    "web.day_range": lazy_gettext("Enter a day between %(first)s and %(last)s."),
    "accounts.password_short": lazy_gettext("Use at least %(least)s characters."),
    "accounts.password_long": lazy_gettext("Use at most %(most)s characters."),
    "accounts.password_common": lazy_gettext("This password is among the first that others would try."),
    "accounts.password_has_name": lazy_gettext("A password must not hold your name or user name."),
    "accounts.user_name_form": lazy_gettext("3 to 40 small letters and digits, beginning with a letter."),
    "accounts.user_name_taken": lazy_gettext("Somebody has this user name already."),
    "accounts.mobile_form": lazy_gettext("A mobile number has 11 digits and begins with 1."),
    "accounts.mobile_taken": lazy_gettext("Somebody signs in with this mobile number already."),
    "accounts.too_many_tries": lazy_gettext("Too many wrong tries. Wait a quarter of an hour and try again."),
    "accounts.sign_in_wrong": lazy_gettext("Name and password do not fit together. Please check both."),
    "accounts.password_wrong": lazy_gettext("This is not your present password."),
    "audit.looks_of_hour": lazy_gettext(
        "You have looked at %(most)s covered details within an hour, which is the limit. You can go on at %(until)s. "
        "For many people at once, export the list with a reason. "
        "With questions, turn to the community secretary or to the street office."
    ),
    "audit.looks_of_day": lazy_gettext(
        "You have looked at %(most)s covered details within 24 hours, which is the limit. You can go on at %(until)s. "
        "For many people at once, export the list with a reason. "
        "With questions, turn to the community secretary or to the street office."
    ),
    "accounts.grant_ended": lazy_gettext("This role has ended already."),
}


def register(sentences: Mapping[str, Any]) -> None:
    """Hand in a module's sentences."""
    _sentences.update(sentences)


def known_codes() -> frozenset[str]:
    """Give the codes that have a sentence."""
    return frozenset(_sentences)


def sentence(code: str, values: Mapping[str, Any] | None = None) -> str:
    """Give a rule's sentence in the reader's language.

    Where a value is empty, so that the usual sentence would break off, the one of `code:without_value` stands for it.
    """
    empty = (f"{code}:without_{name}" for name, value in (values or {}).items() if value == "")
    text = next((_sentences[other] for other in empty if other in _sentences), _sentences.get(code))
    if text is None:
        return gettext("This is not possible (%(code)s).", code=code)
    return str(text) % values if values else str(text)


def said(error: RuleBroken) -> str:
    """Give the sentence of a broken rule as a page says it: days as people write them, not as files do."""
    return sentence(error.code, written(error.values))


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values as they stand in a sentence: 2020-01-02 becomes 2020年1月2日."""
    return {name: _written(value) for name, value in values.items()}


def _written(value: Any) -> Any:
    return written_day(value) if isinstance(value, str) and FULL_DAY.fullmatch(value) else value
