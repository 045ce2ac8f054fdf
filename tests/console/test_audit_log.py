"""The trail as people read it: in words, narrowed, page by page, of this tenant only."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.console.field_texts import FIELD_TEXTS
from portal.console.tag_texts import AREAS, TAG_TEXTS, tags_of
from portal.console.trail_words import CODES, told, value_text
from portal.core.db import db
from portal.core.ids import new_id
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import bulk_insert
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, STREET_CODE
from tests.matrix import fill_tenant
from tests.statements import count_statements

LOG = f"/t/{HERE_CODE}/audit-log"


def make_events(portal: Portal, count: int, **facts: object) -> None:
    """Write events straight into the trail: 5,000 commands would take minutes."""
    row = {
        "tag": AuditTag.ROLE_GRANT.value,
        "actor_id": None,
        "actor_role": None,
        "subject_type": "role_grant",
        "subject_id": "1",
        "changes": {},
        "request_id": "-",
        "address": "-",
        "at": NOW,
        **facts,
    }
    tenant_id = facts.pop("tenant_id", None)
    row.pop("tenant_id", None)
    with portal.inside(tenant_id):  # type: ignore[arg-type]
        bulk_insert(AuditEvent, [{**row, "id": new_id()} for _ in range(count)])


def lines(answer: object) -> list[str]:
    return [row.th.get_text(strip=True) for row in answer.page.select("tbody tr")]  # type: ignore[attr-defined]


def test_every_tag_and_area_has_words() -> None:
    assert set(TAG_TEXTS) == set(AuditTag)
    assert {tag.value.partition(":")[0] for tag in AuditTag} == set(AREAS)
    assert len({str(text) for text in TAG_TEXTS.values()}) == len(AuditTag)


def test_an_area_gives_its_tags_and_nonsense_gives_all() -> None:
    assert AuditTag.TENANTS_IMPORT.value in tags_of("tenancy")
    assert AuditTag.ROLE_GRANT.value not in tags_of("tenancy")
    assert tags_of("'; drop table") == ()


def test_an_event_is_told_in_words(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    boss = portal.person(Role.COMMUNITY_SECRETARY)
    changes = {
        "role": [None, "community_clerk"],
        "starts_at": [None, "2026-11-23T02:00:00+00:00"],
        "name": ["甲", "乙"],
    }
    make_events(portal, 1, actor_id=boss.id, actor_role=Role.COMMUNITY_SECRETARY, changes=changes)
    make_events(portal, 1, tag=AuditTag.TENANT_RENAME.value)
    client.http.set_cookie("linli_language", "en")
    page = client.get(LOG)
    assert lines(page) == ["Renamed a division", "Gave a role"]
    assert "The portal itself" in page.text
    for words in (boss.name, "Role: Community clerk", "23/11/2026, 10:00", "Name: 甲 → 乙"):
        assert words in page.text
    assert "accounts:role:grant" not in page.text


def test_the_trail_of_another_tenant_is_not_shown(portal: Portal) -> None:
    make_events(portal, 3, tenant_id=portal.there)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    assert client.get(LOG).one(".empty")
    street = get_tenant(STREET_CODE).id
    make_events(portal, 3)
    auditor = portal.as_role(Role.AUDITOR, street)
    assert auditor.get(f"/t/{STREET_CODE}/audit-log").one(".empty")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COMMUNITY_SECRETARY, 200),
        (Role.AUDITOR, 200),
        (Role.COMMUNITY_CLERK, 403),
        (Role.OWNER, 403),
        (Role.VISITOR, 404),
    ],
)
def test_who_reads_the_trail(portal: Portal, role: Role, status: int) -> None:
    portal.as_role(role).get(LOG, status=status)


def test_area_person_and_days_narrow_it(portal: Portal) -> None:
    boss = portal.person(Role.COMMUNITY_SECRETARY)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    make_events(portal, 1, actor_id=boss.id)
    make_events(portal, 2, tag=AuditTag.ROUND_OPEN.value, at=NOW - timedelta(days=3))
    for query, count in (
        ("", 3),
        ("area=scoring", 2),
        ("area=accounts", 1),
        (f"person={boss.name}", 1),
        (f"person={boss.user_name.upper()}", 1),
        ("person=无此人", 0),
        ("since=2026-11-23", 1),
        ("until=2026-11-22", 2),
        ("since=2026-11-20&until=2026-11-20", 2),
        ("since=2026-11-21&until=2026-11-22", 0),
        ("since=nonsense", 3),
    ):
        assert len(lines(client.get(f"{LOG}?{query}"))) == count, query


def test_pages_follow_each_other_without_gap_or_repeat(portal: Portal) -> None:
    make_events(portal, 120, at=NOW)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    seen: list[str] = []
    url = f"{LOG}?area=accounts"
    for size in (50, 50, 20):
        page = client.get(url)
        ids = [row["id"] for row in page.page.select("tbody tr")]
        assert len(ids) == size
        seen += ids
        older = page.page.select("a[rel=next]")
        url = older[0]["href"] if older else ""
    assert url == ""
    assert len(set(seen)) == 120
    assert client.get(f"{LOG}?before=nonsense").status == 200


def test_as_many_statements_for_five_events_as_for_five_thousand(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    make_events(portal, 5)
    client.get(LOG)
    with count_statements(db.engine) as few:
        client.get(LOG)
    make_events(portal, 5000)
    with count_statements(db.engine) as many:
        client.get(LOG)
    assert len(few) == len(many) <= 8, many


@pytest.mark.parametrize(
    ("tag", "field", "value", "words"),
    [
        ("accounts:role:grant", "role", "owner", "Owner"),
        ("accounts:role:grant", "role", "no such role", "no such role"),
        ("accounts:role:grant", "ends_at", None, "nothing"),
        ("accounts:role:grant", "ends_at", "soon", "soon"),
        ("desk:batch:stage", "rows", 3, "3"),
        ("desk:batch:upload", "kind", "members", "Roster of party members"),
        ("care:sensitive:reveal", "field", "health", "State of health"),
        ("reporting:report:accept", "state", "accepted", "Report accepted"),
        ("scoring:round:open", "state", "OPEN", "open for scoring"),
        ("care:delegate:end", "state", "ended", "Office ended"),
        ("care:floating:end", "state", "ended", "Entry closed"),
        ("registers:term:begin", "posts", "DEPUTY_SECRETARY 王一", "Deputy secretary 王一"),
        ("reporting:service:log", "half_hours", 3, "1.5 hours"),
        ("estates:ownership:create", "share", 3333, "33.33 %"),
        ("care:visit:plan", "due_on", "2026-11-30", "Monday 30/11/2026"),
        ("notices:notice:publish", "fingerprint", "ab" * 32, "abababababab…"),
        ("desk:export:start", "in_clear", True, "yes"),
    ],
)
def test_values_are_read_as_people_read_them(portal: Portal, tag: str, field: str, value: object, words: str) -> None:
    with portal.app.test_request_context(headers={"Cookie": "linli_language=en"}):
        assert value_text(tag, field, value) == words


def test_keys_of_rows_and_what_stayed_empty_are_left_out(portal: Portal) -> None:
    key = "01a20275-1bad-7454-9a9d-7e94cf3b98e6"
    changes = {"case_id": [None, key], "owner": [[key], [key.replace("-", "")]], "reason": ["", None], "rows": [0, 7]}
    with portal.app.test_request_context(headers={"Cookie": "linli_language=en"}):
        assert list(told("desk:batch:stage", changes)) == ["Rows: 0 → 7"]


def test_the_trail_of_all_that_can_be_done_shows_no_code(portal: Portal) -> None:
    fill_tenant(portal, portal.here)
    lines_of = {}
    with portal.app.test_request_context(headers={"Cookie": "linli_language=en"}), portal.inside():
        for event in db.session.scalars(select(AuditEvent)):
            lines_of[event.tag] = list(told(event.tag, event.changes))
    code = re.compile(r"[a-z]_[a-z]|[0-9a-f]{32}|\b[A-Z]{4,}\b")
    raw = {line for lines in lines_of.values() for line in lines if code.search(line)}
    assert len(lines_of) >= 60
    assert raw == set()


def test_every_field_that_a_command_records_has_words() -> None:
    keys = {"case_id", "member_id", "post_id"}
    said = {key for path in Path("portal").glob("*/**/*.py") for key in _pairs(ast.parse(path.read_text("utf-8")))}
    assert said - set(FIELD_TEXTS) - keys - {"changes", "member_columns"} == set()
    assert {tag.value.rpartition(":")[0] for tag in AuditTag} >= set(CODES)


def _pairs(tree: ast.AST) -> set[str]:
    """Give the keys of dictionaries whose values are lists of two: the state before and after."""
    return {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
        if isinstance(value, ast.List) and len(value.elts) == 2
    }
