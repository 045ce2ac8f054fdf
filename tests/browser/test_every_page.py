"""Every page that GET can reach, as who it is for sees it: on a phone and a desk, large, without JavaScript.

The pages come from the map of addresses and their ids from the tests' makers, so that a new page is looked at without
anybody thinking of it. At 375 px nothing may stick out; axe must find nothing.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.accounts.roles import Role
from portal.tenancy.levels import CODE_LENGTHS, tenant_id_for
from portal.web.templating import PRINT_COOKIE
from tests.browser.conftest import HEIGHTS, PICTURES
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import DISTRICT_CODE, HERE_CODE, STREET_CODE
from tests.matrix import Route, address, fill_tenant, routes
from tests.support.browser import axe_violations
from tests.support.postgres import free_port

PHONE, DESK = 375, 1440
ANYBODY = (None, HERE_CODE)
VIEWERS: tuple[tuple[Role | None, str], ...] = (
    (Role.OWNER, HERE_CODE),
    (Role.COMMUNITY_SECRETARY, HERE_CODE),
    (Role.COMMUNITY_CLERK, HERE_CODE),
    (Role.REVIEWER, HERE_CODE),
    (Role.IN_SERVICE_MEMBER, HERE_CODE),
    (Role.STREET_OFFICER, STREET_CODE),
    (Role.DISTRICT_OFFICER, DISTRICT_CODE),
    (Role.OPERATOR, "0"),
    (Role.VISITOR, HERE_CODE),
)
HOMES = (Role.COMMUNITY_SECRETARY, Role.OWNER, Role.IN_SERVICE_MEMBER, Role.REVIEWER)
WHAT_STICKS_OUT = """() => [...document.querySelectorAll("main *")]
    .filter(each => each.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3).map(each => each.outerHTML.slice(0, 120)).join(" … ")"""
WIDER_THAN_ITS_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's own name
        """Leave the log empty."""


@contextmanager
def served(portal: Portal) -> Iterator[str]:
    """Serve the portal under test from this very process, at the time that the tests live in."""
    port = free_port()
    server = make_server("127.0.0.1", port, portal.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Seen:
    """A page as one person sees it."""

    name: str
    path: str
    role: Role | None
    forms: int


@dataclass
class Look:
    """What is wrong with the pages."""

    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, way: str, problems: list[str]) -> None:
        self.counts[way] = self.counts.get(way, 0) + 1
        self.problems += problems


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)
def test_every_page_at_both_widths(browser: Browser, portal: Portal) -> None:
    ids = fill_tenant(portal, portal.here)
    pages = list(pages_of(portal, ids))
    look = Look()
    with served(portal) as url, ExitStack() as stack:
        windows = Windows(browser, portal, url, stack)
        for page in pages:
            look.note("both widths", at_both_widths(windows, page))
            look.note("375 px in large print", in_large_print(windows, page))
            look.note("375 px without JavaScript", without_script(windows, page))
    print(f"\n{len(pages)} pages: " + ", ".join(f"{number} at {way}" for way, number in look.counts.items()))
    assert look.problems == [], "\n".join(look.problems)
    assert len(pages) > 60


def pages_of(portal: Portal, ids: dict[str, Any]) -> Iterator[Seen]:
    """Give each page once, for the first of VIEWERS who may see it; what nobody sees is a mistake of this test."""
    clients = {viewer: client_of(portal, *viewer) for viewer in (*VIEWERS, ANYBODY)}
    for role in HOMES:
        yield Seen(f"home-{role.value}", f"/t/{HERE_CODE}/", role, 0)
    unseen = []
    for route in routes(portal.app):
        if route.method != "GET" or route.endpoint == "console.home":
            continue
        seen = [each for viewer, client in clients.items() if (each := _seen(route, viewer, client, ids))]
        if seen:
            yield seen[-1] if seen[-1].role is None and seen[-1].path.startswith("/t/") else seen[0]
        elif not any(_is_no_page(route, viewer, client, ids) for viewer, client in clients.items()):
            unseen.append(f"{route.rule.rule}")
    assert unseen == []


def _seen(route: Route, viewer: tuple[Role | None, str], client: PortalClient, ids: dict[str, Any]) -> Seen | None:
    path = address(route, viewer[1], ids)
    answer = client.raw("GET", path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return None
    forms = len(BeautifulSoup(answer.get_data(as_text=True), "lxml").select("form"))
    return Seen(route.endpoint.replace(".", "-"), path, viewer[0], forms)


def _is_no_page(route: Route, viewer: tuple[Role | None, str], client: PortalClient, ids: dict[str, Any]) -> bool:
    """Say whether somebody gets a file or is sent on: there is nothing to look at."""
    answer = client.raw("GET", address(route, viewer[1], ids))
    return answer.status_code in {204, 301, 302, 303} or (answer.status_code == 200 and answer.mimetype != "text/html")


def client_of(portal: Portal, role: Role | None, code: str) -> PortalClient:
    if role is None:
        return portal.client()
    level = next(level for level, digits in CODE_LENGTHS.items() if digits == len(code))
    return portal.as_role(role, tenant_id_for(code, level))


class Windows:
    """One window per person, width and way of looking, opened when it is first needed."""

    def __init__(self, browser: Browser, portal: Portal, url: str, stack: ExitStack) -> None:
        self.browser, self.portal, self.url, self.stack = browser, portal, url, stack
        self._open: dict[tuple[Any, ...], Page] = {}
        self.complaints: list[str] = []

    def window(self, role: Role | None, width: int, *, way: str) -> Page:
        """Give the window of somebody who is signed in already."""
        key = (role, width, way)
        if key not in self._open:
            context: BrowserContext = self.browser.new_context(
                viewport={"width": width, "height": HEIGHTS[width]},
                java_script_enabled=way != "no script",
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            self.stack.callback(context.close)
            context.add_cookies([*self._cookies(role, way)])
            page = context.new_page()
            page.on(
                "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
            )
            self._open[key] = page
        return self._open[key]

    def _cookies(self, role: Role | None, way: str) -> Iterator[Any]:
        if way == "large":
            yield {"name": PRINT_COOKIE, "value": "1", "url": self.url}
        if role is not None:
            code = next(code for each, code in VIEWERS if each is role)
            cookie = client_of(self.portal, role, code).http.get_cookie("linli")
            assert cookie is not None
            yield {"name": "linli", "value": cookie.value, "url": self.url}


def at_both_widths(windows: Windows, seen: Seen) -> list[str]:
    """Open a page on a desk, then make the window as narrow as a phone; axe looks at both."""
    page, problems = windows.window(seen.role, DESK, way="desk"), []
    windows.complaints.clear()
    answer = page.goto(windows.url + seen.path)
    if answer is None or answer.status != 200:
        return [f"{seen.name}: {answer.status if answer else 'no answer'}"]
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found = [*axe_violations(page), *sticking_out(page)]
        problems += [f"{seen.name} at {width} px: {each}" for each in found]
        keep_picture(page, f"{seen.name}-{width}")
    page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
    return problems + [f"{seen.name}: {each}" for each in windows.complaints]


def in_large_print(windows: Windows, seen: Seen) -> list[str]:
    """Open a page on a phone in large print."""
    page = windows.window(seen.role, PHONE, way="large")
    page.goto(windows.url + seen.path)
    keep_picture(page, f"{seen.name}-large")
    return [f"{seen.name} in large print: {each}" for each in sticking_out(page)]


def sticking_out(page: Page) -> list[str]:
    """Say what is wider than its window, if anything is."""
    over = page.evaluate(WIDER_THAN_ITS_WINDOW)
    return [f"{over} px wider than the window: {page.evaluate(WHAT_STICKS_OUT)}"] if over > 0 else []


def keep_picture(page: Page, name: str) -> None:
    """Keep what was seen, when somebody wants to look at it."""
    if "LINLI_PICTURES" in os.environ:
        folder = PICTURES / "every-page"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def without_script(windows: Windows, seen: Seen) -> list[str]:
    """Open a page without JavaScript: the same forms, each with a button to send it."""
    page, where = windows.window(seen.role, PHONE, way="no script"), f"{seen.name} without JavaScript"
    answer = page.goto(windows.url + seen.path)
    if answer is None or answer.status != 200:
        return [f"{where}: {answer.status if answer else 'no answer'}"]
    body = BeautifulSoup(page.content(), "lxml")
    forms = body.select("form")
    if body.select(".blocked"):
        return []  # it says why the form cannot be sent yet
    mute = [form for form in forms if not form.select("button:not([type=button]), input[type=submit]")]
    problems = [f"{where}: a form to {form.get('action')} has no button" for form in mute]
    if seen.forms and len(forms) != seen.forms:
        problems.append(f"{where}: {len(forms)} forms of {seen.forms}")
    return problems
