"""How a transfer is told on its page: the steps with their dates, and the one act of the present step."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.registers.messages.lifecycle import TRANSFER_WORDS
from portal.registers.models import MemberTransfer
from portal.registers.rules.transfers import Channel, Direction, Side, TransferState, responsible_side
from portal.web.templating import day

Step = tuple[str, str, Any]
_S = TransferState


@dataclass(frozen=True, slots=True)
class Case:
    """What the page needs: `act` is decide, letter, answer, slip, wait, coming, again, undo or nothing."""

    state: TransferState
    tone: str
    steps: list[Step]
    act: str
    days_left: str
    responsible: str


_TONES = {_S.IN_ACCEPTED: "good", _S.RETURNED: "warn", _S.EXPIRED: "warn", _S.DECLINED: "warn"}


def case_of(transfer: MemberTransfer, state: TransferState, *, today: date) -> Case:
    """Tell a transfer as it stands today."""
    return Case(
        state=state,
        tone=_TONES.get(state, "info"),
        steps=_steps(transfer, state),
        act=_act(transfer, state),
        days_left=_days_left(transfer, state, today),
        responsible=_responsible(transfer, state),
    )


def _steps(transfer: MemberTransfer, state: TransferState) -> list[Step]:
    if transfer.direction is Direction.WITHIN:
        moved: list[Step] = [(_("Moved"), "done", transfer.ended_on)]
        return [*moved, (_("Taken back"), "done", None)] if state is _S.RETURNED else moved
    order = [_S.APPLIED, _S.OUT_APPROVED, _S.IN_TRANSIT]
    last = state if state in {_S.RETURNED, _S.EXPIRED, _S.DECLINED} else _S.IN_ACCEPTED
    dates: dict[TransferState, Any] = {
        _S.APPLIED: transfer.applied_on,
        _S.IN_TRANSIT: _("good until %(day)s", day=day(transfer.valid_to)) if transfer.valid_to else None,
        last: transfer.ended_on or (transfer.valid_to if state is _S.EXPIRED else None),
    }
    shown = [_S.APPLIED, _S.DECLINED] if state is _S.DECLINED else [*order, last]
    if transfer.direction is Direction.IN:
        shown = [_S.IN_TRANSIT, last]
    place = shown.index(state)
    over = state not in order
    phases = ["done" if n < place or over else "now" if n == place else "next" for n in range(len(shown))]
    return [(str(TRANSFER_WORDS[each]), phase, dates.get(each)) for each, phase in zip(shown, phases, strict=True)]


def _act(transfer: MemberTransfer, state: TransferState) -> str:
    if transfer.direction is Direction.IN and state is _S.IN_TRANSIT:
        return "coming" if transfer.accepted_at else "answer"
    if transfer.direction is Direction.WITHIN:
        return "undo" if state is _S.IN_ACCEPTED else "nothing"
    if transfer.direction is not Direction.OUT:
        return "nothing"
    if state is _S.IN_TRANSIT:
        return "slip" if transfer.channel is Channel.PAPER else "wait"
    again = "again" if state in {_S.DECLINED, _S.RETURNED, _S.EXPIRED} else "nothing"
    return {_S.APPLIED: "decide", _S.OUT_APPROVED: "letter"}.get(state, again)


def _days_left(transfer: MemberTransfer, state: TransferState, today: date) -> str:
    if state is not _S.IN_TRANSIT or transfer.valid_to is None:
        return ""
    left = (transfer.valid_to - today).days
    return (
        _("today is the last day")
        if left == 0
        else ngettext("The letter is good for %(num)s more day.", "The letter is good for %(num)s more days.", left)
    )


def _responsible(transfer: MemberTransfer, state: TransferState) -> str:
    """Say who looks after the member; nobody asks where both are here."""
    if transfer.direction is Direction.WITHIN:
        return ""
    is_old = responsible_side(state) is Side.OLD
    ours = is_old is (transfer.direction is Direction.OUT)
    return _("our own party organization") if ours else transfer.other_name
