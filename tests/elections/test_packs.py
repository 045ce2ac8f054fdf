"""Rule packs: what ships is sound, what is badly written is refused."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.elections.packs import (
    PackError,
    available_packs,
    content_hash,
    find_pack,
    packs_in_force,
    parse_pack,
)

NATIONAL = next(pack for pack in available_packs() if pack.id == "national-2021")


def test_the_national_pack_has_the_seven_rules_and_its_marks() -> None:
    assert list(NATIONAL.rules) == [f"Q0{n}" for n in range(1, 8)]
    assert {code for code, rule in NATIONAL.rules.items() if not rule.may_bar} == {"Q05", "Q06"}
    assert (NATIONAL.number("SEATS_MIN").value, NATIONAL.number("SEATS_MAX").value) == (5, 11)
    assert NATIONAL.number("CANDIDATE_PUBLICITY_DAYS").value == 7
    assert NATIONAL.number("CANDIDATE_PUBLICITY_DAYS").is_default
    assert NATIONAL.number("NOTICE_DAYS").is_law


def test_a_default_says_so_and_law_does_not() -> None:
    for pack in available_packs():
        for number in pack.numbers.values():
            assert ("默认" in number.source.zh) is number.is_default


def test_a_kept_copy_gives_the_same_pack_and_hash() -> None:
    again = parse_pack(copy.deepcopy(dict(NATIONAL.data)))
    assert again == NATIONAL
    assert content_hash(again.data) == NATIONAL.content_hash


def test_any_change_of_content_changes_the_hash() -> None:
    changed = copy.deepcopy(dict(NATIONAL.data))
    changed["numbers"][0]["value"] += 1
    assert parse_pack(changed).content_hash != NATIONAL.content_hash


def test_pack_in_force() -> None:
    assert find_pack("national-2021") == NATIONAL
    assert find_pack("nowhere") is None
    assert packs_in_force(date(2020, 12, 31)) == []
    assert packs_in_force(date(2021, 1, 1)) == [NATIONAL]


def _set(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_drop("version"), id="key missing"),
        pytest.param(_set("author", value="x"), id="unknown key"),
        pytest.param(_set("version", value=0), id="version zero"),
        pytest.param(_set("version", value=True), id="version true"),
        pytest.param(_set("effective_from", value="1 January"), id="no date"),
        pytest.param(_set("rules", 0, "confidence", value="X"), id="unknown confidence"),
        pytest.param(_set("rules", 0, "kind", value="soft"), id="unknown kind"),
        pytest.param(_set("rules", 0, "judgement", value="no"), id="no truth value"),
        pytest.param(_set("rules", 0, "text", value="only one language"), id="one language"),
        pytest.param(_set("rules", 0, "source", "zh", value=" "), id="no source"),
        pytest.param(_set("rules", 1, "code", value="Q01"), id="code twice"),
        pytest.param(_set("rules", value=[]), id="no rules"),
        pytest.param(_set("numbers", 0, "unit", value="weeks"), id="unknown unit"),
        pytest.param(_set("numbers", 0, "value", value="5"), id="number as text"),
        pytest.param(_drop("numbers", 0), id="required number missing"),
        pytest.param(_set("shares", 0, "share", value="3/2"), id="share above one"),
        pytest.param(_drop("shares", 2), id="required share missing"),
    ],
)
def test_a_badly_written_pack_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    data = copy.deepcopy(dict(NATIONAL.data))
    change(data)
    with pytest.raises(PackError):
        parse_pack(data)
