"""The desk's long work: judge the rows of a file, write the good ones, some thousand rows at a time.

Each piece is one transaction with the job's progress. A worker that is killed leaves a piece undone
and the next one does it again, so that every row goes in once.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.memory import without_collector
from portal.desk import pieces, queries
from portal.desk.commands import APPLY_JOB, STAGE_JOB
from portal.desk.importing import undoing
from portal.desk.kinds import Judgement, Row, Source, get_kind
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import BatchState, Cell, Change, Problem, Verdict
from portal.jobs.commands import job_kind

__all__ = ["advance_applying", "advance_staging", "undoing"]
WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGED})
Told = dict[int, tuple[list[Problem], list[Change]]]


@job_kind(STAGE_JOB)
def advance_staging(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Judge one piece of the file; True when none is left and the person may look."""
    batch = _batch_of(job)
    if batch.state is not BatchState.STAGING:  # withdrawn meanwhile
        return True
    piece = _next_piece(batch, job, ImportPiece.verdicts == "")
    if piece is None:
        batch.state = BatchState.READY
        record(AuditTag.BATCH_STAGE, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    with without_collector():
        job.done += _judge_piece(batch, piece, today=clock.today(now))
    job.cursor = piece.number + 1
    return False


@job_kind(APPLY_JOB)
def advance_applying(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Write the rows of the next piece that are new or changed; True when none is left."""
    batch = _batch_of(job)
    if batch.state is not BatchState.APPLYING:
        return True
    piece = _next_piece(batch, job, ImportPiece.is_written.is_(False))
    if piece is None:
        batch.state, batch.finished_at = BatchState.DONE, now
        record(AuditTag.BATCH_FINISH, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    with without_collector():
        job.done += _write_piece(batch, piece, Source(batch.id, actor, now))
    job.cursor = piece.number + 1
    return False


def _batch_of(job: Any) -> ImportBatch:
    batch_id = uuid.UUID(job.payload["batch_id"])
    return queries.get_batch(batch_id, tenant_id=job.tenant_id)


def _next_piece(batch: ImportBatch, job: Any, is_waiting: Any) -> ImportPiece | None:
    statement = select(ImportPiece).where(
        ImportPiece.batch_id == batch.id, ImportPiece.number >= job.cursor, is_waiting
    )
    return db.session.scalars(statement.order_by(ImportPiece.number).limit(1)).one_or_none()


def _by_column(batch: ImportBatch, cells: list[Cell]) -> dict[str, Cell]:
    end = len(cells)
    return {key: cells[place] for key, place in batch.places.items() if place < end}


def _counts(batch: ImportBatch) -> dict[str, list[object]]:
    counts = queries.count_verdicts(batch)
    return {verdict.value.lower(): [None, count] for verdict, count in counts.items() if count}


def _judge_piece(batch: ImportBatch, piece: ImportPiece, *, today: date) -> int:
    raw = pieces.open_rows(piece.tenant_id, piece.id, piece.sealed)
    rows = [Row(number, _by_column(batch, cells)) for number, cells in raw]
    judgements = get_kind(batch.kind).judge(rows, today=today)
    _refuse_second_ones(batch, piece.number, rows, judgements)
    _keep(piece, raw, judgements)
    piece.identities = pieces.pack_identities(judgements)
    return len(rows)


def _keep(piece: ImportPiece, raw: pieces.Rows, judgements: Sequence[Judgement]) -> None:
    """Put what was found out beside the rows."""
    told = {
        place: (each.problems, each.changes) for place, each in enumerate(judgements) if each.problems or each.changes
    }
    piece.verdicts = pieces.letters(judgements)
    piece.told = pieces.seal_told(piece.id, told, raw)


# Who stands in the first pieces of the file that was judged last, so that they need not be read again for each piece.
_seen: dict[uuid.UUID, tuple[int, dict[bytes, int]]] = {}


def _first_ones(batch: ImportBatch, before: int) -> dict[bytes, int]:
    """Give {identity: row number} of the rows in the pieces before this one."""
    number, first = _seen.get(batch.id, (-1, {}))
    if number == before:
        return first
    _seen.clear()
    found: dict[bytes, int] = {}
    statement = select(ImportPiece).where(ImportPiece.batch_id == batch.id, ImportPiece.number < before)
    for piece in db.session.scalars(statement.order_by(ImportPiece.number)):
        rows = pieces.open_rows(piece.tenant_id, piece.id, piece.sealed)
        for identity, (row_number, _cells) in zip(pieces.unpack_identities(piece.identities or b""), rows, strict=True):
            if identity:
                found.setdefault(identity, row_number)
    return found


def _refuse_second_ones(batch: ImportBatch, number: int, rows: list[Row], judgements: list[Judgement]) -> None:
    """The same person twice in one file: the second is refused and told where the first stands."""
    first = _first_ones(batch, number)
    for row, judgement in zip(rows, judgements, strict=True):
        if not judgement.identity:
            continue
        stands_in = first.setdefault(judgement.identity[: pieces.IDENTITY_BYTES], row.number)
        if stands_in != row.number:
            judgement.verdict = Verdict.REFUSED
            column = get_kind(batch.kind).identity_column
            judgement.problems.insert(0, Problem(column, "desk.twice", {"row": stands_in}))
            judgement.changes = []
    _seen[batch.id] = (number + 1, first)


def _write_piece(batch: ImportBatch, piece: ImportPiece, source: Source) -> int:
    """Judge once more, since others may have worked meanwhile; write what is still as it was shown."""
    kind = get_kind(batch.kind)
    raw = pieces.open_rows(piece.tenant_id, piece.id, piece.sealed)
    verdicts = [pieces.VERDICTS[letter] for letter in piece.verdicts]
    places = [place for place, verdict in enumerate(verdicts) if verdict in WRITTEN]
    rows = [Row(raw[place][0], _by_column(batch, raw[place][1])) for place in places]
    told = _told(piece)
    good: list[tuple[Row, Judgement]] = []
    is_settled = False
    for place, row, judgement in zip(places, rows, kind.judge(rows, today=clock.today(source.now)), strict=True):
        if judgement.verdict is verdicts[place] and judgement.changes == told.get(place, ([], []))[1]:
            good.append((row, judgement))
        else:
            verdicts[place], told[place], is_settled = *_settled(judgement), True
    kind.write(good, source=source)
    if is_settled:
        piece.verdicts = "".join(pieces.LETTERS[verdict] for verdict in verdicts)
        piece.told = pieces.seal_told(piece.id, told, raw)
    piece.is_written = True
    return len(places)


def _told(piece: ImportPiece) -> Told:
    told = pieces.open_told(piece.tenant_id, piece.id, piece.told)
    return {place: (problems, changes) for place, (_number, _cells, problems, changes) in told.items()}


def _settled(judgement: Judgement) -> tuple[Verdict, tuple[list[Problem], list[Change]]]:
    """A row that is no longer what the person saw: already there, or refused to be looked at again."""
    if judgement.verdict is Verdict.SAME:
        return Verdict.SAME, ([], [])
    return Verdict.REFUSED, (judgement.problems or [Problem("", "desk.changed_since")], [])
