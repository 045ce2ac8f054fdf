"""Rules of party organizations and members: kinds, tree, terms, classes, checks of a member's facts.

Sources are named by rule. "Charter" is the Party Constitution (党章); "branch regulations" are
支部工作条例(试行) of 2018; "terms" is 关于党的基层组织任期的意见 of 2018; "member regulations"
are 党员教育管理工作条例 of 2019. Article numbers of these texts were not checked here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken


class OrganizationKind(StrEnum):
    """Kinds of party organization in a sub-district or community."""

    WORKING_COMMITTEE = "WORKING_COMMITTEE"  # 党工委, appointed
    PARTY_COMMITTEE = "PARTY_COMMITTEE"  # 党委; "greater committee" (大党委) is a flag on it
    GENERAL_BRANCH = "GENERAL_BRANCH"  # 党总支
    BRANCH = "BRANCH"  # 党支部
    JOINT_BRANCH = "JOINT_BRANCH"  # 联合党支部
    TEMP_BRANCH = "TEMP_BRANCH"  # 临时党支部
    FUNCTIONAL_BRANCH = "FUNCTIONAL_BRANCH"  # 功能型党支部
    GROUP = "GROUP"  # 党小组


class MemberType(StrEnum):
    """Full (正式党员) or on probation (预备党员). Source: Charter, ch. 1."""

    FULL = "FULL"
    PROBATIONARY = "PROBATIONARY"


class MemberStatus(StrEnum):
    """Standing of a membership (党籍状态). Source: member regulations."""

    NORMAL = "NORMAL"
    SUSPENDED = "SUSPENDED"
    EXPELLED = "EXPELLED"
    RESIGNED = "RESIGNED"
    TRANSFERRED = "TRANSFERRED"
    DECEASED = "DECEASED"
    DISQUALIFIED = "DISQUALIFIED"  # 取消预备党员资格


class ManagementClass(StrEnum):
    """The four classes by which a community cares for its members (四类管理). Source: 双滦区."""

    IN_SERVICE = "IN_SERVICE"  # 在职
    RETIRED = "RETIRED"  # 离退休
    VULNERABLE = "VULNERABLE"  # 弱势: old and frail, or in hardship
    FLOATING = "FLOATING"  # 流动


_KIND = OrganizationKind
BRANCH_KINDS = frozenset({_KIND.BRANCH, _KIND.JOINT_BRANCH, _KIND.TEMP_BRANCH, _KIND.FUNCTIONAL_BRANCH})
MEMBER_KINDS = BRANCH_KINDS | {_KIND.GROUP}
"""A member belongs to one branch or to a group of one. Source: member regulations, art. 25."""

_COMMITTEES = frozenset({_KIND.PARTY_COMMITTEE, _KIND.GENERAL_BRANCH})
ALLOWED_PARENTS: dict[OrganizationKind, frozenset[OrganizationKind]] = {
    _KIND.WORKING_COMMITTEE: frozenset(),
    _KIND.PARTY_COMMITTEE: frozenset({_KIND.WORKING_COMMITTEE, _KIND.PARTY_COMMITTEE}),
    _KIND.GENERAL_BRANCH: frozenset({_KIND.WORKING_COMMITTEE, _KIND.PARTY_COMMITTEE}),
    **{kind: _COMMITTEES | {_KIND.WORKING_COMMITTEE} for kind in BRANCH_KINDS},
    _KIND.GROUP: BRANCH_KINDS,
}
"""Group in branch in (general branch in) committee in working committee. Source: branch regulations."""

LEVELS: dict[OrganizationKind, int] = {
    _KIND.WORKING_COMMITTEE: 1,
    _KIND.PARTY_COMMITTEE: 2,
    _KIND.GENERAL_BRANCH: 2,
    **dict.fromkeys(BRANCH_KINDS, 3),
    _KIND.GROUP: 4,
}
"""Four levels: sub-district, community, estate or grid, building. Source: 天津 seed text."""

ADULT_YEARS = 18
"""Youngest age on joining. Source: Charter, art. 1."""
NAME_LENGTHS = (2, 50)
ADDRESS_MAX = 120
ORGANIZATION_NAME_MAX = 60

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_NAME = re.compile(rf"[{_HAN}]+(·[{_HAN}]+)*|[A-Za-z][A-Za-z .'-]*[A-Za-z]")
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_DOTS = str.maketrans(dict.fromkeys("•・‧．∙⋅", "·"))


@dataclass(frozen=True, slots=True, order=True)
class PartyDate:
    """A date of party life: exact, or known only by its month (then `on` is the first)."""

    on: date
    by_month: bool = False

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        return self.on.replace(day=monthrange(self.on.year, self.on.month)[1]) if self.by_month else self.on


@dataclass(frozen=True, slots=True)
class MemberDates:
    """The dates that must agree with each other."""

    born_on: date
    joined: PartyDate
    full: PartyDate | None


def check_parent(kind: OrganizationKind, parent: OrganizationKind | None) -> None:
    """Refuse an organization in a place where it cannot be.

    `parent` None means the top of this community or sub-district; only a group cannot be there.
    Raises RuleBroken `registers.group_needs_branch` or `registers.wrong_parent` (field `parent_id`).
    Source: branch regulations; four levels of LEVELS.
    """
    if parent is None:
        if kind is _KIND.GROUP:
            raise RuleBroken("registers.group_needs_branch", field="parent_id")
    elif parent not in ALLOWED_PARENTS[kind]:
        raise RuleBroken("registers.wrong_parent", field="parent_id", kind=kind.value, parent=parent.value)


def check_holds_members(kind: OrganizationKind) -> None:
    """Refuse a member in an organization that is neither a branch nor a group.

    Raises RuleBroken `registers.not_a_branch` (field `organization_id`).
    Source: member regulations, art. 25.
    """
    if kind not in MEMBER_KINDS:
        raise RuleBroken("registers.not_a_branch", field="organization_id")


def add_months(day: date, months: int) -> date:
    """Give the same day so many months later (or earlier), at most the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def clean_name(text: str) -> str:
    """Give a person's name as it is stored: one kind of middle dot, no spaces among Chinese characters."""
    return _SPACE_IN_HAN.sub("", text.strip().translate(_DOTS))


def is_plain_name(text: str) -> bool:
    """Say whether a text is a name as it is stored: two to four usual Chinese characters, as nearly all are."""
    return _PLAIN_NAME.fullmatch(text) is not None


def check_name(name: str) -> None:
    """Refuse what cannot be a person's name: 2 to 50 letters, Chinese with `·`, or Latin.

    Raises RuleBroken `registers.name` (field `full_name`).
    """
    shortest, longest = NAME_LENGTHS
    if not shortest <= len(name) <= longest or not _NAME.fullmatch(name):
        raise RuleBroken("registers.name", field="full_name", shortest=shortest, longest=longest)


def dates_surely_agree(
    births: Iterable[date | None],
    joined: Iterable[PartyDate | None],
    full: Iterable[PartyDate | None],
    types: Iterable[MemberType | None],
    *,
    today: date,
) -> list[bool]:
    """Say of each member whether check_member_dates() lets the dates pass without looking at months and birthdays.

    True for nearly everybody; False says nothing.
    """
    is_full = MemberType.FULL
    return [
        born is not None
        and begun is not None
        and born.year + ADULT_YEARS < begun.on.year
        and begun.on <= today
        and (end is None or (begun.on <= end.on <= today and kind is is_full))
        for born, begun, end, kind in zip(births, joined, full, types, strict=True)
    ]


def check_member_dates(dates: MemberDates, *, member_type: MemberType, today: date) -> None:
    """Refuse dates of party life that contradict each other.

    A date known by its month gets the benefit of the doubt. Raises RuleBroken
    `registers.joined_future`, `registers.joined_too_young` (field `joined`), `registers.full_future`,
    `registers.full_before_joined`, `registers.probationary_has_full_date` (field `full`).
    Source: Charter, ch. 1 (eighteen years; probation counts from joining).
    """
    if dates.joined.on > today:
        raise RuleBroken("registers.joined_future", field="joined")
    grown_up_in, latest = dates.born_on.year + ADULT_YEARS, dates.joined.latest
    if latest.year <= grown_up_in and latest < add_months(dates.born_on, 12 * ADULT_YEARS):
        raise RuleBroken("registers.joined_too_young", field="joined", years=ADULT_YEARS)
    if dates.full is None:
        return
    if dates.full.on > today and member_type is MemberType.FULL:
        raise RuleBroken("registers.full_future", field="full")
    if dates.full.latest < dates.joined.on:
        raise RuleBroken("registers.full_before_joined", field="full")
    if member_type is MemberType.PROBATIONARY and dates.full.latest <= today:
        raise RuleBroken("registers.probationary_has_full_date", field="full")
