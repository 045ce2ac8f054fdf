"""The desk's long work: judge the rows of a file, write the good ones, some thousand rows at a time.

A piece that is judged, or a few that are written, are one transaction with the job's progress. A worker that is
killed leaves them undone and the next one does them again, so that every row goes in once.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from typing import Any

from sqlalchemy import func, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.memory import without_collector
from portal.desk import pieces, queries
from portal.desk.commands import APPLY_JOB, STAGE_JOB
from portal.desk.importing import undoing, writing
from portal.desk.kinds import Judgement, Source, Table, get_kind, reading_of
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import BatchState, Problem, Verdict
from portal.jobs.commands import job_kind

AT_ONCE = 10
"""So many pieces are one transaction: less than a second, and the second process seldom waits for the next ones."""
__all__ = ["advance_applying", "advance_staging", "undoing"]


@job_kind(STAGE_JOB)
def advance_staging(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Judge some pieces of the file; True when none is left and the person may look."""
    batch = _batch_of(job)
    if batch.state is not BatchState.STAGING:  # withdrawn meanwhile
        return True
    waiting = _next_pieces(batch, job, ImportPiece.verdicts == "")
    if not waiting:
        batch.state = BatchState.READY
        record(AuditTag.BATCH_STAGE, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    with without_collector():
        job.done += _judge_pieces(batch, waiting, today=clock.today(now))
    job.cursor = waiting[-1].number + 1
    return False


@job_kind(APPLY_JOB, as_a_whole=True)
def advance_applying(job: Any, *, actor: Actor, now: datetime) -> bool:
    """Write the rows of the next pieces that are new or changed; True when none is left."""
    batch = _batch_of(job)
    if batch.state is not BatchState.APPLYING:
        return True
    found = _next_pieces(batch, job, ImportPiece.is_written.is_(False), limit=2 * AT_ONCE)
    waiting, then = found[:AT_ONCE], found[AT_ONCE:]
    if not waiting:
        job.done = job.total  # also what somebody wrote who was killed before he could say so
        batch.state, batch.finished_at = BatchState.DONE, now
        record(AuditTag.BATCH_FINISH, subject=batch, actor=actor, now=now, changes=_counts(batch))
        return True
    with without_collector():
        writing.write_pieces(batch, waiting, Source(batch.id, actor, now), then=then)
    job.done = job.total - _left(batch)
    job.cursor = waiting[-1].number + 1
    return False


def _batch_of(job: Any) -> ImportBatch:
    batch_id = uuid.UUID(job.payload["batch_id"])
    return queries.get_batch(batch_id, tenant_id=job.tenant_id)


def _next_pieces(batch: ImportBatch, job: Any, is_waiting: Any, *, limit: int = AT_ONCE) -> list[ImportPiece]:
    statement = select(ImportPiece).where(
        ImportPiece.batch_id == batch.id, ImportPiece.number >= job.cursor, is_waiting
    )
    return list(db.session.scalars(statement.order_by(ImportPiece.number).limit(limit)))


def _left(batch: ImportBatch) -> int:
    """Count the good rows that are still to be written."""
    verdicts: Any = ImportPiece.verdicts
    others = reduce(lambda text, letter: func.replace(text, pieces.LETTERS[letter], ""), writing.WRITTEN, verdicts)
    statement = select(func.sum(func.length(verdicts) - func.length(others)))
    waiting = statement.where(ImportPiece.batch_id == batch.id, ImportPiece.is_written.is_(False))
    return db.session.scalars(waiting).one() or 0


def _counts(batch: ImportBatch) -> dict[str, list[object]]:
    counts = queries.count_verdicts(batch)
    return {verdict.value.lower(): [None, count] for verdict, count in counts.items() if count}


def _judge_pieces(batch: ImportBatch, waiting: Sequence[ImportPiece], *, today: date) -> int:
    reading = reading_of(get_kind(batch.kind), today=today)
    fingerprint = reading.fingerprint() if reading else ""
    return sum(_judge_piece(batch, piece, fingerprint, today=today) for piece in waiting)


def _judge_piece(batch: ImportBatch, piece: ImportPiece, fingerprint: str, *, today: date) -> int:
    places = batch.places
    rows = Table(lambda: pieces.open_table(piece.tenant_id, piece.id, piece.sealed, places), places)
    kind: Any = get_kind(batch.kind)
    judgements: list[Judgement] | None = None
    if piece.seen is not None:
        read_with, numbers, seen = pieces.open_seen(piece.tenant_id, piece.id, piece.seen)
        if read_with == fingerprint:  # otherwise a branch was founded meanwhile, or midnight has passed
            judgements = kind.judge(rows, today=today, seen=seen)
    if judgements is None:
        numbers, judgements = rows.numbers, kind.judge(rows, today=today)
    _refuse_second_ones(batch, piece.number, numbers, judgements)
    _keep(piece, rows, judgements)
    piece.identities = pieces.pack_identities([judgement.identity for judgement in judgements])
    return len(judgements)


def _keep(piece: ImportPiece, rows: Table, judgements: Sequence[Judgement]) -> None:
    """Put what was found out beside the rows."""
    told = {
        place: (each.problems, each.changes) for place, each in enumerate(judgements) if each.problems or each.changes
    }
    piece.verdicts = pieces.letters(judgements)
    piece.told = pieces.seal_told(piece.id, told, rows.raw) if told else None


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
        numbers = pieces.open_table(piece.tenant_id, piece.id, piece.sealed, {}).numbers
        for identity, row_number in zip(pieces.unpack_identities(piece.identities or b""), numbers, strict=True):
            if identity:
                found.setdefault(identity, row_number)
    return found


def _refuse_second_ones(batch: ImportBatch, number: int, row_numbers: list[int], judgements: list[Judgement]) -> None:
    """The same person twice in one file: the second is refused and told where the first stands."""
    first = _first_ones(batch, number)
    named = [each for each in zip(row_numbers, judgements, strict=True) if each[1].identity]
    own = {_short(judgement): row_number for row_number, judgement in named}
    if len(own) == len(named) and first.keys().isdisjoint(own):  # nearly always
        first.update(own)
        named = []
    for row_number, judgement in named:
        stands_in = first.setdefault(_short(judgement), row_number)
        if stands_in != row_number:
            judgement.verdict = Verdict.REFUSED
            column = get_kind(batch.kind).identity_column
            judgement.problems.insert(0, Problem(column, "desk.twice", {"row": stands_in}))
            judgement.changes = []
    _seen[batch.id] = (number + 1, first)


def _short(judgement: Judgement) -> bytes:
    return (judgement.identity or b"")[: pieces.IDENTITY_BYTES]
