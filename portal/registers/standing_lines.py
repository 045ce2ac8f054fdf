"""The lines of a member's standing: how one is written, what it says was changed, and what a correction leaves."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.registers import merging
from portal.registers.importing import date_text
from portal.registers.models import MemberStanding, PartyMember
from portal.registers.queries.standing import entry_of
from portal.registers.rules import MemberStatus, MemberType
from portal.registers.rules.corrections import Entry, Fact, contradictory
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import Act, StandingAct

WATCHES = frozenset({StandingAct.WATCH, StandingAct.EXTEND_WATCH, StandingAct.RESTORE_RIGHTS})
READ: dict[str, Callable[[Any], Any]] = {
    "status": MemberStatus,
    "status_on": date.fromisoformat,
    "member_type": MemberType,
    "joined_on": date.fromisoformat,
    "joined_by_month": bool,
    "full_on": date.fromisoformat,
    "full_by_month": bool,
    "probation_until": date.fromisoformat,
    "lost_since": date.fromisoformat,
    "lost_reason": LostReason,
    "watched_since": date.fromisoformat,
    "watched_until": date.fromisoformat,
    "detained_since": date.fromisoformat,
}
"""The columns that an act may change, and how each is read back."""


_CORRECTED = (
    ("member_type",),
    ("joined_on", "joined_by_month"),
    ("full_on", "full_by_month"),
    ("lost_since", "lost_reason"),
)
"""The columns that a correction may change; of those that make one fact all are kept in its line."""


def standing_line(member: PartyMember, act: Act, actor: Actor, now: datetime) -> MemberStanding:
    """Give the line of an act, which is still to be added; what it changed is not in it yet."""
    return MemberStanding(
        id=new_id(),
        member_id=member.id,
        act=act.kind,
        happened_on=act.on,
        reason=act.reason.strip(),
        document=act.document.strip(),
        ground=act.ground,
        lost_reason=act.lost_reason,
        since_on=act.since,
        until_on=member.watched_until if act.kind in WATCHES else act.until,
        recorded_by=actor.user_id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )


def plain_columns(member: PartyMember) -> dict[str, Any]:
    """Give the columns that acts change as plain values."""
    values = {column: getattr(member, column) for column in READ}
    return {column: _as_text(value) for column, value in values.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def leave_correction(
    member: PartyMember, before: dict[str, Any], *, reason: str, document: str, actor: Actor, now: datetime
) -> MemberStanding:
    """Leave a line in the standing of what of these facts is otherwise than `before`, an earlier plain_columns()."""
    act = Act(StandingAct.CORRECT, clock.today(now), reason=reason, document=document)
    line, after = standing_line(member, act, actor, now), plain_columns(member)
    line.changed = {
        column: [before[column], after[column]]
        for told_together in _CORRECTED
        if any(before[column] != after[column] for column in told_together)
        for column in told_together
    }
    db.session.add(line)
    db.session.flush()
    return line


def told_apart(old: Entry, new: Entry) -> dict[str, list[object]]:
    """Give what differs in two entries as the trail tells it: {fact: [old, new]}."""
    was, is_ = _told_of(old), _told_of(new)
    return {name: [was[name], is_[name]] for name in is_ if was[name] != is_[name]}


def _told_of(entry: Entry) -> dict[str, object]:
    """Give the facts of an entry as the trail tells them."""
    return {
        "member_type": entry.member_type.value,
        "joined": date_text(entry.joined),
        "full": date_text(entry.full) or None,
        "lost_since": entry.lost_since.isoformat() if entry.lost_since else None,
        "lost_reason": entry.lost_reason.value if entry.lost_reason else None,
    }


def contradictions(kept: PartyMember, gone: PartyMember) -> tuple[Fact, ...]:
    """Give the facts that only a decision changes in which two records contradict each other."""
    return contradictory(entry_of(kept), entry_of(gone))


class _CorrectionLine:
    """The line that a merge leaves in the standing of the record that stays; it goes when the merge is taken back."""

    def count(self, member_id: uuid.UUID) -> int:
        """Count nothing: a line comes with the merge itself."""
        del member_id
        return 0

    def move(self, gone_id: uuid.UUID, kept_id: uuid.UUID, *, now: datetime) -> list[uuid.UUID]:
        """Move nothing: what hung on the other record before moves with its table."""
        del gone_id, kept_id, now
        return []

    def missing(self, ids: list[uuid.UUID], kept_id: uuid.UUID) -> int:
        """Count the lines that were taken back by themselves, or belong to somebody else by now."""
        return len(ids) - len(self._lines(ids, kept_id))

    def move_back(self, ids: list[uuid.UUID], kept_id: uuid.UUID, gone_id: uuid.UUID, *, now: datetime) -> None:
        """Take the lines out: what they say was never corrected."""
        del gone_id, now
        for line in self._lines(ids, kept_id):
            db.session.delete(line)
        db.session.flush()

    def _lines(self, ids: list[uuid.UUID], kept_id: uuid.UUID) -> list[MemberStanding]:
        own = (MemberStanding.id.in_(ids), MemberStanding.member_id == kept_id, MemberStanding.withdrawn_at.is_(None))
        return list(db.session.scalars(select(MemberStanding).where(*own)))


CORRECTION = "correction"
merging.register(CORRECTION, _l("Entry corrected by the merge"), _CorrectionLine())
