"""How a transfer passes from one register of the portal to another: the only code that works in two tenants.

A register is a community's or a street's. Nobody's request leaves its tenant. Each side decides in its own scope and
leaves a note; the worker carries what the note is about. The member goes and comes in one transaction, so that at no
moment somebody is a member in both, or in neither. Every piece may be done twice. See docs/decisions/0012-transfers.md.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.jobs.notes import on_note
from portal.registers import queries
from portal.registers.commands.arrivals import HANDOVER_TOPIC, RETURN_TOPIC
from portal.registers.commands.transfers import DELIVER_TOPIC, EXPIRE_TOPIC
from portal.registers.extra_facts import EXTRAS
from portal.registers.facts import MemberFacts
from portal.registers.leaving import leave_for_good
from portal.registers.models import MemberTransfer
from portal.registers.moving import Rights, add_line, lock_member, take_in
from portal.registers.queries.transfers import Parcel, tenant_name
from portal.registers.rules import MemberStatus
from portal.registers.rules.transfers import Channel, Direction, TransferState, state_on
from portal.tenancy import scope
from portal.tenancy.scope import scope_of, transaction

CHANGED = "registers.sender_changed"
"""Said in a story, as the code of its sentence, when the old side is no longer sending this member."""


@contextmanager
def _also_in(tenant_id: int) -> Iterator[None]:
    """Work in another tenant for a while, within the open transaction; nothing stays unwritten on either side."""
    before = scope.current()
    db.session.flush()
    scope.use(scope_of(tenant_id))
    yield
    db.session.flush()
    scope.use(before)


def _held(transfer_id: uuid.UUID) -> MemberTransfer | None:
    """Give this tenant's row of a transfer, held."""
    statement = select(MemberTransfer).where(MemberTransfer.id == transfer_id).with_for_update()
    return db.session.scalars(statement).one_or_none()


@on_note(DELIVER_TOPIC)
def deliver(tenant_id: int, transfer_id: uuid.UUID, *, now: datetime) -> None:
    """Put the letter before the receiving side, the member's facts sealed with that side's key."""
    with transaction(scope_of(tenant_id)):
        sent = _held(transfer_id)
        if sent is None or sent.state is not TransferState.IN_TRANSIT or sent.other_tenant_id is None:
            return
        parcel = _parcel(sent)
        with _also_in(sent.other_tenant_id):
            if _held(transfer_id) is None:
                _arrive(sent, parcel, now)


def _parcel(sent: MemberTransfer) -> Parcel:
    member = queries.get_member(sent.member_id or sent.id, tenant_id=sent.tenant_id)
    facts = queries.facts_of(member)
    return Parcel(
        full_name=facts.full_name,
        id_number=facts.id_number,
        sex_code=facts.sex_code,
        born_on=facts.born_on.isoformat(),
        member_type=facts.member_type.value,
        joined=facts.joined.on.isoformat()[: 7 if facts.joined.by_month else 10],
        full=facts.full.on.isoformat()[: 7 if facts.full.by_month else 10] if facts.full else "",
        ethnic_code=facts.ethnic_code or "",
        mobile=facts.mobile or "",
        watched_until=member.watched_until.isoformat() if member.watched_until else "",
        from_name=tenant_name(sent.tenant_id),
    )


def _arrive(sent: MemberTransfer, parcel: Parcel, now: datetime) -> None:
    """Enter the receiving side's row; runs in that side's scope."""
    arrived = MemberTransfer(
        id=sent.id,
        direction=Direction.IN,
        channel=Channel.PORTAL,
        state=TransferState.IN_TRANSIT,
        full_name=sent.full_name,
        other_tenant_id=sent.tenant_id,
        other_name=parcel.from_name,
        reason=sent.reason,
        applied_on=sent.applied_on,
        letter_no=sent.letter_no,
        letter_on=sent.letter_on,
        valid_to=sent.valid_to,
        dues_until=sent.dues_until,
        parcel_sealed=parcel.sealed(sent.id),
        created_at=now,
        updated_at=now,
    )
    db.session.add(arrived)
    add_line(arrived, parcel.from_name, now, sent.letter_no or "")
    changes = {"name": [None, arrived.full_name], "from": [None, arrived.other_name]}
    record(AuditTag.TRANSFER_ARRIVE, subject=arrived, actor=None, now=now, changes=changes)


@on_note(HANDOVER_TOPIC)
def hand_over(tenant_id: int, transfer_id: uuid.UUID, *, now: datetime) -> None:
    """Let the member leave there and come here, in one transaction; what cannot be done is said on both sides."""
    try:
        with transaction(scope_of(tenant_id)):
            _hand_over(transfer_id, now)
    except RuleBroken as broken:
        with transaction(scope_of(tenant_id)):
            _could_not(transfer_id, broken.code, now)


def _hand_over(transfer_id: uuid.UUID, now: datetime) -> None:
    arrived = _held(transfer_id)
    if arrived is None or arrived.state is not TransferState.IN_TRANSIT or arrived.accepted_at is None:
        return
    here, organization_id, there = arrived.tenant_id, arrived.to_organization_id, arrived.other_tenant_id
    if organization_id is None or there is None:
        return
    on = clock.today(arrived.accepted_at)
    with _also_in(there):
        gone = _leave(transfer_id, here, now)
    if gone is None:
        _end(arrived, TransferState.RETURNED, CHANGED, now)
        return
    facts, rights = gone
    member = take_in(replace(facts, organization_id=organization_id), on=on, actor=None, now=now, rights=rights)
    arrived.member_id = member.id
    _end(arrived, TransferState.IN_ACCEPTED, "", now)


def _leave(transfer_id: uuid.UUID, receiver: int, now: datetime) -> tuple[MemberFacts, Rights] | None:
    """Let the member leave, in the old side's scope, with the posts that end; None where it does not send any more."""
    sent = _held(transfer_id)
    if sent is None or sent.state is not TransferState.IN_TRANSIT or sent.other_tenant_id != receiver:
        return None
    member = lock_member(sent.member_id or sent.id)
    if member.status is not MemberStatus.NORMAL or member.lost_since is not None:
        _end(sent, TransferState.RETURNED, CHANGED, now)
        return None
    own: dict[str, Any] = dict.fromkeys(EXTRAS)  # what a community keeps for itself stays there
    facts, today = replace(queries.facts_of(member), **own), clock.today(now)
    sent.ended_posts = leave_for_good(member, today, actor=None, now=now)
    _end(sent, TransferState.IN_ACCEPTED, "", now, who=sent.other_name)
    return facts, Rights.of(member)


def _could_not(transfer_id: uuid.UUID, code: str, now: datetime) -> None:
    """Take back a yes that could not be carried out, and say why in the story."""
    arrived = _held(transfer_id)
    if arrived is not None and arrived.state is TransferState.IN_TRANSIT:
        arrived.accepted_at = arrived.to_organization_id = None
        arrived.updated_at = now
        add_line(arrived, "", now, code)


@on_note(RETURN_TOPIC)
def carry_back(tenant_id: int, transfer_id: uuid.UUID, *, now: datetime) -> None:
    """Tell the sending side that its letter was returned, and why."""
    with transaction(scope_of(tenant_id)):
        returned = _held(transfer_id)
        if returned is None or returned.state is not TransferState.RETURNED or returned.other_tenant_id is None:
            return
        reason = returned.answer or ""
        with _also_in(returned.other_tenant_id):
            sent = _held(transfer_id)
            if sent is not None and sent.state is TransferState.IN_TRANSIT and sent.other_tenant_id == tenant_id:
                _end(sent, TransferState.RETURNED, reason, now, who=sent.other_name)


@on_note(EXPIRE_TOPIC)
def expire(tenant_id: int, transfer_id: uuid.UUID, *, now: datetime) -> None:
    """End a letter whose last day has passed, on both sides; a yes that was given in time still holds."""
    with transaction(scope_of(tenant_id)):
        sent = _held(transfer_id)
        if sent is None or not _is_over(sent, now):
            return
        if sent.other_tenant_id is not None:
            with _also_in(sent.other_tenant_id):
                arrived = _held(transfer_id)
                is_accepted = arrived is not None and arrived.accepted_at is not None
                if arrived is not None and not is_accepted and _is_over(arrived, now):
                    _end(arrived, TransferState.EXPIRED, "", now)
            if is_accepted:
                return
        _end(sent, TransferState.EXPIRED, "", now)


def _is_over(transfer: MemberTransfer, now: datetime) -> bool:
    if transfer.state is not TransferState.IN_TRANSIT:
        return False
    return state_on(transfer.state, valid_to=transfer.valid_to, today=clock.today(now)) is TransferState.EXPIRED


_TAGS = {
    TransferState.IN_ACCEPTED: AuditTag.TRANSFER_FINISH,
    TransferState.RETURNED: AuditTag.TRANSFER_RETURN,
    TransferState.EXPIRED: AuditTag.TRANSFER_EXPIRE,
}


def _end(transfer: MemberTransfer, state: TransferState, words: str, now: datetime, *, who: str = "") -> None:
    """End a transfer on this side with its line and its event; what came with the letter is thrown away."""
    transfer.state, transfer.ended_on, transfer.updated_at = state, clock.today(now), now
    transfer.parcel_sealed = None
    if words:
        transfer.answer = words
    add_line(transfer, who, now, words)
    changes = {"name": [None, transfer.full_name], "state": [None, state.value]}
    record(_TAGS[state], subject=transfer, actor=None, now=now, changes=changes)
