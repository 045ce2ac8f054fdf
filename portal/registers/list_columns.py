"""The columns that a member list can show, on the screen and on paper.

A column gives its text from a row of queries.lists.WIDE. Words are handed in: translated ones for the screen, Chinese
ones for a workbook. Sealed fields are masked unless somebody asked for them in clear, which is recorded.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.core import clock
from portal.registers import standards
from portal.registers.messages import (
    CLASS_WORDS,
    FLOW_WORDS,
    HARDSHIP_WORDS,
    JOB_WORDS,
    SERVICE_WORDS,
    SEX_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
    YES_NO_WORDS,
)
from portal.registers.queries import MASKS, SEALED
from portal.registers.roster_words import (
    CLASS_NAMES,
    FLOW_NAMES,
    HARDSHIP_NAMES,
    JOB_NAMES,
    SERVICE_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    YES_NO_NAMES,
)
from portal.registers.rules.extras import split_intents
from portal.tenancy import vault

Words = Mapping[str, Mapping[Any, Any]]
SCREEN: Words = {
    "sex": SEX_WORDS, "type": TYPE_WORDS, "class": CLASS_WORDS, "standing": STATUS_WORDS, "job": JOB_WORDS,
    "flow": FLOW_WORDS, "hardship": HARDSHIP_WORDS, "service": SERVICE_WORDS, "yes": YES_NO_WORDS,
}  # fmt: skip
PAPER: Words = {
    "sex": {"1": "男", "2": "女"}, "type": TYPE_NAMES, "class": CLASS_NAMES, "standing": STATUS_NAMES,
    "job": JOB_NAMES, "flow": FLOW_NAMES, "hardship": HARDSHIP_NAMES, "service": SERVICE_NAMES, "yes": YES_NO_NAMES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read: whose they are, the names of organizations, the day, in which words, whether in clear."""

    tenant_id: int
    organizations: Mapping[uuid.UUID, str]
    today: date
    words: Words = field(default_factory=lambda: SCREEN)
    in_clear: bool = False

    def word(self, table: str, code: Any) -> str:
        """Give the word for a code, nothing for none."""
        return str(self.words[table].get(code, "")) if code is not None else ""

    def services(self, kept: str | None) -> str:
        """Give the words for kinds of service as split_intents() reads them."""
        between = "、" if self.words is PAPER else str(_("、"))
        return between.join(self.word("service", each) for each in split_intents(kept))


Text = Callable[[Any, Reading], str]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: words on the screen, heading on paper, its text, and by which key of ORDERS it can be ordered.

    A sensitive one is for those who may see need, hardship and dues.
    """

    key: str
    words: Any
    heading: str
    text: Text
    css: str = ""
    order: str = ""
    width: int = 12
    is_sensitive: bool = False


def _month(on: date | None, by_month: bool) -> str:
    return "" if on is None else on.isoformat()[:7] if by_month else on.isoformat()


def _sealed(name: str) -> Text:
    column, attribute = SEALED[name]

    def text(row: Any, reading: Reading) -> str:
        sealed = getattr(row, attribute)
        if not sealed:
            return ""
        clear = vault.unseal(column, reading.tenant_id, row.id, sealed)
        return clear if reading.in_clear else MASKS[name](clear)

    return text


def _coded(table: dict[str, standards.Coded], attribute: str) -> Text:
    return lambda row, _reading: table[code].zh if (code := getattr(row, attribute)) in table else ""


def age_on(born: date, day: date) -> int:
    """Give the years that somebody has completed on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


COLUMNS: dict[str, ListColumn] = {
    column.key: column
    for column in (
        ListColumn("sex", _("Sex"), "性别", lambda row, each: each.word("sex", row.sex_code), "rest", width=6),
        ListColumn("born", _("Born"), "出生日期", lambda row, _each: row.born_on.isoformat(), "rest num", "born"),
        ListColumn("age", _("Age"), "年龄", lambda row, each: str(age_on(row.born_on, each.today)), "rest num", "", 6),
        ListColumn("id_number", _("ID number"), "身份证号", _sealed("id_number"), "rest code", width=20),
        ListColumn("branch", _("Branch or group"), "所在党支部",
                   lambda row, each: each.organizations.get(row.organization_id, ""), "", "branch", 28),
        ListColumn("type", _("Type"), "人员类别", lambda row, each: each.word("type", row.member_type), "rest", "type"),
        ListColumn("class", _("Class of care"), "管理类别",
                   lambda row, each: each.word("class", row.management_class), "rest", "class"),
        ListColumn("joined", _("Joined"), "入党时间",
                   lambda row, _each: _month(row.joined_on, row.joined_by_month), "rest num", "joined"),
        ListColumn("full", _("Full member since"), "转正时间",
                   lambda row, _each: _month(row.full_on, row.full_by_month), "rest num", "full"),
        ListColumn("mobile", _("Mobile"), "手机", _sealed("mobile"), "num", width=14),
        ListColumn("ethnic", _("Ethnic group"), "民族", _coded(standards.ETHNIC_GROUPS, "ethnic_code"), "rest"),
        ListColumn("education", _("Education"), "学历", _coded(standards.EDUCATIONS, "education_code"), "rest",
                   "education", 16),
        ListColumn("work_unit", _("Work unit"), "工作单位", lambda row, _each: row.work_unit or "", "rest", width=28),
        ListColumn("address", _("Family address"), "家庭住址", _sealed("address"), "rest", width=30),
        ListColumn("estate", _("Estate"), "小区", lambda row, _each: row.estate or "", "rest", width=16),
        ListColumn("building", _("Building"), "楼栋", lambda row, _each: row.building or "", "rest"),
        ListColumn("job", _("Occupation"), "工作岗位", lambda row, each: each.word("job", row.job_category), "rest",
                   width=18),
        ListColumn("flow", _("Floating"), "流动情况", lambda row, each: each.word("flow", row.flow_direction), "rest"),
        ListColumn("flow_place", _("Place of floating"), "流动地点", lambda row, _each: row.flow_place or "", "rest",
                   width=20),
        ListColumn("lost_since", _("Contact lost since"), "失联时间",
                   lambda row, _each: row.lost_since.isoformat() if row.lost_since else "", "rest num"),
        ListColumn("owners_committee", _("On the owners' committee"), "业委会成员",
                   lambda row, each: each.word("yes", row.on_owners_committee), "rest"),
        ListColumn("skills", _("Good at"), "特长", lambda row, _each: row.skills or "", "rest", width=20),
        ListColumn("service", _("Wants to help with"), "服务意向",
                   lambda row, each: each.services(row.service_intents), "rest", width=24),
        ListColumn("vulnerable", _("Also in need since"), "弱势起始日期",
                   lambda row, _each: _month(row.vulnerable_since, by_month=False), "rest num", is_sensitive=True),
        ListColumn("hardship", _("Level of hardship"), "困难程度",
                   lambda row, each: each.word("hardship", row.hardship_level), "rest", is_sensitive=True),
        ListColumn("dues", _("Dues a month"), "月交党费",
                   lambda row, _each: "" if row.dues_monthly is None else f"{row.dues_monthly:.2f}", "rest num",
                   is_sensitive=True),
        ListColumn("standing", _("Standing"), "党籍状态", lambda row, each: each.word("standing", row.status), "rest"),
        ListColumn("changed", _("Last changed"), "最近变动",
                   lambda row, _each: clock.today(row.updated_at).isoformat(), "rest num", "changed"),
    )
}  # fmt: skip
"""Every column besides the name, which is always there, in the order in which they stand."""
FIRST = ("sex", "born", "branch", "type", "class", "joined", "mobile")
"""The columns of the first view."""


def offered(*, sees: bool) -> dict[str, ListColumn]:
    """Give the columns that there are for somebody who sees what is sensitive, or does not."""
    return {key: column for key, column in COLUMNS.items() if sees or not column.is_sensitive}


def known(keys: Sequence[str], *, sees: bool) -> tuple[str, ...]:
    """Give the columns that there are of those asked for, in the order in which they stand; the first view for none."""
    return tuple(key for key in offered(sees=sees) if key in keys) or FIRST
