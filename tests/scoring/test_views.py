"""The screens of scoring, walked as people walk them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import db
from portal.estates.models import Estate
from portal.scoring import commands, queries
from portal.scoring.models import Ballot, RatingRound
from tests.client import PortalClient
from tests.estates.makers import make_building, make_contract, make_estate, make_owner, owned, units_of
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_user
from tests.scoring.makers import CLOSES, OPENS, make_round, owner_actor, secretary

BASE = f"/t/{HERE_CODE}/scoring"
ANSWERS = ("very-good", "good", "fair", "bad", "very-bad", "unknown", "good")


@dataclass
class Scene:
    """An open round; an owner with one unit, a co-owner of it."""

    estate: Estate
    round: RatingRound
    clerk: UserAccount
    owner: UserAccount
    co_owner: UserAccount
    unit_id: Any

    @property
    def path(self) -> str:
        return f"{BASE}/rounds/{self.round.id}/units/{self.unit_id}"


@pytest.fixture
def scene(portal: Any) -> Scene:
    clerk, owner, co_owner = make_user("经办人"), make_user("李四"), make_user("王五")
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=8)
        unit = units_of(estate)[0]
        make_owner(unit, owner, clerk=clerk, share=5000)
        make_owner(unit, co_owner, name="王五", clerk=clerk, share=5000)
        round_ = make_round(make_contract(estate))
    return Scene(estate, round_, clerk, owner, co_owner, unit.id)


def answer_all(client: PortalClient, scene: Scene) -> None:
    for number, answer in enumerate(ANSWERS, start=1):
        client.post(f"{scene.path}/questions/{number}", {"answer": answer})


def ballots(portal: Any) -> list[tuple[int | None, ...]]:
    with portal.inside():
        return [ballot.scores for ballot in db.session.scalars(select(Ballot))]


def at(monkeypatch: pytest.MonkeyPatch, moment: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_an_owner_scores_from_the_task_to_the_receipt(portal: Any, scene: Scene) -> None:
    client = portal.client(scene.owner)
    page = client.get(f"/t/{HERE_CODE}/")
    start = next(str(a["href"]) for a in page.page.select(".task-list a") if "0001" in a.get_text())
    address = client.get(start, status=303).location
    for number, answer in enumerate(ANSWERS, start=1):
        assert address.endswith(f"/questions/{number}")
        question = client.get(address)
        assert len(question.page.select("button.answer")) == 6
        assert str(number) in question.one(".question-place").get_text()
        form = question.page.select_one("form:has(button.answer)")
        assert form is not None
        address = client.post(str(form["action"]), {"answer": answer}).location
    assert address.endswith("/answers")
    check = client.get(address)
    assert len(check.page.select("main .task-list li")) == 7
    receipt_url = client.post(f"{scene.path}/ballot").location
    receipt = client.get(receipt_url)
    assert receipt.one("#receipt")
    assert "2026" in receipt.one("#receipt").get_text()  # until when it can be changed
    assert ballots(portal) == [(5, 4, 3, 2, 1, None, 4)]
    assert not [a for a in client.get(f"/t/{HERE_CODE}/").page.select(".task-list a") if "0001" in a.get_text()]


def test_answers_survive_leaving_and_back_shows_them(portal: Any, scene: Scene) -> None:
    portal.client(scene.owner).post(f"{scene.path}/questions/1", {"answer": "fair"})
    again = portal.client(scene.owner)
    assert again.get(scene.path, status=303).location.endswith("/questions/2")
    chosen = again.get(f"{scene.path}/questions/1").one('button[aria-pressed="true"]')
    assert chosen["value"] == "fair"


def test_skipping_is_allowed_and_said(portal: Any, scene: Scene) -> None:
    client = portal.client(scene.owner)
    client.post(f"{scene.path}/questions/2", {"answer": "good"})
    client.post(f"{scene.path}/ballot")
    assert ballots(portal) == [(None, 4, None, None, None, None, None)]


def test_a_ballot_without_answers_comes_back_with_a_reason(portal: Any, scene: Scene) -> None:
    client = portal.client(scene.owner)
    page = client.post(f"{scene.path}/ballot", status=422)
    assert page.one('[role="alert"]')
    assert ballots(portal) == []


@pytest.mark.parametrize("answer", ["", "7", "best"])
def test_an_answer_that_is_no_button_is_refused(portal: Any, scene: Scene, answer: str) -> None:
    portal.client(scene.owner).post(f"{scene.path}/questions/1", {"answer": answer}, status=422)


@pytest.mark.parametrize("number", [0, 8])
def test_there_is_no_eighth_question(portal: Any, scene: Scene, number: int) -> None:
    client = portal.client(scene.owner)
    client.get(f"{scene.path}/questions/{number}", status=404)
    client.post(f"{scene.path}/questions/{number}", {"answer": "good"}, status=404)


def test_a_co_owner_is_told_that_the_unit_has_its_ballot(portal: Any, scene: Scene) -> None:
    late = portal.client(scene.co_owner)
    answer_all(late, scene)
    first = portal.client(scene.owner)
    answer_all(first, scene)
    first.post(f"{scene.path}/ballot")
    answer = late.get(late.post(f"{scene.path}/ballot").location)
    assert answer.one(".message-warning")
    assert not answer.page.select("#receipt ~ div table")  # nor what the co-owner said
    again = late.get(late.post(f"{scene.path}/ballot").location)
    assert again.one(".message-warning")
    assert len(ballots(portal)) == 1


def test_the_owner_changes_the_ballot_until_the_end(portal: Any, scene: Scene, monkeypatch: Any) -> None:
    client = portal.client(scene.owner)
    answer_all(client, scene)
    client.post(f"{scene.path}/ballot")
    assert client.post(f"{scene.path}/questions/1", {"answer": "bad"}).location.endswith("/questions/2")
    client.post(f"{scene.path}/ballot")
    assert ballots(portal) == [(2, 4, 3, 2, 1, None, 4)]
    at(monkeypatch, CLOSES)
    client.post(f"{scene.path}/questions/1", {"answer": "good"}, status=422)
    client.post(f"{scene.path}/ballot", status=422)
    assert ballots(portal) == [(2, 4, 3, 2, 1, None, 4)]
    assert client.get(scene.path, status=303).location.endswith("/ballot")
    assert "2 4" not in client.get(f"{scene.path}/ballot").one("#receipt").get_text()


def test_after_the_end_a_late_owner_reads_that_it_is_over(portal: Any, scene: Scene, monkeypatch: Any) -> None:
    client = portal.client(scene.owner)
    answer_all(client, scene)
    at(monkeypatch, CLOSES)
    client.post(f"{scene.path}/ballot", status=422)
    assert ballots(portal) == []
    page = client.get(client.get(f"{scene.path}/questions/1", status=303).location)
    assert "12" in page.one("#receipt").get_text()


def test_somebody_elses_unit_does_not_exist(portal: Any, scene: Scene) -> None:
    outsider = make_user("赵六")
    with portal.inside():
        make_owner(units_of(scene.estate)[1], outsider, name="赵六", clerk=scene.clerk)
    client = portal.client(outsider)
    for path in ("", "/questions/1", "/answers", "/ballot"):
        client.get(scene.path + path, status=404)
    client.post(f"{scene.path}/questions/1", {"answer": "good"}, status=404)
    client.post(f"{scene.path}/ballot", status=404)


def test_an_owner_of_several_units_chooses(portal: Any, scene: Scene) -> None:
    with portal.inside():
        make_owner_again(scene)
    page = portal.client(scene.owner).get(f"{BASE}/ballots")
    assert [("0001" in a.get_text(), "0002" in a.get_text()) for a in page.page.select(".task-list a")] == [
        (True, False),
        (False, True),
    ]


def make_owner_again(scene: Scene) -> None:
    """Give the owner a second unit."""
    from portal.core.ids import new_id
    from portal.estates.commands import Title
    from portal.estates.models import Owner, Ownership

    unit = units_of(scene.estate)[1]
    owner = db.session.scalars(select(Owner).where(Owner.user_id == scene.owner.id)).one()
    title = Title(valid_from=NOW.date())
    db.session.add(
        Ownership(
            id=new_id(),
            unit_id=unit.id,
            owner_id=owner.id,
            valid_from=title.valid_from,
            title_basis=title.basis,
            share=title.share,
            votes_from=title.valid_from,
            created_at=NOW,
            updated_at=NOW,
            verified_at=NOW,
            verified_by=scene.clerk.id,
        )
    )


def test_the_secretary_leads_a_round_from_draft_to_published(portal: Any, scene: Scene, monkeypatch: Any) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    with portal.inside():
        contract = make_contract(make_estate("新小区"))
    data = {"contract": contract.id, "title": "第一次", "first_day": "2026-11-23", "last_day": "2026-12-06"}
    address = client.post(f"{BASE}/rounds/new", data).location
    client.post(f"{address}/opening")
    client.post(f"{address}/opening", status=422)  # a second tap says so
    refused = client.post(f"{address}/closing", status=422)
    assert refused.page.select("#reason-error")
    assert client.post(f"{address}/closing", {"reason": "台风"}).location.endswith("/result")
    shown = client.get(f"{address}/result")
    assert "台风" in shown.text
    public = portal.client()
    published = address.replace("/rounds/", "/results/")
    public.get(published, status=404)
    assert client.post(f"{address}/publication").location.endswith(published.rsplit("/", 1)[1])
    assert "台风" in public.get(published).text


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [("2026-11-23", "2026-11-28"), ("2026-11-23", "2026-12-23"), ("2026-12-06", "2026-11-23"), ("", "")],
)
def test_a_round_of_wrong_length_comes_back_with_what_was_typed(
    portal: Any, scene: Scene, first_day: str, last_day: str
) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    with portal.inside():
        contract_id = scene.round.contract_id
    data = {"contract": contract_id, "title": "太短", "first_day": first_day, "last_day": last_day}
    page = client.post(f"{BASE}/rounds/new", data, status=422)
    assert page.one("input[name=title]")["value"] == "太短"
    assert page.errors()


def fill(portal: Any, scene: Scene, count: int) -> None:
    users = [make_user(f"业主{number}") for number in range(count)]
    with portal.inside():
        for user, unit in zip(users, units_of(scene.estate)[1 : count + 1], strict=True):
            make_owner(unit, user, name=user.name, clerk=scene.clerk)
            commands.submit_ballot(
                scene.round, owned(unit, user), scores=[5, 4, 3, 4, 5, 4, None], actor=owner_actor(user), now=NOW
            )
        commands.close_round(scene.round, reason="", actor=secretary(), now=CLOSES)


def test_each_figure_has_its_working(portal: Any, scene: Scene) -> None:
    fill(portal, scene, 6)
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/rounds/{scene.round.id}/result")
    with portal.inside():
        report = queries.round_report(queries.get_round(scene.round.id))
    # (15×100 + 20×80 + 20×60 + 10×80 + 20×100 + 10×80) ÷ 95
    assert str(report.whole.score.value) == "83.16"
    for words in ("83.16", "7900", "95", "75.00 %", "CN-DEFAULT-2026"):
        assert words in page.text, words
    figure = page.one("#participation").find_parent("section")
    assert figure is not None
    assert {"6", "8"} <= set(re.findall(r"\d+", figure.get_text()))
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.page.select("tbody tr")[:7]]
    assert rows[0] == ["15", "6", "30", "30", "100.00"]
    assert rows[6] == ["5", "0", "0", "0", "—"]


def test_a_small_sample_gives_no_overall_score(portal: Any, scene: Scene) -> None:
    fill(portal, scene, 2)
    page = portal.as_role(Role.COMMUNITY_CLERK).get(f"{BASE}/rounds/{scene.round.id}/result")
    assert "83.16" not in page.text
    assert page.page.select(".state-warn")


def test_scores_stay_closed_while_the_round_runs(portal: Any, scene: Scene) -> None:
    portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{BASE}/rounds/{scene.round.id}/result", status=422)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COMMUNITY_SECRETARY, 200),
        (Role.COMMUNITY_CLERK, 200),
        (Role.AUDITOR, 200),
        (Role.OWNER, 403),
        (Role.PROPERTY_CONTACT, 403),
        (Role.IN_SERVICE_MEMBER, 403),
        (Role.VISITOR, 404),
    ],
)
def test_who_sees_rounds(portal: Any, scene: Scene, role: Role, status: int) -> None:
    client = portal.as_role(role)
    client.get(f"{BASE}/rounds", status=status)
    client.get(f"{BASE}/rounds/{scene.round.id}", status=status)


def test_only_the_secretary_moves_a_round(portal: Any, scene: Scene) -> None:
    for role in (Role.COMMUNITY_CLERK, Role.OWNER, Role.AUDITOR):
        client = portal.as_role(role)
        for step in ("opening", "closing", "publication"):
            client.post(f"{BASE}/rounds/{scene.round.id}/{step}", {"reason": "x"}, status=403)


def test_a_round_of_the_other_community_of_the_same_name_is_not_here(portal: Any, scene: Scene) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    client.get(f"/t/{THERE_CODE}/scoring/rounds/{scene.round.id}", status=404)
    client.post(f"/t/{THERE_CODE}/scoring/rounds/{scene.round.id}/closing", {"reason": "x"}, status=404)
    client.get(f"{BASE}/rounds/{scene.round.id}", status=404)


def count_statements(portal: Any, ask: Any) -> int:
    """Count what one more page costs; the first time a process also looks up the tenant."""
    ask()
    counted: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(counted)


def test_lists_cost_the_same_for_5_rounds_and_for_many(portal: Any, scene: Scene) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    pages = (f"{BASE}/rounds", f"{BASE}/results", f"/t/{HERE_CODE}/")
    counts = []
    for more in (4, 200):
        with portal.inside():
            contract = make_contract_of(scene)
            for number in range(more):
                make_round(contract, title=f"第{more}-{number}次", is_open=False)
        counts.append([count_statements(portal, lambda page=page: client.get(page)) for page in pages])
    assert counts[0] == counts[1]
    assert max(counts[0][:2]) <= 8
    assert counts[0][2] <= 12, "the first page asks every module once or twice"


def make_contract_of(scene: Scene) -> Any:
    from portal.estates import queries as estates

    return estates.get_contract(scene.round.contract_id)


def test_the_owners_list_costs_the_same_for_one_unit_and_for_many(portal: Any, scene: Scene) -> None:
    client = portal.client(scene.owner)
    before = count_statements(portal, lambda: client.get(f"{BASE}/ballots"))
    with portal.inside():
        make_owner_again(scene)
        make_round(make_contract_of(scene), title="同时另一次")
    assert count_statements(portal, lambda: client.get(f"{BASE}/ballots")) == before
    assert before <= 8
    assert OPENS < NOW < CLOSES - timedelta(days=1)
