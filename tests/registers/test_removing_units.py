"""A work unit entered by mistake goes out again, unless something hangs on it, which is named."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.registers.commands.links import NewLink, create_link
from portal.registers.commands.organizations import create_organization
from portal.registers.commands.units import create_unit, remove_unit
from portal.registers.models import PartyMember, WorkUnit
from portal.registers.models.structure import WorkUnitPast
from portal.registers.organization_facts import NewOrganization, UnitFacts
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import OrganizationCategory
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor, stranger
from tests.registers.makers import make_member, make_organization
from tests.registers.structure_makers import make_post

BASE = f"/t/{HERE_CODE}/registers/work-units"
LATER = NOW + timedelta(hours=1)
CLERK = Role.COMMUNITY_CLERK


@pytest.fixture
def unit_id(portal: Portal) -> uuid.UUID:
    """Give a unit that a member writes as the place of work."""
    with portal.inside():
        make_member(make_organization().id, 1, work_unit="演示中学")
        facts = UnitFacts("演示中学", is_resident=True)
        return create_unit(facts, actor=stranger(portal.here), now=NOW - timedelta(days=1)).id


def units(portal: Portal) -> list[uuid.UUID]:
    with reading(scope_of(portal.here)):
        return list(db.session.scalars(select(WorkUnit.id)))


def test_a_unit_entered_by_mistake_goes_with_its_reason_and_members_keep_the_name(
    portal: Portal, unit_id: uuid.UUID
) -> None:
    client = portal.as_role(CLERK)
    page = client.get(str(client.get(f"{BASE}/{unit_id}").one('a[href$="/remove"]')["href"]))
    assert not page.page.select(".blocked")
    assert client.post(f"{BASE}/{unit_id}/remove", {"reason": ""}, status=422).errors()
    assert units(portal) == [unit_id]
    after = client.post(f"{BASE}/{unit_id}/remove", {"reason": "与另一家重名，录错了"}, status=303)
    assert units(portal) == []
    assert "演示中学" in client.get(after.location).text, "a name without a unit again"
    client.get(f"{BASE}/{unit_id}", status=404)
    with reading(scope_of(portal.here)):
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.WORK_UNIT_REMOVE)).one()
        assert event.changes == {"removed": ["演示中学", None], "reason": [None, "与另一家重名，录错了"]}
        assert db.session.scalars(select(WorkUnitPast.name)).all() == ["演示中学"], "what it was stays in its past"
        assert db.session.scalars(select(PartyMember.work_unit)).all() == ["演示中学"]


def _organization(unit_id: uuid.UUID) -> None:
    new = NewOrganization(
        "演示中学党支部", OrganizationKind.BRANCH, category=OrganizationCategory.ORGAN, work_unit_ids=(unit_id,)
    )
    create_organization(new, actor=stranger(0), now=NOW)


def _post(unit_id: uuid.UUID) -> None:
    top = make_organization("演示社区党委", OrganizationKind.PARTY_COMMITTEE)
    top.is_greater_committee, top.updated_at = True, LATER
    db.session.flush()
    post = make_post(top.id, PostKind.PART_TIME_MEMBER, "兼职示例", work_unit_id=unit_id)
    post.until_on, post.updated_at = date(2026, 2, 1), LATER


def _link(_unit_id: uuid.UUID) -> None:
    create_link(
        NewLink("演示中学", date(2026, 1, 1), full_name="双示例", mobile="19900000009"), actor=stranger(0), now=NOW
    )


@pytest.mark.parametrize(
    ("hang", "words"), [(_organization, "党组织"), (_post, "任职"), (_link, "第二归属")], ids=["branch", "post", "link"]
)
def test_what_hangs_on_it_is_named_and_keeps_it(
    portal: Portal, unit_id: uuid.UUID, hang: Callable[[uuid.UUID], Any], words: str
) -> None:
    with portal.inside():
        hang(unit_id)
    client = portal.as_role(CLERK)
    page = client.get(f"{BASE}/{unit_id}/remove")
    assert words in page.one(".blocked").get_text()
    assert not page.page.select("main form[method=post]")
    client.post(f"{BASE}/{unit_id}/remove", {"reason": "录错了"}, status=422)
    with portal.inside(), pytest.raises(RuleBroken, match=r"desk\.hangs"):
        remove_unit(unit_id, reason="录错了", actor=make_actor(portal.here, CLERK), now=LATER)
    assert units(portal) == [unit_id]


def test_nobody_removes_what_they_may_not_change_or_what_is_another_communitys(
    portal: Portal, unit_id: uuid.UUID
) -> None:
    auditor = portal.as_role(Role.AUDITOR)
    assert not auditor.get(f"{BASE}/{unit_id}").page.select('a[href$="/remove"]')
    auditor.post(f"{BASE}/{unit_id}/remove", {"reason": "录错了"}, status=403)
    with portal.inside(portal.there), pytest.raises(NotFound):
        remove_unit(unit_id, reason="录错了", actor=make_actor(portal.there, CLERK), now=LATER)
    assert units(portal) == [unit_id]
