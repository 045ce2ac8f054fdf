"""Check sheets of organizations, and how an organization ends.

Both checks are practice of the communities that the domain sheet describes (汇川区: 软弱涣散党组织排查整顿,
支部标准化“回头看”), not a rule of law; how long measures may take is up to whoever orders them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import BRANCH_KINDS, MEMBER_KINDS, OrganizationKind

_KIND = OrganizationKind


class SheetKind(StrEnum):
    """What is looked at."""

    STANDARDS = "STANDARDS"  # 支部标准化回头看
    RECTIFICATION = "RECTIFICATION"  # 软弱涣散党组织整顿


class SheetState(StrEnum):
    """Life of a check: nothing found closes it at once; otherwise measures until a re-check is passed."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class EndKind(StrEnum):
    """How an organization ends."""

    DISSOLVED = "DISSOLVED"  # 撤销
    MERGED = "MERGED"  # 合并


def check_sheet(*, checked_on: date, findings: str, measures: str, due_on: date | None, today: date) -> SheetState:
    """Give the state in which a sheet begins; refuse one that says half of what is needed.

    Nothing found: closed at once. Something found: measures and a day are needed. Raises RuleBroken
    `registers.sheet_future` (field `checked_on`), `registers.sheet_measures` (field `measures`),
    `registers.sheet_due` or `registers.sheet_due_early` (field `due_on`).
    """
    if checked_on > today:
        raise RuleBroken("registers.sheet_future", field="checked_on")
    if not findings.strip():
        return SheetState.CLOSED
    if not measures.strip():
        raise RuleBroken("registers.sheet_measures", field="measures")
    if due_on is None:
        raise RuleBroken("registers.sheet_due", field="due_on")
    if due_on < checked_on:
        raise RuleBroken("registers.sheet_due_early", field="due_on")
    return SheetState.OPEN


def check_review(
    state: SheetState, *, checked_on: date, reviewed_on: date, is_passed: bool, due_on: date | None, today: date
) -> SheetState:
    """Give the state after a re-check. Not passed: measures go on until a new day.

    Raises RuleBroken `registers.sheet_closed`, `registers.review_day` (field `reviewed_on`; in the future or before
    the check), `registers.sheet_due` or `registers.sheet_due_early` (field `due_on`).
    """
    if state is SheetState.CLOSED:
        raise RuleBroken("registers.sheet_closed")
    if not checked_on <= reviewed_on <= today:
        raise RuleBroken("registers.review_day", field="reviewed_on", start=checked_on.isoformat())
    if is_passed:
        return SheetState.CLOSED
    if due_on is None:
        raise RuleBroken("registers.sheet_due", field="due_on")
    if due_on < reviewed_on:
        raise RuleBroken("registers.sheet_due_early", field="due_on")
    return SheetState.OPEN


def check_end(
    kind: OrganizationKind, *, into: OrganizationKind | None, members: int, children: int, ended_on: date, today: date
) -> None:
    """Refuse an end that would leave members or organizations nowhere.

    `into` is the kind of the organization that takes them. Raises RuleBroken `registers.end_future` (field
    `ended_on`), `registers.end_members` (with `members`), `registers.end_children` (with `children`),
    `registers.end_into` (all field `into_id`). Source: member regulations, art. 25: every member belongs somewhere.
    """
    if ended_on > today:
        raise RuleBroken("registers.end_future", field="ended_on")
    if members and into is None:
        raise RuleBroken("registers.end_members", field="into_id", members=members)
    if children and into is None:
        raise RuleBroken("registers.end_children", field="into_id", children=children)
    if into is None:
        return
    takes_members = not members or into in MEMBER_KINDS
    takes_children = not children or (into in BRANCH_KINDS if kind in BRANCH_KINDS else into not in MEMBER_KINDS)
    if not (takes_members and takes_children):
        raise RuleBroken("registers.end_into", field="into_id")
