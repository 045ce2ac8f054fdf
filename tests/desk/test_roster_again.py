"""A roster goes out and comes in again; what it says against a decision is refused, and where to change it is said."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect, select

from portal.accounts.roles import Role
from portal.core.db import db
from portal.desk import queries
from portal.desk.rules import Verdict
from portal.registers.models import PartyMember
from portal.registers.queries.standing import entry_of
from portal.registers.rules import MemberStatus, MemberType, PartyDate
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.desk.makers import import_file, verdicts, workbook
from tests.desk.test_exports import fetch, lines, take
from tests.makers import NOW
from tests.registers.makers import make_id_number, make_member, make_organization


def test_the_sixteen_national_items_come_back_and_change_nothing(portal: Portal) -> None:
    """Source: C6, items 1 to 16; 党籍状态, 失联 are compared with the register, never written."""
    unlike: list[dict[str, Any]] = [
        {"job_category": JobCategory.SPECIALIST, "flow_direction": FlowDirection.OUT, "flow_place": "遵义市红花岗区"},
        {"joined": PartyDate(date(2005, 7, 1), by_month=True), "full": PartyDate(date(2006, 7, 1), by_month=True)},
        {"lost_since": date(2026, 1, 15), "lost_reason": LostReason.ABROAD},
        {"member_type": MemberType.PROBATIONARY, "joined": PartyDate(date(2026, 6, 1)), "full": None},
        {"full": None, "management_class": None, "ethnic_code": None, "education_code": None},
    ]
    with portal.inside():
        branch = make_organization()
        for serial, changed in enumerate(unlike, start=1):
            make_member(branch.id, serial, **changed)
        suspended = make_member(branch.id, 9)
        suspended.status, suspended.status_on, suspended.updated_at = MemberStatus.SUSPENDED, date(2026, 2, 1), NOW
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)
    content = fetch(secretary, take(portal, secretary, in_clear=True))
    head, *rows = lines(content)
    by_number = {row[head.index("身份证号")]: dict(zip(head, row, strict=True)) for row in rows}
    floating, lost, gone = (by_number[make_id_number(serial)] for serial in (1, 3, 9))
    assert (floating["工作岗位"], floating["流动情况"], floating["流动地点"]) == (
        "专业技术人员", "流出", "遵义市红花岗区",
    )  # fmt: skip
    assert (lost["失联时间"], lost["失联原因"], lost["党籍状态"]) == ("2026-01-15", "出国(境)", "正常")
    assert (gone["党籍状态"], gone["失联时间"]) == ("停止党籍", None)
    before = states(portal)
    for _ in range(2):
        url = import_file(portal, secretary, "再传一遍.xlsx", content)
        assert verdicts(secretary, url) == {"new": 0, "changed": 0, "same": 6, "refused": 0}
    assert states(portal) == before


def states(portal: Portal) -> list[dict[str, Any]]:
    db.session.remove()
    with reading(scope_of(portal.here)):
        members = db.session.scalars(select(PartyMember).order_by(PartyMember.id))
        return [{column.key: getattr(each, column.key) for column in inspect(PartyMember).columns} for each in members]


NUMBER = make_id_number(1)
SOUND = {
    "姓名": "张示例",
    "身份证号": NUMBER,
    "人员类别": "正式党员",
    "入党时间": "2005-07-01",
    "转正时间": "2006-07-01",
}
SOUND |= {"所在党支部": "演示第一党支部", "手机": "19900000001", "家庭住址": "演示路1号2栋"}
PROBATION: dict[str, Any] = {
    "member_type": MemberType.PROBATIONARY, "joined": PartyDate(date(2026, 6, 1)), "full": None,
}  # fmt: skip
LOST: dict[str, Any] = {"lost_since": date(2026, 1, 15), "lost_reason": LostReason.ABROAD}


Said = list[tuple[str, str, Any]]


def bring(portal: Portal, told: dict[str, str]) -> tuple[dict[str, int], Said]:
    """Import one row; gives its counts, and of what is wrong the column, the code and what the register has."""
    row = {**SOUND, **told}
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = import_file(portal, clerk, "名册.xlsx", workbook([list(row), list(row.values())]))
    counts = verdicts(clerk, url)
    with reading(scope_of(portal.here)):
        batch = queries.get_batch(uuid.UUID(url.rpartition("/")[2]), tenant_id=portal.here)
        refused = queries.list_rows(batch, verdict=Verdict.REFUSED)
        said = [(each.column, each.code, each.values.get("now")) for view in refused for each in view.problems]
    return {key: number for key, number in counts.items() if number}, said


def only_member(portal: Portal) -> PartyMember:
    db.session.remove()
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember)).one()
        db.session.expunge(member)
        return member


@pytest.mark.parametrize(
    ("known", "told", "said"),
    [
        pytest.param(
            PROBATION, {"入党时间": "2026-06-01", "转正时间": "2026-06-01"}, ("member_type", "预备党员"),
            id="full by a roster: C4",
        ),
        pytest.param(
            {}, {"人员类别": "预备党员", "转正时间": ""}, ("member_type", "正式党员"), id="on probation again: C4",
        ),
        pytest.param({}, {"转正时间": "2006-08-01"}, ("full", "2006-07-01"), id="another date: C4"),
        pytest.param({}, {"转正时间": "2006-08"}, ("full", "2006-07-01"), id="another month: C4"),
        pytest.param({}, {"入党时间": "2004-07-01"}, ("joined", "2005-07-01"), id="joined: C4"),
        pytest.param({}, {"失联时间": "2026-01-15", "失联原因": "出国(境)"}, ("lost_since", "未失联"), id="lost: C4"),
        pytest.param(
            LOST, {"失联时间": "2026-02-15", "失联原因": "出国(境)"}, ("lost_since", "2026-01-15 出国(境)"),
            id="lost since: C4",
        ),
        pytest.param(
            LOST, {"失联时间": "2026-01-15", "失联原因": "其他"}, ("lost_since", "2026-01-15 出国(境)"), id="why: C6",
        ),
        pytest.param({}, {"党籍状态": "停止党籍"}, ("status", "正常"), id="suspended: C4"),
    ],
)  # fmt: skip
def test_a_roster_says_nothing_against_a_decision(
    portal: Portal, known: dict[str, Any], told: dict[str, str], said: tuple[str, str]
) -> None:
    with portal.inside():
        make_member(make_organization().id, 1, **known)
    before = entry_of(only_member(portal))
    column, now = said
    counts, problems = bring(portal, {**told, "工作单位": "另一单位"})
    assert counts == {"refused": 1}
    assert problems == [(column, f"registers.{column}_decided", now)]
    member = only_member(portal)
    assert (entry_of(member), member.status, member.work_unit) == (before, MemberStatus.NORMAL, "演示单位")


@pytest.mark.parametrize(
    ("known", "told", "full"),
    [
        ({"full": None}, {}, PartyDate(date(2006, 7, 1))),
        (
            {"full": PartyDate(date(2006, 7, 1), by_month=True)},
            {"转正时间": "2006-07-15"},
            PartyDate(date(2006, 7, 15)),
        ),
        ({}, {"转正时间": "2006-07"}, PartyDate(date(2006, 7, 1))),
        (LOST, {"党籍状态": "正常", "失联时间": "2026-01-15", "失联原因": "出国(境)"}, PartyDate(date(2006, 7, 1))),
        (PROBATION, {"人员类别": "预备党员", "入党时间": "2026-06", "转正时间": "2027-06-01"}, None),
    ],
    ids=["not known yet", "the day of a known month", "only the month", "the same of lost contact", "planned only"],
)
def test_what_a_roster_may_add(
    portal: Portal, known: dict[str, Any], told: dict[str, str], full: PartyDate | None
) -> None:
    with portal.inside():
        make_member(make_organization().id, 1, **known)
    joined = only_member(portal).joined
    counts, _said = bring(portal, {**told, "工作单位": "另一单位"})
    assert counts == {"changed": 1}
    member = only_member(portal)
    assert (member.joined, member.full, member.work_unit) == (joined, full, "另一单位")
    counts, _said = bring(portal, {**told, "工作单位": "另一单位"})
    assert counts == {"same": 1}


def test_somebody_new_comes_with_any_type_but_not_suspended(portal: Portal) -> None:
    with portal.inside():
        make_organization()
    for word, code in (("停止党籍", "status_new"), ("已去世", "status_gone")):
        counts, said = bring(portal, {"党籍状态": word})
        assert counts == {"refused": 1}
        assert said == [("status", f"registers.{code}", None)]
    assert [each[1] for each in bring(portal, {"党籍状态": "优秀"})[1]] == ["desk.unknown_word"]
    told = {
        "人员类别": "预备党员",
        "入党时间": "2026-06-01",
        "转正时间": "",
        "党籍状态": "正常",
        "失联时间": "2026-09-01",
    }
    counts, _said = bring(portal, {**told, "失联原因": "外出务工"})
    assert counts == {"new": 1}
    member = only_member(portal)
    assert (member.member_type, member.full_on, member.lost_since) == (MemberType.PROBATIONARY, None, date(2026, 9, 1))
