"""Reads rosters of members without a database, in whichever process."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import orjson

from portal.core.ids import new_ids
from portal.desk.kinds import Row, Seen, Source, Table
from portal.registers.columns import ID_SEAL, new_columns
from portal.registers.fact_tables import FactTable, Memo, read_table
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus
from portal.tenancy import vault
from portal.tenancy.bulk import Insertion
from portal.tenancy.scope import ready_insertion, written_tenant


@dataclass(frozen=True, slots=True)
class MemberReading:
    """Reads rosters with the organizations by name and the day."""

    places: Mapping[str, uuid.UUID]
    today: date

    def table(self, rows: Sequence[Row]) -> FactTable:
        """Give the facts of rows."""
        return read_table(rows, self._memo())

    def look(self, rows: Table) -> Seen:
        """Give what judging needs to know of rows."""
        return seen_in(self.table(rows))

    def fingerprint(self) -> str:
        """Give a few letters that are others on another day and with other organizations."""
        said = orjson.dumps([self.today, sorted((name, place.hex) for name, place in self.places.items())])
        return hashlib.sha256(said).hexdigest()[:32]

    def ready(
        self, rows: Table, *, source: Source, engine: str, identities: Sequence[bytes | None] | None = None
    ) -> Insertion | None:
        """Make new members ready; None when one of them would be refused by now."""
        table = self.table(rows)
        if table.problems:
            return None
        return ready_members(rows.numbers, table.columns, source=source, engine=engine, identities=identities)

    def _memo(self) -> Memo:
        """Give what words meant in the rows before, as long as they would mean the same in these."""
        key = (written_tenant(), self)
        if not _last_memo or _last_memo[0][0] != key:
            _last_memo[:] = [(key, Memo(self.places, self.today))]
        return _last_memo[0][1]


_last_memo: list[tuple[Any, Memo]] = []


def seen_in(table: FactTable) -> Seen:
    """Give what judging needs to know of rows that were read."""
    said = table.columns["status"]
    suspended = frozenset(place for place, status in enumerate(said) if status is MemberStatus.SUSPENDED)
    return Seen(vault.blind_indexes(ID_SEAL, table.columns["id_number"]), table.problems, suspended)


def as_columns(found: Sequence[MemberFacts]) -> dict[str, list[Any]]:
    """Give the facts of members column by column."""
    return {each.name: [getattr(facts, each.name) for facts in found] for each in fields(MemberFacts)}


def ready_members(
    numbers: Sequence[int],
    facts: Mapping[str, Sequence[Any]],
    *,
    source: Source,
    engine: str,
    identities: Sequence[bytes | None] | None = None,
) -> Insertion:
    """Make members ready whom nobody knew, each with the number of its row; their facts are given as columns.

    `identities`: the blind indexes of their ID numbers, where they are known already.
    """
    member_ids = new_ids(len(numbers))
    columns = new_columns(member_ids, facts, id_indexes=identities)
    columns |= {
        "id": member_ids,
        "status": [MemberStatus.NORMAL],
        "source_batch_id": [source.batch_id],
        "source_row": numbers,
        "created_at": [source.now],
        "updated_at": [source.now],
    }
    return ready_insertion(engine, PartyMember, columns, len(numbers))
