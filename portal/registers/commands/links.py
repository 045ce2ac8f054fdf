"""Second belongings: recorded with a beginning, ended with an end, corrected or removed where they were wrong."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.names import sort_key
from portal.core.personal_data import mask_phone
from portal.desk.removing import remove_row
from portal.registers.columns import MOBILE_SEAL
from portal.registers.models import MemberLink, PartyMember
from portal.registers.moving import lock_member
from portal.registers.queries.links import LINK_MOBILE, End, find_end, link_mobile
from portal.registers.rules import check_name, clean_name
from portal.registers.rules.belonging import LinkKind, check_link_dates
from portal.registers.rules.standing import PRESENT
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

REASON_MIN, REASON_MAX = 4, 200


@dataclass(frozen=True, slots=True)
class NewLink:
    """What the form says. `member_id` for one of our own; name and mobile for somebody from elsewhere.

    `other_name`: the other end. Where a unit or organization of this register has that name, it is meant.
    """

    other_name: str
    from_on: date
    member_id: uuid.UUID | None = None
    full_name: str = ""
    mobile: str | None = None


def create_link(new: NewLink, *, actor: Actor, now: datetime) -> MemberLink:
    """Record a second belonging.

    Raises NotFound, RuleBroken `registers.link_future`, `registers.link_is_member` (with `name`),
    `registers.link_twice`, `registers.name`. Source: 双报到: counted once, at the home organization.
    """
    check_link_dates(from_on=new.from_on, until_on=None, today=clock.today(now))
    link = _of_member(new) if new.member_id else _of_guest(new)
    link.from_on, link.created_at, link.updated_at = new.from_on, now, now
    _point(link, find_end(new.other_name, tenant_id=written_tenant()))
    _check_first(link, now)
    db.session.add(link)
    db.session.flush()
    changes = {"name": [None, link.full_name], "kind": [None, link.kind.value], "other": [None, link.other_name]}
    record(AuditTag.LINK_CREATE, subject=link, actor=actor, now=now, changes=changes)
    return link


def end_link(link_id: uuid.UUID, *, until_on: date, actor: Actor, now: datetime) -> MemberLink:
    """End a second belonging; `until_on` is the first day on which it no longer holds.

    Raises NotFound, RuleBroken `registers.link_ends_early`.
    """
    link = _lock(link_id)
    check_link_dates(from_on=link.from_on, until_on=until_on, today=clock.today(now))
    before, link.until_on, link.updated_at = link.until_on, until_on, now
    record(AuditTag.LINK_END, subject=link, actor=actor, now=now, changes={"until_on": [before, until_on]})
    return link


def correct_link(link_id: uuid.UUID, new: NewLink, *, reason: str, actor: Actor, now: datetime) -> MemberLink:
    """Put right what was entered wrong: the other end, the first day, of somebody from elsewhere name and mobile.

    No mobile leaves the one that is known. Raises NotFound, RuleBroken `registers.reason_needed` (field `reason`),
    `registers.link_same`, and what create_link() raises.
    """
    link = _lock(link_id)
    _check_reason(reason)
    check_link_dates(from_on=new.from_on, until_on=link.until_on, today=clock.today(now))
    before = _told(link)
    _point(link, find_end(new.other_name, tenant_id=written_tenant()))
    link.from_on, link.updated_at = new.from_on, now
    if link.kind is LinkKind.HOME:
        _name_guest(link, new)
    _check_first(link, now)
    after = _told(link)
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if not changes:
        raise RuleBroken("registers.link_same")
    db.session.flush()
    changes["reason"] = [None, reason.strip()]
    record(AuditTag.LINK_CORRECT, subject=link, actor=actor, now=now, changes=changes)
    return link


def remove_link(link_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove a second belonging that never was; its past and the trail keep what was entered.

    Raises NotFound, RuleBroken `registers.reason_needed` (field `reason`), `desk.hangs`.
    """
    link = _lock(link_id)
    _check_reason(reason)
    changes = {"name": [link.full_name, None], "other": [link.other_name, None], "reason": [None, reason.strip()]}
    remove_row(link, now=now)
    record(AuditTag.LINK_REMOVE, subject=link, actor=actor, now=now, changes=changes)


def _lock(link_id: uuid.UUID) -> MemberLink:
    link = db.session.scalars(select(MemberLink).where(MemberLink.id == link_id).with_for_update()).one_or_none()
    if link is None:
        raise NotFound
    return link


def _check_reason(reason: str) -> None:
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)


def _told(link: MemberLink) -> dict[str, object]:
    """Give what an event tells of a second belonging: the mobile masked."""
    mobile = link_mobile(link)
    return {
        "name": link.full_name,
        "other": link.other_name,
        "from_on": link.from_on,
        "mobile": mask_phone(mobile) if mobile else None,
    }


def _point(link: MemberLink, end: End) -> None:
    link.other_name, link.work_unit_id, link.organization_id = end


def _of_member(new: NewLink) -> MemberLink:
    member = lock_member(new.member_id or uuid.UUID(int=0))
    return MemberLink(
        id=new_id(),
        kind=LinkKind.RESIDENCE,
        member_id=member.id,
        full_name=member.full_name,
        sort_key=member.sort_key,
    )


def _of_guest(new: NewLink) -> MemberLink:
    """Somebody from elsewhere; refused when it is one of our own members, who would be counted twice."""
    link = MemberLink(id=new_id(), kind=LinkKind.HOME)
    _name_guest(link, new)
    return link


def _name_guest(link: MemberLink, new: NewLink) -> None:
    name = clean_name(new.full_name)
    check_name(name)
    link.full_name, link.sort_key = name, sort_key(name)
    if new.mobile:
        index = vault.blind_index(MOBILE_SEAL, new.mobile)
        own = select(PartyMember.full_name).where(PartyMember.mobile_index == index, PartyMember.status.in_(PRESENT))
        with db.session.no_autoflush:
            if db.session.scalars(own.where(PartyMember.full_name == name)).first() is not None:
                raise RuleBroken("registers.link_is_member", field="mobile", name=name)
        link.mobile_sealed = vault.seal(LINK_MOBILE, link.id, new.mobile)
        link.mobile_index = index


def _check_first(link: MemberLink, now: datetime) -> None:
    """Refuse the same belonging twice at a time."""
    today = clock.today(now)
    same = select(MemberLink.id).where(
        MemberLink.id != link.id,
        MemberLink.kind == link.kind,
        MemberLink.other_name == link.other_name,
        or_(MemberLink.until_on.is_(None), MemberLink.until_on > today),
    )
    if link.member_id is not None:
        same = same.where(MemberLink.member_id == link.member_id)
    else:
        same = same.where(MemberLink.full_name == link.full_name, MemberLink.mobile_index == link.mobile_index)
    with db.session.no_autoflush:
        if db.session.scalars(same.limit(1)).first() is not None:
            raise RuleBroken("registers.link_twice", field="other_name")
