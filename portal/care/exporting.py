"""The floating ledger as superiors want it: what the register knows, and the three fixes. Nothing is typed again."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.care.models import FloatingMember
from portal.care.queries.floating import LedgerFilter, count_found, ledger_piece
from portal.care.rules.floating import FlowDirection
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Wanted, in_pieces, register_form
from portal.registers.queries import MASKS, unseal_field
from portal.registers.queries.briefs import members_by_id

DIRECTION_NAMES = {FlowDirection.INFLOW: "流入", FlowDirection.OUTFLOW: "流出"}
COLUMNS = tuple(
    ExportColumn(heading, width)
    for heading, width in (
        ("姓名", 10),
        ("出生年月", 10),
        ("入党时间", 12),
        ("联系电话", 14),
        ("住址", 26),
        ("流动方向", 10),
        ("流入地（流出地）", 26),
        ("行政区划代码", 14),
        ("流动起始日期", 14),
        ("组织关系所在党组织", 28),
        ("定人（联系人）", 16),
        ("定期（天）", 12),
        ("定制度", 36),
        ("最近联系日期", 14),
        ("下次联系期限", 14),
    )
)
"""Ledger fields and three fixes of 双滦区; where to, since when and the days of contact are ours."""
PIECE = 1_000


def ledger_rows(wanted: Wanted) -> Iterator[Sequence[OutCell]]:
    """Give the entries in force, the longest away first, a thousand at a time with their members."""

    def read(after: tuple[date, uuid.UUID] | None, limit: int) -> Sequence[FloatingMember]:
        return ledger_piece(after, limit, tenant_id=wanted.tenant_id, direction=_direction(wanted.params))

    for piece in in_pieces(read, key=lambda entry: (entry.since, entry.id), size=PIECE):
        members = members_by_id([entry.member_id for entry in piece], tenant_id=wanted.tenant_id)
        for entry in piece:
            yield _cells(entry, members[entry.member_id], in_clear=wanted.in_clear)


def _cells(entry: FloatingMember, member: Any, *, in_clear: bool) -> list[OutCell]:
    joined = member.joined
    return [
        member.full_name,
        f"{member.born_on:%Y-%m}",
        f"{joined.on:%Y-%m}" if joined.by_month else joined.on.isoformat(),
        _sealed(member, "mobile", in_clear=in_clear),
        _sealed(member, "address", in_clear=in_clear),
        DIRECTION_NAMES[entry.direction],
        entry.place,
        entry.place_code or None,
        entry.since.isoformat(),
        entry.home_organization,
        entry.contact_person,
        entry.interval_days,
        entry.rule,
        entry.last_contact_on.isoformat() if entry.last_contact_on else None,
        entry.due_on.isoformat(),
    ]


def _sealed(member: Any, field: str, *, in_clear: bool) -> str | None:
    text = unseal_field(member, field)
    return text if text is None or in_clear else MASKS[field](text)


def _direction(params: Params) -> FlowDirection | None:
    name = params.get("direction", "")
    return FlowDirection(name) if name in set(FlowDirection) else None


def _read_params(args: Mapping[str, str], _tenant_id: int) -> Params:
    return {"direction": args["direction"]} if args.get("direction") in set(FlowDirection) else {}


register_form(
    ExportForm(
        code="floating-ledger",
        title=_("Ledger of floating members"),
        explanation=_("Filled from the register and the ledger; nothing is left to type."),
        paper_title="流动党员台账",
        permission=Permission.FLOATING_EXPORT,
        area=_("Floating ledger"),
        area_endpoint="care.list_floating",
        columns=lambda _wanted: COLUMNS,
        count=lambda wanted: count_found(LedgerFilter(_direction(wanted.params)), tenant_id=wanted.tenant_id),
        rows=ledger_rows,
        has_sealed=True,
        read_params=_read_params,
    )
)
