"""The questions by which a member list is narrowed, in words: for the page of filters, the chips and the workbook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _

from portal.registers.messages import FLOW_WORDS, HARDSHIP_WORDS, SEX_WORDS, STATUS_WORDS
from portal.registers.queries.filters import AGES, FIRST_DECADE, LAST_DECADE, NOT_RECORDED
from portal.registers.rules import MemberStatus


@dataclass(frozen=True, slots=True)
class Facet:
    """One question: its words, and its answers by code."""

    words: Any
    answers: Mapping[str, Any]


def _ages() -> Iterator[tuple[str, Any]]:
    yield str(AGES[0] - 1), _("up to %(age)s", age=AGES[0] - 1)
    for low, high in pairwise(AGES):
        yield str(high - 1), _("%(low)s to %(high)s", low=low, high=high - 1)
    yield str(AGES[-1]), _("%(age)s and above", age=AGES[-1])


def _decades() -> Iterator[tuple[str, Any]]:
    yield str(FIRST_DECADE), _("before %(year)s", year=FIRST_DECADE + 10)
    for decade in range(FIRST_DECADE + 10, LAST_DECADE + 1, 10):
        yield str(decade), _("%(year)ss", year=decade)


EDUCATION_LEVELS = {
    "1": _("Postgraduate"),
    "2": _("Bachelor"),
    "3": _("Junior college"),
    "4": _("Vocational school"),
    "6": _("Senior high school"),
    "7": _("Junior high school"),
    "8": _("Primary school"),
    "9": _("Other"),
    NOT_RECORDED: _("not recorded"),
}
"""By the first digit of the code. Source: GB/T 4658-2006."""
DUE_WORDS = {
    "probation": _("probation ends within 30 days"),
    "lost": _("lost for six months"),
    "strike_off": _("suspended for two years and still lost"),
    "watch": _("observation ends within 30 days"),
    NOT_RECORDED: _("nothing to be decided"),
}
FACETS: dict[str, Facet] = {
    "sex": Facet(_("Sex"), SEX_WORDS),
    "age": Facet(_("Age"), dict(_ages())),
    "education": Facet(_("Education"), EDUCATION_LEVELS),
    "decade": Facet(_("Joined"), dict(_decades())),
    "standing": Facet(_("Standing"), {each.value: word for each, word in STATUS_WORDS.items()}),
    "due": Facet(_("To be decided"), DUE_WORDS),
    "flow": Facet(
        _("Floating"), {each.value: word for each, word in FLOW_WORDS.items()} | {NOT_RECORDED: _("not floating")}
    ),
    "hardship": Facet(
        _("Level of hardship"),
        {each.value: word for each, word in HARDSHIP_WORDS.items()} | {NOT_RECORDED: _("not recorded")},
    ),
    "no_mobile": Facet(_("Mobile"), {"1": _("without a mobile"), "0": _("with a mobile")}),
    "no_address": Facet(_("Family address"), {"1": _("without an address"), "0": _("with an address")}),
    "no_class": Facet(_("Class of care"), {"1": _("without a class"), "0": _("with a class")}),
    "no_work_unit": Facet(_("Work unit"), {"1": _("without a work unit"), "0": _("with a work unit")}),
}
"""Every facet of queries.filters.FACETS, in the order of the page of filters."""
SENSITIVE = frozenset({"hardship"})
"""Facets for those only who may see need, hardship and dues."""
STANDINGS = {each.value: each for each in MemberStatus}
YEARS = (1921, 2100)
"""Years in which somebody can have joined: the Party was founded in the first of them."""


def asked(*, sees: bool) -> dict[str, Facet]:
    """Give the questions that there are for somebody who sees what is sensitive, or does not."""
    return {key: facet for key, facet in FACETS.items() if sees or key not in SENSITIVE}


def read_facets(args: Mapping[str, str], *, sees: bool) -> tuple[tuple[str, str], ...]:
    """Give the facets that an address names, unknown ones left out, and sensitive ones unless one `sees`."""
    given = ((key, args.get(key, "")) for key in asked(sees=sees))
    return tuple((key, code) for key, code in given if code in FACETS[key].answers)


def read_year(text: str) -> int | None:
    """Give a year of joining, None for what cannot be one."""
    year = int(text) if text.isascii() and text.isdigit() else 0
    return year if YEARS[0] <= year <= YEARS[1] else None
