"""Floating members (流动党员): the ledger and the three fixes (三定): a contact person, an interval, a rule.

Ledger fields and fixes: 双滦区 [practice]. Both organizations stay answerable while a member is away; article
numbers of the member regulations' chapter on floating members are to be checked.
"""

from datetime import date, timedelta
from enum import StrEnum

from portal.care.rules import check_not_future
from portal.core.errors import RuleBroken
from portal.registers.rules import relations as registers
from portal.registers.rules.belonging import LinkKind
from portal.registers.rules.relations import FloatingDuty, must_transfer

INTERVAL_DAYS = (7, 180)  # a contact at least twice a year, at most weekly [default]
USUAL_INTERVAL = 30  # [default]
RULE_MAX = 200
PLACE_CODE_LENGTHS = (2, 4, 6, 9, 12)  # of GB/T 2260 and the statistical codes made from it


class FlowDirection(StrEnum):
    """Which way a member floats, seen from this community."""

    INFLOW = "inflow"  # lives or works here, belongs elsewhere
    OUTFLOW = "outflow"  # belongs here, is away


IN_REGISTER = {
    FlowDirection.INFLOW: registers.FlowDirection.IN,
    FlowDirection.OUTFLOW: registers.FlowDirection.OUT,
}
"""The same two ways as the register of members has them (national item 16)."""


def from_register(direction: registers.FlowDirection | None) -> FlowDirection | None:
    """Give the way that a member floats, None when the register says of none."""
    return next((way for way, known in IN_REGISTER.items() if known is direction), None)


class FloatingState(StrEnum):
    """Whether an entry of the ledger is in force."""

    ACTIVE = "active"
    ENDED = "ended"


class ContactWay(StrEnum):
    """How a floating member was reached."""

    PHONE = "phone"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    LETTER = "letter"


def check_fixes(*, interval_days: int, since: date, place_code: str, today: date) -> None:
    """Refuse an interval outside INTERVAL_DAYS, a day to come, or a code that is none of a division.

    Raises RuleBroken `care.interval` (field `interval_days`), `care.future` (`since`), `care.place_code`
    (`place_code`). Source of the three fixes: 双滦区 [practice].
    """
    shortest, longest = INTERVAL_DAYS
    if not shortest <= interval_days <= longest:
        raise RuleBroken("care.interval", field="interval_days", shortest=shortest, longest=longest)
    check_not_future(since, field="since", today=today)
    if place_code and not (place_code.isascii() and place_code.isdigit() and len(place_code) in PLACE_CODE_LENGTHS):
        raise RuleBroken("care.place_code", field="place_code")


def check_guest(kind: LinkKind, *, until_on: date | None, today: date) -> None:
    """Refuse anybody but somebody whose home is elsewhere and who reports here still.

    Raises RuleBroken `care.no_guest`. Our own members are in the ledger themselves. Source: 双滦区, ledger of those who
    came.
    """
    if kind is not LinkKind.HOME or (until_on is not None and until_on <= today):
        raise RuleBroken("care.no_guest")


def next_contact(*, begun_on: date, last_contact_on: date | None, interval_days: int) -> date:
    """Give the last day for the next contact: an interval after the last one, or after the ledger's entry."""
    return (last_contact_on or begun_on) + timedelta(days=interval_days)


def transfer_is_due(direction: FlowDirection | None, *, since: date, today: date) -> bool:
    """Say whether a member has been away from here for six months, so that the relation should be transferred.

    The ledger names the place where the member has settled. The day on which the six months are full counts.
    Source: member regulations, art. 25 [law].
    """
    is_due = must_transfer(left_on=since, has_settled_place=True, work_or_home_changed=False, today=today)
    return direction is FlowDirection.OUTFLOW and is_due


def duties(direction: FlowDirection | None) -> list[FloatingDuty]:
    """Give what this community owes a floating member, in order. Source: member regulations, ch. 7 [to be checked]."""
    owed = registers.floating_duties(IN_REGISTER[direction]) if direction else frozenset[FloatingDuty]()
    return [duty for duty in FloatingDuty if duty in owed]
