"""Reads of posts and of the claims on them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.core.errors import NotFound
from portal.reporting import rules
from portal.reporting.models import PostClaim, ServicePost
from portal.reporting.queries.one_row import one
from portal.reporting.rules import ClaimState, PostCategory, PostState

Mine = aliased(PostClaim)


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


def list_posts(
    *, today: date, report_id: uuid.UUID | None, include_closed: bool, limit: int, offset: int
) -> list[PostRow]:
    """One row per post, with the places held this year; the reader's own first, then open ones, by last day.

    `report_id` is the reader's report, for their own claims. Without `include_closed` only posts that
    may be claimed today or that the reader holds a place on.
    """
    statement = _post_rows(today, report_id)
    if not include_closed:
        statement = statement.where(or_(Mine.id.is_not(None), _claimable(today)))
    ordered = statement.order_by(Mine.id.is_(None), ServicePost.state.desc(), ServicePost.ends_on, ServicePost.id)
    return [PostRow(*row) for row in db.session.execute(ordered.limit(limit).offset(offset))]


def post_report(post_id: uuid.UUID, *, today: date, report_id: uuid.UUID | None) -> PostRow:
    """Give one post as in list_posts; raises NotFound."""
    row = db.session.execute(_post_rows(today, report_id).where(ServicePost.id == post_id)).one_or_none()
    if row is None:
        raise NotFound
    return PostRow(*row)


def _post_rows(today: date, report_id: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    """Give the statement of PostRow: places held this year, and the reader's own claim."""
    period = rules.claim_period(today)
    held = (
        select(func.count())
        .select_from(PostClaim)
        .where(
            PostClaim.tenant_id == ServicePost.tenant_id,
            PostClaim.post_id == ServicePost.id,
            PostClaim.period == period,
            PostClaim.state == ClaimState.HELD,
        )
        .correlate(ServicePost)
        .scalar_subquery()
    )
    own_claim = and_(
        Mine.tenant_id == ServicePost.tenant_id,
        Mine.post_id == ServicePost.id,
        Mine.report_id == report_id,
        Mine.period == period,
        Mine.state == ClaimState.HELD,
    )
    return select(
        ServicePost.id,
        ServicePost.name,
        ServicePost.category,
        ServicePost.description,
        ServicePost.capacity,
        held,
        ServicePost.starts_on,
        ServicePost.ends_on,
        ServicePost.state,
        Mine.id,
    ).outerjoin(Mine, own_claim)


def count_posts(*, today: date, include_closed: bool) -> int:
    """Give the number of posts, or of those that may be claimed today."""
    statement = select(func.count()).select_from(ServicePost)
    if not include_closed:
        statement = statement.where(_claimable(today))
    return db.session.scalar(statement) or 0


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
    rows = db.session.execute(
        select(ServicePost.id, ServicePost.name)
        .join(PostClaim, and_(PostClaim.tenant_id == ServicePost.tenant_id, PostClaim.post_id == ServicePost.id))
        .where(PostClaim.report_id == report_id)
        .group_by(ServicePost.id, ServicePost.name)
        .order_by(ServicePost.name, ServicePost.id)
    )
    return [(row.id, row.name) for row in rows]


def _claimable(today: date) -> ColumnElement[bool]:
    return and_(ServicePost.state == PostState.OPEN, ServicePost.ends_on >= today)
