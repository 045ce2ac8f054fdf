"""Who reports and stands in the register is asked nothing twice; who does not, stands there from the acceptance on."""

import uuid

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.commands.links import NewLink, create_link
from portal.registers.models import MemberLink, PartyMember
from portal.registers.queries import count_by_filter
from portal.registers.rules import ManagementClass
from portal.registers.rules.belonging import LinkKind
from portal.reporting import commands
from portal.reporting.models import MemberReport
from portal.reporting.rules import ReportState
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor, make_user
from tests.registers.makers import make_member as make_party_member
from tests.registers.makers import make_organization
from tests.reporting.makers import LONG_AGO, MOBILE, make_member, make_report

BASE = f"/t/{HERE_CODE}"
HERE = f"{BASE}/reporting"
NAME = "王演示"
TODAY = NOW.date()


def english(client: PortalClient) -> PortalClient:
    client.http.set_cookie("linli_language", "en")
    return client


def enter(portal: Portal, serial: int = 1, **changed: object) -> uuid.UUID:
    """Enter a member in service with the name and mobile of the account."""
    facts = {"full_name": NAME, "mobile": MOBILE, "work_unit": "演示设计院", "estate": "和平小区", "building": "3栋"}
    with portal.inside():
        branch = make_organization(f"演示第{serial}党支部")
        member = make_party_member(
            branch.id, serial, management_class=ManagementClass.IN_SERVICE, **{**facts, **changed}  # type: ignore[arg-type]
        )  # fmt: skip
        return member.id


def report_of(portal: Portal) -> MemberReport:
    with portal.inside():
        return db.session.scalars(select(MemberReport)).one()


def test_the_register_is_not_typed_again(portal: Portal) -> None:
    member_id = enter(portal)
    person = english(portal.client(make_user(NAME, mobile=MOBILE)))
    form = person.get(f"{HERE}/my-report/new")
    asked = {each["name"] for each in form.page.select("main form.form [name]")} - {"csrf_token"}
    assert asked == {"intents", "skills", "consent"}
    assert "演示设计院" in form.one("#known").get_text()
    assert MOBILE not in str(form.page), "the number is shown masked"
    person.post(f"{HERE}/my-report", {"consent": "y"}, status=303)
    report = report_of(portal)
    assert (report.member_id, report.name, report.work_unit) == (member_id, NAME, "演示设计院")
    assert report.residence == "和平小区3栋"


def test_what_the_register_lacks_is_asked(portal: Portal) -> None:
    enter(portal, work_unit=None)
    person = english(portal.client(make_user(NAME, mobile=MOBILE)))
    assert person.get(f"{HERE}/my-report/new").page.select("#work_unit")
    assert person.post(f"{HERE}/my-report", {"consent": "y"}, status=422).page.select("#work_unit-error")
    person.post(f"{HERE}/my-report", {"consent": "y", "work_unit": "演示中学"}, status=303)
    assert (report_of(portal).work_unit, report_of(portal).residence) == ("演示中学", "和平小区3栋")


@pytest.mark.parametrize("account", [{"name": "李演示", "mobile": MOBILE}, {"name": NAME, "mobile": "13812345679"}])
def test_the_register_says_nothing_to_another_account(portal: Portal, account: dict[str, str]) -> None:
    enter(portal)
    person = portal.client(make_user(account["name"], mobile=account["mobile"]))
    form = person.get(f"{HERE}/my-report/new")
    assert not form.page.select("#known")
    assert "演示设计院" not in form.text
    typed = {"name": NAME, "mobile": MOBILE, "work_unit": "", "residence": "某处", "consent": "y"}
    answer = person.post(f"{HERE}/my-report", typed, status=422)
    assert "演示设计院" not in answer.text, "what is typed opens nothing"


def test_the_members_page_shows_the_service_record(portal: Portal) -> None:
    member_id = enter(portal)
    clerk = english(portal.as_role(Role.COMMUNITY_CLERK))
    page = clerk.get(f"{BASE}/registers/members/{member_id}")
    assert "Has not reported to this community" in page.text
    report = make_member(portal)
    assert report.member_id == member_id
    page = clerk.get(f"{BASE}/registers/members/{member_id}")
    assert page.link("Service record card").endswith(f"/cards/{report.id}")
    assert clerk.get(f"{HERE}/reports/{report.id}").link(f"See {NAME} in the register").endswith(str(member_id))
    with portal.inside():
        assert db.session.scalars(select(MemberLink)).all() == [], "a member here belongs here"


def test_an_accepted_report_of_somebody_from_elsewhere_is_a_second_belonging(portal: Portal) -> None:
    report = make_member(portal)
    with portal.inside():
        link = db.session.scalars(select(MemberLink)).one()
        assert (link.kind, link.full_name, link.other_name) == (LinkKind.HOME, NAME, "演示设计院")
        assert report.link_id == link.id
        assert count_by_filter(tenant_id=portal.here).total == 0
        link_id = link.id
    clerk = english(portal.as_role(Role.COMMUNITY_CLERK))
    page = clerk.get(f"{BASE}/registers/second-belongings/{link_id}")
    assert page.link("Service record card").endswith(f"/cards/{report.id}")
    held = clerk.get(f"{BASE}/registers/second-belongings/{link_id}/removal")
    assert "Member reports" in held.text, "what hangs on it keeps it"


def test_a_second_belonging_that_is_there_is_taken(portal: Portal) -> None:
    clerk = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        new = NewLink("演示大学", TODAY, full_name=NAME, mobile=MOBILE)
        link_id = create_link(new, actor=clerk, now=NOW).id
    person = english(portal.client(make_user(NAME, mobile=MOBILE)))
    person.post(f"{HERE}/my-report", {"consent": "y", "residence": "和平小区3栋"}, status=303)
    report = report_of(portal)
    assert (report.link_id, report.work_unit) == (link_id, "演示大学")
    with portal.inside():
        commands.accept_report(report, actor=clerk, now=NOW)
        assert len(db.session.scalars(select(MemberLink)).all()) == 1


def test_staff_say_which_member_of_the_name_it_is(portal: Portal) -> None:
    mine, other = enter(portal, 1, mobile="13900001111"), enter(portal, 2, full_name="李四", mobile="13900002222")
    report = make_report(portal, work_unit="设计院", at=NOW)
    assert report.member_id is None
    clerk = english(portal.as_role(Role.COMMUNITY_CLERK))
    page = clerk.get(f"{HERE}/reports/{report.id}")
    offered = [str(each["action"]) for each in page.page.select("section[aria-labelledby=register-title] form")]
    assert offered == [f"{HERE}/reports/{report.id}/member/{mine}"]
    clerk.post(f"{HERE}/reports/{report.id}/member/{other}", status=422)
    clerk.post(offered[0], status=303)
    assert (report_of(portal).member_id, report_of(portal).work_unit) == (mine, "演示设计院")
    clerk.post(offered[0], status=422)
    clerk.post(f"{HERE}/reports/{report.id}/acceptance", status=303)
    with portal.inside():
        assert db.session.scalars(select(MemberLink)).all() == []
        assert db.session.scalars(select(MemberReport.state)).one() is ReportState.ACCEPTED


def test_a_report_is_of_a_member_or_of_a_second_belonging(portal: Portal) -> None:
    enter(portal)
    report, clerk = make_report(portal, at=LONG_AGO), make_actor(portal.here, Role.COMMUNITY_CLERK)
    with portal.inside():
        member = db.session.scalars(select(PartyMember)).one()
        with pytest.raises(RuleBroken):
            commands.tie_report(report, member.id, actor=clerk, now=NOW)
