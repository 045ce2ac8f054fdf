"""Pages of the desk: what is refused at once, what is shown before anything is written, who may do what."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.desk.models import ImportPiece
from portal.registers import commands as register_commands
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus, PartyDate
from portal.tenancy.scope import reading, scope_of
from portal.web.messages import sentence
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, import_file, run_jobs, upload, verdicts, workbook
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor, make_grant, make_user
from tests.registers.makers import make_branches, make_facts, make_id_number, make_member, make_organization
from tests.statements import count_statements

DESK = f"/t/{HERE_CODE}/desk"


def line(serial: int, **changed: object) -> list[object]:
    cells = {
        "姓名": "张示例",
        "身份证号": make_id_number(serial),
        "人员类别": "正式党员",
        "入党时间": "2005-07-01",
        "所在党支部": "演示第一党支部",
        "手机": f"199{serial:08d}",
    }
    return list({**cells, **changed}.values())


def count(portal: Portal, model: type) -> int:
    db.session.remove()
    with reading(scope_of(portal.here)):
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"),
        ("a.xlsx", b""),
        ("a.xlsx", "姓名,性别\n".encode()),
        ("a.csv", "姓名,性别\n张三,男\n".encode()),
        ("a.csv", "只有一句话\n".encode()),
        ("a.xlsx", workbook([HEADINGS])),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_on_the_same_page(portal: Portal, name: str, content: bytes) -> None:
    with portal.inside():
        make_branches()
    answer = upload(portal.as_role(Role.COMMUNITY_CLERK), name, content, status=422)
    assert len(answer.errors()) >= 1
    assert answer.one("input[type=file]")["aria-invalid"] == "true"


def test_without_a_file_the_page_asks_for_one(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    client.get(f"{DESK}/kinds/members/batches/new")
    client.post(f"{DESK}/kinds/members/batches", {}, status=422, content_type="multipart/form-data")
    client.get(f"{DESK}/kinds/unknown/batches/new", status=404)


def test_changes_are_shown_masked_before_they_are_written(portal: Portal) -> None:
    with portal.inside():
        first, second, *_ = make_branches()[0:4]
        make_member(first.id, 1)
        make_member(first.id, 2)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    rows = [
        HEADINGS,
        line(1, 所在党支部="演示第二党支部", 手机="13811112222"),
        line(2, 手机=""),
        line(3),
        line(3, 姓名="李示例"),
        line(4, 所在党支部="演示支部"),
    ]
    url = upload(clerk, "名单.xlsx", workbook(rows)).location
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": 1, "changed": 1, "same": 1, "refused": 2}
    text = clerk.get(url).text
    assert "演示第一党支部" in text
    assert "199****0001" in text
    assert "138****2222" in text
    assert "13811112222" not in text
    assert make_id_number(1) not in text
    twice, unknown = (
        tr.select("td")[-1].get_text() for tr in clerk.get(f"{url}?verdict=refused").page.select("#batch-rows tbody tr")
    )
    assert "4" in twice, "the second of two is told the first one's row"
    assert "演示第二党支部" in unknown, "an unknown branch is answered with the known ones"
    with portal.inside():
        members = list(db.session.scalars(select(PartyMember)))
        assert len(members) == 2
        assert {member.organization_id for member in members} == {first.id}

    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    with portal.inside():
        moved = db.session.scalars(select(PartyMember).where(PartyMember.source_row == 2)).one()
        assert moved.organization_id == second.id
        assert moved.work_unit == "演示单位", "a column that the file has not leaves the register alone"
    clerk.post(f"{url}/application", status=422)
    assert count(portal, PartyMember) == 3


@pytest.mark.parametrize("known", ["", "演示一支部"])
def test_an_unknown_branch_is_answered_with_the_known_ones_or_with_where_to_enter_the_first(
    portal: Portal, known: str
) -> None:
    if known:
        with portal.inside():
            make_organization(known)
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", workbook([HEADINGS, line(1, 所在党支部="没有的支部")])).location
    assert run_jobs(portal) == []
    reason = clerk.get(f"{url}?verdict=refused").page.select("#batch-rows tbody tr td")[-1].get_text().strip()
    assert "没有的支部" in reason
    with portal.app.test_request_context("/"):
        where = sentence("registers.unknown_organization:without_known", {"found": "没有的支部"})
    assert (known or where) in reason
    assert not reason.endswith(("：", ":"))


def test_what_others_changed_meanwhile_is_not_overwritten_unseen(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        member_id, branch_id = make_member(branch.id, 1).id, branch.id
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", workbook([HEADINGS, line(1, 手机="13811112222"), line(2)])).location
    run_jobs(portal)
    with portal.inside():
        actor = make_actor(portal.here, Role.COMMUNITY_SECRETARY)
    with portal.inside():
        facts = make_facts(branch_id, 1, mobile="13900000001")
        register_commands.update_member(member_id, facts, actor=actor, now=NOW)
        make_member(branch_id, 2, full=None, work_unit=None, joined=PartyDate(NOW.date() - timedelta(days=3000)))
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert verdicts(clerk, url) == {"new": 0, "changed": 0, "same": 0, "refused": 2}
    with portal.inside():
        member = db.session.get_one(PartyMember, (portal.here, member_id))
        assert register_commands.queries.facts_of(member).mobile == "13900000001"


def test_a_member_who_has_left_does_not_come_back_by_a_roster(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        member = make_member(branch.id, 1)
        member.status, member.updated_at = MemberStatus.TRANSFERRED, NOW
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1)]))
    assert verdicts(clerk, url) == {"new": 0, "changed": 0, "same": 0, "refused": 1}


def test_a_withdrawn_file_leaves_nothing(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", workbook([HEADINGS, line(1)])).location
    assert "every 1s" in str(clerk.get(url).one("#batch")), "while it is checked the page asks again"
    assert "http-equiv" in clerk.get(url).response.get_data(as_text=True), "also without a script"
    run_jobs(portal)
    clerk.post(f"{url}/withdrawal")
    assert (count(portal, ImportPiece), count(portal, PartyMember)) == (0, 0)
    clerk.post(f"{url}/application", status=422)
    clerk.get(url)


def test_the_rows_page_costs_the_same_for_5_and_500_rows(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    few = import_file(portal, clerk, "a.xlsx", workbook([HEADINGS, *(line(n) for n in range(5))]), write=False)
    many = import_file(portal, clerk, "b.xlsx", workbook([HEADINGS, *(line(n) for n in range(500))]), write=False)
    numbers = []
    for url in (few, many):
        with count_statements(db.engine) as seen:
            clerk.get(url)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 8


def test_the_template_is_read_back_and_the_refused_rows_are_text(portal: Portal) -> None:
    with portal.inside():
        make_branches()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{DESK}/kinds/members/template").response.get_data()))
    sheet = book.active
    assert any("演示第二党支部" in str(rule.formula1) for rule in sheet.data_validations.dataValidation)
    names = [cell.value for cell in sheet[1]]
    for place, value in zip(
        (1, 2, 7, 8, 10, 13), ("=cmd()", make_id_number(1), "正式", "2005-07", "演示第一党支部", "=1+1"), strict=True
    ):
        sheet.cell(2, place, value).data_type = "s"
    output = io.BytesIO()
    book.save(output)
    url = import_file(portal, clerk, "模板.xlsx", output.getvalue())
    assert verdicts(clerk, url)["refused"] == 1
    answer = clerk.post(f"{url}/refused-rows")
    assert "filename*=UTF-8''" in answer.response.headers["Content-Disposition"]
    back = openpyxl.load_workbook(io.BytesIO(answer.response.get_data())).active
    who = portal.person(Role.COMMUNITY_CLERK).name
    assert all(each in back["A1"].value for each in (who, "2026-11-23 10:00", "含完整证件号码", "不得外传"))
    assert back.print_title_rows == "$1:$2"
    assert [cell.value for cell in back[2]] == [*names, "退回原因"]
    assert {cell.data_type for cell in back[3] if cell.value} == {"s"}
    assert back.cell(3, 1).fill.fgColor.rgb != back.cell(3, 2).fill.fgColor.rgb, "the bad cell is coloured"


def test_refused_rows_are_for_who_brought_them_in_or_may_see_numbers(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk, secretary = portal.as_role(Role.COMMUNITY_CLERK), portal.as_role(Role.COMMUNITY_SECRETARY)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(2, 姓名="")]))
    colleague = make_user("另一社工")
    make_grant(colleague.id, portal.here, Role.COMMUNITY_CLERK)
    other = portal.client(colleague)
    page = other.get(url)
    assert not page.page.select('form[action$="/refused-rows"]')
    assert portal.person(Role.COMMUNITY_CLERK).name in page.one("#batch-outcome").get_text()
    other.post(f"{url}/refused-rows", status=403)
    assert clerk.get(url).page.select('form[action$="/refused-rows"]')
    for client in (clerk, secretary):
        client.post(f"{url}/refused-rows", status=200)
    with reading(scope_of(portal.here)):
        tag = AuditEvent.tag == "desk:refused-rows:export"
        assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(tag)) == 2


def test_each_step_leaves_one_event(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1), line(2, 姓名="")]))
    clerk.post(f"{url}/refused-rows")
    with reading(scope_of(portal.here)):
        tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("desk:"))))
    assert sorted(tags) == [
        "desk:batch:apply",
        "desk:batch:finish",
        "desk:batch:stage",
        "desk:batch:upload",
        "desk:refused-rows:export",
    ]


def test_a_batch_is_unknown_elsewhere_and_closed_to_other_roles(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名单.xlsx", workbook([HEADINGS, line(1)]), write=False)
    other = portal.as_role(Role.COMMUNITY_CLERK, portal.there)
    foreign = url.replace(HERE_CODE, THERE_CODE)
    other.get(foreign, status=404)
    for act in ("application", "withdrawal", "refused-rows"):
        other.post(f"{foreign}/{act}", status=404)
        portal.as_role(Role.AUDITOR).post(f"{url}/{act}", status=403)
    assert verdicts(clerk, url)["new"] == 1
