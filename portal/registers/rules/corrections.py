"""Putting right what was entered wrong of the facts that otherwise only a decision changes.

Whether a member is full or on probation, since when, when he or she joined, and lost contact: Charter, ch. 1, and
member regulations of 2019, arts. 24 and 25. A register holds typing errors of these, too; a correction changes what
is written down, never what was decided. "practice" is how registers are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberDates, MemberType, PartyDate, check_member_dates
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import REASON_MAX, REASON_MIN, StandingAct


class Fact(StrEnum):
    """A fact that only a decision, or the finding of an act, changes."""

    TYPE = "member_type"
    JOINED = "joined"
    FULL = "full"
    LOST = "lost_since"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register holds of these facts."""

    member_type: MemberType
    joined: PartyDate
    full: PartyDate | None
    lost_since: date | None
    lost_reason: LostReason | None


_ACT = StandingAct
RESTS_ON: dict[Fact, frozenset[StandingAct]] = {
    Fact.TYPE: frozenset({_ACT.BECOME_FULL, _ACT.EXTEND, _ACT.WATCH, _ACT.EXTEND_WATCH, _ACT.RESTORE_RIGHTS}),
    Fact.JOINED: frozenset({_ACT.BECOME_FULL, _ACT.EXTEND}),
    Fact.FULL: frozenset({_ACT.BECOME_FULL}),
    Fact.LOST: frozenset({_ACT.LOSE, _ACT.SUSPEND}),
}
"""Acts that gave a fact or were checked against it. While one stands it is taken back, not written over."""


def check_correction_reason(reason: str) -> None:
    """Refuse a correction without a reason; RuleBroken `registers.reason_needed` (field `reason`). Source: practice."""
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)


def differing(old: Entry, new: Entry) -> tuple[Fact, ...]:
    """Give the facts in which two entries differ. Source: practice."""
    is_other = {
        Fact.TYPE: old.member_type is not new.member_type,
        Fact.JOINED: old.joined != new.joined,
        Fact.FULL: old.full != new.full,
        Fact.LOST: (old.lost_since, old.lost_reason) != (new.lost_since, new.lost_reason),
    }
    return tuple(fact for fact in Fact if is_other[fact])


def check_correction(old: Entry, new: Entry, *, born_on: date, standing: Collection[StandingAct], today: date) -> None:
    """Refuse a correction that corrects nothing, contradicts itself, or stands in for an act.

    `standing`: the acts recorded for the member that can still be taken back. Raises RuleBroken
    `registers.nothing_corrected`, `registers.rests_on_act`, what check_member_dates() raises, and for lost contact
    `registers.lost_is_act`, `registers.lost_future`, `registers.lost_reason_needed`.
    Source: practice; dates as in check_member_dates().
    """
    changed = differing(old, new)
    if not changed:
        raise RuleBroken("registers.nothing_corrected")
    for fact in changed:
        if not RESTS_ON[fact].isdisjoint(standing):
            raise RuleBroken("registers.rests_on_act", field=fact.value)
    check_member_dates(MemberDates(born_on, new.joined, new.full), member_type=new.member_type, today=today)
    if Fact.LOST in changed:
        _check_lost(old, new, today)


def _check_lost(old: Entry, new: Entry, today: date) -> None:
    if old.lost_since is None:
        raise RuleBroken("registers.lost_is_act", field="lost_since")
    if new.lost_since is not None and new.lost_since > today:
        raise RuleBroken("registers.lost_future", field="lost_since")
    if new.lost_since is not None and new.lost_reason is None:
        raise RuleBroken("registers.lost_reason_needed", field="lost_reason")


def is_full_date_settled(entry: Entry) -> bool:
    """Say whether the date of full membership is known, or there is none to know. Source: Charter, ch. 1."""
    return entry.full is not None or entry.member_type is MemberType.PROBATIONARY


def agrees(recorded: PartyDate | None, given: PartyDate | None) -> bool:
    """Say whether a date of another paper contradicts nothing: none, the same, or the same month where one is coarser.

    What is not recorded yet may be given. Source: practice; papers often name the month only.
    """
    if recorded is None or given is None:
        return True
    if recorded.by_month or given.by_month:
        return recorded.on.replace(day=1) == given.on.replace(day=1)
    return recorded.on == given.on


def closer(recorded: PartyDate | None, given: PartyDate | None) -> PartyDate | None:
    """Give the one of two dates that agree which says more. Source: practice."""
    if recorded is None or given is None:
        return recorded or given
    return given if recorded.by_month and not given.by_month else recorded


def contradictory(one: Entry, other: Entry) -> tuple[Fact, ...]:
    """Give the facts in which two records of one person contradict each other: one of the two was entered wrong.

    Where the types differ, the dates of full membership do with them. Source: practice.
    """
    is_other = {
        Fact.TYPE: one.member_type is not other.member_type,
        Fact.JOINED: not agrees(one.joined, other.joined),
        Fact.FULL: one.member_type is other.member_type and not agrees(one.full, other.full),
        Fact.LOST: (one.lost_since, one.lost_reason) != (other.lost_since, other.lost_reason),
    }
    return tuple(fact for fact in Fact if is_other[fact])


def taken_over(old: Entry, given: Entry) -> tuple[Entry, tuple[Fact, ...]]:
    """Give the entry with what another paper adds, and the facts in which the paper contradicts it.

    A paper adds a date that is not known, or the day where only the month is; of somebody on probation it cannot add
    since when he or she is full. What it does not say of lost contact contradicts nothing. Source: practice.
    """
    is_full = old.member_type is MemberType.FULL
    is_other = {
        Fact.TYPE: old.member_type is not given.member_type,
        Fact.JOINED: not agrees(old.joined, given.joined),
        Fact.FULL: is_full and not agrees(old.full, given.full),
        Fact.LOST: given.lost_since is not None
        and (given.lost_since, given.lost_reason) != (old.lost_since, old.lost_reason),
    }
    joined = closer(old.joined, given.joined) or old.joined
    full = closer(old.full, given.full) if is_full else old.full
    taken = Entry(old.member_type, joined, full, old.lost_since, old.lost_reason)
    return taken, tuple(fact for fact in Fact if is_other[fact])
