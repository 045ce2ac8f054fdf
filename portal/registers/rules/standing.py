"""What may be recorded of a member's standing, and when: lost and found, suspension, leaving, probation, discipline.

Each act has its date, its reason and, where an upper organization decides, the number of its paper.
Sources: member regulations of 2019, art. 24; Charter, arts. 7 to 9 and its chapter on discipline; "disciplinary
regulations" is 中国共产党纪律处分条例; "practice" is how registers are kept. That nobody votes who is under 留党察看 or
detained is art. 5 of the election rules of 2020; the years of 留党察看 are from memory and to be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberStatus, MemberType, add_months
from portal.registers.rules.relations import (
    LostReason,
    check_becomes_full,
    check_extension,
    may_strike_off,
    may_suspend_abroad,
    may_suspend_lost,
)


class StandingAct(StrEnum):
    """One act that changes a member's standing."""

    LOSE = "LOSE"  # 失去联系
    FIND = "FIND"  # 恢复联系
    SUSPEND = "SUSPEND"  # 停止党籍
    RESTORE = "RESTORE"  # 恢复党籍
    STRIKE_OFF = "STRIKE_OFF"  # 按自行脱党除名
    EXPEL = "EXPEL"  # 开除党籍
    RESIGN = "RESIGN"  # 退党
    DIE = "DIE"  # 去世
    BECOME_FULL = "BECOME_FULL"  # 转正
    EXTEND = "EXTEND"  # 延长预备期
    CANCEL_PROBATION = "CANCEL_PROBATION"  # 取消预备党员资格
    WATCH = "WATCH"  # 留党察看
    EXTEND_WATCH = "EXTEND_WATCH"  # 延长留党察看
    RESTORE_RIGHTS = "RESTORE_RIGHTS"  # 恢复党员权利
    DETAIN = "DETAIN"  # 留置、逮捕, 权利中止
    RELEASE = "RELEASE"  # 解除, 权利恢复
    CORRECT = "CORRECT"  # 更正登记: nothing happened, something was entered wrong; see rules.corrections


class SuspensionGround(StrEnum):
    """Why a membership is suspended. Source: member regulations, art. 24."""

    LOST = "LOST"
    SETTLED_ABROAD = "SETTLED_ABROAD"
    STUDYING_ABROAD = "STUDYING_ABROAD"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands before an act."""

    status: MemberStatus
    status_on: date | None
    member_type: MemberType
    joined_on: date
    probation_until: date | None
    lost_since: date | None
    watched_since: date | None = None
    watched_until: date | None = None
    detained_since: date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act as it is recorded.

    `since`: abroad since; `until`: the end of an extended probation; `years`: of 留党察看.
    """

    kind: StandingAct
    on: date
    reason: str = ""
    document: str = ""
    ground: SuspensionGround | None = None
    lost_reason: LostReason | None = None
    has_searched: bool = False
    since: date | None = None
    until: date | None = None
    years: int | None = None


_ACT = StandingAct
PRESENT = frozenset({MemberStatus.NORMAL, MemberStatus.SUSPENDED})
LEADS_TO: dict[StandingAct, MemberStatus] = {
    _ACT.SUSPEND: MemberStatus.SUSPENDED,
    _ACT.RESTORE: MemberStatus.NORMAL,
    _ACT.STRIKE_OFF: MemberStatus.RESIGNED,
    _ACT.EXPEL: MemberStatus.EXPELLED,
    _ACT.RESIGN: MemberStatus.RESIGNED,
    _ACT.DIE: MemberStatus.DECEASED,
    _ACT.CANCEL_PROBATION: MemberStatus.DISQUALIFIED,
}
"""The standing after an act; the other acts leave it as it is."""
BY_STAFF = frozenset({_ACT.LOSE, _ACT.FIND, _ACT.DIE})
"""What the community finds out. Everything else is decided, and the decision has a number."""
NEEDS_NO_REASON = BY_STAFF | {_ACT.BECOME_FULL, _ACT.RELEASE}
FROM_ELSEWHERE = frozenset({_ACT.WATCH, _ACT.DETAIN})
"""May date from before the member came here: the organization before decided it."""
WATCH_YEARS = (1, 2)
"""留党察看 is for one year or for two, and for two at most, an extension included. Source: Charter, ch. on discipline
(at most two years); disciplinary regulations (one or two years; one is prolonged by one)."""
DOCUMENT_MAX = 60
REASON_MIN, REASON_MAX = 4, 200


def possible_acts(standing: Standing) -> tuple[StandingAct, ...]:
    """Give the acts that are open from a standing, whatever their dates; in the order of StandingAct.

    A correction is none: it has a rule of its own.
    """
    if standing.status not in PRESENT:
        return ()
    is_normal, is_lost = standing.status is MemberStatus.NORMAL, standing.lost_since is not None
    is_probationary = standing.member_type is MemberType.PROBATIONARY
    on_probation = is_normal and not is_lost and is_probationary
    is_watched, is_detained = standing.watched_until is not None, standing.detained_since is not None
    is_open = {
        _ACT.LOSE: is_normal and not is_lost,
        _ACT.FIND: is_lost,
        _ACT.SUSPEND: is_normal,
        _ACT.RESTORE: not is_normal and not is_lost,  # found first
        _ACT.STRIKE_OFF: not is_normal and is_lost,
        _ACT.BECOME_FULL: on_probation,
        _ACT.EXTEND: on_probation and standing.probation_until is None,
        _ACT.CANCEL_PROBATION: is_probationary,
        _ACT.WATCH: is_normal and not is_probationary and not is_watched,
        _ACT.EXTEND_WATCH: is_watched and standing.watched_until == _watch_ends(standing, WATCH_YEARS[0]),
        _ACT.RESTORE_RIGHTS: is_watched,
        _ACT.DETAIN: not is_detained,
        _ACT.RELEASE: is_detained,
        _ACT.CORRECT: False,
    }
    return tuple(act for act in StandingAct if is_open.get(act, True))


def check_act(act: Act, standing: Standing, *, today: date) -> None:
    """Refuse an act that the standing, its date, its papers or the law forbid.

    Raises RuleBroken `registers.act_closed`, `registers.act_future`, `registers.act_too_early`,
    `registers.reason_needed`, `registers.document_needed`, or what the rule of the act itself raises.
    Source: each act's own; dates and papers: practice.
    """
    if act.kind is _ACT.EXTEND and standing.probation_until is not None:
        raise RuleBroken("registers.extended_before", field="until")
    if act.kind not in possible_acts(standing):
        raise RuleBroken("registers.act_closed")
    _check_date(act, standing, today)
    _check_papers(act)
    _check_discipline(act, standing)
    if act.kind is _ACT.SUSPEND:
        _check_suspension(act, standing)
    elif act.kind is _ACT.STRIKE_OFF:
        _check_strike_off(act, standing)
    elif act.kind is _ACT.BECOME_FULL:
        check_becomes_full(joined_on=standing.joined_on, extended_until=standing.probation_until, on=act.on)
    elif act.kind is _ACT.EXTEND:
        if act.until is None:
            raise RuleBroken("registers.until_needed", field="until")
        check_extension(joined_on=standing.joined_on, extended_until=standing.probation_until, until=act.until)


def _check_date(act: Act, standing: Standing, today: date) -> None:
    if act.on > today:
        raise RuleBroken("registers.act_future", field="on")
    earliest = standing.joined_on
    if standing.status_on and act.kind not in FROM_ELSEWHERE:
        earliest = max(earliest, standing.status_on)
    for kind, begun in ((_ACT.FIND, standing.lost_since), (_ACT.RELEASE, standing.detained_since)):
        if act.kind is kind and begun:
            earliest = max(earliest, begun)
    if act.on < earliest:
        raise RuleBroken("registers.act_too_early", field="on", earliest=earliest.isoformat())


def _check_papers(act: Act) -> None:
    if act.kind is _ACT.LOSE and act.lost_reason is None:
        raise RuleBroken("registers.lost_reason_needed", field="lost_reason")
    if act.kind not in NEEDS_NO_REASON and not REASON_MIN <= len(act.reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)
    if act.kind not in BY_STAFF and not act.document.strip():
        raise RuleBroken("registers.document_needed", field="document")


def _check_suspension(act: Act, standing: Standing) -> None:
    """Refuse a suspension whose ground is not given yet. Source: member regulations, art. 24."""
    if act.ground is None:
        raise RuleBroken("registers.ground_needed", field="ground")
    if act.ground is SuspensionGround.LOST:
        if standing.lost_since is None:
            raise RuleBroken("registers.not_lost", field="ground")
        if not may_suspend_lost(lost_since=standing.lost_since, has_searched=act.has_searched, today=act.on):
            raise RuleBroken("registers.lost_too_short", field="on", since=standing.lost_since.isoformat())
        return
    if act.since is None:
        raise RuleBroken("registers.since_needed", field="since")
    has_settled = act.ground is SuspensionGround.SETTLED_ABROAD
    if not may_suspend_abroad(
        left_on=act.since, has_settled_abroad=has_settled, is_studying=not has_settled, today=act.on
    ):
        raise RuleBroken("registers.abroad_too_short", field="since")


def _check_strike_off(act: Act, standing: Standing) -> None:
    """Refuse to strike off before two years of suspension. Source: member regulations, art. 24."""
    suspended_on = standing.status_on
    if suspended_on is None:
        raise RuleBroken("registers.suspended_when", field="on")
    if not may_strike_off(suspended_on=suspended_on, is_still_lost=standing.lost_since is not None, today=act.on):
        raise RuleBroken("registers.suspended_too_short", field="on", since=suspended_on.isoformat())


def watch_ends(standing: Standing, act: Act) -> date | None:
    """Give until when a member is under 留党察看 after an act; None: not (any more). Source: see WATCH_YEARS."""
    if act.kind is _ACT.WATCH:
        return add_months(act.on, 12 * (act.years or WATCH_YEARS[0]))
    if act.kind is _ACT.EXTEND_WATCH:
        return _watch_ends(standing, WATCH_YEARS[-1])
    return None if act.kind is _ACT.RESTORE_RIGHTS else standing.watched_until


def _watch_ends(standing: Standing, years: int) -> date | None:
    return add_months(standing.watched_since, 12 * years) if standing.watched_since else None


def _check_discipline(act: Act, standing: Standing) -> None:
    """Refuse 留党察看 of other lengths, and an end or an extension before its time is over.

    Source: see WATCH_YEARS; rights come back, or the time is prolonged, when it is over.
    """
    if act.kind is _ACT.WATCH and act.years not in WATCH_YEARS:
        raise RuleBroken("registers.watch_years", field="years")
    ends = standing.watched_until if act.kind in {_ACT.RESTORE_RIGHTS, _ACT.EXTEND_WATCH} else None
    if ends is not None and act.on < ends:
        raise RuleBroken("registers.watch_runs", field="on", until=ends.isoformat())


def path_of(act: StandingAct) -> str:
    """Give an act as it stands in an address: strike-off. Source: paths are in lower case."""
    return act.value.lower().replace("_", "-")


def act_in_path(word: str) -> StandingAct:
    """Give back what path_of() made. Source: paths are in lower case."""
    return StandingAct(word.upper().replace("-", "_"))
