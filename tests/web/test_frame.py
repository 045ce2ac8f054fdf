"""The frame is kept between requests; nobody may see what belongs to another's."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.rules import MemberStatus, MemberType
from portal.web import frame
from tests.client import Answer, PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_grant, make_user
from tests.registers.makers import make_member, make_organization


def home(client: PortalClient, code: str = HERE_CODE) -> Answer:
    return client.get(f"/t/{code}/")


def signed_in(portal: Portal, name: str, role: Role, tenant_id: int) -> PortalClient:
    user = make_user(name)
    make_grant(user.id, tenant_id, role)
    return portal.client(user)


def places(answer: Answer) -> list[str]:
    return [str(link["href"]) for link in answer.page.select("#main-nav a, #me-menu a")]


def test_each_sees_their_own_name_community_and_places(portal: Portal) -> None:
    people = [
        (signed_in(portal, "张三", Role.COMMUNITY_SECRETARY, portal.here), "张三", HERE_CODE),
        (signed_in(portal, "李四", Role.COMMUNITY_SECRETARY, portal.here), "李四", HERE_CODE),
        (signed_in(portal, "张三", Role.COMMUNITY_SECRETARY, portal.there), "张三", THERE_CODE),
        (signed_in(portal, "张三", Role.OWNER, portal.here), "张三", HERE_CODE),
    ]
    first = [home(client, code) for client, _, code in people]
    again = [home(client, code) for client, _, code in people]
    for answers in (first, again):
        for answer, (_, name, code) in zip(answers, people, strict=True):
            assert answer.one("#me-menu .menu-name").get_text() == name
            assert all(f"/t/{code}" in place for place in places(answer) if place.startswith("/t/"))
    secretary, owner = places(again[0]), places(again[3])
    assert f"/t/{HERE_CODE}/people" in secretary
    assert f"/t/{HERE_CODE}/people" not in owner


def test_each_page_has_its_own_token_and_leads_back_to_itself(portal: Portal) -> None:
    one, two = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.AUDITOR)
    answers = [client.get(f"/t/{HERE_CODE}/people?q={word}") for client in (one, two, one) for word in ("a", "<b>")]
    for answer, word in zip(answers, ("a", "<b>") * 3, strict=True):
        assert {str(field["value"]) for field in answer.page.select("#top input[name=next]")} == {
            f"/t/{HERE_CODE}/people?q={word}"
        }
        assert frame.TOKEN not in answer.text
        assert frame.HERE not in answer.text
    tokens = [str(answer.page.select("#top input[name=csrf_token]")[0]["value"]) for answer in answers]
    assert tokens[0].split(".")[0] == tokens[4].split(".")[0] != tokens[2].split(".")[0]
    assert one.http.post("/language", data={"csrf_token": tokens[0], "locale": "en", "next": "/"}).status_code < 400


@pytest.mark.parametrize("switch", ["/language", "/large-print"])
def test_a_switch_holds_from_the_next_page_on(portal: Portal, switch: str) -> None:
    client, other = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_SECRETARY)
    before = home(client).one("#top").get_text()
    client.post(switch, {"locale": "en", "on": "1", "next": "/"})
    after = home(client).one("#top")
    changed = after.get_text() != before if switch == "/language" else after.select_one("[aria-pressed=true]")
    assert changed
    assert home(other).one("#top").get_text() == before


MEMBERS = f"/t/{HERE_CODE}/registers/members"


@pytest.fixture
def branch_id(portal: Portal) -> uuid.UUID:
    """A branch with one member."""
    with portal.inside():
        branch = make_organization()
        make_member(branch.id, 1, full_name="甲")
        branch_id: uuid.UUID = branch.id
    return branch_id


def test_a_kept_page_is_each_reader_s_own(portal: Portal, branch_id: uuid.UUID) -> None:
    secretary = signed_in(portal, "张三", Role.COMMUNITY_SECRETARY, portal.here)
    auditor = signed_in(portal, "李四", Role.AUDITOR, portal.here)
    _first, *later = [client.get(MEMBERS) for client in (secretary, auditor, secretary, auditor)]
    names = [str(answer.one("#me-menu .menu-name").get_text()) for answer in later]
    assert names == ["李四", "张三", "李四"]
    assert ["members/new" in str(answer.page) for answer in later] == [False, True, False]
    tokens = [{str(field["value"]) for field in answer.page.select("input[name=csrf_token]")} for answer in later]
    (theirs,), (own,), _again = tokens
    assert theirs.split(".")[0] != own.split(".")[0]
    for mark in (frame.TOKEN, frame.HERE, frame.BODY):
        assert not any(mark in str(answer.page) for answer in later)
    asked = [secretary.http.post(f"{MEMBERS}/search", data={"csrf_token": each, "q": "甲"}) for each in (own, theirs)]
    assert [answer.status_code for answer in asked] == [303, 422]


def test_a_kept_page_says_what_holds_now(portal: Portal, branch_id: uuid.UUID) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    seen = []
    for change in ("nothing", "nobody", "member", "type", "name", "standing"):
        with portal.inside():
            _change(branch_id, change, portal.here)
        answer = client.get(MEMBERS)
        seen.append((answer.text, [option.get_text() for option in answer.page.select("#filter-branch option")]))
    texts, options = [each[0] for each in seen], [each[1][1] for each in seen]
    assert options == [f"演示第一党支部 ({n})" for n in (1, 1, 2, 2)] + ["改了名的支部 (2)", "改了名的支部 (1)"]
    assert texts[0] == texts[1]
    assert "乙" not in texts[1]
    assert all("乙" in each for each in texts[2:5])
    assert "改了名的支部" in texts[4]
    assert len(set(texts)) == 5


def _change(branch_id: uuid.UUID, change: str, tenant_id: int) -> None:
    if change == "member":
        make_member(branch_id, 2, full_name="乙")
    branch = db.session.get_one(PartyOrganization, (tenant_id, branch_id))
    if change == "name":
        branch.name, branch.updated_at = "改了名的支部", NOW + timedelta(hours=1)
    member = db.session.scalars(select(PartyMember).order_by(PartyMember.id.desc())).first()
    assert member is not None
    if change == "type":
        member.member_type, member.updated_at = MemberType.PROBATIONARY, NOW + timedelta(hours=1)
    if change == "standing":
        member.status, member.updated_at = MemberStatus.TRANSFERRED, NOW + timedelta(hours=2)


def test_what_is_said_once_is_not_kept(portal: Portal, branch_id: uuid.UUID) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    for said in ("eins", None, "zwei", None):
        if said:
            with client.http.session_transaction() as session:
                session["_flashes"] = [("success", said)]
        words = client.get(MEMBERS).one("#flash").get_text().strip()
        assert words.removeprefix("已完成") == (said or "")


def test_a_kept_page_follows_the_switches(portal: Portal, branch_id: uuid.UUID) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    chinese = client.get(MEMBERS)
    client.http.set_cookie("linli_language", "en")
    english = client.get(MEMBERS)
    client.http.set_cookie("linli_large_print", "1")
    large = client.get(MEMBERS)
    assert (chinese.one("html")["lang"], english.one("html")["lang"]) == ("zh-Hans", "en")
    assert "Search" in english.text
    assert "Search" not in chinese.text
    assert not english.page.select("html.large-print")
    assert large.page.select("html.large-print")


def test_few_pages_are_kept(portal: Portal, branch_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "MOST_PAGES", 2)
    for name in ("甲某", "乙某", "丙某", "丁某"):
        answer = signed_in(portal, name, Role.COMMUNITY_SECRETARY, portal.here).get(MEMBERS)
        assert answer.one("#me-menu .menu-name").get_text() == name
        assert len(frame._pages) <= 2
