"""What a list of divisions changes about the divisions that exist. Plain Python.

A division is never deleted: one that a newer list no longer has is ended, with its data, and
comes back to life when a later list has it again. A row's `former_codes` say what became of a
code: a division that took a new code keeps its identity; one that was merged is ended in favour
of its successor. In both cases the old code becomes an alias, so that old addresses still lead
somewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from portal.tenancy.divisions import Division, Fault
from portal.tenancy.levels import CODE_LENGTHS, Level


class Existing(NamedTuple):
    """A division as it is stored. `parent_id` is None for the country only."""

    id: int
    code: str
    name: str
    level: Level
    parent_id: int | None
    is_ended: bool = False
    successor_id: int | None = None


class ChangeKind(StrEnum):
    """What can happen to a division that exists already."""

    RENAMED = "renamed"
    MOVED = "moved"
    RECODED = "recoded"
    REVIVED = "revived"


class Change(NamedTuple):
    """A division that stays itself but is altered. The parent is given by code."""

    before: Existing
    code: str
    name: str
    parent_code: str
    kinds: tuple[ChangeKind, ...]


class Merge(NamedTuple):
    """A division that ends in favour of another one."""

    before: Existing
    successor_code: str


@dataclass(frozen=True)
class Coverage:
    """What a list claims to be complete for: what is missing there counts as gone.

    `whole`: everything. `below`: all that lies under this code. Neither: each district and
    street for which the list itself names at least one part.
    """

    whole: bool = False
    below: str | None = None


@dataclass
class Difference:
    """Everything a list changes, ready to be written."""

    added: list[Division] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    gone: list[Existing] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)  # old code, code it leads to
    faults: list[Fault] = field(default_factory=list)
    same: int = 0


class _Stored:
    """The stored divisions and aliases, looked up in the ways that the comparison needs."""

    def __init__(self, existing: Iterable[Existing], aliases: Mapping[str, int]) -> None:
        self.by_id = {each.id: each for each in existing}
        self.by_code = {each.code: each for each in self.by_id.values()}
        self.aliases = aliases

    def code_of(self, tenant_id: int | None) -> str:
        return "" if tenant_id is None else self.by_id[tenant_id].code


def compare_divisions(
    rows: Sequence[Division],
    existing: Iterable[Existing],
    *,
    aliases: Mapping[str, int],
    coverage: Coverage,
) -> Difference:
    """Compare a checked list with what is stored (`aliases`: former code to division id).

    Applying the result and comparing again gives no difference. Faults name rows whose code is
    the former code of another division, and a `below` that nobody knows; then nothing may be
    written.
    """
    stored = _Stored(existing, aliases)
    difference = Difference()
    targets = _find_targets(rows, stored, difference)
    for row in rows:
        target = targets.get(row.code)
        if target is None:
            difference.added.append(row)
        else:
            _compare_one(row, target, stored, targets, difference)
    _compare_missing(rows, stored, targets, coverage, difference)
    return difference


def _find_targets(rows: Sequence[Division], stored: _Stored, difference: Difference) -> dict[str, Existing]:
    """Find for each row the stored division that it speaks of; note merges and aliases."""
    targets: dict[str, Existing] = {}
    for row in rows:
        target = stored.by_code.get(row.code)
        if target is None and row.code in stored.aliases:
            difference.faults.append(Fault(row.row, "code", "divisions.code_is_former", row.code))
            continue
        for old_code in row.former_codes:
            old = stored.by_code.get(old_code)
            if old is not None and target is None:
                target = old
            elif old is not None and not (old.is_ended and old.successor_id):
                difference.merged.append(Merge(old, row.code))
            leads_to = stored.aliases.get(old_code)
            if leads_to is None or target is None or leads_to != target.id:
                difference.aliases.append((old_code, row.code))
        if target is not None:
            targets[row.code] = target
    return targets


def _compare_one(
    row: Division,
    target: Existing,
    stored: _Stored,
    targets: Mapping[str, Existing],
    difference: Difference,
) -> None:
    """Note what a row changes about the division it speaks of."""
    parent = targets.get(row.parent_code) or stored.by_code.get(row.parent_code)
    kinds = []
    if row.name != target.name:
        kinds.append(ChangeKind.RENAMED)
    if (parent.id if parent else None) != target.parent_id:
        kinds.append(ChangeKind.MOVED)
    if row.code != target.code:
        kinds.append(ChangeKind.RECODED)
    if target.is_ended:
        kinds.append(ChangeKind.REVIVED)
    if kinds:
        difference.changed.append(Change(target, row.code, row.name, row.parent_code, tuple(kinds)))
    else:
        difference.same += 1


def _compare_missing(
    rows: Sequence[Division],
    stored: _Stored,
    targets: Mapping[str, Existing],
    coverage: Coverage,
    difference: Difference,
) -> None:
    """Find what the list no longer has. Parts of a merged division go over to its successor."""
    kept = {target.id for target in targets.values()}
    successors = {merge.before.id: merge.successor_code for merge in difference.merged}
    code_now = {target.id: code for code, target in targets.items()}
    covered = _covered_codes(rows, stored, coverage, difference)
    gone: set[int] = set()
    missing = (
        each
        for each in stored.by_id.values()
        if each.id not in kept and each.id not in successors and not each.is_ended and each.level is not Level.COUNTRY
    )
    for each in sorted(missing, key=lambda one: (CODE_LENGTHS[one.level], one.code)):
        parent_id = each.parent_id
        if parent_id in successors:
            parent_code = successors[parent_id]
        else:
            parent_code = code_now.get(parent_id or 0) or stored.code_of(parent_id)
        if coverage.whole or parent_id in gone or parent_code in covered:
            gone.add(each.id)
            difference.gone.append(each)
        elif parent_id in successors:
            difference.changed.append(Change(each, each.code, each.name, parent_code, (ChangeKind.MOVED,)))


def _covered_codes(rows: Sequence[Division], stored: _Stored, coverage: Coverage, difference: Difference) -> set[str]:
    """Give the codes whose parts the list names completely."""
    if coverage.whole:
        return set()
    if coverage.below is None:
        partial = {Level.STREET, Level.COMMUNITY}
        return {row.parent_code for row in rows if row.level in partial}
    parents = {row.code: row.parent_code for row in rows}
    for each in stored.by_id.values():
        parents.setdefault(each.code, stored.code_of(each.parent_id))
    if coverage.below not in parents:
        difference.faults.append(Fault(0, "below", "divisions.below_unknown", coverage.below))
    return {code for code in parents if _is_below(code, coverage.below, parents)}


def _is_below(code: str, top: str, parents: Mapping[str, str]) -> bool:
    """Say whether a code is `top` or lies under it."""
    while code and code != top:
        code = parents.get(code, "")
    return code == top
