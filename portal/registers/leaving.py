"""Posts that end with a membership, with a member's rights or with a move, and come back when that is undone."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.registers import queries
from portal.registers.models import PartyMember, PartyOrganization, PartyPost, PartyTerm
from portal.registers.queries.terms import posts_of_member
from portal.registers.rules import MEMBER_KINDS, MemberStatus
from portal.registers.rules.leaving import Leaving, post_ends
from portal.registers.rules.standing import StandingAct
from portal.registers.rules.structure import SINGLE_POSTS

END_REASONS: dict[StandingAct | Leaving, str] = {
    StandingAct.DIE: "去世",
    StandingAct.EXPEL: "开除党籍",
    StandingAct.STRIKE_OFF: "按自行脱党除名",
    StandingAct.RESIGN: "退党",
    StandingAct.CANCEL_PROBATION: "取消预备党员资格",
    StandingAct.WATCH: "留党察看",
    Leaving.TRANSFERRED: "组织关系转出",
    Leaving.MOVED: "调整到其他党支部",
}
"""What stands in a post's own record, as in a ledger."""
Left = Collection[uuid.UUID]


class Follower(Protocol):
    """What another package ends when somebody is no longer a member here; `open` gives words for people to read."""

    def open(self, member_id: uuid.UUID) -> list[Any]: ...

    def end(self, member_id: uuid.UUID, *, reason: str, actor: Actor | None, now: datetime) -> None: ...


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Let a package end what it remembers of a member who is gone."""
    _followers.append(follower)


def also_ends(member_id: uuid.UUID) -> list[Any]:
    """Give the words for what else would end with a membership."""
    return [words for follower in _followers for words in follower.open(member_id)]


def end_elsewhere(member_id: uuid.UUID, *, reason: str, actor: Actor | None, now: datetime) -> None:
    """End what other packages remember of a member who is gone."""
    for follower in _followers:
        follower.end(member_id, reason=reason, actor=actor, now=now)


def posts_that_end(member: PartyMember, why: Leaving, *, left: Left = frozenset()) -> list[tuple[PartyPost, str]]:
    """Give the running posts of a member that end, each with its organization's name; one statement.

    `left`: for a move, the branch and group in which the member no longer is.
    """
    held = posts_of_member(member.id, tenant_id=member.tenant_id)
    return [
        (post, name)
        for post, name in held
        if post.until_on is None and post_ends(post.kind, post.organization_id, why=why, left=left)
    ]


def branches_left(before: uuid.UUID, after: uuid.UUID | None, *, tenant_id: int) -> frozenset[uuid.UUID]:
    """Give the group and branch in which somebody no longer is after a move; all of them where `after` is None."""
    rows = {row.id: row for row in queries.list_organizations(tenant_id=tenant_id)}

    def chain(start: uuid.UUID | None) -> set[uuid.UUID]:
        found: set[uuid.UUID] = set()
        while start in rows and start not in found and rows[start].kind in MEMBER_KINDS:
            found.add(start)
            start = rows[start].parent_id
        return found

    return frozenset(chain(before) - chain(after))


def end_posts(
    posts: Sequence[tuple[PartyPost, str]], *, on: date, reason: str, actor: Actor | None, now: datetime
) -> list[str]:
    """End posts on a day, each with an event; one that begins later ends as it begins. Gives their ids."""
    for post, _name in posts:
        post.until_on, post.end_reason, post.updated_at = max(on, post.from_on), reason, now
        changes: dict[str, list[object]] = {
            "person": [None, post.person_name], "until_on": [None, post.until_on], "reason": [None, reason],
        }  # fmt: skip
        record(AuditTag.PARTY_POST_END, subject=post, actor=actor, now=now, changes=changes)
    db.session.flush()
    return [post.id.hex for post, _name in posts]


def leave_for_good(member: PartyMember, on: date, *, actor: Actor | None, now: datetime) -> list[str]:
    """Let a member belong elsewhere from a day on; gives the ids of the posts that end with it."""
    ending = posts_that_end(member, Leaving.TRANSFERRED)
    member.status, member.status_on, member.updated_at = MemberStatus.TRANSFERRED, on, now
    end_elsewhere(member.id, reason=END_REASONS[Leaving.TRANSFERRED], actor=actor, now=now)
    return end_posts(ending, on=on, reason=END_REASONS[Leaving.TRANSFERRED], actor=actor, now=now)


def reopen_posts(ids: Sequence[str], *, actor: Actor, now: datetime) -> tuple[list[PartyPost], list[PartyPost]]:
    """Let posts go on that ended with what is undone; gives those that go on and those that cannot.

    A post cannot go on when its organization or its term has ended since, or when somebody else holds it by now.
    """
    found = db.session.scalars(select(PartyPost).where(PartyPost.id.in_([uuid.UUID(each) for each in ids])))
    posts = [post for post in found if post.until_on is not None]
    back = [post for post in posts if _may_go_on(post)]
    for post in back:
        changes: dict[str, list[object]] = {"person": [None, post.person_name], "until_on": [post.until_on, None]}
        post.until_on, post.end_reason, post.updated_at = None, None, now
        record(AuditTag.PARTY_POST_REOPEN, subject=post, actor=actor, now=now, changes=changes)
    db.session.flush()
    return back, [post for post in posts if post not in back]


def _may_go_on(post: PartyPost) -> bool:
    ended = select(PartyOrganization.ended_on).where(PartyOrganization.id == post.organization_id)
    if db.session.scalar(ended) is not None:
        return False
    if post.term_id and db.session.scalar(select(PartyTerm.ended_on).where(PartyTerm.id == post.term_id)) is not None:
        return False
    other = select(PartyPost.id).where(
        PartyPost.organization_id == post.organization_id, PartyPost.kind == post.kind, PartyPost.until_on.is_(None)
    )
    return post.kind not in SINGLE_POSTS or db.session.scalars(other).first() is None
