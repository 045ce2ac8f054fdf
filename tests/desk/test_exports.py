"""What leaves the house: with a reason, marked, as text, for some days, on record."""

from __future__ import annotations

import gc
import io
import json
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.desk.commands import exports as commands
from portal.desk.exports import in_pieces, list_forms
from portal.desk.models import ExportOrder
from portal.files.models import StoredFile
from portal.registers.models import PartyMember
from portal.tenancy.scope import read_rows, reading, scope_of, transaction
from tests.client import PortalClient
from tests.conftest import Portal
from tests.desk.makers import import_file, run_jobs, verdicts
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor, make_user
from tests.registers.makers import make_branches, make_id_number, make_many_members, make_member, make_organization
from tests.statements import count_statements

DESK = f"/t/{HERE_CODE}/desk"
FORM = f"{DESK}/forms/member-roster/exports"


def take(portal: Portal, client: PortalClient, *, in_clear: bool = False, form: str = "member-roster") -> str:
    """Ask for a workbook as the page does and have it written; gives the address of its page."""
    data = {"reason": "报街道备案"} | ({"in_clear": "y"} if in_clear else {})
    url = client.post(f"{DESK}/forms/{form}/exports", data, status=303).location
    assert run_jobs(portal) == []
    return url


def fetch(client: PortalClient, url: str) -> bytes:
    return bytes(client.post(f"{url}/file", status=200).response.get_data())


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def lines(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet_of(content).iter_rows(min_row=3)]


def events(portal: Portal, tag: str) -> list[dict[str, Any]]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        found = select(AuditEvent.changes).where(AuditEvent.tag == tag).order_by(AuditEvent.at, AuditEvent.id)
        return list(db.session.scalars(found))


def test_a_roster_in_clear_comes_back_and_changes_nothing(portal: Portal) -> None:
    with portal.inside():
        first, second, *_ = make_branches()
        make_many_members(first.id, 30)
        make_member(second.id, 77, mobile=None, work_unit=None)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    content = fetch(secretary, take(portal, secretary, in_clear=True))
    head, *rows = lines(content)
    assert len(rows) == 31
    assert {row[head.index("身份证号")] for row in rows} == {make_id_number(n) for n in (*range(1, 31), 77)}
    url = import_file(portal, secretary, "再传一遍.xlsx", content, write=False)
    assert verdicts(secretary, url) == {"new": 0, "changed": 0, "same": 31, "refused": 0}


def test_masked_it_holds_no_number_and_is_marked_on_every_page(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    content = fetch(secretary, take(portal, secretary))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        everything = "".join(book.read(name).decode() for name in book.namelist())
    assert make_id_number(7) not in everything
    assert "19900000007" not in everything
    assert "演示路1号2栋" not in everything
    sheet = sheet_of(content)
    person = portal.person(Role.COMMUNITY_SECRETARY).name
    assert "党员花名册" in sheet["A1"].value
    assert all(words in sheet["A2"].value for words in (person, "2026-11-23 10:00", "报街道备案", "不得外传"))
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight, sheet.freeze_panes) == (9, 0, "A4")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_it_needs_a_reason_and_somebody_who_may(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    assert secretary.post(FORM, {"reason": ""}, status=422).errors()
    assert secretary.post(FORM, {"reason": "x"}, status=422).errors()
    assert secretary.post(FORM, {"reason": "x" * 201}, status=422).errors()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    clerk.get(f"{FORM}/new", status=403)
    clerk.post(FORM, {"reason": "报街道备案"}, status=403)
    secretary.post(f"{DESK}/forms/unknown/exports", {"reason": "报街道备案"}, status=404)
    assert events(portal, "desk:export:start") == []
    with portal.inside():
        assert db.session.scalar(select(func.count()).select_from(ExportOrder)) == 0


def test_each_export_and_each_download_is_on_record(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = take(portal, secretary, in_clear=True)
    fetch(secretary, url)
    fetch(secretary, url)
    (start,) = events(portal, "desk:export:start")
    assert start["reason"] == [None, "报街道备案"]
    assert (start["rows"], start["in_clear"]) == ([None, 1], [None, True])
    assert [each["times"] for each in events(portal, "desk:export:fetch")] == [[0, 1], [1, 2]]
    page = secretary.get(url).text
    assert "报街道备案" in page
    again = secretary.post(f"{url}/again", status=303).location
    assert again != url
    assert run_jobs(portal) == []
    assert len(lines(fetch(secretary, again))) == 2
    assert len(events(portal, "desk:export:start")) == 2


def test_a_workbook_is_gone_after_seven_days(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = take(portal, secretary)
    with portal.inside():
        order = db.session.scalars(select(ExportOrder)).one()
        actor = Actor(order.asked_by, order.asked_by_name, portal.here, frozenset({Role.COMMUNITY_SECRETARY}))
        late = NOW + timedelta(days=commands.KEEP_DAYS)
        assert commands.fetch_export(order.id, actor=actor, now=late - timedelta(seconds=1)).content
        with pytest.raises(RuleBroken) as refused:
            commands.fetch_export(order.id, actor=actor, now=late)
        assert refused.value.code == "desk.export_expired"
        assert commands.forget_expired(now=late - timedelta(seconds=1)) == 0
        assert commands.forget_expired(now=late) == 1
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    secretary.post(f"{url}/file", status=422)
    assert "7" in secretary.get(url).text


def test_only_who_asked_can_fetch_and_nobody_elsewhere(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization("同名支部").id, 7)
    with portal.inside(portal.there):
        make_member(make_organization("同名支部").id, 8, full_name="别处人")
    somebody = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = take(portal, secretary, in_clear=True)
    other = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    foreign = url.replace(HERE_CODE, THERE_CODE)
    other.get(foreign, status=404)
    other.post(f"{foreign}/file", status=404)
    other.post(f"{foreign}/again", status=404)
    portal.as_role(Role.COMMUNITY_CLERK).post(f"{url}/file", status=403)
    with portal.inside():
        order = db.session.scalars(select(ExportOrder)).one()
        with pytest.raises(NotFound):
            commands.fetch_export(order.id, actor=somebody, now=NOW)
    content = fetch(secretary, url)
    assert "别处人" not in str(lines(content))
    assert make_id_number(8) not in str(lines(content))


def test_what_is_not_written_yet_cannot_be_fetched(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = clerk.post(f"{DESK}/forms/party-organizations/exports", {"reason": "换届统计"}, status=303).location
    clerk.post(f"{url}/file", status=404)
    assert "every 1s" in str(clerk.get(url).one("#export")), "the page asks again until it is written"
    assert "http-equiv" in clerk.get(url).response.get_data(as_text=True), "also without a script"


def test_the_organizations_with_their_members(portal: Portal) -> None:
    with portal.inside():
        branches = make_branches()
        make_many_members(branches[0].id, 5)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    head, *rows = lines(fetch(clerk, take(portal, clerk, form="party-organizations")))
    line = next(dict(zip(head, row, strict=True)) for row in rows if row[1] == branches[0].name)
    assert (line["党员总数"], line["正式党员"], line["预备党员"]) == (5, 5, 0)
    assert rows[-1][0].startswith("填表人")


def test_the_page_of_forms_counts_and_shows_what_was_taken(portal: Portal) -> None:
    with portal.inside():
        make_many_members(make_organization().id, 12)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    offered = str(clerk.get(f"{DESK}/forms").page)
    assert "party-organizations" in offered
    assert "member-roster" not in offered, "a form that a clerk may not take is not offered"
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    page = secretary.get(f"{DESK}/forms")
    assert "member-roster" in str(page.page)
    assert "12" in page.text
    take(portal, secretary)
    assert "报街道备案" in secretary.get(f"{DESK}/forms").text


def test_the_page_of_forms_costs_the_same_for_few_and_many(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        make_many_members(branch.id, 5)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    secretary.get(f"{DESK}/forms")
    take(portal, secretary)
    with count_statements(db.engine) as few:
        secretary.get(f"{DESK}/forms")
    for _ in range(12):
        take(portal, secretary)
    with count_statements(db.engine) as many:
        secretary.get(f"{DESK}/forms")
    assert len(few) == len(many)


def test_the_address_of_the_page_cannot_be_led_elsewhere(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"{FORM}/new?_external=1&_scheme=javascript&code=1&x=%22%3E")
    assert str(page.one("form.form")["action"]).startswith(f"{FORM}?")


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 30])
def test_reading_in_pieces_gives_each_row_once(total: int) -> None:
    asked = []

    def read(after: int | None, size: int) -> list[int]:
        asked.append(after)
        start = 0 if after is None else after + 1
        return list(range(start, min(total, start + size)))

    pieces = list(in_pieces(read, key=lambda row: row, size=10))
    assert [row for piece in pieces for row in piece] == list(range(total))
    assert all(pieces)
    assert len(asked) == total // 10 + 1


def test_members_of_one_name_are_each_there_once_across_pieces(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is by name, then by id: a piece may end in the middle of forty people of one name."""
    monkeypatch.setattr("portal.desk.exports.PIECE_ROWS", 7)
    monkeypatch.setattr(in_pieces, "__kwdefaults__", {"size": 7})
    with portal.inside():
        make_many_members(make_organization().id, 40)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    head, *rows = lines(fetch(secretary, take(portal, secretary, in_clear=True)))
    numbers = [row[head.index("身份证号")] for row in rows]
    assert sorted(numbers) == sorted(make_id_number(n) for n in range(1, 41))


def test_others_write_while_it_is_read_and_it_shows_one_moment(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long reading holds no lock of writers, and what they change meanwhile is in none of its pieces."""
    monkeypatch.setattr(in_pieces, "__kwdefaults__", {"size": 7})
    with portal.inside():
        make_many_members(make_organization().id, 20)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = secretary.post(FORM, {"reason": "报街道备案"}, status=303).location
    others: list[threading.Thread] = []

    def change_all() -> None:
        with portal.app.app_context(), transaction(scope_of(portal.here)):
            for member in db.session.scalars(select(PartyMember)):
                member.work_unit, member.updated_at = "后来的单位", NOW

    def read_and_let_others_write(statement: Any) -> Any:
        rows = read_rows(statement)
        if not others:
            others.append(threading.Thread(target=change_all, daemon=True))
            others[0].start()
            others[0].join(10)
            assert not others[0].is_alive(), "the other one waits"
        return rows

    monkeypatch.setattr("portal.registers.exporting.read_rows", read_and_let_others_write)
    usual = gc.get_threshold()
    assert run_jobs(portal) == []
    assert gc.get_threshold() == usual
    assert "后来的单位" not in str(lines(fetch(secretary, url)))
    with portal.inside():
        assert set(db.session.scalars(select(PartyMember.work_unit))) == {"后来的单位"}


def test_every_form_can_be_written_and_names_its_columns_once(portal: Portal) -> None:
    with portal.inside():
        make_many_members(make_organization().id, 3)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    assert {"member-roster", "party-organizations"} <= {form.code for form in list_forms()}
    for form in list_forms():
        if form.variants is None and form.is_standard:
            take(portal, secretary, form=form.code)


def test_too_many_rows_are_refused_before_anything_is_read(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_ROWS", 2)
    with portal.inside():
        make_many_members(make_organization().id, 3)
    assert portal.as_role(Role.COMMUNITY_SECRETARY).post(FORM, {"reason": "报街道备案"}, status=422)


def test_a_form_is_written_from_the_terminal_with_mark_and_event(portal: Portal, tmp_path: Path) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    runner, path = portal.app.test_cli_runner(), tmp_path / "花名册.xlsx"
    words = ["desk", "export", "--tenant", HERE_CODE, "--json"]
    done = runner.invoke(args=[*words, "--form", "党员花名册", str(path)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["rows"] == 1
    content = path.read_bytes()
    assert len(lines(content)) == 2
    assert "终端" in sheet_of(content)["A2"].value
    assert make_id_number(7) not in str(lines(content))
    assert path.stat().st_mode & 0o077 == 0, "for its owner's eyes only"
    assert len(events(portal, "desk:export:start")) == len(events(portal, "desk:export:fetch")) == 1
    with portal.inside():
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0, "handed over, so not kept"
    make_user("演示社工", user_name="shegong")
    for wrong in (["--form", "unknown"], ["--form", "member-roster", "--as", "shegong"], ["--form", "x", "--as", "no"]):
        failed = runner.invoke(args=[*words, *wrong, str(tmp_path / "no.xlsx")])
        assert failed.exit_code == 1
    failed = runner.invoke(args=[*words, "--form", "member-roster", "--reason", "x", str(tmp_path / "no.xlsx")])
    assert failed.exit_code == 1
    assert not (tmp_path / "no.xlsx").exists()
    assert "member-roster" in runner.invoke(args=["desk", "forms"]).output
