from collections.abc import Callable
from tests.browser.conftest import axe_violations
from portal.demo.people import COMMUNITY


def test_look(walk_at: Callable) -> None:
    base = f"/t/{COMMUNITY}/estates"
    walk = walk_at(1366, True)
    p = walk.somebody()
    p.sign_in("shuji")
    bad = []
    p.go(base)
    estate = p.page.locator("tbody th a").first.get_attribute("href")
    paths = [
        ("list", base),
        ("estate", estate),
        ("heads", f"{base}/heads"),
        ("owners", f"{base}/owners"),
        ("roll", f"{estate}/roll"),
        ("sheets", f"{estate}/sheets"),
        ("companies", f"{base}/companies"),
    ]
    p.go(estate)
    b = p.page.locator("tbody th a").first.get_attribute("href")
    p.go(b)
    u = p.page.locator("tbody th a").first.get_attribute("href")
    paths += [
        ("building", b),
        ("unit", u),
        ("card", b + "/card"),
        ("sale", u + "/sale"),
        ("contact", b + "/contacts/new"),
    ]
    for width, h in ((1366, 768), (375, 812)):
        p.page.set_viewport_size({"width": width, "height": h})
        for name, path in paths:
            p.go(path)
            v = axe_violations(p.page)
            if v:
                bad.append((name, width, v))
            w = p.page.evaluate("document.documentElement.scrollWidth")
            if w > width:
                bad.append((name, width, "wide", w))
            p.page.screenshot(
                path=f"/tmp/linli/estates/{name}-{width}.png", full_page=name in ("unit", "heads", "sheets")
            )
    print(bad)
    assert not bad
