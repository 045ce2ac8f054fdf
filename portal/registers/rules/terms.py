"""Terms of elected organs, their renewal, who votes and what a valid election is.

"Terms" is 关于党的基层组织任期的意见 of 2018; "election rules" are 基层组织选举工作条例 of 2020; "branch
regulations" are 支部工作条例(试行) of 2018. Fractions are compared in whole numbers. What the domain sheet marks as
likely was not compared with the printed text and is to be checked before it is shown as law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberType, OrganizationKind, add_months

_KIND = OrganizationKind

COMMUNITY_YEARS = 5
"""Committee, general branch and branch of a community or village. Source: terms; branch regulations, ch. 6."""
OTHER_COMMITTEE_YEARS, OTHER_BRANCH_YEARS = 5, 3
"""Elsewhere a committee five years, a general branch or branch three. Source: terms."""
REMINDER_MONTHS = 6
"""The upper organization reminds six months before, by letter. Source: terms; branch regulations, art. 22."""
MOVE_MONTHS = 12
"""A renewal is put off or brought forward by at most a year. Source: election rules, art. 3."""
CONGRESS_FROM = 500
"""Members from which delegates may meet instead of everybody. Source: election rules, art. 4."""
ATTEND_PARTS, ATTEND_OF = 4, 5
"""Four fifths of those entitled must attend. Source: election rules."""
SURPLUS_OF = 5
"""At least a fifth more candidates than seats. Source: election rules."""

TERM_KINDS = frozenset({_KIND.PARTY_COMMITTEE, _KIND.GENERAL_BRANCH, _KIND.BRANCH, _KIND.JOINT_BRANCH})
"""Organs elected for a term. A working committee is appointed, a group's head has no fixed term, temporary and
functional branches end with their task. Source: Charter; terms."""


class OrganizationCategory(StrEnum):
    """Where an organization is at home (党组织类别), as the national system lists it."""

    STATE_FIRM = "STATE_FIRM"  # 国有企业
    PRIVATE_FIRM = "PRIVATE_FIRM"  # 非公有制企业
    RURAL = "RURAL"  # 农村
    ORGAN = "ORGAN"  # 机关
    SCHOOL = "SCHOOL"  # 学校
    INSTITUTION = "INSTITUTION"  # 其他事业单位
    COMMUNITY = "COMMUNITY"  # 街道社区
    SOCIAL = "SOCIAL"  # 社会组织
    OTHER = "OTHER"  # 其他


class TermStatus(StrEnum):
    """Where an elected term stands on a day."""

    NONE = "NONE"  # an organ without a term, or a term that nobody recorded
    NORMAL = "NORMAL"
    DUE_6M = "DUE_6M"
    OVERDUE = "OVERDUE"
    DELAYED_APPROVED = "DELAYED_APPROVED"
    ADVANCED = "ADVANCED"


class Manner(StrEnum):
    """Who elects."""

    ASSEMBLY = "ASSEMBLY"  # 党员大会
    CONGRESS = "CONGRESS"  # 党员代表大会


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term: `due_on` by its years, `moved_to` where a renewal at another time is approved."""

    starts_on: date
    due_on: date
    moved_to: date | None = None

    @property
    def ends_on(self) -> date:
        """The first day on which the term is over."""
        return self.moved_to or self.due_on


@dataclass(frozen=True, slots=True)
class Meeting:
    """Figures of an election: who is entitled (应到会), who came, how many stood for how many seats."""

    entitled: int
    attended: int
    candidates: int | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Voter:
    """What decides whether a member votes."""

    member_type: MemberType
    is_in_good_standing: bool = True
    is_on_party_probation: bool = False  # 留党察看
    is_detained: bool = False  # 留置, 逮捕 and the like


def term_years(kind: OrganizationKind, category: OrganizationCategory | None = None) -> int | None:
    """Give the years of an elected term, or None where nothing is elected for a term.

    `category` None means a community's. Source: terms; branch regulations, ch. 6; Charter.
    """
    if kind not in TERM_KINDS:
        return None
    if category in {None, OrganizationCategory.COMMUNITY, OrganizationCategory.RURAL}:
        return COMMUNITY_YEARS
    return OTHER_COMMITTEE_YEARS if kind is _KIND.PARTY_COMMITTEE else OTHER_BRANCH_YEARS


def term_due_on(kind: OrganizationKind, starts_on: date, category: OrganizationCategory | None = None) -> date | None:
    """Give the first day on which a term that begins on a day is over, or None where there are no terms."""
    years = term_years(kind, category)
    return None if years is None else add_months(starts_on, 12 * years)


def term_status(kind: OrganizationKind, dates: TermDates | None, *, today: date) -> TermStatus:
    """Say where a term stands on `today`.

    Due begins six months before the end, overdue on the day on which the term is over. An approved delay or advance
    shows as such until the new day; then it is overdue like any other. A working committee or a group is NONE, always.
    Source: terms; branch regulations, art. 22; election rules, art. 3.
    """
    if kind not in TERM_KINDS or dates is None:
        return TermStatus.NONE
    if today >= dates.ends_on:
        return TermStatus.OVERDUE
    if dates.moved_to is not None:
        return TermStatus.DELAYED_APPROVED if dates.moved_to > dates.due_on else TermStatus.ADVANCED
    return TermStatus.DUE_6M if today >= reminder_on(dates) else TermStatus.NORMAL


def reminder_on(dates: TermDates) -> date:
    """Give the day from which the upper organization reminds. Source: terms; branch regulations, art. 22."""
    return add_months(dates.ends_on, -REMINDER_MONTHS)


def needs_reminder(kind: OrganizationKind, dates: TermDates | None, *, today: date) -> bool:
    """Say whether a renewal is to be reminded of: six months before its end, a moved one included, and after it."""
    return kind in TERM_KINDS and dates is not None and today >= reminder_on(dates)


def check_move(dates: TermDates, *, moved_to: date, approved_on: date, today: date) -> None:
    """Refuse a delay or advance that cannot be approved.

    At most a year from `due_on` either way, not to the same day, not before the term began; approved on a day that has
    come. Raises RuleBroken (field `moved_to` or `approved_on`) `registers.move_too_far` (with `first`, `last`),
    `registers.move_nowhere`, `registers.move_before_start`, `registers.approved_future`.
    Source: election rules, art. 3 (the upper organization approves; at most one year).
    """
    first, last = add_months(dates.due_on, -MOVE_MONTHS), add_months(dates.due_on, MOVE_MONTHS)
    if moved_to == dates.due_on:
        raise RuleBroken("registers.move_nowhere", field="moved_to")
    if moved_to <= dates.starts_on:
        raise RuleBroken("registers.move_before_start", field="moved_to")
    if not first <= moved_to <= last:
        values = {"first": first.isoformat(), "last": last.isoformat()}
        raise RuleBroken("registers.move_too_far", field="moved_to", **values)
    if approved_on > today:
        raise RuleBroken("registers.approved_future", field="approved_on")


def check_new_term(kind: OrganizationKind, starts_on: date, *, previous: TermDates | None, today: date) -> None:
    """Refuse a term that cannot be.

    Raises RuleBroken (field `starts_on`) `registers.no_terms` (a working committee, a group), `registers.term_future`,
    `registers.term_before_previous`. Source: Charter; terms.
    """
    if kind not in TERM_KINDS:
        raise RuleBroken("registers.no_terms", field="starts_on")
    if starts_on > today:
        raise RuleBroken("registers.term_future", field="starts_on")
    if previous is not None and starts_on <= previous.starts_on:
        raise RuleBroken("registers.term_before_previous", field="starts_on", start=previous.starts_on.isoformat())


def may_vote(voter: Voter) -> bool:
    """Say whether a member votes, is voted for and counts as entitled to attend.

    Full members only; not those on probation before full membership, nor under 留党察看; the right of a detained
    member rests. Source: election rules, art. 5.
    """
    return (
        voter.member_type is MemberType.FULL
        and voter.is_in_good_standing
        and not voter.is_on_party_probation
        and not voter.is_detained
    )


def check_manner(manner: Manner, *, members_all: int, is_scattered: bool, doc: str | None) -> None:
    """Refuse a congress of delegates where everybody has to meet.

    Allowed from 500 members or where they live scattered, with the upper organization's approval. Raises RuleBroken
    (field `manner`) `registers.congress_too_small` or `registers.congress_doc`. Source: election rules, art. 4.
    """
    if manner is Manner.ASSEMBLY:
        return
    if members_all < CONGRESS_FROM and not is_scattered:
        raise RuleBroken("registers.congress_too_small", field="manner", least=CONGRESS_FROM, all=members_all)
    if not (doc or "").strip():
        raise RuleBroken("registers.congress_doc", field="approved_doc")


def check_meeting(meeting: Meeting) -> None:
    """Refuse an election that is not valid.

    Attendance of at least four fifths of those entitled; candidates at least a fifth more than seats, where both are
    known. Raises RuleBroken `registers.attended_more`, `registers.attended_too_few` (with `least`; both field
    `attended`), `registers.too_few_candidates` (with `least`; field `candidates`). Source: election rules.
    """
    if meeting.attended > meeting.entitled:
        raise RuleBroken("registers.attended_more", field="attended", entitled=meeting.entitled)
    if meeting.attended * ATTEND_OF < meeting.entitled * ATTEND_PARTS:
        least = least_attendance(meeting.entitled)
        raise RuleBroken("registers.attended_too_few", field="attended", least=least, entitled=meeting.entitled)
    if meeting.candidates is not None and meeting.seats is not None:
        least = least_candidates(meeting.seats)
        if meeting.candidates < least:
            raise RuleBroken("registers.too_few_candidates", field="candidates", least=least, seats=meeting.seats)


def least_attendance(entitled: int) -> int:
    """Give how many must come: four fifths of those entitled, rounded up. Source: election rules."""
    return -(-entitled * ATTEND_PARTS // ATTEND_OF)


def least_candidates(seats: int) -> int:
    """Give how many must stand: a fifth more than the seats, rounded up. Source: election rules."""
    return seats + -(-seats // SURPLUS_OF)


def is_elected(votes: int, *, entitled: int) -> bool:
    """Say whether somebody is elected: more than half of all ENTITLED, not of who came. Source: election rules."""
    return votes * 2 > entitled
