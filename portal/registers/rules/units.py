"""Work units and resident units: their names, their kinds, the organization's place in them.

Codes are GB 32100-2015, checked in portal.core.identity_numbers. The lists of kinds follow the forms of the national
system of members; the last items of these forms are to be compared with the printed ones.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from portal.core.errors import RuleBroken

UNIT_NAME_MIN, UNIT_NAME_MAX = 2, 80


class UnitNature(StrEnum):
    """What a unit is (单位性质类别)."""

    ORGAN = "ORGAN"  # 机关
    INSTITUTION = "INSTITUTION"  # 事业单位
    STATE_FIRM = "STATE_FIRM"  # 国有企业
    PRIVATE_FIRM = "PRIVATE_FIRM"  # 非公有制企业
    SOCIAL = "SOCIAL"  # 社会组织
    SELF_GOVERNING = "SELF_GOVERNING"  # 居民委员会, 村民委员会
    OTHER = "OTHER"


class UnitSituation(StrEnum):
    """How an organization stands to a unit (所在单位情况)."""

    SAME_AS_UPPER = "SAME_AS_UPPER"  # 与上级党组织相同
    OWN_UNIT = "OWN_UNIT"  # 法人单位
    JOINT = "JOINT"  # 联合党支部


def clean_unit_name(text: str) -> str:
    """Give a unit's name as it is stored and compared: no blanks, Chinese brackets.

    Raises RuleBroken `registers.unit_name` (field `name`) outside 2 to 80 letters.
    """
    name = "".join(unicodedata.normalize("NFKC", text).split()).replace("(", "（").replace(")", "）")
    if not UNIT_NAME_MIN <= len(name) <= UNIT_NAME_MAX:
        raise RuleBroken("registers.unit_name", field="name", shortest=UNIT_NAME_MIN, longest=UNIT_NAME_MAX)
    return name
