"""Changes of who looks after estates and buildings: firms, contracts, contacts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import or_, select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.identity_numbers import read_credit_code
from portal.core.ids import new_id
from portal.estates import queries, rules
from portal.estates.entries import Changes, assign, insert, locked
from portal.estates.models import Building, BuildingContact, Estate, PropertyCompany, ServiceContract
from portal.tenancy import vault


@dataclass(frozen=True)
class NewContact:
    """Who looks after a building from a day on; the phone is one given to be posted."""

    kind: rules.ContactKind
    name: str
    valid_from: date
    organization: str = ""
    phone: str = ""


def find_or_create_company(*, name: str, credit_code: str, actor: Actor, now: datetime) -> PropertyCompany:
    """Give the firm of this unified social credit code (GB 32100), or enter it under this name."""
    code = read_credit_code(credit_code)
    statement = select(PropertyCompany).where(PropertyCompany.credit_code == code)
    known = db.session.scalars(statement).one_or_none()
    if known is not None:
        return known
    company = PropertyCompany(id=new_id(), name=name, credit_code=code, created_at=now, updated_at=now)
    if not insert(company):  # somebody entered it this very moment
        return db.session.scalars(statement).one()
    record(AuditTag.COMPANY_CREATE, subject=company, actor=actor, now=now, changes={"name": [None, name]})
    return company


def change_company(
    company: PropertyCompany, *, name: str, credit_code: str, actor: Actor, now: datetime
) -> PropertyCompany:
    """Correct a firm's name or code; its contracts and rounds stay with it.

    Raises RuleBroken (field `credit_code`) `estates.code_taken` and those of portal.core.identity_numbers.
    """
    code = read_credit_code(credit_code)
    other = select(PropertyCompany.name).where(PropertyCompany.credit_code == code, PropertyCompany.id != company.id)
    if (taken := db.session.scalars(other).first()) is not None:
        raise RuleBroken("estates.code_taken", field="credit_code", name=taken)
    held = locked(company)
    changes = assign(held, {"name": name, "credit_code": code}, now=now)
    db.session.flush()
    record(AuditTag.COMPANY_CHANGE, subject=held, actor=actor, now=now, changes=changes)
    return held


def create_contract(
    estate: Estate,
    *,
    company: PropertyCompany,
    valid_from: date,
    valid_until: date | None,
    actor: Actor,
    now: datetime,
    fee: Decimal | None = None,
) -> ServiceContract:
    """Enter a service contract; two contracts of one estate do not run on the same day.

    `fee` in ¥ per m² and month. Raises RuleBroken `estates.contract_overlaps`, `estates.days_wrong`,
    `estates.fee_wrong`.
    """
    rules.check_ownership_days(valid_from=valid_from, valid_until=valid_until)
    rules.check_fee(fee)
    locked(estate)
    _check_alone(estate.id, valid_from, valid_until)
    contract = ServiceContract(
        id=new_id(),
        estate_id=estate.id,
        company_id=company.id,
        valid_from=valid_from,
        valid_until=valid_until,
        fee_per_m2_month=fee,
        created_at=now,
        updated_at=now,
    )
    db.session.add(contract)
    db.session.flush()
    record(
        AuditTag.CONTRACT_CREATE,
        subject=contract,
        actor=actor,
        now=now,
        changes={"company": [None, company.name], "valid_from": [None, valid_from], "fee": [None, fee]},
    )
    return contract


def end_contract(contract: ServiceContract, *, valid_until: date, actor: Actor, now: datetime) -> ServiceContract:
    """Say when a contract ends; `valid_until` is the first day without it. It may be made shorter, not longer.

    Raises RuleBroken `estates.days_wrong`, `estates.contract_longer`.
    """
    held = locked(contract)
    rules.check_ownership_days(valid_from=held.valid_from, valid_until=valid_until)
    if held.valid_until is not None and valid_until > held.valid_until:
        raise RuleBroken("estates.contract_longer", field="last_day")
    before = held.valid_until
    assign(held, {"valid_until": valid_until}, now=now)
    record(AuditTag.CONTRACT_END, subject=held, actor=actor, now=now, changes={"valid_until": [before, valid_until]})
    return held


def correct_contract(
    contract: ServiceContract,
    *,
    valid_from: date,
    valid_until: date | None,
    fee: Decimal | None,
    actor: Actor,
    now: datetime,
) -> ServiceContract:
    """Correct the days and the fee of a contract that were entered wrongly; rounds that were held stay with it.

    Raises RuleBroken as create_contract().
    """
    rules.check_ownership_days(valid_from=valid_from, valid_until=valid_until)
    rules.check_fee(fee)
    locked(queries.get_estate(contract.estate_id))
    held = locked(contract)
    _check_alone(held.estate_id, valid_from, valid_until, but=held.id)
    values: dict[str, object] = {"valid_from": valid_from, "valid_until": valid_until, "fee_per_m2_month": fee}
    changes = assign(held, values, now=now)
    if "fee_per_m2_month" in changes:
        changes["fee"] = changes.pop("fee_per_m2_month")
    record(AuditTag.CONTRACT_CORRECT, subject=held, actor=actor, now=now, changes=changes)
    return held


def _check_alone(
    estate_id: uuid.UUID, valid_from: date, valid_until: date | None, *, but: uuid.UUID | None = None
) -> None:
    """Refuse days on which another contract of the estate runs."""
    overlapping = select(ServiceContract.id).where(
        ServiceContract.estate_id == estate_id,
        or_(ServiceContract.valid_until.is_(None), ServiceContract.valid_until > valid_from),
    )
    if valid_until is not None:
        overlapping = overlapping.where(ServiceContract.valid_from < valid_until)
    if but is not None:
        overlapping = overlapping.where(ServiceContract.id != but)
    if db.session.scalars(overlapping).first() is not None:
        raise RuleBroken("estates.contract_overlaps", field="valid_from")


def set_contact(
    buildings: Sequence[Building], *, new: NewContact, actor: Actor, now: datetime
) -> list[BuildingContact]:
    """Say who looks after buildings from a day on; whoever did so until then ends, unless there may be several.

    Buildings of one estate. Raises RuleBroken `estates.representative_no_owner` for an owners' representative
    who owns nothing in a building, `estates.contact_later` where a later one is entered already.
    """
    if new.kind is rules.ContactKind.OWNERS_REPRESENTATIVE:
        for building in buildings:
            rules.check_represents(new.name, queries.owner_names_of_building(building.id, on=new.valid_from))
    if new.kind not in rules.SEVERAL_AT_ONCE:
        _end_former([building.id for building in buildings], new)
    contacts = []
    for building in buildings:
        contact_id = new_id()
        contacts.append(
            BuildingContact(
                id=contact_id,
                building_id=building.id,
                kind=new.kind,
                name=new.name,
                organization=new.organization,
                phone_sealed=vault.seal("building_contact.phone", contact_id, new.phone) if new.phone else None,
                valid_from=new.valid_from,
                created_at=now,
            )
        )
    db.session.add_all(contacts)
    db.session.flush()
    for contact in contacts:
        changes: Changes = {"kind": [None, new.kind], "name": [None, new.name]}
        changes["valid_from"] = [None, new.valid_from]
        record(AuditTag.CONTACT_SET, subject=contact, actor=actor, now=now, changes=changes)
    return contacts


def _end_former(building_ids: list[object], new: NewContact) -> None:
    running = or_(BuildingContact.valid_until.is_(None), BuildingContact.valid_until > new.valid_from)
    former = select(BuildingContact).where(
        BuildingContact.building_id.in_(building_ids), BuildingContact.kind == new.kind, running
    )
    for contact in db.session.scalars(former.with_for_update()):
        if contact.valid_from >= new.valid_from:
            raise RuleBroken("estates.contact_later", field="valid_from", name=contact.name)
        contact.valid_until = new.valid_from


def end_contact(contact: BuildingContact, *, valid_until: date, actor: Actor, now: datetime) -> BuildingContact:
    """End somebody's looking after a building; `valid_until` is the first day without.

    On the first day or before it the entry was a mistake and goes.
    """
    held = locked(contact)
    if valid_until <= held.valid_from:
        db.session.delete(held)
    else:
        held.valid_until = valid_until
    record(AuditTag.CONTACT_END, subject=held, actor=actor, now=now, changes={"valid_until": [None, valid_until]})
    return held
