"""Two records that contradict each other in what only a decision changes: chosen for a reason, recorded, undone."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers import merging, queries
from portal.registers.commands.merges import merge_members
from portal.registers.commands.standing import withdraw_act
from portal.registers.models import MemberMerge, MemberStanding, PartyMember
from portal.registers.rules import MemberType, PartyDate
from portal.registers.rules.corrections import Entry, Fact, contradictory
from portal.registers.rules.duplicates import Match, Side, belonging_together
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import StandingAct
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW
from tests.registers.makers import make_id_number
from tests.registers.test_duplicates import HOUR, REASON, Two, lose

FULL, PROBATIONARY = MemberType.FULL, MemberType.PROBATIONARY
JOINED, DAY = PartyDate(date(2005, 7, 1), by_month=False), PartyDate(date(2006, 7, 1), by_month=False)
MONTH = PartyDate(date(2005, 7, 1), by_month=True)


def entry(**given: Any) -> Entry:
    return Entry(
        **{"member_type": FULL, "joined": JOINED, "full": DAY, "lost_since": None, "lost_reason": None, **given}
    )


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        ({}, ()),
        ({"member_type": PROBATIONARY, "full": None}, (Fact.TYPE,)),
        ({"joined": MONTH}, ()),
        ({"joined": PartyDate(date(2005, 8, 1), by_month=True)}, (Fact.JOINED,)),
        ({"full": None}, ()),
        ({"full": PartyDate(date(2007, 7, 1), by_month=False)}, (Fact.FULL,)),
        ({"lost_since": date(2026, 1, 1), "lost_reason": LostReason.ABROAD}, (Fact.LOST,)),
    ],
)
def test_what_contradicts_and_what_only_says_more(given: dict[str, Any], facts: tuple[Fact, ...]) -> None:
    """Source: Charter, ch. 1 (type and dates); practice (a month and a day in it agree; a gap says nothing)."""
    assert contradictory(entry(), entry(**given)) == facts
    assert contradictory(entry(**given), entry()) == facts, "whichever record stays"


def test_a_gap_is_no_gap_where_saying_nothing_says_something() -> None:
    same = dict.fromkeys(("member_type", "full", "probation_until", "lost", "mobile"), Match.SAME)
    assert belonging_together({**same, "lost": Match.ONLY_GONE})["lost"] is Match.CONFLICT
    assert belonging_together({**same, "lost": Match.ONLY_KEPT})["lost"] is Match.CONFLICT
    assert belonging_together({**same, "full": Match.ONLY_GONE})["full"] is Match.ONLY_GONE, "the types are the same"
    other = belonging_together(
        {**same, "member_type": Match.CONFLICT, "full": Match.ONLY_GONE, "mobile": Match.ONLY_GONE}
    )
    assert other["full"] is Match.WITH_TYPE
    assert (other["probation_until"], other["mobile"]) == (Match.SAME, Match.ONLY_GONE)


@pytest.fixture
def two(portal: Portal) -> Two:
    """Give two records: the one that stays says full member, the one that goes on probation."""
    found = Two(portal)
    with portal.inside():
        gone = queries.get_member(found.gone, tenant_id=portal.here)
        gone.member_type, gone.full_on, gone.full_by_month = PROBATIONARY, None, False
        gone.updated_at = NOW + timedelta(minutes=1)
    return found


def lines(two: Two) -> list[MemberStanding]:
    with reading(scope_of(two.portal.here)):
        found = list(db.session.scalars(select(MemberStanding).where(MemberStanding.act == StandingAct.CORRECT)))
        db.session.expunge_all()
        return found


def said(two: Two) -> dict[str, Any]:
    with reading(scope_of(two.portal.here)):
        return dict(
            db.session.scalars(select(AuditEvent).where(AuditEvent.tag == AuditTag.MEMBERS_MERGE)).one().changes
        )


def test_the_chosen_type_brings_its_date_and_leaves_a_line(two: Two) -> None:
    before = two.columns(two.kept), two.columns(two.gone)
    merge_id = two.merge(member_type=Side.GONE)
    kept = two.columns(two.kept)
    assert kept is not None
    assert (kept["member_type"], kept["full_on"]) == (PROBATIONARY, None), (
        "never on probation since a day of full membership"
    )
    (line,) = lines(two)
    assert (line.member_id, line.reason, line.recorded_by_name) == (two.kept, REASON, two.actor.name)
    assert line.changed["member_type"] == ["FULL", "PROBATIONARY"]
    assert line.changed["full_on"] == ["2006-07-01", None]
    told = said(two)
    assert told["member_type"] == ["FULL", "PROBATIONARY"]
    assert told["reason"] == [None, REASON]
    two.undo(merge_id)
    assert (two.columns(two.kept), two.columns(two.gone)) == before
    assert lines(two) == []


def test_what_the_other_record_said_wrong_is_told_though_nothing_changes(two: Two) -> None:
    merge_id = two.merge()
    kept = two.columns(two.kept)
    assert kept is not None
    assert (kept["member_type"], kept["full_on"]) == (FULL, date(2006, 7, 1))
    assert [(line.changed, line.reason) for line in lines(two)] == [({}, REASON)]
    assert said(two)["member_type"] == ["PROBATIONARY", "FULL"]
    two.undo(merge_id)
    assert lines(two) == []


@pytest.mark.parametrize("reason", ["", "  ", "错"])
def test_without_a_reason_nothing_is_merged(two: Two, reason: str) -> None:
    before = two.columns(two.kept), two.columns(two.gone)
    every = dict.fromkeys(merging.units(), Side.GONE)
    with pytest.raises(RuleBroken, match=r"registers\.reason_needed"), two.portal.inside():
        merge_members(two.kept, two.gone, every, reason=reason, actor=two.actor, now=NOW + HOUR)
    assert (two.columns(two.kept), two.columns(two.gone)) == before


def test_nobody_becomes_lost_by_filling_a_gap(two: Two) -> None:
    lose(two, two.gone)
    every = {unit: Side.KEPT for unit in merging.units() if unit != "lost"}
    with pytest.raises(RuleBroken, match=r"registers\.merge_choice") as refused, two.portal.inside():
        merge_members(two.kept, two.gone, every, reason=REASON, actor=two.actor, now=NOW + HOUR)
    assert refused.value.field == "choice-lost"
    two.merge(lost=Side.GONE)
    kept = two.columns(two.kept)
    assert kept is not None
    assert kept["lost_since"] == date(2026, 5, 1)
    (line,) = lines(two)
    assert line.changed == {"lost_since": [None, "2026-05-01"], "lost_reason": [None, "ABROAD"]}


def test_dates_that_do_not_fit_together_are_refused(two: Two) -> None:
    with two.portal.inside():
        gone = queries.get_member(two.gone, tenant_id=two.portal.here)
        gone.joined_on, gone.updated_at = date(2007, 7, 1), NOW + timedelta(minutes=2)
    with pytest.raises(RuleBroken, match=r"registers\.full_before_joined"):
        two.merge(joined=Side.GONE)
    two.merge(joined=Side.GONE, member_type=Side.GONE)


def test_a_correction_taken_back_by_itself_stands_in_the_way_of_undoing(two: Two) -> None:
    merge_id = two.merge(member_type=Side.GONE)
    with two.portal.inside():
        withdraw_act(lines(two)[0].id, reason="又查到转正材料", actor=two.actor, now=NOW + 2 * HOUR)
    assert ("moved_on", "correction") in two.obstacles()
    with pytest.raises(RuleBroken, match=r"registers\.merge_obstacles"):
        two.undo(merge_id, NOW + 3 * HOUR)
    kept = two.columns(two.kept)
    assert kept is not None
    assert (kept["member_type"], kept["full_on"]) == (FULL, date(2006, 7, 1)), "as the record that stays had it"


def test_records_that_agree_need_no_reason(portal: Portal) -> None:
    two = Two(portal)
    every = dict.fromkeys(merging.units(), Side.GONE)
    with portal.inside():
        merge_members(two.kept, two.gone, every, actor=two.actor, now=NOW + HOUR)
    assert lines(two) == []
    assert "reason" not in said(two)


def test_the_page_shows_it_takes_the_reason_and_leaves_it_to_the_secretary(two: Two) -> None:
    url = f"/t/{HERE_CODE}/registers/members/{two.kept}/merge/{two.gone}"
    every = {f"choice-{unit}": "kept" for unit in merging.units()}
    clerk, secretary = two.portal.as_role(Role.COMMUNITY_CLERK), two.portal.as_role(Role.COMMUNITY_SECRETARY)
    page = clerk.get(url)
    assert page.page.select(".blocked")
    assert not page.page.select("#reason")
    assert clerk.post(url, {**every, "reason": REASON}, status=422).page.select(".error-summary li")
    page = secretary.get(url)
    assert page.one("#field-member_type").select("input[type=radio]")
    assert not page.one("#field-full").select("input"), "comes with the type"
    bare = secretary.post(url, every, status=422)
    assert bare.one(".error-summary a")["href"] == "#reason"
    assert not bare.page.select("#field-reason")
    assert len(people(two)) == 2
    after = secretary.post(url, {**every, "reason": REASON}, status=303)
    assert REASON in secretary.get(after.location).text, "the line stands on the member's page"
    assert people(two) == [two.kept]
    with reading(scope_of(two.portal.here)):
        merge_id = db.session.scalars(select(MemberMerge.id)).one()
    undo = secretary.get(f"/t/{HERE_CODE}/registers/merges/{merge_id}/undo")
    assert make_id_number(1) not in undo.text
    secretary.post(f"/t/{HERE_CODE}/registers/merges/{merge_id}/undo", {}, status=303)
    assert len(people(two)) == 2


def people(two: Two) -> list[uuid.UUID]:
    with reading(scope_of(two.portal.here)):
        return list(db.session.scalars(select(PartyMember.id)))
