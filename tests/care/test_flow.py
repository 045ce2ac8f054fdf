"""Way and place of a floating member stand in the register alone: ledger, export and the member's page agree."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.roles import Role
from portal.care.commands import floating
from portal.care.exporting import ledger_rows
from portal.care.models import FloatingMember
from portal.care.queries.floating import LedgerFilter, count_found, count_ledger, ledger_piece, list_ledger
from portal.care.rules.floating import FloatingState, FlowDirection
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk.exports import Wanted
from portal.registers import commands as registers
from portal.registers.commands.links import NewLink, create_link, end_link, remove_link
from portal.registers.leaving import end_elsewhere
from portal.registers.models import MemberLink, PartyMember
from portal.registers.queries import count_by_filter, facts_of
from portal.registers.rules import ManagementClass
from portal.registers.rules.relations import FlowDirection as Known
from tests.care.checking import code_of, events, leave
from tests.care.makers import TODAY, ledger_facts, make_branch, make_entry, make_of_class, staff, use_account
from tests.conftest import Portal, PortalClient
from tests.makers import HERE_CODE, NOW

BASE = f"/t/{HERE_CODE}"
AWAY = ManagementClass.FLOATING
pytestmark = pytest.mark.usefixtures("accounts")


@pytest.fixture
def accounts(portal: Portal) -> None:
    use_account(portal.person(Role.COMMUNITY_SECRETARY).id)


def make_away(serial: int = 1, name: str = "张示例", **more: object) -> PartyMember:
    return make_of_class(make_branch(f"演示第{serial}党支部"), AWAY, serial, name, **more)


def member_of(entry: FloatingMember) -> PartyMember:
    return db.session.scalars(
        select(PartyMember).where(PartyMember.id == entry.member_id).execution_options(populate_existing=True)
    ).one()


def flow_of(member: PartyMember) -> tuple[Known | None, str | None]:
    return member.flow_direction, member.flow_place


def ledger(portal: Portal, **wanted: object) -> list[tuple[FlowDirection | None, str]]:
    rows = list_ledger(LedgerFilter(**wanted), tenant_id=portal.here, limit=9)  # type: ignore[arg-type]  # by name
    return [(row.direction, row.place) for row in rows]


def test_what_is_entered_in_the_ledger_is_what_the_register_says(portal: Portal) -> None:
    """Source: domain rules C6, item 16 是否流动; ledger of 双滦区."""
    with portal.inside():
        entry = make_entry(make_away())
        assert (entry.direction, entry.place) == (None, None), "an entry in force keeps no copy"
        assert flow_of(member_of(entry)) == (Known.OUT, "广东省东莞市")
        floating.change_floating(entry.id, ledger_facts(place=" 浙江省 宁波市"), actor=staff(), now=NOW)
        assert flow_of(member_of(entry)) == (Known.OUT, "浙江省 宁波市")
        (event,) = events("care:floating:change")
        assert event.changes == {"place": ["广东省东莞市", "浙江省 宁波市"]}
        floating.end_floating(entry.id, reason="已返回社区", actor=staff(), now=NOW)
        assert flow_of(member_of(entry)) == (None, None)
        assert (entry.direction, entry.place) == (FlowDirection.OUTFLOW, "浙江省 宁波市"), "what it was at the end"
        assert ledger(portal, has_ended=True) == [(FlowDirection.OUTFLOW, "浙江省 宁波市")]


def test_what_the_members_page_says_the_ledger_says(portal: Portal) -> None:
    with portal.inside():
        member = member_of(make_entry(make_away()))
        facts = replace(facts_of(member), flow_direction=Known.IN, flow_place="阳光小区")
        registers.update_member(member.id, facts, actor=staff(), now=NOW)
        assert ledger(portal) == [(FlowDirection.INFLOW, "阳光小区")]
        assert ledger(portal, direction=FlowDirection.OUTFLOW) == []
        inwards = LedgerFilter(FlowDirection.INFLOW)
        assert count_found(inwards, tenant_id=portal.here) == 1
        assert dict(count_ledger(tenant_id=portal.here, today=TODAY).by_direction) == {FlowDirection.INFLOW: 1}
        assert [row.place for row in ledger_piece(None, 9, tenant_id=portal.here, wanted=inwards)] == ["阳光小区"]


def test_who_floats_no_more_by_the_members_page_is_in_the_ledger_no_more(portal: Portal) -> None:
    with portal.inside():
        entry = make_entry(make_away())
        facts = replace(facts_of(member_of(entry)), flow_direction=None, flow_place=None)
        registers.update_member(member_of(entry).id, facts, actor=staff(), now=NOW)
        assert (entry.state, entry.ended_on) == (FloatingState.ENDED, TODAY)
        assert (entry.direction, entry.place) == (FlowDirection.OUTFLOW, "广东省东莞市")
        assert len(events("care:floating:end")) == 1


def test_who_leaves_leaves_the_last_word_in_the_ledger(portal: Portal) -> None:
    with portal.inside():
        entry = make_entry(make_away())
        leave(member_of(entry))
        end_elsewhere(member_of(entry).id, reason="去世", actor=staff(), now=NOW)
        assert (entry.state, entry.direction, entry.place) == (
            FloatingState.ENDED, FlowDirection.OUTFLOW, "广东省东莞市",
        )  # fmt: skip


def test_an_entry_in_force_cannot_hold_another_word(portal: Portal) -> None:
    with pytest.raises(IntegrityError), portal.inside():
        entry = make_entry(make_away())
        db.session.execute(
            update(FloatingMember).where(FloatingMember.id == entry.id).values(direction=FlowDirection.INFLOW)
        )


def test_a_place_is_no_longer_than_the_registers(portal: Portal) -> None:
    with portal.inside():
        member = make_away()
        make_entry(member, place="长" * 60)
        with pytest.raises(RuleBroken) as error:
            make_entry(make_away(2), place="长" * 61)
        assert code_of(error) == "care.text_length"


def test_the_form_has_what_the_member_has(portal: Portal, secretary: PortalClient) -> None:
    ids: dict[str, uuid.UUID] = {}
    with portal.inside():
        for serial, (name, way) in enumerate((("张流入", Known.IN), ("张流出", Known.OUT)), start=1):
            member = make_away(serial, name)
            member.flow_direction, member.flow_place, member.updated_at = way, f"{name}的地方", NOW
            ids[name] = member.id
    forms = {name: secretary.get(f"{BASE}/care/members/{each}/floating/new") for name, each in ids.items()}
    for name, way, home in (("张流入", "inflow", ""), ("张流出", "outflow", "演示第2党支部")):
        form = forms[name]
        assert form.one("input[name=direction][checked]")["value"] == way
        assert form.one("#place")["value"] == f"{name}的地方"
        assert form.one("#home_organization")["value"] == home, "whose relation is elsewhere has no branch here"


def test_whom_the_register_calls_floating_is_missed_in_the_ledger(portal: Portal, secretary: PortalClient) -> None:
    with portal.inside():
        member = make_of_class(make_branch(), ManagementClass.RETIRED, 1)
        member.flow_direction, member.updated_at = Known.OUT, NOW
        member_id = member.id
    assert secretary.get(f"{BASE}/care/floating").link("张示例").endswith(f"/{member_id}/floating/new")
    page = secretary.get(f"{BASE}/registers/members/{member_id}")
    assert "Not in the ledger." in page.text
    with portal.inside():
        entry_id = make_entry(db.session.scalars(select(PartyMember)).one(), place="福建省福州市").id
    page = secretary.get(f"{BASE}/registers/members/{member_id}")
    assert page.text.count("福建省福州市") >= 2, "the facts and the panel say the same"
    form = secretary.get(f"{BASE}/care/floating/{entry_id}/fixes")
    assert form.one("#place")["value"] == "福建省福州市"


# ---- somebody whose home is elsewhere


def make_guest(name: str = "王来客", **more: object) -> MemberLink:
    new = {
        "other_name": "某局机关党支部",
        "from_on": date(2026, 3, 1),
        "full_name": name,
        "mobile": "13800001111",
        **more,
    }
    return create_link(NewLink(**new), actor=staff(), now=NOW)  # type: ignore[arg-type]  # by name


def test_somebody_from_elsewhere_stands_in_the_ledger_and_in_no_count(portal: Portal, secretary: PortalClient) -> None:
    """Source: 双滦区, ledger of those who came: 定人、定期、定制度."""
    with portal.inside():
        guest_id = make_guest().id
    page = secretary.get(f"{BASE}/registers/second-belongings/{guest_id}")
    form = secretary.get(page.link("Enter into the ledger"))
    assert not form.page.select("[name=direction]"), "whoever comes from elsewhere came"
    assert form.one("#home_organization")["value"] == "某局机关党支部"
    facts = {"place": "阳光小区3栋", "since": "2026-03-01", "home_organization": "某局机关党支部"}
    facts |= {"contact_person": "李社工", "interval_days": "30", "rule": "每月参加主题党日"}
    url = secretary.post(f"{BASE}/care/guests/{guest_id}/floating/new", facts, status=303).location
    secretary.post(f"{BASE}/care/guests/{guest_id}/floating/new", facts, status=422)
    entry = secretary.get(url)
    assert "王来客" in entry.text
    assert "register the member here" in entry.text
    changed = {**facts, "place": "阳光小区5栋"}
    secretary.post(entry.link("Change this entry"), changed, status=303)
    assert "阳光小区5栋" in secretary.get(f"{BASE}/care/floating?direction=inflow&q=来客").text
    assert "李社工" in secretary.get(f"{BASE}/registers/second-belongings/{guest_id}").text
    with portal.inside():
        assert count_found(LedgerFilter(FlowDirection.INFLOW), tenant_id=portal.here) == 1
        assert count_by_filter(tenant_id=portal.here).inflow == 0
        rows = list(ledger_rows(Wanted(portal.here, TODAY, {})))
        assert [rows[0][each] for each in (0, 3, 5, 6)] == ["王来客", "138****1111", "流入", "阳光小区5栋"]
        entry_id = db.session.scalars(select(FloatingMember.id)).one()
        with pytest.raises(RuleBroken) as error:
            remove_link(guest_id, reason="录入错误", actor=staff(), now=NOW)
        assert code_of(error) == "desk.hangs", "an entry hangs on it"
        floating.end_floating(entry_id, reason="已返回原地", actor=staff(), now=NOW)
    assert "阳光小区5栋" in secretary.get(f"{BASE}/care/floating?ended=1").text


def test_only_who_reports_here_and_belongs_elsewhere_is_a_guest(portal: Portal) -> None:
    with portal.inside():
        member = make_away()
        own = create_link(NewLink("某社区", TODAY, member_id=member.id), actor=staff(), now=NOW)
        gone = make_guest("赵离开")
        end_link(gone.id, until_on=TODAY, actor=staff(), now=NOW)
        for link_id in (own.id, gone.id):
            with pytest.raises(RuleBroken) as error:
                floating.enter_guest(link_id, ledger_facts(), actor=staff(), now=NOW)
            assert code_of(error) == "care.no_guest"


def test_an_entry_is_about_one_person(portal: Portal) -> None:
    with pytest.raises(IntegrityError), portal.inside():
        entry = make_entry(make_away())
        guest_id = make_guest().id
        db.session.execute(update(FloatingMember).where(FloatingMember.id == entry.id).values(link_id=guest_id))
