"""Reads of standing: what happened to a member, and for whom something is due."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import MemberStanding, MemberTransfer, PartyMember
from portal.registers.rules import MemberStatus, MemberType, add_months
from portal.registers.rules.corrections import Entry
from portal.registers.rules.relations import (
    LOST_MONTHS,
    PROBATION_MONTHS,
    PROBATION_REMINDER_DAYS,
    REMOVAL_MONTHS,
    probation_ends,
)
from portal.registers.rules.standing import PRESENT, Standing
from portal.registers.rules.transfers import Direction, TransferState

LETTER_REMINDER_DAYS = 15


@dataclass(frozen=True, slots=True)
class DueMember:
    """Somebody for whom something is due: `what` is probation, lost, strike_off or watch; `on` since or from when."""

    member_id: uuid.UUID
    full_name: str
    what: str
    on: date


def standing_of(member: PartyMember) -> Standing:
    """Give how a member stands, as the rules of standing ask for it."""
    return Standing(
        member.status, member.status_on, member.member_type, member.joined_on, member.probation_until,
        member.lost_since, member.watched_since, member.watched_until, member.detained_since,
    )  # fmt: skip


def entry_of(member: PartyMember) -> Entry:
    """Give what the register holds of the facts that only a decision changes."""
    return Entry(member.member_type, member.joined, member.full, member.lost_since, member.lost_reason)


def acts_of(member_id: uuid.UUID, *, tenant_id: int) -> list[MemberStanding]:
    """Give what was recorded of a member's standing, the newest first."""
    statement = select(MemberStanding).where(
        MemberStanding.tenant_id == tenant_id, MemberStanding.member_id == member_id
    )
    return list(db.session.scalars(statement.order_by(MemberStanding.happened_on.desc(), MemberStanding.id.desc())))


def get_act(standing_id: uuid.UUID, *, tenant_id: int) -> MemberStanding:
    """Give an act of this very tenant; raises NotFound."""
    statement = select(MemberStanding).where(MemberStanding.tenant_id == tenant_id, MemberStanding.id == standing_id)
    entry = db.session.scalars(statement).one_or_none()
    if entry is None:
        raise NotFound
    return entry


def due_members(*, tenant_id: int, today: date) -> list[DueMember]:
    """Give for whom something is due: see DueMember.

    Probation and 留党察看 that end within 30 days, six months of lost contact, two years of suspension and still lost;
    one after the other, each by date. One statement that three small indexes serve.
    """
    reminded = today + timedelta(days=PROBATION_REMINDER_DAYS)
    soon = add_months(reminded, -PROBATION_MONTHS) + timedelta(days=3)
    probation = and_(
        PartyMember.member_type == MemberType.PROBATIONARY,
        PartyMember.status == MemberStatus.NORMAL,
        PartyMember.joined_on <= soon,
    )
    lost = and_(PartyMember.lost_since.is_not(None), PartyMember.lost_since <= add_months(today, -LOST_MONTHS + 1))
    watched = and_(
        PartyMember.watched_until.is_not(None),
        PartyMember.watched_until <= reminded,
        PartyMember.status.in_(tuple(PRESENT)),
    )
    columns = (
        PartyMember.id,
        PartyMember.full_name,
        PartyMember.status,
        PartyMember.status_on,
        PartyMember.joined_on,
        PartyMember.probation_until,
        PartyMember.lost_since,
        PartyMember.member_type,
        PartyMember.watched_until,
    )
    rows = db.session.execute(select(*columns).where(PartyMember.tenant_id == tenant_id, or_(probation, lost, watched)))
    found = [due for row in rows for due in _dues(row, today)]
    order = ("probation", "lost", "strike_off", "watch")
    return sorted(found, key=lambda due: (order.index(due.what), due.on, due.full_name))


def _dues(row: Any, today: date) -> Iterator[DueMember]:
    """Say what is due for a row, by the rules themselves; the statement only narrows down."""
    due = _due(row, today)
    if due is not None:
        yield due
    reminded = today + timedelta(days=PROBATION_REMINDER_DAYS)
    if row.watched_until is not None and row.watched_until <= reminded and row.status in PRESENT:
        yield DueMember(row.id, row.full_name, "watch", row.watched_until)


def _due(row: Any, today: date) -> DueMember | None:
    """Say what is due for somebody lost or on probation."""
    if row.lost_since is not None:
        if row.status is MemberStatus.NORMAL and today >= add_months(row.lost_since, LOST_MONTHS):
            return DueMember(row.id, row.full_name, "lost", row.lost_since)
        is_long = row.status_on is not None and today >= add_months(row.status_on, REMOVAL_MONTHS)
        if row.status is MemberStatus.SUSPENDED and is_long:
            return DueMember(row.id, row.full_name, "strike_off", row.status_on)
        return None
    if row.member_type is not MemberType.PROBATIONARY:
        return None
    ends = probation_ends(row.joined_on, row.probation_until)
    if row.status is MemberStatus.NORMAL and ends - timedelta(days=PROBATION_REMINDER_DAYS) <= today:
        return DueMember(row.id, row.full_name, "probation", ends)
    return None


def waiting_transfers(*, tenant_id: int, today: date) -> dict[str, int]:
    """Count letters to answer here, letters that soon expire or have, applications to decide; one statement.

    Keys: arrived, expiring, applied, approved.
    """
    counts = {"arrived": 0, "expiring": 0, "applied": 0, "approved": 0}
    limit = today + timedelta(days=LETTER_REMINDER_DAYS)
    is_late = MemberTransfer.valid_to <= limit
    open_ = (TransferState.APPLIED, TransferState.OUT_APPROVED, TransferState.IN_TRANSIT)
    statement = (
        select(MemberTransfer.direction, MemberTransfer.state, is_late, func.count())
        .where(
            MemberTransfer.tenant_id == tenant_id,
            MemberTransfer.state.in_(open_),
            MemberTransfer.accepted_at.is_(None),
        )
        .group_by(MemberTransfer.direction, MemberTransfer.state, is_late)
    )
    for direction, state, late, number in db.session.execute(statement):
        key = {TransferState.APPLIED: "applied", TransferState.OUT_APPROVED: "approved"}.get(state)
        if key is None and direction is Direction.IN:
            key = "arrived"
        if key is None:
            key = "expiring" if late else None
        if key is not None:
            counts[key] += number
    return counts
