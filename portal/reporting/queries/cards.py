"""Reads of service record cards: hours by proof grade, and how far a member has come."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from portal.core.db import db
from portal.reporting import rules
from portal.reporting.models import MemberReport, PostClaim, ServiceRecord
from portal.reporting.queries.reports import matches
from portal.reporting.queries.services import waits
from portal.reporting.rules import ClaimState, Entry, ProofGrade, ReportState, ServiceState


@dataclass(frozen=True)
class CardRow:
    """One accepted member in the list of cards: half hours by proof grade, never added up."""

    id: uuid.UUID
    name: str
    work_unit: str
    residence: str
    accepted_at: datetime | None
    hours: dict[ProofGrade, int]


@dataclass(frozen=True)
class Progress:
    """How far a member has come: claims held now, entries logged and confirmed."""

    claims: int
    logged: int
    confirmed: int


@dataclass(frozen=True)
class StaffQueue:
    """What waits for the staff: reports with the time of the oldest, entries to confirm, objections."""

    reports: int
    oldest_report_at: datetime | None
    services: int
    objections: int


def hours_of(report_id: uuid.UUID) -> dict[ProofGrade, int]:
    """Give a member's half hours by proof grade, as rules.hours_by_grade counts them."""
    return hours_of_all([report_id])[report_id]


def hours_of_all(report_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[ProofGrade, int]]:
    """Give half hours by proof grade for each of these reports; one statement."""
    entries: dict[uuid.UUID, list[Entry]] = defaultdict(list)
    rows = db.session.execute(
        select(ServiceRecord.report_id, ServiceRecord.state, ServiceRecord.grade, func.sum(ServiceRecord.half_hours))
        .where(ServiceRecord.report_id.in_(report_ids))
        .group_by(ServiceRecord.report_id, ServiceRecord.state, ServiceRecord.grade)
    )
    for report_id, state, grade, half_hours in rows:
        entries[report_id].append(Entry(state, grade, int(half_hours)))
    return {report_id: rules.hours_by_grade(entries[report_id]) for report_id in report_ids}


def progress_of(report_id: uuid.UUID, *, today: date) -> Progress:
    """Give how far a member has come; one statement."""
    return Progress(*db.session.execute(select(*_counts(today)).where(MemberReport.id == report_id)).one())


def member_status(user_id: uuid.UUID, *, today: date) -> tuple[ReportState | None, datetime | None, Progress]:
    """Give state and time of the person's latest report here, and how far they have come; one statement."""
    row = db.session.execute(
        select(MemberReport.state, MemberReport.reported_at, *_counts(today))
        .where(MemberReport.user_id == user_id)
        .order_by(MemberReport.reported_at.desc(), MemberReport.id.desc())
        .limit(1)
    ).one_or_none()
    return (None, None, Progress(0, 0, 0)) if row is None else (row[0], row[1], Progress(*row[2:]))


def staff_queue() -> StaffQueue:
    """Give what waits for the staff here; one statement."""
    reported = MemberReport.state == ReportState.REPORTED
    reports = select(func.count()).select_from(MemberReport).where(reported)
    oldest = select(func.min(MemberReport.reported_at)).where(reported)
    services = select(func.count()).select_from(ServiceRecord).where(waits(contested=False))
    objections = select(func.count()).select_from(ServiceRecord).where(waits(contested=True))
    parts = (reports, oldest, services, objections)
    return StaffQueue(*db.session.execute(select(*(part.scalar_subquery() for part in parts))).one())


def _counts(today: date) -> tuple[ScalarSelect[int], ScalarSelect[int], ScalarSelect[int]]:
    """Give the three counts of Progress for the report of the surrounding statement."""

    def of_report(table: type[PostClaim | ServiceRecord], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
        same = (table.tenant_id == MemberReport.tenant_id, table.report_id == MemberReport.id)
        counted = select(func.count()).select_from(table).where(*same, *conditions)
        return counted.correlate(MemberReport).scalar_subquery()

    entry = ServiceRecord.corrects_id.is_(None)
    return (
        of_report(PostClaim, PostClaim.period == rules.claim_period(today), PostClaim.state == ClaimState.HELD),
        of_report(ServiceRecord, entry, ServiceRecord.state != ServiceState.RETURNED),
        of_report(ServiceRecord, entry, ServiceRecord.state == ServiceState.CONFIRMED),
    )


def list_cards(*, search: str, limit: int, offset: int) -> list[CardRow]:
    """One row per accepted member whose name or work unit contains `search`, latest accepted first; two statements."""
    rows = db.session.execute(
        select(
            MemberReport.id,
            MemberReport.name,
            MemberReport.work_unit,
            MemberReport.residence,
            MemberReport.decided_at,
        )
        .where(MemberReport.state == ReportState.ACCEPTED, *matches(search))
        .order_by(MemberReport.decided_at.desc(), MemberReport.id)
        .limit(limit)
        .offset(offset)
    ).all()
    hours = hours_of_all([row.id for row in rows])
    return [CardRow(row.id, row.name, row.work_unit, row.residence, row.decided_at, hours[row.id]) for row in rows]
