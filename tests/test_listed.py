"""Lists as they are shown, as workbooks: the heads, the rows, the order and the filter of the page, and its masks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from bs4 import Tag

from portal.accounts.roles import Role
from portal.authz.permissions import Permission
from portal.authz.policy import POLICY
from portal.care.listed import VISITS
from portal.care.messages import VISIT_STATES
from portal.care.rules.visits import VisitState
from portal.core.db import db
from portal.desk.exports import get_form
from portal.desk.lists import Wanted
from portal.estates import commands
from portal.tenancy.scope import reading, scope_of
from tests.client import Answer, PortalClient
from tests.conftest import Portal
from tests.desk.makers import run_jobs
from tests.desk.test_exports import events, fetch, lines, sheet_of
from tests.estates.makers import SINCE, make_building, make_clerk, make_estate, units_of
from tests.makers import HERE_CODE, NOW
from tests.matrix import fill_tenant

T = f"/t/{HERE_CODE}"
TODAY = (NOW + timedelta(hours=8)).date().isoformat()
PAGES = [
    "estates/owners", "estates/owners?kind=PERSON", "estates/owners?missing=PHONE", "estates/units/all",
    "estates/units/all?status=DELIVERED", "estates/units/all?lack=owner", "estates/companies",
    "registers/transfers", "registers/transfers?over=1", "registers/second-belongings",
    "registers/second-belongings?kind=RESIDENCE", "registers/check-sheets", "registers/check-sheets?show=open",
    "registers/coverage", f"registers/members/then?on={TODAY}", f"registers/organizations/then?on={TODAY}",
    "care/visits", "care/visits?state=planned", "care/visits?late=1", "care/links", "care/links?level=leader",
    "care/duty-posts", "care/duty-posts?state=set", "care/delegates", "care/delegates?state=serving",
]  # fmt: skip


def secretary(portal: Portal) -> PortalClient:
    return portal.as_role(Role.COMMUNITY_SECRETARY)


def export_link(answer: Answer) -> Tag | None:
    return answer.page.select_one('a[href*="/desk/forms/"]')


def take(portal: Portal, client: PortalClient, url: str, *, in_clear: bool = False) -> list[list[Any]]:
    """Take a list from the address of its button; gives the heads and the rows of the workbook."""
    data = {"reason": "报街道备案"} | ({"in_clear": "y"} if in_clear else {})
    order = client.post(url.replace("/exports/new", "/exports"), data, status=303).location
    assert run_jobs(portal) == []
    return lines(fetch(client, order))


def shown_table(answer: Answer) -> Tag:
    """Give the table of the list: the last one with rows on the page."""
    tables = [table for table in answer.page.select("table.ledger") if "compact" not in (table.get("class") or [])]
    return tables[-1]


def heads_of(table: Tag) -> list[str]:
    heads = table.select("thead th:not(.pick)")
    return [each.get_text(strip=True) for each in heads if not each.select_one(".visually-hidden")]


def words_of(cell: Tag) -> str:
    for hidden in cell.select(".visually-hidden"):
        hidden.extract()
    return "".join(cell.get_text().split())


@pytest.fixture
def filled(portal: Portal) -> Portal:
    fill_tenant(portal, portal.here)
    return portal


@pytest.mark.parametrize("page", PAGES)
def test_a_list_is_taken_with_the_heads_rows_and_order_of_its_page(filled: Portal, page: str) -> None:
    client = secretary(filled)
    answer = client.get(f"{T}/{page}")
    link = export_link(answer)
    if link is None:
        assert not answer.page.select("table.ledger tbody tr[id]"), "a list with rows has its button"
        return
    table = shown_table(answer)
    heads, *rows = take(filled, client, str(link["href"]))
    assert heads == heads_of(table) or "members/then" in page, "members stand under the heads of their roster"
    assert len(heads) == len(heads_of(table))
    first = [words_of(row.select_one("th")) for row in table.select("tbody tr")]  # type: ignore[arg-type]
    assert ["".join(str(row[0]).split()) for row in rows] == first
    assert first


def test_most_of_these_pages_have_rows_to_take(filled: Portal) -> None:
    client = secretary(filled)
    taken = [page for page in PAGES if export_link(client.get(f"{T}/{page}"))]
    assert len(taken) > len(PAGES) * 2 / 3, sorted(set(PAGES) - set(taken))


def test_a_filter_is_kept_said_and_on_record(filled: Portal) -> None:
    client = secretary(filled)
    asked = client.get(f"{T}/care/visits?state=planned")
    shown, link = len(shown_table(asked).select("tbody tr")), export_link(asked)
    assert link is not None
    words = str(VISIT_STATES[VisitState.PLANNED][0])
    assert words in client.get(str(link["href"])).text
    _heads, *rows = take(filled, client, str(link["href"]))
    assert len(rows) == shown < len(list_of(filled, "visit-list"))
    started = events(filled, "desk:export:start")[-1]
    assert started["narrowed"] == [None, words]
    assert started["rows"] == [None, shown]


def list_of(portal: Portal, code: str, **params: Any) -> list[Any]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        return list(get_form(code).rows(Wanted(portal.here, NOW.date(), params)))  # type: ignore[misc]


def test_the_reason_of_a_visit_is_only_for_whoever_sees_it_on_the_page(
    filled: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = secretary(filled), f"{T}/desk/forms/visit-list/exports/new"
    reason = str(VISITS.columns[1].words)
    assert take(filled, client, url)[0][1] == reason
    order = client.post(url.replace("/exports/new", "/exports"), {"reason": "报街道备案"}, status=303).location
    assert run_jobs(filled) == []
    monkeypatch.setitem(POLICY, Permission.VISIT_MANAGE, {})
    assert reason not in client.get(url).text
    heads, *rows = take(filled, client, url)
    assert len(heads) == 5
    assert reason not in heads
    assert all(len(row) == 5 for row in rows)
    again = client.post(f"{order}/again", status=303).location
    assert run_jobs(filled) == []
    assert reason not in lines(fetch(client, again))[0], "what was seen once is asked again"


def test_an_auditor_sees_the_page_and_no_button(filled: Portal) -> None:
    assert export_link(filled.as_role(Role.AUDITOR).get(f"{T}/care/visits")) is None


def test_a_search_for_a_number_is_never_kept(filled: Portal) -> None:
    client = secretary(filled)
    found = client.post(f"{T}/estates/owners/search", {"q": "13800000000"})
    assert export_link(found) is None
    with reading(scope_of(filled.here)):
        assert get_form("owner-list").read_params({"q": "13800000000"}, filled.here) == {"q": "#"}
        assert get_form("visit-list").read_params({"q": "138"}, filled.here) == {"q": "#"}


def test_an_owners_phone_is_masked_unless_it_is_wanted_in_clear(filled: Portal) -> None:
    with filled.inside():
        estate = make_estate("手机小区")
        make_building(estate, units=1)
        owner = commands.NewOwner(name="有手机", phone="13812345678")
        title, staff = commands.Title(valid_from=SINCE), make_clerk()
        commands.add_owner(units_of(estate)[0], owner=owner, title=title, actor=staff, now=NOW)
    client, url = secretary(filled), f"{T}/desk/forms/owner-list/exports/new"
    masked, clear = take(filled, client, url), take(filled, client, url, in_clear=True)
    phones = [row[3] for row in clear[1:] if row[3]]
    assert "13812345678" in phones
    assert all("*" not in phone for phone in phones)
    assert all("****" in row[3] for row in masked[1:] if row[3])


def test_the_list_of_units_is_searched_by_place(filled: Portal) -> None:
    client = secretary(filled)
    everything = client.get(f"{T}/estates/units/all").page.select("tbody tr")
    name = everything[0].select_one("th").get_text(strip=True)  # type: ignore[union-attr]
    found = client.get(f"{T}/estates/units/all?{urlencode({'q': name})}").page.select("tbody tr")
    assert 0 < len(found) <= len(everything)
    assert all(row.select_one("th").get_text(strip=True) == name for row in found)  # type: ignore[union-attr]
    assert not client.get(f"{T}/estates/units/all?q=%E6%97%A0").page.select("tbody tr")


def test_the_elections_and_the_work_units_keep_to_their_filters(filled: Portal) -> None:
    client = secretary(filled)
    for page in ("registers/terms?show=none", "registers/terms", "registers/work-units?show=resident"):
        answer = client.get(f"{T}/{page}")
        link = export_link(answer)
        shown = len(shown_table(answer).select("tbody tr")) if link else 0
        if link:
            _heads, *rows = take(filled, client, str(link["href"]))
            assert len([row for row in rows if row[1]]) in {shown, shown + 1}, page


def test_it_stays_text_and_marked(filled: Portal) -> None:
    client = secretary(filled)
    order = client.post(f"{T}/desk/forms/owner-list/exports", {"reason": "报街道备案"}, status=303).location
    assert run_jobs(filled) == []
    sheet = sheet_of(fetch(client, order))
    assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
    assert "报街道备案" in str(sheet["A2"].value)
    assert uuid.UUID(order.rsplit("/", 1)[-1])
