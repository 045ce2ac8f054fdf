"""The case of a transfer (转移组织关系): its states, who is responsible, and what may be done when.

APPLIED → OUT_APPROVED → IN_TRANSIT (letter, good until) → IN_ACCEPTED | RETURNED | EXPIRED; an application that is not
approved is DECLINED. Source: member regulations, art. 25; the letter: practice.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberStatus
from portal.registers.rules.relations import letter_has_expired


class TransferState(StrEnum):
    """Where a transfer stands. An expired letter is EXPIRED from the day after its last, whoever looks."""

    APPLIED = "APPLIED"
    OUT_APPROVED = "OUT_APPROVED"
    DECLINED = "DECLINED"
    IN_TRANSIT = "IN_TRANSIT"
    IN_ACCEPTED = "IN_ACCEPTED"
    RETURNED = "RETURNED"
    EXPIRED = "EXPIRED"


class TransferStep(StrEnum):
    """What somebody does in a transfer."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    SEND = "SEND"
    ACCEPT = "ACCEPT"
    RETURN = "RETURN"
    EXPIRE = "EXPIRE"


class Direction(StrEnum):
    """Which way, seen from the community whose row it is."""

    OUT = "OUT"
    IN = "IN"
    WITHIN = "WITHIN"


class Channel(StrEnum):
    """How the letter travels."""

    PORTAL = "PORTAL"  # both sides work here: the facts travel sealed with it
    PAPER = "PAPER"  # a letter on paper, its receipt slip comes back


class Side(StrEnum):
    """Who is responsible for the member."""

    OLD = "OLD"
    NEW = "NEW"


_STATE, _STEP = TransferState, TransferStep
STEPS: dict[TransferStep, tuple[TransferState, TransferState]] = {
    _STEP.APPROVE: (_STATE.APPLIED, _STATE.OUT_APPROVED),
    _STEP.DECLINE: (_STATE.APPLIED, _STATE.DECLINED),
    _STEP.SEND: (_STATE.OUT_APPROVED, _STATE.IN_TRANSIT),
    _STEP.ACCEPT: (_STATE.IN_TRANSIT, _STATE.IN_ACCEPTED),
    _STEP.RETURN: (_STATE.IN_TRANSIT, _STATE.RETURNED),
    _STEP.EXPIRE: (_STATE.IN_TRANSIT, _STATE.EXPIRED),
}
"""From which state a step leads to which."""
OPEN_STATES = frozenset({_STATE.APPLIED, _STATE.OUT_APPROVED, _STATE.IN_TRANSIT})
"""A member has at most one open transfer."""
NEEDS_REASON = frozenset({_STEP.DECLINE, _STEP.RETURN})
REASON_MIN, REASON_MAX = 4, 200


def state_on(state: TransferState, *, valid_to: date | None, today: date) -> TransferState:
    """Give the state as it is on a day: a letter under way whose last day has passed has expired. Source: practice."""
    if state is _STATE.IN_TRANSIT and valid_to is not None and letter_has_expired(valid_to, today=today):
        return _STATE.EXPIRED
    return state


def next_state(state: TransferState, step: TransferStep) -> TransferState:
    """Give where a step leads; raises RuleBroken `registers.transfer_step` from any state but its own.

    Source: member regulations, art. 25: nobody is received who was not sent.
    """
    begins, ends = STEPS[step]
    if state is not begins:
        raise RuleBroken("registers.transfer_step", state=state.value)
    return ends


def responsible_side(state: TransferState) -> Side:
    """Say who is responsible for the member: the old organization until the new one has accepted.

    Source: member regulations, art. 25.
    """
    return Side.NEW if state is _STATE.IN_ACCEPTED else Side.OLD


def check_reason(step: TransferStep, reason: str) -> None:
    """Refuse a refusal without a reason: raises RuleBroken `registers.reason_needed` (field `reason`).

    Source: member regulations, art. 25: a member is not turned away without a reason.
    """
    if step in NEEDS_REASON and not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)


def check_may_leave(*, status: MemberStatus, is_lost: bool, has_open_transfer: bool) -> None:
    """Refuse to begin a transfer of somebody who is not in good standing, not to be found, or on the way already.

    Raises RuleBroken `registers.transfer_standing`, `registers.transfer_lost` or `registers.transfer_open`.
    Source: member regulations, arts. 24 and 25.
    """
    if status is not MemberStatus.NORMAL:
        raise RuleBroken("registers.transfer_standing")
    if is_lost:
        raise RuleBroken("registers.transfer_lost")
    if has_open_transfer:
        raise RuleBroken("registers.transfer_open")
