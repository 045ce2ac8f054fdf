"""Reads of posts and of what was done on them."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from portal.care.models import DutyEntry, DutyPost
from portal.care.rules.posts import HELD_STATES, DutyKind, DutyState
from portal.core.db import db
from portal.registers.queries.briefs import member_briefs

OPTIONS_MOST = 200


@dataclass(frozen=True)
class PostFilter:
    """What a list of posts is narrowed to; `member_ids` None means everybody's and vacant ones."""

    state: DutyState | None = None
    kind: DutyKind | None = None
    member_ids: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True)
class PostRow:
    """A post in a list, with its holder's name and how often something was done."""

    id: uuid.UUID
    name: str
    kind: DutyKind
    state: DutyState
    member_id: uuid.UUID | None
    member_name: str
    begins_on: date | None
    review_on: date | None
    deeds: int


def list_posts(wanted: PostFilter, *, tenant_id: int, limit: int, offset: int) -> list[PostRow]:
    """Give posts, the next review first, vacant ones at the end; three statements."""
    ordered = select(DutyPost).where(*_conditions(wanted, tenant_id))
    ordered = ordered.order_by(DutyPost.review_on.is_(None), DutyPost.review_on, DutyPost.id)
    posts = db.session.scalars(ordered.limit(limit).offset(offset)).all()
    names = member_briefs((post.member_id for post in posts), tenant_id=tenant_id)
    deeds = _deeds_of([post.id for post in posts], tenant_id)
    return [
        PostRow(
            id=post.id,
            name=post.name,
            kind=post.kind,
            state=post.state,
            member_id=post.member_id,
            member_name=names[post.member_id].full_name if post.member_id in names else "",
            begins_on=post.begins_on,
            review_on=post.review_on,
            deeds=deeds[post.id],
        )
        for post in posts
    ]


def _deeds_of(post_ids: Sequence[uuid.UUID], tenant_id: int) -> Counter[uuid.UUID]:
    statement = (
        select(DutyEntry.duty_post_id, func.count())
        .where(DutyEntry.tenant_id == tenant_id, DutyEntry.duty_post_id.in_(post_ids))
        .group_by(DutyEntry.duty_post_id)
    )
    return Counter(dict(db.session.execute(statement).all()))


def count_posts(*, tenant_id: int) -> Counter[tuple[DutyState, DutyKind]]:
    """Count the posts by state and kind, in one statement."""
    statement = (
        select(DutyPost.state, DutyPost.kind, func.count())
        .where(DutyPost.tenant_id == tenant_id)
        .group_by(DutyPost.state, DutyPost.kind)
    )
    return Counter({(state, kind): number for state, kind, number in db.session.execute(statement)})


def count_found(wanted: PostFilter, *, tenant_id: int) -> int:
    """Count the posts of a filter."""
    statement = select(func.count()).select_from(DutyPost).where(*_conditions(wanted, tenant_id))
    return db.session.scalar(statement) or 0


def find_held_post(member_id: uuid.UUID, *, tenant_id: int) -> DutyPost | None:
    """Give the one post that a member holds, or None."""
    statement = select(DutyPost).where(
        DutyPost.tenant_id == tenant_id, DutyPost.member_id == member_id, DutyPost.state.in_(HELD_STATES)
    )
    return db.session.scalars(statement).one_or_none()


def list_posts_of(member_id: uuid.UUID, *, tenant_id: int) -> Sequence[DutyPost]:
    """Give the posts that a member holds or held, the newest first."""
    statement = select(DutyPost).where(DutyPost.tenant_id == tenant_id, DutyPost.member_id == member_id)
    return db.session.scalars(statement.order_by(DutyPost.begins_on.desc(), DutyPost.id.desc())).all()


def list_vacant(*, tenant_id: int) -> list[tuple[uuid.UUID, str, DutyKind]]:
    """Give id, name and kind of vacant posts, one of each name; at most OPTIONS_MOST."""
    statement = (
        select(DutyPost.id, DutyPost.name, DutyPost.kind)
        .where(DutyPost.tenant_id == tenant_id, DutyPost.state == DutyState.SET)
        .order_by(DutyPost.name, DutyPost.id)
        .limit(OPTIONS_MOST)
    )
    first: dict[tuple[str, DutyKind], uuid.UUID] = {}
    for post_id, name, kind in db.session.execute(statement):
        first.setdefault((name, kind), post_id)
    return [(post_id, name, kind) for (name, kind), post_id in first.items()]


def list_deeds(duty_post_id: uuid.UUID, *, tenant_id: int, limit: int) -> Sequence[DutyEntry]:
    """Give what was done on a post, the newest first."""
    statement = (
        select(DutyEntry)
        .where(DutyEntry.tenant_id == tenant_id, DutyEntry.duty_post_id == duty_post_id)
        .order_by(DutyEntry.done_on.desc(), DutyEntry.id.desc())
    )
    return db.session.scalars(statement.limit(limit)).all()


def _conditions(wanted: PostFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    conditions = [DutyPost.tenant_id == tenant_id]
    if wanted.state is not None:
        conditions.append(DutyPost.state == wanted.state)
    if wanted.kind is not None:
        conditions.append(DutyPost.kind == wanted.kind)
    if wanted.member_ids is not None:
        conditions.append(DutyPost.member_id.in_(wanted.member_ids))
    return conditions
