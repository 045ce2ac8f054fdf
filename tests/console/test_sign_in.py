"""Signing in, out, and the password; counted tries."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.db import db
from portal.tenancy.levels import PLATFORM_ID
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, PASSWORD, make_grant, make_user


def test_a_secretary_signs_in_and_lands_in_her_community(portal: Portal) -> None:
    user = make_user(user_name="shuji")
    make_grant(user.id, portal.here, Role.COMMUNITY_SECRETARY)
    client = portal.client()
    client.get("/", status=302)
    answer = client.post("/sign-in", {"name": "shuji", "password": PASSWORD}, status=303)
    assert answer.location == "/"
    assert client.get("/", status=302).location == f"/t/{HERE_CODE}/"
    page = client.get(f"/t/{HERE_CODE}/")
    assert "和平社区" in page.text
    client.post("/sign-out", status=303)
    assert "/sign-in" in client.get(f"/t/{HERE_CODE}/", status=303).location
    with portal.inside(PLATFORM_ID):
        tags = list(db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))
    assert tags == ["accounts:sign-in:succeed", "accounts:sign-in:end"]


def test_sign_in_works_with_the_mobile_number(portal: Portal) -> None:
    make_user(user_name="shuji", mobile="13812345678")
    portal.client().post("/sign-in", {"name": "13812345678", "password": PASSWORD}, status=303)


@pytest.mark.parametrize(("name", "password"), [("shuji", "wrong-password"), ("nobody", PASSWORD)])
def test_unknown_name_and_wrong_password_get_the_same_answer(portal: Portal, name: str, password: str) -> None:
    make_user(user_name="shuji")
    answer = portal.client().post("/sign-in", {"name": name, "password": password}, status=422)
    assert len(answer.errors()) == 1
    with portal.inside(PLATFORM_ID):
        tags = list(db.session.scalars(select(AuditEvent.tag)))
    assert tags == ["accounts:sign-in:fail"]


def test_the_sixth_wrong_try_is_refused_and_a_quarter_of_an_hour_heals_it(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(user_name="shuji")
    for _ in range(5):
        portal.client().post("/sign-in", {"name": "shuji", "password": "wrong-password"}, status=422)
    portal.client().post("/sign-in", {"name": "shuji", "password": PASSWORD}, status=429)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=15))
    portal.client().post("/sign-in", {"name": "shuji", "password": PASSWORD}, status=303)


def test_a_new_password_ends_other_sessions(portal: Portal) -> None:
    user = make_user(user_name="shuji")
    make_grant(user.id, portal.here, Role.COMMUNITY_SECRETARY)
    here, elsewhere = portal.client(user), portal.client(user)
    elsewhere.get(f"/t/{HERE_CODE}/")
    form = {"old_password": PASSWORD, "password": "dalian-lu-88", "again": "dalian-lu-88"}
    here.post("/password", form, status=303)
    here.get(f"/t/{HERE_CODE}/")
    assert "/sign-in" in elsewhere.get(f"/t/{HERE_CODE}/", status=303).location


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https:evil.example", "/\tevil", "javascript:1"])
def test_nobody_is_sent_to_another_site_after_signing_in(portal: Portal, back: str) -> None:
    make_user(user_name="shuji")
    client = portal.client()
    answer = client.post("/sign-in", {"name": "shuji", "password": PASSWORD}, status=303, query_string={"next": back})
    assert answer.location == "/"


def test_somebody_without_a_role_here_finds_nothing(portal: Portal) -> None:
    """The page of jobs is as unknown to them as one of a tenant that does not exist."""
    client = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    foreign = client.get(f"/t/{HERE_CODE}/jobs", status=404)
    unknown = client.get("/t/999999999999/jobs", status=404)
    assert foreign.response.get_data() == unknown.response.get_data()


def test_large_print_and_language_stay_on_the_page(portal: Portal) -> None:
    client = portal.client()
    assert client.post("/large-print", {"next": "/sign-in", "on": "1"}, status=303).location == "/sign-in"
    page = client.get("/sign-in").page
    assert page.html is not None
    assert "large-print" in page.html["class"]
    client.post("/language", {"next": "/sign-in", "locale": "en"}, status=303)
    assert "Sign in" in client.get("/sign-in").text
