"""What the estates give the desk: units and owners in, the owners' roll for a meeting out."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal.authz.permissions import Permission
from portal.core.db import db
from portal.desk.continued import FillDown
from portal.desk.kinds import Judgement, Row, Source, register_kind
from portal.estates import exporting as _exporting  # noqa: F401  its forms are registered
from portal.estates import register_export as _register_export  # noqa: F401  its form is registered
from portal.estates.importing import undo_words as _undo_words  # noqa: F401  what an undo says is registered
from portal.estates.importing.columns import COLUMNS
from portal.estates.importing.judging import judge_rows
from portal.estates.importing.writing import write_rows
from portal.estates.models import Building, Estate, Owner, Ownership, Unit
from portal.tenancy.past import Kept


class UnitKind:
    """Rosters of units and owners (房屋业主清册)."""

    code = "units"
    title = _("Roster of units and owners")
    explanation = _(
        "One row per unit, or several below each other for co-owners. Units are recognised by estate, building and "
        "room, owners by their number, else by name within the unit."
    )
    sheet_name = "房屋业主清册"
    identity_column = "room"
    shown_columns: tuple[str, ...] = ("building", "room", "owner")
    list_endpoint = "estates.list_estates"
    permission = Permission.ESTATE_EDIT
    reveal = Permission.OWNER_REVEAL
    columns = COLUMNS
    fill_down = FillDown(
        places=("estate", "phase", "building", "entrance", "room"),
        facts=("area", "floor_area", "basis", "usage", "status", "delivered"),
    )
    models: tuple[type[Kept], ...] = (Estate, Building, Unit, Owner, Ownership)

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]:
        """Read each row and compare it with the register; five statements for all of them."""
        return judge_rows(rows, today=today)

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
        """Enter what is new in bulk; change the rest by what its row says and no more."""
        write_rows(rows, source=source)

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]:
        """Give the drop-downs that depend on this community."""
        statement = select(Estate.name).where(Estate.tenant_id == tenant_id).order_by(Estate.name)
        return {"estate": list(db.session.scalars(statement))}


register_kind(UnitKind())
