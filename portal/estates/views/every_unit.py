"""Screen of all units: whatever the estate, with filters and a search by place."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.desk.lists import HIDDEN, Look
from portal.estates import queries
from portal.estates.listed import LACK_WORDS, UNITS
from portal.estates.messages import STATUS_WORDS, USAGE_WORDS
from portal.estates.views.blueprint import WORDS, bp
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.pagination import Page, page_number


@bp.get("/units/all")
@requires(Permission.ESTATE_LIST)
def list_every_unit() -> Any:
    """Show the units of all estates, narrowed by estate, state, use, what they lack, and search."""
    look = UNITS.look(request.args)
    counts, page = queries.count_units(), Page(page_number(), UNITS.count(look))
    return render(
        "estates/units.html",
        rows=UNITS.rows(look, limit=page.per_page, offset=page.offset),
        heads=UNITS.heads(look),
        export=UNITS.export_url(look),
        page=page,
        kept_query=UNITS.query(look),
        q=look.params.get("q", ""),
        kept={key: value for key, value in look.params.items() if key not in {"q", HIDDEN}},
        links=_unit_links(counts, look),
        chosen=_chosen(look),
        **WORDS,
    )


def _to_units(look: Look, **changed: str | None) -> str:
    kept = {key: value for key, value in look.params.items() if key != HIDDEN}
    query = {key: value for key, value in {**kept, **changed}.items() if value}
    return f"{address('estates.list_every_unit')}?{urlencode(query)}".removesuffix("?")


def _unit_links(counts: queries.UnitCounts, look: Look) -> list[tuple[Any, list[tuple[str, str, int | None, bool]]]]:
    """Give the links that narrow the list, kind by kind."""
    wanted: queries.UnitFilter = look.found
    whole = (_("All"), _to_units(look, status=None), counts.total, wanted.status is None)
    states = [
        (str(word), _to_units(look, status=each.value), counts.by_status[each], wanted.status is each)
        for each, word in STATUS_WORDS.items()
    ]
    uses = [
        (str(word), _to_units(look, usage=each.value), counts.by_usage[each], wanted.usage is each)
        for each, word in USAGE_WORDS.items()
        if counts.by_usage[each]
    ]
    lacks: list[tuple[str, str, int | None, bool]] = [
        (str(word), _to_units(look, lack=each.value), None, wanted.lack is each) for each, word in LACK_WORDS.items()
    ]
    estates = [
        (name, _to_units(look, estate=str(estate_id)), number, wanted.estate_id == estate_id)
        for estate_id, name, number in counts.by_estate
    ]
    kinds: list[tuple[Any, list[Any]]] = [(_("By state"), [whole, *states]), (_("By use"), uses)]
    kinds += [(_("What is missing"), lacks), (_("By estate"), estates if len(estates) > 1 else [])]
    return [(words, links) for words, links in kinds if links]


def _chosen(look: Look) -> list[tuple[str, str]]:
    """Give the filters in force, each with the address without it."""
    chosen = []
    for key in UNITS.keys:
        alone = {name: value for name, value in look.params.items() if name == key}
        words = UNITS.describe(UNITS.look_at(replace(look.wanted, params=alone))) if alone else []
        chosen += [(each, _to_units(look, **{key: None})) for each in words]
    return chosen
