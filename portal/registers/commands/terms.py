"""Changes of terms and posts: an election, its delay or advance, a letter, a post filled and ended."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, PartyTerm, TermReminder, WorkUnit
from portal.registers.organs import locked_organization
from portal.registers.queries import PRESENT
from portal.registers.queries.terms import VOTER, get_post, get_term, has_vote
from portal.registers.rules.structure import PART_TIME_POSTS, SEAT_POSTS, SINGLE_POSTS, PostKind, check_post
from portal.registers.rules.terms import (
    Manner,
    Meeting,
    TermDates,
    check_manner,
    check_meeting,
    check_move,
    check_new_term,
    is_elected,
    term_due_on,
)
from portal.tenancy.scope import written_tenant

ELECTION = "换届"


@dataclass(frozen=True, slots=True)
class NewPost:
    """Who holds which post from when. `member_id` None: somebody who is not in this register."""

    kind: PostKind
    person_name: str
    from_on: date
    member_id: uuid.UUID | None = None
    work_unit_id: uuid.UUID | None = None
    duty: str | None = None
    votes: int | None = None
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class NewTerm:
    """What the record of an election says. Figures that are not known (an old term entered late) are None."""

    starts_on: date
    session_no: int | None = None
    manner: Manner | None = None
    is_scattered: bool = False
    approved_doc: str | None = None
    members_all: int = 0
    entitled: int | None = None
    attended: int | None = None
    candidates: int | None = None
    seats: int | None = None
    posts: tuple[NewPost, ...] = ()


def begin_term(organization_id: uuid.UUID, new: NewTerm, *, actor: Actor, now: datetime) -> PartyTerm:
    """Record an election: the term before ends on its day, its committee with it, the elected begin.

    Where no term was recorded before, posts that run already go on in this one. Raises NotFound, RuleBroken of
    rules.terms (check_new_term, check_manner, check_meeting), `registers.not_elected`, and of check_post.
    """
    organization = locked_organization(organization_id)
    before = _open_term(organization_id)
    today = clock.today(now)
    check_new_term(organization.kind, new.starts_on, previous=before.dates if before else None, today=today)
    check_election(new)
    due_on = term_due_on(organization.kind, new.starts_on, organization.category)
    term = PartyTerm(
        id=new_id(), organization_id=organization_id, session_no=new.session_no, starts_on=new.starts_on, due_on=due_on,
        manner=new.manner, approved_doc=new.approved_doc or None, seats=new.seats, candidates=new.candidates,
        entitled=new.entitled, attended=new.attended, created_at=now, updated_at=now,
    )  # fmt: skip
    _put_term(term, before, now)
    known = _carry_posts(organization_id, term, before, now)
    fresh = [post for post in new.posts if (post.kind, post.person_name) not in known]
    check_persons(organization, fresh)
    db.session.add_all(_post(organization_id, post, term.id, now) for post in fresh)
    changes: dict[str, list[object]] = {
        "starts_on": [before.starts_on if before else None, new.starts_on],
        "session_no": [before.session_no if before else None, new.session_no],
        "posts": [None, "、".join(f"{post.kind.value} {post.person_name}" for post in new.posts)],
    }
    record(AuditTag.TERM_BEGIN, subject=term, actor=actor, now=now, changes=changes)
    return term


def move_term(
    term_id: uuid.UUID,
    *,
    moved_to: date,
    approved_on: date,
    doc: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PartyTerm:
    """Record that the upper organization approved an election at another time, at most a year off.

    Raises NotFound, RuleBroken `registers.term_ended` and those of rules.terms.check_move.
    """
    term = _locked_term(term_id)
    dates = TermDates(term.starts_on, term.due_on)
    check_move(dates, moved_to=moved_to, approved_on=approved_on, today=clock.today(now))
    changes: dict[str, list[object]] = {"moved_to": [term.moved_to, moved_to], "doc": [term.moved_doc, doc]}
    term.moved_to, term.moved_approved_on, term.moved_doc = moved_to, approved_on, doc
    term.moved_reason, term.updated_at = reason or None, now
    record(AuditTag.TERM_MOVE, subject=term, actor=actor, now=now, changes=changes)
    return term


def remind_term(
    term_id: uuid.UUID, *, sent_on: date, letter_no: str | None, actor: Actor, now: datetime
) -> TermReminder:
    """Record the letter that reminds of an election, sent from here. The caller has made sure who may see the term.

    Raises RuleBroken `registers.post_future` (field `sent_on`).
    """
    if sent_on > clock.today(now):
        raise RuleBroken("registers.post_future", field="sent_on")
    reminder = TermReminder(
        id=new_id(), term_id=term_id, sent_on=sent_on, letter_no=letter_no or None, by_name=actor.name
    )
    db.session.add(reminder)
    changes: dict[str, list[object]] = {"term": [None, term_id.hex], "letter_no": [None, letter_no]}
    record(AuditTag.TERM_REMIND, subject=reminder, actor=actor, now=now, changes=changes)
    return reminder


def fill_post(
    organization_id: uuid.UUID, new: NewPost, *, replaces_id: uuid.UUID | None = None, actor: Actor, now: datetime
) -> PartyPost:
    """Fill a post; `replaces_id` names the one that ends on the same day.

    Raises NotFound, RuleBroken of check_post, `registers.post_future` (field `from_on`), `registers.post_taken`
    (field `kind`), `registers.unit_needed` (field `work_unit_id`), `registers.post_before_start`.
    """
    organization = locked_organization(organization_id)
    if new.from_on > clock.today(now):
        raise RuleBroken("registers.post_future", field="from_on")
    if new.kind in PART_TIME_POSTS and new.work_unit_id is None:
        raise RuleBroken("registers.unit_needed", field="work_unit_id")
    check_persons(organization, [new])
    if replaces_id is not None:
        replaced = get_post(replaces_id, tenant_id=written_tenant())
        if replaced.organization_id != organization_id:
            raise NotFound
        _end(replaced, new.from_on, f"由{new.person_name}接任", now)
        db.session.flush()
    if new.kind in SINGLE_POSTS:
        _check_free(organization_id, new)
    term = _open_term(organization_id)
    is_seat = new.kind in SEAT_POSTS and term is not None and new.from_on >= term.starts_on
    post = _post(organization_id, new, term.id if term and is_seat else None, now)
    db.session.add(post)
    changes: dict[str, list[object]] = {
        "kind": [None, new.kind.value], "person": [None, new.person_name], "from_on": [None, new.from_on],
    }  # fmt: skip
    record(AuditTag.PARTY_POST_FILL, subject=post, actor=actor, now=now, changes=changes)
    return post


def end_post(post_id: uuid.UUID, *, until_on: date, reason: str, actor: Actor, now: datetime) -> PartyPost:
    """End a post on a day, which is the first without it.

    Raises NotFound, RuleBroken `registers.post_ended`, `registers.post_before_start`, `registers.post_future` (field
    `until_on`).
    """
    post = get_post(post_id, tenant_id=written_tenant())
    if until_on > clock.today(now):
        raise RuleBroken("registers.post_future", field="until_on")
    _end(post, until_on, reason, now)
    changes: dict[str, list[object]] = {"until_on": [None, until_on], "reason": [None, reason]}
    record(AuditTag.PARTY_POST_END, subject=post, actor=actor, now=now, changes=changes)
    return post


def check_election(new: NewTerm) -> None:
    """Refuse an election that is not valid; raises RuleBroken of check_manner, check_meeting and `not_elected`."""
    if new.manner is not None:
        check_manner(new.manner, members_all=new.members_all, is_scattered=new.is_scattered, doc=new.approved_doc)
    if new.entitled is None or new.attended is None:
        return
    check_meeting(Meeting(new.entitled, new.attended, new.candidates, new.seats))
    for post in new.posts:
        if post.votes is not None and not is_elected(post.votes, entitled=new.entitled):
            values: dict[str, object] = {"person": post.person_name, "votes": post.votes, "entitled": new.entitled}
            raise RuleBroken("registers.not_elected", field="posts", **values)


def _put_term(term: PartyTerm, before: PartyTerm | None, now: datetime) -> None:
    if before is not None:
        before.ended_on, before.updated_at = term.starts_on, now
    try:
        with db.session.begin_nested():
            db.session.add(term)
            db.session.flush()
    except IntegrityError as error:
        start = term.starts_on.isoformat()
        raise RuleBroken("registers.term_before_previous", field="starts_on", start=start) from error


def _carry_posts(
    organization_id: uuid.UUID, term: PartyTerm, before: PartyTerm | None, now: datetime
) -> set[tuple[PostKind, str]]:
    """End the committee of the term before; without one, take the running seats into the new term and name them."""
    seats = db.session.scalars(
        select(PartyPost).where(
            PartyPost.organization_id == organization_id,
            PartyPost.until_on.is_(None),
            PartyPost.kind.in_(SEAT_POSTS),
        )
    )
    carried: set[tuple[PostKind, str]] = set()
    for post in list(seats):
        if before is None:
            post.term_id, post.updated_at = term.id, now
            carried.add((post.kind, post.person_name))
        else:
            post.until_on, post.end_reason, post.updated_at = max(term.starts_on, post.from_on), ELECTION, now
    db.session.flush()
    return carried


def check_persons(organization: PartyOrganization, posts: list[NewPost]) -> None:
    """Each member and unit named must be here; two statements for all of them."""
    member_ids = {post.member_id for post in posts if post.member_id}
    unit_ids = {post.work_unit_id for post in posts if post.work_unit_id}
    tenant_id = written_tenant()
    members = {}
    if member_ids:
        rows = select(PartyMember.id, *VOTER).where(PartyMember.tenant_id == tenant_id, PartyMember.id.in_(member_ids))
        members = {row.id: row for row in db.session.execute(rows) if row.status in PRESENT}
    units = set()
    if unit_ids:
        known = select(WorkUnit.id).where(WorkUnit.tenant_id == tenant_id, WorkUnit.id.in_(unit_ids))
        units = set(db.session.scalars(known))
    if member_ids != set(members) or unit_ids != units:
        raise NotFound
    for post in posts:
        row = members.get(post.member_id) if post.member_id else None
        check_post(
            post.kind, organ=organization.kind, is_greater=organization.is_greater_committee,
            is_member=row is not None, is_full=row is not None and has_vote(row),
        )  # fmt: skip


def _check_free(organization_id: uuid.UUID, new: NewPost) -> None:
    holder = db.session.scalars(
        select(PartyPost).where(
            PartyPost.organization_id == organization_id, PartyPost.kind == new.kind, PartyPost.until_on.is_(None)
        )
    ).first()
    if holder is not None:
        raise RuleBroken("registers.post_taken", field="kind", person=holder.person_name)


def _post(organization_id: uuid.UUID, new: NewPost, term_id: uuid.UUID | None, now: datetime) -> PartyPost:
    return PartyPost(
        id=new_id(), organization_id=organization_id, term_id=term_id, kind=new.kind, duty=new.duty or None,
        person_name=new.person_name, member_id=new.member_id, work_unit_id=new.work_unit_id, from_on=new.from_on,
        votes=new.votes, doc=new.doc or None, created_at=now, updated_at=now,
    )  # fmt: skip


def _end(post: PartyPost, until_on: date, reason: str, now: datetime) -> None:
    if post.until_on is not None:
        raise RuleBroken("registers.post_ended")
    if until_on < post.from_on:
        raise RuleBroken("registers.post_before_start", field="until_on", start=post.from_on.isoformat())
    post.until_on, post.end_reason, post.updated_at = until_on, reason[:100] or None, now


def _open_term(organization_id: uuid.UUID) -> PartyTerm | None:
    return db.session.scalars(
        select(PartyTerm).where(PartyTerm.organization_id == organization_id, PartyTerm.ended_on.is_(None))
    ).one_or_none()


def _locked_term(term_id: uuid.UUID) -> PartyTerm:
    term = get_term(term_id, tenant_id=written_tenant())
    if term.ended_on is not None:
        raise RuleBroken("registers.term_ended")
    return term
