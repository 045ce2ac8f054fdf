"""How modules call the columns of the tables that files fill, and what their codes mean: for what undoing leaves.

A column that a file has is called by its heading there; these are the others, by the key of their field.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

_names: dict[str, Mapping[str, Any]] = {}
_codes: dict[type[Enum], Mapping[Any, Any]] = {}


def register_row_words(table: str, names: Mapping[str, Any]) -> None:
    """Hand in the words for the fields of a table."""
    _names[table] = names


def register_code_words(*tables: Mapping[Any, Any]) -> None:
    """Hand in the words for codes; each mapping is of one enum."""
    for table in tables:
        _codes[type(next(iter(table)))] = table


def field_words(table: str, key: str) -> str | None:
    """Give the words for a field; None where nobody handed any in."""
    words = _names.get(table, {}).get(key)
    return None if words is None else str(words)


def code_words(value: Any) -> str | None:
    """Give the words for a code; None for what is none or has none."""
    words = _codes.get(type(value), {}).get(value)
    return None if words is None else str(words)
