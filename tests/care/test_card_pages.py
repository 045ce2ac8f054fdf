"""The public card as people walk it: what the public sees, from when on, and until when."""

import uuid

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.care.commands import cards
from portal.care.models import CardVersion
from portal.care.rules.cards import CardState
from portal.core.db import db
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus
from tests.care.conftest import english
from tests.care.makers import (
    PDF,
    make_branch,
    make_card,
    make_findings,
    make_of_class,
    make_published,
    make_visit,
    staff,
)
from tests.care.test_views import HERE, RETIRED, THERE, member
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW

pytestmark = pytest.mark.usefixtures("secretary")


def published(portal: Portal, words: str = "退休教师") -> tuple[uuid.UUID, uuid.UUID]:
    with portal.inside():
        person = make_of_class(make_branch(), RETIRED, 1, "张公开", work_unit="演示中学", address="演示路1号2栋")
        return make_published(person, words).card_id, person.id


def test_the_public_sees_the_consented_text_and_nothing_else(portal: Portal) -> None:
    card_id, person = published(portal)
    with portal.inside():
        make_visit_of = make_findings(make_visit(_member(person)))
        make_card(_member(person), "还没有同意的新文字")
    answer = portal.client().raw("GET", f"{HERE}/public-cards/{card_id}")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for words in ("张公开", "退休教师，党龄三十二年", "政策宣传岗", "有事请找我", "去年讲了十二次政策"):
        assert words in body
    for secret in (
        "还没有同意",
        "520303",
        "199000",
        "演示中学",
        "演示路",
        str(person),
        str(make_visit_of.id),
        "演示第一",
    ):
        assert secret not in body.replace(HERE_CODE, ""), secret
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in body


def _member(member_id: uuid.UUID) -> PartyMember:
    return db.session.scalars(select(PartyMember).where(PartyMember.id == member_id)).one()


def test_a_withdrawn_card_is_gone_at_once_and_looks_like_one_that_never_was(
    portal: Portal, secretary: PortalClient
) -> None:
    card_id, _person = published(portal)
    public, url = portal.client(), f"{HERE}/public-cards/{card_id}"
    assert public.raw("GET", url).status_code == 200
    secretary.post(f"{HERE}/cards/{card_id}/withdrawal", {"back-reason": "本人要求撤下"}, status=303)
    gone, never = public.raw("GET", url), public.raw("GET", f"{HERE}/public-cards/{uuid.uuid4()}")
    elsewhere = public.raw("GET", f"{THERE}/public-cards/{card_id}")
    assert (gone.status_code, never.status_code, elsewhere.status_code) == (404, 404, 404)
    assert gone.get_data() == never.get_data() == elsewhere.get_data()
    assert {each.headers["Cache-Control"] for each in (gone, never)} == {"no-store"}


@pytest.mark.parametrize("state", [CardState.DRAFT, CardState.CONSENTED, CardState.WITHDRAWN])
def test_only_what_is_published_is_public(portal: Portal, state: CardState) -> None:
    card_id, _person = published(portal)
    with portal.inside():
        version = db.session.scalars(select(CardVersion)).one()
        version.state = state
        version.withdrawn_at = NOW if state is CardState.WITHDRAWN else None
    assert portal.client().raw("GET", f"{HERE}/public-cards/{card_id}").status_code == 404


def test_a_card_is_not_shown_when_its_text_is_not_the_consented_one_or_the_member_left(portal: Portal) -> None:
    card_id, person = published(portal)
    url = f"{HERE}/public-cards/{card_id}"
    with portal.inside():
        version = db.session.scalars(select(CardVersion)).one()
        version.promise, promise = "换了一句话", version.promise
    assert portal.client().raw("GET", url).status_code == 404
    with portal.inside():
        db.session.scalars(select(CardVersion)).one().promise = promise
    assert portal.client().raw("GET", url).status_code == 200
    with portal.inside():
        gone = _member(person)
        gone.status, gone.updated_at = MemberStatus.DECEASED, NOW
    assert portal.client().raw("GET", url).status_code == 404


def test_a_card_goes_public_only_by_consent_and_only_by_the_secretary(portal: Portal, secretary: PortalClient) -> None:
    person = member(portal, RETIRED, name="张公开")
    clerk = english(portal.as_role(Role.COMMUNITY_CLERK))
    text = {"identity": "中共党员", "post": "宣讲员", "promise": "有事找我", "contribution": "讲了十二次"}
    url = clerk.post(f"{HERE}/members/{person}/card", text, status=303).location
    public = f"{HERE}/public-cards/{url.rsplit('/', 1)[1]}"
    assert portal.client().raw("GET", public).status_code == 404
    secretary.post(f"{url}/publication", status=422)
    unread = {"consent-way": "in_person", "consent-consented_on": "2026-11-23"}
    assert clerk.post(f"{url}/consent", unread, status=422).errors()
    clerk.post(f"{url}/consent", {**unread, "consent-is_same": "y"}, status=303)
    clerk.post(f"{url}/publication", status=403)
    secretary.post(f"{url}/publication", status=303)
    assert portal.client().raw("GET", public).status_code == 200
    page = secretary.get(url)
    assert secretary.get(page.one("aside img")["src"]).response.mimetype == "image/svg+xml"
    clerk.post(f"{HERE}/members/{person}/card", {**text, "promise": "换了一句话"}, status=303)
    shown = portal.client().get(public)
    assert "有事找我" in shown.text
    assert "换了一句话" not in shown.text


def test_the_signed_paper_comes_back_as_it_was_and_each_time_is_recorded(
    portal: Portal, secretary: PortalClient
) -> None:
    card_id, _person = published(portal)
    url = str(secretary.get(f"{HERE}/cards/{card_id}").one("form[action$=consent-paper]")["action"])
    answer = secretary.post(url, status=200).response
    assert (answer.mimetype, answer.get_data()) == ("application/pdf", PDF)
    assert answer.headers["Cache-Control"] == "no-store"
    portal.as_role(Role.AUDITOR).post(url, status=403)
    secretary.post(url, status=200)
    with portal.inside():
        events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.CONSENT_PAPER_FETCH)))
        assert [(each.subject_id, each.changes) for each in events] == [(card_id.hex, {"number": [None, 1]})] * 2


def test_a_race_between_publishing_and_withdrawing_ends_withdrawn(portal: Portal) -> None:
    card_id, person = published(portal)
    with portal.inside():
        make_card(_member(person), "退休医生")
        cards.withdraw_card(card_id, reason="本人要求撤下", actor=staff(), now=NOW)
    states = sorted(version.state.value for version in _versions(portal))
    assert states == ["draft", "withdrawn"], "a draft that nobody consented to stays a draft"
    assert portal.client().raw("GET", f"{HERE}/public-cards/{card_id}").status_code == 404


def _versions(portal: Portal) -> list[CardVersion]:
    with portal.inside():
        return list(db.session.scalars(select(CardVersion)).all())
