"""What the estates give out: 业主清册, the roll of owners for the owners' meeting."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core.errors import NotFound
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Variant, Wanted, register_form
from portal.estates import queries
from portal.estates.importing.columns import BASIS_NAMES, STATUS_NAMES, TITLE_NAMES, USAGE_NAMES
from portal.estates.queries import Roll, RollLine

PIECE_UNITS = 2_000
COLUMNS = (
    ExportColumn("序号", 6),
    ExportColumn("楼栋", 12),
    ExportColumn("房号", 12),
    ExportColumn("专有部分面积（平方米）", 14),
    ExportColumn("面积依据", 10),
    ExportColumn("用途", 8),
    ExportColumn("状态", 12),
    ExportColumn("业主", 24),
    ExportColumn("取得方式", 14),
    ExportColumn("表决人", 12),
    ExportColumn("业主人数编号", 12),
    ExportColumn("签名", 16),
)
NOT_COUNTED = "不计入"


def _read_params(args: Mapping[str, str], _tenant_id: int) -> Params:
    """Keep the estate of an address, if it is one."""
    try:
        return {"estate": str(uuid.UUID(args.get("estate", "")))}
    except ValueError:
        return {}


def _roll(wanted: Wanted) -> tuple[uuid.UUID, Roll | None]:
    if "estate" not in wanted.params:
        estates = queries.list_estates()
        if not estates:
            raise NotFound
        estate_id = estates[0].id
    else:
        estate_id = uuid.UUID(wanted.params["estate"])
    return estate_id, queries.rolls([estate_id], on=wanted.today).get(estate_id)


def _count(wanted: Wanted) -> int:
    try:
        _estate_id, roll = _roll(wanted)
    except NotFound:
        return 0
    return len(roll.units) if roll else 0


def _rows(wanted: Wanted) -> Iterator[Sequence[OutCell]]:
    """Give the roll in the order of units, some thousand at a time, and at its end S and N."""
    estate_id, roll = _roll(wanted)
    if roll is None:
        return
    number = 0
    for start in range(0, len(roll.units), PIECE_UNITS):
        lines = queries.roll_lines(
            estate_id,
            roll.units,
            on=wanted.today,
            counts_special=roll.counts_special,
            part=slice(start, start + PIECE_UNITS),
            masked=not wanted.in_clear,
        )
        for line in lines:
            number += 1
            yield _cells(number, line)
    totals = roll.totals()
    foot: list[OutCell] = [
        "合计",
        None,
        f"{totals.units}套",
        float(totals.area_m2),
        *[None] * 6,
        f"{totals.heads}人",
        None,
    ]
    yield foot


def _cells(number: int, line: RollLine) -> list[OutCell]:
    return [
        number,
        line.building_name,
        line.room,
        float(line.area_m2),
        BASIS_NAMES[line.area_basis],
        USAGE_NAMES[line.usage],
        STATUS_NAMES[line.status],
        "、".join(line.owners),
        "、".join(dict.fromkeys(TITLE_NAMES[title] for title in line.titles)),
        line.representative,
        line.head if line.head is not None else NOT_COUNTED,
        None,
    ]


def _describe(wanted: Wanted) -> list[str]:
    if "estate" not in wanted.params:
        return []
    return [queries.get_estate(uuid.UUID(wanted.params["estate"])).name]


def _variants(_tenant_id: int) -> list[Variant]:
    return [Variant(line.name, {"estate": str(line.id)}, line.units) for line in queries.list_estates()]


def _columns(_wanted: Any) -> Sequence[ExportColumn]:
    return COLUMNS


register_form(
    ExportForm(
        code="owners-roll",
        title=_("Roll of owners for the owners' meeting"),
        explanation=_("Every unit of an estate with its area, owners, who votes, and the number of its head."),
        paper_title="业主清册",
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
        foot="制表人：　　　　　　审核人：　　　　　　公示日期：",
    )
)
