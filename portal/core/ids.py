"""Identifiers made by the application: time-ordered and unique across databases."""

import os
import uuid

import uuid_utils
from uuid_utils.compat import uuid7

os.register_at_fork(after_in_child=uuid_utils.reseed_rng)  # two processes must not go on with the same random numbers


def new_ids(count: int) -> list[uuid.UUID]:
    """Give many new_id() at once, as objects that say .hex and str() like those of uuid, and quicker."""
    return [uuid_utils.uuid7() for _ in range(count)]  # type: ignore[misc]  # they look alike


def new_id() -> uuid.UUID:
    """Give a UUID of version 7: later ids sort after earlier ones, and two databases never make the same."""
    return uuid7()
