"""Notes that a feature leaves for the worker about one row of one tenant: dealt with one by one, each by its topic."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from portal.core import outbox
from portal.core.db import db
from portal.tenancy.scope import NOTHING, reading, transaction

AT_ONCE = 200
AGAIN_AFTER = timedelta(minutes=1)
log = logging.getLogger("portal.jobs")


class Deal(Protocol):
    """What is done about a note, in transactions of its own. It may come twice, so doing it twice must be harmless."""

    def __call__(self, tenant_id: int, ref_id: uuid.UUID, /, *, now: datetime) -> None: ...


_topics: dict[str, Deal] = {}


def on_note(topic: str) -> Callable[[Deal], Deal]:
    """Register what deals with the notes of a topic (20 characters at most)."""

    def register(deal: Deal) -> Deal:
        _topics[topic] = deal
        return deal

    return register


def deal_with_notes(*, now: datetime) -> int:
    """Deal with every note whose moment has come; gives how many. One that fails comes again in a minute."""
    dealt = 0
    for topic, deal in _topics.items():
        with reading(NOTHING):
            notes = [
                (note.id, note.tenant_id, note.ref_id) for note in outbox.list_notes(topic, limit=AT_ONCE, until=now)
            ]
        for note_id, tenant_id, ref_id in notes:
            db.session.remove()
            try:
                deal(tenant_id, ref_id, now=now)
            except Exception:
                log.exception("a note of %s could not be dealt with; it comes again", topic)
                with transaction(NOTHING):
                    outbox.postpone_note(note_id, until=now + AGAIN_AFTER)
                continue
            with transaction(NOTHING):
                outbox.drop_notes([note_id])
            dealt += 1
    return dealt
