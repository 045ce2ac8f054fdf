"""The levels of China's division tree, and the ids made from statistical codes. Plain Python."""

from enum import StrEnum


class Level(StrEnum):
    """From the whole country down to the community. Codes have 1, 2, 4, 6, 9 and 12 digits."""

    COUNTRY = "country"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"  # 街道、镇、乡
    COMMUNITY = "community"  # 社区、村


CODE_LENGTHS = {
    Level.COUNTRY: 1,
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.STREET: 9,
    Level.COMMUNITY: 12,
}
KEEPS_REGISTER = frozenset({Level.STREET, Level.COMMUNITY})
"""Where party organizations and members are kept: a street keeps its committee and what is directly below it."""

PLATFORM_CODE = "0"
PLATFORM_ID = 0


def tenant_id_for(code: str, level: Level, *, life: int = 0) -> int:
    """Give the id of a tenant born with this code: the same in every database, so that databases can be merged.

    `life` counts how often the code was given to another division before (0 to 9).
    """
    if level is Level.COUNTRY:
        return PLATFORM_ID
    return int(code.ljust(12, "0")) * 100 + list(Level).index(level) * 10 + life
