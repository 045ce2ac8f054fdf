"""What the estates give out: 业主清册, the roll of owners for the owners' meeting."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core.errors import NotFound
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Variant, Wanted, register_form
from portal.estates import listed as _listed  # noqa: F401  its lists are registered
from portal.estates import queries
from portal.estates.importing.columns import BASIS_NAMES, STATUS_NAMES, TITLE_NAMES, USAGE_NAMES
from portal.estates.queries import Roll, RollLine, roll_known_at
from portal.web.templating import day

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
    """Keep what the page of the roll says: its estate, its day, and by what is known when."""
    params: Params = {}
    if estate := _uuid(args.get("estate", "")):
        params["estate"] = estate
    if day := _day(args.get("on", "")):
        params["on"] = day.isoformat()
    return params | ({"known": "now"} if args.get("known") == "now" else {})


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _told(wanted: Wanted) -> tuple[date, datetime | None]:
    """Give the day of the roll and just before which moment the register is asked, None for what is known today."""
    on = _day(wanted.params.get("on", "")) or wanted.today
    return on, roll_known_at(on, wanted.today, by_today=wanted.params.get("known") == "now")


def _roll(wanted: Wanted) -> tuple[uuid.UUID, Roll | None]:
    if "estate" not in wanted.params:
        estates = queries.list_estates()
        if not estates:
            raise NotFound
        estate_id = estates[0].id
    else:
        estate_id = uuid.UUID(wanted.params["estate"])
    on, known_at = _told(wanted)
    return estate_id, queries.rolls([estate_id], on=on, known_at=known_at).get(estate_id)


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
    number, (on, known_at) = 0, _told(wanted)
    for start in range(0, len(roll.units), PIECE_UNITS):
        lines = queries.roll_lines(
            estate_id,
            roll.units,
            on=on,
            known_at=known_at,
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
    words = []
    if "estate" in wanted.params:
        words.append(queries.get_estate(uuid.UUID(wanted.params["estate"])).name)
    if "on" in wanted.params:
        on, known_at = _told(wanted)
        told = gettext("On %(day)s, by what is known today", day=day(on))
        words.append(gettext("As the register stood at the end of %(day)s", day=day(on)) if known_at else told)
    return words


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
