"""Identifiers made by the application: time-ordered and unique across databases."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Give a UUID of version 7: later ids sort after earlier ones, and two databases never make the same."""
    return uuid7()
