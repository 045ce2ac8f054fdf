"""The second process: the same results in the same order, whoever calculates, also when it is killed."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from portal.core import second_process


def who(number: int, seconds: float = 0.0) -> tuple[int, int]:
    time.sleep(seconds)
    return number, os.getpid()


def die(number: int, first: int) -> int:
    """End the process that calculates, unless that is the first one."""
    if os.getpid() != first:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)  # long enough for the other one to begin
    return number


def refuse(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


@pytest.fixture
def engaged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    second_process.engage()
    yield
    second_process.dismiss()


def test_without_it_everything_is_calculated_here() -> None:
    assert not second_process.is_engaged()
    assert list(second_process.in_turn(who, [(n,) for n in range(4)])) == [(n, os.getpid()) for n in range(4)]


def test_both_calculate_and_the_order_is_kept(engaged: None) -> None:
    assert second_process.is_engaged()
    found = list(second_process.in_turn(who, [(n, 0.05) for n in range(10)]))
    assert [number for number, _ in found] == list(range(10))
    own = [number for number, process in found if process == os.getpid()]
    assert 0 < len(own) < 10, "both have done something"
    assert own == list(range(10 - len(own), 10)), "this process begins at the end"


def test_what_was_begun_before_is_not_begun_again_and_the_end_is_told_once(engaged: None) -> None:
    given = [(n, 0.02) for n in range(6)]
    begun = [future for future in (second_process.begin(who, each) for each in given[:4]) if future]
    told: list[int] = []
    found = second_process.in_turn(who, given, begun=begun, at_end=lambda: told.append(len(begun)))
    other = begun[0].result()[1]
    assert [number for number, _ in found] == list(range(6))
    assert {future.result()[1] for future in begun} == {other} != {os.getpid()}
    assert told == [4]
    assert [number for number, _ in second_process.in_turn(who, given, begun=begun)] == list(range(6))


def test_when_it_is_killed_everything_is_calculated_here(engaged: None) -> None:
    assert list(second_process.in_turn(die, [(n, os.getpid()) for n in range(5)])) == list(range(5))
    assert not second_process.is_engaged()
    assert list(second_process.in_turn(who, [(7,)])) == [(7, os.getpid())]


def test_an_exception_reaches_whoever_asked(engaged: None) -> None:
    found = second_process.in_turn(refuse, [(n,) for n in range(5)])
    with pytest.raises(ValueError, match="two"):
        list(found)
    assert list(second_process.in_turn(refuse, [(3,)])) == [3]


def test_a_machine_with_one_processor_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    second_process.engage()
    assert not second_process.is_engaged()
