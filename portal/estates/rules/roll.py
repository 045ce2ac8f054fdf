"""The owners' roll before a meeting, who votes for a unit, and who represents a building."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from portal.core.errors import RuleBroken
from portal.core.statutory_days import ONE_DAY

POSTING_DAYS: Final = 15
"""So many days before the meeting the owners' list, areas and headcount hang out (Beijing 2024, art. 32)."""


def last_day_to_post(meeting_on: date, *, days: int = POSTING_DAYS) -> date:
    """Give the last day on which the roll may be posted for a meeting; the day of posting is not counted.

    Source: Beijing Property Management Regulations (2024), art. 32; Guiding Rules (2009), art. 12 (to be
    checked); the day of the event is not counted: Civil Code art. 201. `days` differs by place.
    """
    return meeting_on - timedelta(days=days)


def roll_may_be_locked(*, posted_on: date | None, meeting_on: date, open_objections: int, today: date) -> bool:
    """Say whether the roll is final: posted in time, its time over, every objection answered.

    Source: Beijing (2024), art. 32: objections are answered before the meeting; Shandong: checked again
    and the objector told. The roll stands from the day before the meeting on.
    """
    if posted_on is None or posted_on > last_day_to_post(meeting_on):
        return False
    return open_objections == 0 and today >= meeting_on - ONE_DAY


def check_represents(name: str, owners: Collection[str]) -> None:
    """Refuse a representative of a building's or entrance's owners who owns nothing there.

    `estates.representative_no_owner`. Owners of many units may choose representatives by building or
    entrance; how is for the rules of procedure. Source: Guiding Rules (2009), art. 27 (to be checked).
    """
    if name not in owners:
        raise RuleBroken("estates.representative_no_owner", field="name", name=name)


def who_votes(*, representative: str | None, owners: Collection[str], guardians: dict[str, str]) -> str | None:
    """Give who votes for a unit, None where the co-owners have named nobody.

    A sole owner votes; co-owners name one of them; for an owner without full capacity the guardian votes.
    Source: Guiding Rules (2009), art. 25 (to be checked).
    """
    voter = representative if representative is not None else next(iter(owners), None) if len(owners) == 1 else None
    return guardians.get(voter, voter) if voter is not None else None
