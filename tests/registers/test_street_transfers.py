"""A relation that goes to a street's own branch, and one that comes from there: both sides decide, as elsewhere."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.jobs.notes import deal_with_notes
from portal.registers import queries
from portal.registers.commands.transfers import Application, apply_transfer
from portal.registers.models import MemberTransfer, PartyMember
from portal.registers.queries.transfers import registers_of_district
from portal.registers.rules import OrganizationKind as K
from portal.registers.rules.standing import PRESENT
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import DISTRICT_CODE, HERE_CODE, NOW, OTHER_STREET_CODE, STREET_CODE, THERE_CODE, make_actor
from tests.registers.makers import make_member, make_organization

STREET, OTHER = (tenant_id_for(code, Level.STREET) for code in (STREET_CODE, OTHER_STREET_CODE))
HERE = f"/t/{HERE_CODE}/registers"
NAME = "迁街道"


def base(code: str) -> str:
    return f"/t/{code}/registers"


@pytest.fixture
def branches(portal: Portal) -> dict[int, uuid.UUID]:
    """Give a branch of the community, of its street and of another street, by tenant; the first has a member."""
    found = {}
    for tenant_id, name in ((portal.here, "第一党支部"), (STREET, "机关党支部"), (OTHER, "机关党支部")):
        with portal.inside(tenant_id):
            found[tenant_id] = make_organization(name).id
    with portal.inside(STREET):
        make_organization("大连路街道党工委", K.WORKING_COMMITTEE)
    with portal.inside():
        make_organization("和平社区党委", K.PARTY_COMMITTEE)
        make_member(found[portal.here], 1, full_name=NAME)
    return found


def officer(portal: Portal, tenant_id: int = STREET) -> PortalClient:
    return portal.as_role(Role.STREET_OFFICER, tenant_id)


def present(portal: Portal) -> list[int]:
    """Give in which registers the member is at this moment."""
    found = []
    for tenant_id in (portal.here, portal.there, STREET, OTHER):
        with reading(scope_of(tenant_id)):
            people = db.session.scalars(select(PartyMember).where(PartyMember.full_name == NAME))
            found += [tenant_id for person in people if person.status in PRESENT]
    return found


def member_in(tenant_id: int) -> uuid.UUID:
    with reading(scope_of(tenant_id)):
        return db.session.scalars(select(PartyMember.id).where(PartyMember.full_name == NAME)).one()


def send(sender: PortalClient, address: str, *, to: str, number: str = "2026-001") -> str:
    """Apply, approve and send the letter; gives the address of the case."""
    applied = sender.post(f"{address}/transfer", {"where": to, "reason": "调到那边工作"}, status=303)
    url = applied.location
    sender.post(f"{url}/approval", status=303)
    letter = {"letter_no": number, "letter_on": "2026-11-23", "valid_to": ""}
    sender.post(f"{url}/letter", letter, status=303)
    deal_with_notes(now=NOW)
    return url


def test_a_relation_goes_to_the_streets_own_branch_when_the_street_agrees(
    portal: Portal, branches: dict[int, uuid.UUID]
) -> None:
    """The street reads its communities elsewhere; here the case of the same id below never stands in its way."""
    street, secretary = officer(portal), portal.as_role(Role.COMMUNITY_SECRETARY)
    member = f"{HERE}/members/{member_in(portal.here)}"
    offered = [each["value"] for each in secretary.get(f"{member}/transfer").page.select("#where option")]
    assert offered[3:] == [OTHER_STREET_CODE, THERE_CODE, STREET_CODE]
    url = send(secretary, member, to=STREET_CODE)
    assert present(portal) == [portal.here], "the old side stays responsible"
    arrived = url.replace(HERE_CODE, STREET_CODE)
    tasks = street.get(f"/t/{STREET_CODE}/").page.select(".task-list a")
    assert f"{base(STREET_CODE)}/transfers" in {str(task["href"]) for task in tasks}
    assert len(street.get(f"{base(STREET_CODE)}/transfers").page.select("tbody tr")) == 1
    officer(portal, OTHER).get(url.replace(HERE_CODE, OTHER_STREET_CODE), status=404)
    street.post(f"{arrived}/acceptance", {"organization": str(branches[portal.here])}, status=422)
    street.post(f"{arrived}/acceptance", {"organization": str(branches[STREET])}, status=303)
    assert present(portal) == [portal.here], "a yes alone moves nobody"
    deal_with_notes(now=NOW)
    assert present(portal) == [STREET]
    assert NAME in street.get(f"{base(STREET_CODE)}/members").text
    for client, address in ((street, arrived), (secretary, url)):
        assert "大连路街道" in client.get(address).text


def test_a_relation_goes_from_a_street_to_a_community_below_it_or_comes_back_unaccepted(
    portal: Portal, branches: dict[int, uuid.UUID]
) -> None:
    with portal.inside(STREET):
        make_member(branches[STREET], 7, full_name="街干部")
        member_id = db.session.scalars(select(PartyMember.id)).one()
    street, secretary = officer(portal), portal.as_role(Role.COMMUNITY_SECRETARY)
    address = f"{base(STREET_CODE)}/members/{member_id}"
    for is_accepted in (False, True):
        case = send(street, address, to=HERE_CODE, number=f"2026-00{1 + is_accepted}")
        arrived = case.replace(STREET_CODE, HERE_CODE)
        if is_accepted:
            secretary.post(f"{arrived}/acceptance", {"organization": str(branches[portal.here])}, status=303)
        else:
            secretary.post(f"{arrived}/return", {"reason": "本人不在我社区居住"}, status=303)
        deal_with_notes(now=NOW)
    states = [str(row.state) for row in _cases(STREET)]
    assert states == ["RETURNED", "IN_ACCEPTED"]
    with reading(scope_of(portal.here)):
        assert "街干部" in set(db.session.scalars(select(PartyMember.full_name)))


def _cases(tenant_id: int) -> list[MemberTransfer]:
    with reading(scope_of(tenant_id)):
        rows = list(db.session.scalars(select(MemberTransfer).order_by(MemberTransfer.id)))
        db.session.expunge_all()
        return rows


def test_a_relation_goes_from_one_street_to_another_by_its_code(portal: Portal, branches: dict[int, uuid.UUID]) -> None:
    with portal.inside(STREET):
        member_id = make_member(branches[STREET], 7, full_name="街干部").id
    address = f"{base(STREET_CODE)}/members/{member_id}"
    there = officer(portal, OTHER)
    data = {"where": "code", "to_code": OTHER_STREET_CODE, "reason": "调到那边工作"}
    url = officer(portal).post(f"{address}/transfer", data, status=303).location
    assert "汇川区 上海路街道" in officer(portal).get(url).text
    there.get(url.replace(STREET_CODE, OTHER_STREET_CODE), status=404)


def test_nothing_above_a_street_takes_anybody_in(portal: Portal, branches: dict[int, uuid.UUID]) -> None:
    """A district has people who work in the portal, and yet no register."""
    portal.person(Role.DISTRICT_OFFICER, tenant_id_for(DISTRICT_CODE, Level.DISTRICT))
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    data = {"where": "code", "to_code": DISTRICT_CODE, "reason": "调到那边工作"}
    assert clerk.post(f"{HERE}/members/{member_in(portal.here)}/transfer", data, status=422).errors()
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
    application = Application("汇川区", "调到那边工作", tenant_id_for(DISTRICT_CODE, Level.DISTRICT))
    with pytest.raises(RuleBroken, match=r"registers\.no_register"), portal.inside():
        member = queries.get_member(member_in(portal.here), tenant_id=portal.here)
        apply_transfer(member.id, application, actor=actor, now=NOW)
    with pytest.raises(RuleBroken, match=r"registers\.not_opened"), portal.inside():
        member = queries.get_member(member_in(portal.here), tenant_id=portal.here)
        apply_transfer(member.id, Application("上海路街道", "调到那边工作", OTHER), actor=actor, now=NOW)


def test_an_ended_street_is_not_offered(portal: Portal) -> None:
    with transaction(NOTHING):
        db.session.get_one(Tenant, STREET).ended_at = NOW
    with reading(NOTHING):
        offered = registers_of_district(THERE_CODE)
    assert offered == [(OTHER_STREET_CODE, "上海路街道"), (HERE_CODE, "大连路街道 和平社区")]
