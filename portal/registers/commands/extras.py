"""What a member's register holds beyond the national items: need and hardship, dues, skills and service."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.registers.models import PartyMember
from portal.registers.moving import lock_member
from portal.registers.rules.dues import check_dues, check_vulnerable
from portal.registers.rules.extras import (
    SENSITIVE,
    HardshipLevel,
    PostCategory,
    clean_skills,
    join_intents,
    split_intents,
)

NOT_TOLD = "•••"
"""Stands in the trail for what is sensitive: more people read the trail than may see it."""


@dataclass(frozen=True, slots=True)
class Extras:
    """The extras of a member as somebody gives them; None: nothing is recorded."""

    vulnerable_since: date | None = None
    dues_monthly: Decimal | None = None
    hardship_level: HardshipLevel | None = None
    on_owners_committee: bool | None = None
    skills: str | None = None
    service_intents: tuple[PostCategory, ...] = ()


def set_extras(member_id: uuid.UUID, extras: Extras, *, actor: Actor, now: datetime) -> PartyMember:
    """Give a member exactly these extras; what they leave out is emptied.

    Raises NotFound, RuleBroken of rules.dues (check_vulnerable, check_dues) and rules.extras (clean_skills,
    join_intents).
    """
    member = lock_member(member_id)
    check_vulnerable(extras.vulnerable_since, management_class=member.management_class, today=clock.today(now))
    check_dues(extras.dues_monthly)
    values = asdict(extras) | {
        "skills": clean_skills(extras.skills),
        "service_intents": join_intents(extras.service_intents),
    }
    before = {key: getattr(member, key) for key in values}
    changed = [key for key, value in values.items() if before[key] != value]
    if not changed:
        return member
    for key in changed:
        setattr(member, key, values[key])
    member.updated_at = now
    changes: dict[str, list[object]] = {key: [_told(key, each[key]) for each in (before, values)] for key in changed}
    record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
    return member


def _told(key: str, value: object) -> object:
    """Give a value as the trail has it."""
    if key in SENSITIVE:
        return NOT_TOLD
    return [each.value for each in split_intents(str(value))] if key == "service_intents" and value else value
