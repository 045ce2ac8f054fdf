"""Check sheets with their organizations, and where members live for the 3-3-3 rule."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import CheckSheet, OrganizationEnd, PartyMember, PartyOrganization, SheetReview
from portal.registers.queries import PRESENT
from portal.registers.queries.filters import belongs_here
from portal.registers.queries.organizations import OrganizationState
from portal.registers.rules import MemberType
from portal.registers.rules.places import Coverage, Residents, Server, coverage, plain_place, split_buildings
from portal.registers.rules.sheets import SheetState
from portal.tenancy.known_places import known_places


def get_sheet(sheet_id: uuid.UUID, *, tenant_id: int) -> CheckSheet:
    """Give a check sheet of this very tenant; raises NotFound."""
    statement = select(CheckSheet).where(CheckSheet.tenant_id == tenant_id, CheckSheet.id == sheet_id)
    sheet = db.session.scalars(statement).one_or_none()
    if sheet is None:
        raise NotFound
    return sheet


def reviews_of(sheet_id: uuid.UUID, *, tenant_id: int) -> list[SheetReview]:
    """Give the re-checks of a sheet, the first first."""
    statement = select(SheetReview).where(SheetReview.tenant_id == tenant_id, SheetReview.sheet_id == sheet_id)
    return list(db.session.scalars(statement.order_by(SheetReview.reviewed_on, SheetReview.id)))


def count_sheets(*, tenant_id: int, open_only: bool) -> int:
    """Count the check sheets."""
    statement = select(func.count()).select_from(CheckSheet).where(*_narrow(tenant_id, open_only))
    return int(db.session.scalar(statement) or 0)


def list_sheets(*, tenant_id: int, open_only: bool = False, limit: int, offset: int = 0) -> Sequence[Any]:
    """Give rows of (CheckSheet, organization's name): open ones first by their day, then the newest."""
    mine = and_(PartyOrganization.tenant_id == CheckSheet.tenant_id, PartyOrganization.id == CheckSheet.organization_id)
    return db.session.execute(
        select(CheckSheet, PartyOrganization.name)
        .join(PartyOrganization, mine)
        .where(*_narrow(tenant_id, open_only))
        .order_by(
            case((CheckSheet.state == SheetState.OPEN, 0), else_=1),
            case((CheckSheet.state == SheetState.OPEN, CheckSheet.due_on)),
            CheckSheet.checked_on.desc(),
            CheckSheet.id,
        )
        .limit(limit)
        .offset(offset)
    ).all()


def sheets_of(organization_id: uuid.UUID, *, tenant_id: int) -> list[CheckSheet]:
    """Give an organization's check sheets, the newest first."""
    statement = select(CheckSheet).where(
        CheckSheet.tenant_id == tenant_id, CheckSheet.organization_id == organization_id
    )
    return list(db.session.scalars(statement.order_by(CheckSheet.checked_on.desc(), CheckSheet.id)))


def end_of(organization_id: uuid.UUID, *, tenant_id: int) -> OrganizationEnd | None:
    """Give how an organization ended, None while it goes on."""
    statement = select(OrganizationEnd).where(
        OrganizationEnd.tenant_id == tenant_id, OrganizationEnd.organization_id == organization_id
    )
    return db.session.scalars(statement).one_or_none()


def _narrow(tenant_id: int, open_only: bool) -> list[Any]:
    conditions = [CheckSheet.tenant_id == tenant_id]
    return [*conditions, CheckSheet.state == SheetState.OPEN] if open_only else conditions


def present_coverage(states: Sequence[OrganizationState], *, tenant_id: int) -> Coverage:
    """Set the buildings of the estates register and those where members live against the groups and branches.

    Two statements: members by place, and the places that are known.
    """
    full = func.sum(case((PartyMember.member_type == MemberType.FULL, 1), else_=0))
    here = (PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT), belongs_here())
    rows = db.session.execute(
        select(PartyMember.estate, PartyMember.building, func.count().label("all"), full.label("full"))
        .where(*here, PartyMember.estate.is_not(None))
        .group_by(PartyMember.estate, PartyMember.building)
    )
    residents = [
        Residents(plain_place(row.estate), plain_place(row.building), row.all, int(row.full or 0)) for row in rows
    ]
    servers = [
        Server(state.id, state.name, state.kind, plain_place(state.estate), split_buildings(state.buildings))
        for state in states
    ]
    return coverage(residents, servers, known_places(tenant_id))


def members_at(place: tuple[str, str], *, tenant_id: int, limit: int) -> Sequence[Any]:
    """Give the present members who are recorded in just this place: id, name, organization's id."""
    estate, building = place
    there = PartyMember.building == building if building else PartyMember.building.is_(None)
    statement = select(PartyMember.id, PartyMember.full_name, PartyMember.organization_id).where(
        PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT), PartyMember.estate == estate, there
    )
    return db.session.execute(statement.order_by(PartyMember.sort_key, PartyMember.id).limit(limit)).all()


def members_living_in(estate: str, building: str | None, *, tenant_id: int) -> Sequence[Any]:
    """Give the members of a building, or of a whole estate: id, name, type, organization's id, building.

    Those who flowed in belong elsewhere: no group or branch is set up with them.
    """
    conditions = [
        PartyMember.tenant_id == tenant_id, PartyMember.status.in_(PRESENT), belongs_here(),
        PartyMember.estate == estate,
    ]  # fmt: skip
    if building:
        conditions.append(PartyMember.building == building)
    return db.session.execute(
        select(
            PartyMember.id,
            PartyMember.full_name,
            PartyMember.member_type,
            PartyMember.organization_id,
            PartyMember.building,
        )
        .where(and_(*conditions))
        .order_by(PartyMember.sort_key, PartyMember.id)
    ).all()
