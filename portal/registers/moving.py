"""What every piece of a transfer needs: rows held, a line for each change of state, a member taken in."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_id_number
from portal.registers import queries
from portal.registers.columns import ID_SEAL, member_columns
from portal.registers.facts import MemberFacts
from portal.registers.models import MemberTransfer, PartyMember, TransferLine
from portal.registers.rules import MemberStatus, check_holds_members
from portal.registers.rules.standing import PRESENT
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant


@dataclass(frozen=True, slots=True)
class Rights:
    """What rests of a member's rights; it goes with the member from one community to the other."""

    watched_since: date | None = None
    watched_until: date | None = None
    detained_since: date | None = None

    @classmethod
    def of(cls, member: PartyMember) -> "Rights":
        """Give those of a member."""
        return cls(member.watched_since, member.watched_until, member.detained_since)


def lock_member(member_id: uuid.UUID) -> PartyMember:
    """Give a member of the written tenant, held until the end of the transaction; raises NotFound."""
    member = db.session.scalars(select(PartyMember).where(PartyMember.id == member_id).with_for_update()).one_or_none()
    if member is None:
        raise NotFound
    return member


def lock_transfer(transfer_id: uuid.UUID) -> MemberTransfer:
    """Give a transfer of the written tenant, held until the end of the transaction; raises NotFound."""
    transfer = db.session.scalars(
        select(MemberTransfer).where(MemberTransfer.id == transfer_id).with_for_update()
    ).one_or_none()
    if transfer is None:
        raise NotFound
    return transfer


def add_line(transfer: MemberTransfer, who: str, now: datetime, words: str = "") -> None:
    """Leave a line in the story of a transfer: each change of its state has one."""
    db.session.flush()
    db.session.add(
        TransferLine(id=new_id(), transfer_id=transfer.id, state=transfer.state, words=words, who=who[:100], at=now)
    )


def check_can_come(number: str, organization_id: uuid.UUID) -> None:
    """Refuse somebody who is here already, or a place that holds no members; in the written tenant.

    Raises NotFound, RuleBroken `registers.already_here` (field `id_number`), `registers.not_a_branch`.
    """
    check_holds_members(queries.get_organization(organization_id, tenant_id=written_tenant()).kind)
    known = find_by_number(number)
    if known is not None and known.status in PRESENT:
        raise RuleBroken("registers.already_here", field="id_number")


def find_by_number(number: str) -> PartyMember | None:
    """Give the member of the written tenant with this ID number, whatever the standing."""
    index = vault.blind_index(ID_SEAL, number)
    return db.session.scalars(select(PartyMember).where(PartyMember.id_index == index)).one_or_none()


def take_in(
    facts: MemberFacts, *, on: date, actor: Actor | None, now: datetime, rights: Rights = Rights()
) -> PartyMember:
    """Enter somebody who comes, or let somebody who was here before come back with what was known.

    Raises what check_can_come() raises.
    """
    check_can_come(facts.id_number, facts.organization_id)
    member = find_by_number(facts.id_number)
    if member is None:
        member = PartyMember(id=new_id(), created_at=now, status=MemberStatus.NORMAL)
        db.session.add(member)
        tag = AuditTag.MEMBER_CREATE
    else:
        tag = AuditTag.MEMBER_UPDATE
    for column, value in member_columns(member.id, facts).items():
        if value is not None or column in _EMPTIED or tag is AuditTag.MEMBER_CREATE:
            setattr(member, column, value)
    member.status, member.status_on, member.updated_at = MemberStatus.NORMAL, on, now
    member.watched_since, member.watched_until = rights.watched_since, rights.watched_until
    member.detained_since = rights.detained_since
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.already_here", field="id_number") from error
    changes: dict[str, list[object]] = {
        "name": [None, facts.full_name],
        "id_number": [None, mask_id_number(facts.id_number)],
    }
    record(tag, subject=member, actor=actor, now=now, changes=changes)
    return member


_EMPTIED = frozenset({"lost_since", "lost_reason", "flow_direction", "flow_place"})
"""What does not come back with somebody who comes back."""
