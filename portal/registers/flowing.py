"""Tells other packages that somebody floats no longer, so that nothing of theirs goes on saying so."""

import uuid
from collections.abc import Callable
from datetime import datetime

from portal.accounts.actor import Actor
from portal.registers.rules.relations import FlowDirection

Was = tuple[FlowDirection | None, str | None]
Listener = Callable[[uuid.UUID, Was, Actor, datetime], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Let a package hear whose floating was taken out of the register."""
    _listeners.append(listener)


def tell_ended(member_id: uuid.UUID, was: Was, *, actor: Actor, now: datetime) -> None:
    """Tell it with the way and place that were there; in the same transaction."""
    for listener in _listeners:
        listener(member_id, was, actor, now)
