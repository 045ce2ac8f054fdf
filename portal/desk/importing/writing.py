"""Writes the good rows of some pieces of a file, in one transaction.

Whatever was new when it was judged is entered without asking whether anybody knows it by now: a unique key of the
register tells. While PostgreSQL enters one piece, the next one is made ready. Wherever a row does not fit any more,
and for rows that change something, the piece is judged once more against the register as it is now.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.db import db
from portal.desk import pieces
from portal.desk.kinds import ImportKind, Judgement, Prepare, Row, Source, Table, get_kind
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import Change, Problem, Verdict
from portal.tenancy.bulk import Insertion

AT_ONCE = 3
"""So many pieces are one transaction."""
WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGED})
Told = dict[int, tuple[list[Problem], list[Change]]]


class Piece:
    """One piece on its way into the register."""

    def __init__(self, batch: ImportBatch, row: ImportPiece) -> None:
        self.row, self._places = row, batch.places
        self.raw = pieces.open_rows(row.tenant_id, row.id, row.sealed)
        self.verdicts = [pieces.VERDICTS[letter] for letter in row.verdicts]
        self.good = len(self.places(*WRITTEN))

    def places(self, *wanted: Verdict) -> list[int]:
        """Give where rows of these verdicts stand in the piece."""
        return [place for place, verdict in enumerate(self.verdicts) if verdict in wanted]

    def table(self, places: Sequence[int]) -> Table:
        """Give some of its rows to be read."""
        chosen = self.raw if len(places) == len(self.raw) else [self.raw[place] for place in places]
        return Table(chosen, self._places)

    @cached_property
    def told(self) -> Told:
        """Give what the person was told of its rows."""
        told = pieces.open_told(self.row.tenant_id, self.row.id, self.row.told)
        return {place: (problems, changes) for place, (_number, _cells, problems, changes) in told.items()}

    def settle(self, judged: Sequence[tuple[int, Judgement]]) -> None:
        """Tell of rows that are no longer what the person saw."""
        for place, judgement in judged:
            self.verdicts[place], self.told[place] = _settled(judgement)
        self.row.verdicts = "".join(pieces.LETTERS[verdict] for verdict in self.verdicts)
        self.row.told = pieces.seal_told(self.row.id, self.told, self.raw)


class Entering:
    """New rows on their way in, behind a savepoint; on PostgreSQL the caller goes on meanwhile, without the database.

    SQLite works in this process, so nothing would be won.
    """

    def __init__(self, ready: Insertion, pool: ThreadPoolExecutor) -> None:
        self._savepoint = db.session.begin_nested()
        db.session.connection()  # sends the savepoint, which would otherwise wait for whatever asks next
        self._run = pool.submit(ready.run).result if db.engine.dialect.name == "postgresql" else ready.run

    def end(self) -> bool:
        """Wait until they are in; False when one of them cannot be: none is then."""
        try:
            self._run()
        except IntegrityError:
            self._savepoint.rollback()
            return False
        self._savepoint.commit()
        return True


def write_pieces(batch: ImportBatch, rows: Sequence[ImportPiece], source: Source) -> int:
    """Write the rows of these pieces that are new or changed; gives how many there were."""
    kind, total = get_kind(batch.kind), 0
    prepare: Prepare = kind.preparing(source=source) if hasattr(kind, "preparing") else lambda _rows: None
    before: tuple[Piece, Entering | None] | None = None
    with ThreadPoolExecutor(1) as pool:
        for row in rows:
            piece = Piece(batch, row)
            new = piece.places(Verdict.NEW)
            ready = prepare(piece.table(new)) if new else None
            if before is not None:
                total += _end(kind, *before, source)
            before = piece, Entering(ready, pool) if ready else None
        return total + (_end(kind, *before, source) if before else 0)


def _end(kind: ImportKind, piece: Piece, entering: Entering | None, source: Source) -> int:
    """Judge what was not simply entered once more, and write what is still as it was shown."""
    is_entered = entering is not None and entering.end()
    _write_slowly(kind, piece, piece.places(*(WRITTEN - {Verdict.NEW} if is_entered else WRITTEN)), source)
    piece.row.is_written = True
    return piece.good


def _write_slowly(kind: ImportKind, piece: Piece, places: Sequence[int], source: Source) -> None:
    if not places:
        return
    rows = piece.table(places)
    good: list[tuple[Row, Judgement]] = []
    judgements = kind.judge(rows, today=clock.today(source.now))
    settled = []
    for place, row, judgement in zip(places, rows, judgements, strict=True):
        if judgement.verdict is piece.verdicts[place] and judgement.changes == piece.told.get(place, ([], []))[1]:
            good.append((row, judgement))
        else:
            settled.append((place, judgement))
    kind.write(good, source=source)
    if settled:
        piece.settle(settled)


def _settled(judgement: Judgement) -> tuple[Verdict, tuple[list[Problem], list[Change]]]:
    """A row that is no longer what the person saw: already there, or refused to be looked at again."""
    if judgement.verdict is Verdict.SAME:
        return Verdict.SAME, ([], [])
    return Verdict.REFUSED, (judgement.problems or [Problem("", "desk.changed_since")], [])
