"""Ten things that a secretary does every day, in a register of the size of a district, each from the home page on.

Clicks (a choice counts as one) and typed fields are counted and printed, and have bounds. A form may only ask for what
the portal cannot know: each required field that comes up empty must be named here as news.

The district is 汇川区 as `flask demo district 520303` invents it: 139 communities (62 urban), 113,041 members, 8,467
organizations, 47,869 units, made in 52 s (35 s of processor time, 208 MB), where `LINLI_DISTRICT=520303` asks for it;
in the suite, which is to stay short, one street of it. All who test at a time share it.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from portal.core.identity_numbers import citizen_check_character
from portal.core.names import search_key
from portal.demo.people import NEIGHBOUR
from tests.browser.conftest import Person, Walk, open_walk
from tests.browser.test_walk import upload, write_roster
from tests.support.browser import BIN, ROOT

IS_WHOLE = os.environ.get("LINLI_DISTRICT") == NEIGHBOUR[:6]
DISTRICT = NEIGHBOUR[:6] if IS_WHOLE else NEIGHBOUR[:9]
COMMUNITIES = 139
HERE = f"/t/{NEIGHBOUR}"
SECRETARY = f"shuji{NEIGHBOUR[6:]}"
BRANCH = "演示第2党支部"
DESK, PHONE = 1440, 375
WALKS = ((DESK, True), (PHONE, False))
SAVED_CLICKS = 8  # no everyday task takes more
EMPTY_AND_REQUIRED = """() => [...document.querySelectorAll("main form :is(input, select, textarea)")]
    .filter(each => each.required && !each.value && each.type !== "hidden" && each.offsetParent !== null)
    .map(each => each.name)"""


@pytest.fixture(scope="session")
def district_model(demo_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the demo and an invented register for every other community of its district."""
    shared = (
        tmp_path_factory.getbasetemp().parent
        if os.environ.get("PYTEST_XDIST_WORKER")
        else tmp_path_factory.getbasetemp()
    )
    folder, ready = shared / "district" / "instance", shared / "district" / "ready"
    folder.parent.mkdir(exist_ok=True)
    with (shared / "district.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.copytree(demo_model, folder)
            fill_district(folder)
            ready.touch()
    return folder


def fill_district(folder: Path) -> None:
    """Fill the district by the same command that people type."""
    made = subprocess.run(
        [str(BIN / "flask"), "--app", "wsgi", "demo", "district", DISTRICT, "--quiet"],
        cwd=ROOT,
        env={**os.environ, "LINLI_INSTANCE": str(folder), "LINLI_DEMO": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    figures = dict(re.findall(r"^(\w[\w ]*?) +([\d,]+)$", made.stdout, re.MULTILINE))
    if IS_WHOLE:
        assert int(figures["communities"]) + int(figures["left"]) == COMMUNITIES, made.stdout  # one has the demo's own
    print(f"\n{made.stdout}")


@pytest.fixture
def walk(request: pytest.FixtureRequest, browser: Browser, district_model: Path, tmp_path: Path) -> Iterator[Walk]:
    width, has_script = request.param
    with ExitStack() as stack:
        yield open_walk(stack, browser, district_model, tmp_path / "instance", width, has_script=has_script)


class Hands:
    """A secretary whose clicks and typed fields are counted, task by task."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.clicks = self.typed = 0
        self.done: list[tuple[str, int, int]] = []

    @contextmanager
    def task(self, name: str, *, clicks: int, typed: int) -> Iterator[None]:
        """Do one task from the home page on, in at most so many clicks and typed fields.

        On a phone the menu is one click more.
        """
        clicks += self.person.walk.width < DESK
        self.person.go(f"{HERE}/")
        self.clicks = self.typed = 0
        yield
        self.done.append((name, self.clicks, self.typed))
        assert (self.clicks <= clicks, self.typed <= typed) == (True, True), self.done[-1]
        self.look(name)

    def reach(self, *ends: str) -> None:
        """Follow links, each known by the end of its address; what is not in sight is in the menu."""
        for end in ends:
            if not self.sees(end):
                self.click("#me-menu summary")
            self.click(f'a[href$="{end}"]')

    def sees(self, end: str) -> bool:
        """Say whether a link is in sight."""
        return self.page.locator(f'a[href$="{end}"]:visible').count() > 0

    def reach_members(self) -> None:
        """Go to the list of members: at the foot of a phone, on a desk by the registers."""
        if not self.sees("/registers/members"):
            self.reach("/registers")
        self.reach("/registers/members")

    def click(self, selector: str) -> None:
        """Click the first thing of this kind that can be seen."""
        self.press(self.page.locator(f"{selector}:visible").first)

    def press(self, what: Locator) -> None:
        """Click on something."""
        self.clicks += 1
        what.click()
        self.page.wait_for_load_state()

    def send(self, action: str) -> None:
        """Press the button of a form, known by the end of its address."""
        self.click(f'main form[action$="{action}"] button:not([type=button])')

    def type(self, name: str, text: str) -> None:
        """Fill a field."""
        self.typed += 1
        self.page.locator(f'main [name="{name}"]:visible').first.fill(text)

    def choose(self, name: str, label: str) -> None:
        """Choose from a list."""
        self.clicks += 1
        self.page.locator(f'main select[name="{name}"]').select_option(label=label)

    def is_asked_only(self, *news: str) -> None:
        """Assert that no required field is empty but these."""
        asked = set(self.page.evaluate(EMPTY_AND_REQUIRED))
        assert asked <= set(news), f"{self.page.url} asks again for {asked - set(news)}"

    def look(self, name: str) -> None:
        """Look at the page that a task ends on; on a phone nothing sticks out."""
        self.person.look(f"task-{name}")
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url} is {over} px too wide"

    def table(self) -> str:
        """Give what each task took."""
        lines = [f"{'task':<26}{'clicks':>8}{'typed':>8}"]
        return "\n".join([*lines, *(f"{name:<26}{clicks:>8}{typed:>8}" for name, clicks, typed in self.done)])


@pytest.mark.parametrize("walk", WALKS, indirect=True, ids=["1440 px", "375 px without JavaScript"])
def test_ten_everyday_tasks(walk: Walk, tmp_path: Path) -> None:
    hands = Hands(walk.somebody().sign_in(SECRETARY))
    name = somebody_in(hands)
    for task in (find, add, move):
        task(hands, name)
    end_a_post(hands)
    renew_a_term(hands)
    merge(hands)
    record_a_visit(hands)
    export_a_form(hands)
    undo_an_import(hands, tmp_path)
    look_at_last_year(hands)
    print(f"\n{walk.width} px, {'with' if walk.has_script else 'without'} JavaScript\n{hands.table()}")
    assert walk.complaints == []
    assert len(hands.done) == 10
    assert max(clicks for _, clicks, _ in hands.done) <= SAVED_CLICKS


def somebody_in(hands: Hands) -> str:
    """Give the name of a member whose initials find few others."""
    hands.person.go(f"{HERE}/registers/members?page=2")
    return hands.page.locator("tbody th a").nth(9).inner_text().strip()


def find_by_initials(hands: Hands, name: str) -> None:
    hands.reach_members()
    hands.type("q", search_key(name).split()[0])
    hands.send("/members/search")
    hands.press(hands.page.locator("tbody th a", has_text=re.compile(f"^{name}$")).first)


def find(hands: Hands, name: str) -> None:
    with hands.task("find a member", clicks=4, typed=1):
        find_by_initials(hands, name)
        assert hands.page.locator("h1").inner_text().startswith(name)


def add(hands: Hands, _name: str) -> None:
    """Sex and birth date are in the number; nobody is asked for them."""
    body = "52039919900307901"
    with hands.task("add a member", clicks=6, typed=3):
        hands.reach_members()
        hands.reach("/members/new")
        hands.is_asked_only("full_name", "id_number", "joined", "organization")
        assert hands.page.locator("[name=sex], [name=born_on]").count() == 0
        hands.type("full_name", "新示例")
        hands.type("id_number", body + citizen_check_character(body))
        hands.type("joined", "2015-07-01")
        hands.choose("organization", BRANCH)
        hands.send("/members/new")
        hands.person.says("新示例", "1990")


def move(hands: Hands, name: str) -> None:
    with hands.task("move to another branch", clicks=7, typed=2):
        find_by_initials(hands, name)
        hands.reach("/move")
        hands.is_asked_only("organization", "reason")
        hands.choose("organization", other_branch(hands))
        hands.type("reason", "搬到别的楼栋")
        hands.click("main form:has([name=organization]) button")
        assert "/members/" in hands.page.url
        assert not hands.page.url.endswith("/move")


def other_branch(hands: Hands) -> str:
    """Give the second of the branches on offer, which is not the present one."""
    offered = hands.page.locator('main select[name="organization"] option').all_inner_texts()
    return [each for each in offered if "党支部" in each][-1]


def end_a_post(hands: Hands) -> None:
    with hands.task("end a post", clicks=4, typed=1):
        hands.reach("/registers")
        hands.press(hands.page.locator("tbody th a", has_text=BRANCH).first)
        hands.click('a[href*="/party-posts/"][href$="/end"]')
        hands.is_asked_only("reason")
        hands.type("reason", "本人请辞")
        hands.send("/end")
        assert "/organizations/" in hands.page.url


def renew_a_term(hands: Hands) -> None:
    """Who held which post, the number of the session, who may vote: all there; the papers are new."""
    with hands.task("renew a term", clicks=4, typed=2):
        hands.reach("/registers", "/registers/terms")
        hands.click('tbody a[href$="/terms/new"]')
        hands.is_asked_only()
        assert int(hands.page.locator("[name=entitled]").input_value()) > 0
        assert int(hands.page.locator("[name=session_no]").input_value()) == 5
        hands.type("attended", hands.page.locator("[name=entitled]").input_value())
        hands.type("approved_doc", "演示组〔2026〕9号")
        hands.send("/terms/new")
        assert not hands.page.url.endswith("/terms/new"), hands.page.inner_text("main")[:1500]


def merge(hands: Hands) -> None:
    with hands.task("merge duplicates", clicks=6, typed=0):
        hands.reach("/registers", "/registers/duplicates")
        hands.click('a[href*="/merge/"]')
        for field in open_choices(hands):
            hands.click(f'main input[type=radio][name="{field}"]')
        hands.click("main form:has([name=choice-id_number]) button:not([type=button])")
        assert "/merge/" not in hands.page.url, hands.page.inner_text("main")[:1500]


def open_choices(hands: Hands) -> list[str]:
    """Give the fields in which the two records differ and nothing is chosen yet."""
    chosen = {each.get_attribute("name") for each in hands.page.locator("main input[type=radio]:checked").all()}
    names = [str(each.get_attribute("name")) for each in hands.page.locator("main input[type=radio]").all()]
    return [name for name in dict.fromkeys(names) if name not in chosen]


def record_a_visit(hands: Hands) -> None:
    with hands.task("record a visit", clicks=6, typed=1):
        hands.reach("/registers", "/care", "/care/visits")
        hands.click('tbody a[href*="/care/visits/"]')
        hands.reach("/record")
        hands.is_asked_only("help", "need")
        hands.type("help", "送去棉被一床。")
        hands.send("/record")
        assert not hands.page.url.endswith("/record"), hands.page.inner_text("main")[:1500]


def export_a_form(hands: Hands) -> None:
    with hands.task("export a form", clicks=6, typed=1):
        hands.reach("/desk", "/desk/forms", "/member-roster/exports/new")
        hands.is_asked_only("reason")
        hands.type("reason", "报街道年度核对")
        hands.send("/exports")
        hands.person.wait_for('form[action$="/file"]')
        with hands.page.expect_download() as coming:
            hands.click('form[action$="/file"] button')
        assert Path(coming.value.path()).read_bytes()[:2] == b"PK"


def undo_an_import(hands: Hands, folder: Path) -> None:
    """The file comes in before; only taking it back is counted."""
    roster = folder / "花名册.xlsx"
    write_roster(roster, bad_rows={}, branch=BRANCH)
    hands.person.go(f"{HERE}/desk/kinds/members/batches/new")
    upload(hands.person, roster)
    hands.person.wait_for('form[action$="/application"]')
    hands.person.send("/application")
    hands.person.wait_for('a[href$="/undo"]')
    with hands.task("undo an import", clicks=5, typed=1):
        hands.reach("/desk")
        hands.click('main a[href*="/desk/batches/"]')
        hands.reach("/undo")
        hands.is_asked_only("reason")
        if hands.page.locator('main [name="reason"]:visible').count():
            hands.type("reason", "传错了文件")
        hands.send("/undo")
    for _ in range(40):  # it is long work, done by the worker
        hands.person.go(f"{HERE}/registers/members?q=试甲")
        if hands.page.locator("tbody th a").count() == 0:
            return
        hands.page.wait_for_timeout(500)
    raise AssertionError("the imported members are still there")


def look_at_last_year(hands: Hands) -> None:
    with hands.task("look at last year", clicks=4, typed=0):
        hands.reach_members()
        hands.reach("/members/then")
        hands.click('main a[href*="/members/then?on="]')
        assert hands.page.locator("tbody th").count() > 0
