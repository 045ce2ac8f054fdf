"""The floating ledger: entered, its fixes changed, contacts logged, closed."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import FloatingContact, FloatingMember
from portal.care.rows import lock_row, put_in
from portal.care.rules import floating as floating_rules
from portal.care.rules.floating import ContactWay, FloatingState, FlowDirection
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.registers import queries as registers
from portal.tenancy.scope import written_tenant


@dataclass(frozen=True)
class LedgerFacts:
    """What the ledger holds besides what the register knows: where, since when, and the three fixes."""

    direction: FlowDirection
    place: str
    since: date
    home_organization: str
    contact_person: str
    interval_days: int
    rule: str
    place_code: str = ""


def enter_floating(member_id: uuid.UUID, facts: LedgerFacts, *, actor: Actor, now: datetime) -> FloatingMember:
    """Enter a member into the ledger; the first contact is due one interval from today.

    Raises NotFound; RuleBroken `care.not_present`, `care.in_ledger`, and what check_fixes() refuses.
    """
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    clean = _checked(facts, now)
    entry = FloatingMember(
        id=new_id(), member_id=member.id, state=FloatingState.ACTIVE, created_at=now, due_on=_due(clean, None, now)
    )
    _set(entry, clean)
    put_in(entry, or_else="care.in_ledger")
    changes: Changes = {"direction": [None, clean.direction.value], "place": [None, clean.place]}
    record(AuditTag.FLOATING_ENTER, subject=entry, actor=actor, now=now, changes=changes)
    return entry


def change_floating(entry_id: uuid.UUID, facts: LedgerFacts, *, actor: Actor, now: datetime) -> FloatingMember:
    """Change place or fixes of an entry; the next contact follows the new interval.

    Raises NotFound; RuleBroken `care.ledger_ended`, and what check_fixes() refuses.
    """
    entry = _open_entry(entry_id)
    clean = _checked(facts, now)
    changes: Changes = {
        name: [getattr(entry, name), value] for name, value in asdict(clean).items() if getattr(entry, name) != value
    }
    if not changes:
        return entry
    _set(entry, clean)
    entry.due_on = _due(clean, entry.last_contact_on, entry.created_at)
    record(AuditTag.FLOATING_CHANGE, subject=entry, actor=actor, now=now, changes=changes)
    return entry


def log_floating_contact(
    entry_id: uuid.UUID, *, contacted_on: date, way: ContactWay, person: str, note: str, actor: Actor, now: datetime
) -> FloatingContact:
    """Enter a contact; the next one is due one interval after the latest.

    Raises NotFound; RuleBroken `care.ledger_ended`, `care.text_length`, `care.future`, `care.before_away`.
    """
    entry = _open_entry(entry_id)
    rules.check_not_future(contacted_on, field="contacted_on", today=clock.today(now))
    if contacted_on < entry.since:
        raise RuleBroken("care.before_away", field="contacted_on")
    contact = FloatingContact(
        id=new_id(),
        floating_id=entry.id,
        contacted_on=contacted_on,
        way=way,
        person=rules.check_text(person, field="person", most=rules.NAME_MAX),
        note=rules.check_text(note, field="note", most=rules.TEXT_MAX),
        entered_by=actor.user_id,
        entered_at=now,
    )
    db.session.add(contact)
    entry.last_contact_on = max(contacted_on, entry.last_contact_on or contacted_on)
    entry.due_on = floating_rules.next_contact(
        begun_on=contacted_on, last_contact_on=entry.last_contact_on, interval_days=entry.interval_days
    )
    db.session.flush()
    changes: Changes = {"contacted_on": [None, contacted_on], "due_on": [None, entry.due_on]}
    record(AuditTag.FLOATING_CONTACT, subject=entry, actor=actor, now=now, changes=changes)
    return contact


def end_floating(entry_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> FloatingMember:
    """Close an entry: the member came back, or the relation was transferred.

    Raises NotFound; RuleBroken `care.ledger_ended`, `care.text_length` (field `reason`).
    """
    entry = _open_entry(entry_id)
    entry.end_reason = rules.check_reason(reason)
    entry.state, entry.ended_on = FloatingState.ENDED, clock.today(now)
    changes: Changes = {
        "state": [FloatingState.ACTIVE.value, FloatingState.ENDED.value],
        "reason": [None, entry.end_reason],
    }
    record(AuditTag.FLOATING_END, subject=entry, actor=actor, now=now, changes=changes)
    return entry


def _open_entry(entry_id: uuid.UUID) -> FloatingMember:
    entry = lock_row(FloatingMember, entry_id)
    if entry.state is FloatingState.ENDED:
        raise RuleBroken("care.ledger_ended")
    return entry


def _checked(facts: LedgerFacts, now: datetime) -> LedgerFacts:
    floating_rules.check_fixes(
        interval_days=facts.interval_days, since=facts.since, place_code=facts.place_code, today=clock.today(now)
    )
    return LedgerFacts(
        direction=facts.direction,
        place=rules.check_text(facts.place, field="place", most=rules.LINE_MAX),
        since=facts.since,
        home_organization=rules.check_text(facts.home_organization, field="home_organization", most=rules.LINE_MAX),
        contact_person=rules.check_text(facts.contact_person, field="contact_person", most=rules.NAME_MAX),
        interval_days=facts.interval_days,
        rule=rules.check_text(facts.rule, field="rule", most=floating_rules.RULE_MAX),
        place_code=facts.place_code,
    )


def _set(entry: FloatingMember, facts: LedgerFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(entry, name, value)


def _due(facts: LedgerFacts, last_contact_on: date | None, begun_at: datetime) -> date:
    return floating_rules.next_contact(
        begun_on=clock.today(begun_at), last_contact_on=last_contact_on, interval_days=facts.interval_days
    )
