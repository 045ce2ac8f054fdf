"""Screens of care as people walk them, without JavaScript; what each role sees; what the public sees."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.care.commands import cards, delegates
from portal.care.models import CardVersion, CareVisit
from portal.care.rules.cards import CardState
from portal.care.rules.floating import FlowDirection
from portal.core.db import db
from portal.registers.rules import ManagementClass, MemberStatus
from portal.registers.rules.structure import PostKind
from tests.care import makers
from tests.care.makers import (
    HEALTH,
    HELP,
    NEED,
    NEXT_WEEK,
    PDF,
    make_branch,
    make_card,
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
    staff,
)
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE
from tests.registers.structure_makers import make_post as make_seat

HERE, THERE = f"/t/{HERE_CODE}/care", f"/t/{THERE_CODE}/care"
RETIRED, FRAIL, AWAY = ManagementClass.RETIRED, ManagementClass.VULNERABLE, ManagementClass.FLOATING
SECRETS = (NEED, HELP, HEALTH)


@pytest.fixture(autouse=True)
def secretary(portal: Portal) -> PortalClient:
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)
    return english(portal.as_role(Role.COMMUNITY_SECRETARY))


def english(client: PortalClient) -> PortalClient:
    client.http.set_cookie("linli_language", "en")
    return client


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


# ---- the public card


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


def _member(member_id: uuid.UUID):  # type: ignore[no-untyped-def]
    from portal.registers.models import PartyMember

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


# ---- contacts and delegates


def test_contacts_of_the_four_levels_are_set_up_and_kept_up(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        branch = make_branch()
        near, far = make_of_class(branch, RETIRED, 1, "张近"), make_of_class(branch, RETIRED, 2, "李远")
        free = make_of_class(branch, RETIRED, 3, "赵无职")
        make_seat(branch.id, member_id=near.id, name=near.full_name)
        delegate = make_delegate(far)
    common = {"period": "month", "starts_on": "2026-11-01"}
    for path, form in (
        ("links/new/leader", {"from_text": "区委副书记", "to_text": "大连路街道党工委"}),
        ("links/new/street_team", {"from_text": "街道副书记", "to_organization_id": str(branch.id)}),
        (f"members/{near.id}/links/new/committee_member", {"to_delegate_id": str(delegate.id)}),
        (f"members/{free.id}/links/new/member", {"to_text": "3栋2单元", "households": "12"}),
    ):
        url = secretary.post(f"{HERE}/{path}", {**common, **form}, status=303).location
    secretary.post(f"{url}/contacts", {"talk-contacted_on": "2026-11-20", "talk-what": "用火用电提醒"}, status=303)
    rows = secretary.get(f"{HERE}/links")
    assert len(rows.page.select("tbody tr")) == 4
    assert "12 households" in rows.text
    nobody = secretary.post(f"{HERE}/members/{free.id}/links/new/member", {**common, "to_text": "3栋"}, status=422)
    assert any("households" in error for error in nobody.errors())
    secretary.post(f"{url}/end", {"end-reason": "搬离本楼"}, status=303)
    assert len(secretary.get(f"{HERE}/links").page.select("tbody tr")) == 3


def test_who_keeps_in_touch_holds_a_seat_or_none(portal: Portal, secretary: PortalClient) -> None:
    """Source: 汇川区, 四联系: 支委—代表, 无职党员—群众."""
    with portal.inside():
        branch = make_branch()
        near, far = make_of_class(branch, RETIRED, 1, "张近"), make_of_class(branch, RETIRED, 2, "李远")
        make_seat(branch.id, PostKind.PUBLICITY_MEMBER, member_id=near.id, name=near.full_name)
        delegate = make_delegate(far)
    common = {"period": "month", "starts_on": "2026-11-01"}
    residents = {**common, "to_text": "3栋2单元", "households": "12"}
    seated = secretary.post(f"{HERE}/members/{near.id}/links/new/member", residents, status=422)
    assert "holds a post in the Party" in seated.one("#from_member_id-error").get_text()
    assert seated.one("#from_member_id")["value"] == "张近"
    to_delegate = {**common, "to_delegate_id": str(delegate.id)}
    free = secretary.post(f"{HERE}/members/{far.id}/links/new/committee_member", to_delegate, status=422)
    assert "no seat in a branch committee" in free.one("#from_member_id-error").get_text()


def test_a_delegate_receives_people_and_their_opinions_are_answered(portal: Portal, secretary: PortalClient) -> None:
    person = member(portal, RETIRED)
    form = {"level": "district", "congress": "区第八次党代会", "term_from": "2026-01-01", "term_until": "2030-12-31"}
    url = secretary.post(f"{HERE}/members/{person}/delegate", form, status=303).location
    duty = {"duty-day": "2026-12-01", "duty-start": "09:00", "duty-end": "11:00", "duty-place": "党代表工作室"}
    secretary.post(f"{url}/duty-days", duty, status=303)
    assert "1/12/2026, 09:00" in secretary.get(f"{HERE}/delegates").text
    wrong = secretary.post(f"{url}/duty-days", {**duty, "duty-end": "08:00"}, status=422)
    assert any("later than the start" in error for error in wrong.errors())
    heard = {"heard-received_on": "2026-11-23", "heard-content": "三号楼的路灯坏了", "heard-contact": "13900001111"}
    named = secretary.post(f"{url}/opinions", {**heard, "heard-caller": "王小明"}, status=422)
    assert any("Full names are not kept" in error for error in named.errors())
    secretary.post(f"{url}/opinions", {**heard, "heard-caller": "王阿姨"}, status=303)
    assert not secretary.get(url).page.select("#heard-duty_day_id"), "the only duty day is to come"
    opinion = secretary.get(f"{HERE}/opinions").link("三号楼的路灯坏了")
    page = secretary.get(opinion)
    assert "13900001111" not in page.text
    assert "13900001111" in secretary.post(f"{opinion}/contact-reveal", {"why-reason": "答复意见"}).text
    secretary.post(f"{opinion}/report", {"on-reported_to": "街道办事处"}, status=303)
    secretary.post(f"{opinion}/answer", {"reply-answer": "路灯已修好"}, status=303)
    assert "路灯已修好" in secretary.get(opinion).text
    secretary.post(f"{opinion}/answer", {"reply-answer": "路灯已修好"}, status=422)


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


def test_what_is_heard_on_a_duty_day_says_so(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        delegate = make_delegate(make_of_class(make_branch(), RETIRED, 1))
        other = make_delegate(make_of_class(make_branch("演示第二党支部"), RETIRED, 2, "李代表"))
        days = [
            delegates.set_duty_day(
                each.id, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1), place="党代表工作室",
                actor=staff(), now=NOW,
            ).id
            for each in (delegate, other)
        ]  # fmt: skip
    url = f"{HERE}/delegates/{delegate.id}"
    chosen = secretary.get(url).one("#heard-duty_day_id option[selected]")
    assert chosen["value"] == str(days[0]), "the duty day of today is the one that is meant"
    heard = {"heard-caller": "王阿姨", "heard-content": "三号楼的路灯坏了", "heard-duty_day_id": str(days[0])}
    wrong = secretary.post(f"{url}/opinions", {**heard, "heard-received_on": "2026-11-20"}, status=422)
    assert any("another day" in error for error in wrong.errors())
    foreign = {**heard, "heard-received_on": "2026-11-23", "heard-duty_day_id": str(days[1])}
    secretary.post(f"{url}/opinions", foreign, status=422)
    secretary.post(f"{url}/opinions", {**heard, "heard-received_on": "2026-11-23"}, status=303)
    assert "1 opinion heard" in secretary.get(url).text
    page = secretary.get(secretary.get(f"{HERE}/opinions").link("三号楼的路灯坏了"))
    assert "党代表工作室" in page.text
