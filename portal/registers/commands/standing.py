"""Changes of a member's standing: what the community finds out, what was decided, and what was wrong.

What was recorded wrongly is taken back; what was entered wrongly without an act is corrected.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.registers.leaving import END_REASONS, end_elsewhere, end_posts, posts_that_end, reopen_posts
from portal.registers.models import MemberStanding, PartyMember, PartyPost
from portal.registers.moving import lock_member
from portal.registers.queries.standing import acts_of, entry_of, standing_of
from portal.registers.queries.transfers import find_open_transfer
from portal.registers.rules import MemberType
from portal.registers.rules.corrections import Entry, check_correction, check_correction_reason
from portal.registers.rules.leaving import LEAVING_OF, Leaving
from portal.registers.rules.standing import (
    LEADS_TO,
    REASON_MAX,
    REASON_MIN,
    Act,
    Standing,
    StandingAct,
    check_act,
    watch_ends,
)
from portal.registers.standing_lines import (
    READ,
    WATCHES,
    leave_correction,
    plain_columns,
    standing_line,
    told_apart,
)

_ENDS_HERE = frozenset(LEADS_TO) - {StandingAct.RESTORE, StandingAct.DIE}
_TOLD = ("status", "member_type", "lost_since", "watched_until", "detained_since")
"""What the trail tells of a change besides the act."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What taking an act back did: the posts that go on again, and those that cannot."""

    entry: MemberStanding
    back: list[PartyPost]
    kept_ended: list[PartyPost]


def record_act(member_id: uuid.UUID, act: Act, *, actor: Actor, now: datetime) -> MemberStanding:
    """Record an act, change the member accordingly and end the posts that end with it.

    Raises NotFound, RuleBroken `registers.transfer_open` while a transfer is under way that the act would contradict,
    and whatever check_act() refuses. Source: member regulations, art. 24; Charter, arts. 7 to 9; rules.leaving.
    """
    member = lock_member(member_id)
    standing = standing_of(member)
    check_act(act, standing, today=clock.today(now))
    if act.kind in _ENDS_HERE and find_open_transfer(member.id, tenant_id=member.tenant_id) is not None:
        raise RuleBroken("registers.transfer_open")
    before = plain_columns(member)
    why = LEAVING_OF.get(act.kind)
    ending = posts_that_end(member, why) if why else []
    _apply(member, act, standing)
    member.updated_at = now
    ended = end_posts(ending, on=act.on, reason=END_REASONS[act.kind], actor=actor, now=now) if ending else None
    if why in {Leaving.DIED, Leaving.LEFT}:
        end_elsewhere(member.id, reason=END_REASONS[act.kind], actor=actor, now=now)
    entry = standing_line(member, act, actor, now)
    entry.changed, entry.ended_posts = _changed_since(before, member), ended
    db.session.add(entry)
    db.session.flush()
    changes: dict[str, list[object]] = {key: entry.changed[key] for key in _TOLD if key in entry.changed}
    changes |= {"act": [None, act.kind.value], "on": [None, act.on], "document": [None, entry.document]}
    record(AuditTag.STANDING_RECORD, subject=member, actor=actor, now=now, changes=changes)
    return entry


def correct_entry(
    member_id: uuid.UUID, new: Entry, *, reason: str, document: str, actor: Actor, now: datetime
) -> MemberStanding:
    """Put right what was entered wrong: type, dates of joining and of full membership, lost contact.

    Leaves a line of its own in the standing, which can be taken back like an act; `document` names the paper that
    shows how it is, and may be empty. Raises NotFound, RuleBroken `registers.reason_needed` (field `reason`), and
    whatever check_correction() refuses. Source: practice.
    """
    member = lock_member(member_id)
    check_correction_reason(reason)
    acts = acts_of(member.id, tenant_id=member.tenant_id)
    standing = [each.act for each in acts if each.withdrawn_at is None and each.changed is not None]
    today = clock.today(now)
    old = entry_of(member)
    check_correction(old, new, born_on=member.born_on, standing=standing, today=today)
    before = plain_columns(member)
    _write_entry(member, new)
    member.updated_at = now
    line = leave_correction(member, before, reason=reason, document=document, actor=actor, now=now)
    changes = told_apart(old, new) | {"reason": [None, line.reason], "document": [None, line.document]}
    record(AuditTag.STANDING_CORRECT, subject=member, actor=actor, now=now, changes=changes)
    return line


def _write_entry(member: PartyMember, new: Entry) -> None:
    member.member_type = new.member_type
    member.joined_on, member.joined_by_month = new.joined.on, new.joined.by_month
    member.full_on, member.full_by_month = (new.full.on, new.full.by_month) if new.full else (None, False)
    member.lost_since, member.lost_reason = new.lost_since, new.lost_reason if new.lost_since else None


def withdraw_act(standing_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> Withdrawn:
    """Take back the act that was recorded last: the member stands as before, and posts that ended with it go on.

    Raises NotFound, RuleBroken `registers.reason_needed`, `registers.act_withdrawn`, `registers.act_not_last`,
    `registers.act_changed` (with `what`). Source: practice; nothing is rubbed out, the line stays and says so.
    """
    entry = db.session.scalars(select(MemberStanding).where(MemberStanding.id == standing_id)).one_or_none()
    if entry is None:
        raise NotFound
    member = lock_member(entry.member_id)
    _check_withdrawal(entry, member, reason)
    for column, (old, _new) in (entry.changed or {}).items():
        setattr(member, column, READ[column](old) if old is not None else None)
    member.updated_at = now
    entry.withdrawn_at, entry.withdrawn_by_name, entry.withdrawn_reason = now, actor.name, reason.strip()
    back, kept_ended = reopen_posts(entry.ended_posts or [], actor=actor, now=now)
    changes: dict[str, list[object]] = {
        "act": [entry.act.value, None], "on": [entry.happened_on, None], "reason": [None, reason.strip()],
    }  # fmt: skip
    record(AuditTag.STANDING_WITHDRAW, subject=member, actor=actor, now=now, changes=changes)
    return Withdrawn(entry, back, kept_ended)


def _check_withdrawal(entry: MemberStanding, member: PartyMember, reason: str) -> None:
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)
    if entry.withdrawn_at is not None:
        raise RuleBroken("registers.act_withdrawn")
    standing = [each for each in acts_of(member.id, tenant_id=member.tenant_id) if each.withdrawn_at is None]
    if entry.changed is None or max(standing, key=lambda each: (each.recorded_at, each.id)).id != entry.id:
        raise RuleBroken("registers.act_not_last")
    now_is = plain_columns(member)
    other = [column for column, (_old, new) in entry.changed.items() if now_is[column] != new]
    if other:
        raise RuleBroken("registers.act_changed", what="、".join(other))


def _changed_since(before: dict[str, Any], member: PartyMember) -> dict[str, Any]:
    return {
        column: [before[column], value] for column, value in plain_columns(member).items() if before[column] != value
    }


def _apply(member: PartyMember, act: Act, standing: Standing) -> None:
    if act.kind in LEADS_TO:
        member.status, member.status_on = LEADS_TO[act.kind], act.on
    elif act.kind is StandingAct.LOSE:
        member.lost_since, member.lost_reason = act.on, act.lost_reason
    elif act.kind is StandingAct.FIND:
        member.lost_since = member.lost_reason = None
    elif act.kind is StandingAct.BECOME_FULL:
        member.member_type, member.full_on, member.full_by_month = MemberType.FULL, act.on, False
    elif act.kind is StandingAct.EXTEND:
        member.probation_until = act.until
    _apply_discipline(member, act, standing)


def _apply_discipline(member: PartyMember, act: Act, standing: Standing) -> None:
    if act.kind in WATCHES:
        since = {StandingAct.WATCH: act.on, StandingAct.RESTORE_RIGHTS: None}.get(act.kind, member.watched_since)
        member.watched_since, member.watched_until = since, watch_ends(standing, act)
    elif act.kind is StandingAct.DETAIN:
        member.detained_since = act.on
    elif act.kind is StandingAct.RELEASE:
        member.detained_since = None
