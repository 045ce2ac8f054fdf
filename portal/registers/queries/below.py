"""What a street sees of the communities below: their committees with term and national warnings, never people."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, PartyTerm, TermReminder
from portal.registers.queries import PRESENT
from portal.registers.rules import MemberType, OrganizationKind
from portal.registers.rules.structure import SEAT_POSTS, Finding, PostKind, Shape, Weight, national_findings
from portal.registers.rules.terms import TermDates, TermStatus, needs_reminder, term_status
from portal.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class CommitteeBelow:
    """The highest organization of a community, as its street sees it."""

    organization_id: uuid.UUID
    tenant_id: int
    community: str
    name: str
    kind: OrganizationKind
    members_all: int
    members_full: int
    term_id: uuid.UUID | None
    session_no: int | None
    term: TermDates | None
    status: TermStatus
    is_due: bool
    reminded_on: date | None
    findings: list[Finding]

    @property
    def warnings(self) -> list[Finding]:
        """What the national rule warns of."""
        return [finding for finding in self.findings if finding.weight is Weight.WARNING]


def committees_below(*, street_id: int, today: date) -> list[CommitteeBelow]:
    """Give the highest organizations of the communities of a street, those that press first; one statement."""
    rows = [_row(found, today) for found in db.session.execute(_statement(street_id, today))]
    rows.sort(key=lambda row: (row.term.ends_on if row.term else date.max, row.community, row.name))
    return rows


def get_committee_below(organization_id: uuid.UUID, *, street_id: int, today: date) -> CommitteeBelow:
    """Give one of them; raises NotFound for any other organization."""
    for row in committees_below(street_id=street_id, today=today):
        if row.organization_id == organization_id:
            return row
    raise NotFound


def _statement(street_id: int, today: date) -> Any:
    communities = select(Tenant.id).where(Tenant.parent_id == street_id)
    held = and_(PartyPost.from_on <= today, or_(PartyPost.until_on.is_(None), PartyPost.until_on > today))
    members = (
        select(
            PartyMember.tenant_id,
            func.count().label("all"),
            func.count().filter(PartyMember.member_type == MemberType.FULL).label("full"),
        )
        .where(PartyMember.tenant_id.in_(communities), PartyMember.status.in_(PRESENT))
        .group_by(PartyMember.tenant_id)
        .subquery("members")
    )
    posts = (
        select(
            PartyPost.tenant_id,
            PartyPost.organization_id,
            func.count().label("ever"),
            func.count().filter(and_(PartyPost.kind == PostKind.SECRETARY, held)).label("secretaries"),
            func.count().filter(and_(PartyPost.kind.in_(SEAT_POSTS), held)).label("seats"),
        )
        .where(PartyPost.tenant_id.in_(communities))
        .group_by(PartyPost.tenant_id, PartyPost.organization_id)
        .subquery("posts")
    )
    reminders = (
        select(TermReminder.term_id, func.max(TermReminder.sent_on).label("reminded_on"))
        .where(TermReminder.tenant_id == street_id)
        .group_by(TermReminder.term_id)
        .subquery("reminders")
    )
    mine = and_(posts.c.tenant_id == PartyOrganization.tenant_id, posts.c.organization_id == PartyOrganization.id)
    present_term = and_(
        PartyTerm.tenant_id == PartyOrganization.tenant_id,
        PartyTerm.organization_id == PartyOrganization.id,
        PartyTerm.ended_on.is_(None),
    )
    return (
        select(
            PartyOrganization.id, PartyOrganization.tenant_id, Tenant.name.label("community"), PartyOrganization.name,
            PartyOrganization.kind, PartyOrganization.founded_on, PartyOrganization.size_doc, members.c.all,
            members.c.full, PartyTerm.id.label("term_id"), PartyTerm.session_no, PartyTerm.starts_on, PartyTerm.due_on,
            PartyTerm.moved_to, reminders.c.reminded_on, posts.c.ever, posts.c.secretaries, posts.c.seats,
        )
        .join(Tenant, Tenant.id == PartyOrganization.tenant_id)
        .outerjoin(members, members.c.tenant_id == PartyOrganization.tenant_id)
        .outerjoin(PartyTerm, present_term)
        .outerjoin(reminders, reminders.c.term_id == PartyTerm.id)
        .outerjoin(posts, mine)
        .where(
            Tenant.parent_id == street_id, PartyOrganization.parent_id.is_(None), PartyOrganization.ended_on.is_(None)
        )
    )  # fmt: skip


def _row(found: Any, today: date) -> CommitteeBelow:
    dates = TermDates(found.starts_on, found.due_on, found.moved_to) if found.starts_on else None
    secretaries, seats = found.secretaries or 0, found.seats or 0
    shape = Shape(
        kind=found.kind,
        members_all=found.all or 0,
        members_full=found.full or 0,
        seats=[PostKind.SECRETARY] * secretaries + [PostKind.COMMITTEE_MEMBER] * (seats - secretaries),
        posts_ever=bool(found.ever),
        founded_on=found.founded_on,
        size_doc=found.size_doc,
    )
    return CommitteeBelow(
        found.id, found.tenant_id, found.community, found.name, found.kind, shape.members_all, shape.members_full,
        found.term_id, found.session_no, dates, term_status(found.kind, dates, today=today),
        needs_reminder(found.kind, dates, today=today), found.reminded_on, national_findings(shape, today=today),
    )  # fmt: skip
