"""Reads a member's facts out of what people wrote, the same for a roster and for a form.

Plain Python: what is given are cells by column and the organizations by name; what comes back are
facts, or every reason why not, each beside its column.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from portal.core.errors import RuleBroken
from portal.core.identity_numbers import CitizenNumber, read_citizen_number
from portal.desk.cells import check_not_masked
from portal.desk.rules import (
    Cell,
    Problem,
    read_date,
    read_long_number,
    read_mobile,
    text_of,
)
from portal.registers import rules, standards
from portal.registers.extra_facts import EXTRA_READERS, EXTRAS
from portal.registers.roster_words import (
    CLASS_WORDS,
    FLOW_NAMES,
    FLOW_PLACE_MAX,
    FLOW_WORDS,
    JOB_NAMES,
    JOB_WORDS,
    JOBS_KNOWN,
    KNOWN_SHOWN,
    LOST_KNOWN,
    LOST_NAMES,
    PLACE_MAX,
    STATUS_KNOWN,
    STATUS_WORDS,
    TYPE_WORDS,
    WORK_UNIT_MAX,
)
from portal.registers.rules import ManagementClass, MemberDates, MemberStatus, MemberType, PartyDate
from portal.registers.rules.dues import check_vulnerable
from portal.registers.rules.extras import HardshipLevel
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason, check_one_place
from portal.registers.rules.standing import PRESENT

Value = TypeVar("Value")


@dataclass(slots=True)  # not frozen: that would take three times as long for each of 100,000 rows
class MemberFacts:
    """Everything a roster or form can say of a member; None: nothing was said.

    `status` is only compared with the register, never written: it changes by what was decided.
    """

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
    status: MemberStatus | None = None
    vulnerable_since: date | None = None
    hardship_level: HardshipLevel | None = None
    dues_monthly: Decimal | None = None
    on_owners_committee: bool | None = None
    skills: str | None = None
    service_intents: str | None = None


_NEVER: dict[Cell, Any] = {}


class _Reader:
    """Reads cells one by one and collects what is wrong with them."""

    def __init__(self, cells: Mapping[str, Cell], known: Mapping[str, dict[Cell, Any]]) -> None:
        self._cells, self._known = cells, known
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
            remembered: Value = known[cell]
            return remembered
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if required:
                self.refuse(column, "desk.missing")
            return None
        try:
            check_not_masked(cell)
            found = reader(cell)
        except RuleBroken as broken:
            self.problems.append(Problem(column, broken.code, _plain(broken.values)))
            return None
        if known is not _NEVER and isinstance(cell, str):  # 1 and 1.0 would be the same key
            known[cell] = found
        return found


def _plain(values: Mapping[str, object]) -> dict[str, str | int]:
    """Give what a problem keeps: words and whole numbers."""
    return {key: value for key, value in values.items() if isinstance(value, str | int)}


def read_facts(
    cells: Mapping[str, Cell],
    *,
    organizations: Mapping[str, uuid.UUID],
    today: date,
    known: Mapping[str, dict[Cell, Any]] | None = None,
) -> tuple[MemberFacts | None, str | None, list[Problem]]:
    """Read one member: the facts or None, the ID number if that was sound, and every problem.

    `organizations` maps the names of branches and groups to their ids; `known` holds what words of a column meant in
    rows read with the same organizations on the same day, and learns. Sources of the checks are named in
    portal.registers.rules and portal.core.identity_numbers.
    """
    reader = _Reader(cells, known or {})
    name = reader.read("full_name", _name, required=True)
    citizen = reader.read("id_number", lambda cell: _citizen(cell, today), required=True)
    if citizen is not None:
        _compare_with_number(reader, citizen)
    ethnic = reader.read("ethnic", READERS["ethnic"])
    education = reader.read("education", READERS["education"])
    member_type = reader.read("member_type", READERS["member_type"], required=True)
    joined = reader.read("joined", READERS["joined"], required=True)
    full = reader.read("full", READERS["full"])
    place = reader.read("organization", lambda cell: read_organization(cell, organizations), required=True)
    class_ = reader.read("management_class", READERS["management_class"])
    mobile = reader.read("mobile", lambda cell: read_mobile(cell, column="mobile"))
    work_unit = reader.read("work_unit", READERS["work_unit"])
    address = reader.read("address", lambda cell: _short("address", cell, rules.ADDRESS_MAX))
    relation = _read_relation(reader, today)
    estate = reader.read("estate", READERS["estate"])
    building = reader.read("building", READERS["building"])
    extras = _read_extras(reader, class_, today)
    status = reader.read("status", READERS["status"])
    if citizen and member_type and joined:
        _check_dates(reader, MemberDates(citizen.birth_date, joined, full), member_type, today)
    number = citizen.number if citizen else None
    if reader.problems or not (name and citizen and member_type and joined and place):
        return None, number, reader.problems
    facts = MemberFacts(
        name, citizen.number, citizen.sex, citizen.birth_date, member_type, joined, place,
        full, ethnic, education, class_, mobile, work_unit, address, *relation, estate, building,
        status, *extras,
    )  # fmt: skip
    return facts, number, []


_RELATION = frozenset({"job_category", "flow_direction", "flow_place", "lost_since", "lost_reason"})
_Relation = tuple[JobCategory | None, FlowDirection | None, str | None, date | None, LostReason | None]


def _read_relation(reader: _Reader, today: date) -> _Relation:
    """Read what the national list asks beyond the person: job, floating, lost contact."""
    if reader.has_none(_RELATION):
        return None, None, None, None, None
    job = reader.read("job_category", READERS["job_category"])
    flow = reader.read("flow_direction", _flow)
    place = reader.read("flow_place", READERS["flow_place"])
    lost = reader.read("lost_since", READERS["lost_since"])
    reason = reader.read("lost_reason", READERS["lost_reason"])
    if lost and lost.on > today:
        reader.refuse("lost_since", "registers.lost_future")
    if lost and not reason:
        reader.refuse("lost_reason", "desk.missing")
    return job, flow, place, lost.on if lost else None, reason if lost else None


_NO_EXTRAS = (None,) * len(EXTRAS)


def _read_extras(reader: _Reader, class_: ManagementClass | None, today: date) -> tuple[Any, ...]:
    """Read what a community keeps beyond the national items, in the order of EXTRAS."""
    if reader.has_none(frozenset(EXTRAS)):
        return _NO_EXTRAS
    found = [reader.read(column, EXTRA_READERS[column]) for column in EXTRAS]
    try:
        check_vulnerable(found[0], management_class=class_, today=today)
    except RuleBroken as broken:
        reader.refuse("vulnerable_since", broken.code)
    return tuple(found)


def _place(column: str, cell: Cell) -> str:
    """An estate or building as it is compared: without blanks."""
    return "".join(_short(column, cell, PLACE_MAX).split())


def _find_job(text: str) -> JobCategory | None:
    code = JobCategory(text) if text in set(JobCategory) else None
    return _by_name(text, JOB_NAMES) or JOB_WORDS.get(text) or code


def _find_lost(text: str) -> LostReason | None:
    word = text.lstrip("①②③④⑤⑥⑦1234567.、 ").replace("（", "(").replace("）", ")")
    return _by_name(word, LOST_NAMES) or (LostReason(text) if text in set(LostReason) else None)


def _flow(cell: Cell) -> FlowDirection | None:
    text = text_of(cell).removesuffix("党员")
    if text in FLOW_WORDS:
        return FLOW_WORDS[text]
    found = _by_name(text, FLOW_NAMES) or (FlowDirection(text) if text in set(FlowDirection) else None)
    if found is None:
        raise RuleBroken("desk.unknown_word", field="flow_direction", found=text[:20], known="流出、流入")
    return found


def _by_name(text: str, names: Mapping[Value, str]) -> Value | None:
    return next((code for code, name in names.items() if name == text), None)


def _name(cell: Cell) -> str:
    if isinstance(cell, str) and rules.is_plain_name(cell):
        return cell
    name = rules.clean_name(text_of(cell))
    rules.check_name(name)
    return name


def _citizen(cell: Cell, today: date) -> CitizenNumber:
    return read_citizen_number(read_long_number(cell, column="id_number"), today=today)


def _compare_with_number(reader: _Reader, citizen: CitizenNumber) -> None:
    """The roster's own sex and birth date must be those of the ID number."""
    sex = reader.read("sex", READERS["sex"])
    if sex in {"1", "2"} and sex != citizen.sex:
        reader.refuse("sex", "registers.sex_differs")
    born = reader.read("born_on", READERS["born_on"])
    if born is None:
        return
    birth = citizen.birth_date.replace(day=1) if born.by_month else citizen.birth_date
    if born.on != birth:
        reader.refuse("born_on", "registers.birth_differs")


def _check_dates(reader: _Reader, dates: MemberDates, member_type: MemberType, today: date) -> None:
    try:
        rules.check_member_dates(dates, member_type=member_type, today=today)
    except RuleBroken as broken:
        reader.problems.append(Problem(broken.field or "", broken.code, _plain(broken.values)))


def _word(column: str, find: Callable[[str], Value | None], known: str) -> Callable[[Cell], Value]:
    def reader(cell: Cell) -> Value:
        found = find(text_of(cell))
        if found is None:
            raise RuleBroken("desk.unknown_word", field=column, found=text_of(cell)[:20], known=known)
        return found

    return reader


def _find_type(text: str) -> MemberType | None:
    return TYPE_WORDS.get(text) or (MemberType(text) if text in set(MemberType) else None)


def _status(cell: Cell) -> MemberStatus:
    """Give the standing of somebody who is here; who is not does not stand in a roster."""
    text = text_of(cell)
    found = STATUS_WORDS.get(text) or (MemberStatus(text) if text in set(MemberStatus) else None)
    if found is None:
        raise RuleBroken("desk.unknown_word", field="status", found=text[:20], known=STATUS_KNOWN)
    if found not in PRESENT:
        raise RuleBroken("registers.status_gone", field="status")
    return found


def _find_class(text: str) -> ManagementClass | None:
    word = text.removesuffix("党员")
    return CLASS_WORDS.get(word) or (ManagementClass(text) if text in set(ManagementClass) else None)


def _date(column: str, cell: Cell) -> PartyDate:
    return PartyDate(*read_date(cell, column=column))


_SEVERAL = re.compile(r"[、,，;；/]+")


def read_organization(cell: Cell, organizations: Mapping[str, uuid.UUID]) -> uuid.UUID:
    name = "".join(text_of(cell).split())
    if name not in organizations:
        named = [part for part in _SEVERAL.split(name) if part in organizations]
        if len(named) > 1:
            check_one_place(len(named))
        known = "、".join(list(organizations)[:KNOWN_SHOWN])
        more = "…" if len(organizations) > KNOWN_SHOWN else ""
        raise RuleBroken("registers.unknown_organization", field="organization", found=name[:40], known=known + more)
    return organizations[name]


def _short(column: str, cell: Cell, longest: int) -> str:
    text = " ".join(text_of(cell).split())
    if len(text) > longest:
        raise RuleBroken("desk.too_long", field=column, longest=longest)
    return text


READERS: dict[str, Callable[[Cell], Any]] = {
    "full_name": _name,
    "flow_direction": _flow,
    "ethnic": _word("ethnic", standards.find_ethnic_group, "汉族、苗族…"),
    "education": _word("education", standards.find_education, "本科、大专、高中…"),
    "member_type": _word("member_type", _find_type, "正式党员、预备党员"),
    "joined": lambda cell: _date("joined", cell),
    "full": lambda cell: _date("full", cell),
    "management_class": _word("management_class", _find_class, "在职、离退休、弱势、流动"),
    "work_unit": lambda cell: _short("work_unit", cell, WORK_UNIT_MAX),
    "job_category": _word("job_category", _find_job, JOBS_KNOWN),
    "flow_place": lambda cell: _short("flow_place", cell, FLOW_PLACE_MAX),
    "lost_since": lambda cell: _date("lost_since", cell),
    "lost_reason": _word("lost_reason", _find_lost, LOST_KNOWN),
    "sex": _word("sex", standards.find_sex, "男、女"),
    "born_on": lambda cell: _date("born_on", cell),
    "estate": lambda cell: _place("estate", cell),
    "building": lambda cell: _place("building", cell),
    **EXTRA_READERS,
    "status": _status,
}
"""How a cell of each repeating column is read, wherever it stands; organizations are the community's own."""
