"""The list of long work: what, who, when, how long, again."""

from portal.accounts.roles import Role
from portal.desk.models import ExportOrder
from portal.jobs.models import Job
from tests.conftest import Portal
from tests.desk.makers import run_jobs, upload, workbook
from tests.desk.test_exports import DESK
from tests.makers import HERE_CODE, THERE_CODE
from tests.registers.makers import make_id_number, make_organization
from tests.test_lists import copy_rows

JOBS = f"/t/{HERE_CODE}/jobs"


def test_it_is_told_when_there_is_none(portal: Portal) -> None:
    assert portal.as_role(Role.COMMUNITY_CLERK).get(JOBS).one(".empty h2")


def test_an_export_can_be_had_again_from_the_list(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    clerk.post(f"{DESK}/forms/party-organizations/exports", {"reason": "换届统计"}, status=303)
    assert not clerk.get(JOBS).page.select("td.acts form"), "not while it waits for its turn"
    assert run_jobs(portal) == []
    (line,) = clerk.get(JOBS).page.select("tbody tr")
    assert portal.person(Role.COMMUNITY_CLERK).name in line.get_text()
    form = line.select_one("td.acts form")
    assert form is not None
    clerk.post(str(form["action"]), status=303)
    assert len(clerk.get(JOBS).page.select("tbody tr")) == 2
    assert len(clerk.get(f"{DESK}/forms").page.select("h2#taken + div tbody tr")) == 2
    assert (
        not portal.as_role(Role.COMMUNITY_CLERK, portal.there)
        .get(JOBS.replace(HERE_CODE, THERE_CODE))
        .page.select("tbody tr")
    )


def test_a_check_that_is_done_offers_nothing_to_do_again(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    lines = [["姓名", "身份证号", "人员类别", "入党时间", "所在党支部"], ["张三", "1", "正式党员", "2015-07-01", "x"]]
    upload(clerk, "名单.xlsx", workbook(lines))
    assert run_jobs(portal) == []
    (line,) = clerk.get(JOBS).page.select("tbody tr")
    assert "名单.xlsx" in line.get_text()
    assert not line.select("td.acts form")
    assert "/desk/kinds/" not in str(line), "while it waits for somebody the way leads to the file"


def test_after_an_import_the_list_leads_to_the_next_of_its_kind(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    heads = ["姓名", "身份证号", "人员类别", "入党时间", "所在党支部"]
    rows = [heads, ["张三", make_id_number(3), "正式党员", "2015-07-01", "演示第一党支部"]]
    url = upload(clerk, "名单.xlsx", workbook(rows)).location
    assert run_jobs(portal) == []
    (waiting,) = clerk.get(JOBS).page.select("tbody tr")
    assert str(waiting.select_one("td.acts a")["href"]) == url  # type: ignore[index]
    clerk.post(f"{url}/application", status=(303, 422))
    assert run_jobs(portal) == []
    links = [str(link["href"]) for link in clerk.get(JOBS).page.select("td.acts a")]
    assert links == [f"{DESK}/kinds/members/batches/new"] * 2


def test_older_work_is_on_the_next_page(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    clerk.post(f"{DESK}/forms/party-organizations/exports", {"reason": "换届统计"}, status=303)
    assert run_jobs(portal) == []
    copy_rows(portal, Job, 55)
    copy_rows(portal, ExportOrder, 55)
    for page in (JOBS, f"{DESK}/exports"):
        first = clerk.get(page)
        assert len(first.page.select("tbody tr")) == 50
        assert len(clerk.get(str(first.one("a[rel=next]")["href"])).page.select("tbody tr")) == 6
