"""Rules where people meet them: a reply that is late, seats, a unit's branch, one place, the paper of a short stay."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from portal.accounts.roles import Role
from portal.core.errors import RuleBroken
from portal.registers.facts import read_facts
from portal.registers.rules import MemberType, PartyDate
from portal.registers.rules import OrganizationKind as K
from portal.registers.rules.structure import check_application, is_reply_late
from tests.conftest import Portal
from tests.makers import HERE_CODE, THERE_CODE
from tests.registers.makers import make_id_number, make_many_members, make_member, make_organization
from tests.registers.structure_makers import make_unit

BASE, HOME = f"/t/{HERE_CODE}/registers", f"/t/{HERE_CODE}/"
TODAY = date(2026, 11, 23)
SECRETARY, CLERK = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK
ART_6 = "支部工作条例 art. 6"


@pytest.mark.parametrize(
    ("applied", "replied", "late"),
    [
        pytest.param(date(2026, 10, 23), None, False, id=f"the last day of the month still counts: {ART_6}"),
        pytest.param(date(2026, 10, 22), None, True, id=f"a day more: {ART_6}"),
        pytest.param(date(2026, 1, 1), date(2026, 6, 1), False, id=f"answered, however late: {ART_6}"),
        pytest.param(None, None, False, id="nothing applied for"),
    ],
)
def test_when_a_reply_is_late(applied: date | None, replied: date | None, late: bool) -> None:
    assert is_reply_late(applied, replied, today=TODAY) is late


@pytest.mark.parametrize(
    ("applied", "replied", "code"),
    [
        (TODAY, None, None),
        (TODAY, TODAY, None),
        (date(2026, 11, 24), None, "registers.application_future"),
        (TODAY, date(2026, 11, 24), "registers.reply_future"),
        (TODAY, date(2026, 11, 22), "registers.reply_early"),
        (None, TODAY, "registers.reply_early"),
        (None, None, None),
    ],
)
def test_an_application_comes_before_its_reply(applied: date | None, replied: date | None, code: str | None) -> None:
    """Source: 支部工作条例 art. 6."""
    if code is None:
        check_application(applied, replied, today=TODAY)
        return
    with pytest.raises(RuleBroken) as refused:
        check_application(applied, replied, today=TODAY)
    assert refused.value.code == code


def test_an_application_without_a_reply_is_asked_for_and_then_no_more(portal: Portal) -> None:
    with portal.inside():
        top = make_organization("演示社区党委", K.PARTY_COMMITTEE)
        make_member(make_organization("演示一支部", parent_id=top.id).id)
        top_id = top.id
    client = portal.as_role(SECRETARY)
    data = {"name": "演示花园支部", "kind": "BRANCH", "parent_id": str(top_id), "applied_on": "2026-10-23"}
    url = client.post(f"{BASE}/organizations/new", data, status=303).location
    asked = f'.task-list a[href="{BASE}/checks"]'
    assert "2026年11月23日" in client.get(url).text, "until when the reply is due"
    before = len(client.get(HOME).page.select(asked))
    wrong = client.post(f"{url}/facts", {**data, "replied_on": "2026-10-01"}, status=422)
    assert wrong.page.select("#replied_on-error")
    client.post(f"{url}/facts", {**data, "applied_on": "2026-10-22"}, status=303)
    assert len(client.get(HOME).page.select(asked)) == before + 1
    assert "2026年11月22日" in client.get(f"{BASE}/checks").text
    assert (
        not portal.as_role(SECRETARY, portal.there)
        .get(f"/t/{THERE_CODE}/")
        .page.select(f'a[href="/t/{THERE_CODE}/registers/checks"]')
    )
    client.post(f"{url}/facts", {**data, "applied_on": "2026-10-22", "replied_on": "2026-11-20"}, status=303)
    assert len(client.get(HOME).page.select(asked)) == before
    assert client.get(f"{url}/facts").one("#replied_on")["value"] == "2026-11-20"


@pytest.mark.parametrize(("full", "lines"), [(6, 2), (7, 5)])
def test_the_form_of_an_election_has_the_seats_of_the_rule(portal: Portal, full: int, lines: int) -> None:
    """Source: 支部工作条例 ch. 6: from seven full members a committee of three to five."""
    with portal.inside():
        branch_id = make_organization("演示支部").id
        make_many_members(branch_id, full)
    page = portal.as_role(SECRETARY).get(f"{BASE}/organizations/{branch_id}/terms/new")
    assert len(page.page.select('input[name$="-person"]')) == lines


def test_a_unit_with_three_full_members_needs_a_branch_and_where_it_has_one_they_belong_there(portal: Portal) -> None:
    """Source: 党章 art. 30; 党员教育管理工作条例 art. 25."""
    with portal.inside():
        branch = make_organization("演示一支部")
        unit = make_unit("演示中学", serial=None)
        for serial in (1, 2):
            make_member(branch.id, serial, work_unit="演示中学")
        probationary = {"member_type": MemberType.PROBATIONARY, "full": None, "joined": PartyDate(date(2026, 5, 1))}
        make_member(branch.id, 3, work_unit="演示中学", **probationary)
        unit_id, branch_id = unit.id, branch.id
    client = portal.as_role(SECRETARY)
    url = f"{BASE}/work-units/{unit_id}"
    assert not client.get(url).page.select(".blocked"), "probationary members do not count"
    with portal.inside():
        make_member(branch_id, 4, work_unit="演示中学")
    assert client.get(url).page.select(f'.blocked a[href^="{BASE}/organizations/new"]')
    with portal.inside():
        own = make_organization("演示中学支部", work_unit_ids=(unit_id,))
        make_member(own.id, 5, work_unit="演示中学")
    page = client.get(url).page
    assert not page.select(".blocked")
    assert len(page.select("tbody tr")) == 5
    assert len(page.select("tbody .state")) == 4, "four belong elsewhere and should not"


def test_a_roster_with_two_branches_for_one_member_is_told_so() -> None:
    """Source: 党员教育管理工作条例 art. 25."""
    places = {"演示一支部": uuid.uuid4(), "演示二支部": uuid.uuid4()}
    cells = {"full_name": "张示例", "id_number": make_id_number(1), "member_type": "正式党员", "joined": "2005-07-01"}
    for text, code in (
        ("演示一支部、演示二支部", "registers.one_place"),
        ("演示一支部、没有的支部", "registers.unknown_organization"),
        ("没有的支部", "registers.unknown_organization"),
    ):
        facts, _number, problems = read_facts({**cells, "organization": text}, organizations=places, today=TODAY)
        assert facts is None
        assert [(each.column, each.code) for each in problems] == [("organization", code)]


def test_for_a_short_stay_a_certificate_is_enough(portal: Portal) -> None:
    """Source: practice of letters; 党员教育管理工作条例 art. 25."""
    with portal.inside():
        member_id = make_member(make_organization("演示一支部").id).id
    client = portal.as_role(CLERK)
    url = f"{BASE}/members/{member_id}/transfer"
    data = {"where": "paper", "other_name": "贵阳市演示社区", "reason": "外出务工半年"}
    short = client.post(url, {**data, "back_on": "2027-05-22"}, status=422)
    assert short.page.select("#back_on-error")
    client.post(url, {**data, "back_on": "2027-05-23"}, status=303)
