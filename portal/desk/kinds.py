"""Kinds of file that the desk knows. A module registers its own in `<module>/importing.py`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.core.errors import NotFound
from portal.desk.rules import Cell, Change, Column, Problem, Verdict
from portal.tenancy.past import Kept


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its number as the person sees it, its cells by column key."""

    number: int
    cells: dict[str, Cell]


@dataclass(slots=True)
class Judgement:
    """What the desk found out about a row. `facts` is the kind's own, ready to be written."""

    verdict: Verdict
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    identity: bytes | None = None
    facts: Any = None
    subject: Any = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where written rows come from."""

    batch_id: uuid.UUID
    actor: Actor
    now: datetime


class ImportKind(Protocol):
    """What a module gives the desk so that its files can come in.

    `judge` takes at most PIECE_ROWS rows, asks the database a fixed number of times, and writes
    nothing. `write` gets rows whose verdict is NEW or CHANGED with their fresh judgements; it sets
    `source_batch_id` and `source_row` of whatever it makes or changes. `models` are the tables that it fills, those
    first on which others hang: an import is undone from their past. A kind may also have `words(tenant_id=…)`, which
    gives (column, value) -> text: how a value of these tables is said in the list of what could not be undone.
    """

    code: str
    title: Any
    explanation: Any
    sheet_name: str
    identity_column: str
    shown_columns: tuple[str, ...]
    list_endpoint: str
    permission: Permission
    columns: tuple[Column, ...]
    models: tuple[type[Kept], ...]

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]: ...

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None: ...

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]: ...


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Make a kind of file known to the desk."""
    _kinds[kind.code] = kind


def get_kind(code: str) -> ImportKind:
    """Give the kind of this code; raises NotFound."""
    if code not in _kinds:
        raise NotFound
    return _kinds[code]


def list_kinds() -> list[ImportKind]:
    """Give every kind, in the order in which they were registered."""
    return list(_kinds.values())
