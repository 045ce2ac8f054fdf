"""Posts of retired members: set up, given to somebody, served on, reviewed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import DutyEntry, DutyPost
from portal.care.queries.posts import find_held_post
from portal.care.rows import lock_row
from portal.care.rules import posts as post_rules
from portal.care.rules.posts import DutyKind, DutyState, ReviewGrade
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers import queries as registers
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

HEALTH_SEAL = "duty_post.health"


@dataclass(frozen=True)
class NewPosts:
    """What posts are: `places` of one kind, each for one person."""

    name: str
    kind: DutyKind
    duties: str
    places: int = 1


@dataclass(frozen=True)
class Holding:
    """What is known of somebody who takes a post; the health note is sealed."""

    begins_on: date
    skill: str = ""
    health: str = ""


@dataclass(frozen=True)
class Review:
    """What a review finds, and whether the same person goes on or the post is offered again."""

    grade: ReviewGrade
    words: str
    goes_on: bool = False
    is_offered: bool = False


def set_posts(new: NewPosts, *, actor: Actor, now: datetime) -> list[DutyPost]:
    """Set up posts that retired members can take. Raises RuleBroken `care.places`, `care.text_length`."""
    post_rules.check_places(new.places)
    name = rules.check_text(new.name, field="name", most=rules.TITLE_MAX)
    duties = rules.check_text(new.duties, field="duties", most=rules.TEXT_MAX)
    posts = [
        DutyPost(id=new_id(), name=name, kind=new.kind, duties=duties, state=DutyState.SET, created_at=now)
        for _ in range(new.places)
    ]
    db.session.add_all(posts)
    db.session.flush()
    changes: Changes = {"name": [None, name], "kind": [None, new.kind.value], "seats": [None, new.places]}
    record(AuditTag.DUTY_POSTS_SET, subject=posts[0], actor=actor, now=now, changes=changes)
    return posts


def claim_post(post_id: uuid.UUID, member_id: uuid.UUID, holding: Holding, *, actor: Actor, now: datetime) -> DutyPost:
    """Give a vacant post to a retired member.

    Raises NotFound; RuleBroken `care.post_moved_on`, `care.not_present`, `care.not_retired`, `care.one_post`.
    """
    post = lock_row(DutyPost, post_id)
    post_rules.check_step(post.state, DutyState.CLAIMED)
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    held = find_held_post(member.id, tenant_id=written_tenant())
    post_rules.check_holder(member.management_class, holds_a_post=held is not None)
    _take(post, member.id, holding, DutyState.CLAIMED)
    changes: Changes = {"state": [DutyState.SET.value, DutyState.CLAIMED.value], "member_id": [None, member.id.hex]}
    record(AuditTag.DUTY_POST_CLAIM, subject=post, actor=actor, now=now, changes=changes)
    return post


def give_back_post(post_id: uuid.UUID, *, actor: Actor, now: datetime) -> DutyPost:
    """Take a post back that has not begun; it is vacant again. Raises NotFound, RuleBroken `care.post_moved_on`."""
    post = lock_row(DutyPost, post_id)
    post_rules.check_step(post.state, DutyState.SET)
    changes: Changes = {"state": [post.state.value, DutyState.SET.value], "member_id": [_hex(post.member_id), None]}
    post.state, post.member_id, post.health_sealed, post.skill = DutyState.SET, None, None, ""
    post.begins_on = post.review_on = None
    record(AuditTag.DUTY_POST_GIVE_BACK, subject=post, actor=actor, now=now, changes=changes)
    return post


def start_post(post_id: uuid.UUID, *, actor: Actor, now: datetime) -> DutyPost:
    """Say that the holder serves. Raises NotFound, RuleBroken `care.post_moved_on`."""
    post = lock_row(DutyPost, post_id)
    post_rules.check_step(post.state, DutyState.SERVING)
    changes: Changes = {"state": [post.state.value, DutyState.SERVING.value]}
    post.state = DutyState.SERVING
    record(AuditTag.DUTY_POST_START, subject=post, actor=actor, now=now, changes=changes)
    return post


def log_deed(post_id: uuid.UUID, *, done_on: date, what: str, actor: Actor, now: datetime) -> DutyEntry:
    """Enter what the holder did on a day; the first deed of a claimed post begins the service.

    Raises NotFound; RuleBroken `care.post_moved_on`, `care.text_length`, `care.future`, `care.before_post`,
    `care.too_late`.
    """
    post = lock_row(DutyPost, post_id)
    if post.state is not DutyState.SERVING:
        post_rules.check_step(post.state, DutyState.SERVING)
    words = rules.check_text(what, field="what", most=rules.TEXT_MAX)
    post_rules.check_deed(done_on, begins_on=post.begins_on or done_on, today=clock.today(now))
    post.state = DutyState.SERVING
    entry = DutyEntry(
        id=new_id(), duty_post_id=post.id, done_on=done_on, what=words, entered_by=actor.user_id, entered_at=now
    )
    db.session.add(entry)
    db.session.flush()
    changes: Changes = {"done_on": [None, done_on], "what": [None, words]}
    record(AuditTag.DUTY_DEED_LOG, subject=post, actor=actor, now=now, changes=changes)
    return entry


def review_post(post_id: uuid.UUID, review: Review, *, actor: Actor, now: datetime) -> DutyPost:
    """End a post by its review; gives the post that follows where one does, else the reviewed one.

    Raises NotFound, RuleBroken `care.post_moved_on`, `care.text_length`.
    """
    post = lock_row(DutyPost, post_id)
    post_rules.check_step(post.state, DutyState.REVIEWED)
    words = rules.check_text(review.words, field="words", most=rules.TEXT_MAX)
    today = clock.today(now)
    post.state, post.grade, post.review, post.reviewed_on = DutyState.REVIEWED, review.grade, words, today
    db.session.flush()
    changes: Changes = {
        "state": [DutyState.SERVING.value, DutyState.REVIEWED.value],
        "grade": [None, review.grade.value],
        "goes_on": [None, review.goes_on],
    }
    record(AuditTag.DUTY_POST_REVIEW, subject=post, actor=actor, now=now, changes=changes)
    return _next_post(post, review, now) if review.goes_on or review.is_offered else post


def reveal_health(post_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> str:
    """Give the health note in clear, and record who looked and why. Raises NotFound, RuleBroken `care.text_length`."""
    post = lock_row(DutyPost, post_id)
    why = rules.check_reason(reason)
    if post.health_sealed is None:
        raise NotFound
    changes: Changes = {"field": [None, "health"], "reason": [None, why]}
    record_look(AuditTag.CARE_REVEAL, subject=post, actor=actor, now=now, changes=changes)
    return vault.unseal(HEALTH_SEAL, post.tenant_id, post.id, post.health_sealed)


def _take(post: DutyPost, member_id: uuid.UUID, holding: Holding, state: DutyState) -> None:
    """Put somebody on a post; two at once meet in the index, and the second is told."""
    try:
        with db.session.begin_nested():
            post.state, post.member_id, post.skill = state, member_id, holding.skill.strip()
            post.begins_on, post.review_on = holding.begins_on, post_rules.review_day(holding.begins_on)
            health = holding.health.strip()
            post.health_sealed = vault.seal(HEALTH_SEAL, post.id, health) if health else None
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("care.one_post") from error


def _next_post(post: DutyPost, review: Review, now: datetime) -> DutyPost:
    """Set up what follows a reviewed post: the same person for another year, or the place offered again."""
    following = DutyPost(
        id=new_id(), name=post.name, kind=post.kind, duties=post.duties, state=DutyState.SET, created_at=now
    )
    db.session.add(following)
    db.session.flush()
    if review.goes_on and post.member_id is not None:
        health = vault.unseal(HEALTH_SEAL, post.tenant_id, post.id, post.health_sealed) if post.health_sealed else ""
        _take(following, post.member_id, Holding(clock.today(now), post.skill, health), DutyState.SERVING)
    return following


def _hex(row_id: uuid.UUID | None) -> str | None:
    return row_id.hex if row_id else None
