"""What several commands do to an organ's rows: find it to be changed, begin its term, end its posts."""

import uuid
from datetime import date, datetime

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm
from portal.registers.rules.terms import term_due_on
from portal.tenancy.scope import written_tenant

CONTACT_SEAL, UNIT_SEAL = "party_organization.contact", "work_unit.phone"


def locked_organization(organization_id: uuid.UUID) -> PartyOrganization:
    """Give an organization to be changed; raises NotFound, RuleBroken `registers.organization_ended`."""
    statement = (
        select(PartyOrganization)
        .where(PartyOrganization.tenant_id == written_tenant(), PartyOrganization.id == organization_id)
        .with_for_update()
    )
    organization = db.session.scalars(statement).one_or_none()
    if organization is None:
        raise NotFound
    if organization.ended_on is not None:
        raise RuleBroken("registers.organization_ended")
    return organization


def begin_first_term(organization: PartyOrganization, elected_on: date | None, *, now: datetime) -> PartyTerm | None:
    """Begin the present term of a new organization on the day of its last election, where it has terms."""
    due_on = term_due_on(organization.kind, elected_on, organization.category) if elected_on else None
    if elected_on is None or due_on is None:
        return None
    term = PartyTerm(
        id=new_id(),
        organization_id=organization.id,
        starts_on=elected_on,
        due_on=due_on,
        created_at=now,
        updated_at=now,
    )
    db.session.add(term)
    return term


def close_posts_and_term(organization_id: uuid.UUID, day: date, *, reason: str, now: datetime) -> None:
    """End on a day every post and the term of an organization; what begins later ends as it begins."""
    posts = db.session.scalars(
        select(PartyPost).where(PartyPost.organization_id == organization_id, PartyPost.until_on.is_(None))
    )
    for post in posts:
        post.until_on, post.end_reason, post.updated_at = max(day, post.from_on), reason[:100], now
    terms = db.session.scalars(
        select(PartyTerm).where(PartyTerm.organization_id == organization_id, PartyTerm.ended_on.is_(None))
    )
    for term in terms:
        term.ended_on, term.updated_at = max(day, term.starts_on), now
