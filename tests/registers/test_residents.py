"""The residents' committee's term: it ends after five years, and is reminded of six months before."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.roles import Role
from portal.registers.commands.terms import end_post
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import PostKind
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor
from tests.registers.makers import make_member, make_organization
from tests.registers.structure_makers import make_post

BASE = f"/t/{HERE_CODE}/registers"


@pytest.mark.parametrize(
    ("elected_on", "ends_on", "is_over"),
    [
        (date(2021, 11, 23), "2026年11月23日", True),
        (date(2021, 11, 24), "2026年11月24日", False),
        (date(2022, 5, 23), "2027年5月23日", False),
        (date(2022, 5, 24), None, False),
    ],
    ids=["five years ago: 居委会组织法 art. 8", "it ends tomorrow: art. 8", "six months ahead", "a day more"],
)
def test_the_term_is_on_the_page_and_among_the_tasks(
    portal: Portal, elected_on: date, ends_on: str | None, is_over: bool
) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        top = make_organization("演示社区党委", OrganizationKind.PARTY_COMMITTEE)
        make_member(make_organization(parent_id=top.id).id, 1)
        make_post(top.id, PostKind.RESIDENTS_DIRECTOR, "居委主任", from_on=elected_on)
        make_post(top.id, PostKind.RESIDENTS_MEMBER, "后来补选", from_on=date(2025, 3, 1))
        before = make_post(top.id, PostKind.RESIDENTS_MEMBER, "前任", from_on=date(2016, 1, 1))
        end_post(before.id, until_on=date(2021, 1, 1), reason="换届", actor=actor, now=NOW)
        url = f"{BASE}/organizations/{top.id}"
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    findings = " ".join(
        each.get_text() for each in client.get(url).page.select('[aria-labelledby="findings-title"] li')
    )
    tasks = client.get(f"/t/{HERE_CODE}/").page.select(f'a[href="{url}"]')
    if ends_on is None:
        assert "2027" not in findings
        assert not tasks
        return
    assert ends_on in findings
    [task] = tasks
    assert bool(task.find_parent("section", class_="tasks-overdue")) is is_over
