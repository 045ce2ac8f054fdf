"""Four-level contact (四联系): who keeps in touch with whom, and how often. Source: 汇川区 [practice]."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from portal.care.rules import check_not_future
from portal.core.errors import RuleBroken
from portal.registers.rules import add_months

HOUSEHOLDS_MAX = 500  # of one member without a post [default]


class LinkLevel(StrEnum):
    """The four levels, from the top."""

    LEADER = "leader"  # 领导班子成员 → 街道党工委
    STREET_TEAM = "street_team"  # 街道班子成员 → 社区党组织
    COMMITTEE_MEMBER = "committee_member"  # 支部委员 → 党代表
    MEMBER = "member"  # 无职党员 → 居民（只记户数）


class LinkPeriod(StrEnum):
    """How often a contact is due [default]."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class LinkState(StrEnum):
    """Whether a contact is kept up."""

    ACTIVE = "active"
    ENDED = "ended"


MONTHS: Mapping[LinkPeriod, int] = {
    LinkPeriod.MONTH: 1,
    LinkPeriod.QUARTER: 3,
    LinkPeriod.HALF_YEAR: 6,
    LinkPeriod.YEAR: 12,
}
FROM_MEMBER = frozenset({LinkLevel.COMMITTEE_MEMBER, LinkLevel.MEMBER})
"""Levels whose near end is a member of this register; the others are named in words."""


def check_near_end(level: LinkLevel, *, seats: int, posts: int) -> None:
    """Refuse a committee member without a seat in a branch's committee, or a member "without a post" who holds one.

    `seats`: posts held today in the committee of a branch; `posts`: all posts in the Party held today. Raises
    RuleBroken `care.no_seat` or `care.has_post` (field `from_member_id`). Source: 汇川区, 支委—代表, 无职党员—群众.
    """
    if level is LinkLevel.COMMITTEE_MEMBER and not seats:
        raise RuleBroken("care.no_seat", field="from_member_id")
    if level is LinkLevel.MEMBER and posts:
        raise RuleBroken("care.has_post", field="from_member_id")


def check_households(level: LinkLevel, households: int | None) -> None:
    """Refuse a count of households where it has no place, or none where it is the only thing that is kept.

    Residents are never registered as such. Raises RuleBroken `care.households` (field `households`).
    """
    is_right = 1 <= households <= HOUSEHOLDS_MAX if households is not None else level is not LinkLevel.MEMBER
    if not is_right or (households is not None and level is not LinkLevel.MEMBER):
        raise RuleBroken("care.households", field="households", most=HOUSEHOLDS_MAX)


def next_contact(*, starts_on: date, last_contact_on: date | None, period: LinkPeriod) -> date:
    """Give the last day for the next contact: one period after the last one, or after the first day."""
    return add_months(last_contact_on or starts_on, MONTHS[period])


def check_contact(contacted_on: date, *, starts_on: date, today: date) -> None:
    """Refuse a contact after today or before the link began (field `contacted_on`).

    Raises RuleBroken `care.future`, `care.before_link`.
    """
    check_not_future(contacted_on, field="contacted_on", today=today)
    if contacted_on < starts_on:
        raise RuleBroken("care.before_link", field="contacted_on")
