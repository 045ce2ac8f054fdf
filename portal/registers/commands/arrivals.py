"""The receiving side of a transfer: accept into a branch, return with a reason, enter a letter on paper."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock, outbox
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.registers.facts import MemberFacts
from portal.registers.models import MemberTransfer
from portal.registers.moving import add_line, check_can_come, lock_transfer, take_in
from portal.registers.queries.transfers import parcel_of
from portal.registers.rules.relations import check_letter, letter_has_expired
from portal.registers.rules.transfers import (
    Channel,
    Direction,
    TransferState,
    TransferStep,
    check_reason,
    next_state,
    state_on,
)

HANDOVER_TOPIC, RETURN_TOPIC = "registers.handover", "registers.return"


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """What a letter on paper says besides the member. `dues_until`: the month up to which dues are paid."""

    from_name: str
    letter_no: str
    letter_on: date
    valid_to: date
    dues_until: str | None = None


def accept_transfer(
    transfer_id: uuid.UUID, organization_id: uuid.UUID, *, actor: Actor, now: datetime
) -> MemberTransfer:
    """Say yes to a letter and name the branch; the worker then brings the member over in one piece.

    Raises NotFound, RuleBroken `registers.transfer_step`, `registers.letter_expired`, `registers.already_accepted`,
    `registers.already_here`, `registers.not_a_branch`. Source: member regulations, art. 25.
    """
    transfer = _arrived(transfer_id, now)
    parcel = parcel_of(transfer)
    if parcel is None:
        raise RuleBroken("registers.transfer_step", state=transfer.state.value)
    check_can_come(parcel.id_number, organization_id)
    transfer.to_organization_id, transfer.accepted_at, transfer.updated_at = organization_id, now, now
    add_line(transfer, actor.name, now)
    outbox.leave_note(HANDOVER_TOPIC, tenant_id=transfer.tenant_id, ref_id=transfer.id, now=now)
    changes = {"name": [None, transfer.full_name], "from": [None, transfer.other_name]}
    record(AuditTag.TRANSFER_ACCEPT, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def return_transfer(transfer_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> MemberTransfer:
    """Send a letter back, with the reason; what came with it is thrown away here.

    Raises NotFound, RuleBroken `registers.reason_needed`, `registers.transfer_step`, `registers.letter_expired`,
    `registers.already_accepted`. Source: member regulations, art. 25.
    """
    check_reason(TransferStep.RETURN, reason)
    transfer = _arrived(transfer_id, now)
    transfer.state, transfer.updated_at = next_state(transfer.state, TransferStep.RETURN), now
    transfer.answer, transfer.ended_on, transfer.parcel_sealed = reason.strip(), clock.today(now), None
    add_line(transfer, actor.name, now, reason.strip())
    outbox.leave_note(RETURN_TOPIC, tenant_id=transfer.tenant_id, ref_id=transfer.id, now=now)
    changes = {"name": [None, transfer.full_name], "reason": [None, reason.strip()]}
    record(AuditTag.TRANSFER_RETURN, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def receive_letter(facts: MemberFacts, letter: PaperLetter, *, actor: Actor, now: datetime) -> MemberTransfer:
    """Enter somebody who brought a letter on paper: the case and the member at once.

    `facts` have passed read_facts(). Raises RuleBroken `registers.letter_expired`, `registers.already_here`,
    `registers.not_a_branch`, and what check_letter() raises. Source: member regulations, art. 25; practice.
    """
    today = clock.today(now)
    check_letter(issued_on=letter.letter_on, valid_to=letter.valid_to, today=today)
    if letter_has_expired(letter.valid_to, today=today):
        raise RuleBroken("registers.letter_expired", field="valid_to", until=letter.valid_to.isoformat())
    member = take_in(facts, on=today, actor=actor, now=now)
    transfer = MemberTransfer(
        id=new_id(),
        direction=Direction.IN,
        channel=Channel.PAPER,
        state=TransferState.IN_ACCEPTED,
        member_id=member.id,
        full_name=member.full_name,
        other_name=letter.from_name.strip(),
        to_organization_id=facts.organization_id,
        reason="",
        applied_on=today,
        letter_no=letter.letter_no.strip(),
        letter_on=letter.letter_on,
        valid_to=letter.valid_to,
        dues_until=letter.dues_until,
        accepted_at=now,
        ended_on=today,
        created_at=now,
        updated_at=now,
    )
    db.session.add(transfer)
    add_line(transfer, actor.name, now, letter.letter_no.strip())
    changes = {"name": [None, member.full_name], "from": [None, transfer.other_name]}
    record(AuditTag.TRANSFER_FINISH, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def _arrived(transfer_id: uuid.UUID, now: datetime) -> MemberTransfer:
    """Give a letter that waits for an answer here, held."""
    transfer = lock_transfer(transfer_id)
    if transfer.direction is not Direction.IN or transfer.state is not TransferState.IN_TRANSIT:
        raise RuleBroken("registers.transfer_step", state=transfer.state.value)
    if transfer.accepted_at is not None:
        raise RuleBroken("registers.already_accepted")
    if state_on(transfer.state, valid_to=transfer.valid_to, today=clock.today(now)) is TransferState.EXPIRED:
        until = transfer.valid_to.isoformat() if transfer.valid_to else ""
        raise RuleBroken("registers.letter_expired", until=until)
    return transfer
