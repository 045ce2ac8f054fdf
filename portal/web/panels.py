"""Panels of a record's page that other packages give: the visits of a member, the posts somebody holds.

A package that looks down at the record's own registers what it has to say; the record's page asks for it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its title, lines of term and words, what to say when there are none, and links to act."""

    title: Any
    lines: list[tuple[Any, str]] = field(default_factory=list)
    empty: Any = ""
    links: list[tuple[Any, str]] = field(default_factory=list)


Maker = Callable[[uuid.UUID, Actor], Panel | None]
_makers: dict[str, list[Maker]] = {}


def register(subject: str, maker: Maker) -> None:
    """Let a package give a panel for records of one table; `maker` gives None where it has nothing to say."""
    _makers.setdefault(subject, []).append(maker)


def panels_for(subject: str, row_id: uuid.UUID, *, actor: Actor) -> list[Panel]:
    """Give the panels of a record in the order in which they were registered; one or two statements each."""
    made = (maker(row_id, actor) for maker in _makers.get(subject, []))
    return [panel for panel in made if panel is not None]
