"""A member logs a service; the community confirms, returns or corrects it; the member may object."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.reporting import queries, rules
from portal.reporting.commands.changes import Changes
from portal.reporting.models import MemberReport, ServiceRecord
from portal.reporting.rules import ProofGrade, ServiceState, Span


@dataclass(frozen=True)
class ServiceEntry:
    """One service as the member writes it: local day, start and end, and what was done. No post: other help."""

    post_id: uuid.UUID | None
    served_on: date
    start: time
    end: time
    content: str


def log_service(entry: ServiceEntry, *, report: MemberReport, actor: Actor, now: datetime) -> ServiceRecord:
    """Enter a service as self-reported; the caller loaded the report as the actor's own.

    The same entry sent twice gives the first one back without an event. Raises RuleBroken when the
    report is not accepted, the post was never claimed, or the time breaks a rule of hours.
    """
    rules.check_content(entry.content)
    span = rules.service_span(served_on=entry.served_on, start=entry.start, end=entry.end)
    half_hours = rules.half_hours(span)
    report = _lock_report(report)
    rules.check_accepted(report.state)
    if entry.post_id is not None and not queries.has_claimed(report.id, entry.post_id):
        raise RuleBroken("reporting.post_not_claimed", field="post_id")
    same_day = queries.list_live_services(report.id, entry.served_on)
    for other in same_day:
        if (other.started_at, other.ended_at, other.content) == (span.start, span.end, entry.content.strip()):
            return other
    rules.check_service_time(span, now=now, accepted_at=report.decided_at or now)
    rules.check_overlap(span, [Span(other.started_at, other.ended_at) for other in same_day])
    rules.check_daily_cap(half_hours, sum(other.half_hours for other in same_day))
    service = _new_service(entry, span=span, half_hours=half_hours, report=report, now=now)
    db.session.add(service)
    db.session.flush()
    changes: Changes = {"served_on": [None, service.served_on], "half_hours": [None, half_hours]}
    record(AuditTag.SERVICE_LOG, subject=service, actor=actor, now=now, changes=changes)
    return service


def confirm_service(service: ServiceRecord, *, actor: Actor, now: datetime) -> ServiceRecord:
    """Confirm a logged service: its hours rise from self-reported to confirmed.

    Raises RuleBroken when it was decided before or is the actor's own.
    """
    service = _decide(service, ServiceState.CONFIRMED, reason="", actor=actor, now=now)
    service.grade = ProofGrade.CONFIRMED
    changes: Changes = {
        "state": [ServiceState.SUBMITTED, service.state],
        "grade": [ProofGrade.SELF_REPORTED, service.grade],
    }
    record(AuditTag.SERVICE_CONFIRM, subject=service, actor=actor, now=now, changes=changes)
    return service


def return_service(service: ServiceRecord, *, reason: str, actor: Actor, now: datetime) -> ServiceRecord:
    """Return a logged service with a reason; its hours stop counting, the member may log it anew.

    Raises RuleBroken for a reason too short or long, when it was decided before, or is the actor's own.
    """
    rules.check_reason(reason)
    service = _decide(service, ServiceState.RETURNED, reason=reason.strip(), actor=actor, now=now)
    changes: Changes = {"state": [ServiceState.SUBMITTED, service.state], "reason": [None, service.decision_reason]}
    record(AuditTag.SERVICE_RETURN, subject=service, actor=actor, now=now, changes=changes)
    return service


def correct_service(
    service: ServiceRecord, *, half_hours: int, reason: str, actor: Actor, now: datetime
) -> ServiceRecord:
    """Correct confirmed hours to `half_hours` by a counter-entry, which is given back; the entry itself stays.

    An open objection is answered by the same reason. Raises RuleBroken for an entry that is not
    confirmed or is the actor's own, for nothing to correct, or more than the time between start and end.
    """
    rules.check_reason(reason)
    service = _lock_service(service)
    rules.check_not_oneself(subject_user=queries.member_of(service), actor_user=actor.user_id)
    standing = service.half_hours + queries.sum_corrections(service.id)
    counter = ServiceRecord(
        id=new_id(),
        report_id=service.report_id,
        post_id=service.post_id,
        corrects_id=service.id,
        served_on=service.served_on,
        started_at=service.started_at,
        ended_at=service.ended_at,
        half_hours=rules.counter_entry(
            state=service.state, standing=standing, corrected=half_hours, longest=service.half_hours
        ),
        content=reason.strip(),
        state=ServiceState.CONFIRMED,
        grade=service.grade,
        submitted_at=now,
        decided_by=actor.user_id,
        decided_at=now,
    )
    db.session.add(counter)
    if service.has_open_contest:
        _answer(service, reason, now)
    db.session.flush()
    changes: Changes = {"half_hours": [standing, half_hours], "reason": [None, reason.strip()]}
    record(AuditTag.SERVICE_CORRECT, subject=service, actor=actor, now=now, changes=changes)
    return counter


def contest_service(service: ServiceRecord, *, reason: str, actor: Actor, now: datetime) -> ServiceRecord:
    """Take a member's objection to a decided entry; the caller loaded it as the actor's own.

    Raises RuleBroken for a reason too short or long, an entry nobody decided yet, or an open objection.
    """
    rules.check_reason(reason)
    service = _lock_service(service)
    rules.check_contest(state=service.state, open_contest=service.has_open_contest)
    service.contested_at = now
    service.contest_reason = reason.strip()
    service.contest_answered_at = None
    service.contest_answer = ""
    record(
        AuditTag.SERVICE_CONTEST,
        subject=service,
        actor=actor,
        now=now,
        changes={"contest_reason": [None, service.contest_reason]},
    )
    return service


def answer_contest(service: ServiceRecord, *, reason: str, actor: Actor, now: datetime) -> ServiceRecord:
    """Answer an objection with a reason and leave the hours as they are.

    Raises RuleBroken for a reason too short or long, no open objection, or the actor's own entry.
    """
    rules.check_reason(reason)
    service = _lock_service(service)
    rules.check_not_oneself(subject_user=queries.member_of(service), actor_user=actor.user_id)
    rules.check_contest_answer(open_contest=service.has_open_contest)
    _answer(service, reason, now)
    record(
        AuditTag.CONTEST_ANSWER,
        subject=service,
        actor=actor,
        now=now,
        changes={"contest_answer": [None, service.contest_answer]},
    )
    return service


def _new_service(
    entry: ServiceEntry, *, span: Span, half_hours: int, report: MemberReport, now: datetime
) -> ServiceRecord:
    return ServiceRecord(
        id=new_id(),
        report_id=report.id,
        post_id=entry.post_id,
        served_on=entry.served_on,
        started_at=span.start,
        ended_at=span.end,
        half_hours=half_hours,
        content=entry.content.strip(),
        state=ServiceState.SUBMITTED,
        grade=ProofGrade.SELF_REPORTED,
        submitted_at=now,
    )


def _decide(service: ServiceRecord, state: ServiceState, *, reason: str, actor: Actor, now: datetime) -> ServiceRecord:
    service = _lock_service(service)
    rules.check_not_oneself(subject_user=queries.member_of(service), actor_user=actor.user_id)
    rules.check_service_transition(service.state, state)
    service.state = state
    service.decided_by = actor.user_id
    service.decided_at = now
    service.decision_reason = reason
    return service


def _answer(service: ServiceRecord, answer: str, now: datetime) -> None:
    service.contest_answered_at = now
    service.contest_answer = answer.strip()


def _lock_service(service: ServiceRecord) -> ServiceRecord:
    """Hold the entry until the transaction ends, and give it as it stands now."""
    return db.session.scalars(
        select(ServiceRecord)
        .where(ServiceRecord.id == service.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _lock_report(report: MemberReport) -> MemberReport:
    """Hold the member's card and give it as it stands now: entries of one member queue here, so overlaps are seen."""
    return db.session.scalars(
        select(MemberReport)
        .where(MemberReport.id == report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
