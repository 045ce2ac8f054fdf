"""The public pages of notices: open to anybody, true to what was posted, silent about all else."""

import uuid
from datetime import timedelta

import pytest

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import db
from portal.notices import commands, queries
from portal.notices.models import PublicNotice
from portal.notices.rules import NoticeBody
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, STREET_CODE, THERE_CODE, make_actor
from tests.notices.test_commands import DRAFT
from tests.statements import count_statements

HERE = f"/t/{HERE_CODE}/notices"


def publish(portal: Portal, tenant_id: int | None = None) -> PublicNotice:
    actor = make_actor(tenant_id or portal.here, Role.COMMUNITY_SECRETARY, name="周书记")
    with portal.inside(tenant_id):
        return commands.publish_notice(DRAFT, actor=actor, now=NOW)


def test_anybody_reads_a_notice_without_signing_in(portal: Portal) -> None:
    notice = publish(portal)
    page = portal.client().get(f"{HERE}/{notice.id}")
    article = page.one("article.notice")
    assert article.select_one("h1").get_text(strip=True) == DRAFT.title  # type: ignore[union-attr]
    assert [row.get_text(" ", strip=True) for row in article.select("tbody tr")] == ["1栋 9:00"]
    for words in ("2026年11月23日", "2026年11月30日", "24时", DRAFT.objection, DRAFT.issuer, notice.fingerprint):
        assert words in article.get_text()
    assert len(article.select("details li")) == 4


def test_it_says_nothing_about_who_pressed_the_button(portal: Portal) -> None:
    notice = publish(portal)
    page = portal.client().get(f"{HERE}/{notice.id}").text
    assert "周书记" not in page
    assert str(notice.issued_by) not in page


def test_after_its_end_it_no_longer_shows_the_facts(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = publish(portal)
    monkeypatch.setattr(clock, "now", lambda: notice.ends_at)
    answer = portal.client().get(f"{HERE}/{notice.id}")
    assert not answer.page.select("article.notice table")
    assert "9:00" not in answer.text
    assert DRAFT.title not in portal.client().get(HERE).text


def test_taken_back_it_says_so_and_why(portal: Portal) -> None:
    notice = publish(portal)
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        commands.withdraw_notice(notice, reason="时间有变", actor=actor, now=NOW)
    answer = portal.client().get(f"{HERE}/{notice.id}")
    assert "时间有变" in answer.text
    assert not answer.page.select("article.notice table")


def test_a_changed_text_is_noticed(portal: Portal) -> None:
    notice = publish(portal)
    assert not portal.client().get(f"{HERE}/{notice.id}").page.select("[role=alert]")
    with portal.inside():
        row = queries.get_notice(notice.id)
        row.body = NoticeBody(("别的内容。",)).to_data()
    assert portal.client().get(f"{HERE}/{notice.id}").one("[role=alert]")


def test_the_code_is_a_picture_of_the_address(portal: Portal) -> None:
    notice = publish(portal)
    response = portal.client().get(f"{HERE}/{notice.id}/qr-code").response
    assert response.content_type == "image/svg+xml"
    assert response.data.startswith(b"<svg")
    assert b"style=" not in response.data


def test_each_community_shows_its_own_notices_at_its_own_address(portal: Portal) -> None:
    ours, theirs = publish(portal), publish(portal, portal.there)
    client = portal.client()
    links = [a["href"] for a in client.get(HERE).page.select("table a")]
    assert links == [f"{HERE}/{ours.id}"]
    unknown = client.get(f"{HERE}/{uuid.uuid4()}", status=404).response.data
    assert client.get(f"{HERE}/{theirs.id}", status=404).response.data == unknown
    client.get(f"/t/{THERE_CODE}/notices/{ours.id}", status=404)
    client.get(f"/t/{STREET_CODE}/notices/{ours.id}", status=404)
    client.get(f"{HERE}/{theirs.id}/qr-code", status=404)


@pytest.mark.parametrize("many", [5, 200])
def test_the_public_list_costs_one_statement_for_any_number(portal: Portal, many: int) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        for number in range(many):
            commands.publish_notice(DRAFT, actor=actor, now=NOW - timedelta(minutes=number))
    client = portal.client()
    client.get(HERE)
    with count_statements(db.engine) as statements:
        assert len(client.get(HERE).page.select("tbody tr")) == many
    assert len(statements) <= 2, statements
