"""Putting right what was entered wrongly of terms and posts; what it was before stays in their past."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.desk.removing import remove_row
from portal.registers import queries
from portal.registers.commands.terms import ELECTION, NewPost, NewTerm, check_election, check_persons
from portal.registers.leaving import reopen_posts
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm, TermReminder, WorkUnit
from portal.registers.queries.terms import get_post, get_term
from portal.registers.rules.structure import PART_TIME_POSTS, SEAT_POSTS, SINGLE_POSTS, check_post
from portal.registers.rules.terms import TermDates, check_move, check_new_term, term_due_on
from portal.tenancy.scope import written_tenant

Changes = dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What a post should have said: as NewPost, and its end where it is over."""

    new: NewPost
    until_on: date | None = None
    end_reason: str | None = None


def correct_term(term_id: uuid.UUID, new: NewTerm, *, drops_move: bool, actor: Actor, now: datetime) -> PartyTerm:
    """Correct what is recorded of an election; `new.posts` are left alone, each is corrected by itself.

    With another first day the term before ends, and who was elected begins, on that day; the day on which the term
    ends follows. `drops_move` takes an approved other day out. Raises NotFound, RuleBroken of begin_term(),
    `registers.term_after_end` (with `end`) and, where the approved day no longer fits, those of check_move.
    """
    term = get_term(term_id, tenant_id=written_tenant())
    organization = queries.get_organization(term.organization_id, tenant_id=written_tenant())
    before, today = _term_before(term), clock.today(now)
    check_new_term(organization.kind, new.starts_on, previous=before.dates if before else None, today=today)
    if term.ended_on is not None and new.starts_on >= term.ended_on:
        raise RuleBroken("registers.term_after_end", field="starts_on", end=term.ended_on.isoformat())
    check_election(new)
    values = _term_values(term, organization, new)
    if drops_move:
        values |= dict.fromkeys(("moved_to", "moved_approved_on", "moved_doc", "moved_reason"))
    elif term.moved_to is not None and term.moved_approved_on is not None:
        dates = TermDates(new.starts_on, values["due_on"])  # type: ignore[arg-type]  # an organ with terms has one
        check_move(dates, moved_to=term.moved_to, approved_on=term.moved_approved_on, today=today)
    _shift(term, before, new.starts_on, now=now)
    changes = _assign(term, values, now)
    record(AuditTag.TERM_CORRECT, subject=term, actor=actor, now=now, changes=changes)
    return term


def remove_term(
    term_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime
) -> tuple[list[PartyPost], list[PartyPost]]:
    """Take out an election that never was: who was elected goes with it, the term before and its committee go on.

    Gives the posts that go on and those that cannot. Raises NotFound, RuleBroken `registers.term_not_last`,
    `registers.term_has_posts` (with `people`) for posts filled or ended in it since.
    """
    term = get_term(term_id, tenant_id=written_tenant())
    organization = queries.get_organization(term.organization_id, tenant_id=written_tenant())
    if obstacle := term_obstacle(term):
        raise obstacle
    before = _term_before(term)
    for post in _posts(PartyPost.term_id == term.id):
        if post.created_at == term.created_at:
            remove_row(post, now=now)
        else:
            post.term_id, post.updated_at = before.id if before else None, now
    if before is not None and before.ended_on == term.starts_on and organization.ended_on is None:
        before.ended_on, before.updated_at = None, now
    reminders = select(TermReminder).where(TermReminder.tenant_id == written_tenant(), TermReminder.term_id == term.id)
    for letter in db.session.scalars(reminders):
        db.session.delete(letter)
    db.session.flush()
    ended = [post.id.hex for post in _ended_by(term)]
    remove_row(term, now=now)
    changes: Changes = {"removed": [term.starts_on, None], "reason": [None, reason]}
    record(AuditTag.TERM_REMOVE, subject=organization, actor=actor, now=now, changes=changes)
    return reopen_posts(ended, actor=actor, now=now)


def correct_post(post_id: uuid.UUID, facts: PostFacts, *, actor: Actor, now: datetime) -> PartyPost:
    """Correct who held which post when; an empty end lets it go on.

    Raises NotFound, RuleBroken of check_post, `registers.post_future`, `registers.post_before_start` (field
    `until_on`), `registers.unit_needed`, `registers.post_taken` (with `person`), and `registers.organization_ended`
    for a post that would go on in an organization that has ended.
    """
    post = get_post(post_id, tenant_id=written_tenant())
    organization = queries.get_organization(post.organization_id, tenant_id=written_tenant())
    new = facts.new
    _check_days(organization, facts, today=clock.today(now))
    if new.kind in PART_TIME_POSTS and new.work_unit_id is None:
        raise RuleBroken("registers.unit_needed", field="work_unit_id")
    _check_holder(organization, post, facts)
    if new.kind in SINGLE_POSTS:
        _check_alone(post, facts)
    values: dict[str, object] = {
        "kind": new.kind, "duty": new.duty or None, "person_name": new.person_name, "member_id": new.member_id,
        "work_unit_id": new.work_unit_id, "from_on": new.from_on, "until_on": facts.until_on, "votes": new.votes,
        "end_reason": (facts.end_reason or None) if facts.until_on else None, "doc": new.doc or None,
    }  # fmt: skip
    if (post.kind, post.from_on) != (new.kind, new.from_on):
        values["term_id"] = _term_of(post, new)
    changes = _assign(post, values, now)
    shown = {"person" if key == "person_name" else key: value for key, value in changes.items() if key != "term_id"}
    record(AuditTag.PARTY_POST_CORRECT, subject=post, actor=actor, now=now, changes=shown)
    return post


def remove_post(post_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> PartyOrganization:
    """Remove a post that nobody ever held; gives its organization. Raises NotFound, RuleBroken `desk.hangs`."""
    post = get_post(post_id, tenant_id=written_tenant())
    organization = queries.get_organization(post.organization_id, tenant_id=written_tenant())
    remove_row(post, now=now)
    changes: Changes = {
        "removed": [post.person_name, None], "kind": [post.kind.value, None], "reason": [None, reason],
    }  # fmt: skip
    record(AuditTag.PARTY_POST_REMOVE, subject=organization, actor=actor, now=now, changes=changes)
    return organization


def _assign(row: PartyTerm | PartyPost, values: dict[str, object], now: datetime) -> Changes:
    changes: Changes = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    for key, (_before, value) in changes.items():
        setattr(row, key, value)
    if changes:
        row.updated_at = now
    db.session.flush()
    return changes


def _term_values(term: PartyTerm, organization: PartyOrganization, new: NewTerm) -> dict[str, object]:
    due_on = term_due_on(organization.kind, new.starts_on, organization.category)
    return {
        "starts_on": new.starts_on, "due_on": due_on or term.due_on, "session_no": new.session_no,
        "manner": new.manner, "approved_doc": new.approved_doc or None, "seats": new.seats,
        "candidates": new.candidates, "entitled": new.entitled, "attended": new.attended,
    }  # fmt: skip


def _shift(term: PartyTerm, before: PartyTerm | None, starts_on: date, *, now: datetime) -> None:
    """Let what began and ended with an election do so on another day."""
    if starts_on == term.starts_on:
        return
    elected = [post for post in _posts(PartyPost.term_id == term.id) if post.from_on == term.starts_on]
    for post in elected:
        if post.until_on is not None and post.until_on < starts_on:
            raise RuleBroken("registers.post_before_start", field="starts_on", start=post.until_on.isoformat())
        post.from_on, post.updated_at = starts_on, now
    for post in _ended_by(term):
        post.until_on, post.updated_at = max(starts_on, post.from_on), now
    if before is not None and before.ended_on == term.starts_on:
        before.ended_on, before.updated_at = starts_on, now


def _posts(*conditions: object) -> list[PartyPost]:
    own: Any = (PartyPost.tenant_id == written_tenant(), *conditions)
    statement = select(PartyPost).where(*own)
    return list(db.session.scalars(statement.with_for_update()))


def _ended_by(term: PartyTerm) -> list[PartyPost]:
    """Give the posts of the committee before, which this election ended."""
    return _posts(
        PartyPost.organization_id == term.organization_id,
        PartyPost.until_on == term.starts_on,
        PartyPost.end_reason == ELECTION,
    )


def _term_before(term: PartyTerm) -> PartyTerm | None:
    statement = select(PartyTerm).where(
        PartyTerm.organization_id == term.organization_id, PartyTerm.starts_on < term.starts_on
    )
    return db.session.scalars(statement.order_by(PartyTerm.starts_on.desc()).limit(1)).one_or_none()


def term_obstacle(term: PartyTerm) -> RuleBroken | None:
    """Give what keeps a term from being taken out, None where nothing does; two statements."""
    later = select(PartyTerm.id).where(
        PartyTerm.organization_id == term.organization_id, PartyTerm.starts_on > term.starts_on
    )
    if db.session.scalars(later.limit(1)).first() is not None:
        return RuleBroken("registers.term_not_last")
    posts = select(PartyPost).where(PartyPost.term_id == term.id).order_by(PartyPost.from_on, PartyPost.id)
    since = [
        post.person_name
        for post in db.session.scalars(posts)
        if post.created_at > term.created_at or (post.created_at == term.created_at and post.until_on is not None)
    ]
    return RuleBroken("registers.term_has_posts", people="、".join(since)) if since else None


def _check_days(organization: PartyOrganization, facts: PostFacts, *, today: date) -> None:
    if facts.new.from_on > today:
        raise RuleBroken("registers.post_future", field="from_on")
    if facts.until_on is None:
        if organization.ended_on is not None:
            raise RuleBroken("registers.organization_ended", field="until_on")
        return
    if facts.until_on > today:
        raise RuleBroken("registers.post_future", field="until_on")
    if facts.until_on < facts.new.from_on:
        raise RuleBroken("registers.post_before_start", field="until_on", start=facts.new.from_on.isoformat())


def _check_holder(organization: PartyOrganization, post: PartyPost, facts: PostFacts) -> None:
    """Who holds a post now must be fit for it; of one that is over only the kind is asked: rights change."""
    new = facts.new
    is_new = (new.kind, new.member_id) != (post.kind, post.member_id) or post.until_on is not None
    if facts.until_on is None and is_new:
        check_persons(organization, [new])
        return
    check_post(
        new.kind, organ=organization.kind, is_greater=organization.is_greater_committee, is_member=False, is_full=False
    )
    if new.work_unit_id is not None:
        known = select(WorkUnit.id).where(WorkUnit.tenant_id == written_tenant(), WorkUnit.id == new.work_unit_id)
        if db.session.scalars(known).first() is None:
            raise NotFound


def _check_alone(post: PartyPost, facts: PostFacts) -> None:
    """Refuse days on which somebody else holds a post that one person holds at a time."""
    runs_on = or_(PartyPost.until_on.is_(None), PartyPost.until_on > facts.new.from_on)
    others = select(PartyPost.person_name).where(
        PartyPost.organization_id == post.organization_id,
        PartyPost.kind == facts.new.kind,
        PartyPost.id != post.id,
        runs_on,
    )
    if facts.until_on is not None:
        others = others.where(PartyPost.from_on < facts.until_on)
    if (person := db.session.scalars(others).first()) is not None:
        raise RuleBroken("registers.post_taken", field="kind", person=person)


def _term_of(post: PartyPost, new: NewPost) -> uuid.UUID | None:
    """Give the term in which a seat of the committee was held from its first day."""
    if new.kind not in SEAT_POSTS:
        return None
    ran = or_(PartyTerm.ended_on.is_(None), PartyTerm.ended_on > new.from_on)
    found = select(PartyTerm.id).where(
        PartyTerm.organization_id == post.organization_id, PartyTerm.starts_on <= new.from_on, ran
    )
    return db.session.scalars(found).first()
