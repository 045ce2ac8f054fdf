"""Reads of posts and of the claims on them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.reporting import rules
from portal.reporting.models import PostClaim, ServicePost
from portal.reporting.queries.one_row import one
from portal.reporting.rules import ClaimState, PostCategory, PostState

OwnClaims = Mapping[uuid.UUID, uuid.UUID]  # post → the reader's claim on it


@dataclass(frozen=True)
class PostRow:
    """One post in a list, with the places held this year and the reader's own claim, if any."""

    id: uuid.UUID
    name: str
    category: PostCategory
    description: str
    capacity: int
    held: int
    starts_on: date
    ends_on: date
    state: PostState
    claim_id: uuid.UUID | None

    @property
    def left(self) -> int:
        """Give the places that are free."""
        return self.capacity - self.held


def get_post(post_id: uuid.UUID) -> ServicePost:
    """Give a post of this community; raises NotFound."""
    return one(select(ServicePost).where(ServicePost.id == post_id))


def list_posts(*, today: date, limit: int, offset: int) -> list[PostRow]:
    """One row per post for the staff, with the places held this year; open ones first, then by last day."""
    page = select(ServicePost).order_by(ServicePost.state.desc(), ServicePost.ends_on, ServicePost.id)
    return _post_rows(page.limit(limit).offset(offset), own={}, today=today)


def list_open_posts(*, own: OwnClaims, today: date, limit: int, offset: int) -> list[PostRow]:
    """One row per post that may be claimed today or that the reader holds a place on: `own` first, then by last day."""
    held_by_reader = ServicePost.id.in_(list(own))
    page = select(ServicePost).where(or_(held_by_reader, _claimable(today)))
    ordered = page.order_by(held_by_reader.desc(), ServicePost.ends_on, ServicePost.id)
    return _post_rows(ordered.limit(limit).offset(offset), own=own, today=today)


def post_report(post_id: uuid.UUID, *, own: OwnClaims, today: date) -> PostRow:
    """Give one post as in list_open_posts; raises NotFound."""
    rows = _post_rows(select(ServicePost).where(ServicePost.id == post_id), own=own, today=today)
    if not rows:
        raise NotFound
    return rows[0]


def own_claims(report_id: uuid.UUID, *, today: date) -> OwnClaims:
    """Give the claims that a member holds this year, by post."""
    rows = db.session.execute(
        select(PostClaim.post_id, PostClaim.id).where(
            PostClaim.report_id == report_id,
            PostClaim.period == rules.claim_period(today),
            PostClaim.state == ClaimState.HELD,
        )
    )
    return {row.post_id: row.id for row in rows}


def _post_rows(page: Select[ServicePost], *, own: OwnClaims, today: date) -> list[PostRow]:
    """Run a page of posts and count the places held on these only; two statements, whatever the planner knows."""
    posts = db.session.scalars(page).all()
    counted = db.session.execute(
        select(PostClaim.post_id, func.count())
        .where(
            PostClaim.post_id.in_([post.id for post in posts]),
            PostClaim.period == rules.claim_period(today),
            PostClaim.state == ClaimState.HELD,
        )
        .group_by(PostClaim.post_id)
    )
    held = dict(counted.all())
    return [
        PostRow(
            id=post.id,
            name=post.name,
            category=post.category,
            description=post.description,
            capacity=post.capacity,
            held=held.get(post.id, 0),
            starts_on=post.starts_on,
            ends_on=post.ends_on,
            state=post.state,
            claim_id=own.get(post.id),
        )
        for post in posts
    ]


def count_posts() -> int:
    """Give the number of posts, closed ones among them."""
    return db.session.scalar(select(func.count()).select_from(ServicePost)) or 0


def count_open_posts(*, own: OwnClaims, today: date) -> int:
    """Give the number of posts in list_open_posts."""
    listed = or_(ServicePost.id.in_(list(own)), _claimable(today))
    return db.session.scalar(select(func.count()).select_from(ServicePost).where(listed)) or 0


def find_claim(report_id: uuid.UUID, post_id: uuid.UUID, period: str) -> PostClaim | None:
    """Give the member's claim on a post in a period, held or released, or None."""
    return db.session.scalars(
        select(PostClaim)
        .where(PostClaim.report_id == report_id, PostClaim.post_id == post_id, PostClaim.period == period)
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_own_claim(claim_id: uuid.UUID, report_id: uuid.UUID) -> PostClaim:
    """Give a claim of this member; raises NotFound for another's."""
    return one(select(PostClaim).where(PostClaim.id == claim_id, PostClaim.report_id == report_id))


def held_seats(post_id: uuid.UUID, period: str) -> Sequence[int]:
    """Give the place numbers held on a post in a period."""
    return db.session.scalars(
        select(PostClaim.seat).where(
            PostClaim.post_id == post_id, PostClaim.period == period, PostClaim.state == ClaimState.HELD
        )
    ).all()


def has_claimed(report_id: uuid.UUID, post_id: uuid.UUID) -> bool:
    """Say whether the member ever claimed this post, held or released."""
    found = select(PostClaim.id).where(PostClaim.report_id == report_id, PostClaim.post_id == post_id).limit(1)
    return db.session.scalars(found).first() is not None


def list_claimed_posts(report_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Give id and name of each post the member ever claimed, by name: what a service may be logged for."""
    claimed = db.session.scalars(select(PostClaim.post_id).where(PostClaim.report_id == report_id)).all()
    rows = db.session.execute(
        select(ServicePost.id, ServicePost.name)
        .where(ServicePost.id.in_(set(claimed)))
        .order_by(ServicePost.name, ServicePost.id)
    )
    return [(row.id, row.name) for row in rows]


def _claimable(today: date) -> ColumnElement[bool]:
    return and_(ServicePost.state == PostState.OPEN, ServicePost.ends_on >= today)
