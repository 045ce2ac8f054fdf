"""Reads of reports to the community."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.reporting import rules
from portal.reporting.models import MemberReport
from portal.reporting.queries.one_row import one
from portal.reporting.rules import ACTIVE_REPORT_STATES, ReportState
from portal.tenancy import vault

MOBILE_COLUMN = "member_report.mobile"


@dataclass(frozen=True)
class ReportRow:
    """One report in a list. `due_on` is the last day for the answer."""

    id: uuid.UUID
    name: str
    work_unit: str
    residence: str
    state: ReportState
    reported_at: datetime
    decided_at: datetime | None

    @property
    def due_on(self) -> date:
        """Give the last day for the community's answer."""
        return rules.answer_due(self.reported_at)


def get_report(report_id: uuid.UUID) -> MemberReport:
    """Give a report of this community; raises NotFound."""
    return one(select(MemberReport).where(MemberReport.id == report_id))


def find_active_report(user_id: uuid.UUID) -> MemberReport | None:
    """Give the person's report here that is open or accepted, or None."""
    return db.session.scalars(
        select(MemberReport).where(MemberReport.user_id == user_id, MemberReport.state.in_(ACTIVE_REPORT_STATES))
    ).one_or_none()


def find_latest_report(user_id: uuid.UUID) -> MemberReport | None:
    """Give the person's latest report here in whatever state, or None."""
    return db.session.scalars(
        select(MemberReport)
        .where(MemberReport.user_id == user_id)
        .order_by(MemberReport.reported_at.desc(), MemberReport.id.desc())
        .limit(1)
    ).one_or_none()


def report_of_person(
    *, tenant_id: int, member_id: uuid.UUID | None = None, link_id: uuid.UUID | None = None
) -> MemberReport | None:
    """Give the latest report here of a member, or of a second belonging, of the register; None when there is none."""
    whose = MemberReport.member_id == member_id if member_id else MemberReport.link_id == link_id
    statement = select(MemberReport).where(MemberReport.tenant_id == tenant_id, whose)
    return db.session.scalars(statement.order_by(MemberReport.reported_at.desc(), MemberReport.id.desc())).first()


def find_accepted_report(user_id: uuid.UUID) -> MemberReport | None:
    """Give the person's accepted report here, or None."""
    report = find_active_report(user_id)
    return report if report is not None and report.state is ReportState.ACCEPTED else None


def get_own_report(user_id: uuid.UUID) -> MemberReport:
    """Give the person's accepted report here; raises NotFound when there is none."""
    report = find_accepted_report(user_id)
    if report is None:
        raise NotFound
    return report


def mobile_of(report: MemberReport) -> str:
    """Give the mobile number in full; screens mask it."""
    return vault.unseal(MOBILE_COLUMN, report.tenant_id, report.id, report.mobile_sealed)


def list_reports(state: ReportState, *, search: str, limit: int, offset: int) -> list[ReportRow]:
    """One row per report in this state whose member or work unit contains `search`.

    Waiting reports oldest first, answered ones latest first.
    """
    order = MemberReport.reported_at
    waiting = state is ReportState.REPORTED
    rows = db.session.execute(
        select(
            MemberReport.id,
            MemberReport.name,
            MemberReport.work_unit,
            MemberReport.residence,
            MemberReport.state,
            MemberReport.reported_at,
            MemberReport.decided_at,
        )
        .where(MemberReport.state == state, *matches(search))
        .order_by(order.asc() if waiting else order.desc(), MemberReport.id)
        .limit(limit)
        .offset(offset)
    )
    return [ReportRow(*row) for row in rows]


def count_reports(*, search: str = "") -> dict[ReportState, int]:
    """Give the number of reports in each state, 0 where there are none; one statement."""
    rows = db.session.execute(
        select(MemberReport.state, func.count()).where(*matches(search)).group_by(MemberReport.state)
    ).all()
    counts = dict.fromkeys(ReportState, 0)
    for state, count in rows:
        counts[state] = count
    return counts


def matches(search: str) -> tuple[ColumnElement[bool], ...]:
    """Give the condition of the search box; none when it is empty."""
    if not search:
        return ()
    return (
        or_(
            MemberReport.name.contains(search, autoescape=True),
            MemberReport.work_unit.contains(search, autoescape=True),
        ),
    )
