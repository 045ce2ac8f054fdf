"""Reads of duplicates: pairs of records that may be one person, merges, and what stands in the way of undoing one."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

from sqlalchemy import func, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import DistinctPair, MemberMerge, PartyMember, PartyMemberPast
from portal.registers.queries import PRESENT, SEALED
from portal.registers.rules import MemberStatus
from portal.registers.rules.duplicates import Facts, Likeness, likeness
from portal.tenancy import vault

GROUP_MOST = 30
"""So many of one name are compared with each other; more would be a mistake of the file."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of a pair."""

    id: uuid.UUID
    full_name: str
    born_on: date
    organization_id: uuid.UUID
    status: MemberStatus
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person, and why. The one that was entered first comes first."""

    first: Candidate
    second: Candidate
    why: Likeness


def possible_duplicates(*, tenant_id: int) -> list[Pair]:
    """Give the pairs of present members that may be one person and about whom nobody has said otherwise.

    The strongest reasons first; two statements whatever the size of the register. ID numbers are opened only where
    two names are the same and the birth dates are not.
    """
    distinct = select(DistinctPair.first_id, DistinctPair.second_id).where(DistinctPair.tenant_id == tenant_id)
    answered = {tuple(sorted(pair)) for pair in db.session.execute(distinct)}
    rows = _look_alikes(tenant_id)
    pairs = []
    for first, second in _couples(rows):
        if (first.id, second.id) in answered:
            continue
        why = likeness(_facts(first, second, tenant_id), _facts(second, first, tenant_id))
        if why is not None:
            pairs.append(Pair(_candidate(first), _candidate(second), why))
    order = list(Likeness)
    return sorted(pairs, key=lambda pair: (order.index(pair.why), pair.first.full_name, pair.first.id, pair.second.id))


def _look_alikes(tenant_id: int) -> list[Any]:
    """Give the present members who share their name or their mobile with another one."""
    here = (PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT))
    names = select(PartyMember.full_name).where(*here).group_by(PartyMember.full_name).having(func.count() > 1)
    mobiles = select(PartyMember.mobile_index).where(*here, PartyMember.mobile_index.is_not(None))
    mobiles = mobiles.group_by(PartyMember.mobile_index).having(func.count() > 1)
    columns = (
        PartyMember.id,
        PartyMember.full_name,
        PartyMember.born_on,
        PartyMember.organization_id,
        PartyMember.status,
        PartyMember.updated_at,
        PartyMember.id_sealed,
        PartyMember.mobile_index,
    )
    alike = or_(PartyMember.full_name.in_(names), PartyMember.mobile_index.in_(mobiles))
    return list(db.session.execute(select(*columns).where(*here, alike).order_by(PartyMember.id)))


def _couples(rows: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Give each two that share a name or a mobile, once."""
    groups: dict[tuple[str, Any], list[Any]] = defaultdict(list)
    for row in rows:
        groups["name", row.full_name].append(row)
        if row.mobile_index is not None:
            groups["mobile", row.mobile_index].append(row)
    seen = set()
    for group in groups.values():
        for first, second in combinations(group[:GROUP_MOST], 2):
            if (first.id, second.id) not in seen:
                seen.add((first.id, second.id))
                yield first, second


def _facts(row: Any, other: Any, tenant_id: int) -> Facts:
    needs_number = row.full_name == other.full_name and row.born_on != other.born_on
    number = vault.unseal(SEALED["id_number"][0], tenant_id, row.id, row.id_sealed) if needs_number else None
    return Facts(row.full_name, row.born_on, number, row.mobile_index)


def _candidate(row: Any) -> Candidate:
    return Candidate(row.id, row.full_name, row.born_on, row.organization_id, row.status, row.updated_at)


def count_merges(*, tenant_id: int) -> int:
    """Count the merges of this tenant."""
    statement = select(func.count()).select_from(MemberMerge).where(MemberMerge.tenant_id == tenant_id)
    return int(db.session.scalar(statement) or 0)


def list_merges(*, tenant_id: int, limit: int, offset: int = 0) -> list[MemberMerge]:
    """Give merges, the newest first."""
    statement = select(MemberMerge).where(MemberMerge.tenant_id == tenant_id)
    statement = statement.order_by(MemberMerge.merged_at.desc(), MemberMerge.id.desc())
    return list(db.session.scalars(statement.limit(limit).offset(offset)))


def get_merge(merge_id: uuid.UUID, *, tenant_id: int) -> MemberMerge:
    """Give a merge of this very tenant; raises NotFound."""
    statement = select(MemberMerge).where(MemberMerge.id == merge_id, MemberMerge.tenant_id == tenant_id)
    merge = db.session.scalars(statement).one_or_none()
    if merge is None:
        raise NotFound
    return merge


def past_member(member_id: uuid.UUID, until: datetime) -> PartyMemberPast | None:
    """Give the state of a member that ended at a moment, or None."""
    statement = select(PartyMemberPast).where(PartyMemberPast.row_id == member_id, PartyMemberPast.until_at == until)
    return db.session.scalars(statement).one_or_none()
