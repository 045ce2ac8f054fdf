"""One box for everything: members, organizations, units, owners and work units, as far as somebody may see them.

A full number or phone is sent by the form and answered at once: it never stands in an address.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.console.blueprint import bp
from portal.core import clock
from portal.estates import queries as estates
from portal.estates.queries import OwnerFilter, UnitFilter
from portal.registers import queries as registers
from portal.registers.messages import KIND_WORDS
from portal.registers.queries import MemberFilter
from portal.registers.queries.units import list_units
from portal.web.guard import requires
from portal.web.htmx import render, see_other

SEARCH_MAX = 50
SHOWN = 10
Line = tuple[str, str, str]
"""Words, what is said beside them, address."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one register has: the first lines, and where all of them stand."""

    title: str
    lines: Sequence[Line]
    more_url: str | None = None


@bp.route("/t/<division:code>/search", methods=["GET", "POST"])
@requires(Permission.HOME_VIEW)
def search() -> Response:
    """Search everything. Words go into the address, so that they can be kept; a number or phone never does."""
    text = request.values.get("q", "").strip()[:SEARCH_MAX]
    is_number = estates.is_full_number(text)
    if request.method == "POST" and text and not is_number:
        return see_other("console.search", q=text)
    if is_number and request.method == "GET":
        text = ""
    found = _found(text, is_number=is_number) if text else []
    return render(
        "console/search.html",
        q="" if is_number else text,
        asked=text and (_("a full number") if is_number else text),
        found=[each for each in found if each.lines],
    )


def _found(text: str, *, is_number: bool) -> list[Found]:
    finders: list[tuple[Permission, Callable[[str], Found]]] = [
        (Permission.MEMBER_LIST, _members),
        (Permission.ESTATE_LIST, _owners),
    ]
    if not is_number:
        finders += [
            (Permission.ORGANIZATION_LIST, _organizations),
            (Permission.ESTATE_LIST, _units),
            (Permission.WORK_UNIT_LIST, _work_units),
        ]
    return [find(text) for permission, find in finders if can(g.actor, permission)]


def _first(title: str, lines: Sequence[Line], endpoint: str, text: str) -> Found:
    """Give the first lines, and the list with the same search where there are more."""
    url = f"{url_for(endpoint, code=g.tenant.code)}?{urlencode({'q': text})}" if len(lines) > SHOWN else None
    return Found(title, lines[:SHOWN], url)


def _members(text: str) -> Found:
    names = {row.id: row.name for row in registers.list_organizations(tenant_id=g.tenant.id)}
    rows: Sequence[Any] = registers.list_members(MemberFilter(search=text), tenant_id=g.tenant.id, limit=SHOWN + 1)
    lines = [
        (row.full_name, names.get(row.organization_id, ""), url_for("registers.show_member", member_id=row.id))
        for row in rows
    ]
    return _first(_("Members"), lines, "registers.list_members", text)


def _owners(text: str) -> Found:
    wanted, today = OwnerFilter(search=text), clock.today(g.now)
    rows = estates.list_owner_rows(wanted, on=today, tenant_id=g.tenant.id, limit=SHOWN + 1)
    lines = [
        (
            row.name,
            "；".join(f"{unit.estate_name} {unit.building_name} {unit.room}" for unit in row.units[:2]),
            url_for("estates.show_owner", owner_id=row.id),
        )
        for row in rows
    ]
    return _first(_("Owners"), lines, "estates.list_owners", text)


def _organizations(text: str) -> Found:
    plain = "".join(text.split())
    lines = [
        (row.name, str(KIND_WORDS[row.kind]), url_for("registers.show_organization", organization_id=row.id))
        for row in registers.list_organizations(tenant_id=g.tenant.id)
        if plain in row.name
    ]
    more_url = url_for("registers.show_tree") if len(lines) > SHOWN else None
    return Found(_("Party organizations"), lines[:SHOWN], more_url)


def _units(text: str) -> Found:
    rows = estates.find_units(UnitFilter(search=text), on=clock.today(g.now), limit=SHOWN + 1)
    lines = [
        (
            f"{row.estate_name} {row.building_name} {row.room}",
            "、".join(row.owners),
            url_for("estates.show_unit", unit_id=row.id),
        )
        for row in rows
    ]
    return _first(_("Units"), lines, "estates.list_every_unit", text)


def _work_units(text: str) -> Found:
    lines = [
        (unit.name, unit.credit_code or "", url_for("registers.show_unit", work_unit_id=unit.id))
        for unit, _members_there in list_units(tenant_id=g.tenant.id, text=text, limit=SHOWN + 1)
    ]
    return _first(_("Work units"), lines, "registers.show_units", text)
