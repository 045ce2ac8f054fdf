"""A member's type, dates and lost contact: decided or found out, corrected for a reason, never simply typed over."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import commands
from portal.registers.commands.standing import correct_entry, record_act, withdraw_act
from portal.registers.models import MemberStanding, PartyMember
from portal.registers.queries.standing import entry_of
from portal.registers.rules import MemberType, PartyDate
from portal.registers.rules.corrections import Entry, agrees, check_correction, closer
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import Act, StandingAct
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_actor
from tests.registers.makers import make_facts, make_member, make_organization

SECRETARY, CLERK = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK
TODAY, BORN = date(2026, 11, 23), date(1990, 3, 7)
A = StandingAct
BASE = f"/t/{HERE_CODE}/registers"
NEW = Entry(MemberType.PROBATIONARY, PartyDate(date(2026, 6, 1)), None, None, None)
FULL = Entry(MemberType.FULL, PartyDate(date(2015, 7, 1)), PartyDate(date(2016, 7, 1)), None, None)
LOST = replace(FULL, lost_since=date(2026, 3, 1), lost_reason=LostReason.OTHER)
CHARTER, ART_24, PRACTICE = "党章 ch. 1", "党员教育管理工作条例 art. 24", "practice: nothing is written over an act"


class Case(NamedTuple):
    """What is recorded, what it should be, the acts that stand, what is refused (None: nothing), and the source."""

    old: Entry
    new: Entry
    standing: tuple[StandingAct, ...]
    refused: str | None
    source: str


CASES = [
    Case(NEW, NEW, (), "registers.nothing_corrected", PRACTICE),
    Case(NEW, replace(NEW, member_type=MemberType.FULL), (), None, PRACTICE),
    Case(FULL, replace(FULL, member_type=MemberType.PROBATIONARY, full=None), (), None, PRACTICE),
    Case(
        FULL, replace(FULL, member_type=MemberType.PROBATIONARY), (), "registers.probationary_has_full_date", CHARTER,
    ),
    Case(FULL, replace(FULL, full=PartyDate(date(2015, 6, 30))), (), "registers.full_before_joined", CHARTER),
    Case(FULL, replace(FULL, full=PartyDate(TODAY + timedelta(days=1))), (), "registers.full_future", CHARTER),
    Case(FULL, replace(FULL, full=PartyDate(TODAY)), (), None, CHARTER),
    Case(FULL, replace(FULL, joined=PartyDate(date(2008, 3, 6))), (), "registers.joined_too_young", CHARTER),
    Case(FULL, replace(FULL, joined=PartyDate(date(2008, 3, 7))), (), None, CHARTER),
    Case(FULL, replace(FULL, full=PartyDate(date(2016, 7, 1), by_month=True)), (), None, PRACTICE),
    Case(FULL, replace(FULL, full=PartyDate(date(2016, 8, 1))), (A.BECOME_FULL,), "registers.rests_on_act", PRACTICE),
    Case(FULL, replace(FULL, joined=PartyDate(date(2014, 7, 1))), (A.BECOME_FULL,), "registers.rests_on_act", CHARTER),
    Case(NEW, replace(NEW, joined=PartyDate(date(2025, 6, 1))), (A.EXTEND,), "registers.rests_on_act", CHARTER),
    Case(FULL, replace(NEW, joined=FULL.joined), (A.WATCH,), "registers.rests_on_act", PRACTICE),
    Case(FULL, replace(FULL, full=PartyDate(date(2016, 8, 1))), (A.LOSE, A.FIND, A.WATCH), None, PRACTICE),
    Case(FULL, LOST, (), "registers.lost_is_act", ART_24),
    Case(LOST, FULL, (), None, PRACTICE),
    Case(LOST, replace(LOST, lost_since=TODAY), (), None, ART_24),
    Case(LOST, replace(LOST, lost_since=TODAY + timedelta(days=1)), (), "registers.lost_future", ART_24),
    Case(LOST, replace(LOST, lost_reason=None), (), "registers.lost_reason_needed", "C6, item 15"),
    Case(LOST, replace(LOST, lost_reason=LostReason.ABROAD), (A.LOSE,), "registers.rests_on_act", ART_24),
    Case(LOST, FULL, (A.SUSPEND,), "registers.rests_on_act", ART_24),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.refused}-{case.source}")
def test_what_may_be_corrected(case: Case) -> None:
    def check() -> None:
        check_correction(case.old, case.new, born_on=BORN, standing=case.standing, today=TODAY)

    if case.refused is None:
        check()
        return
    with pytest.raises(RuleBroken) as broken:
        check()
    assert broken.value.code == case.refused


JULY, MONTH = PartyDate(date(2016, 7, 15)), PartyDate(date(2016, 7, 1), by_month=True)


@pytest.mark.parametrize(
    ("recorded", "given", "agree", "kept"),
    [
        (JULY, JULY, True, JULY),
        (JULY, MONTH, True, JULY),
        (MONTH, JULY, True, JULY),
        (JULY, PartyDate(date(2016, 7, 16)), False, None),
        (MONTH, PartyDate(date(2016, 8, 1)), False, None),
        (JULY, PartyDate(date(2016, 8, 1), by_month=True), False, None),
        (None, JULY, True, JULY),
        (JULY, None, True, JULY),
        (None, None, True, None),
    ],
)
def test_dates_of_two_papers(
    recorded: PartyDate | None, given: PartyDate | None, agree: bool, kept: PartyDate | None
) -> None:
    assert agrees(recorded, given) is agree
    if agree:
        assert closer(recorded, given) == kept


def test_nobody_becomes_full_by_changing_facts(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        entry: dict[str, Any] = {
            "member_type": MemberType.PROBATIONARY,
            "joined": PartyDate(date(2026, 6, 1)),
            "full": None,
        }
        member_id = make_member(branch.id, 1, **entry).id
        undated = make_member(branch.id, 2, full=None).id
    clerk = portal.as_role(CLERK)
    url = f"{BASE}/members/{member_id}"
    page = clerk.get(f"{url}/facts")
    assert not page.page.select("#member_type, #joined, #full, #lost_since")
    assert "2026年6月1日" in page.text
    assert "预备党员" in page.text
    typed = {
        "full_name": "张示例", "member_type": "FULL", "joined": "2015-06-01", "full": "2016-06-01",
        "lost_since": "2026-01-01", "lost_reason": "OTHER", "work_unit": "演示医院",
    }  # fmt: skip
    clerk.post(f"{url}/facts", typed, status=303)
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember).where(PartyMember.id == member_id)).one()
        assert member.work_unit == "演示医院"
        assert entry_of(member) == NEW
    other = f"{BASE}/members/{undated}/facts"
    assert clerk.get(other).one("#full"), "a date that is not known yet can be added"
    clerk.post(other, {**typed, "full": "2006-07"}, status=303)
    assert not clerk.get(other).page.select("#full")
    with portal.inside():
        facts = make_facts(branch.id, 1, full=PartyDate(date(2026, 6, 1)), lost_since=TODAY)
        told = replace(facts, lost_reason=LostReason.OTHER)
        member = commands.update_member(member_id, told, actor=make_actor(portal.here, SECRETARY), now=NOW)
        assert entry_of(member) == NEW, "the command holds it, not only the form"


def test_the_form_leads_to_the_acts(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        member_id = make_member(branch.id, 1, member_type=MemberType.PROBATIONARY, full=None).id
    url = f"{BASE}/members/{member_id}"
    page = portal.as_role(SECRETARY).get(f"{url}/facts")
    for end in ("/decisions/become-full", "/findings/lose", "/correction"):
        assert page.page.select(f'form a[href="{url}{end}"]'), end
    clerk = portal.as_role(CLERK)
    ways = [each["href"] for each in clerk.get(f"{url}/facts").page.select("form a")]
    assert f"{url}/findings/lose" in ways
    assert not [each for each in ways if "decisions" in each or "correction" in each]
    clerk.get(f"{url}/correction", status=403)
    clerk.post(f"{url}/correction", {"member_type": "FULL"}, status=403)


def test_a_correction_leaves_its_line_and_can_be_taken_back(portal: Portal) -> None:
    with portal.inside():
        branch = make_organization()
        member_id = make_member(branch.id, 1, joined=PartyDate(date(2005, 7, 1), by_month=True)).id
    client = portal.as_role(SECRETARY)
    url = f"{BASE}/members/{member_id}"
    form = client.get(f"{url}/correction")
    assert form.one("#joined")["value"] == "2005-07"
    assert not form.page.select("#lost_since")
    right = {"member_type": "PROBATIONARY", "joined": "2026-06-01", "full": "", "document": "入党志愿书"}
    for wrong in ({"reason": ""}, {"reason": "错"}, {"joined": "某年", "reason": "录错了人"}):
        assert client.post(f"{url}/correction", {**right, **wrong}, status=422).errors()
    client.post(f"{url}/correction", {**right, "reason": "录入时看错了行"}, status=303)
    page = client.get(url).text
    changes = ("正式党员 → 预备党员", "2005年7月 → 2026年6月1日", "2006年7月1日 → 未登记")
    for words in (*changes, "录入时看错了行", "入党志愿书"):
        assert words in page
    with reading(scope_of(portal.here)):
        member = db.session.scalars(select(PartyMember).where(PartyMember.id == member_id)).one()
        assert entry_of(member) == NEW
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.STANDING_CORRECT)).one()
        assert event.changes["member_type"] == ["FULL", "PROBATIONARY"]
        assert event.changes["joined"] == ["2005-07", "2026-06-01"]
        assert event.changes["reason"] == [None, "录入时看错了行"]
    portal.as_role(Role.AUDITOR).get(f"/t/{HERE_CODE}/audit-log")
    with portal.inside():
        line = db.session.scalars(select(MemberStanding)).one()
        later = NOW + timedelta(hours=1)
        withdraw_act(line.id, reason="还是原来的对", actor=make_actor(portal.here, SECRETARY), now=later)
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.joined, member.full, member.member_type) == (
            PartyDate(date(2005, 7, 1), by_month=True), PartyDate(date(2006, 7, 1)), MemberType.FULL,
        )  # fmt: skip


def test_what_an_act_gave_is_taken_back_with_the_act(portal: Portal) -> None:
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        branch = make_organization()
        member_id = make_member(branch.id, 1, lost_since=date(2026, 3, 1), lost_reason=LostReason.OTHER).id
        old = entry_of(db.session.scalars(select(PartyMember)).one())
        never = replace(old, lost_since=None, lost_reason=None)
        line = _correct(member_id, never, actor)
        assert db.session.scalars(select(PartyMember)).one().lost_reason is None
        assert line.changed == {"lost_since": ["2026-03-01", None], "lost_reason": ["OTHER", None]}
        lost = Act(A.LOSE, date(2026, 4, 1), lost_reason=LostReason.ABROAD)
        entry = record_act(member_id, lost, actor=actor, now=NOW + timedelta(minutes=1))
        with pytest.raises(RuleBroken) as broken:
            _correct(member_id, never, actor)
        assert (broken.value.code, broken.value.field) == ("registers.rests_on_act", "lost_since")
        withdraw_act(entry.id, reason="记错了人", actor=actor, now=NOW + timedelta(minutes=2))
        _correct(member_id, replace(never, joined=PartyDate(date(2004, 7, 1))), actor)


def _correct(member_id: uuid.UUID, new: Entry, actor: object) -> MemberStanding:
    return correct_entry(member_id, new, reason="录入时看错了行", document="", actor=actor, now=NOW)  # type: ignore[arg-type]
