"""Works out what undoing an import does to some rows, from their past states. Writes nothing."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

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
from portal.tenancy.finding import by_index, rows_among
from portal.tenancy.past import Kept, kept_columns, past_states, twin_of
from portal.tenancy.references import hanging_on

NAMED = ("full_name", "name", "label", "number", "code")
SHOWN_MAX = 200


@dataclass(slots=True, eq=False)
class Undone:
    """What becomes of one row: the plan, and what stands in the way of the rest."""

    row: Any
    number: int
    plan: Plan
    states: list[State]
    written: int  # its place in states
    hangs: set[str] = field(default_factory=set)

    @property
    def before(self) -> State | None:
        """How the row stood before the import; None when the import made it."""
        return self.states[self.written - 1] if self.written else None


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
    """Say what becomes of each of these rows, without those that are gone; a fixed number of statements."""
    columns = kept_columns(model)
    fields = group_columns(columns)
    past = past_states(model, list(row_ids))
    found = []
    rows = rows_among(model, model.id, row_ids, tenant_id=batch.tenant_id)
    for row in sorted(rows, key=lambda row: row.id):
        states: list[State] = [{key: getattr(state, key) for key in columns} for state in (*past[row.id], row)]
        written = next((place for place, each in enumerate(states) if each["source_batch_id"] == batch.id), None)
        if written is None:
            continue
        before = states[written - 1] if written else None
        plan = plan_row(before, states[written], states[-1], fields=fields, same=_comparison(row))
        found.append(Undone(row, states[written]["source_row"] or 0, plan, states, written))
    leaving = [each.row.id for each in found if each.plan.is_removed]
    hanging = hanging_on(model, leaving, tenant_id=batch.tenant_id) if leaving else {}
    for each in found:
        each.hangs = hanging.get(each.row.id, set())
    return found


def _comparison(row: Any) -> Callable[[Field, State, State], bool]:
    """Give what compares a field in two states of a row. A sealed value is another each time it is sealed."""

    def same(each: Field, first: State, second: State) -> bool:
        return all(
            first[column] == second[column]
            or _opened(row, column, first[column]) == _opened(row, column, second[column])
            for column in each.columns
            if not (column.endswith("_sealed") and column.replace("_sealed", "_index") in each.columns)
        )

    return same


def _opened(row: Any, column: str, value: Any) -> Any:
    """Give a sealed value in clear, any other as it is."""
    if not column.endswith("_sealed") or value is None:
        return value
    place = f"{row.__tablename__}.{column.removesuffix('_sealed')}"
    try:
        return vault.unseal(place, row.tenant_id, row.id, value)
    except crypto.CannotUnseal:
        return value


def rests_of(kind: ImportKind, undone: Sequence[Undone], *, tenant_id: int) -> list[Rest]:
    """Tell what stays of some rows: changed fields with who changed them last, and what hangs on a row."""
    changes = [(each, part, _last_change(each, part)) for each in undone for part in each.plan.changed_since]
    names = names_by_moment(tenant_id, [state["updated_at"] for _, _, state in changes]) if changes else {}
    tell = _teller(kind, tenant_id)
    rests = [
        Rest(
            each.number,
            subject_of(each.row),
            Reason.CHANGED.value,
            heading_of(kind, part, each.row.__tablename__),
            tell(each.row, part, each.states[each.written] if each.before is None else each.before),
            tell(each.row, part, each.states[-1]),
            names.get(state["updated_at"], ""),
            state["updated_at"],
        )
        for each, part, state in changes
    ]
    rests += [
        Rest(each.number, subject_of(each.row), Reason.HANGS.value, table)
        for each in undone
        for table in sorted(each.hangs)
    ]
    return sorted(rests, key=lambda rest: rest.row_number)


def _last_change(each: Undone, part: Field) -> State:
    """Give the state in which a field got the value that it has now."""
    same = _comparison(each.row)
    later = range(len(each.states) - 1, each.written, -1)
    place = next((place for place in later if not same(part, each.states[place - 1], each.states[place])), -1)
    return each.states[place]


def subject_of(row: Any) -> str:
    """Give the words by which lists show a row."""
    words = (getattr(row, name, None) for name in NAMED)
    return next((str(word) for word in words if word), "")[:100]


def heading_of(kind: ImportKind, part: Field, table: str) -> str:
    """Give the heading of a field as files have it, else what people call it."""
    headings = {column.key: column.heading for column in kind.columns}
    key = next(
        (each for each in (part.key, part.key.removesuffix("_code"), part.key.removesuffix("_id")) if each in headings),
        "",
    )
    return headings.get(key) or field_words(table, part.key) or part.key


def _teller(kind: ImportKind, tenant_id: int) -> Callable[[Any, Field, State], str]:
    """Give what says the value of a field as a file would, masked where it is sealed."""
    words: Callable[[str, Any], str] = kind.words(tenant_id=tenant_id) if hasattr(kind, "words") else _plain

    def tell(row: Any, part: Field, state: State) -> str:
        column = part.columns[0]
        value = _opened(row, column, state[column])
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
