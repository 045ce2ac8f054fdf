"""What is to happen only once the transaction holds."""

from collections.abc import Callable
from contextvars import ContextVar

_waiting: ContextVar[tuple[Callable[[], None], ...]] = ContextVar("after_commit", default=())


def add(action: Callable[[], None]) -> None:
    """Remember something to do after the commit; dropped when the transaction is rolled back."""
    _waiting.set((*_waiting.get(), action))


def run() -> None:
    """Do what waits, in order, and forget it."""
    actions, _ = _waiting.get(), _waiting.set(())
    for action in actions:
        action()


def drop() -> None:
    """Forget what waits."""
    _waiting.set(())
