"""Works out what undoing an import does to some rows, from their past states. Writes nothing."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit.queries import names_by_moment
from portal.core import clock, crypto
from portal.core.db import db
from portal.desk.kinds import ImportKind
from portal.desk.models import ImportBatch
from portal.desk.row_words import code_words, field_words
from portal.desk.rules.undoing import Field, Plan, Reason, Rest, State, group_columns, plan_row
from portal.desk.words import MASKS
from portal.tenancy import vault
from portal.tenancy.finding import by_index
from portal.tenancy.past import Kept, kept_columns, past_values, present_values, twin_of
from portal.tenancy.references import hanging_on

NAMED = ("full_name", "name", "label", "number", "code")
SHOWN_MAX = 200


class Place(NamedTuple):
    """Where a row stands: what its sealed values are bound to."""

    model: type[Kept]
    tenant_id: int
    row_id: uuid.UUID

    @property
    def table(self) -> str:
        """The name of its table."""
        return str(self.model.__dict__["__tablename__"])


@dataclass(slots=True, eq=False)
class Undone:
    """What becomes of one row: the plan, and what stands in the way of the rest.

    Of a row that the import made and nobody touched since, `states` stay empty until something has to be told of it.
    """

    place: Place
    plan: Plan
    states: list[State] = field(default_factory=list)
    written: int = 0  # its place in states
    before_id: uuid.UUID | None = None  # of the past state in front of it; None when the import made the row
    hangs: set[str] = field(default_factory=set)

    @property
    def before(self) -> State | None:
        """How the row stood before the import; None when the import made it."""
        return self.states[self.written - 1] if self.written else None

    @property
    def number(self) -> int:
        """The row of the file."""
        return self.states[self.written]["source_row"] or 0

    @property
    def subject(self) -> str:
        """The words by which lists show the row."""
        words = (self.states[-1].get(name) for name in NAMED)
        return next((str(word) for word in words if word), "")[:100]


def touched_rows(batch: ImportBatch, model: type[Kept], *, after: uuid.UUID | None, limit: int) -> list[uuid.UUID]:
    """Give the ids of rows that a batch made or changed, in the order of their ids, also of those that are gone."""
    twin = twin_of(model)
    now = select(model.id.label("row_id")).where(model.source_batch_id == batch.id)
    then = select(twin.row_id).where(twin.source_batch_id == batch.id)
    if after is not None:
        now, then = now.where(model.id > after), then.where(twin.row_id > after)
    with by_index():
        ids = set(db.session.scalars(now.order_by(model.id).limit(limit)))
        ids |= set(db.session.scalars(then.distinct().order_by(twin.row_id).limit(limit)))
    return sorted(ids)[:limit]


def plan_rows(batch: ImportBatch, model: type[Kept], row_ids: Sequence[uuid.UUID]) -> list[Undone]:
    """Say what becomes of each of these rows, without those that are gone; a fixed number of statements.

    A row without a past is as the batch made it: it goes, and is not even read.
    """
    past = past_values(model, row_ids)
    now = present_values(model, list(past))
    fields = group_columns(kept_columns(model))
    found: list[Undone] = []
    for row_id in row_ids:
        place = Place(model, batch.tenant_id, row_id)
        if row_id not in past:
            found.append(Undone(place, Plan(is_removed=True)))
        elif row_id in now:
            found += _planned(batch, place, past[row_id], now[row_id], fields)
    leaving = [each.place.row_id for each in found if each.plan.is_removed]
    hanging = hanging_on(model, leaving, tenant_id=batch.tenant_id)
    for each in found if hanging else ():
        each.hangs = hanging.get(each.place.row_id, each.hangs)
    return found


def _planned(
    batch: ImportBatch,
    place: Place,
    past: Sequence[tuple[uuid.UUID, State]],
    now: State,
    fields: Sequence[Field],
) -> Iterator[Undone]:
    """Say what becomes of a row with a past; nothing when the batch did not write it."""
    states = [*(state for _id, state in past), now]
    written = next((at for at, each in enumerate(states) if each["source_batch_id"] == batch.id), None)
    if written is None:
        return
    before = states[written - 1] if written else None
    moved = _moved(states[written], now) | (_moved(before, states[written]) if before is not None else set())
    touched = [each for each in fields if not moved.isdisjoint(each.columns)]
    plan = plan_row(before, states[written], now, fields=touched, same=_comparison(place))
    yield Undone(place, plan, states, written, past[written - 1][0] if written else None)


def _moved(first: State, second: State) -> set[str]:
    """Give the columns that do not hold the very same in two states: of the others nobody need ask."""
    if first is second:
        return set()
    return {key for (key, one), other in zip(first.items(), second.values(), strict=True) if one != other}


def _comparison(place: Place) -> Callable[[Field, State, State], bool]:
    """Give what compares a field in two states of a row. A sealed value is another each time it is sealed."""

    def same(each: Field, first: State, second: State) -> bool:
        return all(
            first[column] == second[column]
            or _opened(place, column, first[column]) == _opened(place, column, second[column])
            for column in each.columns
            if not (column.endswith("_sealed") and column.replace("_sealed", "_index") in each.columns)
        )

    return same


def _opened(place: Place, column: str, value: Any) -> Any:
    """Give a sealed value in clear, any other as it is."""
    if not column.endswith("_sealed") or value is None:
        return value
    try:
        return vault.unseal(f"{place.table}.{column.removesuffix('_sealed')}", place.tenant_id, place.row_id, value)
    except crypto.CannotUnseal:
        return value


def rests_of(kind: ImportKind, undone: Sequence[Undone], *, tenant_id: int) -> list[Rest]:
    """Tell what stays of some rows of one table: changed fields with who changed them last, and what hangs on a row."""
    changes = [(each, part, _last_change(each, part)) for each in undone for part in each.plan.changed_since]
    names = names_by_moment(tenant_id, [state["updated_at"] for _, _, state in changes]) if changes else {}
    tell = _teller(kind, tenant_id)
    rests = [
        Rest(
            each.number,
            each.subject,
            Reason.CHANGED.value,
            heading_of(kind, part, each.place.table),
            tell(each.place, part, each.states[each.written] if each.before is None else each.before),
            tell(each.place, part, each.states[-1]),
            names.get(state["updated_at"], ""),
            state["updated_at"],
        )
        for each, part, state in changes
    ]
    hanging = _told([each for each in undone if each.hangs])
    rests += [
        Rest(each.number, each.subject, Reason.HANGS.value, table) for each in hanging for table in sorted(each.hangs)
    ]
    return sorted(rests, key=lambda rest: rest.row_number)


def taken_rests(taken: Sequence[Undone]) -> list[Rest]:
    """Tell of rows of one table that would get back what another one has by now."""
    return [Rest(each.number, each.subject, Reason.TAKEN.value, "") for each in _told(taken)]


def _told(undone: Sequence[Undone]) -> Sequence[Undone]:
    """Read the rows among these that were not read, since there is something to tell of them now."""
    unread = [each for each in undone if not each.states]
    now = present_values(unread[0].place.model, [each.place.row_id for each in unread]) if unread else {}
    for each in unread:
        each.states = [now[each.place.row_id]]
    return undone


def _last_change(each: Undone, part: Field) -> State:
    """Give the state in which a field got the value that it has now."""
    same = _comparison(each.place)
    later = range(len(each.states) - 1, each.written, -1)
    place = next((place for place in later if not same(part, each.states[place - 1], each.states[place])), -1)
    return each.states[place]


def heading_of(kind: ImportKind, part: Field, table: str) -> str:
    """Give the heading of a field as files have it, else what people call it."""
    headings = {column.key: column.heading for column in kind.columns}
    key = next(
        (each for each in (part.key, part.key.removesuffix("_code"), part.key.removesuffix("_id")) if each in headings),
        "",
    )
    return headings.get(key) or field_words(table, part.key) or part.key


def _teller(kind: ImportKind, tenant_id: int) -> Callable[[Place, Field, State], str]:
    """Give what says the value of a field as a file would, masked where it is sealed."""
    words: Callable[[str, Any], str] = kind.words(tenant_id=tenant_id) if hasattr(kind, "words") else _plain

    def tell(place: Place, part: Field, state: State) -> str:
        column = part.columns[0]
        value = _opened(place, column, state[column])
        if value is None or isinstance(value, bytes):
            return ""
        if column.endswith("_sealed"):
            return MASKS.get(part.key, _hidden)(value)
        text = words(column, value)
        return (code_words(value) or text if text == str(value) else text)[:SHOWN_MAX]

    return tell


def _plain(_column: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Enum):
        return str(code_words(value) or value.value)
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, uuid.UUID):
        return str(_("another record"))
    return value.isoformat() if isinstance(value, date) else str(value)


def _hidden(_value: str) -> str:
    return "***"
