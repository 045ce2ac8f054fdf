"""One person's looks at what is covered: counted, limited, and each refusal on record."""

import ast
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.rules import LOOKS_A_DAY, LOOKS_AN_HOUR, reached_limit
from portal.audit.tags import LOOKS, AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.tenancy.scope import bulk_insert
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_member, make_organization

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
PORTAL = Path(__file__).parents[2] / "portal"
MOBILE = "19900000007"


@pytest.mark.parametrize(
    ("looks", "code", "goes_on"),
    [
        pytest.param([NOW] * (LOOKS_AN_HOUR - 1), None, None, id="the last of an hour"),
        pytest.param([NOW] * LOOKS_AN_HOUR, "hour", NOW + HOUR, id="one more"),
        pytest.param([NOW] * 59 + [NOW - HOUR], None, None, id="the first is an hour old"),
        pytest.param([NOW] * 59 + [NOW - HOUR + MINUTE], "hour", NOW + MINUTE, id="a minute less"),
        pytest.param([NOW] * 5 + [NOW - MINUTE] * 60, "hour", NOW - MINUTE + HOUR, id="more than the limit"),
        pytest.param([NOW - 2 * HOUR] * (LOOKS_A_DAY - 1), None, None, id="the last of a day"),
        pytest.param([NOW - 2 * HOUR] * LOOKS_A_DAY, "day", NOW - 2 * HOUR + DAY, id="one more than that"),
        pytest.param([NOW] * 60 + [NOW - 2 * HOUR] * 140, "day", NOW - 2 * HOUR + DAY, id="both: the longer wait"),
        pytest.param([NOW - 2 * HOUR] * 199 + [NOW - DAY], None, None, id="the first is a day old"),
    ],
)
def test_the_last_look_that_is_allowed_and_the_first_that_is_not(
    looks: list[datetime], code: str | None, goes_on: datetime | None
) -> None:
    reached = reached_limit(looks, now=NOW)
    told = (None, None) if reached is None else (reached[0].code.removeprefix("audit.looks_of_"), reached[1])
    assert told == (code, goes_on)


def enter_looks(portal: Portal, person: UserAccount, number: int, *, at: datetime, tenant_id: int = 0) -> None:
    row = {
        "tag": AuditTag.OWNER_REVEAL.value,
        "actor_id": person.id,
        "subject_type": "owner",
        "subject_id": "-",
        "changes": {},
        "request_id": "-",
        "address": "-",
        "at": at,
    }
    with portal.inside(tenant_id or portal.here):
        bulk_insert(AuditEvent, [{**row, "id": new_id()} for _ in range(number)])


def events(portal: Portal, tag: AuditTag) -> list[AuditEvent]:
    with portal.inside():
        return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


def a_member(portal: Portal) -> str:
    with portal.inside():
        return f"/t/{HERE_CODE}/registers/members/{make_member(make_organization().id, 7).id}/reveals/mobile"


def test_the_sixty_first_look_of_an_hour_is_refused_recorded_and_possible_later(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, secretary = a_member(portal), portal.as_role(Role.COMMUNITY_SECRETARY)
    person, other = portal.person(Role.COMMUNITY_SECRETARY), portal.person(Role.COMMUNITY_CLERK)
    enter_looks(portal, person, LOOKS_AN_HOUR - 1, at=NOW - 10 * MINUTE)
    enter_looks(portal, other, LOOKS_AN_HOUR, at=NOW)
    assert MOBILE in secretary.post(url, {"reason": "核对电话"}).text
    refused = secretary.post(url, {"reason": "再核对电话"}, status=422)
    assert MOBILE not in refused.text
    said = refused.one(".field-error").get_text()
    assert "60" in said
    assert "2026-11-23 10:50" in said
    assert len(events(portal, AuditTag.MEMBER_REVEAL)) == 1
    (event,) = events(portal, AuditTag.LOOK_REFUSE)
    assert (event.actor_id, event.subject_type, event.changes["looks"]) == (person.id, "party_member", [None, 60])
    assert event.changes["reason"] == [None, "再核对电话"], "what was wanted and why stands there, too"
    trail = secretary.get(f"/t/{HERE_CODE}/audit-log?area=accounts").text
    assert "再核对电话" in trail
    monkeypatch.setattr(clock, "now", lambda: NOW + 50 * MINUTE)
    assert MOBILE in secretary.post(url, {"reason": "核对电话"}).text


def test_two_hundred_looks_are_a_day_and_those_elsewhere_do_not_count(portal: Portal) -> None:
    url, secretary = a_member(portal), portal.as_role(Role.COMMUNITY_SECRETARY)
    person = portal.person(Role.COMMUNITY_SECRETARY)
    enter_looks(portal, person, LOOKS_A_DAY, at=NOW - 5 * HOUR, tenant_id=portal.there)
    enter_looks(portal, person, LOOKS_A_DAY - 1, at=NOW - 5 * HOUR)
    secretary.post(url, {"reason": "核对电话"})
    refused = secretary.post(url, {"reason": "核对电话"}, status=422)
    assert any("2026-11-24 05:00" in each for each in refused.errors())


def test_looks_at_the_same_moment_count_each_other(portal: Portal) -> None:
    url, person = a_member(portal), portal.person(Role.COMMUNITY_SECRETARY)
    enter_looks(portal, person, LOOKS_AN_HOUR - 1, at=NOW)
    clients = [portal.as_role(Role.COMMUNITY_SECRETARY) for _ in range(6)]
    together = threading.Barrier(len(clients))
    statuses: list[int] = []

    def look(client: PortalClient) -> None:
        with portal.app.app_context():
            together.wait()
            statuses.append(client.status("POST", url, {"reason": "核对电话"}))

    threads = [threading.Thread(target=look, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [422] * (len(clients) - 1)
    assert len(events(portal, AuditTag.MEMBER_REVEAL)) == 1


def test_every_look_goes_through_the_limit() -> None:
    """Each tag of a look is handed to record_look() alone, and no look has a tag that is not counted."""
    named = {tag for tag in AuditTag if tag.value.endswith(":reveal")}
    assert named <= LOOKS
    handed: dict[str, set[str]] = {}
    for path in PORTAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            tag = node.args[0] if isinstance(node, ast.Call) and node.args else None
            if isinstance(node, ast.Call) and isinstance(tag, ast.Attribute) and ast.unparse(tag.value) == "AuditTag":
                handed.setdefault(ast.unparse(tag), set()).add(ast.unparse(node.func))
    assert {tag: handed[f"AuditTag.{tag.name}"] for tag in LOOKS} == {tag: {"record_look"} for tag in LOOKS}
