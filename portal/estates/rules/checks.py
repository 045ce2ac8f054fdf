"""What may be entered about a unit, an ownership, a contract, a building."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final

from portal.core.errors import RuleBroken
from portal.desk.rules import read_mobile
from portal.estates.rules.counting import StatusDays
from portal.estates.rules.kinds import SHARE_WHOLE, ContactKind, TitleBasis, UnitStatus

AREA_LIMIT_M2: Final = Decimal("99999.99")
FEE_LIMIT: Final = Decimal("99.999")
COUNT_LIMIT: Final = 99_999
_PHONE_SIGNS = re.compile(r"[\s()‐-―-]+")
_LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")


def is_owner_on(*, valid_from: date, valid_until: date | None, day: date) -> bool:
    """Say whether an ownership runs on a day; `valid_from` counts, `valid_until` does not."""
    return valid_from <= day and (valid_until is None or day < valid_until)


def read_phone(text: str) -> str:
    """Give a phone as digits: a mobile of the mainland, or a landline with its area code; empty stays empty.

    Raises RuleBroken (field `phone`) with the codes of portal.desk.rules.read_mobile().
    """
    digits = _PHONE_SIGNS.sub("", unicodedata.normalize("NFKC", text))
    if not digits or _LANDLINE.fullmatch(digits):
        return digits
    return read_mobile(text, column="phone")


def check_area(area_m2: Decimal) -> None:
    """Refuse an area of 0 or less, above 99,999.99 m² or finer than 0.01 (`estates.area_wrong`)."""
    fine = area_m2.is_finite() and area_m2 == round(area_m2, 2)
    if not fine or not Decimal(0) < area_m2 <= AREA_LIMIT_M2:
        raise RuleBroken("estates.area_wrong", field="area_m2", limit=AREA_LIMIT_M2)


def check_ownership_days(*, valid_from: date, valid_until: date | None) -> None:
    """Refuse an ownership that ends on or before the day it begins (`estates.days_wrong`)."""
    if valid_until is not None and valid_until <= valid_from:
        raise RuleBroken("estates.days_wrong", field="valid_until")


def check_share(share: int | None, *, taken: int) -> None:
    """Refuse a share outside 1-10,000, or one that makes more than the whole.

    `estates.share_wrong`; both in parts of ten thousand; `taken` is what the other owners hold on those days.
    None is joint ownership without shares (Civil Code art. 299); it fits beside others unless one holds it all.
    """
    least = 1 if share is None else share
    if not 1 <= least <= SHARE_WHOLE or least + taken > SHARE_WHOLE:
        raise RuleBroken("estates.share_wrong", field="share", left=SHARE_WHOLE - taken)


def check_title_basis(basis: TitleBasis, *, status: UnitStatus) -> None:
    """Refuse possession of a unit that was not handed over (`estates.possession_needs_handover`).

    Who is entered, inherited, was awarded it by a court or built it lawfully is the owner. Who bought it and
    lawfully occupies it, but is not entered yet, may be treated as the owner: that takes the handover.
    Source: interpretation on building ownership (2020), art. 1.
    """
    if basis is TitleBasis.POSSESSION and status is not UnitStatus.DELIVERED:
        raise RuleBroken("estates.possession_needs_handover", field="basis")


def check_status_days(days: StatusDays, *, today: date) -> None:
    """Refuse days that do not fit the status, lie ahead or stand in the wrong order.

    `estates.day_ahead` (with `field`), `estates.day_without_step`, `estates.delivered_before_sold`.
    """
    for field, day in (("sold_on", days.sold_on), ("delivered_on", days.delivered_on)):
        if day is not None and day > today:
            raise RuleBroken("estates.day_ahead", field=field)
    if days.delivered_on is not None and days.status is not UnitStatus.DELIVERED:
        raise RuleBroken("estates.day_without_step", field="delivered_on")
    if days.sold_on is not None and days.status is UnitStatus.UNSOLD:
        raise RuleBroken("estates.day_without_step", field="sold_on")
    if days.sold_on and days.delivered_on and days.delivered_on < days.sold_on:
        raise RuleBroken("estates.delivered_before_sold", field="delivered_on")


def check_contact(kind: ContactKind, name: str, *, is_unit: bool | None) -> None:
    """Refuse a contact that is nobody, two at a time, or of the wrong sort; `is_unit` None: not of the register.

    Raises RuleBroken `estates.contact_missing`, `estates.contact_both` (field `name`), `estates.contact_no_unit`,
    `estates.contact_no_person` (field `known`).
    """
    if is_unit is None:
        if not name:
            raise RuleBroken("estates.contact_missing", field="name")
        return
    if name:
        raise RuleBroken("estates.contact_both", field="name")
    if is_unit != (kind == ContactKind.PARTNER_UNIT):
        raise RuleBroken("estates.contact_no_person" if is_unit else "estates.contact_no_unit", field="known")


def check_fee(fee: Decimal | None) -> None:
    """Refuse a fee per m² and month below 0, above ¥99.999 or finer than ¥0.001 (`estates.fee_wrong`)."""
    if fee is None:
        return
    fine = fee.is_finite() and fee == round(fee, 3)
    if not fine or not Decimal(0) <= fee <= FEE_LIMIT:
        raise RuleBroken("estates.fee_wrong", field="fee", limit=FEE_LIMIT)


def check_residents(*, households: int | None, persons: int | None) -> None:
    """Refuse counts below 0, above 99,999, or fewer persons than households (`estates.counts_wrong`)."""
    for field, count in (("households", households), ("persons", persons)):
        if count is not None and not 0 <= count <= COUNT_LIMIT:
            raise RuleBroken("estates.counts_wrong", field=field)
    if households is not None and persons is not None and persons < households:
        raise RuleBroken("estates.counts_wrong", field="persons")
