"""Make two records of one person one, and take that back."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.registers import merging
from portal.registers.models import DistinctPair, MemberMerge, PartyMember
from portal.registers.moving import lock_member
from portal.registers.queries.duplicates import past_member
from portal.registers.queries.standing import entry_of
from portal.registers.queries.transfers import find_open_transfer
from portal.registers.rules import MemberDates, check_member_dates
from portal.registers.rules.corrections import Entry, check_correction_reason
from portal.registers.rules.duplicates import UNDO_DAYS, Match, Side, may_undo
from portal.registers.standing_lines import CORRECTION, contradictions, leave_correction, plain_columns, told_apart
from portal.registers.unmerging import undo_obstacles
from portal.tenancy.past import kept_columns
from portal.tenancy.scope import written_tenant

REASON_MAX = 200


def say_distinct(first_id: uuid.UUID, second_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remember that two records are two people, so that nobody is asked again; saying it twice changes nothing.

    Raises NotFound, RuleBroken `registers.merge_self`.
    """
    if first_id == second_id:
        raise RuleBroken("registers.merge_self")
    first, second = (lock_member(each) for each in sorted((first_id, second_id)))
    known = select(DistinctPair.id).where(DistinctPair.first_id == first.id, DistinctPair.second_id == second.id)
    if db.session.scalars(known).first() is None:
        db.session.add(
            DistinctPair(
                id=new_id(),
                first_id=first.id,
                second_id=second.id,
                reason=reason.strip()[:REASON_MAX],
                said_by_name=actor.name,
                said_at=now,
            )
        )
    changes = {"names": [None, f"{first.full_name} / {second.full_name}"], "reason": [None, reason.strip()]}
    record(AuditTag.PAIR_DISTINGUISH, subject=first, actor=actor, now=now, changes=changes)


def merge_members(
    kept_id: uuid.UUID,
    gone_id: uuid.UUID,
    choices: Mapping[str, Side],
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> MemberMerge:
    """Make two records one. Where they contradict, `choices` says by field which is right; a gap is filled.

    Where they contradict in what only a decision changes, this is a correction: `reason` says why, and it leaves a
    line in the standing. Raises NotFound, RuleBroken `registers.merge_self`, `registers.merge_transfer`,
    `registers.merge_choice` (field `choice-…`, the first that is missing), `registers.reason_needed`,
    `registers.merge_clash`, and for that correction what check_member_dates() raises. Source: rule of the house
    (T8: never silently).
    """
    if kept_id == gone_id:
        raise RuleBroken("registers.merge_self")
    held = {each: lock_member(each) for each in sorted((kept_id, gone_id))}
    kept, gone = held[kept_id], held[gone_id]
    if any(find_open_transfer(each.id, tenant_id=each.tenant_id) is not None for each in (kept, gone)):
        raise RuleBroken("registers.merge_transfer")
    taken = _taken(kept, gone, choices)
    wrong = _wrong_entries(kept, gone, taken, reason, clock.today(now))
    before = plain_columns(kept)
    # Both states must be of some length, or there would be nothing to go back to.
    moment = max(now, kept.updated_at + timedelta(microseconds=1), gone.updated_at + timedelta(microseconds=1))
    columns = [merging.columns_for(gone, unit, row_id=kept.id) for unit in taken]
    merge = MemberMerge(
        id=new_id(),
        kept_id=kept.id,
        gone_id=gone.id,
        kept_name=kept.full_name,
        gone_name=gone.full_name,
        taken=taken,
        moved=merging.move_all(gone.id, kept.id, now=moment),
        merged_by=actor.user_id,
        merged_by_name=actor.name,
        merged_at=moment,
    )
    gone.updated_at = moment
    db.session.delete(gone)
    db.session.flush()
    for column, value in (pair for group in columns for pair in group.items()):
        setattr(kept, column, value)
    if taken:
        kept.updated_at = moment
    changes: dict[str, list[object]] = {
        "gone": [merge.gone_name, None],
        "fields": [None, taken],
        "moved": [None, {name: len(ids) for name, ids in merge.moved.items()}],
    }
    if wrong:
        line = leave_correction(kept, before, reason=reason, document="", actor=actor, now=now)
        merge.moved = {**merge.moved, CORRECTION: [line.id.hex]}
        changes |= wrong | {"reason": [None, line.reason]}
    db.session.add(merge)
    db.session.flush()
    record(AuditTag.MEMBERS_MERGE, subject=kept, actor=actor, now=now, changes=changes)
    return merge


def _wrong_entries(
    kept: PartyMember, gone: PartyMember, taken: list[str], reason: str, today: date
) -> dict[str, list[object]]:
    """Give {fact: [wrong, right]} of two records that contradict each other, as the trail tells it; else nothing.

    Refuses a missing reason, and dates that do not fit together.
    """
    if not contradictions(kept, gone):
        return {}
    check_correction_reason(reason)
    chosen = {unit: gone if unit in taken else kept for unit in ("id_number", "member_type", "joined", "full", "lost")}
    member_type, lost = chosen["member_type"].member_type, chosen["lost"]
    dates = MemberDates(chosen["id_number"].born_on, chosen["joined"].joined, chosen["full"].full)
    check_member_dates(dates, member_type=member_type, today=today)
    right = Entry(member_type, dates.joined, dates.full, lost.lost_since, lost.lost_reason)
    return told_apart(entry_of(kept), right) | told_apart(entry_of(gone), right)


def _taken(kept: PartyMember, gone: PartyMember, choices: Mapping[str, Side]) -> list[str]:
    """Give the fields that come from the record that goes; raises RuleBroken where a choice is missing."""
    taken = []
    for unit, found in merging.compare(kept, gone).items():
        if found is Match.CONFLICT and unit not in choices:
            raise RuleBroken("registers.merge_choice", field=f"choice-{unit}")
        decides = "member_type" if found is Match.WITH_TYPE else unit
        is_chosen = found in {Match.CONFLICT, Match.WITH_TYPE} and choices[decides] is Side.GONE
        if found is Match.ONLY_GONE or is_chosen:
            taken.append(unit)
    return taken


def undo_merge(merge_id: uuid.UUID, *, actor: Actor, now: datetime) -> MemberMerge:
    """Take a merge back exactly: both records as they were, and what was moved back at its place.

    Raises NotFound, RuleBroken `registers.merge_undone`, `registers.merge_too_old` (with `days`),
    `registers.merge_obstacles`: then undo_obstacles() says what stands in the way. Source: rule of the house.
    """
    merge = db.session.scalars(select(MemberMerge).where(MemberMerge.id == merge_id).with_for_update()).one_or_none()
    if merge is None:
        raise NotFound
    if merge.undone_at is not None:
        raise RuleBroken("registers.merge_undone")
    if not may_undo(merged_at=merge.merged_at, now=now):
        raise RuleBroken("registers.merge_too_old", days=UNDO_DAYS)
    if undo_obstacles(merge, tenant_id=written_tenant()):
        raise RuleBroken("registers.merge_obstacles")
    moment = max(now, merge.merged_at + timedelta(microseconds=1))
    try:
        with db.session.begin_nested():
            _restore(merge, moment)
    except IntegrityError as error:
        raise RuleBroken("registers.merge_obstacles") from error
    merge.undone_at, merge.undone_by_name = now, actor.name
    changes: dict[str, list[object]] = {"gone": [None, merge.gone_name], "fields": [merge.taken, None]}
    record(AuditTag.MERGE_UNDO, subject=lock_member(merge.kept_id), actor=actor, now=now, changes=changes)
    return merge


def _restore(merge: MemberMerge, moment: datetime) -> None:
    """Give the kept record its own fields back, then bring the other one and what hung on it."""
    kept = lock_member(merge.kept_id)
    moment = max(moment, kept.updated_at + timedelta(microseconds=1))
    before = past_member(merge.kept_id, merge.merged_at)
    if merge.taken and before is not None:
        for column in (column for unit in merge.taken for column in merging.units()[unit]):
            setattr(kept, column, getattr(before, column))
        kept.updated_at = moment
        db.session.flush()
    gone = past_member(merge.gone_id, merge.merged_at)
    columns = {column: getattr(gone, column) for column in kept_columns(PartyMember)}
    db.session.add(PartyMember(id=merge.gone_id, **{**columns, "updated_at": moment}))
    db.session.flush()
    movers = merging.movers()
    for name, ids in merge.moved.items():
        rows = [uuid.UUID(each) for each in ids]
        movers[name].move_back(rows, merge.kept_id, merge.gone_id, now=moment)
