"""A second process that calculates while this one waits for the database or calculates, too.

The worker engages it when it begins. Everywhere else, and where a machine has a single processor, the same is
calculated here, one after the other.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
PR_SET_PDEATHSIG = 1
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
        _engaged.pop().shutdown(cancel_futures=True)


def is_engaged() -> bool:
    """Say whether there is one: this is the worker, which may do two things at once."""
    return bool(_engaged)


def in_turn(function: Callable[..., T], given: Sequence[tuple[object, ...]]) -> Iterator[T]:
    """Give function(*each) for each that is given, in order.

    Function, arguments and results can be pickled. The second process begins with the first ones; whenever the next
    result is not there yet, this process takes the last one that nobody has begun.
    """
    futures = _submitted(function, given)
    own: dict[int, T] = {}
    for place, each in enumerate(given):
        while futures and place not in own and not futures[place].done():
            last = next((at for at in reversed(range(place, len(given))) if at not in own and futures[at].cancel()), -1)
            if last < 0:
                break
            own[last] = function(*given[last])
        if place in own:
            yield own.pop(place)
        elif futures:
            yield _result(futures[place], function, each)
        else:
            yield function(*each)


def _submitted(function: Callable[..., T], given: Sequence[tuple[object, ...]]) -> list[Future[T]]:
    try:
        return [_engaged[0].submit(function, *each) for each in given] if _engaged else []
    except BrokenProcessPool:
        dismiss()
        return []


def _result(future: Future[T], function: Callable[..., T], given: tuple[object, ...]) -> T:
    """Wait for a result; calculate it here when the second process has been killed."""
    try:
        return future.result()
    except (BrokenProcessPool, CancelledError):  # those behind the one that broke are cancelled with the rest
        dismiss()
        return function(*given)


def _end_with_parent() -> None:
    """Ask Linux to end this process with its parent, however that ends, and leave the keyboard's signal to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
