"""How the rows of a file lie in the database until they are written: many in one sealed piece.

A piece is JSON, column by column, compressed, sealed with the tenant's key and bound to its row. What was found out
about its rows lies beside it: a letter for each, and sealed again the reasons and changes of those that have any, with
their cells, so that a page of refused rows opens nothing else.
"""

import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from portal.desk.kinds import Judgement, Rows, Seen, Table
from portal.desk.rules import Cell, Change, Problem, Verdict
from portal.tenancy import vault

ROWS_SEAL, TOLD_SEAL, SEEN_SEAL = "import_piece.sealed", "import_piece.told", "import_piece.seen"
LETTERS = {Verdict.NEW: "N", Verdict.CHANGED: "C", Verdict.SAME: "S", Verdict.REFUSED: "R"}
VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
IDENTITY_BYTES, WHOLE_IDENTITY_BYTES = 16, 32
QUICK = 1


def seal_table(piece_id: uuid.UUID, rows: Table) -> bytes:
    """Seal rows as they stood in the file, each with its number."""
    return _seal(ROWS_SEAL, piece_id, {"numbers": rows.numbers, "columns": rows.whole})


def open_table(tenant_id: int, piece_id: uuid.UUID, sealed: bytes, places: Mapping[str, int]) -> Table:
    """Give back what seal_table() sealed; `places` says where the columns are that have a meaning."""
    found = _open(ROWS_SEAL, tenant_id, piece_id, sealed)
    if isinstance(found, list):  # as they were sealed before: row by row
        return Table([(number, cells) for number, cells in found], places)
    return Table.of(found["numbers"], found["columns"], places)


def letters(judgements: Iterable[Judgement]) -> str:
    """Give the letter of each row's verdict."""
    return "".join([LETTERS[judgement.verdict] for judgement in judgements])


def seal_told(piece_id: uuid.UUID, told: dict[int, tuple[list[Problem], list[Change]]], rows: Rows) -> bytes | None:
    """Seal the reasons and changes of rows, given by their place in the piece; None when there are none."""
    lines = [
        (
            place,
            *rows[place],
            [(problem.column, problem.code, problem.values) for problem in problems],
            [(change.column, change.old, change.new) for change in changes],
        )
        for place, (problems, changes) in sorted(told.items())
    ]
    return _seal(TOLD_SEAL, piece_id, lines) if lines else None


def open_told(
    tenant_id: int, piece_id: uuid.UUID, sealed: bytes | None
) -> dict[int, tuple[int, list[Cell], list[Problem], list[Change]]]:
    """Give {place: (row number, cells, reasons, changes)} of what seal_told() sealed."""
    lines = _open(TOLD_SEAL, tenant_id, piece_id, sealed) if sealed else []
    return {
        place: (number, cells, [Problem(*each) for each in problems], [Change(*each) for each in changes])
        for place, number, cells, problems, changes in lines
    }


def pack_identities(identities: Iterable[bytes | None], size: int = IDENTITY_BYTES) -> bytes:
    """Give the first bytes of each row's identity one after another, zeros for a row that has none."""
    nobody = bytes(size)
    return b"".join([(identity or nobody)[:size] for identity in identities])


def unpack_identities(packed: bytes, size: int = IDENTITY_BYTES) -> list[bytes | None]:
    """Give back what pack_identities() packed."""
    nobody = bytes(size)
    found = (packed[start : start + size] for start in range(0, len(packed), size))
    return [None if each == nobody else each for each in found]


def seal_seen(piece_id: uuid.UUID, numbers: Sequence[int], seen: Seen, fingerprint: str) -> bytes:
    """Seal what was seen in rows, with their numbers and the fingerprint of the reading that saw it."""
    problems = [
        (place, [(each.column, each.code, each.values) for each in found]) for place, found in seen.problems.items()
    ]
    said = orjson.dumps([fingerprint, numbers, problems, sorted(seen.marked)])
    packed = pack_identities(seen.identities, WHOLE_IDENTITY_BYTES)
    return vault.seal_bytes(SEEN_SEAL, piece_id, len(said).to_bytes(4) + said + packed)


def open_seen(tenant_id: int, piece_id: uuid.UUID, sealed: bytes) -> tuple[str, list[int], Seen]:
    """Give what seal_seen() sealed: the fingerprint, the numbers of the rows, what was seen in them."""
    opened = vault.unseal_bytes(SEEN_SEAL, tenant_id, piece_id, sealed)
    end = 4 + int.from_bytes(opened[:4])
    fingerprint, numbers, problems, marked = orjson.loads(opened[4:end])
    told = {place: [Problem(*each) for each in found] for place, found in problems}
    seen = Seen(unpack_identities(opened[end:], WHOLE_IDENTITY_BYTES), told, frozenset(marked))
    return fingerprint, numbers, seen


def _seal(column: str, piece_id: uuid.UUID, plain: Any) -> bytes:
    return vault.seal_bytes(column, piece_id, zlib.compress(orjson.dumps(plain), QUICK))


def _open(column: str, tenant_id: int, piece_id: uuid.UUID, sealed: bytes) -> Any:
    return orjson.loads(zlib.decompress(vault.unseal_bytes(column, tenant_id, piece_id, sealed)))
