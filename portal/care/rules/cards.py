"""Public card of a member (四亮): who I am, my post, my promise, what I did. Source: 双滦区 [practice].

Membership of the Party is treated as sensitive; it becomes public only by the member's own consent to that very text
(Personal Information Protection Law, arts. 14, 25, 29 [law]), and no longer than the member wants (art. 15 [law]).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum

from portal.care.rules import check_not_future, check_text
from portal.core.errors import RuleBroken

IDENTITY_MAX, POST_MAX, PROMISE_MAX, CONTRIBUTION_MAX = 60, 60, 200, 300
LONG_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")  # seven digits and more: a telephone, an ID number, a bank account


class CardState(StrEnum):
    """Where one version of a card stands."""

    DRAFT = "draft"
    CONSENTED = "consented"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Mapping[CardState, frozenset[CardState]] = {
    CardState.DRAFT: frozenset({CardState.CONSENTED, CardState.WITHDRAWN}),
    CardState.CONSENTED: frozenset({CardState.PUBLISHED, CardState.WITHDRAWN}),
    CardState.PUBLISHED: frozenset({CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset(),
}
OPEN_STATES = (CardState.DRAFT, CardState.CONSENTED)


class ConsentWay(StrEnum):
    """How the member consented."""

    SIGNED_PAPER = "signed_paper"
    IN_PERSON = "in_person"
    MESSAGE = "message"


@dataclass(frozen=True)
class CardText:
    """What a card says: everything that the public will see, and nothing else."""

    full_name: str
    identity: str
    post: str
    promise: str
    contribution: str


def check_step(before: CardState, after: CardState) -> None:
    """Refuse a step that the flow does not have; raises RuleBroken `care.card_moved_on`."""
    if after not in TRANSITIONS[before]:
        raise RuleBroken("care.card_moved_on")


def check_card(text: CardText) -> CardText:
    """Give a card's text without stray blanks; refuses empty parts and long numbers.

    Raises RuleBroken `care.text_length`, `care.card_number`: a telephone or ID number has no place on a public card.
    """
    limits = {"identity": IDENTITY_MAX, "post": POST_MAX, "promise": PROMISE_MAX, "contribution": CONTRIBUTION_MAX}
    clean = {field: check_text(getattr(text, field), field=field, most=most) for field, most in limits.items()}
    for field, words in clean.items():
        if LONG_NUMBER.search(words):
            raise RuleBroken("care.card_number", field=field)
    return CardText(full_name=text.full_name, **clean)


def fingerprint(text: CardText) -> str:
    """Give the SHA-256 of a card's text: a consent is to this text and no other."""
    return hashlib.sha256(json.dumps(astuple(text), ensure_ascii=False).encode()).hexdigest()


def check_consent(consented_on: date, *, drafted_on: date, today: date) -> None:
    """Refuse a consent of a day to come, or given before the text was there.

    Raises RuleBroken `care.future`, `care.consent_too_early` (field `consented_on`). Source: PIPL, art. 14 [law].
    """
    check_not_future(consented_on, field="consented_on", today=today)
    if consented_on < drafted_on:
        raise RuleBroken("care.consent_too_early", field="consented_on")


def check_publication(text: CardText, *, consented_fingerprint: str | None) -> None:
    """Refuse a text that was not consented to; raises RuleBroken `care.not_consented`. Source: PIPL, art. 25 [law]."""
    if consented_fingerprint != fingerprint(text):
        raise RuleBroken("care.not_consented")
