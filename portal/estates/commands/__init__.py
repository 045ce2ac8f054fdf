"""Changes of the estates register: one function per use case, one event of the trail each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.accounts.commands import grant_role
from portal.accounts.roles import Role
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.identity_numbers import read_citizen_number, read_credit_code
from portal.core.ids import new_id
from portal.estates import rules
from portal.estates.models import Building, Estate, Owner, Ownership, PropertyCompany, ServiceContract, Unit
from portal.tenancy import vault
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import bulk_insert, written_tenant


@dataclass(frozen=True)
class NewOwner:
    """Who owns, as the clerk typed it. `id_number` is a citizen number or, for firms, a credit code."""

    name: str
    kind: rules.OwnerKind = rules.OwnerKind.PERSON
    id_number: str = ""


@dataclass(frozen=True)
class Title:
    """On what ground, from when and for which share (parts of ten thousand) somebody owns."""

    valid_from: date
    basis: rules.TitleBasis = rules.TitleBasis.REGISTERED
    share: int = rules.SHARE_WHOLE
    is_voting_representative: bool = True


def create_estate(*, name: str, address: str, actor: Actor, now: datetime) -> Estate:
    """Enter an estate; its name is unique in the community (`estates.name_taken`)."""
    estate = Estate(id=new_id(), name=name, address=address, created_at=now)
    if not _insert(estate):
        raise RuleBroken("estates.name_taken", field="name", name=name)
    record(AuditTag.ESTATE_CREATE, subject=estate, actor=actor, now=now, changes={"name": [None, name]})
    return estate


def create_building(estate: Estate, *, name: str, actor: Actor, now: datetime) -> Building:
    """Enter a building after the estate's others; its name is unique there (`estates.building_taken`)."""
    last = select(func.max(Building.position)).where(Building.estate_id == estate.id)
    position = (db.session.scalar(last) or 0) + 1
    building = Building(id=new_id(), estate_id=estate.id, name=name, position=position)
    if not _insert(building):
        raise RuleBroken("estates.building_taken", field="building_name", name=name)
    record(AuditTag.BUILDING_CREATE, subject=building, actor=actor, now=now, changes={"name": [None, name]})
    return building


def create_units(
    building: Building,
    *,
    lines: Sequence[rules.UnitLine],
    basis: rules.AreaBasis,
    status: rules.UnitStatus,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter units of a building and give how many; a room that is there already refuses them all."""
    present = select(Unit.room, Unit.position).where(Unit.building_id == building.id)
    rooms: dict[str, int] = {row.room: row.position for row in db.session.execute(present)}
    taken = next((line.room for line in lines if line.room in rooms), None)
    if taken is not None:
        raise RuleBroken("estates.room_taken", field="lines", room=taken)
    for line in lines:
        rules.check_area(line.area_m2)
    start = max(rooms.values(), default=0) + 1
    bulk_insert(
        Unit,
        [
            {
                "id": new_id(),
                "building_id": building.id,
                "room": line.room,
                "position": position,
                "exclusive_area_m2": line.area_m2,
                "area_basis": basis,
                "status": status,
            }
            for position, line in enumerate(lines, start=start)
        ],
    )
    record(
        AuditTag.UNITS_CREATE,
        subject=building,
        actor=actor,
        now=now,
        changes={"units": [len(rooms), len(rooms) + len(lines)]},
    )
    return len(lines)


def change_unit(
    unit: Unit, *, area_m2: Decimal, basis: rules.AreaBasis, status: rules.UnitStatus, actor: Actor, now: datetime
) -> Unit:
    """Correct a unit's area (m²) or enter its handover; rounds that are over keep the roll they ended with."""
    rules.check_area(area_m2)
    locked = db.session.scalars(select(Unit).where(Unit.id == unit.id).with_for_update()).one()
    changes: dict[str, list[object]] = {
        "area_m2": [locked.exclusive_area_m2, area_m2],
        "area_basis": [locked.area_basis, basis],
        "status": [locked.status, status],
    }
    locked.exclusive_area_m2, locked.area_basis, locked.status = area_m2, basis, status
    record(AuditTag.UNIT_CHANGE, subject=locked, actor=actor, now=now, changes=changes)
    return locked


def add_owner(unit: Unit, *, owner: NewOwner, title: Title, actor: Actor, now: datetime) -> Ownership:
    """Enter somebody as an owner of a unit; a person known by number is found, not entered twice.

    Shares of the owners of one day never exceed the whole, and one of them at most votes for the unit.
    """
    locked = db.session.scalars(select(Unit).where(Unit.id == unit.id).with_for_update()).one()
    held = _held_from(locked, title.valid_from)
    rules.check_share(title.share, taken=sum(one.share for one in held))
    if title.is_voting_representative and any(one.is_voting_representative for one in held):
        raise RuleBroken("estates.representative_taken", field="is_voting_representative")
    person = _find_or_create_owner(owner, now=now)
    if any(one.owner_id == person.id for one in held):
        raise RuleBroken("estates.owner_there", field="name", name=person.name)
    ownership = Ownership(
        id=new_id(),
        unit_id=locked.id,
        owner_id=person.id,
        valid_from=title.valid_from,
        title_basis=title.basis,
        share=title.share,
        is_voting_representative=title.is_voting_representative,
    )
    db.session.add(ownership)
    db.session.flush()
    record(
        AuditTag.OWNERSHIP_CREATE,
        subject=ownership,
        actor=actor,
        now=now,
        changes={"owner": [None, str(person.id)], "share": [None, title.share]},
    )
    return ownership


def verify_ownership(ownership: Ownership, *, user_id: uuid.UUID, actor: Actor, now: datetime) -> Ownership:
    """Say that this account is this owner and the paper was seen; the account becomes an owner here.

    Nobody verifies an ownership of their own; an owner has one account, an account one owner.
    """
    if user_id == actor.user_id:
        raise RuleBroken("estates.own_claim", field="account")
    locked = db.session.scalars(select(Ownership).where(Ownership.id == ownership.id).with_for_update()).one()
    owner = db.session.scalars(select(Owner).where(Owner.id == locked.owner_id).with_for_update()).one()
    _link_account(owner, user_id)
    before = locked.verified_at
    locked.verified_at, locked.verified_by = now, actor.user_id
    grant_role(
        user_id=user_id, tenant_id=written_tenant(), role=Role.OWNER, starts_at=now, granted_by=actor.user_id, now=now
    )
    record(
        AuditTag.OWNERSHIP_VERIFY,
        subject=locked,
        actor=actor,
        now=now,
        changes={"verified_at": [before, now], "account": [None, str(user_id)]},
    )
    return locked


def end_ownership(ownership: Ownership, *, valid_until: date, actor: Actor, now: datetime) -> Ownership:
    """End an ownership; `valid_until` is the first day on which it no longer holds."""
    locked = db.session.scalars(select(Ownership).where(Ownership.id == ownership.id).with_for_update()).one()
    if locked.valid_until is not None:
        raise RuleBroken("estates.ownership_ended", field="valid_until", day=locked.valid_until)
    rules.check_ownership_days(valid_from=locked.valid_from, valid_until=valid_until)
    locked.valid_until = valid_until
    record(AuditTag.OWNERSHIP_END, subject=locked, actor=actor, now=now, changes={"valid_until": [None, valid_until]})
    return locked


def find_or_create_company(*, name: str, credit_code: str, actor: Actor, now: datetime) -> PropertyCompany:
    """Give the firm of this unified social credit code (GB 32100), or enter it under this name."""
    code = read_credit_code(credit_code)
    statement = select(PropertyCompany).where(PropertyCompany.credit_code == code)
    known = db.session.scalars(statement).one_or_none()
    if known is not None:
        return known
    company = PropertyCompany(id=new_id(), name=name, credit_code=code, created_at=now)
    if not _insert(company):  # somebody entered it this very moment
        return db.session.scalars(statement).one()
    record(AuditTag.COMPANY_CREATE, subject=company, actor=actor, now=now, changes={"name": [None, name]})
    return company


def create_contract(
    estate: Estate, *, company: PropertyCompany, valid_from: date, valid_until: date | None, actor: Actor, now: datetime
) -> ServiceContract:
    """Enter a service contract; two contracts of one estate do not run on the same day."""
    rules.check_ownership_days(valid_from=valid_from, valid_until=valid_until)
    db.session.scalars(select(Estate).where(Estate.id == estate.id).with_for_update()).one()
    overlapping = select(ServiceContract.id).where(
        ServiceContract.estate_id == estate.id,
        or_(ServiceContract.valid_until.is_(None), ServiceContract.valid_until > valid_from),
    )
    if valid_until is not None:
        overlapping = overlapping.where(ServiceContract.valid_from < valid_until)
    if db.session.scalars(overlapping).first() is not None:
        raise RuleBroken("estates.contract_overlaps", field="valid_from")
    contract = ServiceContract(
        id=new_id(), estate_id=estate.id, company_id=company.id, valid_from=valid_from, valid_until=valid_until
    )
    db.session.add(contract)
    db.session.flush()
    record(
        AuditTag.CONTRACT_CREATE,
        subject=contract,
        actor=actor,
        now=now,
        changes={"company": [None, company.name], "valid_from": [None, valid_from]},
    )
    return contract


def _insert(row: TenantOwned) -> bool:
    """Insert a row; False where one like it is there. The constraint decides, so two at once cannot both win."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def _held_from(unit: Unit, day: date) -> list[Ownership]:
    """Give the ownerships of a unit that run on a day or begin after it."""
    return list(
        db.session.scalars(
            select(Ownership).where(
                Ownership.unit_id == unit.id, or_(Ownership.valid_until.is_(None), Ownership.valid_until > day)
            )
        )
    )


def _find_or_create_owner(new: NewOwner, *, now: datetime) -> Owner:
    """Give the owner of this number, or enter one; without a number every entry is a person of its own."""
    number = _read_number(new, now=now)
    index = vault.blind_index("owner.id_number", number) if number else None
    if index is not None:
        known = db.session.scalars(select(Owner).where(Owner.id_number_index == index)).first()
        if known is not None:
            return known
    owner = Owner(id=new_id(), kind=new.kind, name=new.name, created_at=now)
    if number:
        owner.id_number_index = index
        owner.id_number_sealed = vault.seal("owner.id_number", owner.id, number)
    db.session.add(owner)
    db.session.flush()
    return owner


def _read_number(new: NewOwner, *, now: datetime) -> str:
    """Check the number that goes with the kind; an empty one stays empty."""
    if not new.id_number:
        return ""
    try:
        if new.kind is rules.OwnerKind.ORGANIZATION:
            return read_credit_code(new.id_number)
        return read_citizen_number(new.id_number, today=clock.today(now)).number
    except RuleBroken as error:
        raise RuleBroken(error.code, field="id_number", **error.values) from error


def _link_account(owner: Owner, user_id: uuid.UUID) -> None:
    if owner.user_id == user_id:
        return
    if owner.user_id is not None:
        raise RuleBroken("estates.owner_has_account", field="account")
    if db.session.scalars(select(Owner.id).where(Owner.user_id == user_id)).first() is not None:
        raise RuleBroken("estates.account_has_owner", field="account")
    owner.user_id = user_id
