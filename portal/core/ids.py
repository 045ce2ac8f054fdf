"""Identifiers made by the application: time-ordered and unique across databases."""

import os
import uuid

from uuid_utils import reseed_rng
from uuid_utils.compat import uuid7

os.register_at_fork(after_in_child=reseed_rng)  # two processes must not go on with the same random numbers


def new_id() -> uuid.UUID:
    """Give a UUID of version 7: later ids sort after earlier ones, and two databases never make the same."""
    return uuid7()
