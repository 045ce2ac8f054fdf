"""The last that is allowed and the first that is not, for the limits of an election."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.core.errors import RuleBroken
from portal.elections import rules
from portal.elections.packs import PackError, available_packs, parse_pack
from portal.elections.rules import CandidateState, CaseKind, CaseState

NATIONAL = next(pack for pack in available_packs() if pack.id == "national-2021")
TODAY = date(2026, 11, 22)


def refused(call: Callable[[], object]) -> str | None:
    try:
        call()
    except RuleBroken as error:
        return error.code.removeprefix("elections.")
    return None


@pytest.mark.parametrize(("seats", "sound"), [(0, False), (1, True), (11, True), (12, False)])
def test_a_by_election_fills_one_seat_up_to_all(seats: int, sound: bool) -> None:
    """At most as many as a committee has: 指导规则 art. 31."""
    found = refused(lambda: rules.check_seats(seats, CaseKind.BY_ELECTION, NATIONAL))
    assert found == (None if sound else "seats_to_fill")


@pytest.mark.parametrize("seats", [5, 7, 9, 11])
def test_a_committee_is_odd(seats: int) -> None:
    """指导规则 art. 31: five to eleven, an odd number."""
    assert refused(lambda: rules.check_seats(seats, CaseKind.FIRST, NATIONAL)) is None
    assert refused(lambda: rules.check_seats(seats - 1, CaseKind.FIRST, NATIONAL)) == "seats"


def test_group_and_register_may_be_of_one_day_and_of_today() -> None:
    assert refused(lambda: rules.check_preparation(TODAY, TODAY, today=TODAY)) is None


@pytest.mark.parametrize(
    ("case", "candidate", "code"),
    [
        (CaseState.PARTY_REVIEW, CandidateState.NOMINATED, None),
        (CaseState.PARTY_REVIEW, CandidateState.CONDITIONAL, None),
        (CaseState.PARTY_REVIEW, CandidateState.PASSED, "already_decided"),
        (CaseState.PARTY_REVIEW, CandidateState.WITHDRAWN, "already_decided"),
        (CaseState.NOMINATION, CandidateState.NOMINATED, "not_under_review"),
        (CaseState.CANDIDATES_PUBLISHED, CandidateState.NOMINATED, "not_under_review"),
    ],
)
def test_when_a_sheet_may_be_filled_in(case: CaseState, candidate: CandidateState, code: str | None) -> None:
    assert refused(lambda: rules.check_may_review(case, candidate)) == code


def test_evidence_has_five_mebibytes_at_most() -> None:
    limit = 5 * 1024 * 1024
    scan = b"%PDF-".ljust(limit)
    assert rules.check_upload(scan) == "application/pdf"
    assert refused(lambda: rules.check_upload(scan + b" ")) == "file_size"


def changed(*path: Any, value: Any) -> dict[str, Any]:
    data: Any = copy.deepcopy(dict(NATIONAL.data))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(data)


@pytest.mark.parametrize(("share", "sound"), [("0", False), ("1/100", True), ("1", True), ("101/100", False)])
def test_a_share_is_more_than_nothing_and_at_most_all(share: str, sound: bool) -> None:
    data = changed("shares", 0, "share", value=share)
    if sound:
        assert parse_pack(data).id == NATIONAL.id
        return
    with pytest.raises(PackError):
        parse_pack(data)


@pytest.mark.parametrize("text", ["只有中文", {"zh": "只有中文"}, {"zh": "中", "en": "E", "fr": "F"}])
def test_every_text_has_both_languages_and_no_other(text: object) -> None:
    with pytest.raises(PackError):
        parse_pack(changed("shares", 0, "source", value=text))


def test_a_pack_holds_on_its_first_and_on_its_last_day() -> None:
    pack = parse_pack(changed("effective_to", value="2026-11-22"))
    days = (date(2020, 12, 31), date(2021, 1, 1), TODAY, date(2026, 11, 23))
    assert [pack.in_force_on(day) for day in days] == [False, True, True, False]
