"""Screens of double reporting, as people walk them: without JavaScript unless a part is asked for."""

import pytest

from portal.accounts.roles import Role
from portal.core.ids import new_id
from portal.reporting import commands, queries
from portal.reporting.models import MemberReport
from portal.reporting.rules import (
    ReportState,
    ServiceState,
)
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_grant, make_user
from tests.reporting.makers import (
    MOBILE,
    make_claim,
    make_confirmed,
    make_member,
    make_post,
    make_report,
    make_service,
    member_actor,
)

HERE = f"/t/{HERE_CODE}/reporting"
THERE = f"/t/{THERE_CODE}/reporting"
CARD = {
    "name": "王演示",
    "mobile": MOBILE,
    "work_unit": "演示设计院",
    "residence": "和平小区3栋",
    "intents": ["patrol", "policy"],
    "skills": "急救",
    "consent": "y",
}
SERVICE = {"post_id": "", "served_on": "2026-11-22", "start": "09:00", "end": "11:00", "activity": "入户发放消防传单"}
POST = {
    "name": "夜间巡逻",
    "category": "patrol",
    "capacity": "3",
    "starts_on": "2026-11-23",
    "ends_on": "2026-12-31",
    "description": "每晚八点在南门集合",
}


def english(client: PortalClient) -> PortalClient:
    """Let the client read English, so that words can be looked for."""
    client.http.set_cookie("linli_language", "en")
    return client


def person(portal: Portal, report: MemberReport) -> PortalClient:
    """Give a client signed in as the person of a report."""
    from portal.accounts.queries import get_account

    return english(portal.client(get_account(report.user_id)))


def staff(portal: Portal) -> PortalClient:
    return english(portal.as_role(Role.COMMUNITY_CLERK))


def test_the_whole_path_of_a_member(portal: Portal) -> None:
    """Report, be accepted, claim a post, log a service, have it confirmed, see the card."""
    member, clerk = english(portal.client(make_user("王演示", mobile=MOBILE))), staff(portal)
    form = member.get(f"{HERE}/my-report/new")
    assert (form.one("#name")["value"], form.one("#mobile")["value"]) == ("王演示", MOBILE)
    assert member.post(f"{HERE}/my-report", CARD, status=303).location == f"{HERE}/my-report"
    assert "Tuesday" not in member.get(f"{HERE}/my-report").one("h1").text
    assert "Thursday 26/11/2026" in member.get(f"{HERE}/my-report").text

    report_url = clerk.get(f"{HERE}/reports").link("王演示")
    clerk.post(f"{report_url}/acceptance", status=303)
    assert clerk.get(f"{HERE}/reports").page.select(".empty")

    clerk.post(f"{HERE}/posts", POST, status=303)
    posts = member.get(f"{HERE}/open-posts")
    assert "3 places left" in posts.text
    member.post(str(posts.one("article form")["action"]), status=303)
    posts = member.get(f"{HERE}/open-posts")
    assert "You hold a place" in posts.text
    assert "1 of 3" in posts.text

    form = member.get(posts.one("article a.btn")["href"])
    chosen = form.one("#post_id option[selected]")
    assert chosen.text == "夜间巡逻"
    assert form.one("#served_on")["value"] == "2026-11-23"
    member.post(
        f"{HERE}/my-services",
        {**SERVICE, "post_id": chosen["value"], "served_on": "2026-11-23", "start": "08:00", "end": "09:30"},
        status=303,
    )

    waiting = clerk.get(f"{HERE}/services")
    clerk.post(f"{HERE}/services/confirmation", {"service_id": waiting.one("td.pick input")["value"]}, status=303)
    card = member.get(f"{HERE}/my-card")
    hours = [
        " ".join(fact.get_text(" ").split())
        for fact in card.page.select("section[aria-labelledby=hours-title] dl > div")
    ]
    assert hours == ["Self-reported 0 hours", "Confirmed by the community 1.5 hours"]
    steps = member.get(f"{HERE}/my-report").page.select("ol.steps li")
    assert [step["class"] for step in steps] == [["done"]] * 5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"work_unit": ""}, "work_unit"),
        ({"mobile": "12345"}, "mobile"),
        ({"consent": ""}, "consent"),
        ({"intents": ["patrol", "policy", "health", "safety"]}, "intents"),
    ],
)
def test_a_refused_report_keeps_what_was_typed(portal: Portal, change: dict[str, object], field: str) -> None:
    client = portal.client(make_user())
    answer = client.post(f"{HERE}/my-report", {**CARD, **change}, status=422)
    assert answer.one("#residence")["value"] == "和平小区3栋"
    ticked = {box["value"] for box in answer.page.select("#intents input[checked]")}
    assert ticked == set(change.get("intents") or ["patrol", "policy"])
    links = [str(a["href"]).removeprefix("#").removesuffix("-0") for a in answer.page.select(".error-summary a")]
    assert links == [field]
    assert answer.page.select(f"#{field}-error")


def test_a_second_submit_is_the_same_report(portal: Portal) -> None:
    client = portal.client(make_user())
    for _tap in range(2):
        client.post(f"{HERE}/my-report", CARD, status=303)
    assert client.get(f"{HERE}/my-report/new", status=303).location == f"{HERE}/my-report"
    with portal.inside():
        assert queries.count_reports()[ReportState.REPORTED] == 1


def test_a_returned_report_shows_its_reason_and_asks_nothing_twice(portal: Portal) -> None:
    report = make_report(portal)
    clerk, member = staff(portal), person(portal, report)
    url = f"{HERE}/reports/{report.id}"
    refused = clerk.post(f"{url}/return", {"reason": "不行"}, status=422)
    assert refused.one("#reason").text.strip() == "不行"
    clerk.post(f"{url}/return", {"reason": "请补充楼栋号"}, status=303)
    assert "请补充楼栋号" in member.get(f"{HERE}/my-report").text
    form = member.get(f"{HERE}/my-report/new")
    assert form.one("#work_unit")["value"] == "演示设计院"
    assert form.one("#mobile")["value"] == MOBILE
    member.post(f"{HERE}/my-report", CARD, status=303)
    member.post(f"{HERE}/my-report/withdrawal", status=303)
    member.post(f"{HERE}/my-report/withdrawal", status=404)


def test_an_answered_report_says_so_to_the_second_clerk(portal: Portal) -> None:
    report, clerk = make_report(portal), staff(portal)
    clerk.post(f"{HERE}/reports/{report.id}/acceptance", status=303)
    assert "answered already" in clerk.post(f"{HERE}/reports/{report.id}/acceptance", status=422).text


def test_the_mobile_number_is_masked_until_somebody_says_why(portal: Portal) -> None:
    report, clerk = make_report(portal), staff(portal)
    url = f"{HERE}/reports/{report.id}"
    for page in (f"{HERE}/reports", url):
        assert MOBILE not in clerk.get(page).response.get_data(as_text=True)
    assert "138****5678" in clerk.get(url).text
    assert MOBILE not in person(portal, report).get(f"{HERE}/my-report").response.get_data(as_text=True)
    clerk.post(f"{url}/mobile", {"look-reason": ""}, status=422)
    assert MOBILE in clerk.post(f"{url}/mobile", {"look-reason": "核对楼栋信息"}, status=200).text
    assert MOBILE not in clerk.get(url).response.get_data(as_text=True)


STAFF_PAGES = ["reports", "posts", "posts/new", "services", "services?kind=objections"]


@pytest.mark.parametrize("page", [*STAFF_PAGES, "cards"])
def test_staff_pages_are_for_the_staff(portal: Portal, page: str) -> None:
    staff(portal).get(f"{HERE}/{page}")
    portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{HERE}/{page}")
    portal.as_role(Role.OWNER).get(f"{HERE}/{page}", status=403)
    portal.as_role(Role.IN_SERVICE_MEMBER).get(f"{HERE}/{page}", status=403)
    portal.as_role(Role.VISITOR).get(f"{HERE}/{page}", status=404)
    portal.as_role(Role.COMMUNITY_CLERK, portal.there).get(f"{HERE}/{page}", status=404)
    assert "/sign-in" in portal.client().get(f"{HERE}/{page}", status=303).location


def test_the_auditor_reads_cards_and_decides_nothing(portal: Portal) -> None:
    report = make_member(portal)
    service = make_confirmed(portal, report)
    auditor = portal.as_role(Role.AUDITOR)
    page = auditor.get(f"{HERE}/cards/{report.id}")
    assert not page.page.select(f"a[href$='{service.id}']")
    auditor.get(f"{HERE}/services/{service.id}", status=403)


def test_before_the_acceptance_a_member_is_led_to_the_report(portal: Portal) -> None:
    waiting = person(portal, make_report(portal))
    for page in ("open-posts", "my-services/new"):
        waiting.get(f"{HERE}/{page}", status=404)
    assert waiting.get(f"{HERE}/my-card", status=303).location == f"{HERE}/my-report"
    granted = portal.as_role(Role.IN_SERVICE_MEMBER)
    for page in ("open-posts", "my-services/new", "my-card"):
        assert granted.get(f"{HERE}/{page}", status=303).location == f"{HERE}/my-report"
    granted.post(f"{HERE}/my-services", SERVICE, status=404)


def test_others_rows_are_not_found(portal: Portal) -> None:
    one, other, post = make_member(portal), make_member(portal), make_post(portal)
    claim, service = make_claim(portal, one, post), make_confirmed(portal, one)
    client = person(portal, other)
    client.post(f"{HERE}/claims/{claim.id}/release", status=404)
    client.get(f"{HERE}/my-services/{service.id}/objection", status=404)
    client.post(f"{HERE}/my-services/{service.id}/objection", {"reason": "这不是我的"}, status=404)
    client.get(f"{HERE}/my-services/new?again={service.id}", status=404)
    client.post(f"{HERE}/posts/{new_id()}/claim", status=404)


def test_another_community_knows_nothing_of_it(portal: Portal) -> None:
    report, post = make_member(portal), make_post(portal)
    service = make_service(portal, report)
    clerk = portal.as_role(Role.COMMUNITY_CLERK, portal.there)
    for path in (f"reports/{report.id}", f"posts/{post.id}/closing", f"services/{service.id}", f"cards/{report.id}"):
        clerk.get(f"{THERE}/{path}", status=404)
    for path in (f"reports/{report.id}/acceptance", f"posts/{post.id}/closing"):
        clerk.post(f"{THERE}/{path}", status=404)
    clerk.post(f"{THERE}/services/{service.id}/return", {"reason": "时间不对"}, status=404)
    clerk.post(f"{THERE}/services/confirmation", {"service_id": str(service.id)}, status=404)
    clerk.post(f"{THERE}/services/confirmation", {"service_id": "no-id"}, status=404)
    with portal.inside():
        assert queries.get_service(service.id).state is ServiceState.SUBMITTED


def test_htmx_gets_only_the_card_of_the_post(portal: Portal) -> None:
    one, other, post = make_member(portal), make_member(portal), make_post(portal, capacity=1)
    member = person(portal, one)
    part = member.post(f"{HERE}/posts/{post.id}/claim", status=200, part=True)
    assert part.one("body > *")["id"] == f"post-{post.id}"
    release = part.one("article form")["action"]
    late = person(portal, other)
    full = late.post(f"{HERE}/posts/{post.id}/claim", status=422, part=True)
    assert full.one("body > *")["id"] == f"post-{post.id}"
    assert "just taken" in full.text
    assert "just taken" in late.post(f"{HERE}/posts/{post.id}/claim", status=422).one(".message-error").text
    part = member.post(str(release), status=200, part=True)
    assert part.one("article form")["action"].endswith("/claim")


def test_a_refused_post_keeps_what_was_typed(portal: Portal) -> None:
    answer = staff(portal).post(f"{HERE}/posts", {**POST, "ends_on": "2026-11-01"}, status=422)
    assert answer.one("#name")["value"] == "夜间巡逻"
    assert answer.one("#ends_on")["value"] == "2026-11-01"
    assert answer.one("#ends_on-error")
    answer = staff(portal).post(f"{HERE}/posts", {**POST, "capacity": "三"}, status=422)
    assert answer.one("#capacity")["value"] == "三"


def test_closing_a_post_says_first_what_it_means(portal: Portal) -> None:
    report, post = make_member(portal), make_post(portal)
    make_claim(portal, report, post)
    clerk = staff(portal)
    question = clerk.get(f"{HERE}/posts/{post.id}/closing")
    assert "1 member holds a place" in question.text
    clerk.post(str(question.one(".confirm form")["action"]), status=303)
    member = person(portal, report)
    assert "You hold a place" in member.get(f"{HERE}/open-posts").text
    assert person(portal, make_member(portal)).get(f"{HERE}/open-posts").page.select(".empty")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end": "08:00"}, "end"),
        ({"activity": "扫"}, "activity"),
        ({"served_on": "2026-10-01"}, "served_on"),
        ({"start": ""}, "start"),
    ],
)
def test_a_refused_service_keeps_what_was_typed(portal: Portal, change: dict[str, str], field: str) -> None:
    client = person(portal, make_member(portal))
    answer = client.post(f"{HERE}/my-services", {**SERVICE, **change}, status=422)
    assert answer.one("#activity").text.strip() == {**SERVICE, **change}["activity"]
    assert answer.one("#start")["value"] == {**SERVICE, **change}["start"]
    assert answer.one(f"#{field}-error")


def test_a_post_that_was_not_claimed_cannot_be_chosen(portal: Portal) -> None:
    post, client = make_post(portal), person(portal, make_member(portal))
    answer = client.post(f"{HERE}/my-services", {**SERVICE, "post_id": str(post.id)}, status=422)
    assert answer.one("#post_id-error")


def test_a_returned_entry_is_mended_and_sent_again(portal: Portal) -> None:
    report = make_member(portal)
    service, clerk, member = make_service(portal, report), staff(portal), person(portal, report)
    url = f"{HERE}/services/{service.id}"
    assert clerk.post(f"{url}/return", {"reason": "不对"}, status=422).one("#reason").text.strip() == "不对"
    clerk.post(f"{url}/return", {"reason": "请写明楼栋"}, status=303)
    card = member.get(f"{HERE}/my-card")
    assert "请写明楼栋" in card.text
    form = member.get(card.link("Mend and enter again"))
    assert (form.one("#start")["value"], form.one("#end")["value"]) == ("09:00", "11:00")
    assert "消防传单" in form.one("#activity").text
    member.post(f"{HERE}/my-services", SERVICE, status=303)


def test_an_objection_is_answered_by_a_correction(portal: Portal) -> None:
    report = make_member(portal)
    service, clerk, member = make_confirmed(portal, report), staff(portal), person(portal, report)
    objection = member.get(f"{HERE}/my-card").link("This is not right")
    assert member.post(objection, {"reason": "错"}, status=422).one("#reason").text.strip() == "错"
    member.post(objection, {"reason": "实际为一个半小时"}, status=303)
    assert "实际为一个半小时" in clerk.get(f"{HERE}/services?kind=objections").text
    url = f"{HERE}/services/{service.id}"
    refused = clerk.post(f"{url}/correction", {"fix-hours": "3", "fix-reason": ""}, status=422)
    assert refused.one("#fix-hours option[selected]")["value"] == "3"
    assert clerk.post(f"{url}/correction", {"fix-hours": "9", "fix-reason": "核对签到表"}, status=422).errors()
    clerk.post(f"{url}/correction", {"fix-hours": "3", "fix-reason": "核对签到表"}, status=303)
    card = member.get(f"{HERE}/my-card")
    assert "Corrected by -0.5 hours" in card.text
    assert "1.5 hours" in card.text
    member.post(objection, {"reason": "还是不对，请再核"}, status=303)
    clerk.post(f"{url}/objection-answer", {"answer-reason": "维"}, status=422)
    clerk.post(f"{url}/objection-answer", {"answer-reason": "以签到表为准"}, status=303)
    assert "以签到表为准" in member.get(f"{HERE}/my-card").text


def test_bulk_confirmation_leaves_what_is_the_clerks_own(portal: Portal) -> None:
    clerk_user = portal.person(Role.COMMUNITY_CLERK)
    own, other = make_member(portal, clerk_user), make_member(portal)
    services = [
        make_service(portal, own),
        make_service(portal, other),
        make_service(portal, other, start="13:00", end="14:00"),
    ]
    clerk = staff(portal)
    clerk.post(f"{HERE}/services/confirmation", {"service_id": [str(row.id) for row in services]}, status=303)
    page = clerk.get(f"{HERE}/services")
    assert "2 entries are confirmed" in page.text
    assert "1 entry was left" in page.text
    assert [box["value"] for box in page.page.select("td.pick input")] == [str(services[0].id)]
    clerk.post(f"{HERE}/services/confirmation", {"service_id": str(services[1].id)}, status=303)
    assert "1 entry was left" in clerk.get(f"{HERE}/services").text
    clerk.post(f"{HERE}/services/confirmation", status=303)
    assert "Nothing was chosen" in clerk.get(f"{HERE}/services").text


def test_home_says_what_waits(portal: Portal) -> None:
    home = f"/t/{HERE_CODE}/"
    report = make_report(portal, at=NOW)
    accepted = make_member(portal)
    clerk, newcomer = staff(portal), english(portal.client(make_user()))
    assert "Answer reports of in-service members" in clerk.get(home).text
    assert "Thursday 26/11/2026" in clerk.get(home).text
    assert newcomer.get(home).link("Report to this community").endswith("/my-report/new")
    assert "The community looks at your report" in person(portal, report).get(home).text
    member = person(portal, accepted)
    assert member.get(home).link("Claim a post").endswith("/open-posts")
    service = make_service(portal, accepted)
    assert member.get(home).link("Log a service").endswith("/my-services/new")
    assert "Confirm service hours" in clerk.get(home).text
    with portal.inside():
        commands.confirm_service(service, actor=member_actor(make_member(portal)), now=NOW)
        commands.contest_service(service, reason="应为三小时", actor=member_actor(accepted), now=NOW)
    assert "Answer objections to hours" in clerk.get(home).text
    assert "Report to this community" not in clerk.get(home).text


def test_a_street_has_no_reports(portal: Portal) -> None:
    from portal.tenancy.levels import Level, tenant_id_for
    from tests.makers import STREET_CODE

    officer = make_user()
    make_grant(officer.id, tenant_id_for(STREET_CODE, Level.STREET), Role.STREET_OFFICER)
    portal.client(officer).get(f"/t/{STREET_CODE}/reporting/my-report", status=404)


def test_search_finds_names_and_work_units_and_not_wildcards(portal: Portal) -> None:
    make_report(portal, name="赵演示", work_unit="演示医院")
    make_report(portal, name="钱演示", work_unit="演示学校")
    clerk = staff(portal)
    assert [a.text for a in clerk.get(f"{HERE}/reports?q=医院").page.select("tbody th a")] == ["赵演示"]
    assert [a.text for a in clerk.get(f"{HERE}/reports?q=钱").page.select("tbody th a")] == ["钱演示"]
    assert clerk.get(f"{HERE}/reports?q=%25").page.select(".empty")
