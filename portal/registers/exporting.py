"""What the registers give out: the roster of members and the list of party organizations, as superiors want them."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, type_coerce
from sqlalchemy.types import NullType

from portal.authz.permissions import Permission
from portal.desk.exports import Columns, ExportColumn, ExportForm, OutCell, Wanted, in_pieces, register_form
from portal.registers import list_export as _list_export  # noqa: F401  its form is registered
from portal.registers import organization_export as _organization_export  # noqa: F401  it registers its forms
from portal.registers import queries, standards
from portal.registers.models import PartyMember
from portal.registers.queries import MASKS, SEALED, MemberFilter
from portal.registers.queries.filters import conditions
from portal.registers.roster_words import (
    CLASS_NAMES,
    FLOW_NAMES,
    HARDSHIP_NAMES,
    JOB_NAMES,
    LOST_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    YES_NO_NAMES,
    intent_names,
)
from portal.registers.rules import ManagementClass
from portal.tenancy import vault
from portal.tenancy.scope import read_rows

UUID_DIGITS = 32
Cells = Iterable[OutCell]


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column of the roster: heading and width on paper, the table's columns it needs, how its cells are made of them.

    `make` gets the values of a whole piece, one sequence for each of `needs`. `sealed` names a field of SEALED instead:
    opened, and masked unless the roster is wanted in clear.
    """

    heading: str
    width: int
    needs: tuple[Any, ...] = ()
    make: Callable[..., Cells] = iter
    sealed: str = ""


def _each(function: Callable[..., OutCell]) -> Callable[..., Cells]:
    return lambda *values: map(function, *values)


def _name_of(table: Mapping[str, standards.Coded]) -> Callable[..., Cells]:
    return _each({code: each.zh for code, each in table.items()}.get)


def _days(days: Sequence[str | date | None], by_month: Sequence[bool | None] = ()) -> Cells:
    """Give days as they are written; of when somebody joined often only the month is known."""
    if not any(by_month):
        return [None if day is None else str(day) for day in days]
    return [
        None if day is None else str(day)[: 7 if is_month else None]
        for day, is_month in zip(days, by_month, strict=True)
    ]


ROSTER: tuple[RosterColumn, ...] = (
    RosterColumn("姓名", 10, (PartyMember.full_name,)),
    RosterColumn("身份证号", 20, sealed="id_number"),
    RosterColumn("性别", 6, (PartyMember.sex_code,), _name_of(standards.SEXES)),
    RosterColumn("民族", 9, (PartyMember.ethnic_code,), _name_of(standards.ETHNIC_GROUPS)),
    RosterColumn("出生日期", 12, (PartyMember.born_on,), _days),
    RosterColumn("学历", 14, (PartyMember.education_code,), _name_of(standards.EDUCATIONS)),
    RosterColumn("人员类别", 10, (PartyMember.member_type,), _each(TYPE_NAMES.get)),
    RosterColumn("入党时间", 12, (PartyMember.joined_on, PartyMember.joined_by_month), _days),
    RosterColumn("转正时间", 12, (PartyMember.full_on, PartyMember.full_by_month), _days),
    RosterColumn("所在党支部", 24, (PartyMember.organization_id,)),
    RosterColumn("管理类别", 10, (PartyMember.management_class,), _each(CLASS_NAMES.get)),
    RosterColumn("手机", 13, sealed="mobile"),
    RosterColumn("工作单位", 24, (PartyMember.work_unit,)),
    RosterColumn("家庭住址", 24, sealed="address"),
    RosterColumn("工作岗位", 16, (PartyMember.job_category,), _each(JOB_NAMES.get)),
    RosterColumn("党籍状态", 10, (PartyMember.status,), _each(STATUS_NAMES.get)),
    RosterColumn("失联时间", 12, (PartyMember.lost_since,), _days),
    RosterColumn("失联原因", 14, (PartyMember.lost_reason,), _each(LOST_NAMES.get)),
    RosterColumn("流动情况", 10, (PartyMember.flow_direction,), _each(FLOW_NAMES.get)),
    RosterColumn("流动地点", 20, (PartyMember.flow_place,)),
)
"""党员花名册, in the columns of the import: what goes out in clear can come in again and changes nothing."""


def _flags(days: Sequence[str | date | None], classes: Sequence[str | None]) -> Cells:
    """Give since when members are in need beside their class; nothing where the class says it already."""
    says_so = ManagementClass.VULNERABLE
    return [None if day is None or class_ == says_so else str(day) for day, class_ in zip(days, classes, strict=True)]


FOR_CARRYING_OVER: tuple[RosterColumn, ...] = (
    RosterColumn("业委会成员", 12, (PartyMember.on_owners_committee,), _each(YES_NO_NAMES.get)),
    RosterColumn("特长", 16, (PartyMember.skills,)),
    RosterColumn("服务意向", 20, (PartyMember.service_intents,), _each(intent_names)),
    RosterColumn("弱势起始日期", 14, (PartyMember.vulnerable_since, PartyMember.management_class), _flags),
    RosterColumn("困难程度", 10, (PartyMember.hardship_level,), _each(HARDSHIP_NAMES.get)),
    RosterColumn(
        "月交党费", 10, (PartyMember.dues_monthly,), _each(lambda dues: None if dues is None else float(dues))
    ),
)
"""Extras of a member. They stand in a roster in clear only, where somebody gave a reason and it is recorded."""


def roster_columns(*, in_clear: bool) -> tuple[RosterColumn, ...]:
    """Give the columns of a roster, those that are sensitive where numbers are in clear, too."""
    return ROSTER + FOR_CARRYING_OVER if in_clear else ROSTER


def member_pieces(columns: Sequence[RosterColumn], narrowed: MemberFilter, wanted: Wanted) -> Iterator[Columns]:
    """Give the members of a filter in the order of names, some thousand at a time, turned round.

    A piece is made column by column: that takes half the time of going cell by cell.
    """
    places = queries.list_organizations(tenant_id=wanted.tenant_id)
    organizations = {text: row.name for row in places for text in (str(row.id), row.id.hex)}  # as each engine gives it
    needed, makers = _plan(columns, organizations, wanted, _nobodys(columns, narrowed, wanted.tenant_id))
    statement = (
        select(PartyMember.sort_key, _as_text(PartyMember.id), *needed)
        .where(*conditions(narrowed, wanted.tenant_id))
        .order_by(PartyMember.sort_key, PartyMember.id)
    )

    def read(after: Any, size: int) -> Sequence[Any]:
        behind = statement if after is None else statement.where(_behind(*after))
        return read_rows(behind.limit(size))

    for rows in in_pieces(read, key=lambda row: (row[0], uuid.UUID(row[1]))):
        values = list(zip(*rows, strict=True))
        values[ID_PLACE] = _ids(values[ID_PLACE])
        yield [list(make(values)) for make in makers]


def _nobodys(columns: Sequence[RosterColumn], narrowed: MemberFilter, tenant_id: int) -> frozenset[RosterColumn]:
    """Give the extras that none of the members has: to look once takes less time than to read them row by row."""
    extras = [each for each in columns if each in FOR_CARRYING_OVER]
    if not extras:
        return frozenset()
    counts = select(*(func.count(each.needs[0]) for each in extras)).where(*conditions(narrowed, tenant_id))
    return frozenset(each for each, number in zip(extras, read_rows(counts)[0], strict=True) if not number)


def _as_text(column: Any) -> ColumnElement[str]:
    """Give an id as text; to make a UUID of it takes longer than to open a sealed value."""
    return cast(column, String)


def _as_kept(column: Any) -> ColumnElement[Any]:
    """Give a value as the database hands it over: codes and dates need no conversion to be written on paper."""
    return type_coerce(column, NullType())


def _behind(sort_key: str, row_id: uuid.UUID) -> ColumnElement[bool]:
    """Name the rows after one. The second half alone would be right; the first lets the index find the place."""
    later = or_(PartyMember.sort_key > sort_key, PartyMember.id > row_id)
    return and_(PartyMember.sort_key >= sort_key, later)


def _ids(texts: Sequence[str]) -> tuple[bytes, ...]:
    """Give ids as they are written; SQLite keeps them without hyphens."""
    if len(texts[0]) > UUID_DIGITS:
        return tuple([text.encode() for text in texts])
    return tuple([f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}".encode() for t in texts])


Make = Callable[[list[tuple[Any, ...]]], Cells]
ID_PLACE = 1


def _plan(
    columns: Sequence[RosterColumn], organizations: Mapping[str, str], wanted: Wanted, nobodys: frozenset[RosterColumn]
) -> tuple[list[Any], list[Make]]:
    """Give what to select behind sort key and id, and for each column what makes its cells of such values."""
    needed: list[Any] = []
    makers: list[Make] = []
    for column in columns:
        place = len(needed) + ID_PLACE + 1
        if column in nobodys:
            makers.append(_nothing)
        elif column.sealed:
            needed.append(_as_kept(getattr(PartyMember, SEALED[column.sealed][1])))
            makers.append(_opened(column.sealed, place, wanted))
        elif column.needs == (PartyMember.organization_id,):
            needed.append(_as_text(PartyMember.organization_id))
            makers.append(_made(place, 1, _each(organizations.get)))
        else:
            needed.extend(map(_as_kept, column.needs))
            makers.append(_made(place, len(column.needs), column.make))
    return needed, makers


def _nothing(values: list[tuple[Any, ...]]) -> Cells:
    return [None] * len(values[0])


def _made(place: int, number: int, make: Callable[..., Cells]) -> Make:
    return lambda values: make(*values[place : place + number])


def _opened(field: str, place: int, wanted: Wanted) -> Make:
    column, mask = SEALED[field][0], MASKS[field]

    def make(values: list[tuple[Any, ...]]) -> Cells:
        texts = vault.unseal_many(column, wanted.tenant_id, values[ID_PLACE], values[place])
        return texts if wanted.in_clear else [mask(text) if text else None for text in texts]

    return make


def _roster_columns(wanted: Wanted) -> list[ExportColumn]:
    return [ExportColumn(each.heading, each.width) for each in roster_columns(in_clear=wanted.in_clear)]


def _count_roster(wanted: Wanted) -> int:
    return queries.count_members(MemberFilter(), tenant_id=wanted.tenant_id)


register_form(
    ExportForm(
        code="member-roster",
        title=_("Roster of party members"),
        explanation=_(
            "All members of the register in the columns of the import; with full numbers also skills, service, need, "
            "hardship and dues."
        ),
        paper_title="党员花名册",
        permission=Permission.MEMBER_EXPORT,
        area=_("Members"),
        area_endpoint="registers.list_members",
        columns=_roster_columns,
        count=_count_roster,
        pieces=lambda wanted: member_pieces(roster_columns(in_clear=wanted.in_clear), MemberFilter(), wanted),
        has_sealed=True,
    )
)
