"""The other end of a second belonging: pointed at by key where it is known, corrected and removed with a history."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.commands.links import NewLink, correct_link, create_link, remove_link
from portal.registers.models import MemberLink, MemberLinkPast, WorkUnit
from portal.registers.queries.links import find_end, find_home, get_link_row, list_links
from portal.registers.rules.belonging import LinkKind
from portal.tenancy.scope import written_tenant
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, stranger
from tests.registers.makers import make_member, make_organization
from tests.registers.structure_makers import make_unit

BASE = f"/t/{HERE_CODE}/registers"
TODAY = date(2026, 11, 23)
LATER = NOW + timedelta(hours=1)
MARCH = date(2026, 3, 1)


def someone() -> Actor:
    """Give somebody who may do everything here; nobody looks the account up."""
    return Actor(stranger().user_id, "张三", written_tenant(), frozenset({Role.COMMUNITY_SECRETARY}))


def guest(other: str, name: str = "王来客", mobile: str | None = "13800001111") -> MemberLink:
    new = NewLink(other, MARCH, full_name=name, mobile=mobile)
    return create_link(new, actor=someone(), now=NOW - timedelta(days=1))


@pytest.mark.parametrize(("typed", "end"), [("演示中学", "unit"), ("演示 中学", "unit"), ("演示支部", "branch"),
                                            ("某区某局", "words")])  # fmt: skip
def test_a_name_that_the_register_knows_is_a_key(portal: Portal, typed: str, end: str) -> None:
    with portal.inside():
        unit, branch = make_unit("演示中学"), make_organization("演示支部")
        link = guest(typed)
        keys = {"unit": (unit.id, None), "branch": (None, branch.id), "words": (None, None)}
        assert (link.work_unit_id, link.organization_id) == keys[end]


def test_two_units_of_one_short_name_are_nobodys(portal: Portal) -> None:
    with portal.inside():
        for name in ("演示第一中学", "演示第二中学"):
            make_unit(name, None, short_name="一中")
        assert find_end("一中", tenant_id=portal.here) == ("一中", None, None)


def test_a_key_reads_what_the_unit_is_called_now(portal: Portal) -> None:
    with portal.inside():
        unit = make_unit("演示中学")
        link_id = guest("演示中学").id
        unit.name, unit.updated_at = "演示实验中学", LATER
        db.session.flush()
        assert get_link_row(link_id, tenant_id=portal.here).other_name == "演示实验中学"
        (row,) = list_links(LinkKind.HOME, tenant_id=portal.here, today=TODAY, limit=9)
        assert row.other_name == "演示实验中学"


def test_what_was_wrong_is_corrected_and_its_history_stays(portal: Portal) -> None:
    with portal.inside():
        make_unit("演示中学")
        link_id = guest("演示中学校").id
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.http.set_cookie("linli_language", "en")
    url = f"{BASE}/second-belongings/{link_id}"
    form = client.get(f"{url}/correction")
    assert [each["value"] for each in form.page.select("#known-ends option")] == ["演示中学"]
    assert form.one("#other_name")["list"] == "known-ends"
    right = {"full_name": "王来客", "other_name": "演示中学", "mobile": "", "from_on": "2026-04-01"}
    client.post(f"{url}/correction", right, status=422)  # no reason
    client.post(f"{url}/correction", {**right, "reason": "单位名称写错"}, status=303)
    page = client.get(url)
    for words in ("演示中学校", "1/4/2026", "单位名称写错", "138****1111"):
        assert words in page.text, words
    client.post(f"{url}/correction", {**right, "reason": "单位名称写错"}, status=422)  # nothing is different
    with portal.inside():
        link = db.session.scalars(select(MemberLink)).one()
        assert link.work_unit_id == db.session.scalar(select(WorkUnit.id))
        assert find_home("王来客", "13800001111", tenant_id=portal.here, today=TODAY) is not None, "the mobile stays"
        assert db.session.scalars(select(MemberLinkPast.other_name)).all() == ["演示中学校"]


def test_one_that_never_was_is_removed_with_a_reason(portal: Portal) -> None:
    with portal.inside():
        link_id = guest("某局").id
    client = portal.as_role(Role.COMMUNITY_CLERK)
    url = f"{BASE}/second-belongings/{link_id}/removal"
    client.post(url, {"reason": ""}, status=422)
    client.post(url, {"reason": "登记错了人"}, status=303)
    client.get(f"{BASE}/second-belongings/{link_id}", status=404)
    with portal.inside():
        assert db.session.scalars(select(MemberLinkPast.full_name)).all() == ["王来客"]
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "registers:link:remove")).one()
        assert event.changes["reason"] == [None, "登记错了人"]


def test_a_correction_makes_no_second_one_and_no_member_a_guest(portal: Portal) -> None:
    with portal.inside():
        member = make_member(make_organization("演示支部").id, 1, full_name="张示例", mobile="13900001111")
        first, second = guest("某局"), guest("某所")
        assert member.full_name == "张示例"

        def corrected(link_id: uuid.UUID, new: NewLink, reason: str = "录入错误") -> str:
            with pytest.raises(RuleBroken) as error:
                correct_link(link_id, new, reason=reason, actor=someone(), now=LATER)
            db.session.expire_all()
            return error.value.code

        mine = NewLink("某局", MARCH, full_name="王来客", mobile="13800001111")
        assert corrected(second.id, mine) == "registers.link_twice"
        ours = NewLink("某局", MARCH, full_name="张示例", mobile="13900001111")
        assert corrected(first.id, ours) == "registers.link_is_member"
        assert corrected(first.id, NewLink("某局", TODAY + timedelta(days=1), full_name="王来客")) == (
            "registers.link_future"
        )
        assert corrected(first.id, mine, reason="错") == "registers.reason_needed"
        with pytest.raises(RuleBroken):
            remove_link(first.id, reason="错", actor=someone(), now=LATER)
