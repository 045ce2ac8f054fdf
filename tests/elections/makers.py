"""Estates, cases and candidates for the tests of elections. Call inside a tenant's scope."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.elections import commands
from portal.elections.models import Candidate, ElectionCase
from portal.elections.packs import RulePack, find_pack
from portal.elections.rules import (
    CandidateState,
    CaseKind,
    CheckOutcome,
    Finding,
    Nomination,
    NominationSource,
    Preparation,
    Verdict,
)
from portal.estates import commands as estates
from portal.estates.models import Estate, Unit
from portal.estates.rules import AreaBasis, UnitLine, UnitStatus
from tests.conftest import Portal
from tests.makers import NOW, make_actor

found = find_pack("national-2021")
assert found is not None
NATIONAL: RulePack = found
PREPARED = Preparation(date(2026, 10, 1), date(2026, 11, 1))


def make_estate(actor: Actor, *, name: str = "云溪花园(演示)", units: int = 3) -> Estate:
    """Make an estate with one building of so many delivered units of 90 m² each."""
    estate = estates.create_estate(name=name, address="", actor=actor, now=NOW)
    building = estates.create_building(estate, name="1栋", actor=actor, now=NOW)
    lines = [UnitLine(f"{number:04d}", Decimal("90.00")) for number in range(101, 101 + units)]
    estates.create_units(
        building, lines=lines, basis=AreaBasis.REGISTERED, status=UnitStatus.DELIVERED, actor=actor, now=NOW
    )
    return estate


def make_owner(actor: Actor, unit: Unit, name: str) -> None:
    """Make somebody the owner of a unit."""
    estates.add_owner(unit, owner=estates.NewOwner(name), title=estates.Title(date(2020, 1, 1)), actor=actor, now=NOW)


def make_case(actor: Actor, estate: Estate | None = None, *, seats: int = 5, now: datetime = NOW) -> ElectionCase:
    """Open a case of a first election, by default of a new estate."""
    return commands.open_case(
        (estate or make_estate(actor)).id,
        kind=CaseKind.FIRST,
        seats=seats,
        pack=NATIONAL,
        preparation=PREPARED,
        actor=actor,
        now=now,
    )


def make_candidate(
    actor: Actor,
    case: ElectionCase,
    *,
    name: str = "李明",
    unit_text: str = "1栋 0101",
    source: NominationSource = NominationSource.PARTY_ORG,
) -> Candidate:
    """Nominate somebody."""
    nomination = Nomination(name, unit_text, source)
    return commands.nominate_candidate(case, nomination=nomination, actor=actor, now=NOW)


def fill_sheet(actor: Actor, candidate: Candidate, **changed: CheckOutcome) -> None:
    """Answer every rule of the national pack, all met unless changed."""
    for code in NATIONAL.rules:
        finding = Finding(code, changed.get(code, CheckOutcome.PASS), "书面核查意见")
        commands.record_check(candidate, finding=finding, actor=actor, now=NOW)


def make_passed(actor: Actor, case: ElectionCase, *, name: str = "李明") -> Candidate:
    """A candidate who passed; closes nominations. One to a case."""
    candidate = make_candidate(actor, case, name=name)
    commands.start_review(case, actor=actor, now=NOW)
    fill_sheet(actor, candidate)
    verdict = Verdict(CandidateState.PASSED, "符合全部条件")
    commands.decide_candidate(candidate, verdict=verdict, actor=actor, now=NOW)
    return candidate


def make_wording(title: str = "业主委员会委员候选人名单公示") -> commands.ListWording:
    """Words for a published list."""
    return commands.ListWording(
        title=title,
        text="现将名单公示如下。",
        issuer="和平社区",
        objection="书面向社区提出",
        columns=("姓名", "楼栋房号", "推荐方式"),
        sources=dict.fromkeys(NominationSource, "推荐"),
        period_source="7日(本系统默认值)",
    )


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """A case under review, with a candidate and a finding, named with these words; ids by their names in paths."""
    actor = make_actor(tenant_id, Role.COMMUNITY_SECRETARY, name=words)
    with portal.inside(tenant_id):
        case = make_case(actor, make_estate(actor, name=f"{words}小区选举"))
        candidate = make_candidate(actor, case, name=words, unit_text=words)
        commands.start_review(case, actor=actor, now=NOW)
        finding = Finding("Q01", CheckOutcome.PASS, words)
        paper = commands.Upload("paper.pdf", b"%PDF-1.4 paper")
        check = commands.record_check(candidate, finding=finding, upload=paper, actor=actor, now=NOW)
    return {"case_id": case.id, "candidate_id": candidate.id, "check_id": check.id}
