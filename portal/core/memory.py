"""How memory is looked after while many small things are made at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Do one piece of work without looking for circles of references; what nobody holds is freed all the same.

    Reading 100,000 rows makes millions of things that stay, and the collector would go through them again and again:
    half of the time. Pieces are bounded, and afterwards it runs as before, also when several end in any order.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
