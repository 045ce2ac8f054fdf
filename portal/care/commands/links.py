"""The four-level contact: set up, contacts logged, ended."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import ContactEntry, ContactLink, PartyDelegate
from portal.care.rows import get_row, lock_row
from portal.care.rules import links as link_rules
from portal.care.rules.links import FROM_MEMBER, LinkLevel, LinkPeriod, LinkState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.registers import queries as registers
from portal.registers.queries.terms import held_posts
from portal.tenancy.scope import written_tenant


@dataclass(frozen=True)
class NewLink:
    """Who keeps in touch with whom. Which ends are given depends on the level; see rules.links."""

    level: LinkLevel
    period: LinkPeriod
    starts_on: date
    from_text: str = ""
    from_member_id: uuid.UUID | None = None
    to_text: str = ""
    to_organization_id: uuid.UUID | None = None
    to_delegate_id: uuid.UUID | None = None
    households: int | None = None


def start_link(new: NewLink, *, actor: Actor, now: datetime) -> ContactLink:
    """Set up a contact; the first one is due one period after the first day.

    Raises NotFound for ends that are not here; RuleBroken `care.near_end`, `care.far_end`, `care.households`,
    `care.not_present`, `care.no_seat`, `care.has_post`, `care.text_length`.
    """
    link_rules.check_households(new.level, new.households)
    from_text, to_text = _near_end(new, clock.today(now)), _far_end(new)
    link = ContactLink(
        id=new_id(),
        level=new.level,
        from_member_id=new.from_member_id if new.level in FROM_MEMBER else None,
        from_text=from_text,
        to_organization_id=new.to_organization_id if new.level is LinkLevel.STREET_TEAM else None,
        to_delegate_id=new.to_delegate_id if new.level is LinkLevel.COMMITTEE_MEMBER else None,
        to_text=to_text,
        households=new.households,
        period=new.period,
        starts_on=new.starts_on,
        due_on=link_rules.next_contact(starts_on=new.starts_on, last_contact_on=None, period=new.period),
        state=LinkState.ACTIVE,
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    changes: Changes = {"level": [None, new.level.value], "period": [None, new.period.value]}
    record(AuditTag.CONTACT_LINK_START, subject=link, actor=actor, now=now, changes=changes)
    return link


def log_link_contact(
    link_id: uuid.UUID, *, contacted_on: date, what: str, households: int | None, actor: Actor, now: datetime
) -> ContactEntry:
    """Enter a contact; the next one is due one period after the latest.

    Raises NotFound; RuleBroken `care.link_ended`, `care.text_length`, `care.future`, `care.before_link`,
    `care.households`.
    """
    link = _open_link(link_id)
    link_rules.check_contact(contacted_on, starts_on=link.starts_on, today=clock.today(now))
    if households is not None:
        link_rules.check_households(link.level, households)
    entry = ContactEntry(
        id=new_id(),
        link_id=link.id,
        contacted_on=contacted_on,
        what=rules.check_text(what, field="what", most=rules.TEXT_MAX),
        households=households,
        entered_by=actor.user_id,
        entered_at=now,
    )
    db.session.add(entry)
    link.last_contact_on = max(contacted_on, link.last_contact_on or contacted_on)
    link.due_on = link_rules.next_contact(
        starts_on=link.starts_on, last_contact_on=link.last_contact_on, period=link.period
    )
    db.session.flush()
    changes: Changes = {"contacted_on": [None, contacted_on], "due_on": [None, link.due_on]}
    record(AuditTag.CONTACT_LINK_LOG, subject=link, actor=actor, now=now, changes=changes)
    return entry


def end_link(link_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> ContactLink:
    """End a contact. Raises NotFound; RuleBroken `care.link_ended`, `care.text_length` (field `reason`)."""
    link = _open_link(link_id)
    link.end_reason = rules.check_reason(reason)
    link.state, link.ended_on = LinkState.ENDED, clock.today(now)
    changes: Changes = {"state": [LinkState.ACTIVE.value, LinkState.ENDED.value], "reason": [None, link.end_reason]}
    record(AuditTag.CONTACT_LINK_END, subject=link, actor=actor, now=now, changes=changes)
    return link


def _open_link(link_id: uuid.UUID) -> ContactLink:
    link = lock_row(ContactLink, link_id)
    if link.state is LinkState.ENDED:
        raise RuleBroken("care.link_ended")
    return link


def _near_end(new: NewLink, today: date) -> str:
    """Give who keeps in touch: a member's name from the register, or the words given."""
    if new.level not in FROM_MEMBER:
        return rules.check_text(new.from_text, field="from_text", most=rules.TITLE_MAX)
    if new.from_member_id is None:
        raise RuleBroken("care.near_end", field="from_member_id")
    member = registers.get_member(new.from_member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    seats, posts = held_posts(member.id, tenant_id=written_tenant(), on=today)
    link_rules.check_near_end(new.level, seats=seats, posts=posts)
    return member.full_name


def _far_end(new: NewLink) -> str:
    """Give with whom: an organization's or delegate's name as it is now, or the words given."""
    if new.level is LinkLevel.STREET_TEAM and new.to_organization_id is not None:
        return registers.get_organization(new.to_organization_id, tenant_id=written_tenant()).name
    if new.level is LinkLevel.COMMITTEE_MEMBER:
        if new.to_delegate_id is None:
            raise RuleBroken("care.far_end", field="to_delegate_id")
        delegate = get_row(PartyDelegate, new.to_delegate_id, tenant_id=written_tenant())
        return registers.get_member(delegate.member_id, tenant_id=written_tenant()).full_name
    return rules.check_text(new.to_text, field="to_text", most=rules.LINE_MAX)
