"""The floating ledger: entered, its fixes changed, contacts logged, closed."""

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

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
from portal.registers import flowing
from portal.registers import queries as registers
from portal.registers.commands.flow import set_flow
from portal.registers.queries.links import get_link_row
from portal.registers.roster_words import FLOW_PLACE_MAX
from portal.tenancy.scope import written_tenant

IN_REGISTER = frozenset({"direction", "place"})
NOT_IN_REGISTER = "台账中已不再列为流动党员"
"""Why an entry is closed whose member's page was changed; it stands in the ledger itself."""


@dataclass(frozen=True)
class LedgerFacts:
    """Which way and where, which the register of members keeps, and what only the ledger holds.

    `direction` of somebody from elsewhere is always inwards.
    """

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

    Way and place go to the member's own page. Raises NotFound; RuleBroken `care.not_present`, `care.in_ledger`, and
    what check_fixes() refuses.
    """
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    clean = _checked(facts, now)
    entry = _new_entry(clean, now)
    entry.member_id = member.id
    return _put_in(entry, clean, actor, now)


def enter_guest(link_id: uuid.UUID, facts: LedgerFacts, *, actor: Actor, now: datetime) -> FloatingMember:
    """Enter somebody whose home is elsewhere and who reports here: flowed in, and kept by the ledger alone.

    Raises NotFound; RuleBroken `care.no_guest`, `care.in_ledger`, and what check_fixes() refuses.
    """
    link = get_link_row(link_id, tenant_id=written_tenant())
    floating_rules.check_guest(link.kind, until_on=link.until_on, today=clock.today(now))
    clean = _checked(replace(facts, direction=FlowDirection.INFLOW), now)
    entry = _new_entry(clean, now)
    entry.link_id = link.id
    return _put_in(entry, clean, actor, now)


def _new_entry(facts: LedgerFacts, now: datetime) -> FloatingMember:
    return FloatingMember(id=new_id(), state=FloatingState.ACTIVE, created_at=now, due_on=_due(facts, None, now))


def _put_in(entry: FloatingMember, facts: LedgerFacts, actor: Actor, now: datetime) -> FloatingMember:
    _set(entry, facts)
    put_in(entry, or_else="care.in_ledger")
    _tell_register(entry, facts, actor, now)
    changes: Changes = {"direction": [None, facts.direction.value], "place": [None, facts.place]}
    record(AuditTag.FLOATING_ENTER, subject=entry, actor=actor, now=now, changes=changes)
    return entry


def change_floating(entry_id: uuid.UUID, facts: LedgerFacts, *, actor: Actor, now: datetime) -> FloatingMember:
    """Change place or fixes of an entry; the next contact follows the new interval.

    Raises NotFound; RuleBroken `care.ledger_ended`, and what check_fixes() refuses.
    """
    entry = _open_entry(entry_id)
    clean = _checked(facts if entry.member_id else replace(facts, direction=FlowDirection.INFLOW), now)
    before = {**{name: getattr(entry, name) for name in asdict(clean)}, **said_of(entry)}
    changes: Changes = {name: [before[name], value] for name, value in asdict(clean).items() if before[name] != value}
    if not changes:
        return entry
    _set(entry, clean)
    _tell_register(entry, clean, actor, now)
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
    """Close an entry: the member came back, or the relation was transferred. The register says so from then on.

    Raises NotFound; RuleBroken `care.ledger_ended`, `care.text_length` (field `reason`).
    """
    entry = _open_entry(entry_id)
    _close(entry, rules.check_reason(reason), actor, now, **said_of(entry))
    if entry.member_id is not None:
        set_flow(entry.member_id, None, actor=actor, now=now)
    return entry


def _close(entry: FloatingMember, reason: str, actor: Actor, now: datetime, **said: object) -> None:
    """Close an entry and write down which way and where it was."""
    entry.end_reason, entry.state, entry.ended_on = reason, FloatingState.ENDED, clock.today(now)
    for name, value in said.items():
        setattr(entry, name, value)
    changes: Changes = {
        "state": [FloatingState.ACTIVE.value, FloatingState.ENDED.value],
        "reason": [None, entry.end_reason],
    }
    record(AuditTag.FLOATING_END, subject=entry, actor=actor, now=now, changes=changes)


def _on_flow_ended(member_id: uuid.UUID, was: flowing.Was, actor: Actor, now: datetime) -> None:
    """Close the entry of somebody whose floating was taken out of the register."""
    statement = select(FloatingMember.id).where(
        FloatingMember.tenant_id == written_tenant(),
        FloatingMember.member_id == member_id,
        FloatingMember.state == FloatingState.ACTIVE,
    )
    entry_id = db.session.scalar(statement)
    if entry_id is not None:
        direction, place = was
        said = {"direction": floating_rules.from_register(direction), "place": place}
        _close(_open_entry(entry_id), NOT_IN_REGISTER, actor, now, **said)


flowing.register(_on_flow_ended)


def said_of(entry: FloatingMember) -> dict[str, Any]:
    """Give which way and where somebody is: from the register, of somebody from elsewhere from the entry itself."""
    if entry.member_id is None:
        return {"direction": entry.direction, "place": entry.place}
    member = registers.get_member(entry.member_id, tenant_id=written_tenant())
    return {"direction": floating_rules.from_register(member.flow_direction), "place": member.flow_place}


def _tell_register(entry: FloatingMember, facts: LedgerFacts, actor: Actor, now: datetime) -> None:
    if entry.member_id is not None:
        way = floating_rules.IN_REGISTER[facts.direction]
        set_flow(entry.member_id, way, facts.place, actor=actor, now=now)


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
        place=" ".join(rules.check_text(facts.place, field="place", most=FLOW_PLACE_MAX).split()),
        since=facts.since,
        home_organization=rules.check_text(facts.home_organization, field="home_organization", most=rules.LINE_MAX),
        contact_person=rules.check_text(facts.contact_person, field="contact_person", most=rules.NAME_MAX),
        interval_days=facts.interval_days,
        rule=rules.check_text(facts.rule, field="rule", most=floating_rules.RULE_MAX),
        place_code=facts.place_code,
    )


def _set(entry: FloatingMember, facts: LedgerFacts) -> None:
    """Set what the ledger keeps itself; way and place of a member are the register's."""
    for name, value in asdict(facts).items():
        if entry.member_id is None or name not in IN_REGISTER:
            setattr(entry, name, value)


def _due(facts: LedgerFacts, last_contact_on: date | None, begun_at: datetime) -> date:
    return floating_rules.next_contact(
        begun_on=clock.today(begun_at), last_contact_on=last_contact_on, interval_days=facts.interval_days
    )
