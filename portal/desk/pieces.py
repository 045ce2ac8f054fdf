"""How the rows of a file lie in the database until they are written: many in one sealed piece.

A piece is JSON, compressed, sealed with the tenant's key and bound to its row. What was found out about its rows
lies beside it: a letter for each, and sealed again the reasons and changes of those that have any, with their cells,
so that a page of refused rows opens nothing else.
"""

import uuid
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from portal.desk.kinds import Judgement
from portal.desk.rules import Cell, Change, Problem, Verdict
from portal.tenancy import vault

Rows = list[tuple[int, list[Cell]]]
ROWS_SEAL, TOLD_SEAL = "import_piece.sealed", "import_piece.told"
LETTERS = {Verdict.NEW: "N", Verdict.CHANGED: "C", Verdict.SAME: "S", Verdict.REFUSED: "R"}
VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
IDENTITY_BYTES = 16
QUICK = 1


def seal_rows(piece_id: uuid.UUID, rows: Sequence[tuple[int, list[Cell]]]) -> bytes:
    """Seal rows as they stood in the file, each with its number."""
    return _seal(ROWS_SEAL, piece_id, rows)


def open_rows(tenant_id: int, piece_id: uuid.UUID, sealed: bytes) -> Rows:
    """Give back what seal_rows() sealed."""
    return [(number, cells) for number, cells in _open(ROWS_SEAL, tenant_id, piece_id, sealed)]


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


def pack_identities(judgements: Iterable[Judgement]) -> bytes:
    """Give the first bytes of each row's identity one after another, zeros for a row that has none."""
    nobody = bytes(IDENTITY_BYTES)
    return b"".join([(judgement.identity or nobody)[:IDENTITY_BYTES] for judgement in judgements])


def unpack_identities(packed: bytes) -> list[bytes | None]:
    """Give back what pack_identities() packed."""
    nobody = bytes(IDENTITY_BYTES)
    found = (packed[start : start + IDENTITY_BYTES] for start in range(0, len(packed), IDENTITY_BYTES))
    return [None if each == nobody else each for each in found]


def _seal(column: str, piece_id: uuid.UUID, plain: Any) -> bytes:
    return vault.seal_bytes(column, piece_id, zlib.compress(orjson.dumps(plain), QUICK))


def _open(column: str, tenant_id: int, piece_id: uuid.UUID, sealed: bytes) -> Any:
    return orjson.loads(zlib.decompress(vault.unseal_bytes(column, tenant_id, piece_id, sealed)))
