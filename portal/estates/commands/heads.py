"""Deciding whether entries of owners are one owner, and taking that back."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.estates import queries, rules
from portal.estates.entries import Changes, assign
from portal.estates.models import HeadDecision, Owner
from portal.estates.rules import HeadVerdict, OwnerKind


def decide_heads(
    one: uuid.UUID, other: uuid.UUID, *, verdict: HeadVerdict, reason: str, actor: Actor, now: datetime
) -> HeadDecision:
    """Say whether two entries are one owner; later decisions about the pair take the place of earlier ones.

    Raises NotFound for entries that are not here, RuleBroken `estates.same_entry`, `estates.two_numbers` where
    two different ID numbers say that they are two people.
    """
    if one == other:
        raise RuleBroken("estates.same_entry")
    first, second = sorted((one, other))
    owners = db.session.scalars(
        select(Owner).where(Owner.id.in_((first, second))).order_by(Owner.id).with_for_update()
    ).all()
    if len(owners) != len((first, second)):
        raise NotFound
    in_force = select(HeadDecision).where(
        HeadDecision.first_id == first, HeadDecision.second_id == second, HeadDecision.undone_at.is_(None)
    )
    for earlier in db.session.scalars(in_force):
        earlier.undone_at = now
    decision = _decision((first, second), verdict, reason, actor, now)
    db.session.add(decision)
    changes = _count_again([decision], now=now)
    changes |= {"verdict": [None, verdict], "reason": [None, reason], "entries": [None, [str(first), str(second)]]}
    record(AuditTag.HEAD_DECIDE, subject=decision, actor=actor, now=now, changes=changes)
    return decision


def decide_certain(kind: OwnerKind, *, expected: int, reason: str, actor: Actor, now: datetime) -> list[HeadDecision]:
    """Say that all entries with the same ID number, or the same credit code, are one owner each; gives the decisions.

    `expected` is the number of pairs that was confirmed: RuleBroken `estates.pairs_changed` when there are others by
    now, `estates.two_numbers` where earlier answers put another number into one of the groups. Each decision has its
    event and can be taken back by itself.
    """
    pairs = queries.certain_pairs(kind)
    if not pairs or len(pairs) != expected:
        raise RuleBroken("estates.pairs_changed", number=len(pairs))
    decisions = [_decision(pair, HeadVerdict.ONE, reason, actor, now) for pair in pairs]
    db.session.add_all(decisions)
    counted = _count_again(decisions, now=now)
    for decision in decisions:
        entries = [str(decision.first_id), str(decision.second_id)]
        changes: Changes = {
            "verdict": [None, HeadVerdict.ONE], "reason": [None, reason], "entries": [None, entries],
            "pairs": [None, len(pairs)], **counted,
        }  # fmt: skip
        record(AuditTag.HEAD_DECIDE, subject=decision, actor=actor, now=now, changes=changes)
    return decisions


def _decision(
    pair: tuple[uuid.UUID, uuid.UUID], verdict: HeadVerdict, reason: str, actor: Actor, now: datetime
) -> HeadDecision:
    first, second = sorted(pair)
    return HeadDecision(
        id=new_id(),
        first_id=first,
        second_id=second,
        verdict=verdict,
        reason=reason,
        decided_at=now,
        decided_by=actor.user_id,
        decided_by_name=actor.name,
    )


def undo_decision(decision: HeadDecision, *, actor: Actor, now: datetime) -> HeadDecision:
    """Take a decision back; the pair is asked about again. Raises RuleBroken `estates.decision_undone`."""
    held = db.session.scalars(select(HeadDecision).where(HeadDecision.id == decision.id).with_for_update()).one()
    if held.undone_at is not None:
        raise RuleBroken("estates.decision_undone")
    held.undone_at = now
    changes = _count_again([held], now=now)
    record(AuditTag.HEAD_UNDO, subject=held, actor=actor, now=now, changes=changes)
    return held


def _count_again(decisions: Sequence[HeadDecision], *, now: datetime) -> Changes:
    """Let the heads of all whom decisions touch follow from the decisions in force; says how many changed."""
    db.session.flush()
    heads = rules.heads_of(queries.pairs_decided_one())
    named = {entry for decision in decisions for entry in (decision.first_id, decision.second_id)}
    touched = {entry for head, group in rules.groups_of(heads).items() if group & named for entry in group} | named
    before = select(Owner).where(Owner.id.in_(touched) | Owner.head_id.in_(touched)).with_for_update()
    owners = db.session.scalars(before).all()
    asked = {heads.get(decision.first_id, decision.first_id) for decision in decisions}
    _check_numbers([owner for owner in owners if heads.get(owner.id, owner.id) in asked], heads)
    changed = 0
    for owner in owners:
        changed += bool(assign(owner, {"head_id": heads.get(owner.id)}, now=now))
    return {"heads_changed": [None, changed]}


def _check_numbers(owners: Sequence[Owner], heads: dict[uuid.UUID, uuid.UUID]) -> None:
    """Refuse a group with two numbers: they are two people."""
    numbers: dict[uuid.UUID, set[bytes]] = defaultdict(set)
    for owner in owners:
        if owner.id_number_index is not None:
            numbers[heads.get(owner.id, owner.id)].add(owner.id_number_index)
    if any(len(found) > 1 for found in numbers.values()):
        raise RuleBroken("estates.two_numbers")
