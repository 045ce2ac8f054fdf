"""Rules of care for members, one file per subject, and what they share.

Marks of origin: [law] an article says so; [practice] one place's way, named; [default] our own choice.
"""

from datetime import date

from portal.core.errors import RuleBroken
from portal.registers.rules import MemberStatus

TEXT_MIN = 2
NAME_MAX, TITLE_MAX, LINE_MAX, TEXT_MAX = 50, 60, 100, 300  # characters
REASON_MIN, REASON_MAX = 4, 200  # characters; a reason must say something [default]


def check_text(text: str, *, field: str, most: int, least: int = TEXT_MIN) -> str:
    """Give a text without blanks around it; raises RuleBroken `care.text_length` outside `least` to `most`."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise RuleBroken("care.text_length", field=field, least=least, most=most)
    return clean


def check_reason(reason: str, *, field: str = "reason") -> str:
    """Give a reason without blanks around it; raises RuleBroken `care.text_length` when it says nothing."""
    return check_text(reason, field=field, least=REASON_MIN, most=REASON_MAX)


def check_not_future(on: date, *, field: str, today: date) -> None:
    """Refuse a day after today; raises RuleBroken `care.future`."""
    if on > today:
        raise RuleBroken("care.future", field=field)


def check_present(status: MemberStatus) -> None:
    """Refuse somebody who is no longer in the register; raises RuleBroken `care.not_present`.

    A suspended membership is still looked after. Source: the register's own standing.
    """
    if status not in {MemberStatus.NORMAL, MemberStatus.SUSPENDED}:
        raise RuleBroken("care.not_present")
