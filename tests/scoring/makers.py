"""What tests of scoring are made of. Call inside `portal.inside()`; the caller's scope commits."""

import uuid
from datetime import timedelta

from portal.accounts.actor import Actor
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.ids import new_id
from portal.estates.queries import ContractLine
from portal.scoring import commands
from portal.scoring.models import RatingRound
from tests.conftest import Portal
from tests.estates.makers import make_building, make_contract, make_estate, make_known_owner, owned, units_of
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


def fill(portal: Portal, tenant_id: int, words: str) -> dict[str, uuid.UUID | str]:
    """Put an open round with a draft and a published one with a ballot into a tenant; see tests/matrix.py."""
    clerk, user = portal.person(Role.COMMUNITY_CLERK, tenant_id), portal.person(Role.OWNER, tenant_id)
    with portal.inside(tenant_id):
        estate = make_estate(f"{words}评价小区")
        make_building(estate, f"{words}2栋", units=2)
        unit = units_of(estate)[0]
        make_known_owner(unit, user, words=words, clerk=clerk)
        contract = make_contract(estate, company=f"{words}物业")
        mine = owned(unit, user)
        ended = make_round(contract, title=f"{words}上次")
        commands.submit_ballot(ended, mine, scores=GOOD, actor=owner_actor(user), now=NOW)
        commands.close_round(ended, reason=f"{words}原因", actor=secretary(), now=NOW)
        commands.publish_result(ended, actor=secretary(), now=NOW)
        running = make_round(contract, title=f"{words}这次")
        commands.save_answer(running, mine, place=0, score=5, actor=owner_actor(user), now=NOW)
    return {"round_id": running.id, "published_round_id": ended.id, "unit_id": unit.id, "number": "1"}


def make_round(contract: ContractLine, *, title: str = "2026年下半年", is_open: bool = True) -> RatingRound:
    """Make a round of two weeks from today on, open unless told otherwise."""
    round_ = commands.create_round(contract, title=title, opens_at=OPENS, closes_at=CLOSES, actor=secretary(), now=NOW)
    return commands.open_round(round_, actor=secretary(), now=NOW) if is_open else round_
