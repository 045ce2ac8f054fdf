"""Demo of scoring: a published round of the past and an open one with some ballots."""

from datetime import datetime, timedelta

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.core.clock import day_start, today
from portal.demo.world import World
from portal.estates import queries as estates
from portal.estates.queries import EstateLine, OwnedUnit
from portal.scoring import commands
from portal.scoring.models import RatingRound
from portal.scoring.rules import COLUMNS

BEFORE = timedelta(days=60)  # the earlier round began so long ago
LENGTH, OPEN_FOR = timedelta(days=14), timedelta(days=10)
SINCE_OPENING = timedelta(days=4)
BALLOTS_SO_FAR = 9
LEVEL = (4, 4, 5, 3, 3, 2, 4)  # about how the firm does on each indicator
UNKNOWN_EVERY = 13
SHIFTS = (0, 0, 1, 0, -1, 0, 1, -1, 0, 0, -2)  # how owners differ; its length shares no factor with 7


def load(world: World) -> None:
    """Lead one round to its end and open another; the demo's own owner has not scored in that one yet."""
    estate = next((line for line in estates.list_estates() if line.delivered), None)
    if estate is None:
        return
    owners = _owners(world, estate)
    earlier = _open(world, estate, "2026年第三季度（演示）", begins=world.now - BEFORE, length=LENGTH)
    for place, (actor, unit) in enumerate(owners):
        _score(earlier, actor, unit, place, now=earlier.opens_at + timedelta(days=1, minutes=place))
    secretary, ended = world.actor(Role.COMMUNITY_SECRETARY), earlier.closes_at + timedelta(hours=9)
    commands.close_round(earlier, reason="", actor=secretary, now=ended)
    commands.publish_result(earlier, actor=secretary, now=ended + timedelta(days=1))
    current = _open(
        world, estate, "2026年第四季度（演示）", begins=world.now - SINCE_OPENING, length=SINCE_OPENING + OPEN_FOR
    )
    for place, (actor, unit) in enumerate(owners[1 : BALLOTS_SO_FAR + 1]):
        _score(current, actor, unit, place + 5, now=world.now - timedelta(hours=place + 1))


def _open(world: World, estate: EstateLine, title: str, *, begins: datetime, length: timedelta) -> RatingRound:
    """Open a round that began at the start of a day."""
    first_day = today(begins)
    opens_at = day_start(first_day)
    secretary = world.actor(Role.COMMUNITY_SECRETARY)
    round_ = commands.create_round(
        estates.list_contracts(estate.id)[0],
        title=title,
        opens_at=opens_at,
        closes_at=opens_at + length,
        actor=secretary,
        now=opens_at,
    )
    return commands.open_round(round_, actor=secretary, now=opens_at)


def _owners(world: World, estate: EstateLine) -> list[tuple[Actor, OwnedUnit]]:
    """Give the owners with an account and their unit, the demo's own owner first."""
    found = []
    for line in estates.list_owners(estate.id, on=today(world.now)):
        if line.user_id is None or not line.is_verified:
            continue
        unit = estates.units_of_verified_owner(line.user_id, on=today(world.now), estate_id=estate.id)[0]
        roles = frozenset({Role.OWNER, Role.VISITOR})
        actor = Actor(line.user_id, line.name, world.community.id, roles, acting_as=Role.OWNER)
        found.append((actor, unit))
    found.sort(key=lambda one: (one[0].user_id != world.people[Role.OWNER], one[1].building_name, one[1].room))
    return found


def _score(round_: RatingRound, actor: Actor, unit: OwnedUnit, place: int, *, now: datetime) -> None:
    """Send an invented ballot; here and there an answer is not known."""
    scores: list[int | None] = []
    for column, level in enumerate(LEVEL):
        shift = SHIFTS[(place * len(COLUMNS) + column) % len(SHIFTS)]
        scores.append(None if (place + column) % UNKNOWN_EVERY == 0 else min(5, max(1, level + shift)))
    commands.submit_ballot(round_, unit, scores=scores, actor=actor, now=now)
