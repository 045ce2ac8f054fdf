"""What a unit, an owner, a contact can be."""

from enum import StrEnum
from typing import Final

SHARE_WHOLE: Final = 10_000
"""A share of a unit is kept in parts of ten thousand; the whole unit is 10,000."""


class UnitStatus(StrEnum):
    """How far a unit has gone from the developer to its buyer."""

    UNSOLD = "UNSOLD"
    SOLD_UNDELIVERED = "SOLD_UNDELIVERED"
    DELIVERED = "DELIVERED"


class AreaBasis(StrEnum):
    """Where a unit's area comes from."""

    REGISTERED = "REGISTERED"
    SURVEYED = "SURVEYED"
    CONTRACT = "CONTRACT"


class TitleBasis(StrEnum):
    """Why somebody is treated as the owner.

    Source: interpretation on building ownership (2020), art. 1: who has the
    entry, who got it by inheritance, judgment or lawful building, and who
    lawfully occupies under a purchase contract but is not yet registered.
    """

    REGISTERED = "REGISTERED"
    POSSESSION = "POSSESSION"
    INHERITANCE = "INHERITANCE"
    COURT = "COURT"
    BUILT = "BUILT"


class OwnerKind(StrEnum):
    """A natural person or an organization."""

    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"


class UnitUsage(StrEnum):
    """What a unit is for. Parking, storage and special spaces count only where the rules of procedure say so."""

    DWELLING = "DWELLING"
    SHOP = "SHOP"
    PARKING = "PARKING"
    STORAGE = "STORAGE"
    SPECIAL = "SPECIAL"


class ContactKind(StrEnum):
    """Who looks after a building. Posted at its door: the first five."""

    COMMUNITY_WORKER = "COMMUNITY_WORKER"
    POLICE_OFFICER = "POLICE_OFFICER"
    GRID_HEAD = "GRID_HEAD"
    BUILDING_HEAD = "BUILDING_HEAD"
    PARTNER_UNIT = "PARTNER_UNIT"
    OWNERS_REPRESENTATIVE = "OWNERS_REPRESENTATIVE"


class HeadVerdict(StrEnum):
    """What was decided about two entries of owners: one person, two, or not to be said yet."""

    ONE = "ONE"
    NOT_ONE = "NOT_ONE"
    LATER = "LATER"


SPECIAL_USAGES: Final = frozenset({UnitUsage.PARKING, UnitUsage.STORAGE, UnitUsage.SPECIAL})
SEVERAL_AT_ONCE: Final = frozenset({ContactKind.PARTNER_UNIT, ContactKind.OWNERS_REPRESENTATIVE})
"""Of the other kinds a building has one person at a time."""
