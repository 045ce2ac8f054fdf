"""Reads a member's facts out of what people wrote, the same for a roster and for a form.

Plain Python: what is given are cells by column and the organizations by name; what comes back are
facts, or every reason why not, each beside its column.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from portal.core.errors import RuleBroken
from portal.core.identity_numbers import CitizenNumber, read_citizen_number
from portal.desk.rules import (
    Cell,
    Column,
    Problem,
    read_date,
    read_long_number,
    read_mobile,
    text_of,
)
from portal.registers import rules, standards
from portal.registers.rules import ManagementClass, MemberDates, MemberType, PartyDate
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason

_TYPE_WORDS = {
    "正式党员": MemberType.FULL,
    "正式": MemberType.FULL,
    "预备党员": MemberType.PROBATIONARY,
    "预备": MemberType.PROBATIONARY,
}
_CLASS_WORDS = {
    "在职": ManagementClass.IN_SERVICE,
    "离退休": ManagementClass.RETIRED,
    "退休": ManagementClass.RETIRED,
    "离休": ManagementClass.RETIRED,
    "弱势": ManagementClass.VULNERABLE,
    "困难": ManagementClass.VULNERABLE,
    "生活困难": ManagementClass.VULNERABLE,
    "年老体弱": ManagementClass.VULNERABLE,
    "流动": ManagementClass.FLOATING,
}
Value = TypeVar("Value")
TYPE_NAMES = {MemberType.FULL: "正式党员", MemberType.PROBATIONARY: "预备党员"}
CLASS_NAMES = {
    ManagementClass.IN_SERVICE: "在职",
    ManagementClass.RETIRED: "离退休",
    ManagementClass.VULNERABLE: "弱势",
    ManagementClass.FLOATING: "流动",
}
JOB_NAMES = {
    JobCategory.WORKER: "工人",
    JobCategory.FARMER: "农牧渔民",
    JobCategory.SPECIALIST: "专业技术人员",
    JobCategory.MANAGER: "管理人员",
    JobCategory.OFFICIAL: "党政机关工作人员",
    JobCategory.STUDENT: "学生",
    JobCategory.OTHER: "其他职业人员",
    JobCategory.RETIRED: "离退休人员",
}
_JOB_WORDS = {"工勤技能人员": JobCategory.WORKER, "农民": JobCategory.FARMER, "公务员": JobCategory.OFFICIAL}
_JOB_WORDS |= {"离退休": JobCategory.RETIRED, "退休": JobCategory.RETIRED, "其他": JobCategory.OTHER}
LOST_NAMES = {
    LostReason.MIGRANT_WORK: "外出务工",
    LostReason.UNIT_CLOSED: "单位改制或破产",
    LostReason.AFTER_GRADUATION: "毕业去向不明",
    LostReason.JOB_CHANGED: "工作变动",
    LostReason.ABROAD: "出国(境)",
    LostReason.HOME_CHANGED: "居住地改变",
    LostReason.OTHER: "其他",
}
_JOBS_KNOWN, _LOST_KNOWN = "、".join(JOB_NAMES.values()), "、".join(LOST_NAMES.values())
FLOW_NAMES = {FlowDirection.OUT: "流出", FlowDirection.IN: "流入"}
_FLOW_WORDS = {"是": FlowDirection.OUT, "外出": FlowDirection.OUT, "否": None, "无": None, "未流动": None}
WORK_UNIT_MAX = 80
FLOW_PLACE_MAX = 60
PLACE_MAX = 40
KNOWN_SHOWN = 12

COLUMNS: tuple[Column, ...] = (
    Column("full_name", "姓名", ("党员姓名", "名字", "党员名字"), required=True, example="张示例", looks="name"),
    Column(
        "id_number",
        "身份证号",
        ("公民身份号码", "身份证号码", "身份证", "证件号码", "身份号码", "公民身份证号码"),
        required=True,
        example="520303199003070011",
        mask="id_number",
        looks="id_number",
    ),
    Column("sex", "性别", choices=("男", "女"), looks="sex"),
    Column("ethnic", "民族", example="汉族"),
    Column("born_on", "出生日期", ("出生年月", "出生年月日", "生日", "出生时间"), looks="date"),
    Column("education", "学历", ("文化程度", "最高学历"), example="大学本科"),
    Column(
        "member_type",
        "人员类别",
        ("党员类别", "党员类型", "类别", "正式预备"),
        required=True,
        choices=("正式党员", "预备党员"),
    ),
    Column(
        "joined",
        "入党时间",
        ("入党日期", "加入党组织日期", "加入党组织时间", "入党年月", "加入中共组织的时间"),
        required=True,
        example="2015-07-01",
        looks="date",
    ),
    Column("full", "转正时间", ("转正日期", "转为正式党员日期", "转正年月"), example="2016-07-01", looks="date"),
    Column(
        "organization",
        "所在党支部",
        ("党支部", "所在支部", "所属党支部", "支部", "支部名称", "党支部名称", "所在党组织"),
        required=True,
    ),
    Column(
        "management_class",
        "管理类别",
        ("党员分类", "分类管理", "分类", "四类管理", "管理分类"),
        choices=("在职", "离退休", "弱势", "流动"),
    ),
    Column(
        "mobile",
        "手机",
        ("手机号码", "手机号", "联系电话", "电话", "联系方式", "移动电话"),
        example="13800000000",
        mask="mobile",
        looks="mobile",
    ),
    Column("work_unit", "工作单位", ("单位", "工作单位及职务", "现工作单位", "所在单位")),
    Column("address", "家庭住址", ("住址", "现住址", "家庭地址", "居住地址", "现居住地", "地址"), mask="address"),
    Column("estate", "居住小区", ("所住小区", "小区", "小区名称", "楼院", "所属小区")),
    Column("building", "楼栋", ("楼栋号", "栋号", "楼号", "所住楼栋", "居住楼栋", "幢号")),
    Column("job_category", "工作岗位", ("岗位类别", "职业"), choices=tuple(JOB_NAMES.values())),
    Column("flow_direction", "流动情况", ("是否流动", "是否流动党员", "流动方向", "流向"), choices=("流出", "流入")),
    Column("flow_place", "流动地点", ("流入地", "流出地", "流动去向", "流动地")),
    Column("lost_since", "失联时间", ("失联日期", "失去联系时间", "失联起始时间", "失联起始日期")),
    Column("lost_reason", "失联原因", ("失联情形", "失去联系原因"), choices=tuple(LOST_NAMES.values())),
)


@dataclass(slots=True)  # not frozen: that would take three times as long for each of 100,000 rows
class MemberFacts:
    """Everything a roster or form can say of a member; None: nothing was said."""

    full_name: str
    id_number: str
    sex_code: str
    born_on: date
    member_type: MemberType
    joined: PartyDate
    organization_id: uuid.UUID
    full: PartyDate | None = None
    ethnic_code: str | None = None
    education_code: str | None = None
    management_class: ManagementClass | None = None
    mobile: str | None = None
    work_unit: str | None = None
    address: str | None = None
    job_category: JobCategory | None = None
    flow_direction: FlowDirection | None = None
    flow_place: str | None = None
    lost_since: date | None = None
    lost_reason: LostReason | None = None
    estate: str | None = None
    building: str | None = None


REPEATING = frozenset(
    {
        "full_name", "sex", "ethnic", "born_on", "education", "member_type", "joined", "full", "organization",
        "management_class", "work_unit", "job_category", "flow_direction", "lost_since", "lost_reason",
    }
)  # fmt: skip
"""Columns in which the same words stand again and again; what they mean is found out once for many rows."""


class Memo:
    """What words of repeating columns meant in rows read before, with the same organizations on the same day."""

    def __init__(self) -> None:
        self.known: dict[str, dict[Cell, Any]] = {column: {} for column in REPEATING}


_NEVER: dict[Cell, Any] = {}


class _Reader:
    """Reads cells one by one and collects what is wrong with them."""

    def __init__(self, cells: Mapping[str, Cell], memo: Memo | None = None) -> None:
        self._cells = cells
        self._known = memo.known if memo else {}
        self.problems: list[Problem] = []

    def has_none(self, columns: frozenset[str]) -> bool:
        """Say whether none of these columns stands in the row."""
        return columns.isdisjoint(self._cells)

    def refuse(self, column: str, code: str, **values: str | int) -> None:
        self.problems.append(Problem(column, code, values))

    def read(self, column: str, reader: Callable[[Cell], Value], *, required: bool = False) -> Value | None:
        """Give what the reader makes of a filled cell; None for an empty or a refused one."""
        cell = self._cells.get(column, "")
        known = self._known.get(column, _NEVER)
        if cell and cell in known:
            return known[cell]  # type: ignore[no-any-return]
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if required:
                self.refuse(column, "desk.missing")
            return None
        try:
            found = reader(cell)
        except RuleBroken as broken:
            values = {key: value for key, value in broken.values.items() if _is_plain(value)}
            self.problems.append(Problem(column, broken.code, values))  # type: ignore[arg-type]
            return None
        if known is not _NEVER and isinstance(cell, str):  # 1 and 1.0 would be the same key
            known[cell] = found
        return found


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int)


def read_facts(
    cells: Mapping[str, Cell], *, organizations: Mapping[str, uuid.UUID], today: date, memo: Memo | None = None
) -> tuple[MemberFacts | None, str | None, list[Problem]]:
    """Read one member: the facts or None, the ID number if that was sound, and every problem.

    `organizations` maps the names of branches and groups to their ids; `memo` is shared by rows that are read with
    the same organizations and day. Sources of the checks are named in portal.registers.rules and
    portal.core.identity_numbers.
    """
    reader = _Reader(cells, memo)
    name = reader.read("full_name", _name, required=True)
    citizen = reader.read("id_number", lambda cell: _citizen(cell, today), required=True)
    if citizen is not None:
        _compare_with_number(reader, citizen)
    ethnic = reader.read("ethnic", _word("ethnic", standards.find_ethnic_group, "汉族、苗族…"))
    education = reader.read("education", _word("education", standards.find_education, "本科、大专、高中…"))
    member_type = reader.read("member_type", _word("member_type", _find_type, "正式党员、预备党员"), required=True)
    joined = reader.read("joined", lambda cell: _date("joined", cell), required=True)
    full = reader.read("full", lambda cell: _date("full", cell))
    place = reader.read("organization", lambda cell: _organization(cell, organizations), required=True)
    class_ = reader.read("management_class", _word("management_class", _find_class, "在职、离退休、弱势、流动"))
    mobile = reader.read("mobile", lambda cell: read_mobile(cell, column="mobile"))
    work_unit = reader.read("work_unit", lambda cell: _short("work_unit", cell, WORK_UNIT_MAX))
    address = reader.read("address", lambda cell: _short("address", cell, rules.ADDRESS_MAX))
    relation = _read_relation(reader, today)
    estate = reader.read("estate", lambda cell: _place("estate", cell))
    building = reader.read("building", lambda cell: _place("building", cell))
    if citizen and member_type and joined:
        _check_dates(reader, MemberDates(citizen.birth_date, joined, full), member_type, today)
    number = citizen.number if citizen else None
    if reader.problems or not (name and citizen and member_type and joined and place):
        return None, number, reader.problems
    facts = MemberFacts(
        name, citizen.number, citizen.sex, citizen.birth_date, member_type, joined, place,
        full, ethnic, education, class_, mobile, work_unit, address, *relation, estate, building,
    )  # fmt: skip
    return facts, number, []


_RELATION = frozenset({"job_category", "flow_direction", "flow_place", "lost_since", "lost_reason"})
_Relation = tuple[JobCategory | None, FlowDirection | None, str | None, date | None, LostReason | None]


def _read_relation(reader: _Reader, today: date) -> _Relation:
    """Read what the national list asks beyond the person: job, floating, lost contact."""
    if reader.has_none(_RELATION):
        return None, None, None, None, None
    job = reader.read("job_category", _word("job_category", _find_job, _JOBS_KNOWN))
    flow = reader.read("flow_direction", _flow)
    place = reader.read("flow_place", lambda cell: _short("flow_place", cell, FLOW_PLACE_MAX))
    lost = reader.read("lost_since", lambda cell: _date("lost_since", cell))
    reason = reader.read("lost_reason", _word("lost_reason", _find_lost, _LOST_KNOWN))
    if lost and lost.on > today:
        reader.refuse("lost_since", "registers.lost_future")
    if lost and not reason:
        reader.refuse("lost_reason", "desk.missing")
    return job, flow, place, lost.on if lost else None, reason if lost else None


def _place(column: str, cell: Cell) -> str:
    """An estate or building as it is compared: without blanks."""
    return "".join(_short(column, cell, PLACE_MAX).split())


def _find_job(text: str) -> JobCategory | None:
    code = JobCategory(text) if text in set(JobCategory) else None
    return _by_name(text, JOB_NAMES) or _JOB_WORDS.get(text) or code


def _find_lost(text: str) -> LostReason | None:
    word = text.lstrip("①②③④⑤⑥⑦1234567.、 ").replace("（", "(").replace("）", ")")
    return _by_name(word, LOST_NAMES) or (LostReason(text) if text in set(LostReason) else None)


def _flow(cell: Cell) -> FlowDirection | None:
    text = text_of(cell).removesuffix("党员")
    if text in _FLOW_WORDS:
        return _FLOW_WORDS[text]
    found = _by_name(text, FLOW_NAMES) or (FlowDirection(text) if text in set(FlowDirection) else None)
    if found is None:
        raise RuleBroken("desk.unknown_word", field="flow_direction", found=text[:20], known="流出、流入")
    return found


def _by_name(text: str, names: Mapping[Value, str]) -> Value | None:
    return next((code for code, name in names.items() if name == text), None)


def _name(cell: Cell) -> str:
    name = rules.clean_name(text_of(cell))
    rules.check_name(name)
    return name


def _citizen(cell: Cell, today: date) -> CitizenNumber:
    return read_citizen_number(read_long_number(cell, column="id_number"), today=today)


def _compare_with_number(reader: _Reader, citizen: CitizenNumber) -> None:
    """The roster's own sex and birth date must be those of the ID number."""
    sex = reader.read("sex", _word("sex", standards.find_sex, "男、女"))
    if sex in {"1", "2"} and sex != citizen.sex:
        reader.refuse("sex", "registers.sex_differs")
    born = reader.read("born_on", lambda cell: _date("born_on", cell))
    if born is None:
        return
    birth = citizen.birth_date.replace(day=1) if born.by_month else citizen.birth_date
    if born.on != birth:
        reader.refuse("born_on", "registers.birth_differs")


def _check_dates(reader: _Reader, dates: MemberDates, member_type: MemberType, today: date) -> None:
    try:
        rules.check_member_dates(dates, member_type=member_type, today=today)
    except RuleBroken as broken:
        values = {key: value for key, value in broken.values.items() if _is_plain(value)}
        reader.problems.append(Problem(broken.field or "", broken.code, values))  # type: ignore[arg-type]


def _word(column: str, find: Callable[[str], Value | None], known: str) -> Callable[[Cell], Value]:
    def reader(cell: Cell) -> Value:
        found = find(text_of(cell))
        if found is None:
            raise RuleBroken("desk.unknown_word", field=column, found=text_of(cell)[:20], known=known)
        return found

    return reader


def _find_type(text: str) -> MemberType | None:
    return _TYPE_WORDS.get(text) or (MemberType(text) if text in set(MemberType) else None)


def _find_class(text: str) -> ManagementClass | None:
    word = text.removesuffix("党员")
    return _CLASS_WORDS.get(word) or (ManagementClass(text) if text in set(ManagementClass) else None)


def _date(column: str, cell: Cell) -> PartyDate:
    return PartyDate(*read_date(cell, column=column))


def _organization(cell: Cell, organizations: Mapping[str, uuid.UUID]) -> uuid.UUID:
    name = "".join(text_of(cell).split())
    if name not in organizations:
        known = "、".join(list(organizations)[:KNOWN_SHOWN])
        more = "…" if len(organizations) > KNOWN_SHOWN else ""
        raise RuleBroken("registers.unknown_organization", field="organization", found=name[:40], known=known + more)
    return organizations[name]


def _short(column: str, cell: Cell, longest: int) -> str:
    text = " ".join(text_of(cell).split())
    if len(text) > longest:
        raise RuleBroken("desk.too_long", field=column, longest=longest)
    return text
