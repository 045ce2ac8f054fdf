"""Undoing an import: what goes, what comes back, what stays and is told; until when; killed in the middle."""

import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.desk.commands.undoing import undo_batch
from portal.desk.importing import undoing as undo_work
from portal.desk.models import ImportBatch
from portal.desk.queries.undoing import list_rests, preview_undo, source_of
from portal.desk.rules.undoing import UNDO_DAYS, Field, group_columns, plan_row
from portal.jobs.commands import advance_job
from portal.jobs.models import Job, JobState
from portal.registers import commands as registers
from portal.registers.models import PartyMember, PartyMemberPast, PartyOrganization, PartyPost
from portal.registers.queries import facts_of
from portal.registers.rules.structure import PostKind
from portal.tenancy.scope import bulk_insert, reading, scope_of
from tests.conftest import Portal
from tests.desk import makers
from tests.desk.makers import HEADINGS, import_file, run_jobs, workbook
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor, make_user, stranger
from tests.registers.makers import make_branches, make_facts, make_id_number, make_organization
from tests.statements import count_statements

LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(days=30)


def line(serial: int, mobile: str = "", branch: str = "演示第一党支部", name: str = "张示例") -> list[object]:
    mobile = mobile or f"199{serial:08d}"
    return [name, make_id_number(serial), "正式党员", "2005-07-01", branch, mobile]


def members(portal: Portal) -> dict[str, PartyMember]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        found = list(db.session.scalars(select(PartyMember)))
        numbers = {facts_of(member).id_number: member for member in found}
        db.session.expunge_all()
    return numbers


def undo(portal: Portal, url: str) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    client.post(f"{url}/undo")
    assert run_jobs(portal) == []


def edit(portal: Portal, serial: int, **changed: object) -> None:
    """Change a member by hand an hour after the import."""
    actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        member = next(
            each
            for each in db.session.scalars(select(PartyMember))
            if facts_of(each).id_number == make_id_number(serial)
        )
        facts = facts_of(member)
        told = {key: getattr(facts, key) for key in type(facts).__dataclass_fields__} | changed
        registers.update_member(member.id, type(facts)(**told), actor=actor, now=LATER)


@pytest.mark.parametrize(
    ("before", "written", "now", "removed", "restored", "stays"),
    [
        pytest.param(None, "a1", "a1", True, "", "", id="made, untouched: goes"),
        pytest.param(None, "a1", "a2", False, "", "b", id="made, one field changed since: stays"),
        pytest.param("a1", "b1", "b1", False, "a", "", id="changed: comes back"),
        pytest.param("a1", "b1", "c1", False, "", "a", id="changed, and again since: stays"),
        pytest.param("a1", "b1", "a1", False, "", "", id="changed, and back since: nothing to do"),
        pytest.param("a1", "b2", "b3", False, "a", "b", id="one comes back, the other stays"),
        pytest.param("a1", "b1", "b9", False, "a", "", id="what the import left alone does not matter"),
    ],
)
def test_what_becomes_of_a_row(
    before: str | None, written: str, now: str, removed: bool, restored: str, stays: str
) -> None:
    fields = [Field("a", ("0",)), Field("b", ("1",))]
    states = [None if state is None else {"0": state[0], "1": state[1]} for state in (before, written, now)]
    plan = plan_row(
        states[0],
        states[1] or {},
        states[2] or {},
        fields=fields,
        same=lambda each, x, y: x[each.columns[0]] == y[each.columns[0]],
    )
    assert plan.is_removed is removed
    assert "".join(each.key for each in plan.restored) == restored
    assert "".join(each.key for each in plan.changed_since) == stays


def test_columns_that_belong_together_are_one_thing() -> None:
    columns = ["full_name", "search_key", "id_sealed", "id_index", "joined_on", "joined_by_month", "updated_at"]
    assert [each.columns for each in group_columns(columns)] == [
        ("full_name", "search_key"),
        ("id_sealed", "id_index"),
        ("joined_on", "joined_by_month"),
    ]


def import_and_meddle(portal: Portal) -> str:
    """Two members are changed and three entered by a file; then two are changed by hand and one gets a post."""
    with portal.inside():
        first, second, *_ = make_branches()[0:2]
        for serial in (1, 2, 3):
            registers.create_member(make_facts(first.id, serial), actor=stranger(portal.here), now=EARLIER)
    rows = [HEADINGS, line(1, "13811110001"), line(2, "13811110002", second.name), line(4), line(5), line(6)]
    url = import_file(portal, portal.as_role(Role.COMMUNITY_CLERK), "名单.xlsx", workbook(rows))
    edit(portal, 2, mobile="13922220002")
    edit(portal, 5, address="演示路99号", full_name="李示例")
    with portal.inside():
        six = db.session.scalars(select(PartyMember).where(PartyMember.source_row == 6)).one()
        post = {"organization_id": first.id, "member_id": six.id, "person_name": "张示例", "kind": PostKind.SECRETARY}
        bulk_insert(PartyPost, [post | {"from_on": date(2026, 1, 1), "created_at": LATER, "updated_at": LATER}])
    return url


def test_what_nobody_touched_goes_back_and_the_rest_is_told(portal: Portal) -> None:
    url, clerk = import_and_meddle(portal), portal.as_role(Role.COMMUNITY_CLERK)
    page = clerk.get(f"{url}/undo")
    text = " ".join(page.page.select_one("#rests-title").parent.get_text(" ").split())  # type: ignore[union-attr]
    assert "138****0002" not in text, "what the file wrote is neither before nor now"
    assert "199****0002" in text
    assert "139****2222" not in text
    assert "13922220002" not in text
    assert len(page.page.select("tbody tr")) == 4, "a mobile, a name, an address, a post"

    undo(portal, url)
    after = members(portal)
    assert set(after) == {make_id_number(serial) for serial in (1, 2, 3, 5, 6)}
    one, two, three = (after[make_id_number(serial)] for serial in (1, 2, 3))
    with reading(scope_of(portal.here)):
        assert facts_of(one).mobile == "19900000001"
        assert facts_of(two).mobile == "13922220002"
    assert one.source_batch_id is None
    assert two.organization_id == three.organization_id, "the branch goes back although the mobile stays"
    assert clerk.get(url).page.select_one("#batch-undo") is not None
    book = openpyxl.load_workbook(io.BytesIO(clerk.post(f"{url}/undo-rests").response.get_data())).active
    assert [cell.value for cell in book["A"]][2:] == [3, 5, 5, 6]
    with reading(scope_of(portal.here)):
        tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("desk:"))))
    assert tags.count("desk:batch:undo") == 1


@pytest.mark.parametrize("serials", [range(1, 4), range(1, 31)])
def test_a_row_that_cannot_go_back_keeps_no_other(portal: Portal, serials: range) -> None:
    """Two members go to another branch by a file, then their old one is dissolved: they alone stay where they are."""
    stuck = {serials[1], serials[-1]}
    with portal.inside():
        home, other, gone, *_ = make_branches()
        for serial in serials:
            registers.create_member(
                make_facts(gone.id if serial in stuck else home.id, serial), actor=stranger(portal.here), now=EARLIER
            )
    new = range(serials[-1] + 1, serials[-1] + 11)
    rows = [HEADINGS, *(line(serial, branch=other.name) for serial in (*serials, *new))]
    url = import_file(portal, portal.as_role(Role.COMMUNITY_CLERK), "名单.xlsx", workbook(rows))
    with portal.inside():
        branch = db.session.scalars(select(PartyOrganization).where(PartyOrganization.id == gone.id)).one()
        branch.updated_at = LATER
        db.session.delete(branch)
    undo_later(portal, url)
    after = members(portal)
    assert set(after) == {make_id_number(serial) for serial in serials}
    places = {serial: after[make_id_number(serial)].organization_id for serial in serials}
    assert places == {serial: other.id if serial in stuck else home.id for serial in serials}
    with portal.inside():
        batch = db.session.scalars(select(ImportBatch)).one()
        assert (batch.removed, batch.restored) == (len(new), len(serials) - len(stuck))
        rests = [(rest.row_number, rest.reason, rest.subject) for rest in list_rests(batch)]
        assert rests == [(serial + 1, "TAKEN", "张示例") for serial in sorted(stuck)]
        past = Counter(db.session.scalars(select(PartyMemberPast.row_id)))
        states = {serial: past.pop(after[make_id_number(serial)].id) for serial in serials}
        assert states == {serial: 1 if serial in stuck else 2 for serial in serials}
        assert list(past.values()) == [1] * len(new), "nothing is kept of what was tried in vain"


def test_row_by_row_it_ends_as_all_at_once(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def alone(real: Callable[..., None]) -> Callable[..., None]:
        def refuse_many(model: Any, rows: Sequence[Any], **more: Any) -> None:
            tried.append(len(rows))
            real(model, rows, **more)
            if len(rows) > 1:
                raise IntegrityError("", {}, Exception())

        return refuse_many

    tried: list[int] = []
    for name in ("remove_rows", "set_rows_back"):
        monkeypatch.setattr(undo_work, name, alone(getattr(undo_work, name)))
    test_what_nobody_touched_goes_back_and_the_rest_is_told(portal)
    assert tried == [1, 2, *(1, 0), *(0, 1), *(0, 1)], "one goes and two go back, at first together"


def test_undoing_takes_as_many_statements_for_500_rows_as_for_50(portal: Portal) -> None:
    with portal.inside():
        second = make_branches()[1]
    clerk, numbers = portal.as_role(Role.COMMUNITY_CLERK), []
    for first, rows in ((0, 50), (1000, 500)):
        people = range(first, first + rows)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(makers, "NOW", NOW - timedelta(days=1))
            made = import_file(portal, clerk, "a.xlsx", workbook([HEADINGS, *map(line, people)]))
        changed = [line(n, f"1380000{n:04d}" if n % 2 else "", second.name) for n in people]
        urls = [import_file(portal, clerk, "b.xlsx", workbook([HEADINGS, *changed])), made]
        numbers.append([statements_of_undoing(portal, url) for url in urls])
        assert members(portal) == {}
    assert numbers[0] == numbers[1]


def statements_of_undoing(portal: Portal, url: str) -> int:
    """Count all that is sent while the worker undoes, savepoints too."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    undo_later(portal, url)
    event.remove(db.engine, "before_cursor_execute", note)
    assert any(each.startswith(("DELETE FROM party_member", "UPDATE party_member")) for each in seen)
    return len(seen)


def undo_later(portal: Portal, url: str) -> None:
    """Undo an import an hour after it, so that whatever was is a state of some length."""
    portal.as_role(Role.COMMUNITY_CLERK).post(f"{url}/undo")
    with portal.inside():
        job_id = db.session.scalars(select(Job.id).where(Job.state == JobState.WAITING)).one()
    is_over = False
    while not is_over:
        with portal.inside():
            is_over = advance_job(job_id, now=LATER)


def test_the_rest_can_be_undone_once_nothing_stands_in_the_way(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1), line(2)]))
    edit(portal, 1, work_unit="甲厂")
    undo(portal, url)
    assert len(members(portal)) == 1
    with portal.inside():
        actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        facts = facts_of(member)
        told = {key: getattr(facts, key) for key in type(facts).__dataclass_fields__} | {"work_unit": None}
        registers.update_member(member.id, type(facts)(**told), actor=actor, now=LATER + timedelta(hours=1))
    undo(portal, url)
    assert members(portal) == {}
    undo(portal, url)
    assert clerk.get(url).page.select_one("#rests-title") is None


def test_after_seven_days_it_is_too_late(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1)]))
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        batch_id = db.session.scalars(select(ImportBatch.id)).one()
    end = NOW + timedelta(days=UNDO_DAYS)
    with pytest.raises(RuleBroken) as late, portal.inside():
        undo_batch(batch_id, page="", actor=actor, now=end)
    assert late.value.code == "desk.undo_too_late"
    with portal.inside():
        db.session.scalars(select(ImportBatch)).one().finished_at = NOW - timedelta(days=UNDO_DAYS)
    clerk.get(f"{url}/undo", status=422)
    clerk.post(f"{url}/undo", status=422)
    assert clerk.get(url).page.select_one("#batch-undo") is None
    assert len(members(portal)) == 1


def test_a_file_that_was_not_written_cannot_be_undone(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1)]), write=False)
    clerk.get(f"{url}/undo", status=422)
    clerk.post(f"{url}/undo", status=422)
    for act in ("undo", "undo-rests"):
        portal.as_role(Role.AUDITOR).post(f"{url}/{act}", status=403)
        portal.as_role(Role.COMMUNITY_CLERK, portal.there).post(
            f"{url.replace(HERE_CODE, THERE_CODE)}/{act}", status=404
        )


def test_a_killed_undo_goes_on_where_it_was(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_work, "UNDO_PIECE", 3)
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, *(line(n) for n in range(1, 11))]))
    edit(portal, 4, work_unit="甲厂")
    clerk.post(f"{url}/undo")
    with portal.inside():
        batch = db.session.scalars(select(ImportBatch)).one()
        job_id, batch_id = batch.undo_job_id, batch.id
    assert job_id is not None
    clerk.post(f"{url}/undo", status=422)
    for _ in range(2):
        with portal.inside():
            advance_job(job_id, now=LATER)
    with pytest.raises(KeyboardInterrupt), portal.inside():  # as a kill would: the piece is undone
        advance_job(job_id, now=LATER)
        raise KeyboardInterrupt
    assert len(members(portal)) == 5, "three, then two and the one that was changed"
    assert "10" in clerk.get(url).text
    assert run_jobs(portal) == []
    assert list(members(portal)) == [make_id_number(4)]
    with portal.inside():
        batch = db.session.scalars(select(ImportBatch)).one()
        assert (batch.removed, batch.restored) == (9, 0)
        assert [rest.row_number for rest in list_rests(batch)] == [5]
        source = source_of(batch_id)
        assert source is not None
        assert (source.file_name, source.uploaded_by_name) == ("名单.xlsx", batch.uploaded_by_name)
        assert preview_undo(batch).removed == 0


def test_the_page_costs_the_same_for_5_and_500_rows(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    numbers = []
    for first, rows in ((0, 5), (1000, 500)):
        url = import_file(portal, clerk, "a.xlsx", workbook([HEADINGS, *(line(n) for n in range(first, first + rows))]))
        with count_statements(db.engine) as seen:
            clerk.get(f"{url}/undo")
        numbers.append(len(seen))
        with count_statements(db.engine) as seen:
            clerk.get(url)
        assert len(seen) <= 12
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("named", [["--tenant", HERE_CODE], []], ids=["with its community", "by its number alone"])
def test_by_command(portal: Portal, tmp_path: Path, named: list[str]) -> None:
    """Its number says where an import is; nobody has worked here before, an operator brought it in."""
    with portal.inside():
        make_organization()
    path = tmp_path / "名单.xlsx"
    path.write_bytes(workbook([HEADINGS, line(1), line(2), line(3, name="")]))
    runner = portal.app.test_cli_runner()
    done = runner.invoke(args=["desk", "import", str(path), "--tenant", HERE_CODE, "--apply", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert (report["new"], report["refused"]) == (2, 1)
    assert [each["row"] for each in report["refused_rows"]] == [4]
    edit(portal, 2, work_unit="甲厂")
    wrong = runner.invoke(args=["desk", "undo", report["batch"], "--tenant", THERE_CODE])
    assert wrong.exit_code == 1
    assert HERE_CODE in wrong.output, "it says where the import is"
    assert runner.invoke(args=["desk", "undo", str(new_id())]).exit_code == 1, "no such import"
    stranger = ["desk", "undo", report["batch"], "--as", "lisi"]
    make_user("李四", user_name="lisi")
    assert runner.invoke(args=stranger).exit_code == 1, "whose role is elsewhere may not"
    done = runner.invoke(args=["desk", "undo", report["batch"], *named, "--json"])
    assert done.exit_code == 0, done.output
    back = json.loads(done.output)
    assert (back["removed"], back["restored"]) == (1, 0)
    assert [(rest["row"], rest["column"]) for rest in back["rest"]] == [(3, "工作单位")]
    with reading(scope_of(portal.here)):
        assert db.session.scalar(select(func.count()).select_from(PartyMember)) == 1
