"""What a list of members is narrowed to: the filter as one value, its conditions in SQL, the counts beside each choice.

A facet is one question of the filter (sex, age, education …) and gives each member one code. What a list shows and
what stands beside a choice come from the same expression, so that they cannot disagree.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, func, literal, or_, select
from sqlalchemy import cast as sql_cast

from portal.core.db import db
from portal.core.identity_numbers import NUMBER_LENGTH, normalize_identity_number
from portal.desk.rules import MOBILE_DIGITS
from portal.registers.models import PartyMember
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, add_months
from portal.registers.rules.relations import (
    LOST_MONTHS,
    PROBATION_MONTHS,
    PROBATION_REMINDER_DAYS,
    REMOVAL_MONTHS,
    FlowDirection,
)
from portal.tenancy import vault

PRESENT = (MemberStatus.NORMAL, MemberStatus.SUSPENDED)
"""Who is in the register; the others were and are shown only when asked for."""
AGES = (31, 41, 51, 61, 71, 81)
"""Bands of age: up to 30, 31 to 40 … 81 and above. Source: the bounds of the Party's yearly statistics."""
FIRST_DECADE, LAST_DECADE = 1930, 2090
NOT_RECORDED = "-"
DATED = frozenset({"age", "due"})
"""Facets that ask for a day: they read differently from one day to the next."""
FAR = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What a list of members is narrowed to.

    `search` is a name, initials, a full ID number or mobile. `facets` are (facet, code) of FACETS, one code each;
    `on` is the day on which ages are counted and what is due is told: needed for the facets of DATED only.
    `joined_from` and `joined_until` are years, both included.
    """

    organization_ids: tuple[uuid.UUID, ...] = ()
    management_class: ManagementClass | None = None
    member_type: MemberType | None = None
    is_gone: bool = False
    search: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    joined_from: int | None = None
    joined_until: int | None = None
    on: date | None = None


def belongs_here(member: Any = PartyMember) -> ColumnElement[bool]:
    """Say of a member that the relation is here: whoever flowed in belongs, votes and is counted elsewhere.

    Source: member regulations, arts. 25 and ch. 7 (one place; docs/decisions).
    """
    return or_(member.flow_direction.is_(None), member.flow_direction != FlowDirection.IN)


def has_digits(text: str) -> bool:
    """Say whether a search could be part of a number."""
    return any(letter.isdigit() for letter in text)


def is_part_of_number(text: str) -> bool:
    """Say whether somebody searches for part of a personal number, which finds nobody: only a whole one does."""
    digits = sum(letter.isdecimal() for letter in text)
    number = normalize_identity_number(text)
    is_whole = (len(number) == NUMBER_LENGTH and number[:-1].isdecimal()) or (
        len(number) == MOBILE_DIGITS and number.isdecimal()
    )
    return digits > 0 and not is_whole


def _band(column: Any, bounds: list[tuple[date, str]], last: str) -> ColumnElement[str]:
    """Give the code of the first bound that lies before a date."""
    return case(*((column > bound, literal(code, String)) for bound, code in bounds), else_=literal(last, String))


def _age(member: Any, on: date) -> ColumnElement[str]:
    bounds = [(add_months(on, -12 * age), str(age - 1)) for age in AGES]
    return _band(member.born_on, bounds, str(AGES[-1]))


def _decade(member: Any, _on: date) -> ColumnElement[str]:
    decades = range(LAST_DECADE, FIRST_DECADE, -10)
    bounds = [(date(decade - 1, 12, 31), str(decade)) for decade in decades]
    return _band(member.joined_on, bounds, str(FIRST_DECADE))


def _education(member: Any, _on: date) -> ColumnElement[str]:
    return func.coalesce(func.substr(member.education_code, 1, 1), literal(NOT_RECORDED, String))


def _lacks(column: str) -> Callable[[Any, date], ColumnElement[str]]:
    def expression(member: Any, _on: date) -> ColumnElement[str]:
        return case((getattr(member, column).is_(None), literal("1", String)), else_=literal("0", String))

    return expression


def last_joined(today: date) -> date:
    """Give the last day of joining from which an ordinary probation is over within the days of reminding."""
    reminded = today + timedelta(days=PROBATION_REMINDER_DAYS)
    day = add_months(reminded, -PROBATION_MONTHS) + timedelta(days=3)
    while add_months(day, PROBATION_MONTHS) > reminded:
        day -= timedelta(days=1)
    return day


def _due(member: Any, on: date) -> ColumnElement[str]:
    """Say what is due for a member, as queries.standing.due_members does; nothing for most."""
    if on >= FAR:
        return literal(NOT_RECORDED, String)
    reminded = on + timedelta(days=PROBATION_REMINDER_DAYS)
    normal, suspended = (member.status == each for each in (MemberStatus.NORMAL, MemberStatus.SUSPENDED))
    over = or_(
        member.probation_until <= reminded, and_(member.probation_until.is_(None), member.joined_on <= last_joined(on))
    )
    probation = and_(member.member_type == MemberType.PROBATIONARY, normal, member.lost_since.is_(None), over)
    return case(
        (and_(normal, member.lost_since <= add_months(on, -LOST_MONTHS)), literal("lost", String)),
        (
            and_(suspended, member.lost_since.is_not(None), member.status_on <= add_months(on, -REMOVAL_MONTHS)),
            literal("strike_off", String),
        ),
        (probation, literal("probation", String)),
        (and_(or_(normal, suspended), member.watched_until <= reminded), literal("watch", String)),
        else_=literal(NOT_RECORDED, String),
    )


FACETS: dict[str, Callable[[Any, date], ColumnElement[str]]] = {
    "sex": lambda member, _on: member.sex_code,
    "age": _age,
    "education": _education,
    "decade": _decade,
    "standing": lambda member, _on: member.status,
    "due": _due,
    "flow": lambda member, _on: func.coalesce(sql_cast(member.flow_direction, String), literal(NOT_RECORDED, String)),
    "hardship": lambda member, _on: func.coalesce(
        sql_cast(member.hardship_level, String), literal(NOT_RECORDED, String)
    ),
    "no_mobile": _lacks("mobile_sealed"),
    "no_address": _lacks("address_sealed"),
    "no_class": _lacks("management_class"),
    "no_work_unit": _lacks("work_unit"),
}
"""Each facet's code of a member, given the table and the day on which ages are counted."""


def conditions(wanted: MemberFilter, tenant_id: int, member: Any = PartyMember) -> list[ColumnElement[bool]]:
    """Give the conditions of a filter on the members or on the members as they stood once."""
    found = [member.tenant_id == tenant_id, *_standing(wanted, member)]
    if leaves_out_inflow(wanted):
        found.append(belongs_here(member))
    if wanted.organization_ids:
        found.append(member.organization_id.in_(wanted.organization_ids))
    if wanted.management_class:
        found.append(member.management_class == wanted.management_class)
    if wanted.member_type:
        found.append(member.member_type == wanted.member_type)
    found += [_facet(key, code, wanted, member) for key, code in wanted.facets if key != "standing"]
    return found + _text_and_years(wanted, tenant_id, member)


def _standing(wanted: MemberFilter, member: Any) -> list[ColumnElement[bool]]:
    chosen = dict(wanted.facets).get("standing")
    if chosen:
        return [member.status == MemberStatus(chosen)]
    present = member.status.in_(PRESENT)
    return [~present if wanted.is_gone else present]


def leaves_out_inflow(wanted: MemberFilter) -> bool:
    """Say whether those who flowed in are left out: unless they are asked for, or somebody is looked for."""
    return not (wanted.search or wanted.is_gone or "flow" in dict(wanted.facets))


def _facet(key: str, code: str, wanted: MemberFilter, member: Any) -> ColumnElement[bool]:
    return FACETS[key](member, wanted.on or date.max) == code


def _text_and_years(wanted: MemberFilter, tenant_id: int, member: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.joined_from:
        found.append(member.joined_on >= date(wanted.joined_from, 1, 1))
    if wanted.joined_until:
        found.append(member.joined_on <= date(wanted.joined_until, 12, 31))
    if wanted.search:
        found.append(_search(wanted.search, tenant_id, member))
    return found


def _search(text: str, tenant_id: int, member: type[PartyMember]) -> ColumnElement[bool]:
    """A full ID number or mobile by blind index, Latin letters as initials, anything else in the name."""
    number = normalize_identity_number(text)
    if len(number) == NUMBER_LENGTH and number[:-1].isdecimal():
        return member.id_index == vault.blind_index("party_member.id_number", number, tenant_id=tenant_id)
    if len(number) == MOBILE_DIGITS and number.isdecimal():
        return member.mobile_index == vault.blind_index("party_member.mobile", number, tenant_id=tenant_id)
    if text.isascii() and text.isalpha():
        by_initials = member.search_key.contains(" " + text.lower(), autoescape=True)
        return or_(by_initials, member.full_name.icontains(text, autoescape=True))
    return member.full_name.contains("".join(text.split()), autoescape=True)


@dataclass(slots=True)
class FacetCounts:
    """How many members a filter finds, and how many it would with another choice in one facet.

    `by["class"][code]` is the number if that class were chosen and the rest of the filter stayed as it is. The facets
    are those asked for, and always branch, class, type and standing.
    """

    total: int = 0
    by: dict[str, Counter[Any]] = field(default_factory=dict)


def count_facets(wanted: MemberFilter, *, tenant_id: int, facets: tuple[str, ...], on: date) -> FacetCounts:
    """Count the members of a filter and of its neighbours, in one grouped statement.

    `facets` are keys of FACETS; `on` the day on which ages are counted. The four that are always counted stand in an
    index, so that without others no row is read.
    """
    extra = sorted({*facets, *(key for key, _ in wanted.facets)} - {"standing"})
    keys = ["branch", "class", "type", "standing", *extra]
    tests = list(_tests(wanted, keys))
    counts = FacetCounts(by={key: Counter() for key in keys})
    for *codes, number in _groups(wanted, tenant_id, extra, on):
        misses = [place for place, fits in enumerate(tests) if not fits(codes[place])]
        if not misses:
            counts.total += number
        for place in misses or range(len(keys)):
            if len(misses) <= 1:
                counts.by[keys[place]][codes[place]] += number
    return counts


def count_cells(wanted: MemberFilter, facets: tuple[str, ...], *, tenant_id: int, on: date) -> list[Any]:
    """Give (code of each facet …, number) for every combination that occurs among the members of a filter."""
    columns: list[Any] = [FACETS[key](PartyMember, on).label(key) for key in facets]
    each = select(*columns).where(*conditions(wanted, tenant_id)).subquery("narrowed").c
    return list(db.session.execute(select(*each, func.count()).group_by(*each)))


def count_lost(wanted: MemberFilter, *, tenant_id: int) -> int:
    """Count the members of a filter with whom contact is lost; a small index holds them."""
    lost = select(func.count()).where(*conditions(wanted, tenant_id), PartyMember.lost_since.is_not(None))
    return int(db.session.scalar(lost) or 0)


def _groups(wanted: MemberFilter, tenant_id: int, extra: list[str], on: date) -> list[Any]:
    """Give the members that text and years let through in groups of equal codes."""
    columns: list[Any] = [
        PartyMember.organization_id.label("branch"),
        PartyMember.management_class.label("class"),
        PartyMember.member_type.label("type"),
        PartyMember.status.label("standing"),
        *(FACETS[key](PartyMember, on).label(key) for key in extra),
    ]
    open_ = replace(wanted, facets=())
    ours = [belongs_here()] if leaves_out_inflow(wanted) and "flow" not in extra else []
    narrowed = select(*columns).where(
        PartyMember.tenant_id == tenant_id, *ours, *_text_and_years(open_, tenant_id, PartyMember)
    )
    if not extra and not wanted.search and not wanted.joined_from and not wanted.joined_until:
        own = (PartyMember.organization_id, PartyMember.management_class, PartyMember.member_type, PartyMember.status)
        plain = select(*own, func.count()).where(PartyMember.tenant_id == tenant_id, *ours).group_by(*own)
        return list(db.session.execute(plain))
    each = narrowed.subquery("narrowed").c
    return list(db.session.execute(select(*each, func.count()).group_by(*each)))


def _is_among(ids: frozenset[uuid.UUID], code: Any) -> bool:
    return not ids or code in ids


def _is_given(given: Any, code: Any) -> bool:
    return given is None or code == given


def _tests(wanted: MemberFilter, keys: list[str]) -> Iterator[Callable[[Any], bool]]:
    """Give for each facet whether a code is let through."""
    chosen = dict(wanted.facets)
    for key in keys:
        if key == "branch":
            ids = frozenset(wanted.organization_ids)
            yield partial(_is_among, ids)
        elif key == "standing" and key not in chosen:
            yield (lambda code: (code in PRESENT) is not wanted.is_gone)
        elif key == "flow" and leaves_out_inflow(wanted):
            yield (lambda code: code != FlowDirection.IN.value)
        else:
            given = {"class": wanted.management_class, "type": wanted.member_type}.get(key) or chosen.get(key)
            yield partial(_is_given, given)
