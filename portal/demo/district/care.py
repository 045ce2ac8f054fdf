"""Care for the members of an invented community: the ledger of those away, visits that wait, posts of the retired."""

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from portal.care.models import CareVisit, DutyPost, FloatingMember
from portal.care.rules.floating import FloatingState
from portal.care.rules.posts import DutyKind, DutyState
from portal.care.rules.visits import VisitReason, VisitState
from portal.core.clock import today
from portal.core.ids import new_id
from portal.demo.district.organs import Seat
from portal.registers.rules import ManagementClass
from portal.tenancy.scope import bulk_insert

VISITED, HAS_POST = 0.3, 0.2  # so many of the vulnerable are to be visited; of the retired hold a post
INTERVALS = (30, 60, 90)
FESTIVAL = "春节"
Row = dict[str, Any]


def fill_care(dice: random.Random, members: list[tuple[ManagementClass, Seat]], *, now: datetime) -> None:
    """Write what is owed to these members, of whom there is one at least; somebody is to be visited everywhere."""
    day = today(now)
    by_class: dict[ManagementClass, list[Seat]] = {}
    for class_, seat in members:
        by_class.setdefault(class_, []).append(seat)
    away = by_class.get(ManagementClass.FLOATING, [])
    bulk_insert(FloatingMember, [_away(dice, seat.member_id, day, now) for seat in away])
    first, *others = by_class.get(ManagementClass.VULNERABLE) or [members[0][1]]
    vulnerable = [first, *(seat for seat in others if dice.random() < VISITED)]
    bulk_insert(CareVisit, [_visit(dice, seat.member_id, day, now) for seat in vulnerable])
    retired = [seat for seat in by_class.get(ManagementClass.RETIRED, []) if dice.random() < HAS_POST]
    bulk_insert(DutyPost, [_post(dice, seat.member_id, day, now) for seat in retired])


def _away(dice: random.Random, member_id: uuid.UUID, day: date, now: datetime) -> Row:
    since, interval = day - timedelta(days=dice.randrange(60, 1500)), dice.choice(INTERVALS)
    last = day - timedelta(days=dice.randrange(interval + 5))
    return {
        "id": new_id(),
        "member_id": member_id,
        "since": since,
        "home_organization": "演示流动党员联合党支部",
        "contact_person": "演示联络员",
        "interval_days": interval,
        "rule": "到期电话联系，节日寄送学习材料。",
        "last_contact_on": last,
        "due_on": last + timedelta(days=interval),
        "state": FloatingState.ACTIVE,
        "created_at": now,
    }


def _visit(dice: random.Random, member_id: uuid.UUID, day: date, now: datetime) -> Row:
    reason = dice.choice(list(VisitReason))
    return {
        "id": new_id(),
        "member_id": member_id,
        "reason": reason,
        "occasion": FESTIVAL if reason is VisitReason.FESTIVAL else "",
        "due_on": day + timedelta(days=dice.randrange(1, 80)),
        "visitor": "演示网格员",
        "state": VisitState.PLANNED,
        "planned_at": now,
    }


def _post(dice: random.Random, member_id: uuid.UUID, day: date, now: datetime) -> Row:
    begun = day - timedelta(days=dice.randrange(20, 300))
    return {
        "id": new_id(),
        "name": "演示楼栋信息员",
        "kind": dice.choice(list(DutyKind)),
        "duties": "每周走一遍楼道，有情况告诉网格员。",
        "state": DutyState.SERVING,
        "member_id": member_id,
        "begins_on": begun,
        "review_on": begun + timedelta(days=365),
        "created_at": now,
    }
