"""A member reports to the community; the community answers."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.accounts.commands import grant_role
from portal.accounts.roles import Role
from portal.accounts.rules import check_mobile
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.registers.commands.links import NewLink, create_link
from portal.registers.queries import get_member
from portal.registers.queries.known import KnownPerson, find_known, known_member
from portal.reporting import queries, rules
from portal.reporting.commands.changes import Changes
from portal.reporting.models import MemberReport
from portal.reporting.rules import PostCategory, ReportState
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant


@dataclass(frozen=True)
class ReportCard:
    """What a member writes on the report card; `intents` are at most three kinds of post."""

    name: str
    mobile: str
    work_unit: str
    residence: str
    skills: str = ""
    intents: tuple[PostCategory, ...] = ()


def report_to_community(card: ReportCard, *, consented: bool, actor: Actor, now: datetime) -> MemberReport:
    """Take a member's report to this community.

    Whoever stands in the register here with this name and mobile, as a member or with a second belonging, is known
    from then on: what the card leaves out comes from there. Gives the report that is already open or accepted,
    unchanged and without an event, when there is one: a second tap is not a second report. Raises RuleBroken for an
    incomplete card or no consent.
    """
    check_mobile(card.mobile)
    known = find_known(card.name.strip(), card.mobile, tenant_id=written_tenant(), today=clock.today(now))
    card = _filled(card, known)
    rules.check_report_content(name=card.name, work_unit=card.work_unit, residence=card.residence)
    rules.check_intents(card.intents)
    rules.check_consent(consented=consented)
    present = queries.find_active_report(actor.user_id)
    if present is not None:
        return present
    report = _new_report(card, actor=actor, now=now)
    _know(report, known)
    try:
        with db.session.begin_nested():
            db.session.add(report)
            db.session.flush()
    except IntegrityError:
        present = queries.find_active_report(actor.user_id)
        if present is None:
            raise
        return present
    record(
        AuditTag.REPORT_SUBMIT,
        subject=report,
        actor=actor,
        now=now,
        changes={"state": [None, report.state], "consent_version": [None, report.consent_version]},
    )
    return report


def accept_report(report: MemberReport, *, actor: Actor, now: datetime) -> MemberReport:
    """Accept a report and make its member an in-service member of this community from now on.

    Whoever is not in the register yet has a second belonging here from today, with the work unit as home. Raises
    RuleBroken when it was answered before, or is the actor's own.
    """
    report = _decide(report, ReportState.ACCEPTED, reason="", actor=actor, now=now)
    _belong(report, actor=actor, now=now)
    grant_role(
        user_id=report.user_id,
        tenant_id=report.tenant_id,
        role=Role.IN_SERVICE_MEMBER,
        starts_at=now,
        granted_by=actor.user_id,
        now=now,
    )
    changes: Changes = {"state": [ReportState.REPORTED, report.state], "role": [None, Role.IN_SERVICE_MEMBER]}
    record(AuditTag.REPORT_ACCEPT, subject=report, actor=actor, now=now, changes=changes)
    return report


def tie_report(report: MemberReport, member_id: uuid.UUID, *, actor: Actor, now: datetime) -> MemberReport:
    """Say which member of the register a report is of: somebody of the same name. The card takes over what is there.

    Raises NotFound, RuleBroken `reporting.other_name`, `reporting.tied_already`.
    """
    report = _lock(report)
    member = get_member(member_id, tenant_id=written_tenant())
    rules.check_tie(
        report_name=report.name, member_name=member.full_name, is_tied=bool(report.member_id or report.link_id)
    )
    known = known_member(member)
    before = (report.work_unit, report.residence)
    report.work_unit, report.residence = known.work_unit or before[0], known.residence or before[1]
    _know(report, known)
    db.session.flush()
    after = (report.work_unit, report.residence)
    taken = {name: [old, new] for name, old, new in zip(_TAKEN, before, after, strict=True) if old != new}
    changes: Changes = {"name": [None, member.full_name], **taken}
    record(AuditTag.REPORT_TIE, subject=report, actor=actor, now=now, changes=changes)
    return report


_TAKEN = ("work_unit", "residence")


def return_report(report: MemberReport, *, reason: str, actor: Actor, now: datetime) -> MemberReport:
    """Return a report with a reason the member reads; the member may send a new one.

    Raises RuleBroken for a reason too short or long, when it was answered before, or is the actor's own.
    """
    rules.check_reason(reason)
    report = _decide(report, ReportState.RETURNED, reason=reason.strip(), actor=actor, now=now)
    changes: Changes = {"state": [ReportState.REPORTED, report.state], "reason": [None, report.decision_reason]}
    record(AuditTag.REPORT_RETURN, subject=report, actor=actor, now=now, changes=changes)
    return report


def withdraw_report(report: MemberReport, *, actor: Actor, now: datetime) -> MemberReport:
    """Take back a report that nobody answered yet; the caller loaded it as the actor's own.

    Raises RuleBroken when it was answered. Withdrawal of consent: PIPL art. 15.
    """
    report = _lock(report)
    rules.check_report_transition(report.state, ReportState.WITHDRAWN)
    report.state = ReportState.WITHDRAWN
    report.decided_at = now
    changes: Changes = {"state": [ReportState.REPORTED, report.state]}
    record(AuditTag.REPORT_WITHDRAW, subject=report, actor=actor, now=now, changes=changes)
    return report


def reveal_mobile(report: MemberReport, *, reason: str, actor: Actor, now: datetime) -> str:
    """Give the member's mobile number in full, and record who looked and why.

    Raises RuleBroken for a reason too short or long.
    """
    rules.check_reason(reason)
    record_look(
        AuditTag.REPORT_REVEAL,
        subject=report,
        actor=actor,
        now=now,
        changes={"reason": [None, reason.strip()]},
    )
    return queries.mobile_of(report)


def _filled(card: ReportCard, known: KnownPerson | None) -> ReportCard:
    """Give the card with what the register says where the card says nothing."""
    if known is None:
        return card
    unit, residence = card.work_unit.strip() or known.work_unit, card.residence.strip() or known.residence
    return replace(card, work_unit=unit, residence=residence)


def _know(report: MemberReport, known: KnownPerson | None) -> None:
    if known is not None:
        report.member_id, report.link_id = known.member_id, known.link_id


def _belong(report: MemberReport, *, actor: Actor, now: datetime) -> None:
    """See to it that whoever is accepted stands in the register: as a member, or with a second belonging here."""
    if report.member_id or report.link_id:
        return
    today, mobile = clock.today(now), queries.mobile_of(report)
    _know(report, find_known(report.name, mobile, tenant_id=report.tenant_id, today=today))
    if report.member_id or report.link_id:
        return
    new = NewLink(report.work_unit, today, full_name=report.name, mobile=mobile)
    try:
        with db.session.begin_nested():
            report.link_id = create_link(new, actor=actor, now=now).id
    except RuleBroken:
        # A name that the register does not take: the report is good all the same, and staff can tie it later.
        report.link_id = None


def _new_report(card: ReportCard, *, actor: Actor, now: datetime) -> MemberReport:
    report_id = new_id()
    return MemberReport(
        id=report_id,
        user_id=actor.user_id,
        name=card.name.strip(),
        work_unit=card.work_unit.strip(),
        residence=card.residence.strip(),
        mobile_sealed=vault.seal(queries.MOBILE_COLUMN, report_id, card.mobile),
        skills=card.skills.strip(),
        intents=[intent.value for intent in dict.fromkeys(card.intents)],
        consent_version=rules.CONSENT_VERSION,
        consented_at=now,
        state=ReportState.REPORTED,
        reported_at=now,
    )


def _decide(report: MemberReport, state: ReportState, *, reason: str, actor: Actor, now: datetime) -> MemberReport:
    report = _lock(report)
    rules.check_not_oneself(subject_user=report.user_id, actor_user=actor.user_id)
    rules.check_report_transition(report.state, state)
    report.state = state
    report.decided_by = actor.user_id
    report.decided_at = now
    report.decision_reason = reason
    return report


def _lock(report: MemberReport) -> MemberReport:
    """Hold the row until the transaction ends, and give it as it stands now."""
    return db.session.scalars(
        select(MemberReport)
        .where(MemberReport.id == report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
