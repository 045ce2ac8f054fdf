"""The frame is kept between requests; nobody may see what belongs to another's."""

import pytest

from portal.accounts.roles import Role
from portal.web import frame
from tests.client import Answer, PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, THERE_CODE, make_grant, make_user


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
