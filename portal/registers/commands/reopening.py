"""Taking back the end of an organization that was dissolved or merged by mistake."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import queries, rules
from portal.registers.leaving import reopen_posts
from portal.registers.models import (
    PartyMember,
    PartyMemberPast,
    PartyOrganization,
    PartyOrganizationPast,
    PartyPost,
    PartyTerm,
)
from portal.registers.queries.sheets import end_of
from portal.tenancy.past import past_states
from portal.tenancy.scope import written_tenant


@dataclass(slots=True)
class Reopened:
    """What came back with an organization: members and organizations, and how many of them are elsewhere by now."""

    organization: PartyOrganization
    members: int = 0
    elsewhere: int = 0
    posts: list[PartyPost] = field(default_factory=list)
    posts_kept_ended: list[PartyPost] = field(default_factory=list)


def reopen_organization(organization_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> Reopened:
    """Let an organization that ended go on: its term, its posts, and who moved out of it at its end come back.

    Whoever moved on since stays there. Raises NotFound, RuleBroken `registers.not_ended`, `registers.parent_ended`
    (with `name`).
    """
    organization = _ended(organization_id)
    _check_parent(organization)
    moment, ended_on = _ended_at(organization), organization.ended_on
    end = end_of(organization.id, tenant_id=written_tenant())
    organization.ended_on, organization.updated_at = None, now
    if end is not None:
        db.session.delete(end)
    db.session.flush()
    found = Reopened(organization)
    if end is not None and end.into_id is not None:
        _bring_back(found, end.into_id, moment, actor=actor, now=now)
    posts = _closed_posts(organization, moment)
    _reopen_term(organization, moment, now=now)
    found.posts, found.posts_kept_ended = reopen_posts([post.id.hex for post in posts], actor=actor, now=now)
    changes: dict[str, list[object]] = {
        "ended_on": [ended_on, None], "members_moved": [None, found.members], "reason": [None, reason],
    }  # fmt: skip
    record(AuditTag.ORGANIZATION_REOPEN, subject=organization, actor=actor, now=now, changes=changes)
    return found


def _ended(organization_id: uuid.UUID) -> PartyOrganization:
    organization = queries.get_organization(organization_id, tenant_id=written_tenant())
    db.session.refresh(organization, with_for_update=True)
    if organization.ended_on is None:
        raise RuleBroken("registers.not_ended")
    return organization


def _check_parent(organization: PartyOrganization) -> None:
    """What stood above it must still be there and fit."""
    if organization.parent_id is None:
        return
    parent = queries.get_organization(organization.parent_id, tenant_id=written_tenant())
    if parent.ended_on is not None:
        raise RuleBroken("registers.parent_ended", name=parent.name)
    rules.check_parent(organization.kind, parent.kind)


def _ended_at(organization: PartyOrganization) -> datetime:
    """Give the moment in which it ended: that of its first state with this end."""
    states = [*past_states(PartyOrganization, [organization.id])[organization.id], organization]
    running = [place for place, state in enumerate(states) if state.ended_on is None]
    moment: datetime = states[running[-1] + 1 if running else 0].updated_at
    return moment


def _bring_back(found: Reopened, into_id: uuid.UUID, moment: datetime, *, actor: Actor, now: datetime) -> None:
    here = found.organization.id
    were = select(PartyMemberPast.row_id).where(
        PartyMemberPast.organization_id == here, PartyMemberPast.until_at == moment
    )
    for member in db.session.scalars(select(PartyMember).where(PartyMember.id.in_(were)).with_for_update()):
        if member.organization_id != into_id:
            found.elsewhere += 1
            continue
        changes: dict[str, list[object]] = {"organization_id": [member.organization_id, here]}
        member.organization_id, member.updated_at = here, now
        record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)
        found.members += 1
    stood = select(PartyOrganizationPast.row_id).where(
        PartyOrganizationPast.parent_id == here, PartyOrganizationPast.until_at == moment
    )
    for child in db.session.scalars(select(PartyOrganization).where(PartyOrganization.id.in_(stood))):
        if child.parent_id == into_id and child.ended_on is None:
            above: dict[str, list[object]] = {"parent_id": [child.parent_id, here]}
            child.parent_id, child.updated_at = here, now
            record(AuditTag.ORGANIZATION_UPDATE, subject=child, actor=actor, now=now, changes=above)
    db.session.flush()


def _closed_posts(organization: PartyOrganization, moment: datetime) -> list[PartyPost]:
    """Give the posts that ended with it and were not touched since."""
    statement = select(PartyPost).where(
        PartyPost.organization_id == organization.id, PartyPost.until_on.is_not(None), PartyPost.updated_at == moment
    )
    return list(db.session.scalars(statement))


def _reopen_term(organization: PartyOrganization, moment: datetime, *, now: datetime) -> None:
    statement = select(PartyTerm).where(
        PartyTerm.organization_id == organization.id, PartyTerm.ended_on.is_not(None), PartyTerm.updated_at == moment
    )
    for term in db.session.scalars(statement):
        term.ended_on, term.updated_at = None, now
    db.session.flush()
