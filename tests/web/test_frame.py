"""The frame: one tap to large print and to the other language, errors that give nothing away, weight, old browsers."""

import gzip
import re
from pathlib import Path

import pytest

from portal.accounts.roles import Role
from tests.conftest import Portal
from tests.makers import HERE_CODE

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
OWN_STYLES = sorted((STATIC / "css").glob("*.css"))
FIRST_VISIT_BYTES = 150_000
PAGE_BYTES = 30_000
# Not in Chromium 86, the engine of the office browsers that are still in use.
TOO_NEW = re.compile(r":has\(|:is\(|:where\(|@container|@layer|\binset\s*:|\bcolor-mix\(|\bclamp\(|\bsubgrid\b|\bdvh\b")


def test_large_print_is_one_tap_and_stays(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_CLERK)
    before = client.get(f"/t/{HERE_CODE}/")
    assert before.one("html").get("class") is None
    back = client.post("/large-print", {"on": "1", "next": f"/t/{HERE_CODE}/"})
    assert back.location == f"/t/{HERE_CODE}/"
    assert client.get(f"/t/{HERE_CODE}/").one("html")["class"] == ["large-print"]
    client.post("/large-print", {"on": "0", "next": f"/t/{HERE_CODE}/"})
    assert client.get(f"/t/{HERE_CODE}/").one("html").get("class") is None


@pytest.mark.parametrize(("chosen", "written", "other"), [("zh_Hans", "zh-Hans", "English"), ("en", "en", "中文")])
def test_anyone_switches_the_language(portal: Portal, chosen: str, written: str, other: str) -> None:
    client = portal.client()
    client.post("/language", {"locale": chosen, "next": "/sign-in"})
    page = client.get("/sign-in")
    assert page.one("html")["lang"] == {"zh_Hans": "zh-Hans", "en": "en"}[chosen]
    assert (
        page.one("form[action='/language'] button").get_text(strip=True) == {"zh_Hans": "English", "en": "中文"}[chosen]
    )


@pytest.mark.parametrize("switch", ["/large-print", "/language"])
def test_the_switches_lead_nowhere_else(portal: Portal, switch: str) -> None:
    client = portal.client()
    for elsewhere in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert "example.org" not in client.post(switch, {"on": "1", "locale": "en", "next": elsewhere}).location


def test_the_frame_says_where_one_is(portal: Portal) -> None:
    page = portal.as_role(Role.COMMUNITY_SECRETARY).get(f"/t/{HERE_CODE}/registers/members")
    current = page.page.select(".main-nav a[aria-current]")
    assert [link["href"] for link in current] == [f"/t/{HERE_CODE}/registers"], "the inner page belongs to no entry"
    assert "module-registers" in page.one("body")["class"]
    assert page.one(".skip-link")["href"] == "#content"
    assert len(page.page.select(".bottom-bar a")) <= 4


def test_a_page_that_is_not_there_says_nothing_about_what_was_asked(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    bodies = {client.body("GET", path) for path in ("/nowhere", "/t/999999999999/", f"/t/{HERE_CODE}/nowhere")}
    assert len(bodies) == 1
    assert HERE_CODE not in bodies.pop()


def test_who_may_do_it_is_said_to_who_may_not(portal: Portal) -> None:
    refused = portal.as_role(Role.PROPERTY_CONTACT).get(f"/t/{HERE_CODE}/registers/members", status=403)
    assert "社区书记" in refused.text
    assert "运维人员" not in refused.text


def test_the_first_visit_is_light(portal: Portal) -> None:
    page = portal.client().get("/sign-in")
    linked = [tag.get("href") or tag.get("src") for tag in page.page.select("link[href], script[src]")]
    paths = [str(address).split("?")[0].removeprefix("/static/") for address in linked]
    weight = sum(len(gzip.compress((STATIC / path).read_bytes())) for path in paths)
    assert weight + len(page.response.data) < FIRST_VISIT_BYTES
    assert len(page.response.data) < PAGE_BYTES
    assert all(str(address).startswith("/static/") for address in linked)


@pytest.mark.parametrize("path", OWN_STYLES, ids=lambda path: path.name)
def test_styles_stay_within_chromium_86(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert TOO_NEW.findall(rules) == []
    assert "http" not in rules


def luminance(colour: str) -> float:
    """Give the relative luminance of #rrggbb or #rgb (WCAG 2.2)."""
    digits = colour.lstrip("#")
    full = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_keep_their_contrast() -> None:
    css = (STATIC / "css" / "portal.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css.split("/* One hue")[0]))
    hues = re.findall(r"--hue: (#[0-9a-f]{6});", css)

    def contrast(one: str, other: str) -> float:
        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    grounds = [colours["paper"], colours["card"]]
    for ground in grounds:
        for text in [colours[name] for name in ("ink", "ink-soft", "link", "bad", "seal")] + hues:
            assert contrast(text, ground) >= 4.5, (text, ground)
        assert contrast(colours["edge"], ground) >= 3
    for state in ("good", "warn", "bad"):
        assert contrast(colours[state], colours[f"{state}-ground"]) >= 4.5, state
    assert contrast(colours["ink-soft"], colours["paper-deep"]) >= 4.5
