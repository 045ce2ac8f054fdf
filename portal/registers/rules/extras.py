"""What a community keeps of a member beyond the national items: hardship, skills, service, owners' committee.

Practice: the levels of hardship are those of the lists of people in need; the kinds of service those of Zhongjiang
(中江) and Shuangluan (双滦), three at most on one card (三水). None of it is law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from portal.core.errors import RuleBroken

INTENTS_MAX = 3  # kinds of service that one person offers [practice: 三水, registration card]
SKILLS_MAX = 100  # letters [default]
INTENTS_LENGTH = 60  # of the codes of three kinds
SENSITIVE = frozenset({"vulnerable_since", "dues_monthly", "hardship_level"})
"""Columns of a member that only those see who may see need, hardship and dues. Source: PIPL 28 (health, finance)."""
_BETWEEN = re.compile(r"[、,，;；/]+")


class HardshipLevel(StrEnum):
    """How hard somebody's life is; sensitive. Not recorded is something else than none."""

    NONE = "NONE"  # 不困难
    GENERAL = "GENERAL"  # 一般困难
    SERIOUS = "SERIOUS"  # 比较困难
    SEVERE = "SEVERE"  # 特别困难


IN_HARDSHIP = (HardshipLevel.GENERAL, HardshipLevel.SERIOUS, HardshipLevel.SEVERE)
"""Whoever is at one of these is visited like those in the class of the vulnerable."""


class PostCategory(StrEnum):
    """Kinds of service: eight used in Zhongjiang (中江), four in Shuangluan (双滦) [practice]."""

    ORGANIZATION = "organization"  # 组织建设
    LEGAL_AID = "legal_aid"  # 法律援助
    HELP_AND_JOBS = "help_and_jobs"  # 助困扶残与就业
    GOVERNANCE = "governance"  # 社区治理
    HEALTH = "health"  # 健康医疗
    CULTURE_AND_SPORT = "culture_and_sport"  # 文化体育
    SAFETY = "safety"  # 安全宣传与巡逻
    POLICY = "policy"  # 政策宣传
    PATROL = "patrol"  # 治安巡逻
    GREENING = "greening"  # 环境绿化
    MEDIATION = "mediation"  # 民事调解
    OTHER = "other"  # 其他


def split_list(text: str) -> list[str]:
    """Give the parts of a list as people write it: 电工、理发 or 电工，理发; each once, blanks gone."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def clean_skills(text: str | None) -> str | None:
    """Give skills as they are kept, 电工、理发; None for none. Raises RuleBroken `registers.skills_length`."""
    joined = "、".join(split_list(text or ""))
    if len(joined) > SKILLS_MAX:
        raise RuleBroken("registers.skills_length", field="skills", most=SKILLS_MAX)
    return joined or None


def join_intents(intents: Iterable[PostCategory]) -> str | None:
    """Give kinds of service as they are kept, None for none. Raises RuleBroken `registers.too_many_intents`."""
    chosen = set(intents)
    if len(chosen) > INTENTS_MAX:
        raise RuleBroken("registers.too_many_intents", field="service_intents", most=INTENTS_MAX)
    return ",".join(each.value for each in PostCategory if each in chosen) or None


def split_intents(kept: str | None) -> tuple[PostCategory, ...]:
    """Give the kinds of service that join_intents() made one text of."""
    return tuple(PostCategory(code) for code in kept.split(",")) if kept else ()
