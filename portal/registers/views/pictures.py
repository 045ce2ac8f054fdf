"""Pictures of the register for the secretary: each answers the question in its title and stands beside its table."""

from collections import Counter
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.registers import queries
from portal.registers.facets import FACETS
from portal.registers.messages import CLASS_WORDS
from portal.registers.queries import pictures
from portal.registers.queries.organizations import organization_states
from portal.registers.queries.sheets import present_coverage
from portal.registers.rules.places import Coverage
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import link_of
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.templating import percent_of

MEN, WOMEN = "1", "2"
OLD = ("80", "81")
"""The bands 71 to 80, and 81 and above."""
SMALLEST_FULL = 3
Bar = dict[str, Any]


@bp.get("/pictures")
@requires(Permission.MEMBER_LIST)
def show_pictures() -> Response:
    """Show ages, classes, how branches are staffed, what is covered, when terms end, when members joined."""
    tenant_id, today = g.tenant.id, clock.today(g.now)
    counts = queries.count_by_filter(tenant_id=tenant_id)
    people = pictures.people(tenant_id=tenant_id, on=today)
    states = organization_states(tenant_id=tenant_id, today=today)
    covered = present_coverage(states, tenant_id=tenant_id)
    return render(
        "registers/pictures.html",
        total=counts.total,
        today=today,
        ages=_ages(people),
        age_says=_age_says(people, counts.total),
        classes=_classes(counts),
        branches=_branches(states),
        branch_says=_branch_says(states),
        buildings=_buildings(covered),
        building_says=_building_says(covered),
        estates=_estates(covered),
        estate_says=_estate_says(covered),
        terms=_terms(pictures.terms_by_quarter(states, today=today)),
        decades=_decades(people),
    )


def _share(number: int, most: int) -> float:
    """Give the length of a bar in per cent of the room that bars have, to a tenth."""
    return round(100 * number / most, 1) if most else 0


def _ages(people: pictures.People) -> list[Bar]:
    """Give the bands of the pyramid, the oldest on top."""
    most = max(people.by_age.values(), default=0)
    rows = []
    for code, words in reversed(list(FACETS["age"].answers.items())):
        men, women = people.by_age[MEN, code], people.by_age[WOMEN, code]
        both = people.of_age(code)
        url = link_of({"age": code})
        rows.append({"words": words, "men": men, "women": women, "all": both, "url": url,
                     "men_share": _share(men, most), "women_share": _share(women, most)})  # fmt: skip
    return rows


def _age_says(people: pictures.People, total: int) -> str:
    old = sum(people.of_age(code) for code in OLD)
    said = _("%(share)s are above 70: %(part)s of %(whole)s.", share=percent_of(old, total), part=old, whole=total)
    return str(said)


def _bars(rows: list[tuple[Any, int, str | None]]) -> list[Bar]:
    most, total = max((number for _w, number, _u in rows), default=0), sum(number for _w, number, _u in rows)
    return [
        {
            "words": words,
            "number": number,
            "share": _share(number, most),
            "percent": percent_of(number, total),
            "url": url,
        }
        for words, number, url in rows
    ]


def _classes(counts: queries.MemberCounts) -> list[Bar]:
    rows: list[tuple[Any, int, str | None]] = [
        (words, counts.by_class[class_], link_of({"class": class_.value})) for class_, words in CLASS_WORDS.items()
    ]
    rows.append((_("no class yet"), counts.by_class[None], link_of({"no_class": "1"})))
    return _bars(rows)


def _branches(states: Any) -> list[Bar]:
    rows = pictures.branches(states)
    most = max((row.members_all for row in rows), default=0)
    return [
        {"words": row.name, "all": row.members_all, "full": row.members_full, "url": link_of({"branch": str(row.id)}),
         "all_share": _share(row.members_all, most), "full_share": _share(row.members_full, most),
         "is_short": row.members_full < SMALLEST_FULL}
        for row in rows
    ]  # fmt: skip


def _branch_says(states: Any) -> str:
    rows = pictures.branches(states)
    short = sum(row.members_full < SMALLEST_FULL for row in rows)
    if not short:
        return _("Every branch has at least three full members.")
    return _("%(short)s of %(all)s branches have fewer than three full members.", short=short, all=len(rows))


def _buildings(covered: Coverage) -> list[Bar]:
    """Give the estates with their buildings, and those of them that a group serves."""
    most = max((len(each.buildings) for each in covered.estates), default=0)
    return [
        {"words": each.estate, "all": len(each.buildings), "full": each.covered, "url": None,
         "all_share": _share(len(each.buildings), most), "full_share": _share(each.covered, most),
         "is_short": any(building.wants for building in each.buildings)}
        for each in covered.estates
        if each.buildings
    ]  # fmt: skip


def _building_says(covered: Coverage) -> str:
    part, whole = covered.covered_buildings, covered.buildings
    return str(_("%(covered)s of %(all)s buildings have a group.", covered=part, all=whole))


def _estates(covered: Coverage) -> list[Bar]:
    with_branch = covered.covered_estates
    without = len(covered.estates) - with_branch
    return _bars([(_("yes"), with_branch, None), (_("no"), without, None)])


def _estate_says(covered: Coverage) -> str:
    wanted = [each.estate for each in covered.estates if each.wants]
    if not wanted:
        return ""
    return str(_("A branch is suggested for: %(estates)s", estates="、".join(wanted)))


def _terms(terms: pictures.Terms) -> list[Bar]:
    rows: list[tuple[Any, int, str | None]] = [(_("over already"), terms.overdue, None)]
    for quarter, number in terms.by_quarter.items():
        rows.append((_("%(year)s Q%(quarter)s", year=quarter.year, quarter=quarter.number), number, None))
    rows += [(_("later"), terms.later, None), (_("not recorded"), terms.unknown, None)]
    return _bars(rows)


def _decades(people: pictures.People) -> list[Bar]:
    """Give the decades from the first to the last in which anybody joined, empty ones between them too."""
    codes = list(FACETS["decade"].answers)
    filled = [place for place, code in enumerate(codes) if people.by_decade[code]]
    shown = codes[filled[0] : filled[-1] + 1] if filled else []
    by: Counter[str] = people.by_decade
    return _bars([(FACETS["decade"].answers[code], by[code], link_of({"decade": code})) for code in shown])
