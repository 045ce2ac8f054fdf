"""Read a file into its batch, once when it comes in and again when somebody says what its columns mean."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import delete, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.memory import without_collector
from portal.desk import pieces, queries, rules
from portal.desk.continued import FilledDown
from portal.desk.kinds import ImportKind, Rows, Table, get_kind, reading_of
from portal.desk.kinds import Reading as RowReading
from portal.desk.models import HeadingMemory, ImportBatch, ImportPiece
from portal.desk.reader import Part, Sheet, read_sheet
from portal.desk.rules import PIECE_ROWS, BatchState, Cell, headings
from portal.files.commands import drop_file
from portal.files.queries import get_file
from portal.jobs.commands import start_job
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert, written_tenant

STAGE_JOB = "desk.stage"
MORE_SHEETS = 4
"""So many sheets behind the first are tried, each in a child of its own."""
SAMPLES_SEAL = "import_batch.samples_sealed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read out of a file: its sheet, its first rows, what its columns are taken for.

    `parts` are the rows below the headings, as they are read; they can be gone through once.
    """

    sheet: Sheet
    head: Rows
    matched: headings.Matched
    parts: Iterator[Table]


@contextmanager
def read_file(
    kind: ImportKind, file_name: str, content: bytes, *, sheet: str = "", meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Reading]:
    """Read a file, for as long as asked, and find out what its columns mean by what people here have said of such.

    `meanwhile` is done while the first sheet is opened, before anything is known of the file. Where no sheet is asked
    for and the first one is no list, such as a cover, those behind it are tried. Raises
    RuleBroken (field `file`) with the codes of read_sheet() and match_columns(), or `desk.no_rows`.
    """
    memory = queries.remembered_headings(kind.code, tenant_id=written_tenant())
    with ExitStack() as stack:

        def _open(name: str) -> Sheet:
            stack.close()  # and with it the child that reads another sheet
            return stack.enter_context(read_sheet(file_name, content, sheet=name))

        found = stack.enter_context(read_sheet(file_name, content, sheet=sheet, meanwhile=meanwhile))
        try:
            reading = _reading(found, kind, memory)
        except RuleBroken:
            other = None if sheet else _read_behind(found, _open, kind, memory)
            if other is None:
                raise
            reading = other
        yield reading


Memory = Mapping[str, Mapping[str, int]]


def _read_behind(first: Sheet, read: Callable[[str], Sheet], kind: ImportKind, memory: Memory) -> Reading | None:
    """Read the first of the sheets behind one that is a list."""
    if first.name in first.names:
        for name in first.names[first.names.index(first.name) + 1 :][:MORE_SHEETS]:
            with suppress(RuleBroken):
                return _reading(read(name), kind, memory)
    return None


def _reading(sheet: Sheet, kind: ImportKind, memory: Memory) -> Reading:
    first = _table(next(sheet.parts))
    return _matched_reading(sheet, first, headings.match_columns(first.raw, kind.columns, remembered=memory))


def _table(part: Part) -> Table:
    numbers, columns = part
    return Table.of(numbers, columns, {})


def _matched_reading(sheet: Sheet, head: Table, matched: headings.Matched) -> Reading:
    parts = chain([head], map(_table, sheet.parts))
    below = filter(None, (_rows_below(part, matched.headings) for part in parts))
    first = next(below, None)
    if first is None:
        raise RuleBroken("desk.no_rows", field="file")
    return Reading(sheet, head.raw, matched, chain([first], below))


def _rows_below(rows: Table, found: rules.Headings) -> Table:
    """Leave out titles, remarks, signature lines, and headings repeated for each printed page."""
    names = [rules.plain_heading(name) for name in found.names]
    sure = rules.surely_records(rows.whole[0], names[0][:1])
    if all(sure) and rows.numbers[0] > found.row_number:
        return rows
    kept = [
        row
        for row, is_record in zip(rows.raw, sure, strict=True)
        if row[0] > found.row_number and (is_record or not (rules.is_note(row[1]) or _repeats(row[1], names)))
    ]
    return Table(kept, {})


def _repeats(cells: list[Cell], names: list[str]) -> bool:
    """Say whether a row is the headings again; nearly always its first cell tells."""
    if len(cells) > len(names) or names[0][:1] not in rules.text_of(cells[0]):
        return False
    return all(rules.plain_heading(cell) == name for cell, name in zip(cells, names, strict=False))


def fill_batch(batch: ImportBatch, reading: Reading) -> None:
    """Let a batch say what was read; its rows come with stage_rows()."""
    found = reading.matched.headings
    batch.sheet_name, batch.other_sheets = reading.sheet.name[:100], reading.sheet.others
    batch.sheets = reading.sheet.names
    batch.headings, batch.places, batch.unused = found.names, found.places, found.unused
    batch.heading_row, batch.matched, batch.row_count = found.row_number, reading.matched.how, 0
    text = json.dumps(headings.samples(reading.head, found), ensure_ascii=False)
    batch.samples_sealed = vault.seal(SAMPLES_SEAL, batch.id, text)


def stage_rows(batch: ImportBatch, reading: Reading, *, page: str, actor: Actor, now: datetime) -> None:
    """Read the rows and start judging them, unless a person must first say what some column means."""
    batch.state, batch.job_id = BatchState.STAGING, None
    if reading.matched.missing:
        batch.row_count = sum(map(len, reading.parts))
        return
    with without_collector():
        kept = _sealed_pieces(batch, reading, reading_of(get_kind(batch.kind), today=clock.today(now)))
    bulk_insert(ImportPiece, kept)
    payload = {"batch_id": batch.id.hex}
    job = start_job(
        STAGE_JOB, title=batch.file_name, payload=payload, total=batch.row_count, actor=actor, now=now, result_url=page
    )
    batch.job_id = job.id


def _sealed_pieces(batch: ImportBatch, reading: Reading, looking: RowReading | None) -> list[dict[str, Any]]:
    """Look at the rows and seal them while they are read, so that few of them are held in clear.

    The batch learns how many they are.
    """
    fingerprint = looking.fingerprint() if looking else ""
    fill = FilledDown(reading.matched.headings.places, getattr(get_kind(batch.kind), "fill_down", None))
    kept: list[dict[str, Any]] = []
    for part in map(fill.table, reading.parts):
        for start in range(0, len(part), PIECE_ROWS):
            some = part if len(part) <= PIECE_ROWS else part[start : start + PIECE_ROWS]
            piece_id, table = new_id(), Table.of(some.numbers, some.whole, batch.places)
            line = {"id": piece_id, "batch_id": batch.id, "number": len(kept), "is_written": False, "verdicts": ""}
            line["sealed"] = pieces.seal_table(piece_id, table)
            if looking:
                line["seen"] = pieces.seal_seen(piece_id, table.numbers, looking.look(table), fingerprint)
            kept.append(line)
        batch.row_count += len(part)
    return kept


def choose_sheet(
    batch_id: uuid.UUID, kind: ImportKind, *, sheet: str, page: str, actor: Actor, now: datetime
) -> ImportBatch:
    """Read another sheet of the same file; what was found out about the one before is forgotten.

    Raises NotFound, RuleBroken `desk.no_such_sheet`, `desk.wrong_state` and those of read_file().
    """
    batch = _lock_unwritten(batch_id)
    if sheet not in (batch.sheets or []):
        raise RuleBroken("desk.no_such_sheet", field="sheet")
    before = batch.sheet_name
    with read_file(kind, batch.file_name, _content(batch), sheet=sheet) as reading:
        _read_anew(batch, reading, page=page, actor=actor, now=now)
    record(AuditTag.BATCH_COLUMNS, subject=batch, actor=actor, now=now, changes={"sheet": [before, batch.sheet_name]})
    return batch


def name_columns(
    batch_id: uuid.UUID, kind: ImportKind, *, places: Mapping[str, int], page: str, actor: Actor, now: datetime
) -> ImportBatch:
    """Say what the columns of a file mean; remembered here for every file of this kind with the same headings.

    `places` maps columns of the kind to places in the file; what is left out is not read. Raises NotFound,
    RuleBroken `desk.wrong_state`, `desk.columns_missing`.
    """
    batch = _lock_unwritten(batch_id)
    known = rules.Headings(batch.heading_row or 0, batch.headings, {})
    named = headings.name_by_hand(known, places, kind.columns)
    matched = headings.Matched(named, dict.fromkeys(named.places, headings.BY_HAND))
    before = batch.places
    with read_sheet(batch.file_name, _content(batch), sheet=batch.sheet_name) as sheet:
        _read_anew(batch, _matched_reading(sheet, _table(next(sheet.parts)), matched), page=page, actor=actor, now=now)
    _remember(kind, named, actor=actor, now=now)
    record(AuditTag.BATCH_COLUMNS, subject=batch, actor=actor, now=now, changes={"columns": [before, batch.places]})
    return batch


def forget_file(batch: ImportBatch) -> None:
    """Remove the file itself, once its rows are being written or nobody wants them."""
    if batch.file_id is not None:
        drop_file(batch.file_id)
    batch.file_id = batch.samples_sealed = None


def _read_anew(batch: ImportBatch, reading: Reading, *, page: str, actor: Actor, now: datetime) -> None:
    db.session.execute(delete(ImportPiece).where(ImportPiece.batch_id == batch.id))
    fill_batch(batch, reading)
    stage_rows(batch, reading, page=page, actor=actor, now=now)


def _remember(kind: ImportKind, named: rules.Headings, *, actor: Actor, now: datetime) -> None:
    if not any(named.names):
        return
    print_ = headings.fingerprint(named.names)
    statement = select(HeadingMemory).where(HeadingMemory.kind == kind.code, HeadingMemory.fingerprint == print_)
    kept = db.session.scalars(statement).one_or_none()
    if kept is None:
        kept = HeadingMemory(id=new_id(), kind=kind.code, fingerprint=print_)
        db.session.add(kept)
    kept.places, kept.said_by, kept.said_at = named.places, actor.user_id, now


def _content(batch: ImportBatch) -> bytes:
    if batch.file_id is None:
        raise RuleBroken("desk.wrong_state", state=batch.state.value)
    return get_file(batch.file_id).content


def _lock_unwritten(batch_id: uuid.UUID) -> ImportBatch:
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()).one_or_none()
    if batch is None:
        raise NotFound
    if not batch.asks_columns:
        rules.check_transition(batch.state, BatchState.STAGING)
    return batch
