"""The four paths through the portal, as the people on them walk them, on a phone and on a desk."""

import io
import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from time import sleep

import openpyxl
import pytest

from portal.core import clock
from portal.core.identity_numbers import citizen_check_character
from portal.demo.people import COMMUNITY
from tests.browser.conftest import Person, Walk

HERE = f"/t/{COMMUNITY}"
WIDTHS = pytest.mark.parametrize("width", [375, 1440])
SCRIPT = pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
HEADINGS = ["党员姓名", "公民身份号码", "性别", "人员类别", "入党日期", "所在党支部", "联系电话"]
BRANCH = "演示花园小区党支部"


@WIDTHS
@SCRIPT
def test_the_four_paths(walk_at: Callable[[int, bool], Walk], width: int, has_script: bool, tmp_path: Path) -> None:
    walk = walk_at(width, has_script)
    registers(walk, tmp_path)
    reporting(walk)
    scoring(walk)
    elections(walk)
    print(f"\n{width} px, {'with' if has_script else 'without'} JavaScript: {len(walk.looked)} pages looked at")
    assert walk.complaints == []


# --- registers ------------------------------------------------------------------------------


def registers(walk: Walk, folder: Path) -> None:
    """The secretary uploads a roster, sees each row, imports, mends, uploads again."""
    visitor = walk.somebody()
    visitor.go("/sign-in")
    visitor.look("sign-in")
    secretary = walk.somebody().sign_in("shuji")
    secretary.look("home-secretary")
    secretary.go(f"{HERE}/registers")
    secretary.look("registers-tree")
    secretary.go(f"{HERE}/registers/members")
    secretary.follow_to("/desk/kinds/members/batches/new")
    secretary.look("desk-upload")
    roster = folder / "花名册.xlsx"
    write_roster(roster, bad_rows={3: "520303199003070012", 7: "5203031990"})
    upload(secretary, roster)
    secretary.wait_for("#batch-rows")
    secretary.says("第 6 行", "第 10 行")
    secretary.look("desk-verdicts")
    secretary.send("/application")
    secretary.wait_for('form[action$="/refused-rows"]')
    secretary.look("desk-result")
    with secretary.page.expect_download() as coming:
        secretary.page.locator('form[action$="/refused-rows"] button').click()
    mended = folder / "退回.xlsx"
    mend(Path(coming.value.path()), mended)
    secretary.follow_to("/desk/kinds/members/batches/new")
    upload(secretary, mended)
    secretary.wait_for('form[action$="/application"]')
    secretary.send("/application")
    secretary.wait_for('main a[href$="/registers/members"]')
    secretary.go(f"{HERE}/registers/members")
    secretary.look("registers-members")
    secretary.page.fill("main input[type=search]", "试甲")
    secretary.page.locator("main form:has(input[type=search]) button").first.click()
    secretary.page.wait_for_load_state()
    secretary.says("试甲")
    secretary.follow("试甲")
    secretary.look("registers-member")
    assert "520303199003" not in secretary.page.content(), "an ID number stands on the page unmasked"


def write_roster(path: Path, *, bad_rows: dict[int, str], branch: str = BRANCH) -> None:
    """Write ten invented members under a merged title; `bad_rows` replaces ID numbers by row of the sheet's body."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["党员花名册(演示)"])
    sheet.merge_cells("A1:G1")
    sheet.append(HEADINGS)
    for number, name in enumerate("甲乙丙丁戊己庚辛壬癸", 1):
        body = f"52030319900307{number:02d}1"
        row = [f"试{name}", bad_rows.get(number - 1, body + citizen_check_character(body)), "男"]
        sheet.append([*row, "正式党员", "2015年7月1日", branch, f"1380000{number:04d}"])
    book.save(path)


def mend(source: Path, target: Path) -> None:
    """Put right ID numbers into the workbook of refused rows, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(source.read_bytes()))
    sheet = book.active
    assert sheet is not None
    headings = [cell.value for cell in sheet[2]]
    column = headings.index("公民身份号码")
    rows = list(sheet.iter_rows(min_row=3))
    assert len(rows) == 2
    for number, row in enumerate(rows, 50):
        assert row[-1].value, "each refused row says why"
        body = f"52030319900307{number:02d}1"
        row[column].value = body + citizen_check_character(body)
    book.save(target)


def upload(person: Person, path: Path) -> None:
    """Choose a file and send it."""
    person.page.set_input_files("main input[type=file]", path)
    person.send("/desk/kinds/members/batches")


# --- reporting ------------------------------------------------------------------------------


def reporting(walk: Walk) -> None:
    """A member reports, is accepted, claims a post, logs a service; the clerk confirms; the card shows it."""
    clerk = walk.somebody().sign_in("shegong")
    clerk.go(f"{HERE}/reporting/posts/new")
    clerk.look("reporting-post-form")
    clerk.page.fill("[name=name]", "周末楼道巡查")
    clerk.page.fill("[name=capacity]", "2")
    clerk.page.fill("[name=ends_on]", (clock.today(clock.now()) + timedelta(days=60)).isoformat())
    clerk.send("/reporting/posts")
    member = walk.somebody().sign_in("xindangyuan")
    member.go(f"{HERE}/reporting/my-report/new")
    member.look("reporting-report-form")
    member.send("/reporting/my-report")
    member.look("reporting-report-errors")
    member.page.fill("[name=mobile]", "13900001234")
    member.page.fill("[name=work_unit]", "演示中学")
    member.page.fill("[name=residence]", "演示花园 1 号楼")
    member.page.click("#wishes summary")
    member.page.locator("[name=intents]").first.check()
    member.page.check("[name=consent]")
    member.send("/reporting/my-report")
    member.look("reporting-my-report")
    clerk.go(f"{HERE}/reporting/reports")
    clerk.look("reporting-reports")
    clerk.follow("演示新党员")
    clerk.look("reporting-report")
    clerk.send("/acceptance")
    member.go(f"{HERE}/reporting/open-posts")
    member.look("reporting-open-posts")
    member.page.locator("main *:has(> form[action$='/claim'])", has_text="周末楼道巡查").last.locator(
        "button"
    ).first.click()
    member.page.wait_for_load_state()
    member.go(f"{HERE}/reporting/my-services/new")
    member.look("reporting-service-form")
    wait_for_half_past_midnight()
    member.page.fill("[name=served_on]", clock.today(clock.now()).isoformat())
    member.page.fill("[name=start]", "00:00")
    member.page.fill("[name=end]", "00:30")
    member.page.fill("[name=activity]", "巡查三个单元，清走楼道杂物")
    member.send("/reporting/my-services")
    clerk.go(f"{HERE}/reporting/services")
    clerk.look("reporting-services")
    clerk.page.locator("main tr", has_text="清走楼道杂物").locator("input[type=checkbox]").check()
    clerk.send("/services/confirmation")
    member.go(f"{HERE}/reporting/my-card")
    member.says("清走楼道杂物")
    member.look("reporting-my-card")
    member.go(f"{HERE}/")
    member.look("home-member")


def wait_for_half_past_midnight() -> None:
    """A service counts from the day the report was accepted and when it is over: just after midnight there is none."""
    while clock.local(clock.now()).time() < time(0, 31):
        sleep(10)


# --- scoring --------------------------------------------------------------------------------


def scoring(walk: Walk) -> None:
    """The secretary opens a round; an owner scores; the round closes; the result shows its working."""
    today = clock.today(clock.now())
    secretary = walk.somebody().sign_in("shuji")
    secretary.go(f"{HERE}/scoring/rounds/new")
    secretary.look("scoring-round-form")
    secretary.page.fill("[name=title]", "试评一轮")
    secretary.page.fill("[name=first_day]", today.isoformat())
    secretary.page.fill("[name=last_day]", (today + timedelta(days=14)).isoformat())
    secretary.send("/scoring/rounds/new")
    secretary.look("scoring-round-draft")
    secretary.send("/opening")
    secretary.look("scoring-round-open")
    round_url = secretary.page.url
    owner = walk.somebody().sign_in("yezhu")
    owner.look("home-owner")
    owner.go(f"{HERE}/scoring/ballots")
    owner.look("scoring-ballots")
    owner.follow("试评一轮")
    for number, words in enumerate(("很满意", "满意", "一般", "满意", "不满意", "不了解", "满意"), 1):
        if number == 1:
            owner.look("scoring-question")
        owner.page.locator("main form button", has_text=re.compile(f"^\\s*{words}\\s*$")).first.click()
        owner.page.wait_for_load_state()
    owner.look("scoring-answers")
    owner.send("/ballot")
    owner.look("scoring-receipt")
    secretary.go(round_url)
    secretary.page.locator('main details:has(form[action$="/closing"]) summary').click()
    secretary.page.locator('main form[action$="/closing"] [name=reason]').fill("演示：提前结束以查看结果")
    secretary.send("/closing")
    secretary.go(round_url)
    secretary.look("scoring-round-closed")
    secretary.send("/publication")
    secretary.go(f"{round_url}/result")
    secretary.says("1/56")
    secretary.look("scoring-result")
    owner.go(f"{HERE}/scoring/results")
    owner.look("scoring-results")
    owner.follow("第三季度")
    owner.look("scoring-result-published")


# --- elections ------------------------------------------------------------------------------


def elections(walk: Walk) -> None:
    """A case is opened, a candidate nominated, the sheet filled, decided, published; anybody reads the notice."""
    secretary = walk.somebody().sign_in("shuji")
    enter_estate(secretary)
    secretary.go(f"{HERE}/elections/cases")
    secretary.look("elections-cases")
    secretary.go(f"{HERE}/elections/cases/new")
    secretary.look("elections-choose-estate")
    secretary.follow("试点小区")
    secretary.look("elections-case-form")
    secretary.page.check("[name=kind][value=by_election]")
    secretary.page.fill("[name=seats]", "1")
    today = clock.today(clock.now())
    secretary.page.fill("[name=prep_formed_on]", (today - timedelta(days=40)).isoformat())
    secretary.page.fill("[name=register_published_on]", (today - timedelta(days=20)).isoformat())
    secretary.send("/cases")
    secretary.look("elections-case-open")
    secretary.follow_to("/candidates/new")
    secretary.look("elections-nomination")
    secretary.page.fill("[name=name]", "演示·林晓")
    secretary.page.fill("[name=unit_text]", "1栋 0101")
    secretary.page.check("[name=source][value=self]")
    secretary.send("/candidates")
    secretary.send("/review")
    secretary.look("elections-case-review")
    case_url = secretary.page.url
    reviewer = walk.somebody().sign_in("lianshen")
    reviewer.look("home-reviewer")
    reviewer.go(case_url)
    reviewer.follow("演示·林晓")
    for code in ("Q01", "Q02", "Q03", "Q04", "Q05", "Q06", "Q07"):
        form = reviewer.page.locator(f"#rule-{code} form")
        form.locator("textarea").fill("演示：核对了登记信息和书面意见")
        form.locator("button[value=pass]").click()
        reviewer.page.wait_for_load_state()
        reviewer.page.wait_for_timeout(300 if walk.has_script else 0)
    reviewer.look("elections-sheet")
    reviewer.follow_to("/decision")
    reviewer.look("elections-decision")
    reviewer.page.check("[name=outcome][value=passed]")
    reviewer.page.fill("[name=reason]", "七项条件逐条核对，均有依据。")
    reviewer.send("/decision")
    secretary.go(case_url)
    secretary.follow_to("/publication")
    secretary.says("24时")
    secretary.look("elections-publication")
    secretary.send("/publication")
    anybody = walk.somebody()
    anybody.go(f"{HERE}/notices")
    anybody.look("notices")
    anybody.follow("候选人")
    anybody.says("演示·林晓", "1栋 0101", "24时")
    anybody.look("notice")


def enter_estate(secretary: Person) -> None:
    """Enter an estate with one building of four units, pasted as from a spreadsheet."""
    secretary.go(f"{HERE}/estates/new")
    secretary.look("estates-estate-form")
    secretary.page.fill("[name=name]", "试点小区")
    secretary.send("/estates/new")
    secretary.follow_to("/buildings/new")
    secretary.page.fill("[name=building_name]", "1栋")
    secretary.page.fill("[name=lines]", "0101 89.50\n0102 102.30\n0201 89.50\n0202 102.30")
    secretary.look("estates-building-form")
    secretary.send("/buildings/new")
    secretary.says("0202")
    secretary.look("estates-estate")
    secretary.go(f"{HERE}/estates")
    secretary.look("estates")
