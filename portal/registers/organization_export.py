"""Standard forms of organizations: the ten items of the national system, the ledger of elections, work units."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal.authz.permissions import Permission
from portal.core.db import db
from portal.core.personal_data import mask_phone
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Params, Wanted, register_form
from portal.desk.lists import read_keys, search_words
from portal.registers.listed import TERM_NAMES, term_groups
from portal.registers.models import OrganizationUnit, PartyOrganization, PartyPost, PartyTerm, WorkUnit
from portal.registers.organs import CONTACT_SEAL, UNIT_SEAL
from portal.registers.paper_words import CATEGORY_NAMES, KIND_NAMES, NATURE_NAMES, SITUATION_NAMES, STATUS_NAMES
from portal.registers.queries.organizations import OrganizationState, organization_states
from portal.registers.queries.units import count_units, list_units
from portal.registers.rules.structure import SEAT_POSTS, PostKind
from portal.registers.rules.terms import reminder_on
from portal.tenancy import vault

FOOT = "填表人：　　　　　　审核人：　　　　　　填表日期："

ORGANIZATIONS = (
    ExportColumn("序号", 6),
    ExportColumn("党组织名称", 30),
    ExportColumn("组织类别", 14),
    ExportColumn("上级党组织", 30),
    ExportColumn("成立日期", 12),
    ExportColumn("党员总数", 9),
    ExportColumn("正式党员", 9),
    ExportColumn("预备党员", 9),
    ExportColumn("书记", 10),
    ExportColumn("联系人", 10),
    ExportColumn("联系电话", 14),
    ExportColumn("党组织类别", 14),
    ExportColumn("所在单位情况", 18),
    ExportColumn("单位名称", 30),
    ExportColumn("单位性质类别", 14),
    ExportColumn("统一社会信用代码", 20),
    ExportColumn("建立党组织情况", 16),
)
"""党组织基本情况: the ten items of the national system behind the numbers of members."""

TERMS = (
    ExportColumn("序号", 6),
    ExportColumn("党组织名称", 30),
    ExportColumn("组织类别", 12),
    ExportColumn("届次", 8),
    ExportColumn("本届选举时间", 13),
    ExportColumn("任期(年)", 9),
    ExportColumn("届满时间", 12),
    ExportColumn("批准延期或提前至", 17),
    ExportColumn("批准文号", 20),
    ExportColumn("应提醒时间", 12),
    ExportColumn("已提醒时间", 12),
    ExportColumn("换届状态", 14),
    ExportColumn("书记", 10),
    ExportColumn("班子成员", 40),
    ExportColumn("应到会", 8),
    ExportColumn("实到会", 8),
)
"""换届台账."""


def _states(wanted: Wanted) -> list[OrganizationState]:
    return organization_states(tenant_id=wanted.tenant_id, today=wanted.today)


def organization_cells(wanted: Wanted) -> Iterator[tuple[OutCell, ...]]:
    """Give the organizations as a tree is read, each with the members of itself and of all below it."""
    states = _states(wanted)
    names = {state.id: state.name for state in states}
    rows = {
        row.id: row
        for row in db.session.scalars(select(PartyOrganization).where(PartyOrganization.tenant_id == wanted.tenant_id))
    }
    heads, units = _seats(wanted), _units(wanted)
    for number, state in enumerate(states, start=1):
        row, mine = rows[state.id], units.get(state.id, [])
        kind = "大党委" if state.is_greater_committee else KIND_NAMES[state.kind]
        yield (
            number,
            state.name,
            kind,
            names.get(state.parent_id) if state.parent_id else None,
            row.founded_on.isoformat() if row.founded_on else None,
            state.members_all,
            state.members_full,
            state.members_all - state.members_full,
            _head(heads.get(state.id, [])),
            row.contact_name,
            _phone(CONTACT_SEAL, row.contact_sealed, state.id, wanted),
            CATEGORY_NAMES[row.category] if row.category else None,
            SITUATION_NAMES[row.unit_situation] if row.unit_situation else None,
            "、".join(unit.name for unit in mine) or None,
            "、".join(dict.fromkeys(NATURE_NAMES[unit.nature] for unit in mine if unit.nature)) or None,
            "、".join(unit.credit_code for unit in mine if unit.credit_code) or None,
            f"已建立{KIND_NAMES[state.kind]}",
        )


def _read_terms(args: Mapping[str, str], _tenant_id: int) -> Params:
    return {"show": args["show"]} if args.get("show") in TERM_NAMES else {}


def _elected(wanted: Wanted) -> list[OrganizationState]:
    """Give the organs that the page of terms shows, as the tree is read."""
    return term_groups(_states(wanted))[wanted.params.get("show", "all")]


def _term_words(wanted: Wanted) -> list[str]:
    show = wanted.params.get("show")
    return [str(TERM_NAMES[show])] if show else []


def term_cells(wanted: Wanted) -> Iterator[tuple[OutCell, ...]]:
    """Give the elected organs with their present terms and committees."""
    seats = _seats(wanted)
    terms = {
        term.organization_id: term
        for term in db.session.scalars(
            select(PartyTerm).where(PartyTerm.tenant_id == wanted.tenant_id, PartyTerm.ended_on.is_(None))
        )
    }
    for number, state in enumerate(_elected(wanted), start=1):
        term, held = terms.get(state.id), seats.get(state.id, [])
        yield (
            number,
            state.name,
            KIND_NAMES[state.kind],
            term.session_no if term else None,
            term.starts_on.isoformat() if term else None,
            term.due_on.year - term.starts_on.year if term else None,
            term.due_on.isoformat() if term else None,
            term.moved_to.isoformat() if term and term.moved_to else None,
            (term.moved_doc or term.approved_doc) if term else None,
            reminder_on(state.term).isoformat() if state.term else None,
            state.reminded_on.isoformat() if state.reminded_on else None,
            STATUS_NAMES[state.status],
            _head(held),
            "、".join(name for kind, name in held if kind is not PostKind.SECRETARY) or None,
            term.entitled if term else None,
            term.attended if term else None,
        )


def _seats(wanted: Wanted) -> dict[uuid.UUID, list[tuple[PostKind, str]]]:
    """Give who sits where today, in the order of rank."""
    order = {kind: place for place, kind in enumerate((*SEAT_POSTS, PostKind.GROUP_HEAD))}
    found: dict[uuid.UUID, list[tuple[PostKind, str]]] = {}
    rows = db.session.execute(
        select(PartyPost.organization_id, PartyPost.kind, PartyPost.person_name).where(
            PartyPost.tenant_id == wanted.tenant_id, PartyPost.until_on.is_(None), PartyPost.kind.in_(list(order))
        )
    )
    for row in sorted(rows, key=lambda row: (order[row.kind], row.person_name)):
        found.setdefault(row.organization_id, []).append((row.kind, row.person_name))
    return found


def _head(held: list[tuple[PostKind, str]]) -> str | None:
    return next((name for kind, name in held if kind in {PostKind.SECRETARY, PostKind.GROUP_HEAD}), None)


def _units(wanted: Wanted) -> dict[uuid.UUID, list[WorkUnit]]:
    link = (OrganizationUnit.tenant_id == WorkUnit.tenant_id) & (OrganizationUnit.work_unit_id == WorkUnit.id)
    rows = db.session.execute(
        select(OrganizationUnit.organization_id, WorkUnit)
        .join(WorkUnit, link)
        .where(OrganizationUnit.tenant_id == wanted.tenant_id)
        .order_by(WorkUnit.name)
    )
    found: dict[uuid.UUID, list[WorkUnit]] = {}
    for organization_id, unit in rows:
        found.setdefault(organization_id, []).append(unit)
    return found


def _phone(column: str, sealed: bytes | None, row_id: uuid.UUID, wanted: Wanted) -> str | None:
    if sealed is None:
        return None
    clear = vault.unseal(column, wanted.tenant_id, row_id, sealed)
    return clear if wanted.in_clear else mask_phone(clear)


UNITS = (
    ExportColumn("单位名称", 30),
    ExportColumn("统一社会信用代码", 20),
    ExportColumn("简称", 14),
    ExportColumn("单位性质", 14),
    ExportColumn("是否驻区单位", 13),
    ExportColumn("地址", 30),
    ExportColumn("负责人", 10),
    ExportColumn("联系人", 10),
    ExportColumn("联系电话", 14),
    ExportColumn("在册党员数", 11),
)
"""Work units in the columns of the import."""


def _read_units(args: Mapping[str, str], _tenant_id: int) -> Params:
    params = read_keys(args, ("q", "show"))
    return params if params.get("show") == "resident" else {key: params[key] for key in params if key != "show"}


def _unit_filter(wanted: Wanted) -> Any:
    return {"text": wanted.params.get("q", ""), "resident_only": "show" in wanted.params}


def unit_words(wanted: Wanted) -> list[str]:
    """Say what the work units are narrowed to."""
    resident = [str(_("Resident units"))] if "show" in wanted.params else []
    return [*search_words(wanted.params), *resident]


def unit_cells(wanted: Wanted) -> Iterator[tuple[OutCell, ...]]:
    """Give the work units by name, some thousand at a time."""
    size, offset = 1000, 0
    while True:
        rows: Any = list_units(tenant_id=wanted.tenant_id, limit=size, offset=offset, **_unit_filter(wanted))
        for unit, members in rows:
            yield (
                unit.name, unit.credit_code, unit.short_name, NATURE_NAMES[unit.nature] if unit.nature else None,
                "是" if unit.is_resident else "否", unit.address, unit.head_name, unit.contact_name,
                _phone(UNIT_SEAL, unit.phone_sealed, unit.id, wanted), members,
            )  # fmt: skip
        if len(rows) < size:
            return
        offset += size


register_form(
    ExportForm(
        code="party-organizations",
        title=_("Party organizations and their members"),
        explanation=_(
            "The ten items of the national system with the numbers of members, organization by organization."
        ),
        paper_title="党组织基本情况",
        permission=Permission.CONTACT_REVEAL,
        has_sealed=True,
        area=_("Party registers"),
        area_endpoint="registers.show_tree",
        columns=lambda _wanted: ORGANIZATIONS,
        count=lambda wanted: len(_states(wanted)),
        rows=organization_cells,
        foot=FOOT,
    )
)
register_form(
    ExportForm(
        code="term-ledger",
        title=_("Ledger of elections"),
        explanation=_("Every elected organ with its session, its term, its committee and what is due."),
        paper_title="换届台账",
        permission=Permission.ORGANIZATION_LIST,
        area=_("Terms and elections"),
        area_endpoint="registers.list_terms",
        columns=lambda _wanted: TERMS,
        count=lambda wanted: len(_elected(wanted)),
        read_params=_read_terms,
        describe=_term_words,
        rows=term_cells,
        foot=FOOT,
    )
)
register_form(
    ExportForm(
        code="work-units",
        title=_("Work units and resident units"),
        explanation=_("All units in the columns of the import, with the members who work there."),
        paper_title="工作单位台账",
        permission=Permission.CONTACT_REVEAL,
        has_sealed=True,
        area=_("Work units"),
        area_endpoint="registers.show_units",
        columns=lambda _wanted: UNITS,
        count=lambda wanted: count_units(tenant_id=wanted.tenant_id, **_unit_filter(wanted)),
        read_params=_read_units,
        describe=unit_words,
        rows=unit_cells,
    )
)
