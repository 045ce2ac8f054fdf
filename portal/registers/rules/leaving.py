"""Which posts end when a member leaves, loses the rights of a member, or moves to another branch.

Sources: Charter (posts in the Party are held by members; whoever is under 留党察看 loses them); branch regulations,
ch. 6 (a committee is elected by and from the members of its branch); 双滦区 (heads of resident units sit part-time on
a greater committee, wherever their own relation is). The residents' committee is elected by residents, not by members.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from enum import StrEnum

from portal.registers.rules import MemberStatus
from portal.registers.rules.standing import StandingAct
from portal.registers.rules.structure import PART_TIME_POSTS, RESIDENTS_POSTS, PostKind


class Leaving(StrEnum):
    """Why posts end."""

    DIED = "DIED"
    LEFT = "LEFT"  # no member any more: expelled, struck off, left, probation cancelled
    TRANSFERRED = "TRANSFERRED"  # a member elsewhere
    WATCHED = "WATCHED"  # 留党察看
    MOVED = "MOVED"  # to another branch of the same community


LEAVING_OF: dict[StandingAct, Leaving] = {
    StandingAct.DIE: Leaving.DIED,
    StandingAct.EXPEL: Leaving.LEFT,
    StandingAct.STRIKE_OFF: Leaving.LEFT,
    StandingAct.RESIGN: Leaving.LEFT,
    StandingAct.CANCEL_PROBATION: Leaving.LEFT,
    StandingAct.WATCH: Leaving.WATCHED,
}
"""Acts of standing after which posts end. Whoever is suspended or detained keeps them until somebody decides."""
GONE = frozenset(
    {MemberStatus.DECEASED, MemberStatus.EXPELLED, MemberStatus.RESIGNED, MemberStatus.TRANSFERRED}
    | {MemberStatus.DISQUALIFIED}
)
"""Standings of people who are no longer members here."""


def post_ends(
    kind: PostKind, organization_id: uuid.UUID, *, why: Leaving, left: Collection[uuid.UUID] = frozenset()
) -> bool:
    """Say whether a post ends. `left`: for a move, the branch and group in which the member no longer is.

    Source: see the top of this file.
    """
    if why is Leaving.DIED:
        return True
    if kind in RESIDENTS_POSTS:
        return False
    if why is Leaving.MOVED:
        return organization_id in left and kind not in PART_TIME_POSTS
    return why is not Leaving.TRANSFERRED or kind not in PART_TIME_POSTS
