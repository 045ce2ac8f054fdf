"""Lists and pages of care cost the same number of statements for 5 and for 5,000 rows, at most 8."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from portal.accounts.roles import Role
from portal.care.models import (
    CardVersion,
    CareVisit,
    ContactLink,
    DelegateOpinion,
    DutyEntry,
    DutyPost,
    FloatingMember,
    PartyDelegate,
    PublicCard,
    VisitRound,
)
from portal.core.db import db
from portal.core.ids import new_id
from portal.registers.models import PartyMember
from portal.tenancy.scope import bulk_insert
from tests.care.makers import fill
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.registers.makers import make_many_members
from tests.statements import count_statements

MOST = 8
PAGES = (
    "care",
    "care/choice/visit",
    "care/duty-posts",
    "care/duty-posts?q=zsl",
    "care/duty-posts/{duty_post_id}",
    "care/visits",
    "care/visits?late=1",
    "care/visits?q=zsl",
    "care/floating?q=zsl",
    "care/visits/{visit_id}",
    "care/visit-rounds/{visit_round_id}",
    "care/visit-rounds/new",
    "care/floating",
    "care/floating/{floating_id}",
    "care/cards",
    "care/cards/{public_card_id}",
    "care/links",
    "care/links/{link_id}",
    "care/delegates",
    "care/delegates/{delegate_id}",
    "care/opinions",
    "care/opinions/{opinion_id}",
)


@pytest.mark.parametrize("role", [Role.COMMUNITY_SECRETARY, Role.AUDITOR])
def test_lists_cost_the_same_for_5_and_for_5000_rows(portal: Portal, role: Role) -> None:
    ids = fill(portal, portal.here)
    client = portal.as_role(role)
    urls = [f"/t/{HERE_CODE}/{page.format(**ids)}" for page in PAGES if "new" not in page or role is not Role.AUDITOR]
    copies(portal, 4)
    few = [statements(client, url) for url in urls]
    copies(portal, 4995)
    many = [statements(client, url) for url in urls]
    print("\nstatements:", dict(zip(urls, many, strict=True)))
    assert few == many
    assert max(many) <= MOST


def test_the_tasks_of_care_take_one_statement(portal: Portal) -> None:
    fill(portal, portal.here)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.get(f"/t/{HERE_CODE}/")
    with count_statements(db.engine) as seen:
        client.get(f"/t/{HERE_CODE}/")
    assert len([statement for statement in seen if "care_visit" in statement]) == 1


def test_a_round_for_500_members_is_planned_in_few_statements(portal: Portal) -> None:
    from portal.registers.rules import ManagementClass

    ids = fill(portal, portal.here)
    with portal.inside():
        branch = db.session.scalars(select(PartyMember)).first()
        assert branch is not None
        make_many_members(branch.organization_id, 500, first=1000)
        for member in db.session.scalars(select(PartyMember)):
            member.management_class = ManagementClass.VULNERABLE
            member.updated_at += timedelta(seconds=1)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    form = {"occasion": "国庆慰问", "due_on": "2026-11-30"}
    with count_statements(db.engine) as seen:
        page = client.post(f"/t/{HERE_CODE}/care/visit-rounds/new", form, status=303).location
    assert len(seen) < 30, "\n".join(each[:100] for each in seen)
    assert ids
    assert len(client.get(page).page.select("tbody tr")) == 504


def statements(client: Any, url: str) -> int:
    client.get(url)
    with count_statements(db.engine) as seen:
        client.get(url)
    return len(seen)


def copies(portal: Portal, number: int) -> None:
    """Copy a row of each table so many times, each under a member of its own where only one may be."""
    with portal.inside():
        first = db.session.scalars(select(PartyMember).order_by(PartyMember.id)).first()
        assert first is not None
        serials = 10_000 + len(db.session.scalars(select(PartyMember.id)).all())
        make_many_members(first.organization_id, number, first=serials)
        members = db.session.scalars(select(PartyMember.id).order_by(PartyMember.id.desc()).limit(number)).all()
        for model in (DutyEntry, CareVisit, ContactLink, DelegateOpinion):
            _copy(model, number)
        _copy(VisitRound, number, occasion=lambda n: f"节日{serials + n}")
        for model in (FloatingMember, PartyDelegate):
            _copy(model, number, member_id=lambda n: members[n])
        posts = select(DutyPost).where(DutyPost.member_id.is_not(None))
        _copy(DutyPost, number, posts, member_id=lambda n: members[n])
        new_cards = [new_id() for _ in range(number)]
        _copy(PublicCard, number, id=lambda n: new_cards[n], member_id=lambda n: members[n])
        _copy(CardVersion, number, card_id=lambda n: new_cards[n])
    db.session.remove()


def _copy(model: Any, number: int, rows: Any = None, **changed: Any) -> None:
    row = db.session.scalars(rows if rows is not None else select(model).order_by(model.id)).first()
    assert row is not None, model
    values = {column.key: getattr(row, column.key) for column in inspect(model).columns}
    bulk_insert(
        model,
        [{**values, "id": new_id(), **{key: make(n) for key, make in changed.items()}} for n in range(number)],
    )
