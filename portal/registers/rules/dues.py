"""Monthly party dues (党费) as the rule table has them, and the flag of a member in need beside the class.

Source: 中组发〔2008〕3号, likely; whether it was changed since is to be checked before it is shown as law. Kept is the
amount that a member pays, never the pay that it was computed from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.core.errors import RuleBroken
from portal.registers.rules import ManagementClass

DUES_MOST = Decimal("99999.99")
CENT = Decimal("0.01")


class PayKind(StrEnum):
    """What the dues are reckoned by."""

    WORKING = "WORKING"  # 按月领取工资, after tax
    RETIRED = "RETIRED"  # 离退休费或养老金
    FARMER = "FARMER"  # 农民党员
    LOW = "LOW"  # 学生、下岗失业、依靠抚恤或救济生活


@dataclass(frozen=True, slots=True)
class Band:
    """Pay up to this amount, it included, pays so much in a thousand of all of it; None: any higher."""

    up_to: int | None
    per_mille: int


BANDS: dict[PayKind, tuple[Band, ...]] = {
    PayKind.WORKING: (Band(3000, 5), Band(5000, 10), Band(10000, 15), Band(None, 20)),
    PayKind.RETIRED: (Band(5000, 5), Band(None, 10)),
}
FIXED: dict[PayKind, tuple[Decimal, Decimal]] = {
    PayKind.FARMER: (Decimal("0.20"), Decimal("1.00")),
    PayKind.LOW: (Decimal("0.20"), Decimal("0.20")),
}
"""The least and the most of those who pay an amount instead of a part."""


def dues_of(kind: PayKind, pay: Decimal | None) -> Decimal:
    """Give the monthly dues; of a fixed range the least. Raises RuleBroken `registers.pay_needed` (field `pay`).

    Source: 中组发〔2008〕3号.
    """
    if kind in FIXED:
        return FIXED[kind][0]
    if pay is None or pay < 0:
        raise RuleBroken("registers.pay_needed", field="pay")
    band = next(each for each in BANDS[kind] if each.up_to is None or pay <= each.up_to)
    return (pay * band.per_mille / 1000).quantize(CENT, ROUND_HALF_UP)


def check_dues(amount: Decimal | None) -> None:
    """Refuse an amount that cannot be: raises RuleBroken `registers.dues_range` (field `dues_monthly`)."""
    if amount is not None and not 0 <= amount <= DUES_MOST:
        raise RuleBroken("registers.dues_range", field="dues_monthly", most=str(DUES_MOST))


def check_vulnerable(since: date | None, *, management_class: ManagementClass | None, today: date) -> None:
    """Refuse a flag for the days to come, or beside the very class that says the same.

    Raises RuleBroken `registers.vulnerable_future`, `registers.vulnerable_class` (field `vulnerable_since`).
    Source: 双滦区 (one class, and flags beside it: retired and also in need).
    """
    if since is None:
        return
    if since > today:
        raise RuleBroken("registers.vulnerable_future", field="vulnerable_since")
    if management_class is ManagementClass.VULNERABLE:
        raise RuleBroken("registers.vulnerable_class", field="vulnerable_since")
