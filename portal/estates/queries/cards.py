"""Reads of who looks after buildings, of what waits to be done, and of an estate's progress."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.core.db import db
from portal.estates.models import Building, BuildingContact, Estate, Ownership, ServiceContract, Unit
from portal.estates.queries.heads import pairs_waiting
from portal.estates.queries.holdings import in_force
from portal.estates.queries.places import BuildingLine, is_home_or_shop, list_buildings
from portal.estates.rules import ContactKind, UnitStatus
from portal.tenancy import vault


@dataclass(frozen=True)
class ContactLine:
    """One contact of a building; the phone is one given to be posted."""

    id: uuid.UUID
    building_id: uuid.UUID
    kind: ContactKind
    name: str
    organization: str
    phone: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class LackingUnit:
    """A unit that lacks an owner or a representative."""

    id: uuid.UUID
    estate_name: str
    building_name: str
    room: str


@dataclass(frozen=True)
class Waiting:
    """What waits in the estates of a community."""

    without_owner: int
    without_representative: int
    contracts_ending: int
    first_end: date | None
    pairs: int


_KIND_ORDER = {kind: number for number, kind in enumerate(ContactKind)}


def contacts_of(
    building_ids: Collection[uuid.UUID], *, on: date | None, tenant_id: int
) -> dict[uuid.UUID, list[ContactLine]]:
    """Give the contacts of buildings on a day, or all there ever were, in the order of kinds; one statement."""
    statement = select(BuildingContact).where(BuildingContact.building_id.in_(building_ids))
    if on is not None:
        until = or_(BuildingContact.valid_until.is_(None), BuildingContact.valid_until > on)
        statement = statement.where(BuildingContact.valid_from <= on, until)
    found: dict[uuid.UUID, list[ContactLine]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(BuildingContact.valid_from.desc(), BuildingContact.name)):
        sealed = row.phone_sealed
        phone = vault.unseal("building_contact.phone", tenant_id, row.id, sealed) if sealed else ""
        line = ContactLine(
            row.id, row.building_id, row.kind, row.name, row.organization, phone, row.valid_from, row.valid_until
        )
        found[row.building_id].append(line)
    for lines in found.values():
        lines.sort(key=lambda line: _KIND_ORDER[line.kind])
    return found


class Lack(StrEnum):
    """What a unit lacks."""

    OWNER = "owner"
    REPRESENTATIVE = "representative"


def lacks(what: Lack, on: date) -> ColumnElement[bool]:
    """Give the condition that a home or shop was handed over and has no owner, or that no co-owner of a unit votes."""
    if what is Lack.OWNER:
        owned = exists().where(Ownership.unit_id == Unit.id, in_force(on))
        return and_(Unit.status == UnitStatus.DELIVERED, is_home_or_shop(), ~owned)
    votes = and_(
        Ownership.votes_from.is_not(None),
        Ownership.votes_from <= on,
        or_(Ownership.votes_until.is_(None), Ownership.votes_until > on),
    )
    silent = (
        select(Ownership.unit_id)
        .where(in_force(on))
        .group_by(Ownership.unit_id)
        .having(and_(func.count() > 1, func.count().filter(votes) == 0))
    )
    return Unit.id.in_(silent)


def what_waits(*, on: date, contracts_until: date) -> Waiting:
    """Count what the estates of a community wait for.

    Units handed over without an owner, co-owned ones without a representative, contracts that end, and entries
    of owners to be asked about. `contracts_until` is the first day no longer looked at. One statement.
    """
    ending = and_(ServiceContract.valid_until > on, ServiceContract.valid_until < contracts_until)
    row = db.session.execute(
        select(
            *(select(func.count(Unit.id)).where(lacks(what, on)).scalar_subquery() for what in Lack),
            select(func.count(ServiceContract.id)).where(ending).scalar_subquery(),
            select(func.min(ServiceContract.valid_until)).where(ending).scalar_subquery(),
            pairs_waiting(),
        )
    ).one()
    return Waiting(row[0] or 0, row[1] or 0, row[2] or 0, row[3], row[4] or 0)


def list_lacking(what: Lack, *, on: date, limit: int, offset: int = 0) -> tuple[list[LackingUnit], int]:
    """Give a page of the units that lack something, in order, and how many there are; two statements."""
    total = db.session.scalar(select(func.count(Unit.id)).where(lacks(what, on))) or 0
    rows = db.session.execute(
        select(Unit.id, Estate.name, Building.name, Unit.room)
        .join(Building, Building.id == Unit.building_id)
        .join(Estate, Estate.id == Building.estate_id)
        .where(lacks(what, on))
        .order_by(Estate.name, Building.position, Unit.position)
        .limit(limit)
        .offset(offset)
    )
    return [LackingUnit(*row) for row in rows], total


def list_buildings_that_wait(estate_id: uuid.UUID, *, on: date) -> list[BuildingLine]:
    """Give the buildings of an estate; waiting are units handed over that have no owner on a day. One statement."""
    return list_buildings(estate_id, waiting=lacks(Lack.OWNER, on))
