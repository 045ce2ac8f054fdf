"""The demo in a real browser: one server per walk, one window per person, axe and a picture on each page."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.demo.people import PASSWORD
from tests.support.browser import BIN, ROOT, axe_violations, chromium, live_server

HEIGHTS = {375: 812, 1440: 900}
PICTURES = Path(os.environ.get("LINLI_PICTURES", ROOT / ".build" / "pictures"))

README = frozenset(re.findall(r"docs/pictures/([\w-]+\.png)", (ROOT / "README.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one Chromium for all walks."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def demo_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the demo, made as `make serve` makes it."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    environ = {**os.environ, "LINLI_INSTANCE": str(folder), "LINLI_DEMO": "1"}
    made = subprocess.run(
        [str(BIN / "flask"), "--app", "wsgi", "prepare"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder


class Person:
    """Somebody at a window."""

    def __init__(self, walk: "Walk", context: BrowserContext) -> None:
        self.walk, self.context = walk, context
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._complain(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: walk.complaints.append(str(error)))

    def _complain(self, text: str) -> None:
        """Note what the browser complains of; a form that was refused on purpose is answered with 422."""
        if "status of 422" not in text:
            self.walk.complaints.append(text)

    def sign_in(self, name: str, password: str = PASSWORD) -> "Person":
        """Sign in and land on the list of what waits."""
        self.go("/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.press("登录", within="form.form")
        assert "/t/" in self.page.url or "/workspaces" in self.page.url, self.page.url
        return self

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.walk.url}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def follow(self, words: str, *, within: str = "main") -> None:
        """Follow the first link with these words."""
        self.page.locator(f"{within} a:visible", has_text=words).first.click()
        self.page.wait_for_load_state()

    def press(self, words: str, *, within: str = "main") -> None:
        """Press the first button with these words."""
        self.page.locator(f"{within} button:visible", has_text=words).first.click()
        self.page.wait_for_load_state()

    def send(self, action: str) -> None:
        """Press the button of the form that goes to an address with this ending."""
        self.page.locator(f'main form[action$="{action}"] button:visible').first.click()
        self.page.wait_for_load_state()

    def follow_to(self, part: str, *, within: str = "main") -> None:
        """Follow the first link whose address holds this."""
        self.page.locator(f'{within} a[href*="{part}"]:visible').first.click()
        self.page.wait_for_load_state()

    def wait_for(self, selector: str) -> None:
        """Wait until long work shows its end; without JavaScript the page reloads by itself, here by hand."""
        for _ in range(60):
            if self.page.locator(selector).count():
                return
            if self.walk.has_script:
                self.page.wait_for_timeout(500)
            else:
                self.page.wait_for_timeout(500)
                self.page.reload()
        raise AssertionError(f"{selector} did not come on {self.page.url}")

    def look(self, name: str) -> None:
        """Check the page with axe, keep its picture."""
        violations = axe_violations(self.page) if self.walk.has_script else []
        assert violations == [], f"{name} at {self.walk.width}: " + "\n".join(violations)
        self.walk.looked.append(name)
        if self.walk.has_script:
            (PICTURES / "readme").mkdir(parents=True, exist_ok=True)
            picture = f"{name}-{self.walk.width}.png"
            self.page.screenshot(path=PICTURES / picture, full_page=True)
            if picture in README:
                self.page.screenshot(path=PICTURES / "readme" / picture)

    def says(self, *words: str) -> None:
        """Assert that the page says this."""
        text = self.page.inner_text("body")
        for each in words:
            assert each in text, f"{each!r} is not on {self.page.url}:\n{text[:3000]}"


class Walk:
    """One server with the demo, seen at one width, with or without JavaScript."""

    def __init__(self, browser: Browser, url: str, width: int, *, has_script: bool, stack: ExitStack) -> None:
        self.browser, self.url, self.width, self.has_script = browser, url, width, has_script
        self.looked: list[str] = []
        self.complaints: list[str] = []
        self._stack = stack

    def somebody(self) -> Person:
        """Open a window for somebody who is not signed in."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": HEIGHTS[self.width]},
            java_script_enabled=self.has_script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        self._stack.callback(context.close)
        return Person(self, context)


@pytest.fixture
def walk_at(browser: Browser, demo_model: Path, tmp_path: Path) -> Iterator[Callable[[int, bool], Walk]]:
    """Give a maker of walks, each on a fresh copy of the demo."""
    with ExitStack() as stack:
        yield lambda width, has_script: open_walk(
            stack, browser, demo_model, tmp_path / "instance", width, has_script=has_script
        )


def open_walk(stack: ExitStack, browser: Browser, model: Path, folder: Path, width: int, *, has_script: bool) -> Walk:
    """Start a server on a fresh copy of a folder with data; what it complains of fails the test at the end."""
    shutil.copytree(model, folder)
    server = stack.enter_context(live_server({"LINLI_INSTANCE": str(folder), "LINLI_DEMO": "1"}))
    walk = Walk(browser, server.url, width, has_script=has_script, stack=stack)
    stack.callback(lambda: None if "Traceback" not in server.output() else pytest.fail(server.output()[-3000:]))
    return walk
