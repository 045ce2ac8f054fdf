"""Demo of elections: one case of the demo estate, two invented candidates, one sheet half filled."""

from datetime import date, timedelta

from portal.accounts.roles import Role
from portal.core.clock import today
from portal.demo.world import World
from portal.elections import commands
from portal.elections.packs import find_pack
from portal.elections.rules import CaseKind, CheckOutcome, Finding, Nomination, NominationSource, Preparation
from portal.estates import queries as estates

PACK = "national-2021"
SEATS = 5
FIRST, SECOND = "演示·陈静", "演示·罗建国"
CANDIDATES = (
    Nomination(FIRST, "2栋 0302", NominationSource.PARTY_ORG),
    Nomination(SECOND, "1栋 0803", NominationSource.JOINT_OWNERS),
)
HALF_SHEET = (
    Finding("Q01", CheckOutcome.PASS, "演示：不动产登记信息一致"),
    Finding("Q02", CheckOutcome.PASS, "演示：身份证件载明年满十八周岁"),
    Finding("Q03", CheckOutcome.PASS, "演示：派出所书面核查意见"),
    Finding("Q04", CheckOutcome.CANNOT_TELL, "演示：待物业提供规约履行情况"),
)


def load(world: World) -> None:
    """Open a case under review; nothing where the community has no estate with units."""
    pack = find_pack(PACK)
    estate = next((line for line in estates.list_estates() if line.units), None)
    if pack is None or estate is None:
        return
    secretary, reviewer = world.actor(Role.COMMUNITY_SECRETARY), world.actor(Role.REVIEWER)
    case = commands.open_case(
        estate.id,
        kind=CaseKind.FIRST,
        seats=SEATS,
        pack=pack,
        preparation=_preparation(today(world.now)),
        actor=secretary,
        now=world.now,
    )
    first, _second = [
        commands.nominate_candidate(case, nomination=nomination, actor=secretary, now=world.now)
        for nomination in CANDIDATES
    ]
    commands.start_review(case, actor=secretary, now=world.now)
    for finding in HALF_SHEET:
        commands.record_check(first, finding=finding, actor=reviewer, now=world.now)


def _preparation(day: date) -> Preparation:
    """A group formed five weeks ago and a register posted three weeks ago."""
    return Preparation(day - timedelta(weeks=5), day - timedelta(weeks=3))
