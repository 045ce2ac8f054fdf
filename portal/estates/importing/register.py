"""What the register holds of the places and people that a piece of a file names; a fixed number of statements."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from portal.core.db import db
from portal.desk.queries.writing import batches_being_written
from portal.estates.importing.facts import ROOM_ENDS, OwnerFacts, RowFacts, building_key, room_label
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.rules import AreaBasis, OwnerKind, TitleBasis, UnitStatus, UnitUsage, name_key
from portal.tenancy import vault


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """An owner of the register, compared by keys and blind indexes."""

    id: uuid.UUID
    name: str
    name_key: str
    kind: OwnerKind
    number: bytes | None
    phone: bytes | None


@dataclass(frozen=True, slots=True)
class KnownHolding:
    """An ownership that runs or begins later."""

    id: uuid.UUID
    owner: KnownOwner
    valid_from: date
    share: int | None
    title: TitleBasis
    document: str
    votes: bool


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the register with those who own it."""

    id: uuid.UUID
    area: Decimal
    basis: AreaBasis
    usage: UnitUsage
    status: UnitStatus
    delivered_on: date | None
    source_batch_id: uuid.UUID | None
    holdings: list[KnownHolding] = field(default_factory=list)


@dataclass
class Register:
    """The part of the register that a piece names."""

    estates: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    buildings: dict[tuple[str, str], tuple[uuid.UUID, str]] = field(default_factory=dict)
    units: dict[tuple[uuid.UUID, str], KnownUnit] = field(default_factory=dict)
    by_number: dict[bytes, KnownOwner] = field(default_factory=dict)
    being_written: set[uuid.UUID] = field(default_factory=set)

    def estate_of(self, facts: RowFacts) -> str | None:
        """Give the key of a row's estate: the one it names, or the only one there is; None where it must say."""
        if facts.estate:
            return name_key(facts.estate)
        return next(iter(self.estates)) if len(self.estates) == 1 else None

    def is_of_this_file(self, unit: KnownUnit) -> bool:
        """Say whether a unit came from the file that is being written: then a row adds to what is new with it."""
        return unit.source_batch_id in self.being_written

    def unit_of(self, estate: str, facts: RowFacts) -> KnownUnit | None:
        """Give the unit that a row names, if it is in the register."""
        building = self.buildings.get((estate, building_key(facts.building)))
        return self.units.get((building[0], facts.room)) if building else None


def number_index(owner: OwnerFacts) -> bytes | None:
    """Give what an owner's number is found by."""
    return vault.blind_index("owner.id_number", owner.number) if owner.number else None


def phone_index(owner: OwnerFacts) -> bytes | None:
    """Give what an owner's phone is found by."""
    return vault.blind_index("owner.phone", owner.phone) if owner.phone else None


def load_register(rows: Sequence[RowFacts], *, today: date) -> Register:
    """Read what the rows name; five statements."""
    register = Register(being_written=batches_being_written())
    estates = db.session.execute(select(Estate.id, Estate.name, Building.id, Building.name).outerjoin(
        Building, Building.estate_id == Estate.id))  # fmt: skip
    for estate_id, estate, building_id, building in estates:
        register.estates[name_key(estate)] = (estate_id, estate)
        if building_id is not None:
            register.buildings[(name_key(estate), building_key(building))] = (building_id, building)
    _load_units(register, rows)
    _load_owners(register, rows)
    _load_holdings(register, today)
    return register


def _load_units(register: Register, rows: Sequence[RowFacts]) -> None:
    places = {
        (building[0], facts.room)
        for facts in rows
        if (estate := register.estate_of(facts)) is not None
        and (building := register.buildings.get((estate, building_key(facts.building))))
    }
    columns = (
        Unit.building_id,
        Unit.room,
        Unit.id,
        Unit.exclusive_area_m2,
        Unit.area_basis,
        Unit.usage,
        Unit.status,
        Unit.delivered_on,
        Unit.source_batch_id,
    )
    statement = select(*columns).where(
        Unit.building_id.in_({place[0] for place in places}),
        Unit.room.in_({f"{place[1]}{end}" for place in places for end in ("", *ROOM_ENDS)}),
    )
    for row in db.session.execute(statement):
        found: tuple[Any, ...] = tuple(row)
        register.units.setdefault((found[0], room_label("", found[1])), KnownUnit(*found[2:]))


_OWNER = (Owner.id, Owner.name, Owner.name_key, Owner.kind, Owner.id_number_index, Owner.phone_index)


def _load_owners(register: Register, rows: Sequence[RowFacts]) -> None:
    numbers = {index for facts in rows for owner in facts.owners if (index := number_index(owner)) is not None}
    statement = select(*_OWNER).where(Owner.id_number_index.in_(numbers)).order_by(Owner.created_at, Owner.id)
    for row in db.session.execute(statement):
        register.by_number.setdefault(row.id_number_index, KnownOwner(*row))


def _load_holdings(register: Register, today: date) -> None:
    held: dict[uuid.UUID, list[KnownHolding]] = defaultdict(list)
    columns = (
        Ownership.unit_id,
        Ownership.id,
        Ownership.valid_from,
        Ownership.share,
        Ownership.title_basis,
        Ownership.document,
        Ownership.votes_from,
        Ownership.votes_until,
    )
    statement = (
        select(*columns, *_OWNER)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(
            Ownership.unit_id.in_([unit.id for unit in register.units.values()]),
            or_(Ownership.valid_until.is_(None), Ownership.valid_until > today),
        )
        .order_by(Owner.sort_key, Owner.id)
    )
    for row in db.session.execute(statement):
        held[row[0]].append(_holding(row))
    for unit in register.units.values():
        unit.holdings.extend(held.get(unit.id, ()))


def _holding(row: Any) -> KnownHolding:
    _unit, holding_id, valid_from, share, title, document, votes_from, votes_until, *owner = row
    votes = votes_from is not None and votes_until is None
    return KnownHolding(holding_id, KnownOwner(*owner), valid_from, share, title, document, votes)


def names_of(holdings: Iterable[KnownHolding]) -> str:
    """Give the names of owners as a file would have them."""
    return "、".join(holding.owner.name for holding in holdings)
