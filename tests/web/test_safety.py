"""What holds for each answer: headers, tokens, and that looking changes nothing."""

import pytest

from portal.accounts.roles import Role
from portal.web.guard import guard_of
from portal.web.headers import POLICY
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.matrix import address, everything, fill_tenant, routes, rows_of


def test_every_answer_carries_its_headers(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    for url in ("/sign-in", f"/t/{HERE_CODE}/", "/nowhere", "/static/css/portal.css"):
        headers = client.raw("GET", url).headers
        assert headers["Content-Security-Policy"] == POLICY, url
        assert headers["X-Content-Type-Options"] == "nosniff", url
    assert "unsafe" not in POLICY
    private = client.raw("GET", f"/t/{HERE_CODE}/").headers
    assert private["Cache-Control"] == "no-store"
    assert "HX-Request" in private["Vary"]
    cookie = portal.client().raw("GET", "/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_no_form_is_taken_without_its_token(portal: Portal) -> None:
    ids = fill_tenant(portal, portal.here)
    client, before, cells = everything(portal, portal.here), rows_of(portal.here), 0
    for route in routes(portal.app):
        if route.method == "GET":
            continue
        cells += 1
        url = address(route, HERE_CODE, ids)
        for token in ({}, {"csrf_token": "somebody-elses"}):
            assert client.without_token(url, token) == 422, url
    print(f"\nforms without a token on {portal.engine}: {cells} routes")
    assert rows_of(portal.here) == before


def test_looking_changes_nothing(portal: Portal) -> None:
    ids = fill_tenant(portal, portal.here)
    client, before = everything(portal, portal.here), rows_of(portal.here)
    for route in routes(portal.app):
        if route.method == "GET" and "code" in route.rule.arguments:
            client.raw("GET", address(route, HERE_CODE, ids))
    assert rows_of(portal.here) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused_with_a_page_of_ours(portal: Portal, method: str) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    response = client.http.open(f"/t/{HERE_CODE}/", method=method)
    assert 400 <= response.status_code < 500
    assert guard_of(portal.app.view_functions["console.tenant_home"]) is not None
