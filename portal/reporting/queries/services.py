"""Reads of the service record."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.reporting.models import MemberReport, ServicePost, ServiceRecord
from portal.reporting.queries.one_row import one
from portal.reporting.rules import ProofGrade, ServiceState


@dataclass(frozen=True)
class Correction:
    """A counter-entry: half hours added or taken, when and why."""

    half_hours: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class ServiceRow:
    """One entry of a service record with its counter-entries, oldest first."""

    id: uuid.UUID
    report_id: uuid.UUID
    member_name: str
    post_name: str | None
    served_on: date
    started_at: datetime
    ended_at: datetime
    half_hours: int
    content: str
    state: ServiceState
    grade: ProofGrade
    submitted_at: datetime
    decision_reason: str
    contested_at: datetime | None
    contest_reason: str
    contest_answered_at: datetime | None
    contest_answer: str
    corrections: tuple[Correction, ...] = ()

    @property
    def standing(self) -> int:
        """Give the half hours that count after all corrections."""
        return self.half_hours + sum(correction.half_hours for correction in self.corrections)

    @property
    def has_open_contest(self) -> bool:
        """Say whether an objection waits for its answer."""
        return self.contested_at is not None and self.contest_answered_at is None


OWN_FIELDS = tuple(
    field.name for field in fields(ServiceRow) if field.name not in {"member_name", "post_name", "corrections"}
)


def get_service(service_id: uuid.UUID) -> ServiceRecord:
    """Give an entry of this community, counter-entries left out; raises NotFound."""
    return one(select(ServiceRecord).where(ServiceRecord.id == service_id, ServiceRecord.corrects_id.is_(None)))


def get_own_service(service_id: uuid.UUID, report_id: uuid.UUID) -> ServiceRecord:
    """Give an entry of this member; raises NotFound for another's."""
    service = get_service(service_id)
    if service.report_id != report_id:
        raise NotFound
    return service


def list_services_by_id(service_ids: Iterable[uuid.UUID]) -> Sequence[ServiceRecord]:
    """Give the entries with these ids that exist here, oldest first; unknown ids are left out."""
    return db.session.scalars(
        select(ServiceRecord)
        .where(ServiceRecord.id.in_(list(service_ids)), ServiceRecord.corrects_id.is_(None))
        .order_by(ServiceRecord.submitted_at, ServiceRecord.id)
    ).all()


def list_live_services(report_id: uuid.UUID, served_on: date) -> Sequence[ServiceRecord]:
    """Give the member's entries of one local day that count: submitted or confirmed, no counter-entries."""
    return db.session.scalars(
        select(ServiceRecord).where(
            ServiceRecord.report_id == report_id,
            ServiceRecord.served_on == served_on,
            ServiceRecord.state != ServiceState.RETURNED,
            ServiceRecord.corrects_id.is_(None),
        )
    ).all()


def member_of(service: ServiceRecord) -> uuid.UUID:
    """Give the user whose service this is."""
    return one(select(MemberReport).where(MemberReport.id == service.report_id)).user_id


def sum_corrections(service_id: uuid.UUID) -> int:
    """Give the half hours of an entry's counter-entries, below 0 when hours were taken away."""
    total = select(func.coalesce(func.sum(ServiceRecord.half_hours), 0)).where(ServiceRecord.corrects_id == service_id)
    return int(db.session.scalar(total) or 0)


def list_services(*, contested: bool, limit: int, offset: int) -> list[ServiceRow]:
    """One row per entry that waits for the community: logged, or (`contested`) objected to. Oldest first."""
    page = select(ServiceRecord).where(waits(contested=contested))
    return _rows(page.order_by(ServiceRecord.submitted_at, ServiceRecord.id).limit(limit).offset(offset))


def count_waiting_services() -> tuple[int, int]:
    """Give the number of entries to confirm and of objections to answer; one statement."""
    row = db.session.execute(
        select(
            func.count().filter(waits(contested=False)),
            func.count().filter(waits(contested=True)),
        ).select_from(ServiceRecord)
    ).one()
    return row[0], row[1]


def list_card_services(report: MemberReport, *, limit: int, offset: int) -> list[ServiceRow]:
    """One row per entry of one member, latest day first, with its counter-entries."""
    page = select(ServiceRecord).where(ServiceRecord.report_id == report.id, ServiceRecord.corrects_id.is_(None))
    newest = page.order_by(ServiceRecord.served_on.desc(), ServiceRecord.started_at.desc(), ServiceRecord.id)
    return _rows(newest.limit(limit).offset(offset), members={report.id: report.name})


def count_card_services(report_id: uuid.UUID) -> int:
    """Give the number of a member's entries, counter-entries left out."""
    statement = select(func.count()).where(ServiceRecord.report_id == report_id, ServiceRecord.corrects_id.is_(None))
    return db.session.scalar(statement) or 0


def service_report(service_id: uuid.UUID) -> ServiceRow:
    """Give one entry as a row with its counter-entries; raises NotFound."""
    rows = _rows(select(ServiceRecord).where(ServiceRecord.id == service_id, ServiceRecord.corrects_id.is_(None)))
    if not rows:
        raise NotFound
    return rows[0]


def waits(*, contested: bool) -> ColumnElement[bool]:
    """Give the condition of entries that wait: to be confirmed, or (`contested`) for an answer to an objection."""
    if contested:
        return and_(ServiceRecord.contested_at.is_not(None), ServiceRecord.contest_answered_at.is_(None))
    return and_(ServiceRecord.state == ServiceState.SUBMITTED, ServiceRecord.corrects_id.is_(None))


def _rows(page: Select[ServiceRecord], members: dict[uuid.UUID, str] | None = None) -> list[ServiceRow]:
    """Run a page of entries, then look up its members unless given, its posts and its counter-entries."""
    services = db.session.scalars(page).all()
    if members is None:
        members = _names(MemberReport, {service.report_id for service in services})
    posts = _names(ServicePost, {service.post_id for service in services if service.post_id})
    corrections = _corrections_of([service.id for service in services])
    return [
        ServiceRow(
            **{field: getattr(service, field) for field in OWN_FIELDS},
            member_name=members[service.report_id],
            post_name=posts.get(service.post_id) if service.post_id else None,
            corrections=tuple(corrections[service.id]),
        )
        for service in services
    ]


def _names(table: type[MemberReport | ServicePost], ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {row.id: row.name for row in db.session.execute(select(table.id, table.name).where(table.id.in_(ids)))}


def _corrections_of(service_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Correction]]:
    """Give the counter-entries of these entries, oldest first."""
    found: dict[uuid.UUID, list[Correction]] = defaultdict(list)
    counters = db.session.scalars(
        select(ServiceRecord)
        .where(ServiceRecord.corrects_id.in_(service_ids))
        .order_by(ServiceRecord.submitted_at, ServiceRecord.id)
    )
    for counter in counters:
        if counter.corrects_id is not None:
            found[counter.corrects_id].append(Correction(counter.half_hours, counter.content, counter.submitted_at))
    return found
