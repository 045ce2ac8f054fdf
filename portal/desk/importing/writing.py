"""Writes the good rows of some pieces of a file.

Whatever was new when it was judged is entered without asking whether anybody knows it by now: a unique key of the
register tells. While one piece is entered, the next ones are made ready by the second process. Wherever a row does not
fit any more, and for rows that change something, the piece is judged once more against the register as it is now.

On PostgreSQL the worker enters some pieces at once, each in a transaction of its own that also says that the piece is
written, so that whoever goes on after a killed worker passes it by. Everything else is one transaction with the job's
progress.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from portal.core import clock, second_process
from portal.core.db import db
from portal.desk import pieces
from portal.desk.importing.reading import make_ready
from portal.desk.kinds import ImportKind, Judgement, Row, Source, Table, get_kind
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import Change, Problem, Verdict
from portal.tenancy.apart import each_apart
from portal.tenancy.bulk import Insertion
from portal.tenancy.scope import insert_ready, insert_unless_taken, scope_of

WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGED})
CHANGED = pieces.LETTERS[Verdict.CHANGED]
HANDS = 2
Ready = tuple[ImportPiece, Insertion | None]
Told = dict[int, tuple[list[Problem], list[Change]]]


class Piece:
    """One piece on its way into the register."""

    def __init__(self, batch: ImportBatch, row: ImportPiece) -> None:
        self.row, self._places = row, batch.places
        self.verdicts = [pieces.VERDICTS[letter] for letter in row.verdicts]

    @cached_property
    def rows(self) -> Table:
        """Give its rows as they stood in the file."""
        return pieces.open_table(self.row.tenant_id, self.row.id, self.row.sealed, self._places)

    def places(self, *wanted: Verdict) -> list[int]:
        """Give where rows of these verdicts stand in the piece."""
        return [place for place, verdict in enumerate(self.verdicts) if verdict in wanted]

    def table(self, places: Sequence[int]) -> Table:
        """Give some of its rows to be read."""
        return self.rows.chosen(places)

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
        self.row.told = pieces.seal_told(self.row.id, self.told, self.rows.raw)


def write_pieces(
    batch: ImportBatch, rows: Sequence[ImportPiece], source: Source, *, then: Sequence[ImportPiece] = ()
) -> None:
    """Write the rows of these pieces that are new or changed; `then` are those that come next."""
    made = make_ready(batch, rows, then, today=clock.today(source.now), source=source)
    all_ready: Iterable[Ready] = zip(rows, made, strict=True)
    if second_process.is_engaged() and db.engine.dialect.name == "postgresql":
        all_ready = _enter_apart(batch, all_ready)
    for row, ready in all_ready:
        _write_piece(get_kind(batch.kind), Piece(batch, row), ready, source)


def _enter_apart(batch: ImportBatch, all_ready: Iterable[Ready]) -> Iterator[Ready]:
    """Enter the pieces in which whatever is good is new; gives the others, and those that do not fit any more."""
    given: list[Ready] = []

    def enter(one: Ready) -> bool:
        row, ready = one
        if ready is None or CHANGED in row.verdicts:
            return False
        insert_ready(ready)
        db.session.execute(update(ImportPiece).where(ImportPiece.id == row.id).values(is_written=True))
        return True

    def kept() -> Iterator[Ready]:
        for one in all_ready:
            given.append(one)
            yield one

    entered = each_apart(enter, kept(), scope=scope_of(batch.tenant_id), hands=HANDS, refused=IntegrityError)
    for (row, ready), is_entered in zip(given, entered, strict=True):
        if is_entered:
            set_committed_value(row, "is_written", True)
        else:
            yield row, ready


def _write_piece(kind: ImportKind, piece: Piece, ready: Insertion | None, source: Source) -> None:
    is_entered = ready is not None and insert_unless_taken(ready)
    _write_slowly(kind, piece, piece.places(*(WRITTEN - {Verdict.NEW} if is_entered else WRITTEN)), source)
    piece.row.is_written = True


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
