"""What the registers give out: the roster of members and the list of party organizations, as superiors want them."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from portal.authz.permissions import Permission
from portal.desk.exports import ExportColumn, ExportForm, OutCell, Wanted, in_pieces, register_form
from portal.registers import list_export as _list_export  # noqa: F401  its form is registered
from portal.registers import queries, standards
from portal.registers.facts import CLASS_NAMES, TYPE_NAMES
from portal.registers.models import PartyMember
from portal.registers.queries import MASKS, SEALED, MemberFilter
from portal.registers.queries.filters import conditions
from portal.registers.rules import OrganizationKind
from portal.tenancy import vault
from portal.tenancy.scope import read_rows

KIND_NAMES = {
    OrganizationKind.WORKING_COMMITTEE: "党工委",
    OrganizationKind.PARTY_COMMITTEE: "党委",
    OrganizationKind.GENERAL_BRANCH: "党总支",
    OrganizationKind.BRANCH: "党支部",
    OrganizationKind.JOINT_BRANCH: "联合党支部",
    OrganizationKind.TEMP_BRANCH: "临时党支部",
    OrganizationKind.FUNCTIONAL_BRANCH: "功能型党支部",
    OrganizationKind.GROUP: "党小组",
}
Make = Callable[[Any], OutCell]


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column of the roster: heading and width on paper, the table's columns it needs, how its cell is made of them.

    `sealed` names a field of SEALED instead: opened, and masked unless the roster is wanted in clear.
    """

    heading: str
    width: int
    needs: tuple[Any, ...] = ()
    make: Callable[..., OutCell] = str
    sealed: str = ""


def _name_of(table: Mapping[str, standards.Coded]) -> Callable[[str | None], str | None]:
    names = {code: each.zh for code, each in table.items()}
    return lambda code: names.get(code) if code else None


def _party_date(on: date | None, by_month: bool) -> str | None:
    return None if on is None else on.isoformat()[:7] if by_month else on.isoformat()


ROSTER: tuple[RosterColumn, ...] = (
    RosterColumn("姓名", 10, (PartyMember.full_name,)),
    RosterColumn("身份证号", 20, sealed="id_number"),
    RosterColumn("性别", 6, (PartyMember.sex_code,), _name_of(standards.SEXES)),
    RosterColumn("民族", 9, (PartyMember.ethnic_code,), _name_of(standards.ETHNIC_GROUPS)),
    RosterColumn("出生日期", 12, (PartyMember.born_on,), date.isoformat),
    RosterColumn("学历", 14, (PartyMember.education_code,), _name_of(standards.EDUCATIONS)),
    RosterColumn("人员类别", 10, (PartyMember.member_type,), TYPE_NAMES.get),
    RosterColumn("入党时间", 12, (PartyMember.joined_on, PartyMember.joined_by_month), _party_date),
    RosterColumn("转正时间", 12, (PartyMember.full_on, PartyMember.full_by_month), _party_date),
    RosterColumn("所在党支部", 24, (PartyMember.organization_id,)),
    RosterColumn("管理类别", 10, (PartyMember.management_class,), CLASS_NAMES.get),
    RosterColumn("手机", 13, sealed="mobile"),
    RosterColumn("工作单位", 24, (PartyMember.work_unit,), lambda text: text),
    RosterColumn("家庭住址", 24, sealed="address"),
)
"""党员花名册, in the columns of the import: what goes out in clear can come in again and changes nothing."""


def member_cells(
    columns: Sequence[RosterColumn], narrowed: MemberFilter, wanted: Wanted
) -> Iterator[tuple[OutCell, ...]]:
    """Give the members of a filter in the order of names, some thousand at a time."""
    organizations = {row.id: row.name for row in queries.list_organizations(tenant_id=wanted.tenant_id)}
    needed, makers = _plan(columns, organizations, wanted)
    statement = (
        select(PartyMember.id, PartyMember.sort_key, *needed)
        .where(*conditions(narrowed, wanted.tenant_id))
        .order_by(PartyMember.sort_key, PartyMember.id)
    )

    def read(after: Any, size: int) -> Sequence[Any]:
        behind = statement if after is None else statement.where(_behind(*after))
        return read_rows(behind.limit(size))

    for row in in_pieces(read, key=lambda row: (row[1], row[0])):
        yield tuple([make(row) for make in makers])


def _behind(sort_key: str, row_id: uuid.UUID) -> ColumnElement[bool]:
    """The second half alone would be right; the first lets the index find the place."""
    later = or_(PartyMember.sort_key > sort_key, PartyMember.id > row_id)
    return and_(PartyMember.sort_key >= sort_key, later)


def _plan(
    columns: Sequence[RosterColumn], organizations: Mapping[uuid.UUID, str], wanted: Wanted
) -> tuple[list[Any], list[Make]]:
    """Give what to select behind id and sort key, and for each column what makes its cell of such a row."""
    needed: list[Any] = []
    makers: list[Make] = []
    for column in columns:
        place = len(needed) + 2
        if column.sealed:
            needed.append(getattr(PartyMember, SEALED[column.sealed][1]))
            makers.append(_opened(column.sealed, place, wanted))
            continue
        needed.extend(column.needs)
        if column.needs == (PartyMember.organization_id,):
            makers.append(_made(place, organizations.get))
        elif len(column.needs) == 1:
            makers.append(_made(place, column.make))
        else:
            makers.append(_made_of_two(place, column.make))
    return needed, makers


def _made(place: int, make: Callable[[Any], OutCell]) -> Make:
    return lambda row: make(row[place])


def _made_of_two(place: int, make: Callable[..., OutCell]) -> Make:
    return lambda row: make(row[place], row[place + 1])


def _opened(field: str, place: int, wanted: Wanted) -> Make:
    open_one, mask = vault.opener(SEALED[field][0], wanted.tenant_id), MASKS[field]

    def make(row: Any) -> str | None:
        sealed = row[place]
        if not sealed:
            return None
        text = open_one(str(row[0]), sealed)
        return text if wanted.in_clear else mask(text)

    return make


def _roster_columns(_wanted: Wanted) -> list[ExportColumn]:
    return [ExportColumn(column.heading, column.width) for column in ROSTER]


def _count_roster(wanted: Wanted) -> int:
    return queries.count_members(MemberFilter(), tenant_id=wanted.tenant_id)


register_form(
    ExportForm(
        code="member-roster",
        title=_("Roster of party members"),
        explanation=_("All members of the register in the columns of the import."),
        paper_title="党员花名册",
        permission=Permission.MEMBER_EXPORT,
        area=_("Members"),
        area_endpoint="registers.list_members",
        columns=_roster_columns,
        count=_count_roster,
        rows=lambda wanted: member_cells(ROSTER, MemberFilter(), wanted),
        has_sealed=True,
    )
)

ORGANIZATIONS = (
    ExportColumn("序号", 6),
    ExportColumn("党组织名称", 30),
    ExportColumn("组织类别", 14),
    ExportColumn("上级党组织", 30),
    ExportColumn("成立日期", 12),
    ExportColumn("党员总数", 9),
    ExportColumn("正式党员", 9),
    ExportColumn("预备党员", 9),
)


def organization_cells(wanted: Wanted) -> Iterator[tuple[OutCell, ...]]:
    """Give the organizations as a tree is read, each with the members of itself and of all below it."""
    counts = queries.count_by_filter(tenant_id=wanted.tenant_id)
    nodes = queries.organization_tree(queries.list_organizations(tenant_id=wanted.tenant_id), counts)
    names = {node.id: node.name for node in nodes}
    for number, node in enumerate(nodes, start=1):
        kind = "大党委" if node.is_greater_committee else KIND_NAMES[node.kind]
        upper = names[node.parent_id] if node.parent_id else None
        founded = node.founded_on.isoformat() if node.founded_on else None
        on_probation = node.members_all - node.members_full
        yield number, node.name, kind, upper, founded, node.members_all, node.members_full, on_probation


register_form(
    ExportForm(
        code="party-organizations",
        title=_("Party organizations and their members"),
        explanation=_("Every organization with its kind, its place in the tree and the numbers of its members."),
        paper_title="党组织基本情况",
        permission=Permission.ORGANIZATION_LIST,
        area=_("Party registers"),
        area_endpoint="registers.show_tree",
        columns=lambda _wanted: ORGANIZATIONS,
        count=lambda wanted: len(queries.list_organizations(tenant_id=wanted.tenant_id)),
        rows=organization_cells,
        foot="填表人：　　　　　　审核人：　　　　　　填表日期：",
    )
)
