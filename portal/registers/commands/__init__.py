"""Changes of the registers: one function per use case, one event of the trail each."""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_id_number
from portal.registers import flowing, queries, rules
from portal.registers.columns import changed_columns, member_columns
from portal.registers.commands.organizations import create_organization
from portal.registers.extra_facts import EXTRAS
from portal.registers.facts import MemberFacts
from portal.registers.models import PartyMember
from portal.registers.organization_facts import NewOrganization
from portal.registers.queries.standing import entry_of
from portal.registers.rules import MemberStatus
from portal.registers.rules.corrections import is_full_date_settled
from portal.tenancy.scope import written_tenant

__all__ = ["NewOrganization", "create_organization"]

REASON_MIN, REASON_MAX = 4, 200


def create_member(facts: MemberFacts, *, actor: Actor, now: datetime) -> PartyMember:
    """Enter a member. `facts` have passed read_facts().

    Raises RuleBroken `registers.already_here` (field `id_number`), `registers.not_a_branch`.
    """
    _check_organization(facts.organization_id)
    member_id = new_id()
    member = PartyMember(id=member_id, status=MemberStatus.NORMAL, created_at=now, updated_at=now)
    for column, value in member_columns(member_id, facts).items():
        setattr(member, column, value)
    try:
        with db.session.begin_nested():
            db.session.add(member)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.already_here", field="id_number") from error
    changes = {"name": [None, facts.full_name], "id_number": [None, mask_id_number(facts.id_number)]}
    record(AuditTag.MEMBER_CREATE, subject=member, actor=actor, now=now, changes=changes)
    return member


def update_member(member_id: uuid.UUID, facts: MemberFacts, *, actor: Actor, now: datetime) -> PartyMember:
    """Change a member to exactly these facts; what they leave out is emptied.

    Standing and moving to another branch have commands of their own: the member stays where he or she is, full or on
    probation, with the dates of joining and of full membership, within reach or not, and with the same extras,
    whatever the facts say. Only the date of full membership may be given where a full member has none.
    Raises NotFound, RuleBroken `registers.already_here`.
    """
    member = db.session.scalars(select(PartyMember).where(PartyMember.id == member_id).with_for_update()).one_or_none()
    if member is None:
        raise NotFound
    facts = replace(
        facts,
        organization_id=member.organization_id,
        member_type=member.member_type,
        joined=member.joined,
        full=member.full if is_full_date_settled(entry_of(member)) else facts.full,
        lost_since=member.lost_since,
        lost_reason=member.lost_reason,
        **{each: getattr(member, each) for each in EXTRAS},
    )
    floated = (member.flow_direction, member.flow_place)
    changes = changed_columns(member, facts, keep_missing=False)
    try:
        with db.session.begin_nested():
            for column, value in member_columns(member.id, facts).items():
                setattr(member, column, value)
            member.updated_at = now
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.already_here", field="id_number") from error
    record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
    if floated[0] is not None and facts.flow_direction is None:
        flowing.tell_ended(member.id, floated, actor=actor, now=now)
    return member


def reveal_member(member_id: uuid.UUID, *, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """Give one sealed field of a member in clear, and record who looked and why.

    `field` is id_number, mobile or address. Raises NotFound, also for a field that is empty, and
    RuleBroken `registers.reason_needed` (field `reason`).
    """
    tenant_id = written_tenant()
    member = queries.get_member(member_id, tenant_id=tenant_id)
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)
    text = queries.unseal_field(member, field)
    if text is None:
        raise NotFound
    changes = {"field": [None, field], "reason": [None, reason.strip()]}
    record_look(AuditTag.MEMBER_REVEAL, subject=member, actor=actor, now=now, changes=changes)
    return text


def _check_organization(organization_id: uuid.UUID) -> None:
    organization = queries.get_organization(organization_id, tenant_id=written_tenant())
    rules.check_holds_members(organization.kind)
