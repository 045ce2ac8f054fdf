"""The member list: filters with their counts, columns, order, kept lists, what leaves the house."""

from __future__ import annotations

import itertools
import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.names import search_key, sort_key
from portal.desk.exports import get_form
from portal.desk.models import SavedList
from portal.registers import queries
from portal.registers.facets import FACETS
from portal.registers.models import PartyMember
from portal.registers.queries.filters import FACETS as EXPRESSIONS
from portal.registers.queries.filters import (
    MemberFilter,
    conditions,
    count_facets,
    is_part_of_number,
)
from portal.registers.queries.lists import every_row, list_wide
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, PartyDate
from portal.registers.rules.extras import HardshipLevel
from tests.conftest import Portal
from tests.desk.makers import run_jobs
from tests.desk.test_exports import fetch, lines
from tests.makers import HERE_CODE, NOW, THERE_CODE, make_actor
from tests.registers.makers import make_id_number, make_many_members, make_member, make_organization
from tests.statements import count_statements

TODAY = date(2026, 11, 23)
BASE = f"/t/{HERE_CODE}/registers/members"


def mixed_members(number: int = 40, *, seed: int = 7) -> None:
    """Enter members of every kind in two branches, the same for the same seed."""
    dice = random.Random(seed)
    branches = [make_organization("演示第一党支部").id, make_organization("演示第二党支部").id]
    for serial in range(1, number + 1):
        born = date(dice.randint(1935, 2004), dice.randint(1, 12), dice.randint(1, 28))
        joined = PartyDate(date(born.year + dice.randint(19, 22), 7, 1))
        is_full = dice.random() < 0.8
        make_member(
            dice.choice(branches),
            id_number=make_id_number(serial, born),
            full_name=dice.choice(["张三", "李四", "王小五", "赵六", "曾七"]),
            joined=joined,
            full=joined if is_full else None,
            member_type=MemberType.FULL if is_full else MemberType.PROBATIONARY,
            management_class=dice.choice([*ManagementClass, None]),
            education_code=dice.choice(["21", "31", "61", "71", None]),
            mobile=dice.choice([f"138{serial:08d}", None]),
            address=dice.choice(["演示路1号", None]),
            work_unit=dice.choice(["演示单位", None]),
        )
    for member in db.session.scalars(select(PartyMember).order_by(PartyMember.id).limit(6)):
        member.status, member.updated_at = dice.choice(list(MemberStatus)), NOW
    for place, member in enumerate(db.session.scalars(select(PartyMember).order_by(PartyMember.id))):
        member.hardship_level, member.updated_at = [*HardshipLevel, None][place % 5], NOW


def number_of(wanted: MemberFilter, tenant_id: int) -> int:
    """Count the members of a filter the simple way."""
    return len(db.session.scalars(select(PartyMember.id).where(*conditions(wanted, tenant_id))).all())


def test_every_question_in_words_has_its_expression() -> None:
    assert set(FACETS) == set(EXPRESSIONS)


def test_the_number_beside_each_answer_is_what_choosing_it_shows(portal: Portal) -> None:
    """For the whole list and for narrowed ones: each facet's count equals the list with that answer instead."""
    with portal.inside():
        mixed_members()
    narrowings: list[dict[str, Any]] = [
        {},
        {"management_class": ManagementClass.RETIRED},
        {"member_type": MemberType.FULL, "facets": (("sex", "1"),)},
        {"facets": (("age", "70"), ("no_mobile", "1"))},
        {"is_gone": True},
        {"joined_from": 1980, "joined_until": 1999},
        {"search": "zs"},
    ]
    with portal.inside():
        for narrowing in narrowings:
            wanted = MemberFilter(**narrowing, on=TODAY)
            found = count_facets(wanted, tenant_id=portal.here, facets=tuple(FACETS), on=TODAY)
            assert found.total == number_of(wanted, portal.here)
            for key, facet in FACETS.items():
                for code in facet.answers:
                    others = tuple(pair for pair in wanted.facets if pair[0] != key)
                    instead = MemberFilter(**{**narrowing, "facets": (*others, (key, code))}, on=TODAY)
                    assert found.by[key][code] == number_of(instead, portal.here), (narrowing, key, code)


def test_every_member_has_exactly_one_answer_to_each_question(portal: Portal) -> None:
    with portal.inside():
        mixed_members()
    with portal.inside():
        found = count_facets(MemberFilter(), tenant_id=portal.here, facets=tuple(FACETS), on=TODAY)
        everybody = number_of(MemberFilter(), portal.here)
    for key in set(FACETS) - {"standing"}:
        assert sum(found.by[key].values()) == everybody, key
        assert set(found.by[key]) <= set(FACETS[key].answers), key


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1995, 11, 24), "30"),  # 30 years old today, 31 tomorrow
        (date(1995, 11, 23), "40"),
        (date(1945, 11, 24), "80"),
        (date(1945, 11, 23), "81"),
    ],
)
def test_ages_turn_on_the_birthday(portal: Portal, born: date, band: str) -> None:
    with portal.inside():
        make_member(make_organization().id, id_number=make_id_number(1, born), joined=PartyDate(date(2020, 7, 1)))
    with portal.inside():
        found = count_facets(MemberFilter(), tenant_id=portal.here, facets=("age",), on=TODAY)
    assert dict(found.by["age"]) == {band: 1}


@pytest.mark.parametrize(
    ("text", "is_part"),
    [
        ("张三", False),
        ("zs", False),
        ("13800000001", False),
        ("138 0000 0001", False),
        ("520303199003070011", False),
        ("52030319900307001", True),
        ("1380000", True),
        ("5203", True),
        ("0011", True),
        ("张3", True),
    ],
)
def test_a_part_of_a_number_is_told_from_a_whole_one(text: str, is_part: bool) -> None:
    assert is_part_of_number(text) is is_part


def test_a_part_of_a_number_finds_nobody_says_why_and_stands_in_no_address(portal: Portal) -> None:
    with portal.inside():
        make_member(make_organization().id, 7)
    client = portal.as_role(Role.COMMUNITY_CLERK)
    number = make_id_number(7)
    for part in (number[:17], number[6:14], number[-4:], "1990000"):
        answer = client.post(f"{BASE}/search", {"q": part}, status=200)
        assert not answer.page.select("tbody tr")
        assert "完整" in answer.text or "whole number" in answer.text
        assert part not in str(answer.page.select_one("main"))
        assert not client.get(f"{BASE}?q={part}").page.select("tbody tr")


@pytest.mark.parametrize(
    ("name", "initials", "first"),
    [
        ("单雄", "sx", "shan"),
        ("仇和", "qh", "qiu"),
        ("查良", "zl", "zha"),
        ("区志", "oz", "ou"),
        ("尉迟恭", "ycg", "yu"),
        ("单重乐行", "szlx", "shan"),
        ("解晓", "xx", "xie"),
        ("缪骞", "mq", "miao"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, initials: str, first: str) -> None:
    assert f" {initials}" in search_key(name)
    assert sort_key(name).split()[0] == first


def test_columns_and_order_are_chosen_and_remembered_for_one_person(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        for serial, name in ((1, "甲"), (2, "乙"), (3, "丙")):
            born = date(1980 - 10 * serial, 5, 1)
            make_member(
                branch.id, id_number=make_id_number(serial, born), full_name=name, joined=PartyDate(date(2001, 7, 1))
            )
    client, colleague = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    chosen = client.post(f"{BASE}/columns", {"column": ["age", "id_number"], "order": "born"}, status=303).location
    page = client.get(chosen).page
    assert len(page.select("thead th")) == 3
    assert [a.get_text() for a in page.select("tbody th a")] == ["丙", "乙", "甲"]
    assert make_id_number(1, date(1970, 5, 1)) not in str(page)
    again = portal.as_role(Role.COMMUNITY_SECRETARY).get(BASE).page  # a new session
    assert len(again.select("thead th")) == 3
    assert len(colleague.get(BASE).page.select("thead th")) == 8
    client.post(f"{BASE}/columns", {"as_at_first": "1"}, status=303)
    assert len(client.get(BASE).page.select("thead th")) == 8
    back = [a.get_text() for a in client.get(f"{BASE}?order=-born").page.select("tbody th a")]
    assert back == ["甲", "乙", "丙"]


def test_a_kept_list_comes_back_as_it_was_is_shared_and_deleted(portal: Portal) -> None:
    with portal.inside():
        mixed_members()
    client, clerk = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    query = "class=RETIRED&sex=2&no_mobile=1&order=-joined&columns=age,joined"
    shown = [row.get_text() for row in client.get(f"{BASE}?{query}").page.select("tbody tr")]
    kept = {"class": "RETIRED", "sex": "2", "no_mobile": "1", "order": "-joined", "columns": "age,joined"}
    client.post(f"{BASE}/lists", {**kept, "q": "13800000001", "name": "老年女党员"}, status=303)
    client.post(f"{BASE}/lists", {**kept, "name": "老年女党员"}, status=422)
    page = client.get(f"{BASE}/lists").page
    address = str(page.select_one("tbody th a")["href"])  # type: ignore[index]
    opened = client.get(client.get(address, status=303).location).page
    assert [row.get_text() for row in opened.select("tbody tr")] == shown
    with portal.inside():
        row = db.session.scalars(select(SavedList)).one()
        assert row.params == kept, "a number is never kept"
        list_id = row.id
    assert clerk.status("GET", address) == 404
    assert not clerk.get(f"{BASE}/lists").page.select("tbody tr")
    client.post(f"{BASE}/lists/{list_id}/sharing", {"on": "1"}, status=303)
    assert clerk.status("GET", address) == 303
    clerk.post(f"{BASE}/lists/{list_id}/deletion", status=404)
    there = portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)
    assert there.status("GET", address.replace(HERE_CODE, THERE_CODE)) == 404
    client.post(f"{BASE}/lists/{list_id}/deletion", status=303)
    assert clerk.status("GET", address) == 404
    with portal.inside():
        tags = set(db.session.scalars(select(AuditEvent.tag)))
    assert {AuditTag.LIST_SAVE, AuditTag.LIST_SHARE, AuditTag.LIST_DELETE} <= tags


def test_hardship_narrows_the_list_only_for_whoever_may_see_it(portal: Portal) -> None:
    with portal.inside():
        branch_id = make_organization().id
        for serial, level in enumerate([HardshipLevel.SEVERE, HardshipLevel.NONE, None, HardshipLevel.SEVERE], start=1):
            member = make_member(branch_id, serial, full_name=f"张{'甲乙丙丁'[serial - 1]}")
            member.hardship_level, member.updated_at = level, NOW
    secretary, clerk, auditor = (
        portal.as_role(role) for role in (Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK, Role.AUDITOR)
    )
    severe = f"{BASE}?hardship=SEVERE"
    for client, number in ((secretary, 2), (clerk, 2), (auditor, 4)):
        page, filters = client.get(severe), client.get(f"{BASE}/filters?hardship=SEVERE")
        assert len(page.page.select("tbody tr")) == number
        for shown in (page, filters):
            assert ("特别困难" in shown.text) is (number == 2)
        assert ("hardship" in str(client.get(f"{BASE}/filters").page)) is (number == 2)
    secretary.post(f"{BASE}/lists", {"hardship": "SEVERE", "name": "走访名单", "is_shared": "y"}, status=303)
    auditor.post(f"{BASE}/lists", {"hardship": "SEVERE", "sex": "1", "name": "试试"}, status=303)
    with portal.inside():
        kept = {row.name: row for row in db.session.scalars(select(SavedList))}
        assert kept["试试"].params == {"sex": "1"}
        address = f"{BASE}/lists/{kept['走访名单'].id}"
    assert len(clerk.get(clerk.get(address, status=303).location).page.select("tbody tr")) == 2
    assert "走访名单" in clerk.get(f"{BASE}/lists").text
    auditor.get(address, status=404)
    assert "走访名单" not in auditor.get(f"{BASE}/lists").text
    button = next(a for a in secretary.get(severe).page.select("a[href*='/forms/member-list/']"))
    order = str(button["href"]).replace("/exports/new", "/exports")
    assert "特别困难" in secretary.get(str(button["href"])).text
    url = secretary.post(order, {"reason": "春节走访"}, status=303).location
    assert run_jobs(portal) == []
    assert [row[0] for row in lines(fetch(secretary, url))[1:]] == ["张丁", "张甲"]
    form, seen = get_form("member-list"), {"hardship": "SEVERE", "sex": "1"}
    actor = make_actor(portal.here, Role.AUDITOR)
    assert form.for_reader(seen, actor) == {"sex": "1"}


def test_a_list_says_what_is_lost_before_it_goes_and_the_secretary_clears_what_colleagues_left(portal: Portal) -> None:
    with portal.inside():
        mixed_members()
    secretary, clerk = portal.as_role(Role.COMMUNITY_SECRETARY), portal.as_role(Role.COMMUNITY_CLERK)
    clerk.post(f"{BASE}/lists", {"class": "RETIRED", "name": "离退休"}, status=303)
    with portal.inside():
        list_id = db.session.scalars(select(SavedList)).one().id
    assert clerk.get(f"{BASE}/lists").one("tbody details button.btn-danger")
    secretary.post(f"{BASE}/lists/{list_id}/deletion", status=404)
    clerk.post(f"{BASE}/lists/{list_id}/sharing", {"on": "1"}, status=303)
    assert secretary.get(f"{BASE}/lists").one("tbody details button.btn-danger")
    secretary.post(f"{BASE}/lists/{list_id}/deletion", status=303)
    assert not clerk.get(f"{BASE}/lists").page.select("tbody tr")


def test_two_communities_of_one_name_never_meet_in_a_list(portal: Portal) -> None:
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            mixed_members(12)
    with portal.inside():
        for facets in itertools.product([("sex", "1"), ("sex", "2")], [("no_mobile", "0"), ("no_mobile", "1")]):
            wanted = MemberFilter(facets=facets)
            rows = list_wide(wanted, tenant_id=portal.here, order="-born", limit=100)
            assert len(rows) == count_facets(wanted, tenant_id=portal.here, facets=(), on=TODAY).total
            assert len(rows) == number_of(wanted, portal.here)
        mine = {row.id for row in every_row(MemberFilter(), tenant_id=portal.here, order="")}
        assert len(mine) == queries.count_by_filter(tenant_id=portal.here).total
    with portal.inside(portal.there):
        assert not mine & {row.id for row in every_row(MemberFilter(), tenant_id=portal.there, order="")}


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("", 5),
        ("?sex=1&age=60&education=2&no_mobile=0&hardship=SEVERE", 6),
        ("?columns=id_number,mobile,address,age&order=branch", 5),
        ("/filters", 5),
        ("/filters?sex=1&q=zs", 5),
        ("/lists", 5),
        ("/columns", 3),
    ],
)
def test_each_page_of_a_list_costs_the_same_for_5_and_for_5000_rows(portal: Portal, address: str, most: int) -> None:
    with portal.inside():
        branch_id = make_organization().id
        make_many_members(branch_id, 5)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.get(f"{BASE}{address}")
    with count_statements(db.engine) as few:
        client.get(f"{BASE}{address}")
    with portal.inside():
        make_many_members(branch_id, 4995, first=6)
    with count_statements(db.engine) as many:
        client.get(f"{BASE}{address}")
    assert len(many) == len(few) <= most, "\n".join(many)
