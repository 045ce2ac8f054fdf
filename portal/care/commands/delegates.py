"""Delegates: entered, their duty days set, what they hear handed on and answered."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import DelegateOpinion, DutyDay, PartyDelegate
from portal.care.queries.delegates import contact_of
from portal.care.rows import get_row, lock_row, put_in
from portal.care.rules import delegates as delegate_rules
from portal.care.rules.delegates import DelegateLevel, DelegateState, OpinionState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers import queries as registers
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

CONTACT_SEAL = "delegate_opinion.contact"
CONTACT_MAX = 60


@dataclass(frozen=True)
class Mandate:
    """To which congress somebody is a delegate, and for which term (both days included)."""

    level: DelegateLevel
    congress: str
    term_from: date
    term_until: date


@dataclass(frozen=True)
class Hearing:
    """What was said on a day. `contact` is a way to answer, sealed; who it was is not kept.

    `duty_day_id`: the duty day on which it was heard, if it was on one.
    """

    received_on: date
    content: str
    caller: str = ""
    contact: str = ""
    duty_day_id: uuid.UUID | None = None


def enter_delegate(member_id: uuid.UUID, mandate: Mandate, *, actor: Actor, now: datetime) -> PartyDelegate:
    """Enter a member as a delegate.

    Raises NotFound; RuleBroken `care.not_present`, `care.term`, `care.text_length`, `care.delegate_already`.
    """
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    delegate_rules.check_term(mandate.term_from, mandate.term_until)
    delegate = PartyDelegate(
        id=new_id(),
        member_id=member.id,
        level=mandate.level,
        congress=rules.check_text(mandate.congress, field="congress", most=delegate_rules.CONGRESS_MAX),
        term_from=mandate.term_from,
        term_until=mandate.term_until,
        state=DelegateState.SERVING,
        created_at=now,
    )
    put_in(delegate, or_else="care.delegate_already", field="level")
    changes: Changes = {"level": [None, mandate.level.value], "ends_at": [None, mandate.term_until]}
    record(AuditTag.DELEGATE_ENTER, subject=delegate, actor=actor, now=now, changes=changes)
    return delegate


def end_delegate(delegate_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> PartyDelegate:
    """End a delegate's office. Raises NotFound; RuleBroken `care.delegate_ended`, `care.text_length`."""
    delegate = _serving(delegate_id)
    delegate.end_reason = rules.check_reason(reason)
    delegate.state, delegate.ended_on = DelegateState.ENDED, clock.today(now)
    changes: Changes = {
        "state": [DelegateState.SERVING.value, DelegateState.ENDED.value],
        "reason": [None, delegate.end_reason],
    }
    record(AuditTag.DELEGATE_END, subject=delegate, actor=actor, now=now, changes=changes)
    return delegate


def set_duty_day(
    delegate_id: uuid.UUID, *, starts_at: datetime, ends_at: datetime, place: str, actor: Actor, now: datetime
) -> DutyDay:
    """Say when and where a delegate receives people.

    Raises NotFound; RuleBroken `care.delegate_ended`, `care.duty_hours`, `care.duty_day`, `care.duty_day_there`.
    """
    delegate = _serving(delegate_id)
    delegate_rules.check_duty_day(
        starts_at, ends_at, term_until=delegate.term_until, day=clock.today(starts_at), today=clock.today(now)
    )
    day = DutyDay(
        id=new_id(),
        delegate_id=delegate.id,
        starts_at=starts_at,
        ends_at=ends_at,
        place=rules.check_text(place, field="place", most=rules.TITLE_MAX),
    )
    put_in(day, or_else="care.duty_day_there", field="day")
    changes: Changes = {"starts_at": [None, starts_at], "place": [None, day.place]}
    record(AuditTag.DUTY_DAY_SET, subject=delegate, actor=actor, now=now, changes=changes)
    return day


def receive_opinion(delegate_id: uuid.UUID, hearing: Hearing, *, actor: Actor, now: datetime) -> DelegateOpinion:
    """Take down what somebody said to a delegate.

    Raises NotFound, also for a duty day of somebody else; RuleBroken `care.delegate_ended`, `care.caller`,
    `care.text_length`, `care.future`, `care.other_duty_day`.
    """
    delegate = _serving(delegate_id)
    _check_duty_day(delegate, hearing)
    rules.check_not_future(hearing.received_on, field="received_on", today=clock.today(now))
    opinion = DelegateOpinion(
        id=new_id(),
        delegate_id=delegate.id,
        duty_day_id=hearing.duty_day_id,
        received_on=hearing.received_on,
        caller=delegate_rules.check_caller(hearing.caller),
        content=_words(hearing.content, "content"),
        state=OpinionState.RECEIVED,
        due_on=delegate_rules.due_day(OpinionState.RECEIVED, received_on=hearing.received_on, reported_on=None),
        entered_by=actor.user_id,
        entered_at=now,
    )
    contact = hearing.contact.strip()[:CONTACT_MAX]
    opinion.contact_sealed = vault.seal(CONTACT_SEAL, opinion.id, contact) if contact else None
    db.session.add(opinion)
    db.session.flush()
    changes: Changes = {"state": [None, OpinionState.RECEIVED.value], "received_on": [None, hearing.received_on]}
    record(AuditTag.OPINION_RECEIVE, subject=opinion, actor=actor, now=now, changes=changes)
    return opinion


def _check_duty_day(delegate: PartyDelegate, hearing: Hearing) -> None:
    if hearing.duty_day_id is None:
        return
    day = get_row(DutyDay, hearing.duty_day_id, tenant_id=written_tenant())
    if day.delegate_id != delegate.id:
        raise NotFound
    delegate_rules.check_heard_on(clock.today(day.starts_at), hearing.received_on)


def report_opinion(opinion_id: uuid.UUID, *, reported_to: str, actor: Actor, now: datetime) -> DelegateOpinion:
    """Hand an opinion on. Raises NotFound; RuleBroken `care.opinion_moved_on`, `care.text_length`."""
    opinion = lock_row(DelegateOpinion, opinion_id)
    delegate_rules.check_step(opinion.state, OpinionState.REPORTED)
    today = clock.today(now)
    opinion.reported_to = rules.check_text(reported_to, field="reported_to", most=rules.TITLE_MAX)
    opinion.state, opinion.reported_on = OpinionState.REPORTED, today
    opinion.due_on = delegate_rules.due_day(opinion.state, received_on=opinion.received_on, reported_on=today)
    changes: Changes = {
        "state": [OpinionState.RECEIVED.value, OpinionState.REPORTED.value],
        "reported_to": [None, opinion.reported_to],
    }
    record(AuditTag.OPINION_REPORT, subject=opinion, actor=actor, now=now, changes=changes)
    return opinion


def answer_opinion(opinion_id: uuid.UUID, *, answer: str, actor: Actor, now: datetime) -> DelegateOpinion:
    """Enter the answer to an opinion. Raises NotFound; RuleBroken `care.opinion_moved_on`, `care.text_length`."""
    opinion = lock_row(DelegateOpinion, opinion_id)
    delegate_rules.check_step(opinion.state, OpinionState.ANSWERED)
    changes: Changes = {"state": [opinion.state.value, OpinionState.ANSWERED.value]}
    opinion.answer = _words(answer, "answer")
    opinion.state, opinion.answered_on, opinion.due_on = OpinionState.ANSWERED, clock.today(now), None
    record(AuditTag.OPINION_ANSWER, subject=opinion, actor=actor, now=now, changes=changes)
    return opinion


def reveal_contact(opinion_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Give the way to answer in clear, and record who looked. Raises NotFound, RuleBroken `care.text_length`."""
    opinion = lock_row(DelegateOpinion, opinion_id)
    why = rules.check_reason(reason)
    contact = contact_of(opinion)
    if contact is None:
        raise NotFound
    changes: Changes = {"field": [None, "contact"], "reason": [None, why]}
    record_look(AuditTag.CARE_REVEAL, subject=opinion, actor=actor, now=now, changes=changes)
    return contact


def _serving(delegate_id: uuid.UUID) -> PartyDelegate:
    delegate = lock_row(PartyDelegate, delegate_id)
    if delegate.state is DelegateState.ENDED:
        raise RuleBroken("care.delegate_ended")
    return delegate


def _words(text: str, field: str) -> str:
    return rules.check_text(text, field=field, most=delegate_rules.CONTENT_MAX, least=delegate_rules.CONTENT_MIN)
