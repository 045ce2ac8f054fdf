"""Units and owners in the columns of their import: what goes out can come in again and changes nothing.

A row for each owner of a unit, one for a unit without an owner. Numbers and phones stand in it only where it is wanted
in clear: a masked number is no number.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, func, select

from portal.authz.permissions import Permission
from portal.core.db import db
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Variant, Wanted, register_form
from portal.estates import queries
from portal.estates.importing.columns import BASIS_NAMES, COLUMNS, STATUS_NAMES, TITLE_NAMES, USAGE_NAMES
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.estates.queries.holdings import in_force, votes_on
from portal.estates.rules import join_names
from portal.tenancy import vault

PIECE_UNITS = 2_000
OPEN = (
    "estate", "phase", "building", "room", "area", "basis", "usage", "status", "delivered", "owner", "share", "title",
    "since", "document", "voter",
)  # fmt: skip
SEALED = ("number", "phone")
WIDTHS = {"estate": 18, "owner": 20, "number": 22, "phone": 14, "document": 24}
HEADINGS = {column.key: column.heading for column in COLUMNS}


def _keys(wanted: Wanted) -> tuple[str, ...]:
    return OPEN + SEALED if wanted.in_clear else OPEN


def _columns(wanted: Wanted) -> list[ExportColumn]:
    return [ExportColumn(HEADINGS[key], WIDTHS.get(key, 11)) for key in _keys(wanted)]


def _read_params(args: Mapping[str, str], _tenant_id: int) -> Params:
    try:
        return {"estate": str(uuid.UUID(args.get("estate", "")))}
    except ValueError:
        return {}


def _narrowed(wanted: Wanted, statement: Any) -> Any:
    joined = statement.join(Building, Building.id == Unit.building_id).join(Estate, Estate.id == Building.estate_id)
    asked = wanted.params.get("estate")
    return joined.where(Estate.id == uuid.UUID(asked)) if asked else joined


def _count(wanted: Wanted) -> int:
    """Count the rows: one for each owner of today, one for a unit that has none."""
    owned = and_(Ownership.unit_id == Unit.id, in_force(wanted.today))
    statement = _narrowed(wanted, select(func.count()).select_from(Unit)).outerjoin(Ownership, owned)
    return db.session.scalar(statement) or 0


def _units(wanted: Wanted) -> list[uuid.UUID]:
    statement = _narrowed(wanted, select(Unit.id))
    order = (Estate.name, Building.position, Building.id, Unit.position, Unit.id)
    return list(db.session.scalars(statement.order_by(*order)))


_UNIT = (
    Unit.id, Estate.name.label("estate"), Building.phase, Building.name.label("building"), Unit.room,
    Unit.exclusive_area_m2, Unit.area_basis, Unit.usage, Unit.status, Unit.delivered_on,
)  # fmt: skip
_HELD = (
    Ownership.unit_id, Owner.id.label("owner_id"), Owner.name, Owner.id_number_sealed, Owner.phone_sealed,
    Ownership.share, Ownership.title_basis, Ownership.valid_from, Ownership.document, Ownership.votes_from,
    Ownership.votes_until,
)  # fmt: skip


def _rows(wanted: Wanted) -> Iterator[list[OutCell]]:
    ids, keys = _units(wanted), _keys(wanted)
    for start in range(0, len(ids), PIECE_UNITS):
        piece = ids[start : start + PIECE_UNITS]
        units = {row.id: row for row in db.session.execute(_narrowed(wanted, select(*_UNIT)).where(Unit.id.in_(piece)))}
        held: dict[uuid.UUID, list[Any]] = {}
        owners = select(*_HELD).join(Owner, Owner.id == Ownership.owner_id)
        owners = owners.where(Ownership.unit_id.in_(piece), in_force(wanted.today)).order_by(Owner.sort_key, Owner.id)
        for row in db.session.execute(owners):
            held.setdefault(row.unit_id, []).append(row)
        for unit_id in piece:
            for owner in held.get(unit_id) or [None]:
                cells = _of_unit(units[unit_id]) | (_of_owner(owner, wanted) if owner else {})
                yield [cells.get(key) for key in keys]


def _of_unit(unit: Any) -> dict[str, OutCell]:
    return {
        "estate": unit.estate,
        "phase": unit.phase or None,
        "building": unit.building,
        "room": unit.room,
        "area": float(unit.exclusive_area_m2),
        "basis": BASIS_NAMES[unit.area_basis],
        "usage": USAGE_NAMES[unit.usage],
        "status": STATUS_NAMES[unit.status],
        "delivered": unit.delivered_on.isoformat() if unit.delivered_on else None,
    }


def _of_owner(owner: Any, wanted: Wanted) -> dict[str, OutCell]:
    cells: dict[str, OutCell] = {
        "owner": join_names([owner.name]),
        "share": None if owner.share is None else f"{owner.share / 100:g}%",
        "title": TITLE_NAMES[owner.title_basis],
        "since": owner.valid_from.isoformat(),
        "document": owner.document or None,
        "voter": owner.name if votes_on(owner, wanted.today) else None,
    }
    if wanted.in_clear:
        cells["number"] = _clear("id_number", owner.id_number_sealed, owner, wanted)
        cells["phone"] = _clear("phone", owner.phone_sealed, owner, wanted)
    return cells


def _clear(field: str, sealed: bytes | None, owner: Any, wanted: Wanted) -> str | None:
    return vault.unseal(f"owner.{field}", wanted.tenant_id, owner.owner_id, sealed) if sealed else None


def _describe(wanted: Wanted) -> list[str]:
    asked = wanted.params.get("estate")
    return [queries.get_estate(uuid.UUID(asked)).name] if asked else []


def _variants(_tenant_id: int) -> list[Variant]:
    """Give the estates, each with its units, and all of them together where there are several."""
    lines = queries.list_estates()
    variants = [Variant(line.name, {"estate": str(line.id)}, line.units) for line in lines]
    return variants if len(lines) == 1 else [Variant("", {}, sum(line.units for line in lines)), *variants]


register_form(
    ExportForm(
        code="units",
        title=_("Units and owners in the columns of the import"),
        explanation=_(
            "Correct it in Excel and bring it in again. Numbers and phones stand in it only when it is taken in full."
        ),
        paper_title="房屋业主信息表",
        permission=Permission.OWNER_EXPORT,
        area=_("Estates"),
        area_endpoint="estates.list_estates",
        columns=_columns,
        count=_count,
        rows=_rows,
        has_sealed=True,
        read_params=_read_params,
        describe=_describe,
        variants=_variants,
    )
)
