"""A second process that calculates while this one waits for the database or calculates, too.

The worker engages it when it begins. Everywhere else, and where a machine has a single processor, the same is
calculated here, one after the other.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
PR_SET_PDEATHSIG = 1
AHEAD = 3
"""So much is given to the second process at once: it need not wait for this one, which may be calculating."""
_engaged: list[ProcessPoolExecutor] = []


def engage() -> None:
    """Start the second process; before any thread and any connection, of which it would get a copy."""
    if _engaged or sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        return
    pool = ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_end_with_parent)
    pool.submit(os.getpid).result()
    _engaged.append(pool)


def dismiss() -> None:
    """End the second process; whatever comes is calculated here."""
    while _engaged:
        _engaged.pop().shutdown()


def is_engaged() -> bool:
    """Say whether there is one: this is the worker, which may do two things at once."""
    return bool(_engaged)


def in_turn(
    function: Callable[..., T],
    given: Sequence[tuple[object, ...]],
    *,
    begun: Sequence[Future[T]] = (),
    at_end: Callable[[], None] = lambda: None,
) -> Iterator[T]:
    """Give function(*each) for each that is given, in order.

    Function, arguments and results can be pickled. The second process begins with the first ones; whenever the next
    result is not there yet, this process takes the last one that nobody has begun. `begun`: what begin() gave for the
    first of them; `at_end` is called as soon as there is nothing left to begin.
    """
    waiting = dict(enumerate(begun))
    own: dict[int, T] = {}
    first, last = len(waiting), len(given)  # nobody has begun what lies between
    is_at_end = False
    for place, each in enumerate(given):
        while place not in own and not (place in waiting and waiting[place].done()):
            while first < last and sum(not one.done() for one in waiting.values()) < AHEAD:
                future = begin(function, given[first])
                if future is None:
                    break
                waiting[first] = future
                first += 1
            if first == last:
                break
            at = last - 1 if _engaged else place
            own[at] = function(*given[at])
            if at == place:
                first = at + 1
            else:
                last = at
        if first == last and not is_at_end:
            is_at_end = True
            at_end()
        yield own.pop(place) if place in own else _result(waiting.pop(place), function, each)


def begin(function: Callable[..., T], given: tuple[object, ...]) -> Future[T] | None:
    """Give work to the second process; None where there is none. Nothing given is ever taken back.

    A pool that breaks stumbles over what was cancelled, and leaves whoever waits for the rest waiting.
    """
    try:
        return _engaged[0].submit(function, *given) if _engaged else None
    except BrokenProcessPool:
        dismiss()
        return None


def _result(future: Future[T], function: Callable[..., T], given: tuple[object, ...]) -> T:
    """Wait for a result; calculate it here when the second process has been killed."""
    try:
        return future.result()
    except BrokenProcessPool:
        dismiss()
        return function(*given)


def _end_with_parent() -> None:
    """Ask Linux to end this process with its parent, however that ends, and leave the keyboard's signal to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
