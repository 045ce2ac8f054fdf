"""Terms, renewals, votes by tables: each rule of the domain sheet with its source; no application, no database."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberType, OrganizationKind
from portal.registers.rules import terms as rules
from portal.registers.rules.terms import Manner, Meeting, OrganizationCategory, TermDates, TermStatus, Voter

K, C, S = OrganizationKind, OrganizationCategory, TermStatus
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "category", "years"),
    [
        pytest.param(K.PARTY_COMMITTEE, None, 5, id="committee of a community: 任期意见 2018"),
        pytest.param(K.GENERAL_BRANCH, C.COMMUNITY, 5, id="general branch of a community"),
        pytest.param(K.BRANCH, C.COMMUNITY, 5, id="branch of a community: 支部工作条例 ch. 6"),
        pytest.param(K.BRANCH, C.RURAL, 5, id="branch of a village"),
        pytest.param(K.PARTY_COMMITTEE, C.ORGAN, 5, id="committee elsewhere"),
        pytest.param(K.GENERAL_BRANCH, C.ORGAN, 3, id="general branch elsewhere"),
        pytest.param(K.BRANCH, C.PRIVATE_FIRM, 3, id="branch of a firm"),
        pytest.param(K.JOINT_BRANCH, C.SOCIAL, 3, id="joint branch elsewhere"),
        pytest.param(K.GROUP, None, None, id="a group's head has no fixed term"),
        pytest.param(K.WORKING_COMMITTEE, None, None, id="appointed"),
        pytest.param(K.TEMP_BRANCH, None, None, id="ends with its task"),
        pytest.param(K.FUNCTIONAL_BRANCH, C.ORGAN, None, id="functional"),
    ],
)
def test_years(kind: K, category: C | None, years: int | None) -> None:
    assert rules.term_years(kind, category) == years


def test_a_term_from_a_leap_day_ends_on_the_28th() -> None:
    assert rules.term_due_on(K.BRANCH, date(2020, 2, 29)) == date(2025, 2, 28)
    assert rules.term_due_on(K.BRANCH, date(2023, 2, 28), C.ORGAN) == date(2026, 2, 28)
    assert rules.term_due_on(K.GROUP, date(2020, 2, 29)) is None


PLAIN = TermDates(date(2022, 5, 31), date(2027, 5, 31))
DELAYED = TermDates(date(2021, 5, 31), date(2026, 5, 31), date(2027, 5, 31))
EARLY = TermDates(date(2022, 5, 31), date(2027, 5, 31), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("kind", "dates", "today", "status", "is_due"),
    [
        pytest.param(K.BRANCH, PLAIN, date(2026, 11, 29), S.NORMAL, False, id="day before the reminder: art. 22"),
        pytest.param(K.BRANCH, PLAIN, date(2026, 11, 30), S.DUE_6M, True, id="six months before"),
        pytest.param(K.BRANCH, PLAIN, date(2027, 5, 30), S.DUE_6M, True, id="last day"),
        pytest.param(K.BRANCH, PLAIN, date(2027, 5, 31), S.OVERDUE, True, id="five years"),
        pytest.param(K.PARTY_COMMITTEE, DELAYED, TODAY, S.DELAYED_APPROVED, False, id="put off: 选举工作条例 3"),
        pytest.param(
            K.PARTY_COMMITTEE, DELAYED, date(2026, 11, 30), S.DELAYED_APPROVED, True, id="reminded all the same"
        ),
        pytest.param(K.PARTY_COMMITTEE, DELAYED, date(2027, 5, 31), S.OVERDUE, True, id="put off and over"),
        pytest.param(K.BRANCH, EARLY, TODAY, S.ADVANCED, True, id="brought forward"),
        pytest.param(K.BRANCH, EARLY, date(2026, 12, 31), S.OVERDUE, True, id="the earlier day counts"),
        pytest.param(K.WORKING_COMMITTEE, PLAIN, date(2099, 1, 1), S.NONE, False, id="working committee: never"),
        pytest.param(K.GROUP, PLAIN, date(2099, 1, 1), S.NONE, False, id="group: never"),
        pytest.param(K.BRANCH, None, TODAY, S.NONE, False, id="election not known"),
    ],
)
def test_standing(kind: K, dates: TermDates | None, today: date, status: S, is_due: bool) -> None:
    assert rules.term_status(kind, dates, today=today) is status
    assert rules.needs_reminder(kind, dates, today=today) is is_due


@pytest.mark.parametrize(
    ("moved_to", "approved", "broken"),
    [
        pytest.param(date(2028, 5, 31), TODAY, None, id="a year later: art. 3"),
        pytest.param(date(2028, 6, 1), TODAY, "move_too_far", id="a year and a day"),
        pytest.param(date(2026, 5, 31), TODAY, None, id="a year earlier"),
        pytest.param(date(2026, 5, 30), TODAY, "move_too_far", id="more than a year earlier"),
        pytest.param(date(2027, 5, 31), TODAY, "move_nowhere", id="the same day"),
        pytest.param(date(2022, 5, 31), TODAY, "move_before_start", id="before it began"),
        pytest.param(date(2027, 12, 1), date(2026, 11, 23), "approved_future", id="approved tomorrow"),
    ],
)
def test_delay_and_advance(moved_to: date, approved: date, broken: str | None) -> None:
    if broken is None:
        rules.check_move(PLAIN, moved_to=moved_to, approved_on=approved, today=TODAY)
        return
    with pytest.raises(RuleBroken, match=broken):
        rules.check_move(PLAIN, moved_to=moved_to, approved_on=approved, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "start", "previous", "broken"),
    [
        (K.BRANCH, TODAY, PLAIN, None),
        (K.BRANCH, TODAY, None, None),
        (K.GROUP, TODAY, None, "no_terms"),
        (K.WORKING_COMMITTEE, TODAY, None, "no_terms"),
        (K.BRANCH, date(2026, 11, 23), PLAIN, "term_future"),
        (K.BRANCH, date(2022, 5, 31), PLAIN, "term_before_previous"),
        (K.BRANCH, date(2022, 6, 1), PLAIN, None),
    ],
)
def test_new_terms(kind: K, start: date, previous: TermDates | None, broken: str | None) -> None:
    if broken is None:
        rules.check_new_term(kind, start, previous=previous, today=TODAY)
        return
    with pytest.raises(RuleBroken, match=broken):
        rules.check_new_term(kind, start, previous=previous, today=TODAY)


@pytest.mark.parametrize(
    ("voter", "votes"),
    [
        (Voter(MemberType.FULL), True),
        (Voter(MemberType.PROBATIONARY), False),
        (Voter(MemberType.FULL, is_on_party_probation=True), False),
        (Voter(MemberType.FULL, is_detained=True), False),
        (Voter(MemberType.FULL, is_in_good_standing=False), False),
    ],
    ids=["full: art. 5", "probationary", "留党察看", "detained", "suspended"],
)
def test_who_votes(voter: Voter, votes: bool) -> None:
    assert rules.may_vote(voter) is votes


@pytest.mark.parametrize(
    ("members", "scattered", "doc", "broken"),
    [
        (500, False, "复〔2026〕1号", None),
        (499, False, "复〔2026〕1号", "congress_too_small"),
        (100, True, "复〔2026〕1号", None),
        (500, False, " ", "congress_doc"),
    ],
    ids=["500: art. 4", "499", "scattered", "no approval"],
)
def test_delegates_meet(members: int, scattered: bool, doc: str, broken: str | None) -> None:
    rules.check_manner(Manner.ASSEMBLY, members_all=members, is_scattered=False, doc=None)
    if broken is None:
        rules.check_manner(Manner.CONGRESS, members_all=members, is_scattered=scattered, doc=doc)
        return
    with pytest.raises(RuleBroken, match=broken):
        rules.check_manner(Manner.CONGRESS, members_all=members, is_scattered=scattered, doc=doc)


@pytest.mark.parametrize(
    ("entitled", "attended", "candidates", "seats", "broken"),
    [
        pytest.param(50, 40, 6, 5, None, id="four fifths, a fifth more"),
        pytest.param(50, 39, 6, 5, "attended_too_few", id="one too few"),
        pytest.param(7, 5, 6, 5, "attended_too_few", id="5 of 7 is under four fifths"),
        pytest.param(7, 6, 6, 5, None, id="6 of 7"),
        pytest.param(50, 51, 6, 5, "attended_more", id="more than all"),
        pytest.param(50, 50, 5, 5, "too_few_candidates", id="no choice"),
        pytest.param(50, 50, 4, 3, None, id="4 for 3"),
        pytest.param(50, 50, 8, 7, "too_few_candidates", id="8 for 7 is under a fifth more"),
        pytest.param(50, 50, 9, 7, None, id="9 for 7"),
        pytest.param(50, 50, None, 7, None, id="candidates not known"),
    ],
)
def test_a_valid_election(entitled: int, attended: int, candidates: int | None, seats: int, broken: str | None) -> None:
    meeting = Meeting(entitled, attended, candidates, seats)
    if broken is None:
        rules.check_meeting(meeting)
        return
    with pytest.raises(RuleBroken, match=broken):
        rules.check_meeting(meeting)


@pytest.mark.parametrize(("votes", "elected"), [(25, False), (26, True), (0, False)])
def test_elected_by_more_than_half_of_all_entitled(votes: int, elected: bool) -> None:
    assert rules.is_elected(votes, entitled=50) is elected


def test_the_reminder_is_six_months_before_the_day_that_counts() -> None:
    assert rules.reminder_on(PLAIN) == date(2026, 11, 30)
    assert rules.reminder_on(DELAYED) == date(2026, 11, 30)
    assert rules.reminder_on(EARLY) == date(2026, 6, 30)
