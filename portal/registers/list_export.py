"""The member list as shown, as a workbook: the same filters, columns and order as on the screen."""

import uuid
from collections.abc import Iterator, Mapping

from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Wanted, register_form
from portal.registers import queries
from portal.registers.facets import SENSITIVE
from portal.registers.list_columns import COLUMNS, FIRST, PAPER, Reading
from portal.registers.list_params import KEYS, SEARCH_MAX, chips_of, filter_from, read_columns, read_order
from portal.registers.queries import MemberFilter
from portal.registers.queries.filters import has_digits
from portal.registers.queries.lists import every_row

CODE = "member-list"
NAME_WIDTH = 12


def _read_params(args: Mapping[str, str], _tenant_id: int) -> Params:
    """Keep what an address says of the list, never a number that somebody searched for."""
    params = {key: args[key][:400] for key in KEYS if args.get(key)}
    if has_digits(params.get("q", "")):
        del params["q"]
    return params


def _for_reader(params: Params, actor: Actor) -> Params:
    """Leave out what the list is narrowed by and this person may not see, as its page does."""
    hidden = frozenset() if can(actor, Permission.MEMBER_SENSITIVE) else SENSITIVE
    return {key: value for key, value in params.items() if key not in hidden}


def _narrowed(wanted: Wanted) -> tuple[MemberFilter, dict[uuid.UUID, str]]:
    organizations = queries.list_organizations(tenant_id=wanted.tenant_id)
    nodes = queries.organization_tree(organizations, queries.MemberCounts())
    text = str(wanted.params.get("q", ""))[:SEARCH_MAX]
    found = filter_from(wanted.params, nodes, text, today=wanted.today, sees=True)
    return found, {row.id: row.name for row in organizations}


def _keys(wanted: Wanted) -> tuple[str, ...]:
    """Give the columns of the list. What is sensitive leaves the house with full numbers only: asked for, recorded."""
    return read_columns(wanted.params, sees=wanted.in_clear) or FIRST


def _columns(wanted: Wanted) -> list[ExportColumn]:
    chosen = (COLUMNS[key] for key in _keys(wanted))
    return [ExportColumn("姓名", NAME_WIDTH), *(ExportColumn(each.heading, each.width) for each in chosen)]


def _count(wanted: Wanted) -> int:
    return queries.count_members(_narrowed(wanted)[0], tenant_id=wanted.tenant_id)


def _rows(wanted: Wanted) -> Iterator[list[OutCell]]:
    narrowed, names = _narrowed(wanted)
    reading = Reading(wanted.tenant_id, names, wanted.today, PAPER, wanted.in_clear)
    texts = [COLUMNS[key].text for key in _keys(wanted)]
    for row in every_row(narrowed, tenant_id=wanted.tenant_id, order=read_order(wanted.params)):
        yield [row.full_name, *(tell(row, reading) or None for tell in texts)]


def _describe(wanted: Wanted) -> list[str]:
    narrowed, names = _narrowed(wanted)
    return [chip.words for chip in chips_of(narrowed, names)]


register_form(
    ExportForm(
        code=CODE,
        title=_("Member list as shown"),
        explanation=_(
            "The members that the list shows, in its columns and its order; need, hardship and dues only "
            "together with full numbers."
        ),
        paper_title="党员名单",
        permission=Permission.MEMBER_EXPORT,
        area=_("Members"),
        area_endpoint="registers.list_members",
        columns=_columns,
        count=_count,
        rows=_rows,
        has_sealed=True,
        is_standard=False,
        read_params=_read_params,
        for_reader=_for_reader,
        describe=_describe,
    )
)
