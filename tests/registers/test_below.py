"""A street's picture of the committees below it, whatever a community has entered above its own."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.registers.models import PartyTerm, TermReminder
from portal.registers.queries.below import CommitteeBelow, committees_below
from portal.registers.rules import OrganizationKind as K
from portal.registers.rules.terms import TermStatus
from portal.tenancy.levels import Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, Scope, reading, scope_of, transaction
from tests.conftest import Portal
from tests.makers import STREET_CODE
from tests.registers.makers import make_many_members, make_organization

TODAY = date(2026, 11, 23)
STREET = tenant_id_for(STREET_CODE, Level.STREET)
BASE = f"/t/{STREET_CODE}/registers"


def below(portal: Portal) -> dict[str, CommitteeBelow]:
    with reading(Scope(read=frozenset({STREET, portal.here}))):
        return {row.name: row for row in committees_below(street_id=STREET, today=TODAY)}


@pytest.fixture
def crowned(portal: Portal) -> Portal:
    """Give a community that has entered the street's working committee above its own committee and a lone branch."""
    with portal.inside():
        street = make_organization("大连路街道党工委", K.WORKING_COMMITTEE)
        top = make_organization("和平社区党委", K.PARTY_COMMITTEE, street.id, elected_on=date(2022, 1, 10))
        branch = make_organization("第一党支部", parent_id=top.id)
        make_many_members(branch.id, 51)
        make_organization("驻区单位党支部", parent_id=street.id, elected_on=date(2022, 3, 1))
    return portal


def test_what_stands_above_a_communitys_own_committee_hides_nothing(crowned: Portal) -> None:
    rows = below(crowned)
    assert set(rows) == {"和平社区党委", "驻区单位党支部"}
    top = rows["和平社区党委"]
    assert (top.status, top.is_due, top.members_all, top.warned_inside) == (TermStatus.DUE_6M, True, 51, 1)
    assert rows["驻区单位党支部"].warned_inside == 0


def test_its_reminder_stays_a_task_of_the_street(crowned: Portal) -> None:
    client = crowned.as_role(Role.STREET_OFFICER, STREET)
    tasks = client.get(f"/t/{STREET_CODE}/").page.select(f'.task-list a[href="{BASE}/below"]')
    assert len(tasks) == 2, "two letters to write, and warnings"
    page = client.get(f"{BASE}/below")
    letters = [str(link["href"]) for link in page.page.select("a[href*='below/letter']")]
    assert len(letters) == 2
    letter = client.get(letters[0])
    client.post(f"{BASE}/below/letters", {"of": letters[0].partition("of=")[2], "sent_on": TODAY.isoformat()})
    with reading(scope_of(STREET)):
        reminded = db.session.scalars(select(TermReminder.term_id)).one()
    with reading(scope_of(crowned.here)):
        first = db.session.scalars(select(PartyTerm.id).order_by(PartyTerm.starts_on)).first()
    assert reminded == first
    assert "和平社区党委" in letter.text


def test_a_towns_committee_entered_above_is_known_by_its_name(portal: Portal) -> None:
    with transaction(NOTHING):
        db.session.get_one(Tenant, STREET).name = "高坪镇"
    with portal.inside():
        town = make_organization("高坪镇党委", K.PARTY_COMMITTEE, elected_on=date(2021, 1, 10))
        make_organization("和平社区党委", K.PARTY_COMMITTEE, town.id, elected_on=date(2022, 1, 10))
    assert set(below(portal)) == {"和平社区党委"}


def test_a_community_that_entered_nothing_but_the_streets_committee_has_none(portal: Portal) -> None:
    with portal.inside():
        make_organization("大连路街道党工委", K.WORKING_COMMITTEE)
    assert below(portal) == {}
