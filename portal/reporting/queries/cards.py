"""Reads of service record cards: hours by proof grade, and how far a member has come."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.reporting import rules
from portal.reporting.models import MemberReport, PostClaim, ServiceRecord
from portal.reporting.queries.reports import matches
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
    own = (ServiceRecord.report_id == report_id, ServiceRecord.corrects_id.is_(None))
    claims = select(func.count()).where(
        PostClaim.report_id == report_id,
        PostClaim.period == rules.claim_period(today),
        PostClaim.state == ClaimState.HELD,
    )
    logged = select(func.count()).where(*own, ServiceRecord.state != ServiceState.RETURNED)
    confirmed = select(func.count()).where(*own, ServiceRecord.state == ServiceState.CONFIRMED)
    row = db.session.execute(
        select(claims.scalar_subquery(), logged.scalar_subquery(), confirmed.scalar_subquery())
    ).one()
    return Progress(*row)


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
