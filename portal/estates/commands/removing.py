"""Removing what was entered by mistake, where nothing hangs on it: estates, buildings, units, contracts, firms."""

from datetime import datetime

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.desk.removing import remove_row
from portal.estates import queries
from portal.estates.entries import Changes, locked
from portal.estates.models import Building, Estate, PropertyCompany, ServiceContract, Unit


def remove_estate(estate: Estate, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove an estate without buildings, contracts, rounds and elections; else RuleBroken `desk.hangs`."""
    held = locked(estate)
    remove_row(held, now=now)
    record(AuditTag.ESTATE_REMOVE, subject=held, actor=actor, now=now, changes=_gone(held.name, reason))


def remove_building(building: Building, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove a building without units and ballots, who looks after it along with it; else RuleBroken `desk.hangs`."""
    held, estate = locked(building), queries.get_estate(building.estate_id)
    remove_row(held, now=now)
    record(AuditTag.BUILDING_REMOVE, subject=estate, actor=actor, now=now, changes=_gone(held.name, reason))


def remove_unit(unit: Unit, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove a unit that nobody ever owned and nobody ever voted for; else RuleBroken `desk.hangs`."""
    held, building = locked(unit), queries.get_building(unit.building_id)
    remove_row(held, now=now)
    record(AuditTag.UNIT_REMOVE, subject=building, actor=actor, now=now, changes=_gone(held.room, reason))


def remove_contract(contract: ServiceContract, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove a contract by which no round was held; else RuleBroken `desk.hangs`."""
    held, estate = locked(contract), queries.get_estate(contract.estate_id)
    company = queries.get_company(contract.company_id)
    remove_row(held, now=now)
    record(AuditTag.CONTRACT_REMOVE, subject=estate, actor=actor, now=now, changes=_gone(company.name, reason))


def remove_company(company: PropertyCompany, *, reason: str, actor: Actor, now: datetime) -> None:
    """Remove a firm without contracts and rounds; else RuleBroken `desk.hangs`."""
    held = locked(company)
    remove_row(held, now=now)
    record(AuditTag.COMPANY_REMOVE, subject=held, actor=actor, now=now, changes=_gone(held.name, reason))


def _gone(name: str, reason: str) -> Changes:
    return {"removed": [name, None], "reason": [None, reason]}
