"""What a form says about a field by itself, in the portal's words: the library's are a programmer's."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.i18n import translations as library

CHOOSE = _l("Choose one of those listed.")
SENTENCES: dict[str, Any] = {
    "This field is required.": _l("Please fill this in."),
    "Not a valid integer value.": _l("Enter a whole number."),
    "Not a valid decimal value.": _l("Enter a number."),
    "Not a valid float value.": _l("Enter a number."),
    "Not a valid date value.": _l("Enter a day like 2026-11-22."),
    "Not a valid time value.": _l("Enter a time like 09:30."),
    "Not a valid datetime value.": _l("Enter a day and a time."),
    "Not a valid choice.": CHOOSE,
    "Invalid Choice: could not coerce.": CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE,
    "Field cannot be longer than %(max)d character.": _l("Write at most %(max)d characters."),
    "Field must be at least %(min)d character long.": _l("Write at least %(min)d characters."),
    "Field must be exactly %(max)d character long.": _l("It has exactly %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Write %(min)d to %(max)d characters."),
    "Number must be between %(min)s and %(max)s.": _l("Enter a number from %(min)s to %(max)s."),
    "Number must be at least %(min)s.": _l("It must not be less than %(min)s."),
    "Number must be at most %(max)s.": _l("It must not be more than %(max)s."),
}
"""The library's sentence (for one, where it has two) and ours."""


class FieldSentences:
    """The library's translations, ours first."""

    def gettext(self, text: str) -> str:
        """Give a sentence in the reader's language; its placeholders are filled in by whoever asked."""
        return str(SENTENCES[text]) if text in SENTENCES else str(library.gettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Give a sentence that speaks of a number."""
        return str(SENTENCES[one]) if one in SENTENCES else str(library.ngettext(one, many, number))


OURS = FieldSentences()
