"""Reads of transfers: the list, one case with its story, and where a letter can go."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant
from portal.core.db import db
from portal.core.errors import NotFound
from portal.registers.models import MemberTransfer, TransferLine
from portal.registers.rules.transfers import OPEN_STATES, Direction
from portal.tenancy import vault
from portal.tenancy.levels import KEEPS_REGISTER, Level
from portal.tenancy.models import Tenant

PARCEL_SEAL = "member_transfer.parcel"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a letter says of the member, in clear: for the receiving side's eyes until it has decided."""

    full_name: str
    id_number: str
    sex_code: str
    born_on: str
    member_type: str
    joined: str
    full: str
    ethnic_code: str
    mobile: str
    from_name: str
    watched_until: str = ""

    def sealed(self, transfer_id: uuid.UUID) -> bytes:
        """Seal it for the written tenant and this transfer."""
        return vault.seal(PARCEL_SEAL, transfer_id, json.dumps(asdict(self), ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class TransferFilter:
    """What the list is narrowed to: open ones, those that ended, one direction."""

    direction: Direction | None = None
    is_over: bool = False


def parcel_of(transfer: MemberTransfer) -> Parcel | None:
    """Give what came with a letter, or None when there is nothing (any more)."""
    if transfer.parcel_sealed is None:
        return None
    text = vault.unseal(PARCEL_SEAL, transfer.tenant_id, transfer.id, transfer.parcel_sealed)
    return Parcel(**json.loads(text))


def get_transfer(transfer_id: uuid.UUID, *, tenant_id: int) -> MemberTransfer:
    """Give a transfer of this very tenant; raises NotFound."""
    statement = select(MemberTransfer).where(MemberTransfer.id == transfer_id, MemberTransfer.tenant_id == tenant_id)
    transfer = db.session.scalars(statement).one_or_none()
    if transfer is None:
        raise NotFound
    return transfer


def find_open_transfer(member_id: uuid.UUID, *, tenant_id: int) -> MemberTransfer | None:
    """Give the transfer out of here that a member is on, or None."""
    statement = select(MemberTransfer).where(
        MemberTransfer.tenant_id == tenant_id,
        MemberTransfer.member_id == member_id,
        MemberTransfer.direction == Direction.OUT,
        MemberTransfer.state.in_(OPEN_STATES),
    )
    return db.session.scalars(statement).one_or_none()


def transfers_of(member_id: uuid.UUID, *, tenant_id: int) -> list[MemberTransfer]:
    """Give a member's transfers, the newest first."""
    statement = select(MemberTransfer).where(
        MemberTransfer.tenant_id == tenant_id, MemberTransfer.member_id == member_id
    )
    return list(db.session.scalars(statement.order_by(MemberTransfer.applied_on.desc(), MemberTransfer.id.desc())))


def list_transfers(wanted: TransferFilter, *, tenant_id: int, limit: int, offset: int = 0) -> list[MemberTransfer]:
    """Give transfers, the newest first."""
    statement = select(MemberTransfer).where(*_conditions(wanted, tenant_id))
    statement = statement.order_by(MemberTransfer.applied_on.desc(), MemberTransfer.id.desc())
    return list(db.session.scalars(statement.limit(limit).offset(offset)))


def count_transfers(*, tenant_id: int) -> dict[tuple[Direction, bool], int]:
    """Count by direction and by whether it is over, in one statement."""
    is_over = MemberTransfer.state.not_in(OPEN_STATES)
    statement = (
        select(MemberTransfer.direction, is_over, func.count())
        .where(MemberTransfer.tenant_id == tenant_id)
        .group_by(MemberTransfer.direction, is_over)
    )
    return {(direction, bool(over)): number for direction, over, number in db.session.execute(statement)}


def lines_of(transfer_id: uuid.UUID, *, tenant_id: int) -> list[TransferLine]:
    """Give a transfer's story, the newest line first."""
    statement = select(TransferLine).where(TransferLine.tenant_id == tenant_id, TransferLine.transfer_id == transfer_id)
    return list(db.session.scalars(statement.order_by(TransferLine.at.desc(), TransferLine.id.desc())))


def next_letter_no(*, tenant_id: int, today: date) -> str:
    """Give the number that comes next in this year's letters: 2026-003."""
    begins, ends = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    statement = select(func.count()).where(
        MemberTransfer.tenant_id == tenant_id,
        MemberTransfer.direction == Direction.OUT,
        MemberTransfer.letter_on >= begins,
        MemberTransfer.letter_on < ends,
    )
    return f"{today.year}-{int(db.session.scalar(statement) or 0) + 1:03d}"


def registers_of_district(code: str) -> list[tuple[str, str]]:
    """Give code and name of the other registers of the same district, by code; global tables.

    A community is named with its street; a street stands in front of its communities.
    """
    street = aliased(Tenant)
    is_below = and_(street.id == Tenant.parent_id, street.level == Level.STREET)
    statement = (
        select(Tenant.code, Tenant.name, street.name)
        .outerjoin(street, is_below)
        .where(
            Tenant.code.startswith(code[:6]),
            Tenant.code != code,
            Tenant.level.in_(KEEPS_REGISTER),
            Tenant.ended_at.is_(None),
        )
        .order_by(Tenant.code)
    )
    return [(row[0], f"{row[2]} {row[1]}" if row[2] else row[1]) for row in db.session.execute(statement)]


def keeps_register(tenant_id: int) -> bool:
    """Say whether members can belong to a tenant: to a community or a street, to no division above; global tables."""
    statement = select(Tenant.id).where(Tenant.id == tenant_id, Tenant.level.in_(KEEPS_REGISTER))
    return db.session.scalars(statement).first() is not None


def is_opened(tenant_id: int) -> bool:
    """Say whether anybody works in a tenant, so that a letter sent there would be seen; global tables."""
    return db.session.scalars(select(RoleGrant.id).where(RoleGrant.tenant_id == tenant_id).limit(1)).first() is not None


def tenant_name(tenant_id: int) -> str:
    """Give a tenant's name with that of the division above it; global tables."""
    above = select(Tenant.id, Tenant.name).subquery()
    statement = select(Tenant.name, above.c.name).outerjoin(above, above.c.id == Tenant.parent_id)
    name, parent = db.session.execute(statement.where(Tenant.id == tenant_id)).one()
    return f"{parent} {name}" if parent else str(name)


def _conditions(wanted: TransferFilter, tenant_id: int) -> list[ColumnElement[bool]]:
    is_open: ColumnElement[bool] = MemberTransfer.state.in_(OPEN_STATES)
    conditions: list[ColumnElement[bool]] = [MemberTransfer.tenant_id == tenant_id]
    conditions.append(~is_open if wanted.is_over else is_open)
    if wanted.direction is not None:
        conditions.append(MemberTransfer.direction == wanted.direction)
    return conditions
