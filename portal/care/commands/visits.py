"""Visits: planned in rounds or one by one, paid, followed up, closed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.care import rules
from portal.care.commands.changes import Changes
from portal.care.models import CareVisit, VisitRound
from portal.care.queries import visits as queries
from portal.care.rows import lock_row, made_id, put_in
from portal.care.rules import visits as visit_rules
from portal.care.rules.visits import VisitReason, VisitState
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers import queries as registers
from portal.tenancy import vault
from portal.tenancy.scope import bulk_insert, written_tenant


@dataclass(frozen=True)
class RoundPlan:
    """Visits to all vulnerable members for one festival, until a day (included).

    `with_others`: also who was visited in illness or hardship within the last twelve months.
    """

    occasion: str
    due_on: date
    visitor: str = ""
    with_others: bool = False


@dataclass(frozen=True)
class Findings:
    """What a visitor found; all but the day, the visitor and the follow-up is sealed."""

    visited_on: date
    visitor: str
    need: str = ""
    help: str = ""
    health: str = ""
    follow_up_due: date | None = None


def plan_round(plan: RoundPlan, *, actor: Actor, now: datetime) -> tuple[VisitRound, int]:
    """Plan a festival's visits to everybody concerned at once; gives the round and how many visits are new.

    Planned once more, only those are added who are not in it yet. Raises RuleBroken `care.text_length`,
    `care.due_range`, `care.nobody_to_visit`.
    """
    tenant_id, today = written_tenant(), clock.today(now)
    occasion = rules.check_text(plan.occasion, field="occasion", most=visit_rules.OCCASION_MAX)
    visit_rules.check_due(plan.due_on, today=today)
    concerned = queries.members_to_visit(tenant_id=tenant_id, today=today)
    everybody = concerned.everybody if plan.with_others else concerned.vulnerable
    if not everybody:
        raise RuleBroken("care.nobody_to_visit")
    round_ = queries.find_round(occasion, plan.due_on, tenant_id=tenant_id)
    if round_ is None:
        round_ = VisitRound(
            id=new_id(), occasion=occasion, due_on=plan.due_on, planned_by=actor.user_id, planned_at=now
        )
        put_in(round_, or_else="care.round_planned_now")
    lock_row(VisitRound, round_.id)  # two who plan it at once do so one after the other
    there = queries.members_of_round(round_.id, tenant_id=tenant_id)
    rows = [_planned(member_id, plan, round_, now) for member_id in everybody if member_id not in there]
    bulk_insert(CareVisit, rows)
    changes: Changes = {"title": [None, occasion], "due_on": [None, plan.due_on], "visits": [len(there), len(rows)]}
    record(AuditTag.VISIT_ROUND_PLAN, subject=round_, actor=actor, now=now, changes=changes)
    return round_, len(rows)


def plan_visit(
    member_id: uuid.UUID, reason: VisitReason, *, due_on: date, visitor: str = "", actor: Actor, now: datetime
) -> CareVisit:
    """Plan one visit. Raises NotFound; RuleBroken `care.not_present`, `care.due_range`, `care.visit_planned`."""
    member = registers.get_member(member_id, tenant_id=written_tenant())
    rules.check_present(member.status)
    visit_rules.check_due(due_on, today=clock.today(now))
    visit = CareVisit(
        id=_visit_id(member.id, reason, "", due_on),
        member_id=member.id,
        reason=reason,
        occasion="",
        due_on=due_on,
        visitor=visitor.strip()[: rules.NAME_MAX],
        state=VisitState.PLANNED,
        planned_at=now,
    )
    put_in(visit, or_else="care.visit_planned", field="due_on")
    changes: Changes = {"due_on": [None, due_on], "visitor": [None, visit.visitor]}
    record(AuditTag.VISIT_PLAN, subject=visit, actor=actor, now=now, changes=changes)
    return visit


def name_visitor(visits: Sequence[CareVisit], visitor: str, *, actor: Actor, now: datetime) -> int:
    """Say who pays planned visits; those paid already are left alone. Gives how many were changed.

    Raises RuleBroken `care.text_length` (field `visitor`).
    """
    name = rules.check_text(visitor, field="visitor", most=rules.NAME_MAX)
    changed = [visit for visit in visits if visit.state is VisitState.PLANNED and visit.visitor != name]
    for visit in changed:
        visit.visitor = name
    if changed:
        changes: Changes = {"visitor": [None, name], "visits": [None, len(changed)]}
        record(AuditTag.VISITORS_NAME, subject=changed[0], actor=actor, now=now, changes=changes)
    return len(changed)


def record_visit(visit_id: uuid.UUID, found: Findings, *, actor: Actor, now: datetime) -> CareVisit:
    """Enter what a visit found.

    Raises NotFound; RuleBroken `care.visit_moved_on`, `care.text_length`, `care.future`, `care.too_late`,
    `care.follow_up_range`.
    """
    visit = lock_row(CareVisit, visit_id)
    after = visit_rules.state_after_visit(found.follow_up_due)
    if visit.state is not VisitState.PLANNED:
        raise RuleBroken("care.visit_moved_on")
    visit_rules.check_step(visit.state, after)
    visit_rules.check_visited(found.visited_on, follow_up_due=found.follow_up_due, today=clock.today(now))
    visit.visitor = rules.check_text(found.visitor, field="visitor", most=rules.NAME_MAX)
    visit.visited_on, visit.follow_up_due, visit.state = found.visited_on, found.follow_up_due, after
    for name in ("need", "help", "health"):
        _seal(visit, name, getattr(found, name))
    changes: Changes = {
        "state": [VisitState.PLANNED.value, after.value],
        "visited_on": [None, found.visited_on],
        "visitor": [None, visit.visitor],
        "follow_up_due": [None, found.follow_up_due],
    }
    record(AuditTag.VISIT_RECORD, subject=visit, actor=actor, now=now, changes=changes)
    return visit


def set_follow_up(visit_id: uuid.UUID, due: date, *, actor: Actor, now: datetime) -> CareVisit:
    """Promise something after a visit, until a day.

    Raises NotFound; RuleBroken `care.visit_moved_on`, `care.follow_up_range`.
    """
    visit = lock_row(CareVisit, visit_id)
    visit_rules.check_step(visit.state, VisitState.FOLLOW_UP)
    if visit.state is VisitState.PLANNED:
        raise RuleBroken("care.visit_moved_on")
    visit_rules.check_follow_up(due, today=clock.today(now))
    changes: Changes = {"state": [visit.state.value, VisitState.FOLLOW_UP.value], "follow_up_due": [None, due]}
    visit.state, visit.follow_up_due = VisitState.FOLLOW_UP, due
    record(AuditTag.VISIT_FOLLOW_UP, subject=visit, actor=actor, now=now, changes=changes)
    return visit


def close_visit(visit_id: uuid.UUID, result: str, *, actor: Actor, now: datetime) -> CareVisit:
    """Close a visit: with what came of it, or, where it was never paid, with the reason why not. Both are sealed.

    Raises NotFound; RuleBroken `care.visit_moved_on`, `care.text_length` (field `result`).
    """
    visit = lock_row(CareVisit, visit_id)
    visit_rules.check_step(visit.state, VisitState.CLOSED)
    words = rules.check_text(result, field="result", most=rules.TEXT_MAX, least=rules.REASON_MIN)
    changes: Changes = {"state": [visit.state.value, VisitState.CLOSED.value]}
    visit.state, visit.closed_on = VisitState.CLOSED, clock.today(now)
    _seal(visit, "result", words)
    record(AuditTag.VISIT_CLOSE, subject=visit, actor=actor, now=now, changes=changes)
    return visit


def reveal_visit(visit_id: uuid.UUID, *, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """Give one sealed field of a visit in clear, and record who looked and why.

    Raises NotFound, also for a field that is empty; RuleBroken `care.text_length` (field `reason`).
    """
    visit = lock_row(CareVisit, visit_id)
    why = rules.check_reason(reason)
    text = queries.sealed_field(visit, field)
    if text is None:
        raise NotFound
    changes: Changes = {"field": [None, field], "reason": [None, why]}
    record_look(AuditTag.CARE_REVEAL, subject=visit, actor=actor, now=now, changes=changes)
    return text


def _seal(visit: CareVisit, name: str, text: str) -> None:
    clean = text.strip()
    setattr(visit, f"{name}_sealed", vault.seal(f"care_visit.{name}", visit.id, clean) if clean else None)


def _visit_id(member_id: uuid.UUID, reason: VisitReason, occasion: str, due_on: date) -> uuid.UUID:
    return made_id("care_visit", member_id, reason.value, occasion, due_on)


def _planned(member_id: uuid.UUID, plan: RoundPlan, round_: VisitRound, now: datetime) -> dict[str, object]:
    return {
        "id": _visit_id(member_id, VisitReason.FESTIVAL, round_.occasion, round_.due_on),
        "member_id": member_id,
        "round_id": round_.id,
        "reason": VisitReason.FESTIVAL,
        "occasion": round_.occasion,
        "due_on": round_.due_on,
        "visitor": plan.visitor.strip()[: rules.NAME_MAX],
        "state": VisitState.PLANNED,
        "planned_at": now,
    }
