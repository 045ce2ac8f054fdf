"""The history of a kept row: what changed when, by whom, and from where.

What changed is read off the row's past states, so it is right whoever forgot to write it down; who did it, and under
which act, comes from the trail; which file and row, from the desk. Three statements for a record of any age.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.audit.queries import EventRow, events_about
from portal.audit.tags import LOOKS, AuditTag
from portal.desk.queries.sources import FileSource, file_sources
from portal.tenancy import vault
from portal.tenancy.past import Kept, past_states
from portal.web.templating import moment, plain_day

NOT_ACTS = frozenset({AuditTag.MEMBERS_EXPORT.value, AuditTag.JOB_START.value, AuditTag.FILE_STORE.value})
REMOVALS = frozenset(
    {
        AuditTag.TERM_REMOVE,
        AuditTag.PARTY_POST_REMOVE,
        AuditTag.BUILDING_REMOVE,
        AuditTag.UNIT_REMOVE,
        AuditTag.CONTRACT_REMOVE,
    }
)
"""Acts told in the history of the record that the removed one belonged to; `removed` names that one."""
_ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class FieldText:
    """A column in words: its name, and how a value of it reads. `tell` gets the value and the state it is of.

    `compared` gives what two values are compared by: for sealed ones their clear text, which is never shown.
    """

    words: Any
    tell: Callable[[Any, Any], str]
    compared: Callable[[Any, Any], Any] = lambda value, _state: value


Fields = Mapping[str, FieldText]


def plain_text(value: Any, _state: Any) -> str:
    """Tell a value as it stands, a day or a moment as pages do."""
    if isinstance(value, datetime):
        return moment(value)
    return plain_day(value) if isinstance(value, date) else str(value)


def worded(words: Any, table: Mapping[Any, Any]) -> FieldText:
    """Give a column of codes whose words stand in a table."""
    return FieldText(words, lambda value, _state: str(table.get(value, value)))


def sealed(words: Any, column: str, mask: Callable[[str], str]) -> FieldText:
    """Give a column that was sealed as `column` ("table.column"): compared in clear, told masked."""

    def clear(value: Any, state: Any) -> str:
        return vault.unseal(column, state.tenant_id, row_id(state), value)

    return FieldText(words, lambda value, state: mask(clear(value, state)), clear)


@dataclass(frozen=True, slots=True)
class Change:
    """One column that changed, before and after as people read them."""

    words: Any
    before: str
    after: str


@dataclass(slots=True)
class Entry:
    """What happened at one moment. `who` empty: the system; `source` the file it came from, if any.

    `about` names the record where several stand in one history, or the one that was removed.
    """

    at: datetime
    tag: str = ""
    who: str = ""
    about: str = ""
    note: str = ""
    is_first: bool = False
    changes: list[Change] = field(default_factory=list)
    source: FileSource | None = None
    source_row: int | None = None


def history_of(row: Kept, *, tenant_id: int, fields: Fields, with_looks: bool = False, most: int = 200) -> list[Entry]:
    """Give the history of a row, the newest first, at most `most` entries; columns without a FieldText are left out.

    `with_looks` adds who looked at a sealed field in clear, and why.
    """
    return histories_of([row], tenant_id=tenant_id, fields=fields, with_looks=with_looks, most=most)


def histories_of(
    rows: Sequence[Kept],
    *,
    tenant_id: int,
    fields: Fields,
    names: Mapping[uuid.UUID, str] | None = None,
    with_looks: bool = False,
    most: int = 200,
) -> list[Entry]:
    """Give the histories of rows of one table as one, each entry about its row by `names`; as history_of() else."""
    if not rows:
        return []
    past = past_states(type(rows[0]), [row.id for row in rows])
    states: dict[uuid.UUID, list[Any]] = {row.id: [*past[row.id], row] for row in rows}
    every = [state for of_row in states.values() for state in of_row]
    table = str(rows[0].__tablename__)  # type: ignore[attr-defined]  # each model names its table
    events = events_about(tenant_id, table, [row.id.hex for row in rows], [state.updated_at for state in every])
    files = file_sources({state.source_batch_id for state in every if state.source_batch_id}, tenant_id=tenant_id)
    entries: list[Entry] = []
    for row_id, of_row in states.items():
        subject = (table, row_id.hex)
        found = list(_of_states(of_row, events, files, subject, fields))
        for entry in found:
            entry.about = (names or {}).get(row_id, "")
        entries += found + [_removal(each) for each in events if each.tag in REMOVALS and _is_about(each, subject)]
        if with_looks:
            entries += [_look(event) for event in events if event.tag in LOOKS and _is_about(event, subject)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of_states(
    states: Sequence[Any],
    events: Sequence[EventRow],
    files: Mapping[uuid.UUID, FileSource],
    subject: tuple[str, str],
    fields: Fields,
) -> Iterator[Entry]:
    before: Any = None
    for state in states:
        changes = list(_changes(before, state, fields)) if before is not None else []
        entry = Entry(state.updated_at, is_first=before is None, changes=changes)
        event = _act(state.updated_at, events, subject, _rows_named(before) | _rows_named(state))
        if event is not None:
            entry.tag, entry.who, entry.note = event.tag, event.actor_name or "", _reason(event)
        if _came_by_file(before, state):
            entry.source, entry.source_row = files.get(state.source_batch_id), state.source_row
        if entry.is_first or entry.changes or event is not None:
            yield entry
        before = state


def _came_by_file(before: Any, state: Any) -> bool:
    if state.source_batch_id is None:
        return False
    return before is None or (before.source_batch_id, before.source_row) != (state.source_batch_id, state.source_row)


def _changes(before: Any, after: Any, fields: Fields) -> Iterator[Change]:
    for column, each in fields.items():
        values = [(getattr(state, column), state) for state in (before, after)]
        old, new = (each.compared(value, state) if value is not None else None for value, state in values)
        if old != new:
            texts = [each.tell(value, state) if value is not None else "" for value, state in values]
            yield Change(each.words, *texts)


def row_id(state: Any) -> uuid.UUID:
    """Give the id of the row that a state is of, the present one or a past one."""
    found: uuid.UUID = getattr(state, "row_id", None) or state.id
    return found


def _act(at: datetime, events: Sequence[EventRow], subject: tuple[str, str], named: frozenset[str]) -> EventRow | None:
    """Give the event of a moment that made a state: the one about this very row, else one about a row near to it.

    Near is what the event and the state both name: the building of a unit, the file that brought it, a new branch. Of
    several the one counts that is called after this table. What is about another row of the same table made another
    state; of what is left, acts of one kind only are sure to be it.
    """
    acts = [event for event in events if event.at == at and event.tag not in LOOKS | NOT_ACTS | REMOVALS]
    about = [event for event in acts if _is_about(event, subject)]
    near = [event for event in acts if not named.isdisjoint(_rows_told(event))]
    if about or near:
        table = subject[0].removeprefix("party_")
        return about[0] if about else min(near, key=lambda event: not event.tag.split(":")[1].startswith(table))
    elsewhere = [event for event in acts if event.subject_type != subject[0]]
    return elsewhere[0] if len({event.tag for event in elsewhere}) == 1 else None


def _rows_named(state: Any) -> frozenset[str]:
    """Give the ids of a row and of those that a state of it points to."""
    if state is None:
        return frozenset()
    values = [getattr(state, key) for key in state.__mapper__.columns.keys() if key != "id"]  # noqa: SIM118  not a dict
    return frozenset(value.hex for value in (row_id(state), *values) if isinstance(value, uuid.UUID))


def _rows_told(event: EventRow) -> set[str]:
    """Give the ids of the rows that an event names: its subject, and what it changed."""
    return {event.subject_id, *(found.replace("-", "") for found in _ID.findall(str(event.changes)))}


def _is_about(event: EventRow, subject: tuple[str, str]) -> bool:
    return (event.subject_type, event.subject_id) == subject


def _reason(event: EventRow) -> str:
    given = event.changes.get("reason")
    return str(given[1]) if given and given[1] else ""


def _removal(event: EventRow) -> Entry:
    removed = event.changes.get("removed") or [""]
    return Entry(event.at, tag=event.tag, who=event.actor_name or "", about=str(removed[0] or ""), note=_reason(event))


def _look(event: EventRow) -> Entry:
    return Entry(event.at, tag=event.tag, who=event.actor_name or "", note=_reason(event))
