"""Two records of one person become one: which fields there are, what hangs on a member, and moving it over.

Whatever points at a member with a foreign key, in any package, is found in the tables themselves and moves. A package
that remembers members in another way registers a Mover; one whose tables should have a better name than the general
one gives it with name_table().
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from portal.core.db import Base, db
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.columns import ADDRESS_SEAL, ID_SEAL, MOBILE_SEAL
from portal.registers.messages.lifecycle import TABLE_WORDS
from portal.registers.models import PartyMember
from portal.registers.rules.duplicates import Match, belonging_together, match
from portal.tenancy import vault
from portal.tenancy.models import TenantOwned
from portal.tenancy.past import Kept, Past, kept_columns

UNITS: dict[str, tuple[str, ...]] = {
    "full_name": ("full_name", "search_key", "sort_key"),
    "id_number": ("id_sealed", "id_index", "sex_code", "born_on"),
    "organization": ("organization_id",),
    "member_type": ("member_type",),
    "status": ("status", "status_on"),
    "joined": ("joined_on", "joined_by_month"),
    "full": ("full_on", "full_by_month"),
    "probation_until": ("probation_until",),
    "management_class": ("management_class",),
    "mobile": ("mobile_sealed", "mobile_index"),
    "address": ("address_sealed",),
    "estate": ("estate",),
    "building": ("building",),
    "work_unit": ("work_unit",),
    "job_category": ("job_category",),
    "ethnic_code": ("ethnic_code",),
    "education_code": ("education_code",),
    "vulnerable_since": ("vulnerable_since",),
    "dues_monthly": ("dues_monthly",),
    "hardship_level": ("hardship_level",),
    "on_owners_committee": ("on_owners_committee",),
    "skills": ("skills",),
    "service_intents": ("service_intents",),
    "flow": ("flow_direction", "flow_place"),
    "lost": ("lost_since", "lost_reason"),
    "watch": ("watched_since", "watched_until"),
    "detained": ("detained_since",),
}
"""Fields as people think of them, each with its columns: they are chosen together."""
SEALS = {"id_number": (ID_SEAL, "id_sealed"), "mobile": (MOBILE_SEAL, "mobile_sealed")} | {
    "address": (ADDRESS_SEAL, "address_sealed")
}
_FIRST_SAYS_ALL = frozenset({"full_name", "status"})
NOT_A_FACT = frozenset({"created_at", "updated_at", "source_batch_id", "source_row"})


class Mover(Protocol):
    """How a package moves what it remembers of a member. `move` gives the ids of what it moved."""

    def count(self, member_id: uuid.UUID) -> int: ...

    def move(self, gone_id: uuid.UUID, kept_id: uuid.UUID, *, now: datetime) -> list[uuid.UUID]: ...

    def missing(self, ids: list[uuid.UUID], kept_id: uuid.UUID) -> int: ...

    def move_back(self, ids: list[uuid.UUID], kept_id: uuid.UUID, gone_id: uuid.UUID, *, now: datetime) -> None: ...


_movers: dict[str, Mover] = {}
_titles: dict[str, Any] = dict(TABLE_WORDS)


def register(name: str, title: Any, mover: Mover) -> None:
    """Let a package move what no foreign key shows."""
    _movers[name], _titles[name] = mover, title


def name_table(table: str, title: Any) -> None:
    """Give the words by which a table's rows are called where a merge tells what it moves."""
    _titles[table] = title


def title_of(name: str) -> Any:
    """Give the words for what was moved, by the name in MemberMerge.moved."""
    return _titles.get(name.partition(".")[0], name)


@dataclass(frozen=True, slots=True)
class KeyedRows:
    """Rows of a table that point at a member by a foreign key: the general Mover."""

    model: Any
    attribute: str

    def count(self, member_id: uuid.UUID) -> int:
        """Count the rows that point at a member."""
        pointer = getattr(self.model, self.attribute)
        return int(db.session.scalar(select(func.count()).select_from(self.model).where(pointer == member_id)) or 0)

    def move(self, gone_id: uuid.UUID, kept_id: uuid.UUID, *, now: datetime) -> list[uuid.UUID]:
        """Let the rows of the one point at the other."""
        rows = list(db.session.scalars(select(self.model).where(getattr(self.model, self.attribute) == gone_id)))
        self._point(rows, kept_id, now)
        return [row.id for row in rows]

    def missing(self, ids: list[uuid.UUID], kept_id: uuid.UUID) -> int:
        """Count the moved rows that are gone or point at somebody else by now."""
        return len(ids) - len(self._moved(ids, kept_id))

    def move_back(self, ids: list[uuid.UUID], kept_id: uuid.UUID, gone_id: uuid.UUID, *, now: datetime) -> None:
        """Let the moved rows point at the one again that they came from."""
        self._point(self._moved(ids, kept_id), gone_id, now)

    def _moved(self, ids: list[uuid.UUID], kept_id: uuid.UUID) -> list[Any]:
        pointer = getattr(self.model, self.attribute)
        return list(db.session.scalars(select(self.model).where(self.model.id.in_(ids), pointer == kept_id)))

    def _point(self, rows: list[Any], member_id: uuid.UUID, now: datetime) -> None:
        for row in rows:
            setattr(row, self.attribute, member_id)
            if isinstance(row, Kept):
                row.updated_at = now
        db.session.flush()


def movers() -> dict[str, Mover]:
    """Give everything that can hang on a member, by name: `table.column` for keys, in the order of their names."""
    found: dict[str, Mover] = {}
    for model in _tenant_models():
        mapper = inspect(model)
        for key in mapper.local_table.foreign_key_constraints:
            if key.referred_table.name != PartyMember.__tablename__:
                continue
            column = next(each for each in key.columns if each.name != "tenant_id")
            attribute = mapper.get_property_by_column(column).key
            found[f"{model.__tablename__}.{attribute}"] = KeyedRows(model, attribute)
    return dict(sorted({**found, **_movers}.items()))


def _tenant_models() -> Iterator[Any]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, TenantOwned) and not issubclass(mapper.class_, Past):
            yield mapper.class_


def count_all(member_id: uuid.UUID) -> dict[str, int]:
    """Count what hangs on a member, by name, nothing left out but what is not there; one statement for each table."""
    counts = {name: mover.count(member_id) for name, mover in movers().items()}
    return {name: number for name, number in counts.items() if number}


def move_all(gone_id: uuid.UUID, kept_id: uuid.UUID, *, now: datetime) -> dict[str, list[str]]:
    """Move everything that hangs on one record to the other; gives {name: ids}.

    Raises RuleBroken `registers.merge_clash` (with `what`) where both hold what only one may.
    """
    moved: dict[str, list[str]] = {}
    for name, mover in movers().items():
        try:
            with db.session.begin_nested():
                ids = mover.move(gone_id, kept_id, now=now)
        except IntegrityError as error:
            raise RuleBroken("registers.merge_clash", what=title_of(name)) from error
        if ids:
            moved[name] = [each.hex for each in ids]
    return moved


def units() -> dict[str, tuple[str, ...]]:
    """Give the fields with their columns; a column that nobody put into a field is one by itself."""
    placed = {column for columns in UNITS.values() for column in columns}
    rest = [each for each in kept_columns(PartyMember) if each not in placed | NOT_A_FACT]
    return UNITS | {column: (column,) for column in rest}


def value_of(member: Any, unit: str) -> Any:
    """Give what a record says in one field, sealed ones in clear; None when nothing. For a past state, too."""
    if unit in SEALS:
        seal, column = SEALS[unit]
        sealed = getattr(member, column)
        row_id = getattr(member, "row_id", member.id)
        return vault.unseal(seal, member.tenant_id, row_id, sealed) if sealed else None
    values = tuple(getattr(member, column) for column in units()[unit])
    if not any(values):
        return None
    return values[0] if len(values) == 1 or unit in _FIRST_SAYS_ALL else values


def compare(kept: PartyMember, gone: PartyMember) -> dict[str, Match]:
    """Compare two records field by field."""
    return belonging_together({unit: match(value_of(kept, unit), value_of(gone, unit)) for unit in units()})


def columns_for(member: Any, unit: str, *, row_id: uuid.UUID) -> dict[str, Any]:
    """Give the columns of one field of a record as they stand in another row: sealed for that one."""
    columns = {column: getattr(member, column) for column in units()[unit]}
    if unit in SEALS:
        seal, column = SEALS[unit]
        text = value_of(member, unit)
        columns[column] = vault.seal(seal, row_id, text) if text is not None else None
    return columns


def shown_masked(member: PartyMember, unit: str) -> str:
    """Give a sealed field masked."""
    return queries.MASKS[unit](str(value_of(member, unit)))
