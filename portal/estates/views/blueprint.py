"""The estates' part of the map, and the words its pages share."""

import uuid
from typing import Any

from flask import Blueprint

from portal.estates.messages import AREA_WORDS, CONTACT_WORDS, OWNER_WORDS, STATUS_WORDS, TITLE_WORDS, USAGE_WORDS

bp = Blueprint("estates", __name__, url_prefix="/t/<division:code>/estates")
WORDS: dict[str, Any] = {
    "status_words": STATUS_WORDS,
    "area_words": AREA_WORDS,
    "title_words": TITLE_WORDS,
    "usage_words": USAGE_WORDS,
    "owner_words": OWNER_WORDS,
    "contact_words": CONTACT_WORDS,
}


def status_of(form: Any) -> int:
    """Give the status of a page with a form: 422 when it was sent and not taken."""
    return 422 if form.is_submitted() else 200


def as_id(text: str | None) -> uuid.UUID | None:
    """Give an id out of an address or a form, None for what is none."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
