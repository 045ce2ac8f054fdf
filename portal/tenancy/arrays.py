"""Many values of one column as an array of PostgreSQL: binary where it is simple, which both sides read at once.

The binary forms are those of PostgreSQL's array_send() and of each type's own send function (sources: the server's
src/backend/utils/adt/arrayfuncs.c, uuid.c, date.c, varlena.c).
"""

import sys
from array import array
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
import uuid_utils
from psycopg.adapt import Dumper
from psycopg.pq import Format

_SPECIAL = frozenset('"\\')
_NULL = b"\xff\xff\xff\xff"
_DAY_ZERO = date(2000, 1, 1).toordinal()
_HEADER, _INT, _BIG, _DAYS = Struct("!iiIii"), Struct("!i"), Struct("!q"), Struct("!i")
_LENGTHS = [_INT.pack(length) for length in range(1024)]


class BinaryArray(bytes):
    """An array as PostgreSQL itself would send it."""

    __slots__ = ()


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: BinaryArray) -> bytes:
        return obj


psycopg.adapters.register_dumper(BinaryArray, _AsItIs)


def array_of(values: Sequence[Any], kind: str) -> BinaryArray | str:
    """Give values as an array of this type of PostgreSQL; None is NULL."""
    if kind not in _BINARY:
        return array_text(values)
    oid, write = _BINARY[kind]
    filled = [value for value in values if value is not None] if type(None) in set(map(type, values)) else values
    if kind in _NUMBERS and len(filled) == len(values):
        return BinaryArray(_HEADER.pack(1, 0, oid, len(values), 1) + _four_bytes_each(_NUMBERS[kind](values)))
    written = write(filled)
    body = _joined(written) if len(filled) == len(values) else _with_gaps(values, written)
    return BinaryArray(_HEADER.pack(1, len(filled) < len(values), oid, len(values), 1) + body)


def _joined(written: Sequence[bytes]) -> bytes:
    lengths = set(map(len, written))
    if len(lengths) == 1:
        before = _INT.pack(lengths.pop())
        return before + before.join(written)
    if max(lengths, default=0) < len(_LENGTHS):
        return b"".join([_LENGTHS[len(each)] + each for each in written])
    return b"".join([_sized(each) for each in written])


def _four_bytes_each(numbers: Sequence[int]) -> bytes:
    """Give numbers of four bytes, each after its length, in the order of bytes of the network."""
    said = array("i", [4]) * (2 * len(numbers))
    said[1::2] = array("i", numbers)
    if sys.byteorder == "little":
        said.byteswap()
    return said.tobytes()


def _with_gaps(values: Sequence[Any], written: Sequence[bytes]) -> bytes:
    rest = iter(written)
    return b"".join([_NULL if value is None else _sized(next(rest)) for value in values])


def _sized(each: bytes) -> bytes:
    return (_LENGTHS[len(each)] if len(each) < len(_LENGTHS) else _INT.pack(len(each))) + each


def _each_once(values: Sequence[Any]) -> list[bytes]:
    """Give the bytes of ids; one that stands there again and again, such as a branch's, is looked at once."""
    known = {id(value): value for value in values}
    if len(known) == len(values):
        return [value.bytes for value in values]
    written = {place: value.bytes for place, value in known.items()}
    return [written[place] for place in map(id, values)]


_BINARY: dict[str, tuple[int, Callable[[Sequence[Any]], Sequence[bytes]]]] = {
    "BOOLEAN": (16, lambda values: [b"\1" if value else b"\0" for value in values]),
    "BYTEA": (17, lambda values: values),
    "BIGINT": (20, lambda values: list(map(_BIG.pack, values))),
    "INTEGER": (23, lambda values: list(map(_INT.pack, values))),
    "text": (25, lambda values: list(map(str.encode, values))),
    "DATE": (1082, lambda values: [_DAYS.pack(value.toordinal() - _DAY_ZERO) for value in values]),
    "UUID": (2950, _each_once),
}
"""By the type's name its number in pg_type, which is the same in every PostgreSQL, and how its values are written."""


_NUMBERS: dict[str, Callable[[Sequence[Any]], Sequence[int]]] = {
    "INTEGER": lambda values: values,
    "DATE": lambda values: [value.toordinal() - _DAY_ZERO for value in values],
}
"""The types that are a number of four bytes, and how a column without gaps becomes numbers."""


def array_text(values: Sequence[Any]) -> str:
    """Give values as PostgreSQL writes an array: words in double quotes, what is not known as NULL."""
    return "{" + ",".join([_WRITERS[type(value)](value) for value in values]) + "}"


def alone(value: Any) -> str | None:
    """Give a value as PostgreSQL writes it outside an array."""
    if value is None or isinstance(value, str):
        return value
    return f"\\x{value.hex()}" if isinstance(value, bytes) else _WRITERS[type(value)](value).strip('"')


def _word(value: str) -> str:
    if _SPECIAL.isdisjoint(value):
        return f'"{value}"'
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writers(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; a subclass, such as a word of an enumeration, as its parent."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        self[kind] = next(self[parent] for parent in kind.__mro__[1:] if parent in self)
        return self[kind]


_WRITERS = _Writers(
    {
        type(None): lambda _none: "NULL",
        str: _word,
        bytes: lambda value: f'"\\\\x{value.hex()}"',
        UUID: lambda value: str(value.hex),
        uuid_utils.UUID: lambda value: str(value.hex),
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        Decimal: str,
        date: date.isoformat,
        datetime: lambda value: f'"{value.isoformat()}"',
    }
)
