"""Screens of elections: the whole path by plain forms, who may do what, errors, other tenants."""

import io
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.elections import commands, queries
from portal.elections.models import Candidate, ElectionCase
from portal.elections.rules import CandidateState, CaseState
from portal.notices import queries as notices
from portal.tenancy.scope import bulk_insert
from tests.client import PortalClient
from tests.conftest import Portal
from tests.elections.makers import (
    NATIONAL,
    make_candidate,
    make_case,
    make_estate,
    make_passed,
    make_wording,
)
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor
from tests.statements import count_statements

HERE, THERE = f"/t/{HERE_CODE}/elections", f"/t/{THERE_CODE}/elections"
OPEN_FORM = {
    "kind": "first",
    "seats": "5",
    "pack_id": "national-2021",
    "prep_formed_on": "2026-10-01",
    "register_published_on": "2026-11-01",
}


def test_the_whole_path_by_plain_forms(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        estate = make_estate(actor)
    secretary, reviewer = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.REVIEWER)
    page = secretary.get(secretary.get(f"{HERE}/cases/new").link("云溪花园"))
    assert "270.00 m²" in page.text
    case_url = secretary.post(f"{HERE}/estates/{estate.id}/cases", OPEN_FORM).location
    nomination = {"name": "李明", "unit_text": "1栋 0101", "source": "party_org"}
    secretary.post(f"{case_url}/candidates", nomination)
    secretary.post(f"{case_url}/review")
    candidate_url = reviewer.get(case_url).link("李明")
    for code in NATIONAL.rules:
        reviewer.post(f"{candidate_url}/checks", check_form(code))
    reviewer.post(f"{candidate_url}/decision", {"outcome": "passed", "reason": "符合全部条件"})
    form = secretary.get(f"{case_url}/publication").one("form.form")
    words = {field["name"]: field.get("value") or field.text.strip() for field in form.select("[name]")}
    secretary.post(f"{case_url}/publication", words)
    notice_url = secretary.get(case_url).one("#next a.btn-primary")["href"]
    assert "李明" in portal.client().get(str(notice_url)).text


def test_the_strip_says_what_is_done_now_and_next(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case = make_case(actor)
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{HERE}/cases/{case.id}").page
    phases = [" ".join(step.get("class") or []) for step in page.select(".steps li")]
    assert phases == ["done", "done", "now", *["next"] * 6]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"seats": "6"}, "seats", id="a rule beside its field"),
        pytest.param({"seats": "five"}, "seats", id="no number"),
        pytest.param({"prep_formed_on": "2027-01-01"}, "prep_formed_on", id="to come"),
        pytest.param({"pack_id": "nowhere"}, "pack_id", id="no such rules"),
        pytest.param({"kind": ""}, "kind", id="kind not chosen"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(portal: Portal, change: dict[str, str], field: str) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        estate = make_estate(actor)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    answer = client.post(f"{HERE}/estates/{estate.id}/cases", {**OPEN_FORM, **change}, status=422)
    assert answer.errors()
    assert answer.page.select(f".has-error #{field}, .has-error#{field}")
    assert answer.one("#register_published_on")["value"] == "2026-11-01"
    with portal.inside():
        assert queries.count_cases() == 0


def test_a_finding_without_evidence_is_refused_beside_its_rule(portal: Portal) -> None:
    client, candidate_id = reviewer_with_candidate(portal)
    url = f"{HERE}/candidates/{candidate_id}"
    answer = client.post(f"{url}/checks", check_form("Q01", "fail", " "), status=422)
    assert answer.page.select("#rule-Q01 .has-error")
    assert not answer.page.select("#rule-Q02 .has-error")
    with portal.inside():
        assert queries.list_checks(candidate_id) == []


def test_evidence_is_downloaded_by_those_who_check_only_and_each_time_is_recorded(portal: Portal) -> None:
    client, candidate_id = reviewer_with_candidate(portal)
    url = f"{HERE}/candidates/{candidate_id}"
    paper = (io.BytesIO(b"%PDF-1.4 paper"), "zheng.pdf")
    client.post(f"{url}/checks", {**check_form("Q01"), "Q01-file": paper})
    link = str(client.get(url).one("#rule-Q01 form[action$=evidence]")["action"])
    response = client.post(link, status=200).response
    assert (response.data, response.content_type) == (b"%PDF-1.4 paper", "application/pdf")
    assert response.headers["Content-Disposition"].startswith("attachment")
    portal.as_role(Role.AUDITOR).post(link, status=403)
    with portal.inside():
        (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.EVIDENCE_FETCH))
        assert event.changes == {"rule": [None, "Q01"]}
    assert not portal.as_role(Role.AUDITOR).get(url).page.select("#rule-Q01 form, #rule-Q01 a")


def test_a_decision_the_sheet_does_not_carry_comes_back(portal: Portal) -> None:
    client, candidate_id = reviewer_with_candidate(portal)
    url = f"{HERE}/candidates/{candidate_id}/decision"
    assert "Q05" not in [option["value"] for option in client.get(url).page.select("[name=cited]")]
    typed = {"outcome": "failed", "reason": "不是业主", "cited": "Q01"}
    answer = client.post(url, typed, status=422)
    assert answer.page.select(".has-error#cited")
    assert answer.one("textarea#reason").text.strip() == "不是业主"
    with portal.inside():
        assert queries.get_candidate(candidate_id).state is CandidateState.NOMINATED


def test_the_list_is_not_published_while_somebody_is_undecided(portal: Portal) -> None:
    _, candidate_id = reviewer_with_candidate(portal)
    with portal.inside():
        case_id = queries.get_candidate(candidate_id).case_id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    words = {"title": "公示", "text": "名单如下。", "objection": "书面提出"}
    assert client.post(f"{HERE}/cases/{case_id}/publication", words, status=422).errors()
    with portal.inside():
        assert notices.list_notices_of(case_id) == []


def test_a_notice_is_in_chinese_whatever_language_its_writer_reads(portal: Portal) -> None:
    _, candidate_id = reviewer_with_candidate(portal)
    with portal.inside():
        case_id = queries.get_candidate(candidate_id).case_id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.http.set_cookie("linli_language", "en")
    page = client.get(f"{HERE}/cases/{case_id}/publication")
    assert page.one("h1").get_text(strip=True) == "Publish the list of candidates"
    assert page.one("#title")["value"] == "云溪花园(演示)业主委员会委员候选人名单公示"


def test_the_list_can_be_taken_back_with_a_reason(portal: Portal) -> None:
    case_id = published_case(portal)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"{HERE}/cases/{case_id}/publication/withdrawal"
    client.post(url, {"reason": ""}, status=422)
    client.post(url, {"reason": "收到异议,核查中"})
    with portal.inside():
        assert queries.get_case(case_id).state is CaseState.OBJECTION_HANDLING


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COMMUNITY_SECRETARY, {"open", "nominate", "review", "check", "decide", "publish"}),
        (Role.COMMUNITY_CLERK, {"nominate"}),
        (Role.REVIEWER, {"check", "decide"}),
        (Role.AUDITOR, set()),
        (Role.OWNER, set()),
    ],
    ids=lambda value: value.value if isinstance(value, Role) else "",
)
def test_who_may_do_what(portal: Portal, role: Role, allowed: set[str]) -> None:
    _, candidate_id = reviewer_with_candidate(portal)
    with portal.inside():
        case = queries.get_case(queries.get_candidate(candidate_id).case_id)
    acts = {
        "open": f"{HERE}/estates/{case.estate_id}/cases",
        "nominate": f"{HERE}/cases/{case.id}/candidates",
        "review": f"{HERE}/cases/{case.id}/review",
        "check": f"{HERE}/candidates/{candidate_id}/checks",
        "decide": f"{HERE}/candidates/{candidate_id}/decision",
        "publish": f"{HERE}/cases/{case.id}/publication",
    }
    client = portal.as_role(role)
    for act, url in acts.items():
        client.post(url, {}, status=422 if act in allowed else 403)


def test_another_community_gets_the_page_of_an_unknown_object(portal: Portal) -> None:
    _, candidate_id = reviewer_with_candidate(portal)
    with portal.inside():
        case_id = queries.get_candidate(candidate_id).case_id
    neighbour = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    unknown = neighbour.get(f"{THERE}/cases/{uuid.uuid4()}", status=404).response.data
    for path in (f"cases/{case_id}", f"cases/{case_id}/rules", f"candidates/{candidate_id}"):
        assert neighbour.get(f"{THERE}/{path}", status=404).response.data == unknown
        neighbour.get(f"{HERE}/{path}", status=404)
    neighbour.post(f"{THERE}/candidates/{candidate_id}/checks", check_form("Q01"), status=404)
    neighbour.post(f"{THERE}/cases/{case_id}/review", status=404)
    assert "李明" not in neighbour.get(f"{THERE}/cases").text


def test_the_rules_page_marks_what_is_no_law(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case = make_case(actor)
    page = portal.as_role(Role.AUDITOR).get(f"{HERE}/cases/{case.id}/rules").page
    rows = {str(row["id"]).removeprefix("clause-"): row for row in page.select("tbody tr")}
    assert rows["CANDIDATE_PUBLICITY_DAYS"].select(".state-warn")
    assert not rows["NOTICE_DAYS"].select(".state-warn")
    assert rows["Q05"].select(".state-info")
    assert "NOTICE_DAYS" not in rows["NOTICE_DAYS"].get_text()


def test_what_waits_for_reviewer_and_secretary(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    _, candidate_id = reviewer_with_candidate(portal)
    reviewer, secretary = portal.as_role(Role.REVIEWER), portal.as_role(Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case_id = queries.get_candidate(candidate_id).case_id
    assert tasks(reviewer) == [f"{HERE}/cases/{case_id}"]
    decide(portal, candidate_id)
    assert tasks(reviewer) == []
    assert tasks(secretary) == [f"{HERE}/cases/{case_id}/publication"]
    with portal.inside():
        actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        commands.publish_candidates(queries.get_case(case_id), wording=make_wording(), actor=actor, now=NOW)
        notice = notices.list_notices_of(case_id)[0]
    assert tasks(secretary) == []  # more than seven days to go
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
    assert tasks(secretary) == [f"/t/{HERE_CODE}/notices/{notice.id}"]


@pytest.mark.parametrize("many", [5, 5000])
def test_lists_cost_the_same_for_any_number_of_rows(portal: Portal, many: int) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case = make_case(actor)
        candidate = make_candidate(actor, case)
        commands.start_review(case, actor=actor, now=NOW)
        copy_rows(case, many - 1, running_estate_id=None)
        copy_rows(candidate, many - 1, unit_text="1栋 %d")
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    for path in ("cases", f"cases/{case.id}", f"candidates/{candidate.id}"):
        with count_statements(db.engine) as statements:
            client.get(f"{HERE}/{path}")
        assert len(statements) <= 8, statements
        if path == "cases":
            assert len(statements) == 5, statements


def test_an_objection_reopens_a_decision_from_the_page(portal: Portal) -> None:
    case_id = published_case(portal)
    secretary, reviewer = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.REVIEWER)
    secretary.post(f"{HERE}/cases/{case_id}/publication/withdrawal", {"reason": "收到异议"})
    page = reviewer.get(reviewer.get(f"{HERE}/cases/{case_id}").link("李明"))
    url = str(page.one("a[href$='/decision']")["href"])
    reviewer.post(url, {"outcome": "failed", "cited": "Q01", "reason": "异议成立"}, status=422)
    reviewer.post(url, {"outcome": "need_info", "reason": "核查异议"})
    with portal.inside():
        assert queries.list_candidates(case_id)[0].state is CandidateState.NEED_INFO


def test_nobody_sees_forms_about_oneself(portal: Portal) -> None:
    reviewer, candidate_id = reviewer_with_candidate(portal)
    url = f"{HERE}/candidates/{candidate_id}"
    assert reviewer.get(url).page.select("#rule-Q01 form")
    with portal.inside():
        queries.get_candidate(candidate_id).user_id = portal.person(Role.REVIEWER).id
    page = reviewer.get(url).page
    assert not page.select("#rule-Q01 form, a[href$='/decision']")
    reviewer.post(f"{url}/decision", {"outcome": "need_info", "reason": "自己"}, status=422)


def check_form(code: str, outcome: str = "pass", evidence: str = "书面核查意见") -> dict[str, str]:
    return {"rule_code": code, f"{code}-outcome": outcome, f"{code}-evidence": evidence}


def copy_rows(row: ElectionCase | Candidate, count: int, **changed: str | None) -> None:
    """Insert so many copies of a row, with other ids; a %d in a changed value becomes the number."""
    values = {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
    bulk_insert(
        type(row),
        [
            values
            | {"id": new_id()}
            | {name: value and value.replace("%d", str(number)) for name, value in changed.items()}
            for number in range(count)
        ],
    )


def reviewer_with_candidate(portal: Portal) -> tuple[PortalClient, uuid.UUID]:
    """A reviewer's client, and a candidate under review whose sheet is empty."""
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case = make_case(actor)
        candidate = make_candidate(actor, case)
        commands.start_review(case, actor=actor, now=NOW)
    return portal.as_role(Role.REVIEWER), candidate.id


def published_case(portal: Portal) -> uuid.UUID:
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        case = make_case(actor)
        make_passed(actor, case)
        commands.publish_candidates(case, wording=make_wording(), actor=actor, now=NOW)
    return case.id


def decide(portal: Portal, candidate_id: uuid.UUID) -> None:
    """Let the reviewer fill the sheet and pass the candidate."""
    client, url = portal.as_role(Role.REVIEWER), f"{HERE}/candidates/{candidate_id}"
    for code in NATIONAL.rules:
        client.post(f"{url}/checks", check_form(code))
    client.post(f"{url}/decision", {"outcome": "passed", "reason": "符合"})


def tasks(client: PortalClient) -> list[str]:
    """Where the tasks of the home page lead, as far as elections and notices put them there."""
    page: BeautifulSoup = client.get(f"/t/{HERE_CODE}/").page
    links = [str(link["href"]) for link in page.select(".task-list a")]
    return [link for link in links if "/elections/" in link or "/notices/" in link]
