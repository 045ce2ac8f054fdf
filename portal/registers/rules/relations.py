"""Rules of a member's relation to an organization: where it belongs, moving, losing touch, probation.

"Member regulations" are 党员教育管理工作条例 of 2019, "Charter" is the Party Constitution (党章), "practice" is the
usage of letters and certificates. Article numbers of the Charter were not checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import OrganizationKind, add_months


class LostReason(StrEnum):
    """Why a member cannot be reached, in the order of the national list. Source: collection of 2017."""

    MIGRANT_WORK = "MIGRANT_WORK"  # ① 外出务工
    UNIT_CLOSED = "UNIT_CLOSED"  # ② 单位改制或破产
    AFTER_GRADUATION = "AFTER_GRADUATION"  # ③ 毕业去向不明
    JOB_CHANGED = "JOB_CHANGED"  # ④ 工作变动
    ABROAD = "ABROAD"  # ⑤ 出国(境)
    HOME_CHANGED = "HOME_CHANGED"  # ⑥ 居住地改变
    OTHER = "OTHER"  # ⑦ 其他


class FlowDirection(StrEnum):
    """Which way a floating member went, the relation staying where it was. Source: member regulations, ch. 7."""

    OUT = "OUT"  # 流出: ours, elsewhere for work
    IN = "IN"  # 流入: here for work, the relation elsewhere


class JobCategory(StrEnum):
    """What a member does, in the words of the yearly party statistics (工作岗位). Wording to be checked."""

    WORKER = "WORKER"  # 工人(工勤技能人员)
    FARMER = "FARMER"  # 农牧渔民
    SPECIALIST = "SPECIALIST"  # 企事业单位、社会组织专业技术人员
    MANAGER = "MANAGER"  # 企事业单位、社会组织管理人员
    OFFICIAL = "OFFICIAL"  # 党政机关工作人员
    STUDENT = "STUDENT"  # 学生
    OTHER = "OTHER"  # 其他职业人员
    RETIRED = "RETIRED"  # 离退休人员


class HomeKind(StrEnum):
    """Where a member belongs. Source: member regulations, art. 25."""

    UNIT = "UNIT"  # the organization of the work unit
    RESIDENCE = "RESIDENCE"  # of the usual place of residence
    TALENT_SERVICE = "TALENT_SERVICE"  # of the agency that keeps the file
    PARK = "PARK"  # of the park, mall or building of the firm


class Paper(StrEnum):
    """The paper that goes with a member who leaves. Source: practice."""

    LETTER = "LETTER"  # 组织关系介绍信: the relation moves
    CERTIFICATE = "CERTIFICATE"  # 党员证明信: it stays


class FloatingDuty(StrEnum):
    """What each side owes a floating member. Source: member regulations, ch. 7."""

    KEEP_CONTACT = "KEEP_CONTACT"
    REGISTER = "REGISTER"
    PLACE_IN_BRANCH = "PLACE_IN_BRANCH"


SETTLED_MONTHS = 6
"""Away for six months with a settled place: the relation is moved. Source: member regulations, art. 25."""
LETTER_MONTHS = 3
"""A letter is good for three months at most. Source: practice."""
LOST_MONTHS = 6
"""Without contact for six months, though searched for: suspended. Source: member regulations, art. 24."""
REMOVAL_MONTHS = 24
"""Two more years: struck off as having left by oneself. Source: member regulations, art. 24."""
STUDY_ABROAD_MONTHS = 60
"""Studying abroad for more than five years: suspended. Source: member regulations, art. 24."""
PROBATION_MONTHS = 12
"""Probation lasts a year. Source: Charter, art. 7."""
EXTENSION_MONTHS = (6, 12)
"""It may be extended once, by half a year to a year. Source: Charter, art. 7; rules on admitting members."""
PROBATION_REMINDER_DAYS = 30
INFLOW_LEDGER = ("full_name", "born_on", "joined_on", "mobile", "address", "contact_person", "interval", "rule")
"""What the ledger of inflowing members holds: the person, and the three fixes 定人、定期、定制度. Source: 双滦区."""


def proper_homes(*, has_unit_organization: bool) -> frozenset[HomeKind]:
    """Give where a member may belong: the unit's organization where there is one, otherwise one of the other three.

    Source: member regulations, art. 25.
    """
    return frozenset({HomeKind.UNIT} if has_unit_organization else set(HomeKind) - {HomeKind.UNIT})


def check_one_place(places: int) -> None:
    """Refuse a member without a branch or group, or in more than one: raises RuleBroken `registers.one_place`.

    Source: member regulations, art. 25.
    """
    if places != 1:
        raise RuleBroken("registers.one_place", field="organization", found=places)


def must_transfer(*, left_on: date, has_settled_place: bool, work_or_home_changed: bool, today: date) -> bool:
    """Say whether the relation has to move: work or home changed, or away six months (that day included) and settled.

    Source: member regulations, art. 25.
    """
    return work_or_home_changed or (has_settled_place and today >= add_months(left_on, SETTLED_MONTHS))


def paper_for(*, leaves_on: date, back_on: date) -> Paper:
    """Give the paper for a stay elsewhere: a certificate for less than six months, otherwise the letter.

    Source: member regulations, art. 25; practice.
    """
    is_short = back_on < add_months(leaves_on, SETTLED_MONTHS)
    return Paper.CERTIFICATE if is_short else Paper.LETTER


def may_transfer_nationwide(kind: OrganizationKind) -> bool:
    """Say whether an organization may send a letter to anywhere in the country itself: a grass-roots committee.

    Branches and general branches go through theirs. Source: member regulations, art. 25.
    """
    return kind in {OrganizationKind.PARTY_COMMITTEE, OrganizationKind.WORKING_COMMITTEE}


def latest_valid_to(issued_on: date) -> date:
    """Give the last day on which a letter of that day can be good. Source: practice (three months)."""
    return add_months(issued_on, LETTER_MONTHS)


def check_letter(*, issued_on: date, valid_to: date, today: date) -> None:
    """Refuse a letter that is dated in the future, or good for no day or for more than three months.

    Raises RuleBroken `registers.letter_future`, `registers.letter_ends_early` or `registers.letter_too_long` (with
    `latest`), each with its field. Source: practice.
    """
    if issued_on > today:
        raise RuleBroken("registers.letter_future", field="letter_on")
    if valid_to < issued_on:
        raise RuleBroken("registers.letter_ends_early", field="valid_to")
    if valid_to > latest_valid_to(issued_on):
        raise RuleBroken("registers.letter_too_long", field="valid_to", latest=latest_valid_to(issued_on).isoformat())


def letter_has_expired(valid_to: date, *, today: date) -> bool:
    """Say whether a letter is over: its last day still counts. Source: practice."""
    return today > valid_to


def may_suspend_lost(*, lost_since: date, has_searched: bool, today: date) -> bool:
    """Say whether suspension (停止党籍) may be proposed: searched for, six months gone (that day included).

    Source: member regulations, art. 24.
    """
    return has_searched and today >= add_months(lost_since, LOST_MONTHS)


def may_strike_off(*, suspended_on: date, is_still_lost: bool, today: date) -> bool:
    """Say whether somebody lost may be struck off (按自行脱党除名): two more years after the suspension.

    Source: member regulations, art. 24.
    """
    return is_still_lost and today >= add_months(suspended_on, REMOVAL_MONTHS)


def may_suspend_abroad(*, left_on: date, has_settled_abroad: bool, is_studying: bool, today: date) -> bool:
    """Say whether somebody abroad is suspended: settled there, or studying for MORE than five years.

    Source: member regulations, art. 24.
    """
    return has_settled_abroad or (is_studying and today > add_months(left_on, STUDY_ABROAD_MONTHS))


def floating_duties(direction: FlowDirection) -> frozenset[FloatingDuty]:
    """Give what is owed to a floating member by this side. Source: member regulations, ch. 7."""
    if direction is FlowDirection.OUT:
        return frozenset({FloatingDuty.KEEP_CONTACT})
    return frozenset({FloatingDuty.REGISTER, FloatingDuty.PLACE_IN_BRANCH})


def missing_in_ledger(entry: Mapping[str, object]) -> tuple[str, ...]:
    """Give which of INFLOW_LEDGER an entry leaves empty, in the order of the ledger. Source: 双滦区."""
    return tuple(name for name in INFLOW_LEDGER if not entry.get(name))


def probation_ends(joined_on: date, extended_until: date | None) -> date:
    """Give the first day on which a probationary member may become a full one. Source: Charter, art. 7."""
    return extended_until or add_months(joined_on, PROBATION_MONTHS)


def check_becomes_full(*, joined_on: date, extended_until: date | None, on: date) -> None:
    """Refuse full membership before the probation is over: raises RuleBroken `registers.probation_runs` (with `until`).

    Source: Charter, art. 7.
    """
    ends = probation_ends(joined_on, extended_until)
    if on < ends:
        raise RuleBroken("registers.probation_runs", field="on", until=ends.isoformat())


def check_extension(*, joined_on: date, extended_until: date | None, until: date) -> None:
    """Refuse a second extension, or one of less than half a year or more than a year.

    Raises RuleBroken `registers.extended_before` or `registers.extension_length` (with `shortest` and `longest`).
    Source: Charter, art. 7; rules on admitting members.
    """
    if extended_until is not None:
        raise RuleBroken("registers.extended_before", field="until")
    shortest, longest = (add_months(joined_on, PROBATION_MONTHS + months) for months in EXTENSION_MONTHS)
    if not shortest <= until <= longest:
        values = {"shortest": shortest.isoformat(), "longest": longest.isoformat()}
        raise RuleBroken("registers.extension_length", field="until", **values)
