"""Rules of a member's relation to an organization: where it belongs, moving, losing touch, probation.

"Member regulations" are 党员教育管理工作条例 of 2019, "Charter" is the Party Constitution (党章), "practice" is the
usage of letters and certificates. Article numbers of the Charter were not checked here.
"""

from __future__ import annotations

from enum import StrEnum


class LostReason(StrEnum):
    """Why a member cannot be reached, in the order of the national list. Source: collection of 2017."""

    MIGRANT_WORK = "MIGRANT_WORK"  # ① 外出务工
    UNIT_CLOSED = "UNIT_CLOSED"  # ② 单位改制或破产
    AFTER_GRADUATION = "AFTER_GRADUATION"  # ③ 毕业去向不明
    JOB_CHANGED = "JOB_CHANGED"  # ④ 工作变动
    ABROAD = "ABROAD"  # ⑤ 出国(境)
    HOME_CHANGED = "HOME_CHANGED"  # ⑥ 居住地改变
    OTHER = "OTHER"  # ⑦ 其他


class FlowDirection(StrEnum):
    """Which way a floating member went, the relation staying where it was. Source: member regulations, ch. 7."""

    OUT = "OUT"  # 流出: ours, elsewhere for work
    IN = "IN"  # 流入: here for work, the relation elsewhere


class JobCategory(StrEnum):
    """What a member does, in the words of the yearly party statistics (工作岗位). Wording to be checked."""

    WORKER = "WORKER"  # 工人(工勤技能人员)
    FARMER = "FARMER"  # 农牧渔民
    SPECIALIST = "SPECIALIST"  # 企事业单位、社会组织专业技术人员
    MANAGER = "MANAGER"  # 企事业单位、社会组织管理人员
    OFFICIAL = "OFFICIAL"  # 党政机关工作人员
    STUDENT = "STUDENT"  # 学生
    OTHER = "OTHER"  # 其他职业人员
    RETIRED = "RETIRED"  # 离退休人员
