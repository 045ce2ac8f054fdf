"""Contacts of the four levels, delegates, their duty days and the opinions they hear, page by page."""

from datetime import timedelta

import pytest

from portal.care.commands import delegates
from portal.registers.rules.structure import PostKind
from tests.care.makers import (
    make_branch,
    make_delegate,
    make_of_class,
    staff,
)
from tests.care.test_views import HERE, RETIRED, member
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import NOW
from tests.registers.structure_makers import make_post as make_seat

pytestmark = pytest.mark.usefixtures("secretary")


def test_contacts_of_the_four_levels_are_set_up_and_kept_up(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        branch = make_branch()
        near, far = make_of_class(branch, RETIRED, 1, "张近"), make_of_class(branch, RETIRED, 2, "李远")
        free = make_of_class(branch, RETIRED, 3, "赵无职")
        make_seat(branch.id, member_id=near.id, name=near.full_name)
        delegate = make_delegate(far)
    common = {"period": "month", "starts_on": "2026-11-01"}
    for path, form in (
        ("links/new/leader", {"from_text": "区委副书记", "to_text": "大连路街道党工委"}),
        ("links/new/street_team", {"from_text": "街道副书记", "to_organization_id": str(branch.id)}),
        (f"members/{near.id}/links/new/committee_member", {"to_delegate_id": str(delegate.id)}),
        (f"members/{free.id}/links/new/member", {"to_text": "3栋2单元", "households": "12"}),
    ):
        url = secretary.post(f"{HERE}/{path}", {**common, **form}, status=303).location
    secretary.post(f"{url}/contacts", {"talk-contacted_on": "2026-11-20", "talk-what": "用火用电提醒"}, status=303)
    rows = secretary.get(f"{HERE}/links")
    assert len(rows.page.select("tbody tr")) == 4
    assert "12 households" in rows.text
    nobody = secretary.post(f"{HERE}/members/{free.id}/links/new/member", {**common, "to_text": "3栋"}, status=422)
    assert any("households" in error for error in nobody.errors())
    secretary.post(f"{url}/end", {"end-reason": "搬离本楼"}, status=303)
    assert len(secretary.get(f"{HERE}/links").page.select("tbody tr")) == 3


def test_who_keeps_in_touch_holds_a_seat_or_none(portal: Portal, secretary: PortalClient) -> None:
    """Source: 汇川区, 四联系: 支委—代表, 无职党员—群众."""
    with portal.inside():
        branch = make_branch()
        near, far = make_of_class(branch, RETIRED, 1, "张近"), make_of_class(branch, RETIRED, 2, "李远")
        make_seat(branch.id, PostKind.PUBLICITY_MEMBER, member_id=near.id, name=near.full_name)
        delegate = make_delegate(far)
    common = {"period": "month", "starts_on": "2026-11-01"}
    residents = {**common, "to_text": "3栋2单元", "households": "12"}
    seated = secretary.post(f"{HERE}/members/{near.id}/links/new/member", residents, status=422)
    assert "holds a post in the Party" in seated.one("#from_member_id-error").get_text()
    assert seated.one("#from_member_id")["value"] == "张近"
    to_delegate = {**common, "to_delegate_id": str(delegate.id)}
    free = secretary.post(f"{HERE}/members/{far.id}/links/new/committee_member", to_delegate, status=422)
    assert "no seat in a branch committee" in free.one("#from_member_id-error").get_text()


def test_a_delegate_receives_people_and_their_opinions_are_answered(portal: Portal, secretary: PortalClient) -> None:
    person = member(portal, RETIRED)
    form = {"level": "district", "congress": "区第八次党代会", "term_from": "2026-01-01", "term_until": "2030-12-31"}
    url = secretary.post(f"{HERE}/members/{person}/delegate", form, status=303).location
    duty = {"duty-day": "2026-12-01", "duty-start": "09:00", "duty-end": "11:00", "duty-place": "党代表工作室"}
    secretary.post(f"{url}/duty-days", duty, status=303)
    assert "1/12/2026, 09:00" in secretary.get(f"{HERE}/delegates").text
    wrong = secretary.post(f"{url}/duty-days", {**duty, "duty-end": "08:00"}, status=422)
    assert any("later than the start" in error for error in wrong.errors())
    heard = {"heard-received_on": "2026-11-23", "heard-content": "三号楼的路灯坏了", "heard-contact": "13900001111"}
    named = secretary.post(f"{url}/opinions", {**heard, "heard-caller": "王小明"}, status=422)
    assert any("Full names are not kept" in error for error in named.errors())
    secretary.post(f"{url}/opinions", {**heard, "heard-caller": "王阿姨"}, status=303)
    assert not secretary.get(url).page.select("#heard-duty_day_id"), "the only duty day is to come"
    opinion = secretary.get(f"{HERE}/opinions").link("三号楼的路灯坏了")
    page = secretary.get(opinion)
    assert "13900001111" not in page.text
    assert "13900001111" in secretary.post(f"{opinion}/contact-reveal", {"why-reason": "答复意见"}).text
    secretary.post(f"{opinion}/report", {"on-reported_to": "街道办事处"}, status=303)
    secretary.post(f"{opinion}/answer", {"reply-answer": "路灯已修好"}, status=303)
    assert "路灯已修好" in secretary.get(opinion).text
    secretary.post(f"{opinion}/answer", {"reply-answer": "路灯已修好"}, status=422)


def test_what_is_heard_on_a_duty_day_says_so(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        delegate = make_delegate(make_of_class(make_branch(), RETIRED, 1))
        other = make_delegate(make_of_class(make_branch("演示第二党支部"), RETIRED, 2, "李代表"))
        days = [
            delegates.set_duty_day(
                each.id, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1), place="党代表工作室",
                actor=staff(), now=NOW,
            ).id
            for each in (delegate, other)
        ]  # fmt: skip
    url = f"{HERE}/delegates/{delegate.id}"
    chosen = secretary.get(url).one("#heard-duty_day_id option[selected]")
    assert chosen["value"] == str(days[0]), "the duty day of today is the one that is meant"
    heard = {"heard-caller": "王阿姨", "heard-content": "三号楼的路灯坏了", "heard-duty_day_id": str(days[0])}
    wrong = secretary.post(f"{url}/opinions", {**heard, "heard-received_on": "2026-11-20"}, status=422)
    assert any("another day" in error for error in wrong.errors())
    foreign = {**heard, "heard-received_on": "2026-11-23", "heard-duty_day_id": str(days[1])}
    secretary.post(f"{url}/opinions", foreign, status=422)
    secretary.post(f"{url}/opinions", {**heard, "heard-received_on": "2026-11-23"}, status=303)
    assert "1 opinion heard" in secretary.get(url).text
    page = secretary.get(secretary.get(f"{HERE}/opinions").link("三号楼的路灯坏了"))
    assert "党代表工作室" in page.text
