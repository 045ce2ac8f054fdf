"""Posts are opened and closed by the community; members claim and release places on them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.reporting import queries, rules
from portal.reporting.commands.changes import Changes
from portal.reporting.models import MemberReport, PostClaim, ServicePost
from portal.reporting.rules import ClaimState, PostCategory, PostState


@dataclass(frozen=True)
class PostDetails:
    """What a post is: both days are included, `capacity` is the number of places."""

    name: str
    category: PostCategory
    capacity: int
    starts_on: date
    ends_on: date
    description: str = ""


def open_post(details: PostDetails, *, actor: Actor, now: datetime) -> ServicePost:
    """Open a post for members to claim. Raises RuleBroken for no name, no places, or days the wrong way round."""
    rules.check_post(name=details.name, capacity=details.capacity, starts_on=details.starts_on, ends_on=details.ends_on)
    post = ServicePost(
        id=new_id(),
        name=details.name.strip(),
        category=details.category,
        capacity=details.capacity,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        description=details.description.strip(),
        state=PostState.OPEN,
        created_at=now,
    )
    db.session.add(post)
    db.session.flush()
    changes: Changes = {"name": [None, post.name], "capacity": [None, post.capacity], "ends_on": [None, post.ends_on]}
    record(AuditTag.POST_OPEN, subject=post, actor=actor, now=now, changes=changes)
    return post


def close_post(post: ServicePost, *, actor: Actor, now: datetime) -> ServicePost:
    """Close a post to new claims; who holds a place keeps it, and hours can still be logged.

    Gives a post that is closed already back unchanged, without an event.
    """
    post = _lock(post)
    if post.state is PostState.CLOSED:
        return post
    post.state = PostState.CLOSED
    record(
        AuditTag.POST_CLOSE,
        subject=post,
        actor=actor,
        now=now,
        changes={"state": [PostState.OPEN, PostState.CLOSED]},
    )
    return post


def claim_post(post: ServicePost, *, report: MemberReport, actor: Actor, now: datetime) -> PostClaim:
    """Give the member of `report` a place on a post for this year; the caller loaded the report as the actor's own.

    Gives the claim already held back without an event. Raises RuleBroken when the report is not
    accepted, the post is closed or over, or all places are held. First come, first served.
    """
    rules.check_accepted(report.state)
    post = _lock(post)
    today = clock.today(now)
    period = rules.claim_period(today)
    claim = queries.find_claim(report.id, post.id, period)
    if claim is not None and claim.state is ClaimState.HELD:
        return claim
    rules.check_claim(state=post.state, ends_on=post.ends_on, today=today)
    seat = rules.free_seat(taken=queries.held_seats(post.id, period), capacity=post.capacity)
    if claim is None:
        claim = PostClaim(id=new_id(), report_id=report.id, post_id=post.id, period=period)
        db.session.add(claim)
    claim.seat = seat
    claim.state = ClaimState.HELD
    claim.claimed_at = now
    claim.released_at = None
    db.session.flush()
    changes: Changes = {"post_id": [None, post.id.hex], "period": [None, period], "seat": [None, seat]}
    record(AuditTag.POST_CLAIM, subject=claim, actor=actor, now=now, changes=changes)
    return claim


def release_claim(claim: PostClaim, *, actor: Actor, now: datetime) -> PostClaim:
    """Give a place back; hours already logged stay. A claim released before comes back unchanged, without an event."""
    claim = _lock_claim(claim)
    if claim.state is ClaimState.RELEASED:
        return claim
    claim.state = ClaimState.RELEASED
    claim.released_at = now
    db.session.flush()
    changes: Changes = {"state": [ClaimState.HELD, ClaimState.RELEASED]}
    record(AuditTag.POST_RELEASE, subject=claim, actor=actor, now=now, changes=changes)
    return claim


def _lock(post: ServicePost) -> ServicePost:
    """Hold the post until the transaction ends, and give it as it stands now: claims on it queue here."""
    return db.session.scalars(
        select(ServicePost).where(ServicePost.id == post.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _lock_claim(claim: PostClaim) -> PostClaim:
    return db.session.scalars(
        select(PostClaim).where(PostClaim.id == claim.id).with_for_update().execution_options(populate_existing=True)
    ).one()
