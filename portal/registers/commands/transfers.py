"""Transfers as this community carries them out: apply, approve, send, and what becomes of the letter.

Between two registers of the portal the worker carries what the other side has to know; see handover.py.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock, outbox
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers import queries
from portal.registers.leaving import (
    END_REASONS,
    branches_left,
    end_posts,
    leave_for_good,
    posts_that_end,
    reopen_posts,
)
from portal.registers.models import MemberTransfer, PartyMember, PartyPost
from portal.registers.moving import add_line, lock_member, lock_transfer
from portal.registers.queries.standing import standing_of
from portal.registers.queries.transfers import find_open_transfer, is_opened, keeps_register
from portal.registers.rules import check_holds_members
from portal.registers.rules.leaving import Leaving
from portal.registers.rules.relations import (
    Paper,
    check_letter,
    latest_valid_to,
    may_transfer_nationwide,
    paper_for,
)
from portal.registers.rules.standing import PRESENT
from portal.registers.rules.transfers import (
    REASON_MAX,
    REASON_MIN,
    Channel,
    Direction,
    TransferState,
    TransferStep,
    check_may_leave,
    check_reason,
    next_state,
)
from portal.tenancy.scope import written_tenant

DELIVER_TOPIC, EXPIRE_TOPIC = "registers.deliver", "registers.expire"
LETTER_NO_MAX = 40


@dataclass(frozen=True, slots=True)
class Application:
    """What the application says. `other_tenant_id`: a community or street of the portal; None: a letter on paper.

    `back_on`: the day on which the member comes back, where it is for a time only.
    """

    other_name: str
    reason: str
    other_tenant_id: int | None = None
    dues_until: str | None = None
    back_on: date | None = None


def move_member(
    member_id: uuid.UUID, organization_id: uuid.UUID, *, on: date, reason: str, actor: Actor, now: datetime
) -> MemberTransfer:
    """Move a member to another branch or group of this community, from a day up to today; posts of the old one end.

    Raises NotFound, RuleBroken `registers.not_a_branch`, `registers.move_nowhere`, `registers.act_future`,
    `registers.act_too_early`, `registers.act_closed`, `registers.transfer_open`, `registers.reason_needed`.
    Source: member regulations, art. 25.
    """
    member = lock_member(member_id)
    tenant_id = written_tenant()
    target = queries.get_organization(organization_id, tenant_id=tenant_id)
    check_holds_members(target.kind)
    _check_move(member, organization_id, on, reason, clock.today(now))
    before = queries.get_organization(member.organization_id, tenant_id=tenant_id)
    transfer = _new_case(
        member, Direction.WITHIN, Channel.PORTAL, Application(target.name, reason), TransferState.IN_ACCEPTED, now
    )
    transfer.to_organization_id, transfer.applied_on, transfer.ended_on = target.id, on, on
    left = branches_left(member.organization_id, target.id, tenant_id=tenant_id)
    ending = posts_that_end(member, Leaving.MOVED, left=left)
    transfer.ended_posts = end_posts(ending, on=on, reason=END_REASONS[Leaving.MOVED], actor=actor, now=now)
    member.organization_id, member.updated_at = target.id, now
    db.session.add(transfer)
    add_line(transfer, actor.name, now, reason.strip())
    changes: dict[str, list[object]] = {
        "organization": [before.name, target.name],
        "on": [None, on],
        "reason": [None, reason.strip()],
    }
    record(AuditTag.MEMBER_MOVE, subject=member, actor=actor, now=now, changes=changes)
    return transfer


def move_back(
    transfer_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime
) -> tuple[MemberTransfer, list[PartyPost], list[PartyPost]]:
    """Take back a move between branches: the member is where it was, and posts that ended with it go on.

    Gives the posts that go on and those that cannot. Raises NotFound, RuleBroken `registers.reason_needed`,
    `registers.move_not_last`, `registers.organization_ended`. Source: practice.
    """
    transfer = lock_transfer(transfer_id)
    _check_words(reason)
    if transfer.direction is not Direction.WITHIN or transfer.from_organization_id is None:
        raise NotFound
    member = lock_member(transfer.member_id or transfer.id)
    is_there = transfer.state is TransferState.IN_ACCEPTED and member.organization_id == transfer.to_organization_id
    if not is_there or member.status not in PRESENT:
        raise RuleBroken("registers.move_not_last")
    before = queries.get_organization(transfer.from_organization_id, tenant_id=transfer.tenant_id)
    if before.ended_on is not None:
        raise RuleBroken("registers.organization_ended")
    member.organization_id, member.updated_at = before.id, now
    transfer.state, transfer.answer, transfer.updated_at = TransferState.RETURNED, reason.strip(), now
    add_line(transfer, actor.name, now, reason.strip())
    back, kept_ended = reopen_posts(transfer.ended_posts or [], actor=actor, now=now)
    changes: dict[str, list[object]] = {
        "organization": [transfer.other_name, before.name],
        "reason": [None, reason.strip()],
    }
    record(AuditTag.MEMBER_MOVE_BACK, subject=member, actor=actor, now=now, changes=changes)
    return transfer, back, kept_ended


def _check_move(member: PartyMember, organization_id: uuid.UUID, on: date, reason: str, today: date) -> None:
    if member.status not in PRESENT:
        raise RuleBroken("registers.act_closed")
    if member.organization_id == organization_id:
        raise RuleBroken("registers.move_nowhere", field="organization")
    if on > today:
        raise RuleBroken("registers.act_future", field="on")
    if on < member.joined_on:
        raise RuleBroken("registers.act_too_early", field="on", earliest=member.joined_on.isoformat())
    if find_open_transfer(member.id, tenant_id=member.tenant_id) is not None:
        raise RuleBroken("registers.transfer_open")
    _check_words(reason)


def apply_transfer(member_id: uuid.UUID, application: Application, *, actor: Actor, now: datetime) -> MemberTransfer:
    """Begin a transfer out of this register.

    Raises NotFound, RuleBroken `registers.transfer_standing`, `registers.transfer_lost`, `registers.transfer_open`,
    `registers.transfer_here`, `registers.no_register`, `registers.not_opened`, `registers.reason_needed`,
    `registers.certificate_suffices`.
    Source: member regulations, art. 25.
    """
    member = lock_member(member_id)
    standing = standing_of(member)
    is_open = find_open_transfer(member.id, tenant_id=member.tenant_id) is not None
    check_may_leave(status=standing.status, is_lost=standing.lost_since is not None, has_open_transfer=is_open)
    if application.other_tenant_id == member.tenant_id:
        raise RuleBroken("registers.transfer_here", field="to_code")
    if application.other_tenant_id is not None:
        _check_there(application.other_tenant_id)
    _check_words(application.reason)
    _check_paper(application, clock.today(now))
    channel = Channel.PAPER if application.other_tenant_id is None else Channel.PORTAL
    transfer = _new_case(member, Direction.OUT, channel, application, TransferState.APPLIED, now)
    try:
        with db.session.begin_nested():
            db.session.add(transfer)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.transfer_open") from error
    add_line(transfer, actor.name, now, application.reason.strip())
    changes = {"name": [None, member.full_name], "to": [None, transfer.other_name]}
    record(AuditTag.TRANSFER_APPLY, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def _check_there(tenant_id: int) -> None:
    """Refuse a place of the portal where nobody could take somebody in."""
    if not keeps_register(tenant_id):
        raise RuleBroken("registers.no_register", field="to_code")
    if not is_opened(tenant_id):
        raise RuleBroken("registers.not_opened", field="to_code")


def approve_transfer(transfer_id: uuid.UUID, *, actor: Actor, now: datetime) -> MemberTransfer:
    """Approve an application. Raises NotFound, RuleBroken `registers.transfer_step`. Source: art. 25."""
    transfer = lock_transfer(transfer_id)
    _go(transfer, TransferStep.APPROVE, now)
    add_line(transfer, actor.name, now)
    record(AuditTag.TRANSFER_APPROVE, subject=transfer, actor=actor, now=now, changes=_names(transfer))
    return transfer


def decline_transfer(transfer_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> MemberTransfer:
    """Do not approve an application. Raises NotFound, RuleBroken `registers.reason_needed`, `registers.transfer_step`.

    Source: member regulations, art. 25.
    """
    transfer = lock_transfer(transfer_id)
    check_reason(TransferStep.DECLINE, reason)
    _go(transfer, TransferStep.DECLINE, now)
    transfer.answer, transfer.ended_on = reason.strip(), clock.today(now)
    add_line(transfer, actor.name, now, reason.strip())
    changes: dict[str, list[object]] = {**_names(transfer), "reason": [None, reason.strip()]}
    record(AuditTag.TRANSFER_DECLINE, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def send_letter(
    transfer_id: uuid.UUID,
    *,
    letter_no: str,
    letter_on: date,
    valid_to: date | None,
    actor: Actor,
    now: datetime,
) -> MemberTransfer:
    """Issue the letter; from now on the other side is asked. Without `valid_to` it is good as long as letters are.

    Raises NotFound, RuleBroken `registers.transfer_step`, `registers.no_committee`, `registers.letter_no_taken`, and
    what check_letter() and check_may_leave() raise. Source: member regulations, art. 25; practice.
    """
    transfer = lock_transfer(transfer_id)
    member = lock_member(transfer.member_id or transfer.id)
    check_may_leave(status=member.status, is_lost=member.lost_since is not None, has_open_transfer=False)
    _check_committee()
    until = valid_to or latest_valid_to(letter_on)
    check_letter(issued_on=letter_on, valid_to=until, today=clock.today(now))
    if until < clock.today(now):
        raise RuleBroken("registers.letter_expired", field="valid_to", until=until.isoformat())
    _check_letter_no(letter_no)
    _go(transfer, TransferStep.SEND, now)
    transfer.letter_no, transfer.letter_on, transfer.valid_to = letter_no.strip(), letter_on, until
    add_line(transfer, actor.name, now, letter_no.strip())
    if transfer.channel is Channel.PORTAL:
        outbox.leave_note(DELIVER_TOPIC, tenant_id=transfer.tenant_id, ref_id=transfer.id, now=now)
    over = clock.day_bounds(until)[1]
    outbox.leave_note(EXPIRE_TOPIC, tenant_id=transfer.tenant_id, ref_id=transfer.id, now=over)
    changes: dict[str, list[object]] = {
        **_names(transfer),
        "letter_no": [None, transfer.letter_no],
        "valid_to": [None, until],
    }
    record(AuditTag.TRANSFER_SEND, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def record_receipt(transfer_id: uuid.UUID, *, on: date, receipt_no: str, actor: Actor, now: datetime) -> MemberTransfer:
    """Record that the receipt slip of a letter on paper came back: the member belongs there from that day.

    Raises NotFound, RuleBroken `registers.transfer_step`, `registers.other_side_answers`, `registers.act_future`,
    `registers.act_too_early`, `registers.letter_expired`. Source: member regulations, art. 25; practice.
    """
    transfer = lock_transfer(transfer_id)
    _check_on_paper(transfer)
    if on > clock.today(now):
        raise RuleBroken("registers.act_future", field="on")
    if transfer.letter_on and on < transfer.letter_on:
        raise RuleBroken("registers.act_too_early", field="on", earliest=transfer.letter_on.isoformat())
    if transfer.valid_to and on > transfer.valid_to:
        raise RuleBroken("registers.letter_expired", field="on", until=transfer.valid_to.isoformat())
    member = lock_member(transfer.member_id or transfer.id)
    _go(transfer, TransferStep.ACCEPT, now)
    transfer.ended_on, transfer.receipt_no = on, receipt_no.strip() or None
    transfer.ended_posts = leave_for_good(member, on, actor=actor, now=now)
    add_line(transfer, actor.name, now, receipt_no.strip())
    changes: dict[str, list[object]] = {**_names(transfer), "on": [None, on], "receipt_no": [None, transfer.receipt_no]}
    record(AuditTag.TRANSFER_FINISH, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def record_return(transfer_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> MemberTransfer:
    """Record that a letter on paper came back unaccepted, and why.

    Raises NotFound, RuleBroken `registers.reason_needed`, `registers.transfer_step`, `registers.other_side_answers`.
    Source: member regulations, art. 25.
    """
    transfer = lock_transfer(transfer_id)
    check_reason(TransferStep.RETURN, reason)
    _check_on_paper(transfer)
    _go(transfer, TransferStep.RETURN, now)
    transfer.answer, transfer.ended_on = reason.strip(), clock.today(now)
    add_line(transfer, actor.name, now, reason.strip())
    changes: dict[str, list[object]] = {**_names(transfer), "reason": [None, reason.strip()]}
    record(AuditTag.TRANSFER_RETURN, subject=transfer, actor=actor, now=now, changes=changes)
    return transfer


def print_letter(transfer_id: uuid.UUID, *, actor: Actor, now: datetime) -> tuple[MemberTransfer, str]:
    """Give a letter with the member's full ID number, for the paper; looking at it is recorded.

    Raises NotFound, also before there is a letter.
    """
    transfer = lock_transfer(transfer_id)
    if transfer.letter_no is None or transfer.member_id is None or transfer.direction is not Direction.OUT:
        raise NotFound
    member = queries.get_member(transfer.member_id, tenant_id=transfer.tenant_id)
    number = queries.unseal_field(member, "id_number") or ""
    changes = {"field": [None, "id_number"], "letter_no": [None, transfer.letter_no]}
    record(AuditTag.LETTER_PRINT, subject=member, actor=actor, now=now, changes=changes)
    return transfer, number


def _new_case(
    member: PartyMember,
    direction: Direction,
    channel: Channel,
    application: Application,
    state: TransferState,
    now: datetime,
) -> MemberTransfer:
    return MemberTransfer(
        id=new_id(),
        tenant_id=member.tenant_id,
        direction=direction,
        channel=channel,
        state=state,
        member_id=member.id,
        full_name=member.full_name,
        other_tenant_id=application.other_tenant_id,
        other_name=application.other_name.strip(),
        from_organization_id=member.organization_id,
        reason=application.reason.strip(),
        dues_until=application.dues_until,
        applied_on=clock.today(now),
        created_at=now,
        updated_at=now,
    )


def _go(transfer: MemberTransfer, step: TransferStep, now: datetime) -> None:
    transfer.state, transfer.updated_at = next_state(transfer.state, step), now


def _names(transfer: MemberTransfer) -> dict[str, list[object]]:
    return {"name": [None, transfer.full_name], "to": [None, transfer.other_name]}


def _check_words(reason: str) -> None:
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)


def _check_paper(application: Application, today: date) -> None:
    """Refuse to transfer somebody who is away for less than half a year. Source: practice; art. 25."""
    back_on = application.back_on
    if back_on is not None and paper_for(leaves_on=today, back_on=back_on) is Paper.CERTIFICATE:
        raise RuleBroken("registers.certificate_suffices", field="back_on")


def _check_on_paper(transfer: MemberTransfer) -> None:
    """Refuse to answer in the other side's place."""
    if transfer.direction is not Direction.OUT or transfer.channel is not Channel.PAPER:
        raise RuleBroken("registers.other_side_answers")


def _check_committee() -> None:
    """Refuse a letter where no committee is there to send it. Source: member regulations, art. 25."""
    kinds = {row.kind for row in queries.list_organizations(tenant_id=written_tenant())}
    if not any(may_transfer_nationwide(kind) for kind in kinds):
        raise RuleBroken("registers.no_committee")


def _check_letter_no(letter_no: str) -> None:
    number = letter_no.strip()
    if not 1 <= len(number) <= LETTER_NO_MAX:
        raise RuleBroken("registers.letter_no", field="letter_no", longest=LETTER_NO_MAX)
    taken = select(MemberTransfer.id).where(
        MemberTransfer.direction == Direction.OUT, MemberTransfer.letter_no == number
    )
    if db.session.scalars(taken.limit(1)).first() is not None:
        raise RuleBroken("registers.letter_no_taken", field="letter_no")
