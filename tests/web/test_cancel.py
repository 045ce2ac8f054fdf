"""Whoever opened a form has a way out beside its button: back to the page above, nothing changed."""

import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.matrix import address, everything, fill_tenant, routes

TEMPLATES = Path(__file__).parents[2] / "templates"
# Forms that stand open on a page that is there to be read: who does not fill them in just reads on.
OPEN_ON_A_PAGE = {
    "console.sign_in",  # the way in itself
    "care.show_delegate",
    "care.show_duty_post",
    "care.show_floating",
    "care.show_link",
    "care.show_opinion",
    "registers.show_introduction",
    "registers.show_saved_lists",
    "registers.show_sheet",
    "registers.show_transfer",
}
NOWHERE_TO_GO = {"console/sign_in.html"}


def sends(form: Tag) -> Tag | None:
    """Give the button of a page's own form: its one act, not folded away."""
    if form.find_parent("details") or "form" not in form.get_attribute_list("class"):
        return None
    return form.select_one("button.btn-primary[type=submit], button.btn-danger[type=submit]")


def test_every_page_with_a_form_of_its_own_has_a_way_out_beside_the_button(portal: Portal) -> None:
    ids = fill_tenant(portal, portal.here)
    client, seen, without = everything(portal, portal.here), 0, []
    for route in routes(portal.app):
        if route.method != "GET" or route.endpoint in OPEN_ON_A_PAGE:
            continue
        answer = client.raw("GET", address(route, HERE_CODE, ids))
        page = BeautifulSoup(answer.get_data(as_text=True), "lxml") if answer.mimetype == "text/html" else None
        buttons = [sends(form) for form in page.select("main form[method=post]")] if page else []
        for button in filter(None, buttons):
            out = button.find_next_sibling("a", class_="btn-quiet")
            above = page.select_one(".page-head a.hue") if page else None
            where = str(above["href"]) if above else "/"
            seen += 1
            if not isinstance(out, Tag) or out.get("href") != where or button.find_parent(class_="btn-row") is None:
                without.append(f"{route.endpoint}: {out}")
    assert without == []
    assert seen >= 45


def test_every_template_with_the_one_act_of_a_page_names_the_page_above() -> None:
    """Also for pages that no test fills: the macro takes the address from the head of the page."""
    act = re.compile(r"\bsubmit\((?!.*(\"btn|\"\"|cancel=)).*\)")
    without = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if path.parent.name != "components" and act.search(text) and "area_url=" not in text:
            without.append(str(path.relative_to(TEMPLATES)))
    assert set(without) == NOWHERE_TO_GO


def test_a_way_out_changes_nothing_and_leads_back(portal: Portal) -> None:
    ids = fill_tenant(portal, portal.here)
    client = everything(portal, portal.here)
    member = f"/t/{HERE_CODE}/registers/members/{ids['member_id']}"
    for form in ("facts", "extras"):
        page = client.get(f"{member}/{form}")
        assert str(page.one("form.form .btn-row a.btn-quiet")["href"]) == member
    assert client.get("/password").one("form.form a.btn-quiet")["href"] == "/"
    assert not portal.client().get("/sign-in").page.select("form.form a.btn-quiet")
