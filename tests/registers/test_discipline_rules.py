"""Standing that takes rights away: which act fits which standing, how long observation runs, which posts end."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberStatus, MemberType
from portal.registers.rules.leaving import LEAVING_OF, Leaving, post_ends
from portal.registers.rules.standing import Act, Standing, check_act, possible_acts, watch_ends
from portal.registers.rules.structure import PostKind
from tests.registers.test_discipline import TODAY, A, decided

CHARTER, DISCIPLINE, ELECTIONS = "党章 art. 7", "党章, chapter on discipline", "选举工作条例 art. 5"
BRANCH, OTHER = uuid.uuid4(), uuid.uuid4()
FULL = Standing(MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, None)
NEW = Standing(MemberStatus.NORMAL, None, MemberType.PROBATIONARY, date(2025, 11, 23), None, None)
WATCHED = Standing(
    MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, None, date(2025, 11, 23), date(2026, 11, 23)
)
TWO_YEARS = Standing(
    MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, None, date(2024, 11, 23), date(2026, 11, 23)
)
HELD = Standing(
    MemberStatus.NORMAL, None, MemberType.FULL, date(2005, 7, 1), None, None, detained_since=date(2026, 11, 1)
)


class Case(NamedTuple):
    """An act from a standing, what is refused (None: nothing), and the clause."""

    standing: Standing
    act: Act
    refused: str | None
    source: str


CASES = [
    Case(NEW, decided(A.CANCEL_PROBATION), None, CHARTER),
    Case(FULL, decided(A.CANCEL_PROBATION), "registers.act_closed", CHARTER),
    Case(NEW, Act(A.CANCEL_PROBATION, TODAY, reason="不履行党员义务"), "registers.document_needed", CHARTER),
    Case(NEW, Act(A.CANCEL_PROBATION, TODAY, document="1号"), "registers.reason_needed", CHARTER),
    Case(FULL, decided(A.WATCH, years=1), None, DISCIPLINE),
    Case(FULL, decided(A.WATCH, years=2), None, DISCIPLINE),
    Case(FULL, decided(A.WATCH, years=3), "registers.watch_years", DISCIPLINE),
    Case(FULL, decided(A.WATCH), "registers.watch_years", DISCIPLINE),
    Case(FULL, decided(A.WATCH, TODAY + timedelta(days=1), years=1), "registers.act_future", DISCIPLINE),
    Case(NEW, decided(A.WATCH, years=1), "registers.act_closed", DISCIPLINE),
    Case(WATCHED, decided(A.WATCH, years=1), "registers.act_closed", DISCIPLINE),
    Case(WATCHED, decided(A.RESTORE_RIGHTS), None, DISCIPLINE),
    Case(WATCHED, decided(A.RESTORE_RIGHTS, date(2026, 11, 22)), "registers.watch_runs", DISCIPLINE),
    Case(WATCHED, decided(A.EXTEND_WATCH), None, DISCIPLINE),
    Case(WATCHED, decided(A.EXTEND_WATCH, date(2026, 11, 22)), "registers.watch_runs", DISCIPLINE),
    Case(TWO_YEARS, decided(A.EXTEND_WATCH), "registers.act_closed", DISCIPLINE),
    Case(TWO_YEARS, decided(A.RESTORE_RIGHTS), None, DISCIPLINE),
    Case(FULL, decided(A.RESTORE_RIGHTS), "registers.act_closed", DISCIPLINE),
    Case(WATCHED, decided(A.EXPEL), None, DISCIPLINE),
    Case(FULL, decided(A.DETAIN), None, ELECTIONS),
    Case(HELD, decided(A.DETAIN), "registers.act_closed", ELECTIONS),
    Case(HELD, decided(A.RELEASE), None, ELECTIONS),
    Case(HELD, decided(A.RELEASE, date(2026, 10, 31)), "registers.act_too_early", ELECTIONS),
    Case(FULL, decided(A.RELEASE), "registers.act_closed", ELECTIONS),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.act.kind}-{case.refused}-{case.source}")
def test_discipline_has_its_forms(case: Case) -> None:
    if case.refused is None:
        check_act(case.act, case.standing, today=TODAY)
        return
    with pytest.raises(RuleBroken) as broken:
        check_act(case.act, case.standing, today=TODAY)
    assert broken.value.code == case.refused


def test_observation_is_one_year_or_two_and_two_at_most() -> None:
    """Source: 党章, chapter on discipline; 纪律处分条例."""
    assert watch_ends(FULL, decided(A.WATCH, date(2024, 2, 29), years=1)) == date(2025, 2, 28)
    assert watch_ends(FULL, decided(A.WATCH, years=2)) == date(2028, 11, 23)
    assert watch_ends(WATCHED, decided(A.EXTEND_WATCH)) == date(2027, 11, 23), "counted from the beginning"
    assert watch_ends(WATCHED, decided(A.RESTORE_RIGHTS)) is None
    assert A.EXTEND_WATCH in possible_acts(WATCHED)
    assert A.EXTEND_WATCH not in possible_acts(TWO_YEARS)


ENDS = [
    (PostKind.SECRETARY, Leaving.DIED, True),
    (PostKind.RESIDENTS_DIRECTOR, Leaving.DIED, True),
    (PostKind.SECRETARY, Leaving.LEFT, True),
    (PostKind.PART_TIME_MEMBER, Leaving.LEFT, True),
    (PostKind.RESIDENTS_DIRECTOR, Leaving.LEFT, False),
    (PostKind.GROUP_HEAD, Leaving.TRANSFERRED, True),
    (PostKind.PART_TIME_DEPUTY, Leaving.TRANSFERRED, False),
    (PostKind.RESIDENTS_MEMBER, Leaving.TRANSFERRED, False),
    (PostKind.COMMITTEE_MEMBER, Leaving.WATCHED, True),
    (PostKind.RESIDENTS_MEMBER, Leaving.WATCHED, False),
]


@pytest.mark.parametrize(("kind", "why", "ends"), ENDS)
def test_which_posts_end(kind: PostKind, why: Leaving, ends: bool) -> None:
    """Source: branch regulations, ch. 6; 居委会组织法 (residents elect theirs); 双滦区 (part-time members)."""
    assert post_ends(kind, BRANCH, why=why) is ends


def test_a_move_ends_the_posts_of_the_branch_that_is_left() -> None:
    """Source: branch regulations, ch. 6."""
    assert post_ends(PostKind.SECRETARY, BRANCH, why=Leaving.MOVED, left={BRANCH})
    assert not post_ends(PostKind.SECRETARY, OTHER, why=Leaving.MOVED, left={BRANCH})
    assert not post_ends(PostKind.RESIDENTS_DIRECTOR, BRANCH, why=Leaving.MOVED, left={BRANCH})
    assert set(LEAVING_OF) == {A.DIE, A.EXPEL, A.STRIKE_OFF, A.RESIGN, A.CANCEL_PROBATION, A.WATCH}
