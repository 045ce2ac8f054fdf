"""Second belongings: recorded with a beginning, ended with an end."""

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
from portal.registers.columns import MOBILE_SEAL
from portal.registers.models import MemberLink, PartyMember
from portal.registers.moving import lock_member
from portal.registers.rules import check_name, clean_name
from portal.registers.rules.belonging import LinkKind, check_link_dates
from portal.registers.rules.standing import PRESENT
from portal.tenancy import vault

LINK_MOBILE = "member_link.mobile"


@dataclass(frozen=True, slots=True)
class NewLink:
    """What the form says. `member_id` for one of our own; name and mobile for somebody from elsewhere."""

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
    link.other_name, link.from_on, link.created_at = new.other_name.strip(), new.from_on, now
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
    link = db.session.scalars(select(MemberLink).where(MemberLink.id == link_id).with_for_update()).one_or_none()
    if link is None:
        raise NotFound
    check_link_dates(from_on=link.from_on, until_on=until_on, today=clock.today(now))
    before, link.until_on = link.until_on, until_on
    record(AuditTag.LINK_END, subject=link, actor=actor, now=now, changes={"until_on": [before, until_on]})
    return link


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
    name, link_id = clean_name(new.full_name), new_id()
    check_name(name)
    link = MemberLink(id=link_id, kind=LinkKind.HOME, full_name=name, sort_key=sort_key(name))
    if new.mobile:
        index = vault.blind_index(MOBILE_SEAL, new.mobile)
        own = select(PartyMember.full_name).where(PartyMember.mobile_index == index, PartyMember.status.in_(PRESENT))
        if db.session.scalars(own.where(PartyMember.full_name == name)).first() is not None:
            raise RuleBroken("registers.link_is_member", field="mobile", name=name)
        link.mobile_sealed = vault.seal(LINK_MOBILE, link_id, new.mobile)
        link.mobile_index = index
    return link


def _check_first(link: MemberLink, now: datetime) -> None:
    """Refuse the same belonging twice at a time."""
    today = clock.today(now)
    same = select(MemberLink.id).where(
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
