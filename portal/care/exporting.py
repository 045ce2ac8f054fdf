"""The floating ledger as superiors want it: what the register knows, and the three fixes. Nothing is typed again."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.care.listed import ledger_filter, ledger_words, read_ledger
from portal.care.queries.floating import LedgerRow, count_found, ledger_piece
from portal.care.rules.floating import FlowDirection
from portal.core.personal_data import mask_phone
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Wanted, in_pieces, register_form
from portal.registers.queries import MASKS, unseal_field
from portal.registers.queries.briefs import members_by_id
from portal.registers.queries.links import LinkRow, link_mobile, links_by_id

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
    """Give the entries that the ledger's page shows, the longest away first, a thousand at a time."""
    narrowed = ledger_filter(wanted)

    def read(after: tuple[date, uuid.UUID] | None, limit: int) -> Sequence[LedgerRow]:
        return ledger_piece(after, limit, tenant_id=wanted.tenant_id, wanted=narrowed)

    for piece in in_pieces(read, key=lambda row: (row.entry.since, row.entry.id), size=PIECE):
        ids = [row.entry.member_id for row in piece if row.entry.member_id]
        members = members_by_id(ids, tenant_id=wanted.tenant_id)
        guests = links_by_id([row.entry.link_id for row in piece if row.entry.link_id], tenant_id=wanted.tenant_id)
        for row in piece:
            member, guest = members.get(row.entry.member_id), guests.get(row.entry.link_id)
            person = _of_member(member, wanted.in_clear) if member else _of_guest(guest, wanted.in_clear)
            yield [row.member_name, *person, *_cells(row)]


def _of_member(member: Any, in_clear: bool) -> list[OutCell]:
    """Give birth, joining, telephone and address from the register."""
    joined = member.joined
    return [
        f"{member.born_on:%Y-%m}",
        f"{joined.on:%Y-%m}" if joined.by_month else joined.on.isoformat(),
        _sealed(member, "mobile", in_clear=in_clear),
        _sealed(member, "address", in_clear=in_clear),
    ]


def _of_guest(guest: LinkRow | None, in_clear: bool) -> list[OutCell]:
    """Give what is known of somebody from elsewhere: the telephone."""
    mobile = link_mobile(guest) if guest else None
    return [None, None, mobile if mobile is None or in_clear else mask_phone(mobile), None]


def _cells(row: LedgerRow) -> list[OutCell]:
    entry = row.entry
    return [
        DIRECTION_NAMES[row.direction] if row.direction else None,
        row.place or None,
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
        count=lambda wanted: count_found(ledger_filter(wanted), tenant_id=wanted.tenant_id),
        rows=ledger_rows,
        has_sealed=True,
        read_params=read_ledger,
        describe=ledger_words,
    )
)
