"""Changes of work units, and a contact's telephone in clear."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.looks import record_look
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_phone
from portal.desk.removing import remove_row
from portal.registers import queries
from portal.registers.models import PartyOrganization, WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.organs import CONTACT_SEAL, UNIT_SEAL
from portal.registers.queries.units import get_unit
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant

REASON_MIN, REASON_MAX = 4, 200


def create_unit(facts: UnitFacts, *, actor: Actor, now: datetime) -> WorkUnit:
    """Enter a work unit. Raises RuleBroken `registers.unit_taken` (field `name`) and those of UnitFacts.columns."""
    unit = WorkUnit(id=new_id(), created_at=now, updated_at=now, **facts.columns())
    _put(unit, facts)
    changes: dict[str, list[object]] = {"name": [None, unit.name], "credit_code": [None, unit.credit_code]}
    record(AuditTag.WORK_UNIT_CREATE, subject=unit, actor=actor, now=now, changes=changes)
    return unit


def update_unit(unit_id: uuid.UUID, facts: UnitFacts, *, actor: Actor, now: datetime) -> WorkUnit:
    """Change a unit to these facts. Raises NotFound, RuleBroken as create_unit."""
    unit = get_unit(unit_id, tenant_id=written_tenant())
    columns = facts.columns()
    changes: dict[str, list[object]] = {
        key: [getattr(unit, key), value] for key, value in columns.items() if getattr(unit, key) != value
    }
    if facts.phone:
        changes["phone"] = [None, mask_phone(facts.phone)]
    for key, value in columns.items():
        setattr(unit, key, value)
    unit.updated_at = now
    _put(unit, facts)
    record(AuditTag.WORK_UNIT_UPDATE, subject=unit, actor=actor, now=now, changes=changes)
    return unit


def remove_unit(unit_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> WorkUnit:
    """Remove a unit without organizations, posts and second belongings; members keep the name that they write.

    Raises NotFound, RuleBroken `desk.hangs` (with `records`).
    """
    held = select(WorkUnit).where(WorkUnit.tenant_id == written_tenant(), WorkUnit.id == unit_id).with_for_update()
    unit = db.session.scalars(held).one_or_none()
    if unit is None:
        raise NotFound
    remove_row(unit, now=now)
    changes: dict[str, list[object]] = {"removed": [unit.name, None], "reason": [None, reason]}
    record(AuditTag.WORK_UNIT_REMOVE, subject=unit, actor=actor, now=now, changes=changes)
    return unit


def reveal_contact(row_id: uuid.UUID, *, of_unit: bool, reason: str, actor: Actor, now: datetime) -> str:
    """Give the telephone of an organization's or a unit's contact in clear, and record who looked and why.

    Raises NotFound, also where none is recorded, and RuleBroken `registers.reason_needed` (field `reason`).
    """
    tenant_id = written_tenant()
    row: WorkUnit | PartyOrganization
    if of_unit:
        row = unit = get_unit(row_id, tenant_id=tenant_id)
        column, sealed = UNIT_SEAL, unit.phone_sealed
    else:
        row = organization = queries.get_organization(row_id, tenant_id=tenant_id)
        column, sealed = CONTACT_SEAL, organization.contact_sealed
    if not REASON_MIN <= len(reason.strip()) <= REASON_MAX:
        raise RuleBroken("registers.reason_needed", field="reason", least=REASON_MIN, most=REASON_MAX)
    if sealed is None:
        raise NotFound
    changes: dict[str, list[object]] = {"field": [None, "phone"], "reason": [None, reason.strip()]}
    record_look(AuditTag.CONTACT_REVEAL, subject=row, actor=actor, now=now, changes=changes)
    return vault.unseal(column, tenant_id, row_id, sealed)


def _put(unit: WorkUnit, facts: UnitFacts) -> None:
    if facts.phone:
        unit.phone_sealed = vault.seal(UNIT_SEAL, unit.id, facts.phone)
    try:
        with db.session.begin_nested():
            db.session.add(unit)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.unit_taken", field="name") from error
