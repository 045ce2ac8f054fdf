"""Terms and posts: of one organization, as of any date, and people by the name that somebody typed."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, PartyTerm, TermReminder, WorkUnit
from portal.registers.queries import PRESENT
from portal.registers.queries.filters import belongs_here
from portal.registers.rules import BRANCH_KINDS, MemberStatus, OrganizationKind, clean_name
from portal.registers.rules.relations import FlowDirection
from portal.registers.rules.structure import RESIDENTS_POSTS, SEAT_POSTS, PostKind
from portal.registers.rules.terms import Voter, may_vote

_YEAR = re.compile(r"^(.*?)[\s(（]*((?:19|20)\d\d)(?:年生?)?[)）]?$")
_ORDER = {kind: place for place, kind in enumerate(PostKind)}
GENERAL = OrganizationKind.GENERAL_BRANCH
VOTER = (
    PartyMember.member_type,
    PartyMember.status,
    PartyMember.watched_until,
    PartyMember.detained_since,
    PartyMember.flow_direction,
)
"""The columns of a member that decide whether he or she votes."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A post with its holder. `has_left`: the member is no longer in the register, yet the post runs."""

    post: PartyPost
    unit_name: str | None
    has_left: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a typed name means: a member here, or an outsider (no id). `is_full`: votes and can be elected."""

    name: str
    member_id: uuid.UUID | None = None
    is_full: bool = False


def get_term(term_id: uuid.UUID, *, tenant_id: int) -> PartyTerm:
    """Give a term of this very tenant; raises NotFound."""
    statement = select(PartyTerm).where(PartyTerm.tenant_id == tenant_id, PartyTerm.id == term_id)
    term = db.session.scalars(statement).one_or_none()
    if term is None:
        raise NotFound
    return term


def get_post(post_id: uuid.UUID, *, tenant_id: int) -> PartyPost:
    """Give a post of this very tenant; raises NotFound."""
    statement = select(PartyPost).where(PartyPost.tenant_id == tenant_id, PartyPost.id == post_id)
    post = db.session.scalars(statement).one_or_none()
    if post is None:
        raise NotFound
    return post


def list_terms_of(organization_id: uuid.UUID, *, tenant_id: int) -> list[PartyTerm]:
    """Give an organization's terms, the newest first."""
    statement = select(PartyTerm).where(PartyTerm.tenant_id == tenant_id, PartyTerm.organization_id == organization_id)
    return list(db.session.scalars(statement.order_by(PartyTerm.starts_on.desc())))


def list_posts(organization_ids: Iterable[uuid.UUID], *, tenant_id: int, on: date | None = None) -> list[Holder]:
    """Give the posts of some organizations in the order of rank, on a day only those held then; one statement."""
    statement = (
        select(PartyPost, WorkUnit.name, PartyMember.status)
        .outerjoin(WorkUnit, and_(WorkUnit.tenant_id == PartyPost.tenant_id, WorkUnit.id == PartyPost.work_unit_id))
        .outerjoin(
            PartyMember, and_(PartyMember.tenant_id == PartyPost.tenant_id, PartyMember.id == PartyPost.member_id)
        )
        .where(PartyPost.tenant_id == tenant_id, PartyPost.organization_id.in_(list(organization_ids)))
    )
    if on is not None:
        statement = statement.where(PartyPost.from_on <= on, or_(PartyPost.until_on.is_(None), PartyPost.until_on > on))
    rows = [
        Holder(post, unit_name, status is not None and status not in PRESENT)
        for post, unit_name, status in db.session.execute(statement)
    ]
    return sorted(rows, key=lambda row: (_ORDER[row.post.kind], row.post.from_on, row.post.person_name))


def posts_of_member(member_id: uuid.UUID, *, tenant_id: int) -> list[tuple[PartyPost, str]]:
    """Give the posts that a member holds or held, each with its organization's name, the newest first."""
    mine = and_(PartyOrganization.tenant_id == PartyPost.tenant_id, PartyOrganization.id == PartyPost.organization_id)
    statement = (
        select(PartyPost, PartyOrganization.name)
        .join(PartyOrganization, mine)
        .where(PartyPost.tenant_id == tenant_id, PartyPost.member_id == member_id)
    )
    return [(post, name) for post, name in db.session.execute(statement.order_by(PartyPost.from_on.desc()))]


def held_posts(member_id: uuid.UUID, *, tenant_id: int, on: date) -> tuple[int, int]:
    """Count a member's seats in the committees of branches on a day, and all posts in the Party; one statement."""
    where = and_(PartyOrganization.tenant_id == PartyPost.tenant_id, PartyOrganization.id == PartyPost.organization_id)
    rows = db.session.execute(
        select(PartyPost.kind, PartyOrganization.kind.label("organ"))
        .join(PartyOrganization, where)
        .where(
            PartyPost.tenant_id == tenant_id,
            PartyPost.member_id == member_id,
            PartyPost.from_on <= on,
            or_(PartyPost.until_on.is_(None), PartyPost.until_on > on),
            PartyPost.kind.not_in(RESIDENTS_POSTS),
        )
    ).all()
    # The text names 党(总)支部委员: of a general branch as well.
    seats = [row for row in rows if row.kind in SEAT_POSTS and row.organ in {*BRANCH_KINDS, GENERAL}]
    return len(seats), len(rows)


def list_reminders(term_id: uuid.UUID, *, tenant_id: int) -> list[TermReminder]:
    """Give the letters that this tenant sent about a term, the newest first."""
    statement = select(TermReminder).where(TermReminder.tenant_id == tenant_id, TermReminder.term_id == term_id)
    return list(db.session.scalars(statement.order_by(TermReminder.sent_on.desc())))


def entitled_and_not(organization_ids: Iterable[uuid.UUID], *, tenant_id: int) -> tuple[int, int]:
    """Count who votes, and the full members in good standing whose rights rest (留党察看, detained); one statement.

    Who flowed in votes where the relation is. Source: rules.terms.may_vote.
    """
    watched, detained = PartyMember.watched_until.is_not(None), PartyMember.detained_since.is_not(None)
    rows = db.session.execute(
        select(PartyMember.member_type, PartyMember.status, watched, detained, func.count())
        .where(
            PartyMember.tenant_id == tenant_id,
            PartyMember.organization_id.in_(list(organization_ids)),
            belongs_here(),
        )
        .group_by(PartyMember.member_type, PartyMember.status, watched, detained)
    )
    entitled = resting = 0
    for member_type, status, is_watched, is_detained, number in rows:
        is_good = status is MemberStatus.NORMAL
        if may_vote(Voter(member_type, is_good, bool(is_watched), bool(is_detained))):
            entitled += number
        elif may_vote(Voter(member_type, is_good)):
            resting += number
    return entitled, resting


def has_vote(row: Any) -> bool:
    """Say whether a member votes and can be elected; `row` holds the columns of VOTER."""
    if row.flow_direction is FlowDirection.IN:
        return False
    is_resting = (row.watched_until is not None, row.detained_since is not None)
    return may_vote(Voter(row.member_type, row.status is MemberStatus.NORMAL, *is_resting))


def find_people(names: Iterable[str], *, tenant_id: int, field: str = "person") -> dict[str, Person]:
    """Give for each typed name whom it means: 张三, or 张三（1970）where several have the name; one statement.

    A name that no present member has is an outsider's. Raises RuleBroken `registers.person_unclear` (with `found`).
    """
    typed = {name: _split(name) for name in names if name.strip()}
    statement = select(PartyMember.id, PartyMember.full_name, PartyMember.born_on, *VOTER).where(
        PartyMember.tenant_id == tenant_id,
        PartyMember.full_name.in_({name for name, _year in typed.values()}),
        PartyMember.status.in_(PRESENT),
    )
    rows = db.session.execute(statement).all() if typed else []
    people = {}
    for text, (name, year) in typed.items():
        fitting = [row for row in rows if row.full_name == name and year in {None, row.born_on.year}]
        if len(fitting) > 1:
            found = "、".join(f"{row.full_name}（{row.born_on.year}）" for row in fitting)
            raise RuleBroken("registers.person_unclear", field=field, found=found)
        people[text] = Person(name)
        if fitting:
            row = fitting[0]
            people[text] = Person(row.full_name, row.id, has_vote(row))
    return people


def _split(text: str) -> tuple[str, int | None]:
    name = clean_name(text)
    match = _YEAR.match(name)
    return (clean_name(match[1]), int(match[2])) if match and match[1].strip() else (name, None)
