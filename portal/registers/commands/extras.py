"""What a member's register holds beyond the national items: the flag of somebody in need, the monthly dues."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.registers.models import PartyMember
from portal.registers.moving import lock_member
from portal.registers.rules.dues import check_dues, check_vulnerable


def set_extras(
    member_id: uuid.UUID, *, vulnerable_since: date | None, dues_monthly: Decimal | None, actor: Actor, now: datetime
) -> PartyMember:
    """Say since when a member is in need besides the class (None: not), and what he or she pays a month.

    Raises NotFound, RuleBroken of rules.dues: check_vulnerable, check_dues.
    """
    member = lock_member(member_id)
    check_vulnerable(vulnerable_since, management_class=member.management_class, today=clock.today(now))
    check_dues(dues_monthly)
    values = {"vulnerable_since": vulnerable_since, "dues_monthly": dues_monthly}
    changes: dict[str, list[object]] = {
        key: [getattr(member, key), value] for key, value in values.items() if getattr(member, key) != value
    }
    if not changes:
        return member
    for key, value in values.items():
        setattr(member, key, value)
    member.updated_at = now
    record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
    return member
