"""What tests of scoring are made of. Call inside `portal.inside()`; the caller's scope commits."""

from datetime import timedelta

from portal.accounts.actor import Actor
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.ids import new_id
from portal.estates.queries import ContractLine
from portal.scoring import commands
from portal.scoring.models import RatingRound
from tests.makers import NOW

GOOD = [4] * 7
OPENS = clock.day_start(clock.today(NOW))
CLOSES = OPENS + timedelta(days=14)


def secretary() -> Actor:
    """Give somebody who leads rounds."""
    roles = frozenset({Role.COMMUNITY_SECRETARY})
    return Actor(new_id(), "书记", 0, roles, acting_as=Role.COMMUNITY_SECRETARY)


def owner_actor(user: UserAccount) -> Actor:
    """Give an owner as an actor."""
    return Actor(user.id, user.name, 0, frozenset({Role.OWNER}), acting_as=Role.OWNER)


def make_round(contract: ContractLine, *, title: str = "2026年下半年", is_open: bool = True) -> RatingRound:
    """Make a round of two weeks from today on, open unless told otherwise."""
    round_ = commands.create_round(contract, title=title, opens_at=OPENS, closes_at=CLOSES, actor=secretary(), now=NOW)
    return commands.open_round(round_, actor=secretary(), now=NOW) if is_open else round_
