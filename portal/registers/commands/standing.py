"""Changes of a member's standing: what the community finds out, and what was decided."""

import uuid
from datetime import datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.registers.models import MemberStanding, PartyMember
from portal.registers.moving import lock_member
from portal.registers.queries.standing import standing_of
from portal.registers.queries.transfers import find_open_transfer
from portal.registers.rules import MemberType
from portal.registers.rules.standing import LEADS_TO, Act, StandingAct, check_act

_ENDS_HERE = frozenset(LEADS_TO) - {StandingAct.RESTORE, StandingAct.DIE}


def record_act(member_id: uuid.UUID, act: Act, *, actor: Actor, now: datetime) -> MemberStanding:
    """Record an act and change the member accordingly.

    Raises NotFound, RuleBroken `registers.transfer_open` while a transfer is under way that the act would contradict,
    and whatever check_act() refuses. Source: member regulations, art. 24; Charter, arts. 7 to 9.
    """
    member = lock_member(member_id)
    check_act(act, standing_of(member), today=clock.today(now))
    if act.kind in _ENDS_HERE and find_open_transfer(member.id, tenant_id=member.tenant_id) is not None:
        raise RuleBroken("registers.transfer_open")
    before = {"status": member.status.value, "member_type": member.member_type.value, "lost_since": member.lost_since}
    _apply(member, act)
    member.updated_at = now
    entry = MemberStanding(
        id=new_id(),
        member_id=member.id,
        act=act.kind,
        happened_on=act.on,
        reason=act.reason.strip(),
        document=act.document.strip(),
        ground=act.ground,
        lost_reason=act.lost_reason,
        since_on=act.since,
        until_on=act.until,
        recorded_by=actor.user_id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    after = {"status": member.status.value, "member_type": member.member_type.value, "lost_since": member.lost_since}
    changes: dict[str, list[object]] = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    changes |= {"act": [None, act.kind.value], "on": [None, act.on], "document": [None, entry.document]}
    record(AuditTag.STANDING_RECORD, subject=member, actor=actor, now=now, changes=changes)
    return entry


def _apply(member: PartyMember, act: Act) -> None:
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
