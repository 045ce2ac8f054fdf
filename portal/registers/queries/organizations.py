"""Organizations with everything that rules look at: members, seats, units, the present term, open check sheets."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, Date, Integer, Select, and_, bindparam, case, cast, func, or_, select

from portal.core import clock
from portal.core.db import db
from portal.registers.models import (
    CheckSheet,
    OrganizationUnit,
    PartyMember,
    PartyOrganization,
    PartyPost,
    PartyTerm,
    TermReminder,
)
from portal.registers.queries import PRESENT
from portal.registers.queries.filters import belongs_here
from portal.registers.rules import BRANCH_KINDS, LEVELS, MemberType, OrganizationKind
from portal.registers.rules.sheets import SheetState
from portal.registers.rules.structure import (
    BRANCH_MIN_FULL,
    RESIDENTS_POSTS,
    SEAT_POSTS,
    Finding,
    PostKind,
    Shape,
    Weight,
    national_findings,
)
from portal.registers.rules.terms import TermDates, TermStatus, needs_reminder, term_status
from portal.tenancy.past import twin_of
from portal.tenancy.scope import read_rows


@dataclass(frozen=True, slots=True)
class OrganizationState:
    """An organization on a day. The counts of members and groups hold those of all below it."""

    id: uuid.UUID
    tenant_id: int
    name: str
    kind: OrganizationKind
    is_greater_committee: bool
    parent_id: uuid.UUID | None
    depth: int
    members_all: int
    members_full: int
    own_all: int
    own_full: int
    term_id: uuid.UUID | None
    session_no: int | None
    term: TermDates | None
    status: TermStatus
    is_due: bool
    reminded_on: date | None
    shape: Shape
    created_at: datetime
    open_sheets: int
    sheet_due_on: date | None
    estate: str | None
    buildings: str | None
    residents_on: date | None = None
    """Since when the residents' committee beside it is in office: who has been on it longest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An organization with what the national rule says of it."""

    state: OrganizationState
    findings: list[Finding]

    @property
    def is_warned(self) -> bool:
        """Say whether there is something for the upper organization to mend."""
        return any(finding.weight is Weight.WARNING for finding in self.findings)


_tenant = bindparam("tenant_id", type_=BigInteger())
_today = bindparam("today", type_=Date())
_below = bindparam("below", type_=BigInteger(), expanding=True)


def _count_if(condition: Any) -> Any:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)


def _grouped(name: str, statement: Select[*tuple[Any, ...]]) -> CTE:
    """Give grouped rows that are read once, even where the planner takes them for so few that it would read them anew.

    It does where it knows nothing of the tables yet; each organization would then count the members of all.
    """
    return statement.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def _states_statement(reminding: Any, *, is_below: bool = False) -> Select[*tuple[Any, ...]]:
    """Build the one statement: organizations with grouped counts joined to them.

    `reminding` is the tenant whose letters count; `is_below`: of the several tenants of `_below`, seen from above.
    """

    def mine(column: Any) -> Any:
        return column.in_(_below) if is_below else column == _tenant

    owned = PartyMember.tenant_id, PartyMember.organization_id
    members = _grouped(
        "members",
        select(*owned, func.count().label("all"), _count_if(PartyMember.member_type == MemberType.FULL).label("full"))
        .where(mine(PartyMember.tenant_id), or_(*(PartyMember.status == each for each in PRESENT)), belongs_here())
        .group_by(*owned),
    )
    held = and_(PartyPost.from_on <= _today, or_(PartyPost.until_on.is_(None), PartyPost.until_on > _today))
    posts = _grouped(
        "posts",
        select(
            PartyPost.tenant_id,
            PartyPost.organization_id,
            _count_if(and_(PartyPost.kind == PostKind.SECRETARY, held)).label("secretaries"),
            _count_if(and_(or_(*(PartyPost.kind == each for each in SEAT_POSTS)), held)).label("seats"),
            _count_if(and_(*(PartyPost.kind != each for each in RESIDENTS_POSTS))).label("ever"),
            func.min(case((and_(PartyPost.kind.in_(RESIDENTS_POSTS), held), PartyPost.from_on))).label("residents_on"),
        )
        .where(mine(PartyPost.tenant_id))
        .group_by(PartyPost.tenant_id, PartyPost.organization_id),
    )
    units = _grouped(
        "units",
        select(OrganizationUnit.tenant_id, OrganizationUnit.organization_id, func.count().label("units"))
        .where(mine(OrganizationUnit.tenant_id))
        .group_by(OrganizationUnit.tenant_id, OrganizationUnit.organization_id),
    )
    sheets = _grouped(
        "sheets",
        select(
            CheckSheet.tenant_id,
            CheckSheet.organization_id,
            func.count().label("open"),
            func.min(CheckSheet.due_on).label("due_on"),
        )
        .where(mine(CheckSheet.tenant_id), CheckSheet.state == SheetState.OPEN)
        .group_by(CheckSheet.tenant_id, CheckSheet.organization_id),
    )

    reminders = _grouped(
        "reminders",
        select(TermReminder.term_id, func.max(TermReminder.sent_on).label("reminded_on"))
        .where(TermReminder.tenant_id == reminding)
        .group_by(TermReminder.term_id),
    )

    def here(part: Any) -> Any:
        return and_(part.c.tenant_id == PartyOrganization.tenant_id, part.c.organization_id == PartyOrganization.id)

    present_term = and_(
        PartyTerm.tenant_id == PartyOrganization.tenant_id,
        PartyTerm.organization_id == PartyOrganization.id,
        PartyTerm.ended_on.is_(None),
    )
    return (
        select(
            PartyOrganization.id,
            PartyOrganization.tenant_id,
            PartyOrganization.name,
            PartyOrganization.kind,
            PartyOrganization.is_greater_committee,
            PartyOrganization.parent_id,
            PartyOrganization.founded_on,
            PartyOrganization.applied_on,
            PartyOrganization.replied_on,
            PartyOrganization.size_doc,
            PartyOrganization.estate,
            PartyOrganization.buildings,
            PartyOrganization.created_at,
            members.c.all,
            members.c.full,
            PartyTerm.id.label("term_id"),
            PartyTerm.session_no,
            PartyTerm.starts_on,
            PartyTerm.due_on,
            PartyTerm.moved_to,
            reminders.c.reminded_on,
            posts.c.secretaries,
            posts.c.seats,
            posts.c.ever,
            posts.c.residents_on,
            units.c.units,
            sheets.c.open,
            sheets.c.due_on.label("sheet_due_on"),
        )
        .outerjoin(members, here(members))
        .outerjoin(PartyTerm, present_term)
        .outerjoin(reminders, reminders.c.term_id == PartyTerm.id)
        .outerjoin(posts, here(posts))
        .outerjoin(units, here(units))
        .outerjoin(sheets, here(sheets))
        .where(mine(PartyOrganization.tenant_id), PartyOrganization.ended_on.is_(None))
        .order_by(PartyOrganization.created_at, PartyOrganization.id)
    )


_STATES = _states_statement(_tenant)
_STATES_BELOW = _states_statement(_tenant, is_below=True)


def organization_states(*, tenant_id: int, today: date) -> list[OrganizationState]:
    """Give the organizations of this tenant as a tree in reading order, each as it is on a day; one statement."""
    return _as_tree(read_rows(_STATES, tenant_id=tenant_id, today=today), today)


def states_below(tenant_ids: Sequence[int], *, street_id: int, today: date) -> list[OrganizationState]:
    """Give the organizations of the tenants below a street, one tenant's tree after the other; one statement.

    What reminded of a term are the street's own letters.
    """
    values = {"tenant_id": street_id, "below": list(tenant_ids), "today": today}
    rows = db.session.execute(_STATES_BELOW, values).all() if tenant_ids else []
    by_tenant: dict[int, list[Any]] = {}
    for row in rows:
        by_tenant.setdefault(row.tenant_id, []).append(row)
    return [state for found in by_tenant.values() for state in _as_tree(found, today)]


def _as_tree(found: Iterable[Any], today: date) -> list[OrganizationState]:
    """Give organizations as a tree in reading order, the counts of each with those below it."""
    rows = {row.id: row for row in found}
    children: dict[uuid.UUID | None, list[Any]] = {}
    for row in sorted(rows.values(), key=lambda row: LEVELS[row.kind]):
        children.setdefault(row.parent_id if row.parent_id in rows else None, []).append(row)
    tree: list[OrganizationState] = []

    def visit(row: Any, depth: int) -> tuple[int, int]:
        place = len(tree)
        tree.append(None)  # type: ignore[arg-type]  # filled in below
        all_, full = row.all or 0, row.full or 0
        for child in children.get(row.id, []):
            below_all, below_full = visit(child, depth + 1)
            all_, full = all_ + below_all, full + below_full
        tree[place] = _state(row, depth, all_, full, today)
        return all_, full

    for top in children.get(None, []):
        visit(top, 0)
    return tree


def _state(row: Any, depth: int, all_: int, full: int, today: date) -> OrganizationState:
    dates = TermDates(row.starts_on, row.due_on, row.moved_to) if row.starts_on else None
    secretaries, seats = row.secretaries or 0, row.seats or 0
    held = [PostKind.SECRETARY] * secretaries + [PostKind.COMMITTEE_MEMBER] * (seats - secretaries)
    shape = Shape(
        kind=row.kind, members_all=all_, members_full=full, seats=held, posts_ever=bool(row.ever),
        units=row.units or 0, founded_on=row.founded_on, size_doc=row.size_doc, applied_on=row.applied_on,
        replied_on=row.replied_on,
    )  # fmt: skip
    return OrganizationState(
        id=row.id, tenant_id=row.tenant_id, name=row.name, kind=row.kind, parent_id=row.parent_id, depth=depth,
        is_greater_committee=row.is_greater_committee, members_all=all_, members_full=full,
        own_all=row.all or 0, own_full=row.full or 0, term_id=row.term_id, session_no=row.session_no, term=dates,
        status=term_status(row.kind, dates, today=today), is_due=needs_reminder(row.kind, dates, today=today),
        reminded_on=row.reminded_on, shape=shape, created_at=row.created_at, open_sheets=row.open or 0,
        sheet_due_on=row.sheet_due_on, estate=row.estate, buildings=row.buildings,
        residents_on=row.residents_on,
    )  # fmt: skip


def judge(states: Sequence[OrganizationState], *, today: date) -> list[Judged]:
    """Give each organization with its national findings; one more statement where a branch is short."""
    since = short_since(states)
    return [
        Judged(state, national_findings(_with_since(state.shape, since.get(state.id)), today=today)) for state in states
    ]


def _with_since(shape: Shape, since: date | None) -> Shape:
    return replace(shape, short_since=since)


def short_since(states: Sequence[OrganizationState]) -> dict[uuid.UUID, date]:
    """Give since when each branch that is short of full members has been so, as far as the register knows.

    The counts are replayed from the members' states, past ones included. A branch that never had enough is short
    since it was entered: what was before, the register cannot know.
    """
    short = [state for state in states if state.kind in BRANCH_KINDS and state.members_full < BRANCH_MIN_FULL]
    if not short:
        return {}
    branch_of = {state.id: state.id for state in short}
    branch_of |= {state.id: state.parent_id for state in states if state.parent_id in branch_of}
    changes: dict[uuid.UUID, list[tuple[datetime, int]]] = {state.id: [] for state in short}
    for organization_id, begins_at, ends_at in _full_spells(list(branch_of), {state.tenant_id for state in short}):
        branch = branch_of[organization_id]
        changes[branch].append((begins_at, 1))
        if ends_at is not None:
            changes[branch].append((ends_at, -1))
    return {state.id: clock.today(_short_from(changes[state.id]) or state.created_at) for state in short}


def _full_spells(
    organization_ids: list[uuid.UUID], tenant_ids: set[int]
) -> list[tuple[uuid.UUID, datetime, datetime | None]]:
    """Give when somebody was a full member of one of these organizations: from, until."""
    past = twin_of(PartyMember)
    now_full = select(PartyMember.organization_id, PartyMember.updated_at, PartyMember.updated_at.label("until_at"))
    once_full = select(past.organization_id, past.updated_at, past.until_at)
    spells: list[tuple[uuid.UUID, datetime, datetime | None]] = []
    both = (
        now_full.add_columns(func.abs(1).label("is_open"))
        .where(
            PartyMember.tenant_id.in_(tenant_ids),
            PartyMember.organization_id.in_(organization_ids),
            PartyMember.member_type == MemberType.FULL,
            PartyMember.status.in_(PRESENT),
            belongs_here(),
        )
        .union_all(
            once_full.add_columns(func.abs(0)).where(
                past.tenant_id.in_(tenant_ids),
                past.organization_id.in_(organization_ids),
                past.member_type == MemberType.FULL,
                past.status.in_(PRESENT),
                belongs_here(past),
            )
        )
    )
    for organization_id, begins_at, ends_at, is_open in db.session.execute(both):
        spells.append((organization_id, begins_at, None if is_open else ends_at))
    return spells


def _short_from(changes: list[tuple[datetime, int]]) -> datetime | None:
    """Give the last moment at which a count fell below three, None when it never was there.

    A change of a row ends one state and begins the next at the same moment; they are summed before they are looked at.
    """
    moments: dict[datetime, int] = {}
    for at, step in changes:
        moments[at] = moments.get(at, 0) + step
    count, since = 0, None
    for at in sorted(moments):
        before, count = count, count + moments[at]
        if before >= BRANCH_MIN_FULL > count:
            since = at
    return since


def ids_below(states: Sequence[OrganizationState], organization_id: uuid.UUID) -> list[uuid.UUID]:
    """Give an organization and all below it, in the order of the tree."""
    found: list[uuid.UUID] = []
    depth: int | None = None
    for state in states:
        if state.id == organization_id:
            depth = state.depth
        elif depth is not None and state.depth <= depth:
            break
        if depth is not None:
            found.append(state.id)
    return found
