"""Pieces of work that several connections do at once, each in a transaction of its own. PostgreSQL only."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask, current_app

from portal.tenancy.scope import Scope, transaction

T = TypeVar("T")
R = TypeVar("R")


def each_apart(
    work: Callable[[T], R], given: Iterable[T], *, scope: Scope, hands: int, refused: type[Exception]
) -> list[R | None]:
    """Give work(each) for each that is given, in order; every one is committed as soon as it is done.

    Work that raises `refused` leaves nothing and gives None. `given` is gone through here, while `hands` threads work.
    The first other exception is raised when all have ended; what the others did stays done.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  Flask's own way to it

    def run(each: T) -> R | None:
        with app.app_context():
            try:
                with transaction(scope):
                    return work(each)
            except refused:
                return None

    with ThreadPoolExecutor(hands) as pool:
        futures = [pool.submit(run, each) for each in given]
    return [future.result() for future in futures]
