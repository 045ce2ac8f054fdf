"""Reads of standing: what happened to a member, and for whom something is due."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.core.db import db
from portal.registers.models import MemberStanding, MemberTransfer, PartyMember
from portal.registers.rules import MemberStatus, MemberType, add_months
from portal.registers.rules.relations import (
    LOST_MONTHS,
    PROBATION_MONTHS,
    PROBATION_REMINDER_DAYS,
    REMOVAL_MONTHS,
    probation_ends,
)
from portal.registers.rules.standing import Standing
from portal.registers.rules.transfers import Direction, TransferState

LETTER_REMINDER_DAYS = 15


@dataclass(frozen=True, slots=True)
class DueMember:
    """Somebody for whom something is due: `what` is probation, lost or strike_off; `on` since or from when."""

    member_id: uuid.UUID
    full_name: str
    what: str
    on: date


def standing_of(member: PartyMember) -> Standing:
    """Give how a member stands, as the rules of standing ask for it."""
    return Standing(
        member.status, member.status_on, member.member_type, member.joined_on, member.probation_until, member.lost_since
    )


def acts_of(member_id: uuid.UUID, *, tenant_id: int) -> list[MemberStanding]:
    """Give what was recorded of a member's standing, the newest first."""
    statement = select(MemberStanding).where(
        MemberStanding.tenant_id == tenant_id, MemberStanding.member_id == member_id
    )
    return list(db.session.scalars(statement.order_by(MemberStanding.happened_on.desc(), MemberStanding.id.desc())))


def due_members(*, tenant_id: int, today: date) -> list[DueMember]:
    """Give whose probation ends within 30 days, who is lost for six months, who is suspended and lost for two years.

    In that order, each by date; one statement that two small indexes serve.
    """
    soon = add_months(today + timedelta(days=PROBATION_REMINDER_DAYS), -PROBATION_MONTHS) + timedelta(days=3)
    probation = and_(
        PartyMember.member_type == MemberType.PROBATIONARY,
        PartyMember.status == MemberStatus.NORMAL,
        PartyMember.joined_on <= soon,
    )
    lost = and_(PartyMember.lost_since.is_not(None), PartyMember.lost_since <= add_months(today, -LOST_MONTHS + 1))
    columns = (
        PartyMember.id,
        PartyMember.full_name,
        PartyMember.status,
        PartyMember.status_on,
        PartyMember.joined_on,
        PartyMember.probation_until,
        PartyMember.lost_since,
    )
    rows = db.session.execute(select(*columns).where(PartyMember.tenant_id == tenant_id, or_(probation, lost)))
    found = [due for row in rows if (due := _due(row, today)) is not None]
    order = ("probation", "lost", "strike_off")
    return sorted(found, key=lambda due: (order.index(due.what), due.on, due.full_name))


def _due(row: Any, today: date) -> DueMember | None:
    """Say what is due for a row, by the rules themselves; the statement only narrows down."""
    if row.lost_since is not None:
        if row.status is MemberStatus.NORMAL and today >= add_months(row.lost_since, LOST_MONTHS):
            return DueMember(row.id, row.full_name, "lost", row.lost_since)
        is_long = row.status_on is not None and today >= add_months(row.status_on, REMOVAL_MONTHS)
        if row.status is MemberStatus.SUSPENDED and is_long:
            return DueMember(row.id, row.full_name, "strike_off", row.status_on)
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
