"""Screens of care as people walk them, without JavaScript; what each role sees; what the public sees."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.care.models import CareVisit
from portal.care.rules.floating import FlowDirection
from portal.core.db import db
from portal.registers.rules import ManagementClass
from tests.care.conftest import english
from tests.care.makers import (
    HEALTH,
    HELP,
    NEED,
    NEXT_WEEK,
    make_branch,
    make_claim,
    make_delegate,
    make_entry,
    make_findings,
    make_of_class,
    make_opinion,
    make_post,
    make_published,
    make_round,
    make_visit,
)
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE

HERE, THERE = f"/t/{HERE_CODE}/care", f"/t/{THERE_CODE}/care"
RETIRED, FRAIL, AWAY = ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING
SECRETS = (NEED, HELP, HEALTH)
pytestmark = pytest.mark.usefixtures("secretary")


def member(portal: Portal, class_: ManagementClass, serial: int = 1, name: str = "张示例") -> uuid.UUID:
    with portal.inside():
        return make_of_class(make_branch(f"演示第{serial}党支部"), class_, serial, name).id


def test_a_post_is_set_up_given_served_on_and_reviewed(portal: Portal, secretary: PortalClient) -> None:
    member(portal, RETIRED)
    form = {"name": "清晨巡逻", "kind": "patrol", "duties": "东门一带", "places": "2"}
    secretary.post(f"{HERE}/duty-posts/new", form, status=303)
    post = secretary.get(secretary.get(f"{HERE}/duty-posts").page.select("tbody th a")[0]["href"])
    chosen = secretary.get(post.link("Give it to a retired member"))
    claim = secretary.get(chosen.link("张示例"))
    assert len(claim.page.select("#post_id option")) == 1, "posts of one name are offered once"
    form = {"post_id": claim.one("#post_id option")["value"], "begins_on": "2026-11-23", "health": HEALTH}
    url = secretary.post(claim.one("main form.form")["action"], form, status=303).location
    secretary.post(f"{url}/deeds", {"deed-done_on": "2026-11-23", "deed-what": "巡了东门"}, status=303)
    page = secretary.get(url)
    assert "巡了东门" in page.text
    assert HEALTH not in page.text
    shown = secretary.post(f"{url}/health-reveal", {"why-reason": "安排岗位"}, status=200)
    assert HEALTH in shown.text
    review = {"review-grade": "good", "review-words": "风雨无阻", "review-then": "same"}
    following = secretary.post(f"{url}/review", review, status=303).location
    assert following != url
    assert "On duty" in secretary.get(following).text


def test_a_second_post_is_refused_beside_the_first(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        person = make_of_class(make_branch(), RETIRED, 1)
        make_claim(make_post(), person)
        other = make_post("花园认养")
    page = secretary.get(f"{HERE}/members/{person.id}/duty-post")
    assert "One person, one post" in page.text
    form = {"post_id": str(other.id), "begins_on": "2026-11-23"}
    answer = secretary.post(f"{HERE}/members/{person.id}/duty-post", form, status=422)
    assert any("one person, one post" in error for error in answer.errors())


def test_a_festivals_visits_take_one_form_and_one_name(portal: Portal, secretary: PortalClient) -> None:
    for serial in (1, 2, 3):
        member(portal, FRAIL, serial, f"张{'甲乙丙'[serial - 1]}")
    form = {"occasion": "2027年春节", "due_on": "2026-11-30"}
    round_page = secretary.post(f"{HERE}/visit-rounds/new", form, status=303).location
    sheet = secretary.get(round_page)
    assert len(sheet.page.select("tbody tr")) == 3
    rows = secretary.get(f"{HERE}/visits?state=planned")
    ids = [field["value"] for field in rows.page.select("td.pick input")]
    secretary.post(f"{HERE}/visits/visitor", {"visit_id": ids, "visitor": "王书记"}, status=303)
    assert [td.text for td in secretary.get(round_page).page.select("td[data-label='Who visits']")] == ["王书记"] * 3


def test_the_visitor_fills_in_a_phones_form_and_nothing_stays_in_clear(portal: Portal, secretary: PortalClient) -> None:
    person = member(portal, FRAIL)
    plan = {"visit_reason": "illness", "due_on": "2026-11-25", "visitor": "李社工"}
    url = secretary.post(f"{HERE}/members/{person}/visits/new", plan, status=303).location
    form = secretary.get(secretary.get(url).link("Record this visit"))
    assert (form.one("#visitor")["value"], form.one("#visited_on")["value"]) == ("李社工", "2026-11-23")
    found = {"visited_on": "2026-11-23", "visitor": "李社工", "need": NEED, "help": HELP, "health": HEALTH}
    found |= {"follow_up_due": "2026-11-30"}
    secretary.post(f"{url}/record", found, status=303)
    page = secretary.get(url)
    assert page.text.count("recorded, sealed") == 3
    assert not any(secret in page.text for secret in SECRETS)
    shown = secretary.post(f"{url}/reveals/need", {"need-reason": "安排帮扶"}, status=200)
    assert [secret in shown.text for secret in SECRETS] == [True, False, False]
    assert not any(secret in secretary.get(url).text for secret in SECRETS)
    refused = secretary.post(f"{url}/reveals/need", {"need-reason": ""}, status=422)
    assert NEED not in refused.text
    home = secretary.get(f"/t/{HERE_CODE}/")
    assert "Follow up on visits" in home.text
    secretary.post(f"{url}/closing", {"end-result": "扶手装好了"}, status=303)
    assert "扶手装好了" not in secretary.get(url).text


def test_an_auditor_sees_lists_and_records_without_what_is_sensitive(portal: Portal) -> None:
    with portal.inside():
        branch = make_branch()
        visit = make_findings(make_visit(make_of_class(branch, FRAIL, 1)))
        round_, _ = make_round("重阳节慰问")
        post = make_claim(make_post(), make_of_class(branch, RETIRED, 2), health=HEALTH)
        opinion = make_opinion(make_delegate(make_of_class(branch, RETIRED, 3)))
    auditor = english(portal.as_role(Role.AUDITOR))
    pages = ("", "/visits", f"/visits/{visit.id}", f"/visit-rounds/{round_.id}", "/duty-posts")
    pages += (f"/duty-posts/{post.id}", f"/opinions/{opinion.id}", "/opinions", "/floating", "/cards", "/links")
    for path in pages:
        page = auditor.get(f"{HERE}{path}")
        main = page.one("main").get_text(" ")
        assert not any(secret in main for secret in (*SECRETS, "13900001111", "Illness or hospital")), path
        assert "Look at it" not in main, path
        assert not [form for form in page.page.select("main form") if form.get("method") == "post"], path
    assert "重阳节慰问" not in auditor.get(f"{HERE}/visits").one("main table").get_text()
    for path in (f"visits/{visit.id}/reveals/need", f"duty-posts/{post.id}/health-reveal"):
        auditor.post(f"{HERE}/{path}", {}, status=403)


def test_a_member_page_tells_what_care_knows(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        person = make_of_class(make_branch(), RETIRED, 1)
        make_claim(make_post(), person)
        make_visit(person)
        make_published(person)
    page = secretary.get(f"/t/{HERE_CODE}/registers/members/{person.id}")
    for words in ("Post of a retired member", "清晨巡逻", "Illness or hospital", "Public card", "Open to the public"):
        assert words in page.text, words
    assert "Floating ledger" not in page.text
    auditor = english(portal.as_role(Role.AUDITOR)).get(f"/t/{HERE_CODE}/registers/members/{person.id}")
    assert "Visits" in auditor.text
    assert "Illness or hospital" not in auditor.text


def test_the_ledger_asks_nothing_that_the_register_knows(portal: Portal, secretary: PortalClient) -> None:
    person = member(portal, AWAY)
    ledger = secretary.get(f"{HERE}/floating")
    assert "1 floating member is not in the ledger" in ledger.text
    form = secretary.get(ledger.link("张示例"))
    asked = {field["name"] for field in form.page.select("main form.form [name]")} - {"csrf_token"}
    assert asked == {
        "direction", "place", "place_code", "since", "home_organization", "contact_person", "interval_days", "rule",
    }  # fmt: skip
    assert form.one("#home_organization")["value"] == "演示第1党支部"
    facts = {"direction": "outflow", "place": "广东省东莞市", "since": "2026-05-23", "rule": "每月通电话"}
    facts |= {"home_organization": "演示第1党支部", "contact_person": "李社工", "interval_days": "30"}
    url = secretary.post(f"{HERE}/members/{person}/floating/new", facts, status=303).location
    entry = secretary.get(url)
    assert "Away for six months or more" in entry.text
    talk = {"talk-contacted_on": "2026-11-23", "talk-way": "phone", "talk-person": "李社工", "talk-note": "工作稳定"}
    secretary.post(f"{url}/contacts", talk, status=303)
    assert "工作稳定" in secretary.get(url).text
    bad = secretary.post(f"{url}/contacts", {**talk, "talk-contacted_on": "2026-11-24"}, status=422)
    assert any("has not come yet" in error for error in bad.errors())


def test_overdue_contacts_stand_among_the_tasks_here_and_not_there(portal: Portal, secretary: PortalClient) -> None:
    """Both communities have the same name; what is late in one is nobody's business in the other."""
    with portal.inside():
        entry = make_entry(make_of_class(make_branch(), AWAY, 1))
        entry.due_on = NEXT_WEEK - timedelta(days=14)
    there = english(portal.as_role(Role.COMMUNITY_SECRETARY, portal.there))
    assert "Contact floating members" in secretary.get(f"/t/{HERE_CODE}/").text
    assert "Contact floating members" not in there.get(f"/t/{THERE_CODE}/").text
    assert there.get(f"{THERE}/floating?late=1").page.select(".empty")
    there.get(f"{THERE}/floating/{entry.id}", status=404)
    assert "1 day late" not in there.get(THERE).text


def test_search_and_lists_never_cross(portal: Portal, secretary: PortalClient) -> None:
    """Members of the same name in communities of the same name."""
    with portal.inside(portal.there):
        branch = make_branch()
        make_visit(make_of_class(branch, FRAIL, 1, "王同名"))
        make_entry(make_of_class(branch, AWAY, 2, "王同名"))
    with portal.inside():
        branch = make_branch()
        own = make_visit(make_of_class(branch, FRAIL, 1, "王同名"))
    rows = secretary.get(f"{HERE}/visits?q=wtm").page.select("tbody tr")
    assert [row["id"] for row in rows] == [f"visit-{own.id}"]
    assert secretary.get(f"{HERE}/floating?q=王同名").page.select(".empty")
    assert len(secretary.get(f"{HERE}/choice/visit?q=王同名").page.select("tbody tr")) == 1


def test_sealed_texts_stand_nowhere_in_the_database(portal: Portal) -> None:
    with portal.inside():
        branch = make_branch()
        make_findings(make_visit(make_of_class(branch, FRAIL, 1)))
        make_claim(make_post(), make_of_class(branch, RETIRED, 2), health="怕冷不上夜班")
        make_opinion(make_delegate(make_of_class(branch, RETIRED, 3)))
    with portal.inside():
        visit = db.session.scalars(select(CareVisit)).one()
        said = str({column.key: getattr(visit, column.key) for column in CareVisit.__mapper__.columns})
        trail = str([event.changes for event in db.session.scalars(select(AuditEvent))])
    for secret in (*SECRETS, "怕冷不上夜班", "13900001111"):
        assert secret not in said + trail
        assert repr(secret.encode())[2:-1] not in said


def test_the_entry_says_what_is_owed_and_what_is_missing(portal: Portal, secretary: PortalClient) -> None:
    """Sources: member regulations, ch. 7 (what is owed); 双滦区 (what the ledger holds)."""
    entries = []
    with portal.inside():
        branch = make_branch()
        for serial, direction in enumerate(("inflow", "outflow"), start=1):
            person = make_of_class(branch, AWAY, serial, "张示例")
            person.address_sealed, person.updated_at = None, NOW
            entries.append(make_entry(person, direction=FlowDirection(direction)).id)
    came, went = (secretary.get(f"{HERE}/floating/{entry}") for entry in entries)
    assert "register the member here" in came.text
    assert "keep in touch" in went.text
    assert came.one("#missing a")["href"].endswith("/facts")
    assert "Family address" in came.one("#missing").get_text()
    assert "Mobile" not in came.one("#missing").get_text()
    assert not went.page.select("#missing"), "the ledger of those who came is the one with these fields"
